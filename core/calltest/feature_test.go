package calltest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/tts"
)

// desks is an office whose phones set themselves.
const desks = `
extension "desk" {
  for_each     = { a = "101", b = "102", c = "103", d = "104" }
  number       = each.value
  secret       = "k9-Vq2-hTw"
  pickup_group = each.key == "d" ? "other" : "desk"
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
park "lot" {
  slots   = "71-72"
  timeout = "45s"
}
park "night" {
  slots      = "81-82"
  timeout    = "30s"
  on_timeout = extension.desk["d"]
}
dialplan "internal" {
  from = [extension.desk, extension.busy]
  route "park" {
    match = ["70", "71", "72"]
    to    = park.lot
  }
  route "night" {
    match = ["80", "81", "82"]
    to    = park.night
  }
  route "desk" {
    match = "1XX"
    to    = extension_number(call.to.number)
  }
  route "out" {
    match = "+."
    to    = trunk.out
  }
}
group "floor" { # speaks to all of them, whoever's turn it is
  strategy = "round_robin"
  members  = [extension.desk, extension.busy]
}
dialplan "paging" {
  from = [extension.pager]
  route "all" {
    match = "90"
    to    = page(group.floor)
  }
}
extension "pager" {
  number = "120"
  secret = "k9-Vq2-hTw"
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

func TestPage(t *testing.T) {
	Run(t, desks, func(w *World) {
		a, b, c, d, pager := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104"), w.Phone("120")
		dial(c, "*78") // wants to be left alone
		talk := a.Dial("104")
		accept(d.Incoming(), talk)
		talk.Hears(d)
		other := w.Phone("110")

		call := pager.Dial("90")
		one, two := b.Incoming(), other.Incoming()
		if got := one.invite.Get("Call-Info"); !strings.Contains(got, "answer-after=0") {
			t.Errorf("Call-Info: %q", got)
		}
		one.AnswerNow()
		call.Expect("200")
		two.Ring() // this one is slower
		two.AnswerNow()
		one.Hears(pager)
		two.Hears(pager)
		call.Hears()
		talk.Hears(d) // who talks is not disturbed
		one.Hangup()
		two.Hears(pager)
		call.Hangup()
		two.Expect("BYE")
		talk.Hangup()
		time.Sleep(time.Second)
		w.Golden("page")

		// Nobody is left to hear: the page is over. A phone that does not answer by
		// itself is left out after a while.
		call = pager.Dial("90")
		one, two = b.Incoming(), other.Incoming()
		three, four := a.Incoming(), d.Incoming()
		one.AnswerNow()
		call.Expect("200")
		two.Ring()
		three.Reject(486, "Busy Here")
		two.Expect("CANCEL")
		four.Expect("CANCEL")
		one.Hangup()
		call.Expect("BYE")
	})
}

func TestPageThatNobodyHears(t *testing.T) {
	Run(t, desks, func(w *World) {
		b, pager := w.Phone("102"), w.Phone("120")
		call := pager.Dial("90")
		b.Incoming().Reject(486, "Busy Here")
		call.Expect("486")
		dial(b, "*78")
		pager.Dial("90").Expect("480")
		dial(b, "*79")
		call = pager.Dial("90")
		ring := b.Incoming()
		ring.Ring()
		call.Cancel()
		ring.Expect("CANCEL")
		call = pager.Dial("90")
		ring = b.Incoming()
		ring.Expect("CANCEL") // after 10 s
		call.Expect("480")
	})
}

// Hold, dial the code, and the display says where the call is.
func TestParkByCode(t *testing.T) {
	RunMedia(t, withMusic, desks, func(w *World) {
		b, c, out := w.Phone("102"), w.Phone("103"), w.Provider("10.0.0.50")
		call := out.Dial("+12125550100")
		ring := b.Incoming()
		accept(ring, call)
		call.Hears(b)
		ring.Hold()
		park := b.Dial("*68")
		park.Expect("200")
		ring.Expect("BYE") // the caller is in the park now
		park.Expect("BYE")
		if got := w.PBX.Calls.Parked(); len(got) != 1 || got[0].Slot != "71" || got[0].By != "102" || got[0].Number != "+493050" {
			t.Errorf("parked: %+v", got)
		}
		call.Hears(music)
		up := c.Dial("71")
		up.Expect("200")
		up.Hears(out)
		call.Hears(c)
		if got := w.PBX.Calls.Parked(); len(got) != 0 {
			t.Errorf("still parked: %+v", got)
		}
		c.Dial("71").Expect("404")
		call.Hangup()
		up.Expect("BYE")
		w.Golden("park by code")
		b.Dial("*68").Expect("480") // nothing to park
	})
}

func TestParkByTransfer(t *testing.T) {
	Run(t, desks, func(w *World) {
		a, b, c, d := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104")
		// Blind, to a slot, and to the first free one.
		call := a.Dial("102")
		ring := b.Incoming()
		accept(ring, call)
		sendTo(ring, "71")
		other := c.Dial("102")
		ring = b.Incoming()
		accept(ring, other)
		sendTo(ring, "70")
		third := d.Dial("102")
		ring = b.Incoming()
		accept(ring, third)
		third.Hears(b)
		// All are taken: the call stays with who wants to park it.
		wants(t, "REFER", ring.refer("sip:70@plugboard"), 202)
		ring.told("100")
		ring.told("486")
		third.Hears(b)
		third.Hangup()
		ring.Expect("BYE")
		var slots []string
		for _, p := range w.PBX.Calls.Parked() {
			slots = append(slots, p.Slot+" "+p.Number)
		}
		if got := strings.Join(slots, ", "); got != "71 101, 72 103" {
			t.Errorf("parked: %s", got)
		}
		call.Hangup()
		other.Hangup()
		time.Sleep(time.Second)
		if got := w.PBX.Calls.Parked(); len(got) != 0 {
			t.Errorf("still parked: %+v", got)
		}
	})
}

// One is parked oneself, sees where, and then gives the place to who shall wait.
func TestParkByAttendedTransfer(t *testing.T) {
	Run(t, desks, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call := a.Dial("102")
		ring := b.Incoming()
		accept(ring, call)
		ring.Hold()
		park := b.Dial("70")
		park.Expect("200")
		if got := w.PBX.Calls.Parked(); len(got) != 1 || got[0].Slot != "71" || got[0].Number != "102" {
			t.Errorf("parked: %+v", got)
		}
		wants(t, "REFER", ring.refer(park.replacing("70")), 202)
		ring.told("100")
		ring.told("200")
		park.Expect("BYE")
		ring.Expect("BYE")
		if got := w.PBX.Calls.Parked(); len(got) != 1 || got[0].Slot != "71" || got[0].Number != "101" || got[0].By != "102" {
			t.Errorf("parked: %+v", got)
		}
		up := c.Dial("71")
		up.Expect("200")
		up.Hears(a)
		call.Hears(c)
		up.Hangup()
		call.Expect("BYE")
		w.Golden("park by attended transfer")
	})
}

// Where the configuration speaks, one hears where one has parked a call: by code
// before the call with the code ends, by an attended transfer before the music.
func TestParkedAtIsSpoken(t *testing.T) {
	waiting := &Phone{Number: "the music", Tone: Tones[len(Tones)-2]}
	h := &hum{slow: 300 * time.Millisecond}
	speaking := desks + `
