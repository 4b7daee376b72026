//go:build e2e

package pbx

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
	"sync"
	"syscall"
	"testing"
	"time"
)

// PBX is the real daemon with its real plugins.
type PBX struct {
	T     *testing.T
	IP    string
	Dir   string
	Bin   string
	Cmd   *exec.Cmd
	Token string
	Pace  *Metronome
	// Client asks the daemon, whose Certificate is nil if it speaks plain HTTP.
	Client      *http.Client
	Certificate *Certificate

	over chan struct{} // closed when the process is gone
	err  error         // how, once it is

	quiet time.Time // when its last call had ended; zero while there is one
}

// taken are the addresses of tests that run at the same time: those that have the
// same one take turns.
var taken sync.Map // of *sync.Mutex, by the address

// take waits for an address, until the end of the test.
func take(t *testing.T, ip string) {
	type place struct{ test, ip string }
	if _, mine := taken.LoadOrStore(place{t.Name(), ip}, true); mine {
		return
	}
	m, _ := taken.LoadOrStore(ip, new(sync.Mutex))
	m.(*sync.Mutex).Lock()
	t.Cleanup(func() {
		taken.Delete(place{t.Name(), ip})
		m.(*sync.Mutex).Unlock()
	})
}

// Start starts the daemon on an address of its own. dialplan holds the
// blocks besides pbx, sip, media and web.
func Start(t *testing.T, ip, dialplan string) *PBX {
	t.Helper()
	return StartWith(t, ip, "", dialplan)
}

// listens is the sip block of a daemon whose test says nothing else.
func listens(ip, dialplan string) string {
	if strings.Contains(dialplan, "\nsip {") {
		return ""
	}
	return fmt.Sprintf(`sip { listen = ["udp://%[1]s:5060", "tcp://%[1]s:5060"] }`, ip)
}

// serves is the web block of a daemon whose test says nothing else.
func serves(ip, dialplan string) string {
	if strings.Contains(dialplan, "\nweb {") {
		return ""
	}
	return fmt.Sprintf(`web { listen = "%s:8080" }`, ip)
}

// StartWith is Start with more in its media block, and more words on its
// command line.
func StartWith(t *testing.T, ip, media, dialplan string, args ...string) *PBX {
	t.Helper()
	p := Launch(t, binaries(t), ip, media, dialplan, args...)
	p.ready()
	return p
}

// binaries is the folder of what is tested.
func binaries(t *testing.T) string {
	t.Helper()
	bin := os.Getenv("PLUGBOARD_BIN")
	if bin == "" {
		t.Fatal("PLUGBOARD_BIN does not name the folder with the binaries: run `make e2e`")
	}
	return bin
}

