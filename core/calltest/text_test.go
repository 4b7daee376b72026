package calltest

import (
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// saying makes a MESSAGE of a text.
func saying(text string) func(*raw.Message) {
	return func(m *raw.Message) {
		m.Add("Content-Type", "text/plain; charset=UTF-8")
		m.Body = text
	}
}

// A text goes to every phone of an extension, proven as a call is, and comes
// from the number of who was proven, whatever From says.
func TestRFC3428TextToEveryPhone(t *testing.T) {
	Run(t, office, func(w *World) {
		a, one, two := w.Phone("101"), w.Phone("102"), w.Phone("102")
		r := a.Do("MESSAGE", "sip:102@plugboard", func(m *raw.Message) {
			saying("Grüße")(m)
			m.Set("From", "<sip:boss@plugboard>;tag=boss")
		})
		if r.Status() != 200 {
			t.Errorf("MESSAGE got %s", r.Label())
		}
		for _, p := range []*Phone{one, two} {
			if got := texts(w, p); len(got) != 1 || got[0] != "Grüße" {
				t.Errorf("%s was sent %q", p.Addr, got)
			}
		}
		for _, d := range w.Net.SIP() {
			m, err := raw.ParseMessage(d.Data)
			if err == nil && m.Method() == "MESSAGE" && d.To == one.Addr && !strings.Contains(m.Get("From"), "sip:101@") {
				t.Errorf("From: %s", m.Get("From"))
			}
		}
		w.Golden("text to every phone")
	})
}

// What is refused, and how.
func TestRFC3428TextRefused(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		w.Phone("102")
		stranger := w.Device("101", "wrong")
		for _, c := range []struct {
			name   string
			from   *Phone
			to     string
			status int
			edit   func(*raw.Message)
		}{
			{"nobody registered", a, "103", 480, saying("hello")},
			{"no such extension", a, "199", 404, saying("hello")},
			{"a group", a, "700", 404, saying("hello")},
			{"longer than 1300 bytes (section 8)", a, "102", 413, saying(strings.Repeat("x", 1301))},
			{"as long as may be", a, "102", 200, saying(strings.Repeat("x", 1300))},
			{"another type", a, "102", 415, func(m *raw.Message) { m.Add("Content-Type", "text/html"); m.Body = "<b>" }},
			{"no type", a, "102", 415, nil},
			{"compressed", a, "102", 415, func(m *raw.Message) { saying("x")(m); m.Add("Content-Encoding", "gzip") }},
			{"a wrong secret", stranger, "102", 401, saying("hello")},
			{"a trunk", east, "102", 403, saying("hello")},
			{"within a dialog that is none", a, "102", 481, func(m *raw.Message) { saying("x")(m); m.Set("To", m.Get("To")+";tag=nobody") }},
		} {
			if r := c.from.Do("MESSAGE", "sip:"+c.to+"@plugboard", c.edit); r.Status() != c.status {
				t.Errorf("%s: %s, wanted %d", c.name, r.Label(), c.status)
			}
			time.Sleep(time.Second)
		}
	})
}

// Within a call a text goes to the other party, whoever that is and whatever was
// dialled.
func TestRFC3428TextWithinACall(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.Dial("+442071234567")
		ring := east.Incoming()
		ring.Ring()
		call.Expect("180")
		if r := call.Do("MESSAGE", saying("too early")); r.Status() != 480 {
			t.Errorf("before the answer: %s", r.Label())
		}
		ring.Answer()
		call.Expect("200")
		if r := call.Do("MESSAGE", saying("Grüße")); r.Status() != 202 {
			t.Errorf("from the caller: %s", r.Label())
		}
		if m := ring.Expect("MESSAGE"); m.Body != "Grüße" || m.Get("Content-Type") != "text/plain;charset=utf-8" {
			t.Errorf("it holds %q", m.Bytes())
		}
		if r := ring.Do("MESSAGE", saying("and back")); r.Status() != 202 {
			t.Errorf("from the callee: %s", r.Label())
		}
		if m := call.Expect("MESSAGE"); m.Body != "and back" {
			t.Errorf("it holds %q", m.Body)
		}
		for _, c := range []struct {
			status int
			edit   func(*raw.Message)
		}{
			{415, func(m *raw.Message) { m.Add("Content-Type", "text/html"); m.Body = "<b>" }},
			{415, func(m *raw.Message) { m.Add("Content-Type", "text/plain; charset=latin1"); m.Body = "\xfc" }},
			{413, saying(strings.Repeat("x", 1301))},
		} {
			if r := call.Do("MESSAGE", c.edit); r.Status() != c.status {
				t.Errorf("%s, wanted %d", r.Label(), c.status)
			}
		}
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("text within a call")
	})
}

// A phone that was unplugged does not keep the text from another.
func TestRFC3428TextOnePhoneIsGone(t *testing.T) {
	Run(t, office, func(w *World) {
		a, gone, there := w.Phone("101"), w.Phone("102"), w.Phone("102")
		gone.Close()
		if r := a.Do("MESSAGE", "sip:102@plugboard", saying("hello")); r.Status() != 200 {
			t.Errorf("MESSAGE got %s", r.Label())
		}
		if got := texts(w, there); len(got) != 1 {
			t.Errorf("it was sent %q", got)
		}
	})
}
