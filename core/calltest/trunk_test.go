package calltest

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/trunk"
)

// registering is an office with a trunk that registers at a provider, which
// is found by its name.
const registering = `
extension "a" {
  number   = "101"
  secret   = "k9-Vq2-hTw"
  may_dial = ["+."]
}
variable "trunk_secret" {
  sensitive = true
  default   = "hush-5521-hush"
}
trunk "east" {
  peer     = "sip:sip.east.example"
  register = true
  username = "1234567"
  secret   = var.trunk_secret
  %s
}
dialplan "inbound" {
  from = [trunk.east]
  route "all" {
    match = "+4930555{ext:1XX}"
    to    = extension_number(match.ext)
  }
}
dialplan "internal" {
  from = [extension.a]
  route "out" {
    match = "+."
    to    = trunk.east
  }
}
`

const trunkSecret = "hush-5521-hush"

// account is the office's, as the provider knows it.
func account() *Account { return &Account{User: "1234567", Secret: trunkSecret} }

// withProvider plays a test with a provider at 10.0.0.50 that serves an
// account from the beginning: until its name is known nobody asks it anything.
func withProvider(t *testing.T, more string, a *Account, play func(w *World, east *Phone)) {
	t.Helper()
	Run(t, fmt.Sprintf(registering, more), func(w *World) {
		east := w.Provider("10.0.0.50")
		east.Serve(a)
		w.Names.Host("sip.east.example", "10.0.0.50")
		time.Sleep(3 * time.Second)
		play(w, east)
		if strings.Contains(w.said(), trunkSecret) {
			t.Error("the secret is in the log")
		}
	})
}

// said is the log, once nobody writes to it.
func (w *World) said() string {
	synctest.Wait()
	return w.log.String()
}

// trunk waits until a trunk is in a state, and returns it.
func (w *World) trunk(name, state string) trunk.State {
	w.t.Helper()
	var last trunk.State
	for until := time.Now().Add(20 * time.Minute); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		for _, s := range w.PBX.Trunks() {
			if last = s; s.Name == name && s.State == state {
				return s
			}
		}
	}
	w.t.Fatalf("trunk %s is not %s: %+v", name, state, last)
	return last
}

// It registers with digest, refreshes ahead of expiry with the nonce that it
// knows, and takes its registration away when the PBX ends.
func TestTrunkRegisters(t *testing.T) {
	a := account()
	withProvider(t, `options_ping = "off"`, a, func(w *World, _ *Phone) {
		w.All = true
		s := w.trunk("east", "registered")
		if s.Until == nil || s.Reason != "" {
			t.Errorf("%+v", s)
		}
		first := a.Asked()
		time.Sleep(225 * time.Second)
		again := a.Asked()
		if len(first) != 2 || len(again) != 1 || first[1].Get("Call-ID") != again[0].Get("Call-ID") || raw.Param(again[0].Get("From"), "tag") == "" {
			t.Fatalf("registered with %d requests, refreshed with %d", len(first), len(again))
		}
		if to := first[0].Get("To"); to != "<sip:1234567@sip.east.example>" {
			t.Errorf("To: %s", to)
		}
		if c := a.Contact(); !strings.HasSuffix(c, "@10.0.0.1:5060") || strings.Contains(c, "1234567") {
			t.Errorf("Contact %s", c)
		}
		w.PBX.Close()
		if a.Contact() != "" {
			t.Error("it is registered still")
		}
		w.GoldenOrder("trunk registers")
	})
}

func TestTrunkRegistersWithSHA256AndStaleNonces(t *testing.T) {
	a := account()
	a.Algorithm, a.OneNonce, a.Expires = "SHA-256", true, 60
	withProvider(t, "", a, func(w *World, _ *Phone) {
		since := w.trunk("east", "registered").Since
		time.Sleep(10 * time.Minute)
		if s := w.trunk("east", "registered"); s.Since != since {
			t.Errorf("it was something else meanwhile: %+v", s)
		}
		if n := len(a.Asked()); n < 2*13 || n > 2*22 { // each first with the old nonce
			t.Errorf("%d requests in 10 min for an expiry of a minute", n)
		}
	})
}

