package sip

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/leg"
)

// A 200 is repeated until its ACK comes; without one the call ends with BYE.
func TestRFC3261Section13_3_1_4AnswerWithoutACK(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		a.dial("102", nil)
		in := b.incoming()
		start := time.Now()
		in.Leg.Answer()
		var at []time.Duration
		for {
			m, ok := a.next(time.Minute)
			if !ok {
				t.Fatal("neither 200 nor BYE")
			}
			if m.what() == "BYE" {
				a.respond(m, "200 OK")
				break
			}
			a.took(m)
			at = append(at, time.Since(start).Round(10*time.Millisecond))
		}
		want := "[0s 500ms 1.5s 3.5s 7.5s 11.5s 15.5s 19.5s 23.5s 27.5s 31.5s]"
		if got := formatTimes(at); got != want {
			t.Errorf("200 at %s, want %s", got, want)
		}
		if d := time.Since(start).Round(10 * time.Millisecond); d != 32*time.Second {
			t.Errorf("BYE after %v, want 32 s", d)
		}
		if n := b.hears(in.Leg, call.Ended); n.Cause != call.Failed {
			t.Errorf("ended with %s", n.Cause)
		}
	})
}

func formatTimes(at []time.Duration) string {
	s := make([]string, len(at))
	for i, d := range at {
		s[i] = d.String()
	}
	return "[" + strings.Join(s, " ") + "]"
}

// A call that ends before the ACK to its 200 is here still repeats the 200, and says BYE
// when nobody acknowledges it.
func TestRFC3261Section15NoACKAndNoCallAnyMore(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		a.dial("102", nil)
		in := b.incoming()
		in.Leg.Answer()
		a.expect("200")
		in.Leg.Hangup(call.End{Cause: call.Normal}) // the callee has hung up
		b.hears(in.Leg, call.Ended)
		for again := 0; ; again++ {
			m, ok := a.next(40 * time.Second)
			if !ok {
				t.Fatal("no BYE")
			}
			if m.what() == "BYE" {
				a.respond(m, "200 OK")
				if again < 8 {
					t.Errorf("the 200 was repeated %d times", again)
				}
				break
			}
		}
		time.Sleep(time.Minute)
		if legs, _, transactions := b.server.Standing(); legs+transactions > 0 {
			t.Errorf("%d legs and %d transactions are left", legs, transactions)
		}
	})
}

// A hang-up between the 200 and its ACK waits for the ACK before it says BYE.
func TestRFC3261Section15NoBYEBeforeACK(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		a.dial("102", nil)
		in := b.incoming()
		in.Leg.Answer()
		a.took(a.expect("200"))
		in.Leg.Hangup(call.End{Cause: call.Normal})
		b.hears(in.Leg, call.Ended)
		a.quiet(300 * time.Millisecond)
		a.ack()
		a.respond(a.expect("BYE"), "200 OK")
	})
}

// The INVITE, the 100 and the 200 get lost once each; the call comes about all
// the same, once.
func TestRFC3261Section17LossOnTheWay(t *testing.T) {
	virtual(t, func(b *bed) {
		a, c := b.phone("101", "203.0.113.1:5060"), b.phone("102", "203.0.113.2:5060")
		c.register()
		a.dial("102", nil)
		in := b.incoming()
		a.send(a.invite.bytes()) // again, as if the 100 was lost
		if m := a.expect("100"); m.seq() != a.invite.seq() {
			t.Errorf("CSeq %s", m.get("CSeq"))
		}
		lost := 0
		b.wire.losing(func(_, to netip.AddrPort, data string) bool {
			if to == c.addr && strings.HasPrefix(data, "INVITE") && lost < 2 {
				lost++
				return true
			}
			return false
		})
		start := time.Now()
		out := b.dial(in.ID, "102")
		invite := c.rung() // the third: T1 and 2 T1 later
		if d := time.Since(start).Round(100 * time.Millisecond); d != 1500*time.Millisecond {
			t.Errorf("the third INVITE came after %v", d)
		}
		c.respond(invite, "180 Ringing")
		b.hears(out, call.Ringing)
		c.answer()
		b.hears(out, call.Answered)
		first := c.expect("ACK")
		c.answer() // as if the ACK was lost
		if second := c.expect("ACK"); second.String() != first.String() {
			t.Errorf("another ACK:\n%s\n%s", first, second)
		}
		select {
		case in := <-b.calls:
			t.Errorf("the INVITE that came again made a second call: %v", in)
		default:
		}
		out.Hangup(call.End{Cause: call.Normal})
		c.expect("BYE")
		again := c.expect("BYE") // its 200 was lost
		c.respond(again, "200 OK")
		in.Leg.Hangup(call.End{Cause: call.Busy})
		refused := a.expect("486")
		if a.expect("486").String() != refused.String() {
			t.Error("the 486 that comes again differs")
		}
		a.send(a.ackTo(a.invite, refused).bytes())
		a.quiet(time.Minute)
		c.quiet(time.Second)
	})
}

