package sip

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/leg"
)

// Hold, resume, an offerless re-INVITE and a refused one; each leaves what it
// should.
func TestRFC3261Section14_2ReINVITE(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		in := b.caller(a)
		m := b.mediaOf(in.Leg)

		a.send(a.inside("INVITE", "sdp:"+offerSDP+"a=sendonly\r\n").bytes())
		if r := a.expect("200"); !strings.Contains(r.body, "s=answer") {
			t.Errorf("the 200 holds %q", r.body)
		}
		a.ack()

		a.send(a.inside("INVITE").bytes()) // without an offer: it gets one
		if r := a.expect("200"); !strings.Contains(r.body, "s=offer") {
			t.Errorf("the 200 holds %q", r.body)
		}
		a.send(a.inside("ACK", "sdp:"+answerSDP).bytes())

		time.Sleep(time.Second)
		m.refusing("answer", leg.ErrNoCodec)
		re := a.inside("INVITE", "sdp:"+offerSDP)
		a.send(re.bytes())
		a.send(a.ackTo(re, a.expect("488")).bytes())
		if s := in.Leg.Info().State; s != "up" {
			t.Errorf("the leg is %s", s)
		}
		if got := m.said(); got != "answer, offer, accept, answer" {
			t.Errorf("media: %s", got)
		}
		a.quiet(40 * time.Second)
		a.send(a.inside("BYE").bytes())
		a.expect("200")
		b.hears(in.Leg, call.Ended)
	})
}

// An offer of ours that no ACK answers: the session ends, the offer is taken
// back.
func TestRFC3261Section14_2ReINVITEWithoutACK(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		in := b.caller(a)
		a.send(a.inside("INVITE").bytes())
		a.expect("200")
		// While it waits, nothing else is negotiated.
		second := a.inside("INVITE", "sdp:"+offerSDP)
		a.send(second.bytes())
		for {
			m, _ := a.next(time.Second)
			if m.what() == "491" {
				a.send(a.ackTo(second, m).bytes())
				break
			}
		}
		for {
			m, ok := a.next(40 * time.Second)
			if !ok {
				t.Fatal("no BYE")
			}
			if m.what() == "BYE" {
				a.respond(m, "200 OK")
				break
			}
		}
		b.hears(in.Leg, call.Ended)
	})
}

// UPDATE in a call, and before its answer.
func TestRFC3311Section5_2UPDATE(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		a.dial("102", nil)
		in := b.incoming()
		in.Leg.Ring()
		a.took(a.expect("180"))
		a.send(a.inside("UPDATE", "sdp:"+offerSDP).bytes())
		if r := a.expect("500"); r.get("Retry-After") == "" {
			t.Error("500 without Retry-After")
		}
		a.send(a.inside("UPDATE").bytes())
		a.expect("200")
		in.Leg.Answer()
		a.expect("200")
		a.send(a.ackFor(a.invite).bytes())
		b.hears(in.Leg, call.Answered)
		a.send(a.inside("UPDATE", "sdp:"+offerSDP).bytes())
		if r := a.expect("200"); !strings.Contains(r.body, "s=answer") || r.get("Contact") == "" {
			t.Errorf("%s\n%s", r, r.body)
		}
		a.send(a.inside("UPDATE").bytes())
		if r := a.expect("200"); r.body != "" {
			t.Error("an answer to nothing")
		}
	})
}

// ackFor is the ACK to the 200 of an INVITE that was not the last request.
func (p *phone) ackFor(invite message) message {
	m := p.inside("ACK")
	m.set("CSeq", strconv.Itoa(invite.seq())+" ACK")
	return m
}

// Keys pressed, in both forms of INFO.
func TestINFOTellsKeys(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		in := b.caller(a)
		for _, c := range []struct {
			kind, body, status string
			digit              byte
			ms                 int
		}{
			{"application/dtmf-relay", "Signal=5\r\nDuration=250\r\n", "200", '5', 250},
			{"application/dtmf-relay", "Signal= *\r\n", "200", '*', 160},
			{"application/dtmf-relay; x=y", "Signal=11\nDuration=90\n", "200", '#', 90},
			{"application/dtmf", "d", "200", 'D', 160},
			{"application/dtmf", "what", "400", 0, 0},
			{"application/dtmf-relay", "Duration=90\r\n", "400", 0, 0},
			{"application/media_control+xml", "<x/>", "415", 0, 0},
		} {
			m := a.inside("INFO", "Content-Type: "+c.kind)
			m.body = c.body
			a.send(m.bytes())
			a.expect(c.status)
			if c.digit != 0 {
				if n := b.hears(in.Leg, call.Digit); n.Digit != c.digit || n.Duration != time.Duration(c.ms)*time.Millisecond {
					t.Errorf("%s %q: %q for %v", c.kind, c.body, n.Digit, n.Duration)
				}
			}
		}
		a.send(a.inside("INFO").bytes())
		a.expect("200")
		a.send(a.inside("OPTIONS").bytes())
		if r := a.expect("200"); r.get("Allow") != allow {
			t.Errorf("Allow: %s", r.get("Allow"))
		}
		a.send(a.inside("REFER").bytes())
		a.expect("400")
	})
}