// A call for the registered Contact is the trunk's, wherever it comes from; the number
// stands in To. No other address may use the trunk's dialplan.
func TestTrunkRings(t *testing.T) {
	acc := account()
	withProvider(t, "", acc, func(w *World, east *Phone) {
		w.trunk("east", "registered")
		a := w.Phone("101")
		call := acc.Ring("+4930555101")
		ring := a.Incoming()
		ring.Ring()
		call.Expect("180")
		ring.Answer()
		call.Expect("200")
		call.Hears(a)
		ring.Hears(east)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("registered trunk rings")

		// Another border of the provider knows the Contact.
		border := w.Provider("10.0.0.77")
		call = border.DialWith("+4930555101", func(m *raw.Message) { m.Start = "INVITE " + acc.Contact() + " SIP/2.0" })
		a.Incoming().Reject(486, "Busy Here")
		call.Expect("486")
		// A stranger does not, and is asked who he is.
		border.DialWith("+4930555101", func(m *raw.Message) { m.Set("Authorization", "x") }).Expect("401")
	})
}

// The provider wants a proof for every request: INVITE, the refresh of the
// session, and BYE.
func TestTrunkProvesItsCalls(t *testing.T) {
	acc := account()
	acc.Challenged = []string{"INVITE", "UPDATE", "BYE", "OPTIONS"}
	withProvider(t, "", acc, func(w *World, east *Phone) {
		w.trunk("east", "registered")
		a := w.Phone("101")
		call := a.Dial("+442071234567")
		ring := east.Incoming()
		if from := ring.invite.Get("From"); !strings.Contains(from, "@sip.east.example>") {
			t.Errorf("From: %s", from) // where the account is
		}
		ring.Ring()
		call.Expect("180")
		ring.Answer()
		call.Expect("200")
		call.Hears(east)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("trunk proves its calls")

		// With the nonce that is known now, at once.
		call = a.Dial("+442071234567")
		ring = east.Incoming()
		if !strings.Contains(ring.invite.Get("CSeq"), "1 ") || ring.invite.Get("Proxy-Authorization") == "" {
			t.Errorf("CSeq %s, %q", ring.invite.Get("CSeq"), ring.invite.Get("Proxy-Authorization"))
		}
		ring.Answer()
		call.Expect("200")
		ring.Hangup()
		call.Expect("BYE")
		w.trunk("east", "registered")
	})
}

// A call that came in is refreshed and ended by us: UPDATE and BYE want a proof
// as well.
func TestTrunkProvesWhatIsInCalls(t *testing.T) {
	acc := account()
	acc.Challenged, acc.OneNonce = []string{"BYE", "UPDATE"}, true
	withProvider(t, "", acc, func(w *World, east *Phone) {
		w.trunk("east", "registered")
		a := w.Phone("101")
		for range 3 {
			call := acc.Ring("+4930555101", "Supported", "timer", "Session-Expires", "90;refresher=uas", "Allow", "INVITE, ACK, BYE, UPDATE")
			ring := a.Incoming()
			ring.Answer()
			call.Expect("200")
			time.Sleep(50 * time.Second)
			call.Expect("UPDATE")
			ring.Hangup()
			call.Expect("BYE")
		}
	})
}

// A wrong secret is no reason to ask for ever: the INVITE is refused.
func TestTrunkDoesNotBelieveOurProof(t *testing.T) {
	acc := account()
	acc.Challenged = []string{"INVITE"}
	withProvider(t, "", acc, func(w *World, _ *Phone) {
		w.trunk("east", "registered")
		acc.mu.Lock()
		acc.Secret = "changed meanwhile"
		acc.mu.Unlock()
		a := w.Phone("101")
		if m := a.Dial("+442071234567").outcome(); m.Status() < 400 || m.Status() == 401 || m.Status() == 407 {
			t.Errorf("the caller got %s", m.Start)
		}
		if !strings.Contains(w.said(), "a trunk does not know us") {
			t.Error("the log does not say why")
		}
	})
}

// outcome waits for the final response to a call.
func (c *Call) outcome() *raw.Message {
	c.Phone.t.Helper()
	late := time.After(Patience)
	for {
		select {
		case m := <-c.events:
			if m.Status() >= 200 {
				return m
			}
		case <-late:
			c.Phone.t.Fatalf("phone %s: no final response", c.Phone.Number)
		}
	}
}