// Every cause that a caller can be refused with, and its status.
func TestCausesAndWhatTheCallerGets(t *testing.T) {
	for cause, want := range map[call.Cause]string{
		call.NotFound: "404 Not Found", call.Denied: "403 premium numbers are barred", call.Busy: "486 Busy Here",
		call.NoAnswer: "480 Temporarily Unavailable", call.Unavailable: "480 Temporarily Unavailable",
		call.DoNotDisturb: "480 Temporarily Unavailable", call.Declined: "603 Decline", call.NoCodec: "488 Not Acceptable Here",
		call.Congestion: "503 Service Unavailable", call.PluginLost: "500 Server Internal Error",
		call.Loop: "482 Loop Detected", call.Cancelled: "487 Request Terminated", call.Failed: "500 Server Internal Error",
	} {
		t.Run(string(cause), func(t *testing.T) {
			virtual(t, func(b *bed) {
				a := b.phone("101", "203.0.113.1:5060")
				a.dial("900", nil)
				in := b.incoming()
				text := ""
				if cause == call.Denied {
					text = "premium numbers are barred"
				}
				in.Leg.Hangup(call.End{Cause: cause, Text: text})
				m := a.expect(want[:3])
				if got := strings.TrimPrefix(m.start, "SIP/2.0 "); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
				if retry := m.get("Retry-After") != ""; retry != (cause == call.Congestion) {
					t.Errorf("Retry-After %q", m.get("Retry-After"))
				}
				a.send(a.ackTo(a.invite, m).bytes())
				if n := b.hears(in.Leg, call.Ended); n.Cause != cause {
					t.Errorf("ended with %s", n.Cause)
				}
			})
		})
	}
}

// No offer in the INVITE: ours is in the 200, the answer in the ACK.
func TestRFC3261Section13_2_1DelayedOffer(t *testing.T) {
	for _, answered := range []bool{true, false} {
		t.Run(strconv.FormatBool(answered), func(t *testing.T) {
			virtual(t, func(b *bed) {
				a := b.phone("101", "203.0.113.1:5060")
				a.dial("102", func(m *message) {
					m.body = ""
					m.drop("Content-Type")
				})
				in := b.incoming()
				in.Leg.Progress()
				if m := a.expect("180"); m.body != "" {
					t.Error("an offer in a provisional that nobody acknowledges")
				}
				in.Leg.Answer()
				ok := a.expect("200")
				a.took(ok)
				if !strings.Contains(ok.body, "s=offer") {
					t.Errorf("the 200 holds %q", ok.body)
				}
				if answered {
					a.send(a.inside("ACK", "sdp:"+answerSDP).bytes())
					b.hears(in.Leg, call.Answered)
					if got := b.mediaOf(in.Leg).said(); got != "accept" {
						t.Errorf("media: %s", got)
					}
					return
				}
				a.ack()
				a.respond(a.expect("BYE"), "200 OK")
				b.hears(in.Leg, call.Ended)
				if got := b.mediaOf(in.Leg).said(); !strings.HasPrefix(got, "rollback") {
					t.Errorf("media: %s", got)
				}
			})
		})
	}
}

// 183 and 200 hold the same answer, and the hub hears when the line is open.
func TestRFC3261Section13_3_1_1Progress(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		a.dial("102", nil)
		in := b.incoming()
		in.Leg.Progress()
		early := a.expect("183")
		if n := <-b.news; n.What != call.Changed || in.Leg.Line() == nil || in.Leg.Info().State != "early" {
			t.Errorf("news %d, line %v, state %s", n.What, in.Leg.Line(), in.Leg.Info().State)
		}
		if again := a.expect("183"); again.String() != early.String() { // a minute later
			t.Error("the 183 that comes again differs")
		}
		in.Leg.Answer()
		ok := a.expect("200")
		if ok.body != early.body || tagIn(ok.get("To")) != tagIn(early.get("To")) {
			t.Error("183 and 200 differ in description or tag")
		}
		a.took(ok)
		a.ack()
		b.hears(in.Leg, call.Answered)
	})
}

