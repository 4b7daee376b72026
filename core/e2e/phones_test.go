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
)

const office = `
locals { secret = "k9-Vq2-hTw" }
extension "desk" {
  for_each = { a = "101", b = "102", c = "103", d = "104" }
  number   = each.value
  secret   = local.secret
}
conference "daily" { number = "800" }
dialplan "internal" {
  from = [extension.desk]
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
  route "daily" {
    match = "800"
    to    = conference.daily
  }
  route "echo" {
    match = "*43"
    to    = echo()
  }
}
`

// phone starts the n-th baresip of a test (1 to 9), speaking a babble of its
// own.
func (p *pbx) phone(n int, transport, codec string, auto bool) (*baresip, sound) {
	p.t.Helper()
	return p.phoneWith(n, baresipOptions{transport: transport, codec: codec, auto: auto})
}

// phoneWith is phone with more options.
func (p *pbx) phoneWith(n int, o baresipOptions) (*baresip, sound) {
	p.t.Helper()
	codec := o.codec
	rate, channels := 8000, 1
	if strings.HasPrefix(codec, "g722") {
		rate = 16000
	}
	if strings.HasPrefix(codec, "opus") {
		rate, channels = 48000, 2 // as baresip wants its source
	}
	said := babble(uint64(n), 40, rate)
	file := filepath.Join(p.dir, fmt.Sprintf("said%d.wav", n))
	said.writeWAV(p.t, file, channels)
	number := fmt.Sprint(100 + n)
	o.number, o.secret, o.server, o.ip, o.source = number, "k9-Vq2-hTw", p.ip, sibling(p.ip, 10+n), file
	if o.transport == "tls" {
		o.server += ":5061"
	}
	b := startBaresip(p.t, o)
	p.registered(number)
	return b, said
}

// registered waits until a phone of an extension is registered.
func (p *pbx) registered(number string) {
	p.t.Helper()
	eventually(p.t, number+" is registered", func() error {
		var list []struct{ Number, State string }
		p.get("/extensions", &list)
		for _, e := range list {
			if e.Number == number && e.State == "registered" {
				return nil
			}
		}
		return fmt.Errorf("extensions are %v", list)
	})
}

// sibling is another address of the same test: 127.0.8.1 -> 127.0.8.n.
func sibling(ip string, n int) string {
	return ip[:strings.LastIndexByte(ip, '.')+1] + fmt.Sprint(n)
}

// sameSound checks what somebody heard in the call that has just ended.
func (p *pbx) sameSound(who string, said, heard sound) {
	p.t.Helper()
	seconds := len(heard.pcm) / heard.rate
	busy := p.pace.disturbed(time.Duration(seconds+2) * time.Second)
	median, least := likeness(said, heard)
	p.t.Logf("%s: likeness median %.4f, least %.4f over %d s, in which the machine was late for %.0f %%", who, median, least, seconds, 100*busy)
	if got := judged(said, heard, busy); got < 0.98 {
		p.t.Errorf("%s: what was heard is not what was said: correlation %.4f, wanted 0.98", who, got)
	}
}

func TestTwoPhonesHearEachOther(t *testing.T) {
	for i, c := range []struct{ a, b, codecA, codecB string }{
		{"udp", "udp", "pcmu", "pcmu"},
		{"tcp", "udp", "pcma", "pcmu"},
		{"udp", "tcp", "opus/48000/2", "pcma"},
		{"tcp", "tcp", "opus/48000/2", "opus/48000/2"},
	} {
		t.Run(fmt.Sprintf("%s %s to %s %s", c.a, c.codecA, c.b, c.codecB), func(t *testing.T) {
			p := startPBX(t, fmt.Sprintf("127.0.%d.1", 20+i), office)
			a, saidA := p.phone(1, c.a, c.codecA, false)
			b, saidB := p.phone(2, c.b, c.codecB, true)
			a.dial("102")
			a.wait("CALL_ESTABLISHED")
			b.wait("CALL_ESTABLISHED")
			p.calls(1)
			time.Sleep(8 * time.Second)
			a.hangup()
			b.wait("CALL_CLOSED")
			p.calls(0)
			p.sameSound("102", saidA, b.heard())
			p.sameSound("101", saidB, a.heard())
		})
	}
}

func TestEcho(t *testing.T) {
	p := startPBX(t, "127.0.30.1", office)
	a, said := p.phone(1, "udp", "pcmu", false)
	a.dial("*43")
	a.wait("CALL_ESTABLISHED")
	time.Sleep(6 * time.Second)
	a.hangup()
	p.calls(0)
	p.sameSound("101", said, a.heard())
}

