//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// pbx is the real daemon with its real plugins.
type pbx struct {
	t     *testing.T
	ip    string
	dir   string
	bin   string
	cmd   *exec.Cmd
	token string
	pace  *metronome

	over chan struct{} // closed when the process is gone
	err  error         // how, once it is
}

// startPBX starts the daemon on an address of its own. dialplan holds the
// blocks besides pbx, sip, media and web.
func startPBX(t *testing.T, ip, dialplan string) *pbx {
	t.Helper()
	return startPBXWith(t, ip, "", dialplan)
}

// listens is the sip block of a daemon whose test says nothing else.
func listens(ip, dialplan string) string {
	if strings.Contains(dialplan, "\nsip {") {
		return ""
	}
	return fmt.Sprintf(`sip { listen = ["udp://%[1]s:5060", "tcp://%[1]s:5060"] }`, ip)
}

// startPBXWith is startPBX with more in its media block, and more words on its
// command line.
func startPBXWith(t *testing.T, ip, media, dialplan string, args ...string) *pbx {
	t.Helper()
	bin := os.Getenv("PLUGBOARD_BIN")
	if bin == "" {
		t.Fatal("PLUGBOARD_BIN does not name the folder with the binaries: run `make e2e`")
	}
	p := launchPBX(t, bin, ip, media, dialplan, args...)
	p.ready()
	return p
}

// launchPBX does not wait until the daemon is ready.
func launchPBX(t *testing.T, bin, ip, media, dialplan string, args ...string) *pbx {
	t.Helper()
	p := &pbx{t: t, ip: ip, dir: t.TempDir(), bin: bin, pace: startMetronome(t), over: make(chan struct{})}
	file := filepath.Join(p.dir, "config.hcl")
	write(t, file, fmt.Sprintf(`
pbx   { data_dir = "data" }
%[4]s
media {
  rtp_ports = "20000-20999"
  %[3]s
}
web   { listen = "%[1]s:8080" }
%[2]s`, ip, dialplan, media, listens(ip, dialplan)))
	log, err := os.Create(filepath.Join(p.dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	p.cmd = exec.Command(filepath.Join(bin, "plugboard"), append([]string{"run", "--config", file}, args...)...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = p.cmd.Wait()
		log.Close()
		close(p.over)
	}()
	t.Cleanup(func() {
		p.stop()
		if err := p.ended(); err != nil {
			t.Errorf("plugboard ended with %v", err)
		}
		text := p.log()
		if strings.Contains(text, "panic") {
			t.Error("plugboard panicked")
		}
		if t.Failed() {
			t.Logf("plugboard:\n%s", text)
		}
	})
	return p
}

// stop ends the daemon at once. Two signals that follow each other closely are
// one, so they are sent until it is over.
func (p *pbx) stop() {
	for range 50 {
		p.terminate()
		select {
		case <-p.over:
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// terminate sends SIGTERM.
func (p *pbx) terminate() { _ = p.cmd.Process.Signal(syscall.SIGTERM) }

// ended waits until the daemon is gone, and returns its exit as an error.
func (p *pbx) ended() error {
	p.t.Helper()
	select {
	case <-p.over:
		return p.err
	case <-time.After(30 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.over
		return errors.New("the daemon did not end within 30 s")
	}
}

// log is what the daemon has said so far.
func (p *pbx) log() string {
	text, _ := os.ReadFile(filepath.Join(p.dir, "log"))
	return string(text)
}

// health is the status of /healthz, and what it says.
func (p *pbx) health() (status int, text string, err error) {
	r, err := http.Get("http://" + p.ip + ":8080/healthz")
	if err != nil {
		return 0, "", err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return r.StatusCode, string(body), err
}

// ready waits until the daemon takes calls.
func (p *pbx) ready() {
	p.t.Helper()
	eventually(p.t, "plugboard is ready", func() error {
		status, text, err := p.health()
		if err == nil && status != 200 {
			err = fmt.Errorf("%d: %s", status, text)
		}
		return err
	})
	p.authorise()
}

// authorise reads the token of the API.
func (p *pbx) authorise() {
	p.t.Helper()
	token, err := os.ReadFile(filepath.Join(p.dir, "data", "admin.token"))
	if err != nil {
		p.t.Fatal(err)
	}
	p.token = strings.TrimSpace(string(token))
}

// get reads a list of the API into v.
func (p *pbx) get(path string, v any) {
	p.t.Helper()
	req, err := http.NewRequest("GET", "http://"+p.ip+":8080/api/v1"+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != 200 {
		text, _ := io.ReadAll(r.Body)
		p.t.Fatalf("GET %s: %s: %s", path, r.Status, text)
	}
	if err := json.NewDecoder(r.Body).Decode(v); err != nil {
		p.t.Fatalf("GET %s: %v", path, err)
	}
}

type apiCall struct {
	ID    string `json:"id"`
	State string `json:"state"`
	Legs  []struct {
		Kind, Name, State, Codec string
	} `json:"legs"`
}

type apiPlugin struct {
	Name     string `json:"name"`
	PID      int    `json:"pid"`
	State    string `json:"state"`
	Restarts int    `json:"restarts"`
}

// calls waits until so many calls are up.
func (p *pbx) calls(n int) []apiCall {
	p.t.Helper()
	var calls []apiCall
	eventually(p.t, fmt.Sprintf("%d calls are up", n), func() error {
		p.get("/calls", &calls)
		up := 0
		for _, c := range calls {
			if c.State == "up" {
				up++
			}
		}
		if up != n || len(calls) != n {
			return fmt.Errorf("there are %d, %d of them up", len(calls), up)
		}
		return nil
	})
	return calls
}

func (p *pbx) plugin(name string) apiPlugin {
	p.t.Helper()
	var plugins []apiPlugin
	p.get("/plugins", &plugins)
	for _, q := range plugins {
		if q.Name == name {
			return q
		}
	}
	p.t.Fatalf("no plugin %s in %v", name, plugins)
	return apiPlugin{}
}

// command runs the command line against this daemon.
func (p *pbx) command(args ...string) (string, error) {
	cmd := exec.Command(filepath.Join(p.bin, "plugboard"), args...)
	cmd.Env = append(os.Environ(), "PLUGBOARD_URL=http://"+p.ip+":8080", "PLUGBOARD_TOKEN="+p.token)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// options asks whether the daemon is there, as a phone or a provider does,
// and returns how long the answer took.
func options(ip string) (time.Duration, error) {
	conn, err := net.Dial("udp", ip+":5060")
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	began := time.Now()
	me := conn.LocalAddr().String()
	fmt.Fprintf(conn, "OPTIONS sip:%s SIP/2.0\r\nVia: SIP/2.0/UDP %s;rport;branch=z9hG4bK%d\r\nMax-Forwards: 70\r\n"+
		"From: <sip:ping@%s>;tag=1\r\nTo: <sip:%s>\r\nCall-ID: %d@ping\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
		ip, me, began.UnixNano(), me, ip, began.UnixNano())
	if err := conn.SetReadDeadline(began.Add(time.Second)); err != nil {
		return 0, err
	}
	buf := make([]byte, 4096)
	n, err := conn.Read(buf)
	if err != nil {
		return 0, err
	}
	if !bytes.HasPrefix(buf[:n], []byte("SIP/2.0 200")) {
		return 0, fmt.Errorf("OPTIONS got %q", buf[:min(n, 40)])
	}
	return time.Since(began), nil
}
