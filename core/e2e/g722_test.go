//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// baresip's own G.722 on one side at least: what it sends is understood, and
// it understands what it is sent.
func TestG722(t *testing.T) {
	for i, c := range []struct{ a, b string }{
		{"g722/16000/1", "g722/16000/1"}, {"g722/16000/1", "pcmu"}, {"opus/48000/2", "g722/16000/1"},
	} {
		t.Run(c.a+" to "+c.b, func(t *testing.T) {
			p := startPBX(t, fmt.Sprintf("127.0.%d.1", 110+i), office)
			a, saidA := p.phone(1, "udp", c.a, false)
			b, saidB := p.phone(2, "udp", c.b, true)
			a.dial("102")
			a.wait("CALL_ESTABLISHED")
			b.wait("CALL_ESTABLISHED")
			got := p.calls(1)[0].Legs
			if !strings.HasPrefix(c.a, got[0].Codec) || !strings.HasPrefix(c.b, got[1].Codec) {
				t.Errorf("the legs are %+v", got)
			}
			time.Sleep(8 * time.Second)
			a.hangup()
			b.wait("CALL_CLOSED")
			p.calls(0)
			p.sameSound("102", saidA, b.heard())
			p.sameSound("101", saidB, a.heard())
		})
	}
}
