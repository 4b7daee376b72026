//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"testing"
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
	p := startPBX(t, "127.0.67.1", coded)
	a, _ := p.phone(1, "udp", "pcmu", false)
	b, _ := p.phone(2, "udp", "pcmu", true)
	c, _ := p.phone(3, "udp", "pcmu", false)

	code := func(phone *baresip, code string) {
		t.Helper()
		phone.dial(code)
		phone.wait("CALL_ESTABLISHED")
		phone.wait("CALL_CLOSED") // the tones are over
	}
	code(b, "*78")
	a.dial("102")
	if e := a.wait("CALL_CLOSED"); !strings.Contains(e.Param, "480") {
		t.Errorf("who calls 102 gets %q", e.Param)
	}
	code(b, "*79")

	a.dial("102")
	a.wait("CALL_ESTABLISHED")
	b.wait("CALL_ESTABLISHED")
	p.calls(1)
	var live []struct {
		ID   string
		Legs []struct{ ID, Number string }
	}
	p.get("/calls", &live)
	leg := ""
	for _, l := range live[0].Legs {
		if l.Number == "101" {
			leg = l.ID
		}
	}
	if out, err := p.command("park", live[0].ID, "--leg", leg); err != nil {
		t.Fatalf("park: %v\n%s", err, out)
	}
	b.wait("CALL_CLOSED")
	var parked []struct{ Slot, Number, By string }
	p.get("/park", &parked)
	if got := fmt.Sprint(parked); got != "[{71 101 102}]" {
		t.Errorf("parked: %s", got)
	}
	c.dial("71")
	c.wait("CALL_ESTABLISHED")
	p.calls(1)
	c.hangup()
	a.wait("CALL_CLOSED")
	p.calls(0)

	a.dial("103")
	c.wait("CALL_INCOMING")
	b.dial("*8")
	b.wait("CALL_ESTABLISHED")
	a.wait("CALL_ESTABLISHED")
	c.wait("CALL_CLOSED")
	p.calls(1)
	a.hangup()
	b.wait("CALL_CLOSED")
	p.calls(0)
}