// A caller whose offer cannot be taken is told so, with the right status.
func TestRFC3264Section6OfferThatCannotBeTaken(t *testing.T) {
	for err, want := range map[error]string{leg.ErrNoCodec: "488", leg.ErrBadSDP: "400", leg.ErrGone: "500"} {
		t.Run(want, func(t *testing.T) {
			virtual(t, func(b *bed) {
				a := b.phone("101", "203.0.113.1:5060")
				a.dial("102", nil)
				in := b.incoming()
				b.openError = err
				in.Leg.Ring()
				a.send(a.ackTo(a.invite, a.expect(want)).bytes())
				b.hears(in.Leg, call.Ended)
			})
		})
	}
}

// Who calls: an extension by its credentials, whatever its From says; a trunk
// by what it asserts.
func TestRFC3325CallerIdentity(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		a.dial("004930123", func(m *message) {
			m.set("From", `"The Boss" <sip:999@pbx>;tag=x`)
			m.set("X-Colour", "blue")
		})
		f := b.incoming().Facts
		if f.From.Number != "101" || f.From.Raw != "999" || f.To.Number != "+4930123" || f.To.Raw != "004930123" || f.Headers["x-colour"] != "blue" {
			t.Errorf("extension: %+v", f)
		}
		p := b.phone("prov", trunkAddr)
		p.secret = "" // a trunk is not challenged
		p.dial("102", func(m *message) {
			m.set("From", `"" <sip:anonymous@anonymous.invalid>;tag=y`)
			m.set("P-Asserted-Identity", `"Berg, Ben \"B\"" <sip:00495551@prov.example>, <tel:+495551>`)
		})
		f = b.incoming().Facts
		if f.From.Trunk == nil || f.From.Number != "+495551" || f.From.Name != `Berg, Ben "B"` || f.From.Extension != nil {
			t.Errorf("trunk: %+v", f.From)
		}
	})
}

// An unknown user, a wrong secret and no credentials get the same 401.
func TestRFC3261Section22OneAnswerForAllWhoAreNotLetIn(t *testing.T) {
	virtual(t, func(b *bed) {
		var seen []string
		for _, who := range []string{"101", "777"} {
			p := b.phone(who, "203.0.113.1:5060")
			p.secret = "wrong"
			m := p.request("INVITE", "sip:102@pbx", "sdp:"+offerSDP)
			for range 2 {
				p.send(m.bytes())
				r := p.expect("401")
				p.send(p.ackTo(m, r).bytes())
				r.drop("To")
				r.drop("Via")
				r.drop("From")
				r.drop("Call-ID")
				r.drop("CSeq")
				for i, f := range r.fields {
					if before, _, ok := strings.Cut(f, "nonce="); ok {
						r.fields[i] = before
					}
				}
				seen = append(seen, r.String())
				m = p.authorised(m, p401(r))
			}
		}
		for _, s := range seen[1:] {
			if s != seen[0] {
				t.Errorf("differ:\n%s\n\n%s", seen[0], s)
			}
		}
		select {
		case <-b.calls:
			t.Error("a call came through")
		default:
		}
	})
}

// p401 is a challenge to answer wrongly.
func p401(message) message {
	return message{fields: []string{`WWW-Authenticate: Digest realm="pbx", nonce="x", algorithm=MD5, qop="auth"`}}
}

// Draining: new calls are refused, live ones go on.
func TestDrainRefusesNewCalls(t *testing.T) {
	virtual(t, func(b *bed) {
		a, c := b.phone("101", "203.0.113.1:5060"), b.phone("102", "203.0.113.2:5060")
		in := b.caller(a)
		b.server.Drain()
		m := c.request("INVITE", "sip:101@pbx", "sdp:"+offerSDP)
		c.send(m.bytes())
		r := c.expect("503")
		if r.get("Retry-After") == "" {
			t.Error("503 without Retry-After")
		}
		c.send(c.ackTo(m, r).bytes())
		c.dial("112", nil) // after its 401, as ever
		help := b.incoming()
		if help.Facts.To.Number != "112" || help.Facts.From.Extension == nil {
			t.Errorf("%+v", help.Facts)
		}
		help.Leg.Hangup(call.End{Cause: call.Busy})
		c.expect("486")
		a.send(a.inside("BYE").bytes())
		a.expect("200")
		b.hears(in.Leg, call.Ended)
	})
}