dialplan "speaks" {
  from = []
  route "any" { to = play(say("hum 1")) }
}
`
	RunAt(t, Site{Media: fmt.Sprintf("music = tone(\"%.0f/1000\")", waiting.Tone), Voices: map[string]tts.Engine{"tts-command": h}}, speaking, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.Dial("102")
		ring := b.Incoming()
		accept(ring, call)
		ring.Hold()
		park := b.Dial("*68")
		park.Expect("200")
		park.Hears(speaker)
		call.Hears(waiting)
		ring.Expect("BYE")
		park.Expect("BYE")
		call.Hangup()

		call = a.Dial("102")
		ring = b.Incoming()
		accept(ring, call)
		ring.Hold()
		park = b.Dial("70")
		park.Expect("200")
		park.Hears(speaker)
		time.Sleep(1500 * time.Millisecond)
		park.Hears(waiting)
		wants(t, "REFER", ring.refer(park.replacing("70")), 202)
		ring.told("100")
		ring.told("200")
		park.Expect("BYE")
		ring.Expect("BYE")
		call.Hears(waiting)
		call.Hangup()
		if texts := spokenTexts(h); !slices.Contains(texts, "Parked at 7 1.") {
			t.Errorf("spoken: %q", texts)
		}
	})
}

func spokenTexts(h *hum) (texts []string) {
	for _, r := range h.spoke() {
		texts = append(texts, r.Text)
	}
	return texts
}

// A slot has a lamp: lit while somebody waits there.
func TestLampOfASlot(t *testing.T) {
	Run(t, desks, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		lamp, m := c.Watch("71", "dialog")
		if got := LampOf(m); got != "terminated" {
			t.Errorf("at first it shows %q", got)
		}
		call := a.Dial("102")
		ring := b.Incoming()
		accept(ring, call)
		sendTo(ring, "71")
		lamp.Shows(`confirmed 101 "Phone 101"`)
		call.Hangup()
		lamp.Shows("terminated")
	})
}

// sendTo transfers a call blind to a park.
func sendTo(c *Call, slot string) {
	c.Phone.t.Helper()
	wants(c.Phone.t.(*testing.T), "REFER", c.refer("sip:"+slot+"@plugboard"), 202)
	c.told("100")
	c.told("200")
	c.Expect("BYE")
}

func TestParkedTooLong(t *testing.T) {
	t.Run("who parked is rung, again and again", func(t *testing.T) {
		Run(t, desks, func(w *World) {
			b, c, out := w.Phone("102"), w.Phone("103"), w.Provider("10.0.0.50")
			call := out.Dial("+12125550100")
			ring := b.Incoming()
			accept(ring, call)
			sendTo(ring, "70")
			back := b.Incoming()
			if from := back.invite.Get("From"); !strings.Contains(from, "Recall") || !strings.Contains(from, "+493050") {
				t.Errorf("From: %s", from)
			}
			back.Ring()
			back.Expect("CANCEL") // after 20 s; the caller waits on
			w.Reload(desks + `park "more" { slots = "91" }