// What a provider can do wrong: what was tried is said, nothing is asked
// without end, and when the provider does right, so does the trunk.
func TestTrunkCannotRegister(t *testing.T) {
	says := func(east **Phone, status int, reason string, headers ...string) func(*raw.Message) *raw.Message {
		return func(m *raw.Message) *raw.Message {
			r := m.Reply(status, reason, "registrar")
			for i := 0; i+1 < len(headers); i += 2 {
				r.Add(headers[i], headers[i+1])
			}
			return r
		}
	}
	var east *Phone
	wrong := account()
	wrong.Secret = "another"
	at := func(s func(*raw.Message) *raw.Message) *Account { a := account(); a.Says = s; return a }
	for name, c := range map[string]struct {
		account *Account
		reason  string
		most    int // requests in five minutes
	}{
		"wrong secret": {wrong, "the provider refused user 1234567 at sip.east.example (401 Unauthorized to our proof): check username, auth_username and secret", 4},
		"403":          {at(says(&east, 403, "Forbidden")), "the provider refused user 1234567 at sip.east.example (403 Forbidden): check username and secret", 2},
		"503":          {at(says(&east, 503, "Service Unavailable", "Retry-After", "60")), "10.0.0.50:5060 over udp answered REGISTER with 503 Service Unavailable", 6},
		"423":          {at(says(&east, 423, "Interval Too Brief", "Min-Expires", "rubbish")), "finds 5m0s too brief", 2},
		"silence":      {at(func(*raw.Message) *raw.Message { return nil }), "no answer to REGISTER from 10.0.0.50:5060 over udp", 60},
		"rubbish": {at(func(m *raw.Message) *raw.Message {
			for _, text := range []string{"SIP/2.0 200 OK\r\n\r\n", "SIP/2.0 XXX\r\nVia: " + m.Get("Via") + "\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "SIP/2.0 200 OK\r\nVia: " + m.Get("Via") + "\r\nCSeq: 1 REGISTER\r\n\r\n", "\x00\x01\x02"} {
				east.Rubbish(text)
			}
			return nil
		}), "no answer to REGISTER from 10.0.0.50:5060 over udp", 60},
		"a strange 200":    {at(says(&east, 200, "OK", "Contact", "<sip:other@10.9.9.9>;expires=99999999999999999999", "Expires", "0")), "keeps the registration for 0 seconds", 30},
		"an odd challenge": {at(says(&east, 401, "Unauthorized", "WWW-Authenticate", `Digest realm="x", nonce="1", algorithm=ROT13`)), `asks for a digest that is not known here: algorithm "ROT13"`, 2},
		"endless challenges": {at(func() func(*raw.Message) *raw.Message {
			n := 0
			return func(m *raw.Message) *raw.Message {
				n++
				return says(&east, 401, "Unauthorized", "WWW-Authenticate", fmt.Sprintf(`Digest realm="x", nonce="%d", stale=true`, n))(m)
			}
		}()), "the provider refused user 1234567", 6},
		"redirect to itself":  {at(says(&east, 302, "Moved", "Contact", "<sip:sip.east.example>")), "in a loop: sip.east.example → sip.east.example", 30},
		"redirect to nowhere": {at(says(&east, 301, "Moved", "Contact", "<sip:gone.example>")), "to gone.example, which has no address", 30},
		"a loop of redirects": {at(func(m *raw.Message) *raw.Message {
			to := "<sip:b@10.0.0.50:5060>"
			if strings.Contains(m.Start, "10.0.0.50") {
				to = "<sip:sip.east.example;transport=udp>"
			}
			return says(&east, 302, "Moved", "Contact", to)(m)
		}), "in a loop: sip.east.example → 10.0.0.50:5060 → sip.east.example", 60},
	} {
		t.Run(name, func(t *testing.T) {
			Run(t, fmt.Sprintf(registering, ""), func(w *World) {
				east = w.Provider("10.0.0.50")
				east.Serve(c.account)
				w.Names.Host("sip.east.example", "10.0.0.50")
				s := w.trunk("east", "failed")
				for strings.HasPrefix(s.Reason, "cannot resolve") {
					time.Sleep(time.Second)
					s = w.trunk("east", "failed")
				}
				if !strings.Contains(s.Reason, c.reason) {
					t.Errorf("it says %q, want %q", s.Reason, c.reason)
				}
				c.account.Asked()
				time.Sleep(5 * time.Minute)
				seen := map[string]bool{} // what was not just said again
				for _, m := range c.account.Asked() {
					seen[raw.Param(m.Get("Via"), "branch")] = true
				}
				if len(seen) > c.most {
					t.Errorf("asked %d times in 5 min", len(seen))
				}
				good := account()
				east.Serve(good)
				w.trunk("east", "registered")
				if text := w.said(); strings.Contains(text, trunkSecret) || !strings.Contains(text, "a trunk takes no calls") {
					t.Errorf("the log: %s", text)
				}
			})
		})
	}
}

// threePlaces is a trunk that three servers serve.
const threePlaces = `
extension "a" {
  number   = "101"
  secret   = "k9-Vq2-hTw"
  may_dial = ["+."]
}
trunk "east" {
  peer         = "sip:sip.east.example"
  options_ping = "off"
}
dialplan "internal" {
  from = [extension.a]
  route "out" {
    match = "+."
    to    = trunk.east
  }
}
`

