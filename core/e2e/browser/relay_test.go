//go:build e2e

package browser

import (
	"fmt"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// A page whose network lets nothing through but to our TURN server talks by it, with what
// the daemon tells it of that; and the call says so.
func TestPageBehindTURN(t *testing.T) {
	t.Parallel()
	ip := "127.0.221.1"
	p := pbx.Start(t, ip, fmt.Sprintf(`
web {
  listen = "%[1]s:8080"
  turn {
    listen      = ["udp://%[1]s:3478", "tcp://%[1]s:3478"]
    relay_ports = "30000-30099"
  }
}
`, ip)+staff)
	said := microphone(81)
	b := start(t, p, options{microphone: said})
	g := b.signIn("anna", "101", place{Relay: true})
	desk, saidDesk := p.Phone(3, "udp", "pcmu", true)
	g.see("button", "Call Ben")
	g.dial("103")
	desk.Wait("CALL_ESTABLISHED")
	g.hears(saidDesk)
	pbx.Eventually(t, "the call says that it is relayed", func() error {
		var calls []struct {
			Legs []struct {
				Number, Remote string
				Verdicts       []struct{ Text string }
			}
		}
		p.Get("/calls", &calls)
		if len(calls) != 1 {
			return fmt.Errorf("there are %+v", calls)
		}
		for _, l := range calls[0].Legs {
			for _, v := range l.Verdicts {
				if l.Number == "101" && strings.HasPrefix(l.Remote, ip+":300") && strings.Contains(v.Text, "by a TURN server, as "+l.Remote) {
					return nil
				}
			}
		}
		return fmt.Errorf("it is %+v", calls[0].Legs)
	})
	g.click("button", "Hang up")
	desk.Wait("CALL_CLOSED")
	p.Calls(0)
	b.heardBy(desk, said)
}
