package sip

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/leg"
)

// Timer B: the INVITE goes out seven times, and after 64 T1 the phone counts
// as unreachable.
func TestRFC3261Section17_1_1_2TimerAAndB(t *testing.T) {
	virtual(t, func(b *bed) {
		c := b.phone("102", "203.0.113.2:5060")
		c.register()
		out := b.dial("call-1", "102")
		start := time.Now()
		var at []time.Duration
		for {
			m, ok := c.next(35 * time.Second)
			if !ok {
				break
			}
			if m.what() != "INVITE" {
				t.Errorf("unexpected %s", m.start)
			}
			at = append(at, time.Since(start).Round(10*time.Millisecond))
		}
		if got, want := formatTimes(at), "[0s 500ms 1.5s 3.5s 7.5s 15.5s 31.5s]"; got != want {
			t.Errorf("INVITE at %s, want %s", got, want)
		}
		n := b.hears(out, call.Ended)
		if n.Cause != call.Unavailable || n.Status != 0 {
			t.Errorf("ended with %s, %d", n.Cause, n.Status)
		}
	})
}

// Timer F: a BYE that nobody answers goes out eleven times, T2 apart at most.
func TestRFC3261Section17_1_2_2TimerEAndF(t *testing.T) {
	virtual(t, func(b *bed) {
		c := b.phone("102", "203.0.113.2:5060")
		c.register()
		out := b.callee(c)
		out.Hangup(call.End{Cause: call.Normal})
		b.hears(out, call.Ended)
		n := 0
		for {
			if _, ok := c.next(40 * time.Second); !ok {
				break
			}
			n++
		}
		if n != 11 {
			t.Errorf("%d BYEs, want 11", n)
		}
	})
}

// What a phone refuses with, and what it means.
func TestStatusesAndTheirCauses(t *testing.T) {
	for _, c := range []struct {
		status string
		rang   bool
		want   call.Cause
	}{
		{"486 Busy Here", false, call.Busy}, {"600 Busy Everywhere", false, call.Busy}, {"603 Decline", true, call.Declined},
		{"404 Not Found", false, call.NotFound}, {"403 Forbidden", false, call.Denied}, {"480 Temporarily Unavailable", false, call.Unavailable},
		{"480 Temporarily Unavailable", true, call.NoAnswer}, {"408 Request Timeout", true, call.NoAnswer},
		{"488 Not Acceptable Here", false, call.NoCodec}, {"606 Not Acceptable", false, call.NoCodec},
		{"503 Service Unavailable", false, call.Congestion}, {"500 Oops", false, call.Congestion},
		{"302 Moved Temporarily", false, call.Unavailable}, {"401 Unauthorized", false, call.Failed},
		{"407 Proxy Authentication Required", false, call.Failed}, {"482 Loop Detected", false, call.Loop},
	} {
		t.Run(c.status, func(t *testing.T) {
			virtual(t, func(b *bed) {
				p := b.phone("102", "203.0.113.2:5060")
				p.register()
				out := b.dial("call-1", "102")
				p.rung()
				if c.rang {
					p.respond(p.invite, "180 Ringing")
					b.hears(out, call.Ringing)
				}
				p.respond(p.invite, c.status)
				p.expect("ACK")
				n := b.hears(out, call.Ended)
				code, text, _ := strings.Cut(c.status, " ")
				if n.Cause != c.want || itoa(n.Status) != code || n.Text != text {
					t.Errorf("got %s, %d %s", n.Cause, n.Status, n.Text)
				}
				p.respond(p.invite, c.status) // its ACK was lost
				p.expect("ACK")
			})
		})
	}
}

// No CANCEL before a provisional response; then at once.
func TestRFC3261Section9_1CANCELWaitsForAProvisional(t *testing.T) {
	virtual(t, func(b *bed) {
		c := b.phone("102", "203.0.113.2:5060")
		c.register()
		out := b.dial("call-1", "102")
		c.rung()
		out.Hangup(call.End{Cause: call.NoAnswer})
		b.hears(out, call.Ended)
		c.quiet(300 * time.Millisecond)
		c.respond(c.invite, "100 Trying")
		m := c.expect("CANCEL")
		c.respond(m, "200 OK")
		c.respond(c.invite, "487 Request Terminated")
		c.expect("ACK")
		c.quiet(time.Minute)
	})
}