// The server closes with calls in every state: each far side is told.
func TestCloseTellsEveryFarSide(t *testing.T) {
	virtual(t, func(b *bed) {
		a, c, d := b.phone("101", "203.0.113.1:5060"), b.phone("102", "203.0.113.2:5060"), b.phone("103", "203.0.113.3:5060")
		c.register()
		up := b.caller(a)
		out := b.dial(up.ID, "102")
		c.rung()
		c.respond(c.invite, "180 Ringing")
		b.hears(out, call.Ringing)
		d.dial("800", nil)
		in := b.incoming()
		b.stop()
		a.expect("BYE")
		c.expect("CANCEL")
		d.expect("480")
		ended := 0
		for ended < 3 {
			if n := <-b.news; n.What == call.Ended {
				ended++
			}
		}
		_ = in
	})
}

// The leg plugin dies: the caller gets BYE, and the call the cause.
func TestPluginLostEndsTheLeg(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		in := b.caller(a)
		b.mediaOf(in.Leg).tell(leg.Event{Kind: leg.Lost, Reason: "killed"})
		a.respond(a.expect("BYE"), "200 OK")
		if n := b.hears(in.Leg, call.Ended); n.Cause != call.PluginLost {
			t.Errorf("ended with %s", n.Cause)
		}
	})
}

// What the media tells is shown, and its counters too.
func TestInfoShowsTheMedia(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		in := b.caller(a)
		m := b.mediaOf(in.Leg)
		m.tell(leg.Event{Kind: leg.Changed, Codec: "pcmu", Direction: leg.RecvOnly, Remote: netip.MustParseAddrPort("203.0.113.1:4000")})
		if n := <-b.news; n.What != call.Changed {
			t.Errorf("news %d", n.What)
		}
		in.Leg.Info()
		time.Sleep(time.Second)
		i := in.Leg.Info()
		if i.Codec != "pcmu" || !i.Held || i.Remote != "203.0.113.1:4000" || i.Stats == nil || i.Stats.PacketsIn != 7 || i.Since == nil {
			t.Errorf("info: %+v", i)
		}
		in.Leg.Digit('5', 100*time.Millisecond)
		m.tell(leg.Event{Kind: leg.Digit, Digit: '7', Duration: 120 * time.Millisecond})
		if n := b.hears(in.Leg, call.Digit); n.Digit != '7' || n.Duration != 120*time.Millisecond {
			t.Errorf("digit: %+v", n)
		}
		time.Sleep(time.Second)
		if !strings.Contains(m.said(), "digit 5") {
			t.Errorf("media: %s", m.said())
		}
	})
}

// A call that comes back to us for the same number is a loop: by our mark, and
// by its Call-ID. For another number it is not.
func TestRFC3261Section16_3LoopThroughATrunk(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("prov", trunkAddr)
		p.secret = ""
		p.dial("+49305550", nil)
		in := b.incoming()
		out := b.dialTrunk(in.ID, "+49301234")
		invite := p.rung()
		mark := invite.get("X-Plugboard-Path")
		if mark == "" {
			t.Fatal("no mark")
		}
		for _, c := range []struct{ target, mark, id, status string }{
			{"+49305550", mark, "other", "482"},
			{"+49305551", mark, "other", "100"},
			{"0049301234", "", invite.get("Call-ID"), "482"},
		} {
			m := p.request("INVITE", "sip:"+c.target+"@192.0.2.1", "sdp:"+offerSDP)
			if c.mark != "" {
				m.set("X-Plugboard-Path", "aa.bb, "+c.mark)
			}
			if c.id != "other" {
				m.set("Call-ID", c.id)
				m.set("From", invite.get("From"))
			}
			p.send(m.bytes())
			r, _ := p.next(time.Second)
			if r.what() != c.status {
				t.Errorf("INVITE for %s: %s, want %s", c.target, r.start, c.status)
			}
			if r.what() != "100" {
				p.send(p.ackTo(m, r).bytes())
			}
		}
		p.respond(invite, "486 Busy Here")
		p.expect("ACK")
		b.hears(out, call.Ended)
	})
}

