package calltest

import (
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// How a call gets on at a provider, the caller is told in the provider's words: it
// waits in a line, is sent on, and rings anew each time (RFC 3261, section 21.1).
func TestRFC3261Section21_1ForwardedAndQueued(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.Dial("+442071234567")
		ring := east.Incoming()
		ring.Provisional(182, "3 Callers Before You", false, nil)
		if r := call.Expect("182"); !strings.Contains(r.Start, "3 Callers Before You") {
			t.Errorf("the caller was told %q", r.Start)
		}
		ring.Provisional(182, "3 Callers Before You", false, nil) // nothing new
		time.Sleep(time.Second)
		ring.Provisional(182, "2 Callers Before You", false, nil)
		call.Expect("182")
		ring.Ring()
		call.Expect("180")
		ring.Provisional(181, "Call Is Being Forwarded", false, nil)
		call.Expect("181")
		time.Sleep(time.Second)
		ring.Ring()
		call.Expect("180")
		ring.Answer()
		call.Expect("200")
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("forwarded and queued elsewhere")
	})
}

// A caller that demands reliable responses gets these so, too (RFC 3262, section
// 3).
func TestRFC3262Section3ForwardedReliably(t *testing.T) {
	Run(t, office, func(w *World) {
		a, c, gone := w.Phone("101"), w.Phone("103"), w.Phone("110")
		call := a.DialWith("110", demanding)
		gone.Incoming().Ring()
		call.acknowledge(reliable(t, call.Expect("180")), 200, nil)
		time.Sleep(5 * time.Second) // 110 sends who does not reach it on to 103
		ring := c.Incoming()
		call.acknowledge(reliable(t, call.Expect("181")), 200, nil)
		ring.Ring()
		call.acknowledge(reliable(t, call.Expect("180")), 200, nil)
		ring.Answer()
		call.Expect("200")
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("forwarded reliably")
	})
}

// Who hears of a call's end hears the reason that was given for it on the other
// side (RFC 3326), in the protocols that people read: those of SIP and of telephony.
func TestRFC3326ReasonAcrossACall(t *testing.T) {
	const given = `Q.850;cause=102;text="Recovery on timer expiry", SIP;cause=480`
	because := func(m *raw.Message) {
		m.Add("Reason", `X.int;reason-code=0x0;add-info=1, sip ;cause=480`)
		m.Add("Reason", `Q.850;cause=102;text="Recovery on timer expiry"`)
		m.Add("Reason", `Q.850;cause=16`) // one of each protocol counts (section 2)
	}
	reason := func(t *testing.T, m *raw.Message, want string) {
		t.Helper()
		if got := m.Get("Reason"); got != want {
			t.Errorf("%s: Reason %q, wanted %q", m.Label(), got, want)
		}
	}
	t.Run("BYE", func(t *testing.T) {
		Run(t, office, func(w *World) {
			a, b := w.Phone("101"), w.Phone("102")
			call, ring := talk(w, a, b)
			call.Do("BYE", because)
			call.stopMedia()
			reason(t, ring.Expect("BYE"), given)
			call, ring = talk(w, a, b)
			ring.Do("BYE", because)
			ring.stopMedia()
			reason(t, call.Expect("BYE"), given)
			call, ring = talk(w, a, b)
			ring.Do("BYE", func(m *raw.Message) { m.Add("Reason", "SIP;cause=606;text=\"; \"") })
			ring.stopMedia()
			reason(t, call.Expect("BYE"), `Q.850;cause=16;text="Normal call clearing", SIP;cause=606;text=";"`)
		})
	})
	t.Run("CANCEL", func(t *testing.T) {
		Run(t, office, func(w *World) {
			east, b := w.Provider("10.0.0.50"), w.Phone("102")
			call := east.Dial("+4930555102")
			ring := b.Incoming()
			ring.Ring()
			call.Expect("180")
			call.CancelWith(func(m *raw.Message) { m.Add("Reason", `SIP;cause=200;text="Call completed elsewhere"`) })
			reason(t, ring.Expect("CANCEL"), `SIP;cause=200;text="Call completed elsewhere"`)
			call = east.Dial("+4930555102")
			ring = b.Incoming()
			ring.Ring()
			call.Expect("180")
			call.Cancel()
			reason(t, ring.Expect("CANCEL"), "")
		})
	})
	t.Run("refusal", func(t *testing.T) {
		Run(t, office, func(w *World) {
			a, east := w.Phone("101"), w.Provider("10.0.0.50")
			call := a.Dial("+442071234567")
			ring := east.Incoming()
			ring.RejectWith(404, "Not Found", func(m *raw.Message) { m.Add("Reason", `Q.850;cause=28;text="Invalid number format"`) })
			reason(t, call.Expect("404"), `Q.850;cause=28;text="Invalid number format"`)
			call = a.Dial("+442071234567")
			ring = east.Incoming()
			ring.Reject(486, "Busy Here")
			reason(t, call.Expect("486"), `Q.850;cause=17;text="User busy"`)
		})
	})
	// A reason holds for the end that it was given for, and for none that comes of
	// something else.
	t.Run("of another end", func(t *testing.T) {
		Run(t, office, func(w *World) {
			a, b, d := w.Phone("101"), w.Phone("110"), w.Phone("104")
			call := a.Dial("110")
			ring := b.Incoming()
			ring.RejectWith(486, "Busy Here", func(m *raw.Message) { m.Add("Reason", "Q.850;cause=17") })
			second := d.Incoming()
			second.Reject(480, "Not There")
			reason(t, call.Expect("480"), `Q.850;cause=20;text="Subscriber absent"`)
		})
	})
}

// A far side that wants the session refreshed less often says so with 422, and
// is asked again (RFC 4028, section 7.4).
func TestRFC4028Section7_4LongerInterval(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.Dial("+442071234567")
		ring := east.Incoming()
		ring.RejectWith(422, "Session Interval Too Small", func(m *raw.Message) { m.Add("Min-SE", "3600") })
		again := ring.Expect("INVITE")
		if again.Get("Session-Expires") != "3600" || again.Get("Min-SE") != "3600" {
			t.Errorf("it was asked again with %q, Min-SE %q", again.Get("Session-Expires"), again.Get("Min-SE"))
		}
		call.Expect("200")
		ring.Expect("ACK")
		call.Hears(east)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("longer interval")
	})
}

// One that will not have it is not asked for ever.
func TestRFC4028Section7_4LongerIntervalThatIsNone(t *testing.T) {
	for _, min := range []string{"", "0", "1800", "999999999", "x"} {
		Run(t, office, func(w *World) {
			a, east := w.Phone("101"), w.Provider("10.0.0.50")
			call := a.Dial("+442071234567")
			ring := east.Incoming()
			ring.RejectWith(422, "Session Interval Too Small", func(m *raw.Message) {
				if min != "" {
					m.Add("Min-SE", min)
				}
			})
			call.Expect("500")
		})
	}
}