// Three in a conference: what each hears is the sum of the two others.
func TestConferenceOfThree(t *testing.T) {
	p := startPBX(t, "127.0.31.1", office)
	var phones []*baresip
	var said []sound
	for n := 1; n <= 3; n++ {
		b, s := p.phone(n, "udp", "pcmu", false)
		phones, said = append(phones, b), append(said, s)
	}
	for _, b := range phones {
		b.dial("800")
		b.wait("CALL_ESTABLISHED")
	}
	time.Sleep(10 * time.Second)
	for _, b := range phones {
		b.hangup()
	}
	p.calls(0)
	for i, b := range phones {
		heard := b.heard()
		own := presence(said[i], heard)
		for j, s := range said {
			if j == i {
				continue
			}
			if other := presence(s, heard); other < 0.35 || other < 4*own {
				t.Errorf("%s hears %s at %.2f, itself at %.2f", b.number, phones[j].number, other, own)
			}
		}
		if own > 0.2 { // what any two babbles have in common
			t.Errorf("%s hears itself: %.2f", b.number, own)
		}
	}
}

// The leg plugin is killed in the middle of two calls, and its next life is
// stopped: the core goes on as if nothing had been, the plugin is back within a
// second or two, both calls go on and are heard, and new calls work.
func TestKillOfLegPlugin(t *testing.T) {
	p := startPBX(t, "127.0.32.1", office)
	var phones []*baresip
	var said []sound
	for n := 1; n <= 4; n++ {
		b, s := p.phone(n, "udp", []string{"pcmu", "opus/48000/2"}[n/3], n%2 == 0)
		phones, said = append(phones, b), append(said, s)
	}
	phones[0].dial("102")
	phones[0].wait("CALL_ESTABLISHED")
	phones[2].dial("104")
	phones[2].wait("CALL_ESTABLISHED")
	p.calls(2)
	time.Sleep(4 * time.Second)
	p.strike(syscall.SIGKILL)
	p.strike(syscall.SIGSTOP)
	p.calls(2)
	time.Sleep(4 * time.Second)

	phones[0].hangup()
	phones[2].hangup()
	p.calls(0)
	for i, b := range phones {
		// Two gaps apart, what is heard is what was said.
		p.sameSound(b.number, said[i^1], b.heard())
	}
	phones[0].dial("102")
	phones[0].wait("CALL_ESTABLISHED")
	p.calls(1)
	phones[0].hangup()
	p.calls(0)
}

// strike sends the leg plugin a signal, and watches the core until the next
// life of the plugin is up.
func (p *pbx) strike(signal syscall.Signal) {
	p.t.Helper()
	t := p.t
	before := p.plugin("leg-rtp")
	if err := syscall.Kill(before.PID, signal); err != nil {
		t.Fatal(err)
	}
	killed := time.Now()
	var back time.Duration
	var worst time.Duration
	for time.Since(killed) < 3*time.Second {
		took, err := options(p.ip)
		if err != nil {
			t.Fatalf("OPTIONS %v after the kill: %v", time.Since(killed), err)
		}
		worst = max(worst, took)
		if now := p.plugin("leg-rtp"); back == 0 && now.PID != before.PID && now.State == "up" {
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
	p := startPBX(t, "127.0.33.1", office)
	a, _ := p.phone(1, "udp", "pcmu", false)
	p.phone(2, "tcp", "pcmu", true)
	a.dial("102")
	a.wait("CALL_ESTABLISHED")
	id := p.calls(1)[0].ID
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"status"}, []string{"1"}},
		{[]string{"calls"}, []string{id, "101", "102", "up"}},
		{[]string{"extensions"}, []string{"101", "102", "103"}},
		{[]string{"extension", "show", "101"}, []string{"k9-Vq2-hTw", p.ip}},
		{[]string{"plugins"}, []string{"leg-rtp", "up"}},
		{[]string{"explain", "102", "--from", "101", "--live"}, []string{"takes it", "The call is with extension."}},
		{[]string{"explain", "103", "--from", "101", "--live"}, []string{"takes it", "the cause unavailable"}}, // it is not registered
		{[]string{"explain", "103", "--from", "101", "--config", filepath.Join(p.dir, "config.hcl")}, []string{"The call is with extension."}},
		{[]string{"trace", id}, []string{"INVITE", "200 OK", "ACK", "101", "102"}},
	} {
		out, err := p.command(c.args...)
		if err != nil {
			t.Errorf("plugboard %s: %v\n%s", strings.Join(c.args, " "), err, out)
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("plugboard %s does not show %q:\n%s", strings.Join(c.args, " "), want, out)
			}
		}
	}
	if out, err := p.command("hangup", id); err != nil {
		t.Errorf("plugboard hangup: %v\n%s", err, out)
	}
	a.wait("CALL_CLOSED")
	p.calls(0)
	out, err := p.command("trace", id)
	if err != nil || !strings.Contains(out, "BYE") {
		t.Errorf("the trace of a finished call: %v\n%s", err, out)
	}
	log, _ := os.ReadFile(filepath.Join(p.dir, "log"))
	if strings.Contains(string(log), "k9-Vq2-hTw") {
		t.Error("the log holds a secret")
	}
}
