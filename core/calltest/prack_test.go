package calltest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// acknowledges waits for a PRACK and checks what it names.
func (c *Call) acknowledges(rack string) {
	c.Phone.t.Helper()
	if got := c.Expect("PRACK").Get("RAck"); got != rack {
		c.Phone.t.Errorf("phone %s: RAck %q, wanted %q", c.Phone.Number, got, rack)
	}
}

// A provider says reliably that it rings, and sends its announcement before the
// answer: each response gets its PRACK, in its order, and one that comes again
// gets none.
func TestRFC3262Section4TrunkRingsReliably(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.Dial("+442071234567")
		ring := east.Incoming()
		if s := ring.invite.Get("Supported"); !strings.Contains(s, "100rel") {
			t.Errorf("Supported: %s", s)
		}
		ring.Reliably(180, "Ringing", false, 41)
		ring.acknowledges("41 1 INVITE")
		call.Expect("180")
		ring.Reliably(180, "Ringing", false, 41) // it was not sure
		ring.Reliably(183, "Session Progress", true, 43)
		ring.Quiet(time.Second) // 42 is missing
		call.Quiet(time.Second)
		ring.Reliably(183, "Session Progress", true, 42)
		ring.acknowledges("42 1 INVITE")
		call.Expect("183")
		call.Hears(east)
		ring.AnswerBare()
		call.Expect("200")
		call.Hears(east)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("trunk rings reliably")
	})
}

// Two branches of a fork behind a provider number their responses by
// themselves; each PRACK goes to its own.
func TestRFC3262Section4ForkedReliably(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.Dial("+442071234567")
		one := east.Incoming()
		two := one.Branch()
		one.Reliably(180, "Ringing", false, 9)
		one.acknowledges("9 1 INVITE")
		two.Reliably(183, "Session Progress", true, 7000)
		two.acknowledges("7000 1 INVITE")
		one.Reliably(180, "Ringing", false, 10)
		one.acknowledges("10 1 INVITE")
		call.Expect("183")
		two.AnswerBare()
		call.Expect("200")
		call.Hears(east)
		call.Hangup()
		two.Expect("BYE")
		w.Golden("forked reliably")
	})
}

// A response that says Require: 100rel and has no number is one like any other.
func TestRFC3262Section4NoRSeq(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.Dial("102")
		ring := b.Incoming()
		ring.Provisional(180, "Ringing", false, func(m *raw.Message) { m.Add("Require", "100rel") })
		call.Expect("180")
		ring.Quiet(time.Second)
		ring.Answer()
		call.Expect("200")
		call.Hangup()
		ring.Expect("BYE")
	})
}

// A PRACK that is lost is sent again, by its transaction alone.
func TestRFC3262Section4PRACKIsLost(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.Dial("102")
		ring := b.Incoming()
		lost := 0
		w.Net.Drop(func(d Datagram) bool {
			if strings.HasPrefix(string(d.Data), "PRACK") && lost < 2 {
				lost++
				return true
			}
			return false
		})
		ring.Reliably(180, "Ringing", false, 1)
		call.Expect("180")
		ring.Reliably(180, "Ringing", false, 1)
		ring.acknowledges("1 1 INVITE")
		ring.Answer()
		call.Expect("200")
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("prack is lost")
	})
}

// demanding makes an INVITE demand that each provisional response be reliable.
func demanding(m *raw.Message) { m.Add("Require", "100rel") }

// able makes an INVITE say that reliable responses are understood.
func able(m *raw.Message) { m.Add("Supported", "100rel") }

// acknowledge sends the PRACK to a response, which the test may change, and
// checks what it gets.
func (c *Call) acknowledge(r *raw.Message, status int, edit func(*raw.Message)) *raw.Message {
	c.Phone.t.Helper()
	got := c.Do("PRACK", func(m *raw.Message) {
		m.Add("RAck", r.Get("RSeq")+" "+r.Get("CSeq"))
		if edit != nil {
			edit(m)
		}
	})
	if got.Status() != status {
		c.Phone.t.Fatalf("phone %s: PRACK got %s, wanted %d", c.Phone.Number, got.Label(), status)
	}
	return got
}

// reliable checks that a response asks for a PRACK.
func reliable(t *testing.T, r *raw.Message) *raw.Message {
	t.Helper()
	if r.Get("Require") != "100rel" || r.Get("RSeq") == "" {
		t.Fatalf("%s: Require %q, RSeq %q", r.Label(), r.Get("Require"), r.Get("RSeq"))
	}
	return r
}

// A caller demands that 180 and 183 are reliable: the second waits for the
// PRACK of the first, and as the 183 held the answer, the 200 holds none.
func TestRFC3262Section3CallerDemands(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.DialWith("+442071234567", demanding)
		ring := east.Incoming()
		ring.Ring()
		first := reliable(t, call.Expect("180"))
		ring.Progress()
		time.Sleep(300 * time.Millisecond)
		call.acknowledge(first, 200, nil)
		second := reliable(t, call.Expect("183"))
		if a, b := first.Get("RSeq"), second.Get("RSeq"); len(a) == len(b) && a >= b {
			t.Errorf("RSeq %s, then %s", a, b)
		}
		call.acknowledge(second, 200, nil)
		call.Hears(east)
		ring.Answer()
		if call.Expect("200").Body != "" {
			t.Error("the 200 holds a description after the answer was acknowledged (RFC 6337, section 3.1.1)")
		}
		call.Hears(east)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("caller demands reliable ringing")
	})
}

