//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

// linphone is linphonec, a softphone of another house, driven by its command
// line. It speaks from a file, and writes what it hears into one.
type linphone struct {
	t   *testing.T
	dir string
	cmd *exec.Cmd
	in  io.WriteCloser
}

// newLinphone sets up a phone at an address. more is what else its rc file holds.
func newLinphone(t *testing.T, ip, more string) *linphone {
	t.Helper()
	l := &linphone{t: t, dir: t.TempDir()}
	// Without the folder of its data base it opens no socket.
	if err := os.MkdirAll(filepath.Join(l.dir, ".local", "share", "linphone"), 0o700); err != nil {
		t.Fatal(err)
	}
	pbx.Write(t, filepath.Join(l.dir, "rc"), fmt.Sprintf("[sip]\nsip_port=5060\nsip_tcp_port=5062\nsip_tls_port=0\nbind_address=%[1]s\n[rtp]\naudio_rtp_port=31000\nbind_address=%[1]s\n[video]\nenabled=0\n%[2]s", ip, more))
	return l
}

// start starts the phone, which answers calls.
func (l *linphone) start() {
	l.t.Helper()
	t := l.t
	log, err := os.OpenFile(filepath.Join(l.dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	l.cmd = exec.Command("linphonec", "-a", "-c", filepath.Join(l.dir, "rc"))
	l.cmd.Env = append(os.Environ(), "HOME="+l.dir)
	l.cmd.Stdout, l.cmd.Stderr = log, log
	if l.in, err = l.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := pbx.StartUrgent(l.cmd); err != nil {
		t.Fatalf("linphonec: %v (is it installed? `make e2e` does it)", err)
	}
	t.Cleanup(func() {
		l.quit()
		log.Close()
		if t.Failed() {
			text, _ := os.ReadFile(log.Name())
			t.Logf("linphone:\n%s", text)
		}
	})
}

// startLinphone starts a phone that registers by itself and answers calls.
func startLinphone(t *testing.T, number, secret, server, ip, said string) *linphone {
	t.Helper()
	l := newLinphone(t, ip, "")
	l.start()
	l.say("soundcard use files")
	l.say("play %s", said)
	for codec := range 3 { // Opus and Speex: PCMU is left
		l.say("codec disable %d", codec)
	}
	l.say("register sip:%s@plugboard sip:%s %s", number, server, secret)
	return l
}

func (l *linphone) say(format string, args ...any) {
	l.t.Helper()
	if _, err := fmt.Fprintf(l.in, format+"\n", args...); err != nil {
		l.t.Fatalf("linphonec: %v", err)
	}
}

// record names the file that the next call is written into.
func (l *linphone) record(name string) string {
	l.t.Helper()
	file := filepath.Join(l.dir, name)
	l.say("record %s", file)
	return file
}

// quit ends the phone; its files are whole then.
func (l *linphone) quit() {
	if l.cmd.ProcessState != nil {
		return
	}
	_, _ = io.WriteString(l.in, "quit\n")
	stop := time.AfterFunc(5*time.Second, func() { _ = l.cmd.Process.Kill() })
	defer stop.Stop()
	_ = l.cmd.Wait()
}

// A third kind of phone, calling and called.
func TestLinphone(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.59.1", pbx.Office)
	b, saidB := p.Phone(2, "udp", "pcmu", true)
	saidC := sound.Babble(3, 40, 8000)
	file := filepath.Join(p.Dir, "said3.wav")
	saidC.WriteWAV(t, file, 1)
	c := startLinphone(t, "103", "k9-Vq2-hTw", p.IP, pbx.Sibling(p.IP, 13), file)
	p.Registered("103")

	first := c.record("first.wav")
	c.say("call sip:102@%s", p.IP)
	b.Wait("CALL_ESTABLISHED")
	p.Calls(1)
	time.Sleep(6 * time.Second) // what is recorded
	c.say("terminate")
	b.Wait("CALL_CLOSED")
	p.Calls(0)
	p.SameSound("102, called by linphone", saidC, b.Heard())

	second := c.record("second.wav")
	b.Dial("103")
	b.Wait("CALL_ESTABLISHED")
	p.Calls(1)
	time.Sleep(6 * time.Second) // what is recorded
	b.Hangup()
	p.Calls(0)
	c.quit()
	p.SameSound("102, calling linphone", saidC, b.Heard())
	p.SameSound("linphone, calling", saidB, sound.ReadWAV(t, first))
	p.SameSound("linphone, called", saidB, sound.ReadWAV(t, second))
}

// A phone of that kind that has nothing but the address in the QR code fetches its
// settings, and registers; when it is started again, too, though they are not to be had
// any more.
func TestLinphoneByItsCode(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.226.1", pbx.Office)
	var code struct{ Path string }
	p.Ask("POST", "/extensions/103/provisioning", map[string]string{"server": "sip:" + p.IP + ":5060;transport=tcp"}, &code)
	l := newLinphone(t, pbx.Sibling(p.IP, 13), "[misc]\nconfig-uri="+p.URL()+code.Path+"\n")
	for range 2 {
		l.start()
		p.Registered("103")
		var list []struct {
			Number  string
			Devices []struct {
				Transport string
				UserAgent string `json:"user_agent"`
			}
		}
		p.Get("/extensions", &list)
		for _, e := range list {
			if e.Number == "103" && (len(e.Devices) != 1 || e.Devices[0].Transport != "tcp" || !strings.HasPrefix(e.Devices[0].UserAgent, "Linphone")) {
				t.Errorf("103 has %+v", e.Devices)
			}
		}
		l.quit()
		pbx.Eventually(t, "it is registered no more", func() error {
			p.Get("/extensions", &list)
			for _, e := range list {
				if len(e.Devices) > 0 {
					return fmt.Errorf("%+v", e)
				}
			}
			return nil
		})
	}
	if r, err := http.Get(p.URL() + code.Path); err != nil || r.StatusCode != http.StatusNotFound {
		t.Errorf("the settings are there again: %v, %v", r, err)
	}
	if !strings.Contains(p.Log(), "a softphone has fetched the settings of an extension") || strings.Contains(p.Log(), "k9-Vq2-hTw") {
		t.Error("the log does not say that they were fetched, or holds a secret")
	}
}
