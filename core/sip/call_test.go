package sip

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
)

// The whole road: two phones register, one calls, the other answers, one hangs
// up.
func TestRFC3261Section24CallBetweenPhones(t *testing.T) {
	virtual(t, func(b *bed) {
		a, c := b.phone("101", "203.0.113.1:5060"), b.phone("102", "203.0.113.2:5060")
		a.register()
		c.register()

		a.dial("102", nil)
		in := b.incoming()
		if f := in.Facts; f.From.Extension != b.exts["101"] || f.To.Number != "102" || f.From.Name != "Phone 101" {
			t.Errorf("facts: %+v", f)
		}
		in.Leg.Ring()
		a.expect("180")
		out := b.dial(in.ID, "102")
		invite := c.rung()
		if got := invite.get("From"); !strings.HasPrefix(got, `"Anna" <sip:101@pbx>;tag=`) {
			t.Errorf("From of the outgoing INVITE: %s", got)
		}
		if got := invite.get("Max-Forwards"); got != "69" {
			t.Errorf("Max-Forwards: %s", got)
		}
		c.respond(invite, "180 Ringing")
		b.hears(out, call.Ringing)
		c.answer()
		b.hears(out, call.Answered)
		c.expect("ACK")
		in.Leg.Answer()
		ok := a.expect("200")
		a.took(ok)
		if !strings.Contains(ok.body, "s=answer") {
			t.Errorf("the 200 holds %q", ok.body)
		}
		a.ack()
		b.hears(in.Leg, call.Answered)
		if in.Leg.Line() == nil || out.Line() == nil {
			t.Error("a leg that talks has no line")
		}
		if s := in.Leg.Info().State; s != "up" {
			t.Errorf("state %q", s)
		}

		a.send(a.inside("BYE").bytes())
		a.expect("200")
		if n := b.hears(in.Leg, call.Ended); n.Cause != call.Normal {
			t.Errorf("ended with %s", n.Cause)
		}
		out.Hangup(call.End{Cause: call.Normal})
		bye := c.expect("BYE")
		if !strings.Contains(bye.get("Reason"), "cause=16") {
			t.Errorf("BYE without its Reason: %q", bye.get("Reason"))
		}
		c.respond(bye, "200 OK")
		b.hears(out, call.Ended)
		for _, want := range []string{
			"< 203.0.113.1:5060 INVITE", "> 203.0.113.2:5060 INVITE", "> 203.0.113.1:5060 SIP/2.0 180",
			"< 203.0.113.2:5060 SIP/2.0 200", "< 203.0.113.1:5060 ACK", "> 203.0.113.2:5060 BYE",
		} {
			if !strings.Contains(b.trace.text(), want) {
				t.Errorf("the trace lacks %q:\n%s", want, b.trace.text())
			}
		}
		time.Sleep(time.Minute)
		a.quiet(time.Second)
		c.quiet(time.Second)
	})
}

func TestRFC3261Section9CancelByTheCaller(t *testing.T) {
	virtual(t, func(b *bed) {
		a, c := b.phone("101", "203.0.113.1:5060"), b.phone("102", "203.0.113.2:5060")
		c.register()
		a.dial("102", nil)
		in := b.incoming()
		out := b.dial(in.ID, "102")
		in.Leg.Ring()
		ringing := a.expect("180")
		invite := c.rung()
		c.respond(invite, "180 Ringing")
		b.hears(out, call.Ringing)

		a.send(a.cancelling(a.invite).bytes())
		ok := a.expect("200")
		if tagIn(ok.get("To")) != tagIn(ringing.get("To")) {
			t.Error("the answer to CANCEL has another To tag than the 180")
		}
		gone := a.expect("487")
		if tagIn(gone.get("To")) != tagIn(ringing.get("To")) {
			t.Error("the 487 has another To tag than the 180")
		}
		a.send(a.ackTo(a.invite, gone).bytes())
		if n := b.hears(in.Leg, call.Ended); n.Cause != call.Cancelled {
			t.Errorf("ended with %s", n.Cause)
		}
		out.Hangup(call.End{Cause: call.AnsweredElsewhere})
		got := c.expect("CANCEL")
		if got.get("Via") != invite.get("Via") || got.get("CSeq") != "1 CANCEL" || got.get("To") != invite.get("To") {
			t.Errorf("CANCEL is not of the INVITE's transaction:\n%s", got)
		}
		if got.get("Reason") != `SIP;cause=200;text="Call completed elsewhere"` {
			t.Errorf("Reason: %s", got.get("Reason"))
		}
		c.respond(got, "200 OK")
		c.respond(invite, "487 Request Terminated")
		ack := c.expect("ACK")
		if ack.get("Via") != invite.get("Via") {
			t.Error("the ACK to the 487 has another branch")
		}
		b.hears(out, call.Ended)
		time.Sleep(40 * time.Second)
		a.quiet(time.Second)
		c.quiet(time.Second)
	})
}

// A message is in the trace before it is on the wire: on a short way its answer
// is there at once, and must not stand above it.
func TestTraceIsInOrder(t *testing.T) {
	virtual(t, func(b *bed) {
		a, c := b.phone("101", "203.0.113.1:5060"), b.phone("102", "203.0.113.2:5060")
		c.register()
		b.trace.clear()
		n, sent := 0, map[string]int{}
		b.wire.losing(func(from, to netip.AddrPort, data string) bool {
			if from == netip.MustParseAddrPort(pbxAddr) {
				start, _, _ := strings.Cut(data, "\r\n")
				line := "> " + to.String() + " " + start
				n++
				if sent[line]++; strings.Count(b.trace.text(), line) < sent[line] {
					t.Errorf("not in the trace yet: %s", line)
				}
			}
			return false
		})
		in := b.caller(a)
		out := b.dial(in.ID, "102")
		c.rung()
		c.answer()
		b.hears(out, call.Answered)
		c.expect("ACK")
		out.Hangup(call.End{Cause: call.Normal})
		c.respond(c.expect("BYE"), "200 OK")
		in.Leg.Hangup(call.End{Cause: call.Normal})
		a.respond(a.expect("BYE"), "200 OK")
		if n < 7 {
			t.Errorf("%d messages were sent", n)
		}
	})
}