dialplan "more" {
  from = []
  route "more" { to = park.more }
}
`)
			back = b.Incoming()
			back.Ring()
			up := c.Dial("71") // meanwhile somebody else takes it up
			up.Expect("200")
			back.Expect("CANCEL")
			up.Hears(out)
			call.Hears(c)
			up.Hangup()
			call.Expect("BYE")

			call = out.Dial("+12125550100")
			ring = b.Incoming()
			accept(ring, call)
			sendTo(ring, "70")
			back = b.Incoming()
			back.Answer()
			back.Hears(out)
			call.Hears(b)
			if got := w.PBX.Calls.Parked(); len(got) != 0 {
				t.Errorf("still parked: %+v", got)
			}
			call.Hangup()
			back.Expect("BYE")
			w.Golden("parked too long")
		})
	})
	t.Run("on_timeout", func(t *testing.T) {
		Run(t, desks, func(w *World) {
			a, b, d := w.Phone("101"), w.Phone("102"), w.Phone("104")
			call := a.Dial("102")
			ring := b.Incoming()
			accept(ring, call)
			sendTo(ring, "80")
			over := d.Incoming()
			if got := w.PBX.Calls.Parked(); len(got) != 0 {
				t.Errorf("still parked: %+v", got)
			}
			over.Answer()
			over.Hears(a)
			call.Hangup()
			over.Expect("BYE")
		})
	})
}

func TestPickupByCode(t *testing.T) {
	Run(t, desks, func(w *World) {
		a, b, c, d, out := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104"), w.Provider("10.0.0.50")
		d.Dial("*8").Expect("480") // nothing rings
		call := out.Dial("+12125550100")
		ring := b.Incoming()
		ring.Ring()
		call.Expect("180")
		d.Dial("*8").Expect("480") // is not of the group
		d.Dial("*8102").Expect("480")
		pick := a.Dial("*8")
		pick.Expect("200")
		ring.Expect("CANCEL")
		call.Expect("200")
		call.Hears(a)
		pick.Hears(out)
		call.Hangup()
		pick.Expect("BYE")

		call = d.Dial("103")
		ring = c.Incoming()
		ring.Ring()
		a.Dial("*8102").Expect("480") // that one does not ring
		a.Dial("*8199").Expect("404")
		pick = a.Dial("*8103")
		pick.Expect("200")
		ring.Expect("CANCEL")
		call.Expect("200")
		call.Hears(a)
		pick.Hangup()
		call.Expect("BYE")
		w.Golden("pickup by code")
	})
}

// Ben holds two calls, and joins them with himself.
func TestJoinByCode(t *testing.T) {
	Run(t, desks, func(w *World) {
		a, b, c, out := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Provider("10.0.0.50")
		call := out.Dial("+12125550100")
		ring := b.Incoming()
		accept(ring, call)
		ring.Hold()
		b.Dial("*33").Expect("480") // with whom?
		asks := b.Dial("103")
		asked := c.Incoming()
		accept(asked, asks)
		asks.Hold()
		join := b.Dial("*33")
		join.Expect("200")
		ring.Expect("BYE")
		asks.Expect("BYE")
		join.Hears(out, c)
		call.Hears(b, c)
		asked.Hears(b, out)
		a.Dial("*33").Expect("480") // has no call
		if got := w.Calls(); len(got) != 1 || len(got[0].Legs) != 3 {
			t.Errorf("calls: %+v", got)
		}
		join.Hangup()
		time.Sleep(time.Second)
		call.Hears(c)
		asked.Hears(out)
		call.Hangup()
		asked.Expect("BYE")
		w.Golden("join by code")
	})
}

// Two calls on hold are joined into the conference that one of them is.
func TestJoinByCodeInAConference(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		asks := b.Dial("103")
		asked := c.Incoming()
		accept(asked, asks)
		asks.Hold()
		other := a.Dial("800")
		other.Expect("200")
		meet := b.Dial("800")
		meet.Expect("200")
		meet.Hold()
		join := b.Dial("*33")
		join.Expect("200")
		meet.Expect("BYE")
		asks.Expect("BYE")
		join.Hears(a, c)
		other.Hears(b, c)
		asked.Hears(a, b)
		asked.Hangup()
		other.Hangup()
		join.Hangup()
	})
}