// A phone that sends INFO and sounds its keys too, or sends events beside it: each
// press is told once, and the same key pressed twice is told twice.
func TestKeysThatComeBothWays(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		in := b.caller(a)
		var told string
		for _, key := range "55#" {
			m := a.inside("INFO", "Content-Type: application/dtmf-relay")
			m.body = "Signal=" + string(key) + "\r\n"
			a.send(m.bytes())
			a.expect("200")
			told += string(b.hears(in.Leg, call.Digit).Digit)
			in.Leg.(*Leg).post(event{kind: gotMedia, media: leg.Event{Kind: leg.Digit, Digit: byte(key), Duration: 100 * time.Millisecond}})
		}
		time.Sleep(3 * time.Second)
		in.Leg.(*Leg).post(event{kind: gotMedia, media: leg.Event{Kind: leg.Digit, Digit: '#', Duration: 100 * time.Millisecond}})
		told += string(b.hears(in.Leg, call.Digit).Digit)
		if told != "55##" {
			t.Errorf("told %q", told)
		}
	})
}

// What a party's media {} says holds for its legs.
func TestMediaOfItsOwn(t *testing.T) {
	virtual(t, func(b *bed) {
		b.exts["101"].Media = dialplan.Media{Codecs: []string{"pcma"}, Encryption: "required", Denoise: "light", Gain: "auto"}
		b.caller(b.phone("101", "203.0.113.1:5060"))
		if p := b.media[len(b.media)-1].p; p.Codecs[0] != "pcma" || p.Encryption != "required" || p.Denoise != "light" || p.Gain != "auto" {
			t.Errorf("opened with %+v", p)
		}
	})
}

func TestWhoSpeaksIsShown(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		in := b.caller(a)
		for _, on := range []bool{true, false} {
			in.Leg.(*Leg).post(event{kind: gotMedia, media: leg.Event{Kind: leg.Speaking, Speaking: on, Level: -21}})
			b.hears(in.Leg, call.Changed)
			if i := in.Leg.Info(); i.Speaking != on || i.Level != -21 {
				t.Errorf("shown is %+v", i)
			}
		}
	})
}

// A request that is older than one before it, and one of another dialog.
func TestRFC3261Section12_2_2OrderAndTags(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		in := b.caller(a)
		old := a.inside("OPTIONS")
		a.send(a.inside("OPTIONS").bytes())
		a.expect("200")
		a.send(old.bytes())
		a.expect("500")
		other := a.inside("BYE")
		other.set("From", "<sip:101@pbx>;tag=another")
		a.send(other.bytes())
		a.expect("481")
		stolen := a.inside("BYE")
		stolen.set("Call-ID", "another")
		a.send(stolen.bytes())
		a.expect("481")
		if s := in.Leg.Info().State; s != "up" {
			t.Errorf("the leg is %s", s)
		}
		late := a.inside("BYE") // overtaken by what its phone said after it
		a.send(a.inside("OPTIONS").bytes())
		a.expect("200")
		a.send(late.bytes())
		a.expect("200")
		b.hears(in.Leg, call.Ended)
	})
}

// The session timer of a caller that asks us to refresh: UPDATE at half of it.
// It is lost to glare once, and comes again after the wait of who did not make
// the Call-ID.
func TestRFC4028Section10WeRefreshTheCaller(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		a.dial("102", func(m *message) {
			m.set("Supported", "timer")
			m.set("Session-Expires", "600;refresher=uas")
			m.set("Allow", "INVITE, UPDATE")
		})
		in := b.incoming()
		in.Leg.Answer()
		ok := a.expect("200")
		if got := ok.get("Session-Expires"); got != "600;refresher=uas" {
			t.Errorf("Session-Expires: %s", got)
		}
		a.took(ok)
		a.ack()
		b.hears(in.Leg, call.Answered)
		start := time.Now()
		m, _ := a.next(400 * time.Second)
		if d := time.Since(start).Round(time.Second); m.what() != "UPDATE" || d != 300*time.Second {
			t.Errorf("%s after %v", m.start, d)
		}
		a.respond(m, "491 Request Pending")
		start = time.Now()
		m = a.expect("UPDATE")
		if d := time.Since(start); d > 2100*time.Millisecond {
			t.Errorf("tried again after %v", d)
		}
		a.respond(m, "200 OK", "Session-Expires: 600;refresher=uac")
		start = time.Now()
		m, _ = a.next(400 * time.Second)
		if d := time.Since(start).Round(time.Second); m.what() != "UPDATE" || d != 300*time.Second {
			t.Errorf("%s after %v", m.start, d)
		}
		a.respond(m, "481 Gone")
		a.respond(a.expect("BYE"), "200 OK")
		b.hears(in.Leg, call.Ended)
	})
}

