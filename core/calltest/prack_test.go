package calltest

import (
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
