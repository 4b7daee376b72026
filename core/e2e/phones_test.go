//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

func TestTwoPhonesHearEachOther(t *testing.T) {
	t.Parallel()
	for i, c := range []struct{ a, b, codecA, codecB string }{
		{"udp", "udp", "pcmu", "pcmu"},
		{"tcp", "udp", "pcma", "pcmu"},
		{"udp", "tcp", "opus/48000/2", "pcma"},
		{"tcp", "tcp", "opus/48000/2", "opus/48000/2"},
	} {
		t.Run(fmt.Sprintf("%s %s to %s %s", c.a, c.codecA, c.b, c.codecB), func(t *testing.T) {
			t.Parallel()
			p := pbx.Start(t, fmt.Sprintf("127.0.%d.1", 20+i), pbx.Office)
			a, saidA := p.Phone(1, c.a, c.codecA, false)
			b, saidB := p.Phone(2, c.b, c.codecB, true)
			a.Dial("102")
			a.Wait("CALL_ESTABLISHED")
			b.Wait("CALL_ESTABLISHED")
			p.Calls(1)
			time.Sleep(8 * time.Second)
			a.Hangup()
			b.Wait("CALL_CLOSED")
			p.Calls(0)
			p.SameSound("102", saidA, b.Heard())
			p.SameSound("101", saidB, a.Heard())
		})
	}
}

func TestEcho(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.30.1", pbx.Office)
	a, said := p.Phone(1, "udp", "pcmu", false)
	a.Dial("*43")
	a.Wait("CALL_ESTABLISHED")
	time.Sleep(6 * time.Second)
	a.Hangup()
	p.Calls(0)
	p.SameSound("101", said, a.Heard())
}

// Three in a conference: what each hears is the sum of the two others.
func TestConferenceOfThree(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.31.1", pbx.Office)
	var phones []*pbx.Baresip
	var said []sound.Sound
	for n := 1; n <= 3; n++ {
		b, s := p.Phone(n, "udp", "pcmu", false)
		phones, said = append(phones, b), append(said, s)
	}
	for _, b := range phones {
		b.Dial("800")
		b.Wait("CALL_ESTABLISHED")
	}
	time.Sleep(10 * time.Second)
	for _, b := range phones {
		b.Hangup()
	}
	p.Calls(0)
	for i, b := range phones {
		if err := sound.Mixed(b.Heard(), said, i); err != nil {
			t.Errorf("%s %v", b.Number, err)
		}
	}
}

// The leg plugin is killed in the middle of two calls, and its next life is
// stopped: the core goes on as if nothing had been, the plugin is back within a
// second or two, both calls go on and are heard, and new calls work.
func TestKillOfLegPlugin(t *testing.T) {
	p := pbx.Start(t, "127.0.32.1", pbx.Office)
	var phones []*pbx.Baresip
	var said []sound.Sound
	for n := 1; n <= 4; n++ {
		b, s := p.Phone(n, "udp", []string{"pcmu", "opus/48000/2"}[n/3], n%2 == 0)
		phones, said = append(phones, b), append(said, s)
	}
	phones[0].Dial("102")
	phones[0].Wait("CALL_ESTABLISHED")
	phones[2].Dial("104")
	phones[2].Wait("CALL_ESTABLISHED")
	p.Calls(2)
	time.Sleep(4 * time.Second)
	strike(p, syscall.SIGKILL)
	strike(p, syscall.SIGSTOP)
	p.Calls(2)
	time.Sleep(4 * time.Second)

	phones[0].Hangup()
	phones[2].Hangup()
	p.Calls(0)
	for i, b := range phones {
		// Two gaps apart, what is heard is what was said.
		p.SameSound(b.Number, said[i^1], b.Heard())
	}
	phones[0].Dial("102")
	phones[0].Wait("CALL_ESTABLISHED")
	p.Calls(1)
	phones[0].Hangup()
	p.Calls(0)
}

// strike sends the leg plugin a signal, and watches the core until the next
// life of the plugin is up.
func strike(p *pbx.PBX, signal syscall.Signal) {
	p.T.Helper()
	t := p.T
	before := p.Plugin("leg-rtp")
	if err := syscall.Kill(before.PID, signal); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	var back time.Duration
	var worst time.Duration
	for time.Since(killed) < 3*time.Second {
		took, err := pbx.Options(p.IP)
		if err != nil {
			t.Fatalf("OPTIONS %v after the kill: %v", time.Since(killed), err)
		}
		worst = max(worst, took)
		if now := p.Plugin("leg-rtp"); back == 0 && now.PID != before.PID && now.State == "up" {
			back = time.Since(killed)
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Logf("%v: back after %v; slowest OPTIONS %v", signal, back, worst)
	if back == 0 {
		t.Errorf("%v: the plugin was not back within 3 s", signal)
	}
}

// What the command line shows of a live call.
func TestCommandLine(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.33.1", pbx.Office)
	a, _ := p.Phone(1, "udp", "pcmu", false)
	p.Phone(2, "tcp", "pcmu", true)
	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	id := p.Calls(1)[0].ID
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"status"}, []string{"1"}},
		{[]string{"calls"}, []string{id, "101", "102", "up"}},
		{[]string{"extensions"}, []string{"101", "102", "103"}},
		{[]string{"extension", "show", "101"}, []string{"k9-Vq2-hTw", p.IP}},
		{[]string{"plugins"}, []string{"leg-rtp", "up"}},
		{[]string{"explain", "102", "--from", "101", "--live"}, []string{"takes it", "The call is with extension."}},
		{[]string{"explain", "103", "--from", "101", "--live"}, []string{"takes it", "the cause unavailable"}}, // it is not registered
		{[]string{"explain", "103", "--from", "101", "--config", filepath.Join(p.Dir, "config.hcl")}, []string{"The call is with extension."}},
		{[]string{"trace", id}, []string{"INVITE", "200 OK", "ACK", "101", "102"}},
	} {
		out, err := p.Command(c.args...)
		if err != nil {
			t.Errorf("plugboard %s: %v\n%s", strings.Join(c.args, " "), err, out)
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("plugboard %s does not show %q:\n%s", strings.Join(c.args, " "), want, out)
			}
		}
	}
	if out, err := p.Command("hangup", id); err != nil {
		t.Errorf("plugboard hangup: %v\n%s", err, out)
	}
	a.Wait("CALL_CLOSED")
	p.Calls(0)
	out, err := p.Command("trace", id)
	if err != nil || !strings.Contains(out, "BYE") {
		t.Errorf("the trace of a finished call: %v\n%s", err, out)
	}
	log, _ := os.ReadFile(filepath.Join(p.Dir, "log"))
	if strings.Contains(string(log), "k9-Vq2-hTw") {
		t.Error("the log holds a secret")
	}
}