// A CANCEL that is answered, and an INVITE that never is: given up after 64 T1.
func TestRFC3261Section9_1CANCELWithoutAFinalResponse(t *testing.T) {
	virtual(t, func(b *bed) {
		c := b.phone("102", "203.0.113.2:5060")
		c.register()
		out := b.dial("call-1", "102")
		c.rung()
		c.respond(c.invite, "180 Ringing")
		b.hears(out, call.Ringing)
		out.Hangup(call.End{Cause: call.NoAnswer})
		c.respond(c.expect("CANCEL"), "200 OK")
		time.Sleep(40 * time.Second)
		b.server.mu.Lock()
		defer b.server.mu.Unlock()
		if n := len(b.server.legs); n != 0 {
			t.Errorf("%d legs are left", n)
		}
	})
}

// The 200 crosses our CANCEL: it is acknowledged, and the call ended.
func TestRFC3261Section9_1AnswerThatCrossesTheCANCEL(t *testing.T) {
	virtual(t, func(b *bed) {
		c := b.phone("102", "203.0.113.2:5060")
		c.register()
		out := b.dial("call-1", "102")
		c.rung()
		c.respond(c.invite, "180 Ringing")
		b.hears(out, call.Ringing)
		out.Hangup(call.End{Cause: call.AnsweredElsewhere})
		c.answer()
		c.respond(c.expect("CANCEL"), "200 OK")
		ack := c.expect("ACK")
		bye := c.expect("BYE")
		if ack.seq() != 1 || bye.seq() != 2 || tagIn(bye.get("To")) != tagIn(c.local) {
			t.Errorf("ACK %s, BYE %s to %s", ack.get("CSeq"), bye.get("CSeq"), bye.get("To"))
		}
		c.respond(bye, "200 OK")
		time.Sleep(time.Second)
		c.answer() // the 200 again, as if the ACK was lost, when the leg is gone
		c.expect("ACK")
		c.quiet(5 * time.Second) // the BYE was answered
	})
}

// An answered call is over, and its 200 comes again since the ACK was lost: it gets
// its ACK, and no BYE besides the one that was said.
func TestRFC3261Section13_2_2_4AnswerThatComesAgainLate(t *testing.T) {
	virtual(t, func(b *bed) {
		c := b.phone("102", "203.0.113.2:5060")
		c.register()
		out := b.dial("call-1", "102")
		c.rung()
		c.answer()
		c.expect("ACK")
		b.hears(out, call.Answered)
		c.send(c.inside("BYE").bytes())
		c.expect("200")
		b.hears(out, call.Ended)
		time.Sleep(time.Second)
		c.answer()
		c.expect("ACK")
		c.quiet(5 * time.Second)
	})
}

// Two branches of a fork answer: the first wins, the second gets ACK and BYE.
func TestRFC3261Section13_2_2_4SecondBranchAnswers(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("prov", trunkAddr)
		out := b.dialTrunk("call-1", "+4912345")
		invite := p.rung()
		one := p.local
		p.respond(invite, "180 Ringing")
		b.hears(out, call.Ringing)
		p.local = invite.get("To") + ";tag=two"
		p.respond(invite, "183 Session Progress", "sdp:"+answerSDP)
		b.hears(out, call.Early)
		p.local = one
		p.respond(invite, "200 OK", "sdp:"+answerSDP)
		b.hears(out, call.Answered)
		if ack := p.expect("ACK"); ack.get("To") != one {
			t.Errorf("ACK to %s, want %s", ack.get("To"), one)
		}
		p.local = invite.get("To") + ";tag=two"
		p.respond(invite, "200 OK", "sdp:"+answerSDP)
		if ack := p.expect("ACK"); tagIn(ack.get("To")) != "two" {
			t.Errorf("ACK to %s", ack.get("To"))
		}
		bye := p.expect("BYE")
		if tagIn(bye.get("To")) != "two" {
			t.Errorf("BYE to %s", bye.get("To"))
		}
		p.respond(bye, "200 OK")
		if s := out.Info().State; s != "up" {
			t.Errorf("the winner is %s", s)
		}
		if got := b.mediaOf(out).said(); strings.Count(got, "accept") != 2 {
			t.Errorf("media: %s", got) // the early branch's answer, then the winner's
		}
	})
}