func withThreePlaces(t *testing.T, play func(w *World, a *Phone, east [3]*Phone)) {
	t.Helper()
	Run(t, threePlaces, func(w *World) {
		w.Names.Host("one.example", "10.0.0.50")
		w.Names.Host("two.example", "10.0.0.51")
		w.Names.Host("three.example", "10.0.0.52")
		// Last: who finds it finds all three.
		w.Names.SRV("_sip._udp.sip.east.example", "one.example:5060", "two.example:5060", "three.example:5060")
		east := [3]*Phone{w.Provider("10.0.0.50"), w.Provider("10.0.0.51"), w.Provider("10.0.0.52")}
		w.trunk("east", "up")
		play(w, w.Phone("101"), east)
	})
}

// RFC 3263, section 4.3: the INVITE goes to the next record, once the first is
// silent for a while and the second answers 503.
func TestTrunkPlaces(t *testing.T) {
	withThreePlaces(t, func(w *World, a *Phone, east [3]*Phone) {
		east[0].Close()
		call := a.Dial("+442071234567")
		east[1].Incoming().Reject(503, "Service Unavailable")
		ring := east[2].Incoming()
		ring.Ring()
		call.Expect("180")
		ring.Answer()
		call.Expect("200")
		call.Hears(east[2])
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("trunk has three places")
	})
}

// A busy callee, or one that rings, is no reason to ask elsewhere.
func TestTrunkPlacesAreForFailures(t *testing.T) {
	withThreePlaces(t, func(_ *World, a *Phone, east [3]*Phone) {
		call := a.Dial("+442071234567")
		east[0].Incoming().Reject(486, "Busy Here")
		call.Expect("486")
		call = a.Dial("+442071234567")
		ring := east[0].Incoming()
		ring.Ring()
		call.Expect("180")
		ring.Reject(503, "Service Unavailable")
		if m := call.outcome(); m.Status() != 503 {
			t.Errorf("%s", m.Start)
		}
		east[1].Silent(10 * time.Second)
		call = a.Dial("+442071234567")
		for _, e := range east {
			e.Incoming().Reject(503, "Service Unavailable")
		}
		if m := call.outcome(); m.Status() != 503 {
			t.Errorf("%s", m.Start)
		}
	})
}

// A place that was given up answers or rings after all: it is thanked and hung
// up, or cancelled.
func TestTrunkPlaceIsLate(t *testing.T) {
	withThreePlaces(t, func(w *World, a *Phone, east [3]*Phone) {
		for _, rings := range []bool{false, true} {
			w.Net.Drop(func(d Datagram) bool { return d.From == east[0].Addr && isSIP(d.Data) })
			call := a.Dial("+442071234567")
			late := east[0].Incoming()
			ring := east[1].Incoming()
			w.Net.Drop(nil)
			ring.Answer()
			call.Expect("200")
			time.Sleep(10 * time.Second) // nothing is sent again to whom nobody waits for
			if rings {
				late.Ring()
				late.Expect("CANCEL")
			} else {
				late.AnswerNow()
				late.Expect("BYE")
			}
			call.Hears(east[1])
			ring.Hears(a)
			call.Hangup()
			ring.Expect("BYE")
			if !rings {
				w.Golden("trunk place is late")
			}
		}
	})
}

// Over TCP: calls both ways, and when the connection breaks, OPTIONS opens
// another one, over which the trunk registers anew.
func TestTrunkRegistersOverTCP(t *testing.T) {
	blocks := strings.Replace(fmt.Sprintf(registering, ""), "sip:sip.east.example", "sip:sip.east.example;transport=tcp", 1)
	Run(t, blocks, func(w *World) {
		east := w.TCPProvider("10.0.0.50")
		acc := east.Serve(account())
		w.Names.Host("sip.east.example", "10.0.0.50")
		time.Sleep(3 * time.Second)
		w.trunk("east", "registered")
		if c := acc.Contact(); !strings.HasSuffix(c, ";transport=tcp") {
			t.Errorf("Contact %s", c)
		}
		a := w.Phone("101")
		for range 2 {
			call := acc.Ring("+4930555101")
			ring := a.Incoming()
			ring.Answer()
			call.Expect("200")
			call.Hears(a)
			ring.Hangup()
			call.Expect("BYE")
			acc.Asked()
			east.Disconnect()
			time.Sleep(35 * time.Second)
			if n := len(acc.Asked()); n != 1 {
				t.Errorf("registered %d times after the connection broke", n)
			}
		}
		w.trunk("east", "registered")
	})
}
