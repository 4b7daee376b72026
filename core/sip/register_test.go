package sip

import (
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
)

// Bindings come, are listed, and go.
func TestRFC3261Section10_3Register(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("101", "203.0.113.1:5060")
		steps := []struct {
			name   string
			edit   func(*message)
			status string
			want   []string // Contact headers of the 200, without expires
		}{
			{"query", func(m *message) { m.drop("Contact") }, "200", nil},
			{"one", func(m *message) { m.set("Expires", "600") }, "200", []string{"<sip:101@203.0.113.1:5060>;expires=600"}},
			{"two at once", func(m *message) {
				m.set("Contact", "<sip:101@203.0.113.1:5060>;expires=300, <sip:desk@203.0.113.1:5070>;q=0.5;expires=700")
			}, "200", []string{"<sip:101@203.0.113.1:5060>;expires=300", "<sip:desk@203.0.113.1:5070>;expires=700;q=0.5"}},
			{"too brief", func(m *message) { m.set("Expires", "10") }, "423", nil},
			{"one goes", func(m *message) { m.set("Contact", "<sip:desk@203.0.113.1:5070>;expires=0") }, "200", []string{"<sip:101@203.0.113.1:5060>;expires=300"}},
			{"star without Expires 0", func(m *message) { m.set("Contact", "*") }, "400", nil},
			{"star", func(m *message) { m.set("Contact", "*"); m.set("Expires", "0") }, "200", nil},
			{"another's", func(m *message) { m.set("To", "<sip:102@pbx>") }, "403", nil},
			{"nobody's", func(m *message) { m.set("To", "<sip:777@pbx>") }, "403", nil},
			{"no address", func(m *message) { m.set("Contact", "<sip:101@h?Route=x>") }, "400", nil},
			{"bad q", func(m *message) { m.set("Contact", "<sip:101@h>;q=7") }, "400", nil},
			{"a wish that is no number", func(m *message) { m.set("Expires", "soon") }, "200", []string{"<sip:101@203.0.113.1:5060>;expires=3600"}},
		}
		for _, s := range steps {
			m := p.registration()
			s.edit(&m)
			r := p.do(m)
			if r.what() != s.status {
				t.Fatalf("%s: got %s", s.name, r.start)
			}
			if s.status == "423" && r.get("Min-Expires") != "60" {
				t.Errorf("Min-Expires: %s", r.get("Min-Expires"))
			}
			if s.status == "200" {
				if got, want := strings.Join(r.all("Contact"), " "), strings.Join(s.want, " "); got != want {
					t.Errorf("%s: Contact %s, want %s", s.name, got, want)
				}
				if r.get("Date") == "" {
					t.Errorf("%s: no Date", s.name)
				}
			}
			time.Sleep(10 * time.Millisecond)
		}
	})
}

// A phone behind NAT: its Contact means nothing to us. It is answered at, and
// called over, where it was heard from, before and during the call.
func TestRFC3581PhoneBehindNAT(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("102", "203.0.113.2:61234") // the NAT's side
		m := p.registration()
		m.set("Contact", "<sip:102@192.168.1.7:5060>")
		m.set("Via", "SIP/2.0/UDP 192.168.1.7:5060;branch=z9hG4bKnat;rport")
		r := p.do(m)
		if via := r.get("Via"); r.what() != "200" || via == "" {
			t.Fatalf("%s", r)
		}
		out := b.dial("call-1", "102")
		invite := p.rung()
		if invite.start != "INVITE sip:102@192.168.1.7:5060 SIP/2.0" {
			t.Errorf("%s", invite.start)
		}
		p.respond(invite, "200 OK", "sdp:"+answerSDP)
		b.hears(out, call.Answered)
		if ack := p.expect("ACK"); !strings.HasPrefix(ack.start, "ACK sip:102@203.0.113.2:61234 ") {
			t.Errorf("%s", ack.start)
		}
		out.Hangup(call.End{Cause: call.Normal})
		p.respond(p.expect("BYE"), "200 OK")
	})
}