// 183 opens the media early; the same answer in the 200 changes nothing.
func TestRFC3261Section13_2_1EarlyMedia(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("prov", trunkAddr)
		out := b.dialTrunk("call-1", "+4912345")
		invite := p.rung()
		p.respond(invite, "183 Session Progress", "sdp:"+answerSDP)
		b.hears(out, call.Early)
		if out.Line() == nil || out.Info().State != "early" {
			t.Errorf("line %v, state %s", out.Line(), out.Info().State)
		}
		p.respond(invite, "200 OK", "sdp:"+answerSDP, "Server: Far\tSwitch 2.1")
		b.hears(out, call.Answered)
		p.expect("ACK")
		if at := out.Info().UserAgent; at != "Far Switch 2.1" {
			t.Errorf("at the far side is %q", at)
		}
		if got := b.mediaOf(out).said(); strings.Count(got, "accept") != 1 {
			t.Errorf("media: %s", got)
		}
	})
}

// A 200 without a description, and one that the media refuses, end the call
// cleanly.
func TestRFC3261Section13_2_2_4AnswerThatCannotBeUsed(t *testing.T) {
	virtual(t, func(b *bed) {
		c := b.phone("102", "203.0.113.2:5060")
		c.register()
		for _, with := range []string{"none", "bad"} {
			out := b.dial("call-1", "102")
			c.rung()
			if with == "none" {
				c.respond(c.invite, "200 OK")
			} else {
				b.mediaOf(out).refusing("accept", leg.ErrNoCodec)
				c.answer()
			}
			c.expect("ACK")
			c.respond(c.expect("BYE"), "200 OK")
			if n := b.hears(out, call.Ended); n.Cause != call.NoCodec {
				t.Errorf("%s: ended with %s", with, n.Cause)
			}
		}
	})
}

// The INVITE to a trunk: its host, the number in its form, who calls, and what
// is passed on. Requests in the dialog follow Record-Route and Contact.
func TestRFC3261Section12_2RouteSetAndTarget(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("prov", trunkAddr)
		proxy := b.phone("proxy", "198.51.100.9:5080")
		out := b.dialTrunk("call-1", "+4912345")
		invite := p.rung()
		if invite.start != "INVITE sip:004912345@sip.first.example SIP/2.0" || !strings.Contains(invite.get("From"), "<sip:004930101@") ||
			invite.get("X-Note") != "hello" {
			t.Errorf("%s", invite)
		}
		p.respond(invite, "200 OK", "sdp:"+answerSDP,
			"Record-Route: <sip:inner.example;lr>", "Record-Route: <sip:198.51.100.9:5080;lr>")
		b.hears(out, call.Answered)
		ack := proxy.expect("ACK")
		if got := strings.Join(ack.all("Route"), " "); got != "<sip:198.51.100.9:5080;lr> <sip:inner.example;lr>" {
			t.Errorf("Route: %s", got)
		}
		if ack.start != "ACK sip:prov@"+trunkAddr+" SIP/2.0" {
			t.Errorf("%s", ack.start)
		}
		// The far side moves: its re-INVITE has another Contact.
		p.target = uriIn(invite.get("Contact"))
		m := p.inside("INVITE", "sdp:"+offerSDP)
		m.set("Contact", "<sip:new@198.51.100.77:5090>")
		p.send(m.bytes())
		p.expect("200")
		p.ack()
		out.Hangup(call.End{Cause: call.Normal})
		bye := proxy.expect("BYE")
		if bye.start != "BYE sip:new@198.51.100.77:5090 SIP/2.0" {
			t.Errorf("%s", bye.start)
		}
		proxy.respond(bye, "200 OK")
	})
}

