//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// baresip's own G.722 on one side at least: what it sends is understood, and
// it understands what it is sent.
func TestG722(t *testing.T) {
	t.Parallel()
	for i, c := range []struct{ a, b string }{
		{"g722/16000/1", "g722/16000/1"}, {"g722/16000/1", "pcmu"}, {"opus/48000/2", "g722/16000/1"},
	} {
		t.Run(c.a+" to "+c.b, func(t *testing.T) {
			t.Parallel()
			p := pbx.Start(t, fmt.Sprintf("127.0.%d.1", 24+i), pbx.Office)
			a, saidA := p.Phone(1, "udp", c.a, false)
			b, saidB := p.Phone(2, "udp", c.b, true)
			a.Dial("102")
			a.Wait("CALL_ESTABLISHED")
			b.Wait("CALL_ESTABLISHED")
			got := p.Calls(1)[0].Legs
			if !strings.HasPrefix(c.a, got[0].Codec) || !strings.HasPrefix(c.b, got[1].Codec) {
				t.Errorf("the legs are %+v", got)
			}
			time.Sleep(8 * time.Second)
			a.Hangup()
			b.Wait("CALL_CLOSED")
			p.Calls(0)
			p.SameSound("102", saidA, b.Heard())
			p.SameSound("101", saidB, a.Heard())
		})
	}
}