// Launch does not wait until the daemon is ready.
func Launch(t *testing.T, bin, ip, media, dialplan string, args ...string) *PBX {
	t.Helper()
	take(t, ip)
	p := &PBX{T: t, IP: ip, Dir: t.TempDir(), Bin: bin, Pace: startMetronome(t), Client: &http.Client{}, over: make(chan struct{})}
	file := filepath.Join(p.Dir, "config.hcl")
	Write(t, file, fmt.Sprintf(`
pbx   { data_dir = "data" }
%[4]s
media {
  rtp_ports = "20000-20999"
  %[3]s
}
%[5]s
%[2]s`, ip, dialplan, media, listens(ip, dialplan), serves(ip, dialplan)))
	log, err := os.Create(filepath.Join(p.Dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	p.Cmd = exec.Command(filepath.Join(bin, "plugboard"), append([]string{"run", "--config", file}, args...)...)
	p.Cmd.Stdout, p.Cmd.Stderr = log, log
	if err := p.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = p.Cmd.Wait()
		log.Close()
		close(p.over)
	}()
	t.Cleanup(func() {
		p.Stop()
		if err := p.Ended(); err != nil {
			t.Errorf("plugboard ended with %v", err)
		}
		text := p.Log()
		if strings.Contains(text, "panic") {
			t.Error("plugboard panicked")
		}
		if t.Failed() {
			t.Logf("plugboard:\n%s", text)
		}
	})
	return p
}

// Stop ends the daemon at once: with two signals, of which the second is sent when the
// first was seen. A third could come when nobody takes it any more.
func (p *PBX) Stop() {
	for first, end := true, time.Now().Add(30*time.Second); time.Now().Before(end); first = false {
		drains := strings.Contains(p.Log(), "draining: new calls")
		if first || drains {
			p.Terminate()
		}
		if drains {
			return
		}
		select {
		case <-p.over:
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Terminate sends SIGTERM.
func (p *PBX) Terminate() { _ = p.Cmd.Process.Signal(syscall.SIGTERM) }

// Ended waits until the daemon is gone, and returns its exit as an error.
func (p *PBX) Ended() error {
	p.T.Helper()
	select {
	case <-p.over:
		return p.err
	case <-time.After(30 * time.Second):
		_ = p.Cmd.Process.Kill()
		<-p.over
		return errors.New("the daemon did not end within 30 s")
	}
}

// Log is what the daemon has said so far.
func (p *PBX) Log() string {
	text, _ := os.ReadFile(filepath.Join(p.Dir, "log"))
	return string(text)
}

// Health is the status of /healthz, and what it says.
func (p *PBX) Health() (status int, text string, err error) {
	r, err := p.Client.Get(p.URL() + "/healthz")
	if err != nil {
		return 0, "", err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return r.StatusCode, string(body), err
}

// ready waits until the daemon takes calls.
func (p *PBX) ready() {
	p.T.Helper()
	Eventually(p.T, "plugboard is ready", func() error {
		status, text, err := p.Health()
		if err == nil && status != 200 {
			err = fmt.Errorf("%d: %s", status, text)
		}
		return err
	})
	p.Authorise()
}

// Authorise reads the token of the API.
func (p *PBX) Authorise() {
	p.T.Helper()
	token, err := os.ReadFile(filepath.Join(p.Dir, "data", "admin.token"))
	if err != nil {
		p.T.Fatal(err)
	}
	p.Token = strings.TrimSpace(string(token))
}

// URL is where the daemon's page is.
func (p *PBX) URL() string {
	if p.Certificate != nil {
		return "https://" + p.IP + ":8443"
	}
	return "http://" + p.IP + ":8080"
}

// Get reads what the API has at a path into v.
func (p *PBX) Get(path string, v any) {
	p.T.Helper()
	p.Ask("GET", path, nil, v)
}

// Ask sends a request of the API as its admin, and reads the answer into v, if that is
// not nil.
func (p *PBX) Ask(method, path string, body, v any) {
	p.T.Helper()
	var text []byte
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			p.T.Fatal(err)
		}
	}
	req, err := http.NewRequest(method, p.URL()+"/api/v1"+path, bytes.NewReader(text))
	if err != nil {
		p.T.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.Token)
	req.Header.Set("Content-Type", "application/json")
	r, err := p.Client.Do(req)
	if err != nil {
		p.T.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode > 299 {
		text, _ := io.ReadAll(r.Body)
		p.T.Fatalf("%s %s: %s: %s", method, path, r.Status, text)
	}
	if v == nil {
		return
	}
	if err := json.NewDecoder(r.Body).Decode(v); err != nil {
		p.T.Fatalf("%s %s: %v", method, path, err)
	}
}

// Invite lets an extension, or "admin", choose a password for the web. It returns the
// code.
func (p *PBX) Invite(name string) string {
	p.T.Helper()
	var i struct{ Code string }
	p.Ask("POST", "/invitations", map[string]string{"name": name}, &i)
	return i.Code
}

// Call is one of the API's calls.
type Call struct {
	ID    string `json:"id"`
	State string `json:"state"`
	Legs  []struct {
		Kind, Name, State, Codec string
	} `json:"legs"`
}

// Plugin is one of the API's plugins.
type Plugin struct {
	Name     string `json:"name"`
	PID      int    `json:"pid"`
	State    string `json:"state"`
	Restarts int    `json:"restarts"`
}

// Calls waits until so many calls are up.
func (p *PBX) Calls(n int) []Call {
	p.T.Helper()
	var calls []Call
	Eventually(p.T, fmt.Sprintf("%d calls are up", n), func() error {
		p.Get("/calls", &calls)
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
	switch {
	case n > 0:
		p.quiet = time.Time{}
	case p.quiet.IsZero():
		p.quiet = time.Now()
	}
	return calls
}

// Plugin is the plugin of a name.
func (p *PBX) Plugin(name string) Plugin {
	p.T.Helper()
	var plugins []Plugin
	p.Get("/plugins", &plugins)
	for _, q := range plugins {
		if q.Name == name {
			return q
		}
	}
	p.T.Fatalf("no plugin %s in %v", name, plugins)
	return Plugin{}
}

// Command runs the command line against this daemon.
func (p *PBX) Command(args ...string) (string, error) {
	cmd := exec.Command(filepath.Join(p.Bin, "plugboard"), args...)
	cmd.Env = append(os.Environ(), "PLUGBOARD_URL="+p.URL(), "PLUGBOARD_TOKEN="+p.Token)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// Options asks whether the daemon is there, as a phone or a provider does,
// and returns how long the answer took.
func Options(ip string) (time.Duration, error) {
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