// A callee without UPDATE is refreshed by re-INVITE; glare waits for as long
// as who made the Call-ID must.
func TestRFC3261Section14_1GlareOfOurReINVITE(t *testing.T) {
	virtual(t, func(b *bed) {
		c := b.phone("102", "203.0.113.2:5060")
		c.register()
		out := b.callee(c, "Session-Expires: 1800;refresher=uac", "Require: timer")
		m, _ := c.next(901 * time.Second)
		if m.what() != "INVITE" || m.body == "" {
			t.Fatalf("%s", m)
		}
		// The phone asks for something of its own meanwhile.
		c.target = uriIn(c.invite.get("Contact"))
		own := c.inside("INVITE", "sdp:"+offerSDP)
		c.send(own.bytes())
		c.send(c.ackTo(own, c.expect("491")).bytes())
		c.respond(m, "491 Request Pending")
		if ack := c.expect("ACK"); ack.get("Via") != m.get("Via") {
			t.Error("the ACK to 491 has another branch")
		}
		start := time.Now()
		m = c.expect("INVITE")
		if d := time.Since(start); d < 2100*time.Millisecond || d > 4100*time.Millisecond {
			t.Errorf("tried again after %v", d)
		}
		c.respond(m, "200 OK", "sdp:"+answerSDP, "Session-Expires: 1800;refresher=uac")
		c.expect("ACK")
		if got := b.mediaOf(out).said(); got != "accept, offer, rollback, offer, accept" {
			t.Errorf("media: %s", got)
		}
	})
}

// A far side that promised to refresh and does not is hung up on, shortly
// before the session's end.
func TestRFC4028Section10FarSideDoesNotRefresh(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		a.dial("102", func(m *message) {
			m.set("Supported", "timer")
			m.set("Session-Expires", "600")
		})
		in := b.incoming()
		in.Leg.Answer()
		ok := a.expect("200")
		if ok.get("Session-Expires") != "600;refresher=uac" || ok.get("Require") != "timer" {
			t.Errorf("%s", ok)
		}
		a.took(ok)
		a.ack()
		b.hears(in.Leg, call.Answered)
		time.Sleep(500 * time.Second)
		a.send(a.inside("UPDATE", "Session-Expires: 600;refresher=uac", "Supported: timer").bytes())
		a.expect("200")
		start := time.Now()
		m, _ := a.next(700 * time.Second)
		if d := time.Since(start).Round(time.Second); m.what() != "BYE" || d != 568*time.Second {
			t.Errorf("%s after %v, want BYE after 568 s", m.start, d)
		}
		a.respond(m, "200 OK")
		if n := b.hears(in.Leg, call.Ended); n.Cause != call.Failed {
			t.Errorf("ended with %s", n.Cause)
		}
	})
}

func TestRFC4028Section5IntervalTooSmall(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("prov", trunkAddr)
		m := p.request("INVITE", "sip:102@pbx", "Session-Expires: 60", "Supported: timer", "sdp:"+offerSDP)
		p.send(m.bytes())
		r := p.expect("422")
		if r.get("Min-SE") != "90" {
			t.Errorf("Min-SE: %s", r.get("Min-SE"))
		}
		p.send(p.ackTo(m, r).bytes())
	})
}

// BYE in the early dialog: the INVITE gets 487.
func TestRFC3261Section15_1_2BYEOfAnEarlyDialog(t *testing.T) {
	virtual(t, func(b *bed) {
		a := b.phone("101", "203.0.113.1:5060")
		a.dial("102", nil)
		in := b.incoming()
		in.Leg.Ring()
		a.took(a.expect("180"))
		a.send(a.inside("BYE").bytes())
		var got []string
		for range 2 {
			m, _ := a.next(time.Second)
			got = append(got, m.what())
			if m.what() == "487" {
				a.send(a.ackTo(a.invite, m).bytes())
			}
		}
		if s := strings.Join(got, " "); s != "487 200" {
			t.Errorf("got %s", s)
		}
		b.hears(in.Leg, call.Ended)
	})
}

// Messages over 1300 bytes pass over UDP, both ways.
func TestRFC3261Section18_1_1LargeMessages(t *testing.T) {
	virtual(t, func(b *bed) {
		a, c := b.phone("101", "203.0.113.1:5060"), b.phone("102", "203.0.113.2:5060")
		c.register()
		long := strings.Repeat("x", 3000)
		a.dial("102", func(m *message) { m.set("X-Long", long) })
		in := b.incoming()
		legs, err := b.server.Dial(t.Context(), call.Dial{
			Call: in.ID, Extension: b.exts["102"], CallerNumber: "101", MaxForwards: 70,
			Headers: map[string]string{"x-one": strings.Repeat("y", 1000), "x-2": strings.Repeat("z", 1000)},
		}, b.inbox)
		if err != nil {
			t.Fatal(err)
		}
		if in.Facts.Headers["x-long"] != long {
			t.Error("the long header is not whole")
		}
		if n := len(c.rung().bytes()); n < 2500 {
			t.Errorf("the INVITE has %d bytes", n)
		}
		legs[0].Hangup(call.End{Cause: call.Normal})
	})
}