// Several requests of one kind, once each: what is answered outside of a call.
func TestRFC3261Section8_2OutsideOfACall(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		for _, c := range []struct {
			method, status string
			edit           func(*message)
			has            string
		}{
			{"OPTIONS", "200", nil, "Allow: " + allow},
			{"OPTIONS", "200", nil, "Accept: application/sdp, text/plain"},
			{"MESSAGE", "401", nil, ""},
			{"SUBSCRIBE", "489", nil, "Allow-Events: " + allowEvents},
			{"PUBLISH", "405", nil, "Allow: " + allow},
			{"REFER", "403", nil, ""},
			{"NOTIFY", "481", nil, ""},
			{"DANCE", "501", nil, ""},
			{"BYE", "481", nil, ""},
			{"INFO", "481", nil, ""},
			{"UPDATE", "481", nil, ""},
			{"PRACK", "481", nil, ""},
			{"CANCEL", "481", nil, ""},
			{"BYE", "481", func(m *message) { m.set("To", "<sip:x@pbx>;tag=nobody") }, ""},
			{"INVITE", "481", func(m *message) { m.set("To", "<sip:x@pbx>;tag=nobody") }, ""},
			{"INVITE", "420", func(m *message) { m.set("Require", "100rel, timer, foo, replaces, bar") }, "Unsupported: foo, bar"},
			{"OPTIONS", "420", func(m *message) { m.set("Proxy-Require", "bar") }, "Unsupported: bar"},
			{"INVITE", "416", func(m *message) { m.start = "INVITE sips:102@pbx SIP/2.0" }, ""},
			{"INVITE", "505", func(m *message) { m.start = "INVITE sip:102@pbx SIP/3.0" }, ""},
			{"INVITE", "483", func(m *message) { m.set("Max-Forwards", "0") }, ""},
			{"INVITE", "400", func(m *message) { m.set("CSeq", "1 BYE") }, ""},
			{"INVITE", "400", func(m *message) { m.fields = append(m.fields, "To: <sip:x@pbx>") }, ""},
			{"INVITE", "400", func(m *message) { m.drop("Call-ID") }, ""},
			{"INVITE", "400", func(m *message) { m.drop("Contact") }, ""},
			{"INVITE", "400", func(m *message) { m.fields = append(m.fields, "Contact: <sip:y@pbx>") }, ""},
			{"INVITE", "415", func(m *message) { m.body = "x"; m.set("Content-Type", "text/plain") }, "Accept: application/sdp"},
			{"INVITE", "415", func(m *message) {
				m.body = offerSDP
				m.set("Content-Type", "application/sdp")
				m.set("Content-Encoding", "gzip")
			}, "Accept-Encoding: identity"},
			{"INVITE", "400", func(m *message) { m.body = offerSDP }, ""},
		} {
			m := a.request(c.method, "sip:102@pbx")
			if c.edit != nil {
				c.edit(&m)
			}
			a.send(m.bytes())
			r, ok := a.next(5 * time.Second)
			if !ok || r.what() != c.status {
				t.Errorf("%s: got %q, want %s\n%s", c.method, r.start, c.status, m)
				continue
			}
			if c.has != "" && !slices.Contains(r.fields, c.has) {
				t.Errorf("%s: no %q in\n%s", c.method, c.has, r)
			}
			if c.method == "INVITE" {
				a.send(a.ackTo(m, r).bytes())
			}
			time.Sleep(20 * time.Second) // the bucket of answers without transaction fills again
			for len(a.in) > 0 {
				t.Errorf("%s: answered again: %s", c.method, parse(<-a.in).start)
			}
		}
	})
}

// One INVITE that comes by two ways is served once.
func TestRFC3261Section8_2_2_2MergedRequest(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("prov", trunkAddr)
		p.secret = ""
		p.dial("102", nil)
		in := b.incoming()
		m := p.invite
		m.set("Via", p.topVia())
		p.send(m.bytes())
		p.send(p.ackTo(m, p.expect("482")).bytes())
		in.Leg.Answer()
		p.took(p.expect("200"))
		p.ack()
		b.hears(in.Leg, call.Answered)
	})
}

