package calltest

import (
	"strings"
	"testing"
	"time"
)

// desks is an office whose phones set themselves.
const desks = `
extension "desk" {
  for_each = { a = "101", b = "102", c = "103", d = "104" }
  number   = each.value
  secret   = "k9-Vq2-hTw"
}
extension "busy" {
  number       = "110"
  secret       = "k9-Vq2-hTw"
  call_waiting = false
}
trunk "out" {
  peer         = "sip:10.0.0.50:5060"
  options_ping = "off"
}
dialplan "internal" {
  from = [extension.desk, extension.busy]
  route "desk" {
    match = "1XX"
    to    = extension_number(call.to.number)
  }
  route "out" {
    match = "+."
    to    = trunk.out
  }
}
dialplan "inbound" {
  from = [trunk.out]
  route "desk" {
    match = "+12125550100"
    to    = extension.desk["b"]
  }
}
`

// dial has a phone dial a code, which confirms it.
func dial(p *Phone, code string) {
	p.t.Helper()
	call := p.Dial(code)
	call.Expect("200")
	call.Expect("BYE")
}

func TestDoNotDisturbByCode(t *testing.T) {
	Run(t, desks, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		dial(b, "*78")
		a.Dial("102").Expect("480")
		w.Golden("do not disturb by code")
		w.Restart()
		a.Dial("102").Expect("480")
		dial(b, "*79")
		call := a.Dial("102")
		accept(b.Incoming(), call)
		call.Hangup()
	})
}

func TestForwardsByCode(t *testing.T) {
	t.Run("always, outside", func(t *testing.T) {
		Run(t, desks, func(w *World) {
			a, b, out := w.Phone("101"), w.Phone("102"), w.Provider("10.0.0.50")
			dial(b, "*722125550199")
			call := a.Dial("102")
			ring := out.Incoming()
			if to := ring.invite.Get("To"); !strings.Contains(to, "+12125550199") {
				t.Errorf("the trunk is asked for %s", to)
			}
			if d := ring.invite.Get("Diversion"); !strings.Contains(d, "<sip:102@") || !strings.Contains(d, "reason=unconditional") {
				t.Errorf("Diversion: %q", d)
			}
			accept(ring, call)
			call.Hears(out)
			ring.Hears(a)
			call.Hangup()
			ring.Expect("BYE")
			w.Golden("forwarded outside by code")
		})
	})
	t.Run("busy and not answered", func(t *testing.T) {
		Run(t, desks, func(w *World) {
			a, b, c, d := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104")
			dial(b, "*90103")
			dial(b, "*92104")
			call := a.Dial("102")
			b.Incoming().Reject(486, "Busy Here")
			accept(c.Incoming(), call)
			call.Hangup()
			time.Sleep(time.Second)
			call = a.Dial("102")
			ring := b.Incoming()
			ring.Ring()
			ring.Expect("CANCEL") // after 20 s
			accept(d.Incoming(), call)
			call.Hangup()
			time.Sleep(time.Second)
			b.TryRegister(0) // nobody is there
			call = a.Dial("102")
			accept(d.Incoming(), call)
			call.Hangup()
		})
	})
	t.Run("in a circle", func(t *testing.T) {
		Run(t, desks, func(w *World) {
			a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
			dial(b, "*72103")
			dial(c, "*72102")
			a.Dial("102").Expect("482")
			w.Golden("forwarded in a circle")
		})
	})
	t.Run("not where she may not dial", func(t *testing.T) {
		Run(t, desks, func(w *World) {
			b := w.Phone("102")
			for code, status := range map[string]string{"*72442079460000": "404", "*72011442079460000": "403", "*72199": "404", "*72": "404", "*72102": "482", "*72*79": "403"} {
				b.Dial(code).Expect(status)
			}
			if got := w.PBX.Devices("102"); len(got) != 1 {
				t.Errorf("%d devices", len(got))
			}
		})
	})
}

func TestCallWaiting(t *testing.T) {
	Run(t, desks, func(w *World) {
		a, b, c, lone := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("110")
		first := a.Dial("102")
		accept(b.Incoming(), first)
		second := c.Dial("102")
		waits := b.Incoming() // it rings while it talks
		waits.Ring()
		second.Expect("180")
		first.Hears(b)
		second.Cancel()
		waits.Expect("CANCEL")
		w.Golden("call waiting")

		dial(b, "*71")
		c.Dial("102").Expect("486")
		dial(b, "*70")
		second = c.Dial("102")
		accept(b.Incoming(), second)
		second.Hangup()
		first.Hangup()
		time.Sleep(time.Second)

		// Without call waiting one can still call for help, or ask a third.
		first = lone.Dial("101")
		accept(a.Incoming(), first)
		c.Dial("110").Expect("486")
		second = lone.Dial("102")
		accept(b.Incoming(), second)
		second.Hangup()
		first.Hangup()
	})
}

func TestIntercom(t *testing.T) {
	Run(t, desks, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call := a.Dial("*80102")
		in := b.Incoming()
		for name, want := range map[string]string{"Call-Info": "<sip:plugboard>;answer-after=0", "Answer-Mode": "Auto", "Alert-Info": "info=alert-autoanswer"} {
			if got := in.invite.Get(name); !strings.Contains(got, want) {
				t.Errorf("%s: %q", name, got)
			}
		}
		in.AnswerNow()
		call.Expect("200")
		call.Hears(b)
		in.Hears(a)
		c.Dial("*80102").Expect("486") // it does not disturb who talks
		call.Hangup()
		in.Expect("BYE")
		dial(b, "*78")
		a.Dial("*80102").Expect("480")
		w.Golden("intercom")
	})
}