// A strict router (RFC 2543) gets its own address as Request-URI.
func TestRFC3261Section12_2_1_1StrictRouter(t *testing.T) {
	virtual(t, func(b *bed) {
		p := b.phone("prov", trunkAddr)
		strict := b.phone("strict", "198.51.100.9:5060")
		out := b.dialTrunk("call-1", "+4912345")
		invite := p.rung()
		p.respond(invite, "200 OK", "sdp:"+answerSDP, "Record-Route: <sip:198.51.100.9>")
		b.hears(out, call.Answered)
		ack := strict.expect("ACK")
		if ack.start != "ACK sip:198.51.100.9 SIP/2.0" || ack.get("Route") != "<sip:prov@"+trunkAddr+">" {
			t.Errorf("%s\nRoute: %s", ack.start, ack.get("Route"))
		}
	})
}

// The trunk cannot be found, or takes no connection.
func TestDialATrunkThatIsNotThere(t *testing.T) {
	virtual(t, func(b *bed) {
		delete(b.peers, "first")
		out := b.dialTrunk("call-1", "+491")
		if n := b.hears(out, call.Ended); n.Cause != call.Unavailable || !strings.Contains(n.Text, "no such host") {
			t.Errorf("%s: %s", n.Cause, n.Text)
		}
		b.peers["first"] = Peer{Transport: "tcp", Addr: netip.MustParseAddrPort(trunkAddr), Host: trunkAddr}
		b.connect = func(netip.AddrPort) (net.Conn, error) { return nil, net.ErrClosed }
		out = b.dialTrunk("call-2", "+491")
		if n := b.hears(out, call.Ended); n.Cause != call.Unavailable {
			t.Errorf("%s: %s", n.Cause, n.Text)
		}
	})
}

// A trunk over TCP: one connection, opened by us, for all of the call.
func TestRFC3261Section18TrunkOverTCP(t *testing.T) {
	virtual(t, func(b *bed) {
		b.peers["first"] = Peer{Transport: "tcp", Addr: netip.MustParseAddrPort(trunkAddr), Host: "sip.first.example"}
		opened := make(chan *phone, 9)
		b.connect = func(netip.AddrPort) (net.Conn, error) {
			ours, theirs := pipe("192.0.2.1:33333", trunkAddr)
			opened <- b.phoneOn("prov", trunkAddr, theirs)
			return ours, nil
		}
		out := b.dialTrunk("call-1", "+4912345")
		p := <-opened
		invite := p.rung()
		if !strings.HasPrefix(invite.get("Via"), "SIP/2.0/TCP 192.0.2.1:5060;") || uriIn(invite.get("Contact")) != "sip:004930101@192.0.2.1:5060;transport=tcp" {
			t.Errorf("Via %s, Contact %s", invite.get("Via"), invite.get("Contact"))
		}
		p.respond(invite, "200 OK", "sdp:"+answerSDP)
		b.hears(out, call.Answered)
		p.expect("ACK")
		out.Hangup(call.End{Cause: call.Normal})
		p.respond(p.expect("BYE"), "200 OK")
		p.quiet(time.Second)
		if n := len(opened); n != 0 {
			t.Errorf("%d connections more", n)
		}
	})
}

// No device, and no hops left.
func TestDialNobody(t *testing.T) {
	virtual(t, func(b *bed) {
		for _, c := range []struct {
			hops int
			want call.Cause
		}{{70, call.Unavailable}, {0, call.Loop}} {
			_, err := b.server.Dial(context.Background(), call.Dial{Call: "x", Extension: b.exts["103"], MaxForwards: c.hops}, b.inbox)
			if e, ok := err.(*call.Error); !ok || e.Cause != c.want {
				t.Errorf("%d hops: %v", c.hops, err)
			}
		}
	})
}
