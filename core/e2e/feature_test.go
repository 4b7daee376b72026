//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

const coded = `
extension "desk" {
  for_each     = { a = "101", b = "102", c = "103" }
  number       = each.value
  secret       = "k9-Vq2-hTw"
  pickup_group = "desk"
}
park "lot" { slots = "71-72" }
dialplan "internal" {
  from = [extension.desk]
  route "desk" {
    match = "1XX"
    to    = extension_number(call.to.number)
  }
  route "park" {
    match = "7X"
    to    = park.lot
  }
}
`

// Do not disturb by code, a call that is parked and taken up, and one that is
// picked up where it does not ring.
func TestFeatures(t *testing.T) {
	t.Parallel()
	p := pbx.Start(t, "127.0.67.1", coded)
	a, _ := p.Phone(1, "udp", "pcmu", false)
	b, _ := p.Phone(2, "udp", "pcmu", true)
	c, _ := p.Phone(3, "udp", "pcmu", false)

	code := func(phone *pbx.Baresip, code string) {
		t.Helper()
		phone.Dial(code)
		phone.Wait("CALL_ESTABLISHED")
		phone.Wait("CALL_CLOSED") // the tones are over
	}
	code(b, "*78")
	a.Dial("102")
	if e := a.Wait("CALL_CLOSED"); !strings.Contains(e.Param, "480") {
		t.Errorf("who calls 102 gets %q", e.Param)
	}
	code(b, "*79")

	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	p.Calls(1)
	var live []struct {
		ID   string
		Legs []struct{ ID, Number string }
	}
	p.Get("/calls", &live)
	leg := ""
	for _, l := range live[0].Legs {
		if l.Number == "101" {
			leg = l.ID
		}
	}
	if out, err := p.Command("park", live[0].ID, "--leg", leg); err != nil {
		t.Fatalf("park: %v\n%s", err, out)
	}
	b.Wait("CALL_CLOSED")
	var parked []struct{ Slot, Number, By string }
	p.Get("/park", &parked)
	if got := fmt.Sprint(parked); got != "[{71 101 102}]" {
		t.Errorf("parked: %s", got)
	}
	c.Dial("71")
	c.Wait("CALL_ESTABLISHED")
	p.Calls(1)
	c.Hangup()
	a.Wait("CALL_CLOSED")
	p.Calls(0)

	a.Dial("103")
	c.Wait("CALL_INCOMING")
	b.Dial("*8")
	b.Wait("CALL_ESTABLISHED")
	a.Wait("CALL_ESTABLISHED")
	c.Wait("CALL_CLOSED")
	p.Calls(1)
	a.Hangup()
	b.Wait("CALL_CLOSED")
	p.Calls(0)
}
