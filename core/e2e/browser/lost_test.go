//go:build e2e

package browser

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

// The process that carries a page's sound is killed, while a call rings and then in it:
// the page makes another session, and both hear each other again.
func TestSessionIsLost(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.222.1", staff)
	said := microphone(82)
	b := start(t, p, options{microphone: said, script: "lost.mjs"})
	g := b.signIn("anna", "101", place{})
	desk, saidDesk := p.Phone(3, "udp", "pcmu", true)
	kill := func() {
		t.Helper()
		process := p.Plugin("leg-webrtc").PID
		if err := syscall.Kill(process, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		pbx.Eventually(t, "another process has its place", func() error {
			if now := p.Plugin("leg-webrtc"); now.PID == process || now.State != "up" {
				return fmt.Errorf("it is %+v", now)
			}
			return nil
		})
	}
	g.see("button", "Call Ben")
	p.Registered("101")
	desk.Dial("101")
	g.see("region", "Incoming call from 103")
	g.evaluate(`async () => {
		while (!/connected|completed/.test(globalThis.peers.at(-1)?.iceConnectionState)) await new Promise((done) => setTimeout(done, 20))
	}`, nil, nil) // it has a session already, for when somebody answers
	kill()
	g.click("button", "Answer")
	g.see("region", "Call with 103")
	desk.Wait("CALL_ESTABLISHED")
	g.hears(saidDesk)

	var gap float64
	back := g.begin("soundIsBack", nil, &gap)
	g.wait("watching")
	kill()
	back()
	t.Logf("the process was killed: nothing came for %.0f ms; after 10 s the call would end", gap)
	g.hears(saidDesk)
	g.see("region", "Call with 103")
	g.click("button", "Hang up")
	desk.Wait("CALL_CLOSED")
	heard := desk.Heard()
	end := time.Duration(len(heard.PCM)/heard.Rate) * time.Second
	heard = heard.Part(end-3*time.Second, end)
	if got := sound.Judged(said.From(heard), heard, p.Pace.Disturbed(6*time.Second)); got < alike {
		t.Errorf("what the desk phone heard at last is not what was said: correlation %.4f, wanted %v", got, alike)
	}
}

// In a call, the network lets no UDP through any more: it goes on by TCP. Then there is no
// network at all for some seconds, and it goes on when that is back.
func TestNetworkChanges(t *testing.T) {
	t.Parallel()
	// TCP is offered for addresses that an interface has, as this one.
	const media = "127.0.0.1:8223"
	p := pbx.Start(t, "127.0.223.1", fmt.Sprintf(`
web {
  listen     = "127.0.223.1:8080"
  ice_listen = ["udp://%[1]s", "tcp://%[1]s"]
}
`, media)+pbx.Office)
	n := newNetwork(t, "127.0.223.2", p.IP+":8080", media)
	said := microphone(83)
	b := start(t, p, options{microphone: said, script: "lost.mjs", url: "http://" + n.ip + ":8080"})
	g := b.signIn("anna", "101", place{By: n})
	p.Registered("101")
	g.dial("*43") // the echo
	g.hears(said)

	var gap float64
	back := g.begin("soundIsBack", nil, &gap)
	g.wait("watching")
	n.noUDP.Store(true)
	back()
	t.Logf("without UDP: nothing came for %.0f ms", gap)
	pbx.Eventually(t, "the call says that it goes by TCP", func() error {
		var calls []struct {
			Legs []struct{ Verdicts []struct{ Text string } }
		}
		p.Get("/calls", &calls)
		if text := fmt.Sprint(calls); !strings.Contains(text, "by TCP") {
			return fmt.Errorf("it is %s", text)
		}
		return nil
	})

	back = g.begin("soundIsBack", nil, &gap)
	g.wait("watching")
	const away = 5 * time.Second
	n.away.Store(true)
	time.Sleep(away)
	n.away.Store(false)
	back()
	t.Logf("without a network for %v: nothing came for %.0f ms", away, gap)
	g.hears(said)
	g.click("button", "Hang up")
	p.Calls(0)
}