// A caller that can: a 183 with a description is reliable, a 180 is not.
func TestRFC3262Section3CallerCan(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.DialWith("+442071234567", able)
		ring := east.Incoming()
		ring.Ring()
		if r := call.Expect("180"); r.Get("RSeq") != "" {
			t.Error("a 180 without a description is reliable")
		}
		ring.Progress()
		call.acknowledge(reliable(t, call.Expect("183")), 200, nil)
		call.Hears(east)
		ring.Answer()
		call.Expect("200")
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("reliable early media")
	})
}

// Nobody acknowledges: the response is repeated at twice the interval each
// time, and after 64 T1 the call is refused.
func TestRFC3262Section3NoPRACK(t *testing.T) {
	Run(t, office+`
extension "slow" {
  number = "120"
  secret = "k9-Vq2-hTw"
  ring   = "60s"
}
`, func(w *World) {
		a, b := w.Phone("101"), w.Phone("120")
		call := a.DialWith("120", demanding)
		ring := b.Incoming()
		ring.Ring()
		call.Expect("504")
		ring.Expect("CANCEL")
		w.Golden("ringing that is not acknowledged")
	})
}

// The answer does not overtake a description that is not acknowledged yet.
func TestRFC3262Section3AnswerWaits(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.DialWith("+442071234567", able)
		ring := east.Incoming()
		ring.Progress()
		r := call.Expect("183")
		ring.Answer()
		time.Sleep(time.Second)
		call.acknowledge(r, 200, nil)
		call.Expect("200")
		call.Hears(east)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("answer waits for the PRACK")
	})
}

// An INVITE without an offer: the first reliable response holds it, and the
// PRACK the answer.
func TestRFC3262Section5DelayedOffer(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.DialWith("102", func(m *raw.Message) {
			m.Body = ""
			m.Header = slices.DeleteFunc(m.Header, func(f raw.Field) bool { return f.Name == "Content-Type" })
			demanding(m)
		})
		ring := b.Incoming()
		ring.Ring()
		r := reliable(t, call.Expect("180"))
		call.acknowledge(r, 200, func(m *raw.Message) { call.setBody(m, call.answer(r.Body)) })
		ring.Answer()
		if call.Expect("200").Body != "" {
			t.Error("the 200 holds another offer")
		}
		call.Hears(b)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("delayed offer in ringing")
	})
}

// A PRACK that leaves our offer without an answer ends the call.
func TestRFC3262Section5NoAnswerInPRACK(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.DialWith("102", func(m *raw.Message) {
			m.Body = ""
			m.Header = slices.DeleteFunc(m.Header, func(f raw.Field) bool { return f.Name == "Content-Type" })
			demanding(m)
		})
		ring := b.Incoming()
		ring.Ring()
		call.acknowledge(call.Expect("180"), 400, nil)
		call.Expect("400")
		ring.Expect("CANCEL")
	})
}

// A PRACK names its response, once.
func TestRFC3262Section3PRACKMatchesByRAck(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.DialWith("102", demanding)
		ring := b.Incoming()
		ring.Ring()
		r := call.Expect("180")
		for _, c := range []struct {
			rack   string
			status int
		}{
			{"1 2 INVITE", 481}, {r.Get("RSeq") + " 77 INVITE", 481}, {r.Get("RSeq"), 400}, {r.Get("RSeq") + " 2 BYE", 400}, {"x y INVITE", 400},
		} {
			call.acknowledge(r, c.status, func(m *raw.Message) { m.Set("RAck", c.rack) })
		}
		call.acknowledge(r, 200, nil)
		call.acknowledge(r, 481, nil)
		ring.Answer()
		call.Expect("200")
		call.Hears(b)
		call.Hangup()
		ring.Expect("BYE")
	})
}

// Once the answer is acknowledged, a further offer in a PRACK or an UPDATE is
// answered while it rings (RFC 3262, section 5; RFC 3311, section 5.2).
func TestRFC3311Section5_2OffersBeforeTheAnswer(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.DialWith("+442071234567", able)
		ring := east.Incoming()
		ring.Progress()
		r := call.Expect("183")
		got := call.acknowledge(r, 200, func(m *raw.Message) { call.setBody(m, call.offer("sendrecv")) })
		if !strings.Contains(got.Body, "m=audio") {
			t.Errorf("the offer in PRACK has no answer: %q", got.Body)
		}
		got = call.Do("UPDATE", func(m *raw.Message) { call.setBody(m, call.offer("sendonly")) })
		if got.Status() != 200 || !strings.Contains(got.Body, "a=recvonly") {
			t.Errorf("UPDATE got %s, %q", got.Label(), got.Body)
		}
		got = call.Do("UPDATE", func(m *raw.Message) { call.setBody(m, call.offer("sendrecv")) })
		if got.Status() != 200 {
			t.Errorf("UPDATE got %s", got.Label())
		}
		ring.Answer()
		call.Expect("200")
		call.Hears(east)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("offers before the answer")
	})
}

// A CANCEL ends the wait for a PRACK.
func TestRFC3262Section3Cancelled(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.DialWith("102", demanding)
		ring := b.Incoming()
		ring.Ring()
		call.Expect("180")
		call.Cancel()
		ring.Expect("CANCEL")
		call.Quiet(time.Minute)
	})
}
