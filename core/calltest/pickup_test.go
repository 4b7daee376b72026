package calltest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// sales has two desks that pick up each other's calls, and a group with one more.
var sales = strings.Replace(strings.Replace(office, `extension "patient" {`, `extension "sales" {
  for_each     = { x = "121", y = "122" }
  number       = each.value
  secret       = "k9-Vq2-hTw"
  pickup_group = "sales"
}
group "sales" {
  number  = "720"
  members = [extension.sales["x"], extension.desk["b"]]
}
extension "patient" {`, 1), `  from = [extension.desk, extension.patient]`, `  from = [extension.desk, extension.patient, extension.sales]
  route "sales" {
    match = group.sales.number
    to    = group.sales
  }`, 1)

// ringing is the dialog of a call that rings here, as a lamp tells others of it
// (RFC 4235): "to" is whose lamp it is.
func (c *Call) ringing() string {
	c.dialog.Lock()
	defer c.dialog.Unlock()
	return fmt.Sprintf("%s;to-tag=%s;from-tag=%s", c.id, c.localTag, c.remoteTag)
}

// replaces calls a number with a Replaces header.
func (p *Phone) replaces(number, dialog string) *Call {
	return p.DialWith(number, func(m *raw.Message) {
		m.Add("Require", "replaces")
		m.Add("Replaces", dialog)
	})
}

func TestPickupByReplaces(t *testing.T) {
	Run(t, sales, func(w *World) {
		a, b, x, y := w.Phone("101"), w.Phone("102"), w.Phone("121"), w.Phone("122")
		call := a.Dial("720")
		ringB, ringX := b.Incoming(), x.Incoming()
		ringB.Ring()
		ringX.Ring()
		call.Expect("180")
		time.Sleep(time.Second)
		pick := y.replaces("121", ringX.ringing())
		pick.Expect("200")
		call.Expect("200")
		for _, r := range []*Call{ringB, ringX} {
			if why := r.Expect("CANCEL").Get("Reason"); !strings.Contains(why, "SIP;cause=200") {
				t.Errorf("%s is cancelled because of %q", r.Phone.Number, why)
			}
		}
		call.Hears(y)
		pick.Hears(a)
		pick.Hangup()
		call.Expect("BYE")
		w.Golden("pickup by replaces")
	})
}

// Replaces is not a way into the calls of others.
func TestReplacesIsRefused(t *testing.T) {
	Run(t, sales, func(w *World) {
		a, b, x, y, east := w.Phone("101"), w.Phone("102"), w.Phone("121"), w.Phone("122"), w.Provider("10.0.0.50")
		call := a.Dial("121")
		ring := x.Incoming()
		ring.Ring()
		call.Expect("180")
		rings := ring.ringing()
		b.replaces("121", rings).Expect("403") // of another pickup_group
		east.DialWith("+4930555101", func(m *raw.Message) { m.Add("Replaces", rings) }).Expect("403")
		y.replaces("121", "nobody;to-tag=a;from-tag=b").Expect("481")
		y.replaces("121", strings.Replace(rings, "from-tag=", "from-tag=x", 1)).Expect("481")
		y.replaces("121", "nonsense").Expect("400")
		y.DialWith("121", func(m *raw.Message) { m.Add("Replaces", rings); m.Add("Replaces", rings) }).Expect("400")
		ring.Answer()
		call.Expect("200")
		y.replaces("121", rings).Expect("403") // a call that talks is nobody's but theirs
		call.Hears(x)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("replaces refused")
	})
}

// Another device of the extension takes its call over; early-only forbids it.
func TestReplacesByOnesOwnPhone(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b1 := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b1)
		b2 := w.Phone("102")
		b2.replaces("102", ring.ringing()+";early-only").Expect("486")
		take := b2.replaces("102", ring.ringing())
		take.Expect("200")
		ring.Expect("BYE")
		call.Hears(b2)
		take.Hears(a)
		take.Hangup()
		call.Expect("BYE")
		w.Golden("replaces by ones own phone")
	})
}

// A phone sends a call on by itself (302).
func TestRedirectByPhone(t *testing.T) {
	for _, c := range []struct{ name, contact, to string }{
		{"an extension", "<sip:103@10.0.0.12>", "103"},
		{"a group", "<sip:700@plugboard>;q=0.5", "103"},
		{"outside", "<tel:+442079460000>", "+3050"},
	} {
		t.Run(c.name, func(t *testing.T) {
			Run(t, office, func(w *World) {
				a, b := w.Phone("101"), w.Phone("102")
				third, east := w.Phone("103"), w.Provider("10.0.0.50")
				if c.name == "outside" {
					third = east
				}
				call := a.Dial("102")
				b.Incoming().sendsOn(c.contact)
				if c.name == "a group" {
					b.Incoming().Ring() // it is one of them
				}
				ring := third.Incoming()
				ring.Ring()
				call.Expect("180")
				ring.Answer()
				call.Expect("200")
				call.Hears(third)
				if c.name == "outside" {
					if got := ring.invite.Get("Diversion"); !strings.Contains(got, "4930555102") || !strings.Contains(got, "reason=deflection") {
						t.Errorf("Diversion: %s", got)
					}
				}
				call.Hangup()
				ring.Expect("BYE")
				w.Golden("redirect to " + c.name)
			})
		})
	}
}

// sendsOn refuses a call that rings with where it shall go.
func (c *Call) sendsOn(contact string) {
	c.Phone.t.Helper()
	c.dialog.Lock()
	r := c.invite.Reply(302, "Moved Temporarily", c.localTag)
	r.Add("Contact", contact)
	c.final = r
	c.Phone.write(r)
	c.dialog.Unlock()
	c.Expect("ACK")
}

func TestRedirectIsNotFollowed(t *testing.T) {
	for _, c := range []struct{ name, dial, contact, status string }{
		{"to itself", "102", "<sip:102@plugboard>", "482"},
		{"to what may not be dialled", "102", "<sip:+19005550000@plugboard>", "403"},
		{"to nobody", "102", "<sip:199@plugboard>", "404"},
		{"to an address without a number", "102", "<sip:10.0.0.77>", "480"},
		{"of a member of a group", "700", "<sip:105@plugboard>", "480"},
	} {
		t.Run(c.name, func(t *testing.T) {
			Run(t, office, func(w *World) {
				a, b, e := w.Phone("101"), w.Phone("102"), w.Phone("105")
				call := a.Dial(c.dial)
				b.Incoming().sendsOn(c.contact)
				call.Expect(c.status)
				e.Silent(time.Second)
			})
		})
	}
}

// Two phones that send to each other: it ends.
func TestRedirectInALoop(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call := a.Dial("102")
		b.Incoming().sendsOn("<sip:103@plugboard>")
		c.Incoming().sendsOn("<sip:102@plugboard>")
		call.Expect("482")
		w.Golden("redirect in a loop")
	})
}

// Where a trunk sends a call is never followed: it failed there, and the next
// one is tried.
func TestRedirectByTrunk(t *testing.T) {
	blocks := strings.Replace(office, `to            = trunk.east`, `to            = failover.out`, 1) + `
failover "out" { order = [trunk.east, trunk.west] }`
	Run(t, blocks, func(w *World) {
		a, east, west := w.Phone("101"), w.Provider("10.0.0.50"), w.Provider("10.0.0.60")
		call := a.Dial("+442071234567")
		east.Incoming().sendsOn("<sip:+19005550000@10.0.0.50>")
		ring := west.Incoming()
		ring.Answer()
		call.Expect("200")
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("redirect by a trunk")
	})
}
