//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
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

// startLinphone starts a phone that registers by itself and answers calls.
func startLinphone(t *testing.T, number, secret, server, ip, said string) *linphone {
	t.Helper()
	l := &linphone{t: t, dir: t.TempDir()}
	// Without the folder of its data base it opens no socket.
	if err := os.MkdirAll(filepath.Join(l.dir, ".local", "share", "linphone"), 0o700); err != nil {
		t.Fatal(err)
	}
	rc := filepath.Join(l.dir, "rc")
	pbx.Write(t, rc, fmt.Sprintf("[sip]\nsip_port=5060\nsip_tcp_port=5062\nsip_tls_port=0\nbind_address=%[1]s\n[rtp]\naudio_rtp_port=31000\nbind_address=%[1]s\n[video]\nenabled=0\n", ip))
	log, err := os.Create(filepath.Join(l.dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	l.cmd = exec.Command("linphonec", "-a", "-c", rc)
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
			t.Logf("linphone %s:\n%s", number, text)
		}
	})
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
