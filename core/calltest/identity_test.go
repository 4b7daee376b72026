package calltest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

const identities = `
extension "a" {
  number    = "101"
  secret    = "k9-Vq2-hTw"
  caller_id = "+12125550101"
  may_dial  = ["+."]
}
extension "b" {
  number    = "102"
  secret    = "k9-Vq2-hTw"
  caller_id = "+12125550102"
  name      = "Ben"
  ring      = "10s"
  no_answer = trunk.west
  may_dial  = ["+."]
}
trunk "east" {
  peer         = "sip:10.0.0.50"
  options_ping = "off"
}
trunk "west" {
  peer         = "sip:10.0.0.60"
  options_ping = "off"
}
emergency {
  numbers = ["911"]
  via     = trunk.west
}
dialplan "inbound" {
  from = [trunk.east]
  route "withheld" {
    match = "+12125550199"
    to    = call.from.number == "anonymous" ? reject("denied") : extension.a
  }
  route "all" {
    match = "+12125550{ext:1XX}"
    to    = extension_number(match.ext)
  }
}
dialplan "internal" {
  from = [extension.a, extension.b]
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
  route "out" {
    match = "+."
    to    = trunk.west
  }
}
`

// anonymous makes an INVITE one of somebody who withholds a number that the
// provider knows (RFC 3325 §9.3).
func anonymous(m *raw.Message) {
	_, tag, _ := strings.Cut(m.Get("From"), ";tag=")
	m.Set("From", `"Anonymous" <sip:anonymous@anonymous.invalid>;tag=`+tag)
	m.Add("P-Asserted-Identity", `"Carl" <sip:+14155550123@east.example>`)
	m.Add("Privacy", "id")
}

// shown fails the test if a message does not tell who calls so; "" is no
// header.
func shown(t *testing.T, m *raw.Message, from, identity, privacy string) {
	t.Helper()
	got, _, _ := strings.Cut(m.Get("From"), ";tag=")
	if got != from || m.Get("P-Asserted-Identity") != identity || m.Get("Privacy") != privacy {
		t.Errorf("From: %s\nP-Asserted-Identity: %s\nPrivacy: %s", got, m.Get("P-Asserted-Identity"), m.Get("Privacy"))
	}
}

const nobody = `"Anonymous" <sip:anonymous@anonymous.invalid>`

// A caller who withholds the number is anonymous to a phone and to the
// dialplan, and not to the record.
func TestWithheldNumber(t *testing.T) {
	Run(t, identities, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := east.DialWith("+12125550101", anonymous)
		ring := a.Incoming()
		shown(t, ring.invite, nobody, "", "id")
		if from := w.Calls()[0].From; from != "+14155550123" {
			t.Errorf("the call is from %s", from)
		}
		ring.Answer()
		call.Expect("200")
		call.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		east.DialWith("+12125550199", anonymous).Expect("403")
		call = east.Dial("+12125550199")
		ring = a.Incoming()
		shown(t, ring.invite, `"Phone +493050" <sip:+493050@plugboard>`, "", "")
		ring.Reject(486, "Busy Here")
		call.Expect("486")
		w.Golden("withheld number")
	})
}

// What nobody answers goes on to another provider: it is told whose call it was,
// before and here, and who calls in confidence.
func TestCallSentOnToATrunk(t *testing.T) {
	Run(t, identities, func(w *World) {
		b, east, west := w.Phone("102"), w.Provider("10.0.0.50"), w.Provider("10.0.0.60")
		const before = `<sip:+12125550777@east.example>;reason=time-of-day;counter=1`
		call := east.DialWith("+12125550102", func(m *raw.Message) {
			anonymous(m)
			m.Add("Diversion", before)
		})
		ring := b.Incoming()
		ring.Ring()
		if got := ring.invite.All("Diversion"); !slices.Equal(got, []string{before}) {
			t.Errorf("the phone is told %q", got)
		}
		ring.Expect("CANCEL")
		ring.Expect("ACK")
		on := west.Incoming()
		shown(t, on.invite, nobody, `"Carl" <sip:+14155550123@10.0.0.1>`, "id")
		if got := on.invite.All("Diversion"); !slices.Equal(got, []string{`"Ben" <sip:+12125550102@10.0.0.1>;reason=no-answer;counter=1`, before}) {
			t.Errorf("Diversion: %q", got)
		}
		if got := on.invite.All("History-Info"); !slices.Equal(got, []string{"<sip:+12125550102@10.0.0.1>;index=1", "<sip:+12125550102@10.0.0.1;cause=408>;index=1.1;mp=1"}) {
			t.Errorf("History-Info: %q", got)
		}
		on.Answer()
		call.Expect("200")
		call.Hears(west)
		on.Hears(east)
		call.Hangup()
		on.Expect("BYE")
		w.Golden("sent on to a trunk")
	})
}

// A phone asks to be private: the trunk shows nobody its number, but who helps.
func TestPrivatePhone(t *testing.T) {
	Run(t, identities, func(w *World) {
		a, west := w.Phone("101"), w.Provider("10.0.0.60")
		private := func(m *raw.Message) { m.Add("Privacy", "id") }
		for _, c := range []struct{ number, from, privacy string }{
			{"+12125550999", nobody, "id"},
			{"911", `<sip:+12125550101@10.0.0.1>`, ""},
		} {
			call := a.DialWith(c.number, private)
			ring := west.Incoming()
			from := c.from
			if name, _, ok := strings.Cut(ring.invite.Get("From"), " <"); ok && c.privacy == "" {
				from = name + " " + from
			}
			shown(t, ring.invite, from, `"Phone 101" <sip:+12125550101@10.0.0.1>`, c.privacy)
			ring.Answer()
			call.Expect("200")
			time.Sleep(time.Second)
			call.Hangup()
			ring.Expect("BYE")
		}
		w.Golden("private phone")
	})
}