// Timer G and H: a refusal is repeated until its ACK comes, T2 apart at most,
// and for 64 T1; not on a connection.
func TestRFC3261Section17_2_1TimerGAndH(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		c, _ := b.phoneTCP("102", "203.0.113.2:40000")
		for _, p := range []*phone{a, c} {
			p.dial("900", nil)
			in := b.incoming()
			start := time.Now()
			in.Leg.Hangup(call.End{Cause: call.Busy})
			var at []time.Duration
			for {
				m, ok := p.next(40 * time.Second)
				if !ok {
					break
				}
				if m.what() == "486" {
					at = append(at, time.Since(start).Round(10*time.Millisecond))
				}
			}
			want := "[0s]"
			if p == a {
				want = "[0s 500ms 1.5s 3.5s 7.5s 11.5s 15.5s 19.5s 23.5s 27.5s 31.5s]"
			}
			if got := formatTimes(at); got != want {
				t.Errorf("%s: 486 at %s, want %s", p.via, got, want)
			}
		}
	})
}

// What a caller says of itself cannot become a header line of ours.
func TestNoHeaderIsInjected(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("prov", trunkAddr)
		p.secret = ""
		p.dial("102%0d%0aX-Evil:%201", func(m *message) {
			m.set("From", `"A\" B" <sip:1%0d%0aX-Evil:%201@h>;tag=y`)
		})
		in := b.incoming()
		if to := in.Facts.To.Number; to != "102X-Evil" { // before a colon: a password (RFC 3261 §25.1)
			t.Fatalf("the number has line ends: %q", to)
		}
		in.Leg.Ring()
		p.expect("180")
		out, err := b.server.Dial(t.Context(), call.Dial{
			Call: in.ID, Trunk: in.Facts.From.Trunk, Number: "102\r\nX-Evil: 1", MaxForwards: 9,
			CallerNumber: "1\r\nX-Evil: 1", CallerName: "A\r\nX-Evil: 1\" B",
			Headers: map[string]string{"x-a": "1\r\nX-Evil: 1", "x-b\r\nX-Evil": "1"},
		}, b.inbox)
		if err != nil {
			t.Fatal(err)
		}
		invite := p.rung()
		if evil := invite.get("X-Evil"); evil != "" || invite.get("X-A") != "1  X-Evil: 1" {
			t.Errorf("%s", invite)
		}
		out[0].Hangup(call.End{Cause: call.Normal})
		in.Leg.Hangup(call.End{Cause: call.Denied, Text: "no\r\nX-Evil: 1"})
		if m := p.expect("403"); m.get("X-Evil") != "" {
			t.Errorf("%s", m)
		}
		if strings.Contains(b.trace.text(), "\nX-Evil") {
			t.Error(b.trace.text())
		}
	})
}

// What OPTIONS says is understood, is; and what is not said, is refused as such
// (RFC 3261 §11.2).
func TestRFC3261Section11_2OPTIONSTellsTheTruth(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		a.send(a.request("OPTIONS", "sip:102@plugboard").bytes())
		told := a.expect("200")
		for _, method := range []string{"INVITE", "BYE", "OPTIONS", "INFO", "UPDATE", "PRACK", "MESSAGE", "REGISTER", "REFER", "SUBSCRIBE", "NOTIFY", "PUBLISH", "FETCH"} {
			m := a.request(method, "sip:102@plugboard")
			a.send(m.bytes())
			r, _ := a.next(time.Second)
			refused := r.what() == "405" || r.what() == "501"
			if method == "INVITE" {
				a.send(a.ackTo(m, r).bytes())
			}
			if listed(told.get("Allow"), method) == refused {
				t.Errorf("Allow is %q, and %s gets %s", told.get("Allow"), method, r.what())
			}
		}
		for _, tag := range []string{"timer", "100rel", "replaces", "norefersub", "outbound", "path", "gruu", "sec-agree"} {
			m := a.request("OPTIONS", "sip:102@plugboard")
			m.set("Require", tag)
			a.send(m.bytes())
			r, _ := a.next(time.Second)
			if listed(told.get("Supported"), tag) == (r.what() == "420") {
				t.Errorf("Supported is %q, and what requires %s gets %s", told.get("Supported"), tag, r.what())
			}
		}
	})
}