func TestRFC3261Section18_2_1Received(t *testing.T) {
	for _, c := range []struct{ via, want string }{
		{"203.0.113.2:5060;branch=z9hG4bK1", "203.0.113.2:5060;branch=z9hG4bK1"},
		{"203.0.113.2:5060;branch=z9hG4bK1;rport", "203.0.113.2:5060;branch=z9hG4bK1;rport=5060;received=203.0.113.2"},
		{"phone.local:5060;branch=z9hG4bK1", "phone.local:5060;branch=z9hG4bK1;received=203.0.113.2"},
		{"10.0.0.1;branch=z9hG4bK1", "10.0.0.1;branch=z9hG4bK1;received=203.0.113.2"},
	} {
		virtual(t, func(b *bed) {
			p := b.phone("101", "203.0.113.2:5060")
			m := p.request("OPTIONS", "sip:pbx")
			m.set("Via", "SIP/2.0/UDP "+c.via)
			m.fields = append(m.fields, "Via: SIP/2.0/UDP second;branch=z9hG4bK2")
			p.send(m.bytes())
			r := p.expect("200")
			if got := r.all("Via"); len(got) != 2 || got[0] != "SIP/2.0/UDP "+c.want || got[1] != "SIP/2.0/UDP second;branch=z9hG4bK2" {
				t.Errorf("Via %v, want %s", got, c.want)
			}
		})
	}
}

// Without rport the answer goes to the port in Via.
func TestRFC3261Section18_2_2ResponseToTheSentByPort(t *testing.T) {
	virtual(t, func(b *bed) {
		from, at := b.phone("101", "203.0.113.2:33333"), b.phone("listener", "203.0.113.2:5060")
		m := from.request("OPTIONS", "sip:pbx")
		m.set("Via", "SIP/2.0/UDP 203.0.113.2;branch=z9hG4bK1")
		from.send(m.bytes())
		at.expect("200")
		from.quiet(time.Second)
	})
}

// A phone on a connection is called over it; when it is gone, so is the phone.
func TestRFC5626Section5_3ConnectionOfABinding(t *testing.T) {
	virtual(t, func(b *bed) {
		p, conn := b.phoneTCP("102", "203.0.113.2:40000")
		p.register()
		p.send([]byte("\r\n\r\n"))
		p.expect("PONG")
		out := b.callee(p)
		p.target = uriIn(p.invite.get("Contact"))
		// Two requests in one segment, and one in pieces.
		p.send(append(p.inside("OPTIONS").bytes(), p.inside("INFO").bytes()...))
		p.expect("200")
		p.expect("200")
		raw := p.inside("INVITE", "sdp:"+offerSDP).bytes()
		for len(raw) > 0 {
			n := min(100, len(raw))
			p.send(raw[:n])
			time.Sleep(10 * time.Millisecond)
			raw = raw[n:]
		}
		p.expect("200")
		p.ack()
		time.Sleep(time.Second)
		if devices := b.reg.Devices("102"); len(devices) != 1 || devices[0].Transport != "tcp" {
			t.Errorf("%+v", devices)
		}
		conn.Close()
		time.Sleep(time.Second)
		if devices := b.reg.Devices("102"); len(devices) != 0 {
			t.Errorf("bound still: %+v", devices)
		}
		_, err := b.server.Dial(t.Context(), call.Dial{Call: "x", Extension: b.exts["102"], MaxForwards: 70}, b.inbox)
		if e, ok := err.(*call.Error); !ok || e.Cause != call.Unavailable {
			t.Errorf("Dial: %v", err)
		}
		out.Hangup(call.End{Cause: call.Normal})
		b.hears(out, call.Ended)
	})
}

// Every device of an extension rings.
func TestDialRingsEachDevice(t *testing.T) {
	virtual(t, func(b *bed) {
		p, q := b.phone("102", "203.0.113.2:5060"), b.phone("102", "203.0.113.3:5060")
		p.register()
		q.n = 100
		q.register()
		legs, err := b.server.Dial(t.Context(), call.Dial{Call: "x", Extension: b.exts["102"], MaxForwards: 70}, b.inbox)
		if err != nil || len(legs) != 2 {
			t.Fatalf("%v, %d legs", err, len(legs))
		}
		p.rung()
		q.rung()
		p.answer()
		p.expect("ACK")
		q.respond(q.invite, "180 Ringing")
		for _, l := range legs {
			l.Hangup(call.End{Cause: call.AnsweredElsewhere})
		}
		q.respond(q.expect("CANCEL"), "200 OK")
		q.respond(q.invite, "487 Request Terminated")
		q.expect("ACK")
		p.respond(p.expect("BYE"), "200 OK")
	})
}

// A phone whose connection breaks during a call and that registers again is
// reached for the rest of the call.
func TestRFC5626Section5_3PhoneReconnectsDuringACall(t *testing.T) {
	virtual(t, func(b *bed) {
		p, conn := b.phoneTCP("102", "203.0.113.2:40000")
		p.register()
		out := b.callee(p)
		conn.Close()
		time.Sleep(time.Second)
		again, _ := b.phoneTCP("102", "203.0.113.2:40001")
		again.n = 100
		again.register()
		out.Hangup(call.End{Cause: call.Normal})
		again.respond(again.expect("BYE"), "200 OK")
	})
}
