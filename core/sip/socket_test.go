package sip

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
)

const otherAddr = "192.0.2.1:5080"

// reaching is a phone that speaks to another of the server's sockets.
func (b *bed) reaching(to, name, addr string) *phone {
	p := b.phone(name, addr)
	from := b.wire.ends[p.addr]
	p.send = func(raw []byte) { _, _ = from.WriteTo(raw, net.UDPAddrFromAddrPort(netip.MustParseAddrPort(to))) }
	return p
}

// isOpen says whether the server has a socket.
func (b *bed) isOpen(name string) bool { return b.server.links.named(name) != nil }

// A socket that is added while the server runs takes registrations and calls,
// and is where its phones are reached from.
func TestASocketIsAdded(t *testing.T) {
	virtual(t, func(b *bed) {
		if err := b.server.Listen(Socket{Name: "other", Packet: b.wire.listen(otherAddr)}); err != nil {
			t.Fatal(err)
		}
		a := b.reaching(otherAddr, "101", "203.0.113.1:5060")
		a.register()
		lg := b.dial("c1", "101")
		if via := a.rung().get("Via"); !strings.Contains(via, otherAddr) {
			t.Errorf("rung over %s, want %s", via, otherAddr)
		}
		a.respond(a.invite, "486 Busy Here")
		a.expect("ACK")
		b.hears(lg, call.Ended)
	})
}

// A call goes on over a socket that is to be closed: it is held, and ends,
// there. Nobody else is heard, and when it is over the socket is closed.
func TestASocketIsLeftWhenItsLastCallHasEnded(t *testing.T) {
	virtual(t, func(b *bed) {
		if err := b.server.Listen(Socket{Name: "other", Packet: b.wire.listen(otherAddr)}); err != nil {
			t.Fatal(err)
		}
		a, c := b.reaching(otherAddr, "101", "203.0.113.1:5060"), b.reaching(otherAddr, "102", "203.0.113.2:5060")
		c.register()
		a.dial("102", nil)
		in := b.incoming()
		in.Leg.Answer()
		b.server.Leave("other")
		// The ACK, and what the dialog brings, still arrives.
		a.took(a.expect("200"))
		a.ack()
		b.hears(in.Leg, call.Answered)
		a.send(a.inside("INVITE", "sdp:"+offerSDP).bytes())
		a.expect("200")
		a.ack()
		// Whoever is not in a call finds nobody.
		c.send(c.registration("Expires: 60").bytes())
		c.send(c.request("OPTIONS", "sip:pbx").bytes())
		c.quiet(40 * time.Second)
		if _, err := b.server.Dial(t.Context(), call.Dial{Call: "c2", Extension: b.exts["102"], MaxForwards: 70}, b.inbox); err == nil {
			t.Error("a phone is rung over a socket that is to be closed")
		}
		if left := b.reg.Bindings("102"); len(left) != 0 {
			t.Errorf("its phone counts as registered: %+v", left)
		}
		if !b.isOpen("other") {
			t.Fatal("the socket was closed under a call")
		}
		a.send(a.inside("BYE").bytes())
		a.expect("200")
		b.hears(in.Leg, call.Ended)
		time.Sleep(timeout / 2)
		if !b.isOpen("other") {
			t.Error("the socket was closed before the BYE could be repeated")
		}
		time.Sleep(timeout)
		if b.isOpen("other") {
			t.Error("the socket is still open")
		}
		// The rest of the server does not mind.
		d := b.phone("103", "203.0.113.3:5060")
		d.register()
	})
}

func TestAnIdleSocketIsLeftAtOnceAndKeptOnRequest(t *testing.T) {
	virtual(t, func(b *bed) {
		if err := b.server.Listen(Socket{Name: "other", Packet: b.wire.listen(otherAddr)}); err != nil {
			t.Fatal(err)
		}
		a := b.reaching(otherAddr, "101", "203.0.113.1:5060")
		a.dial("102", nil)
		in := b.incoming()
		in.Leg.Answer()
		a.took(a.expect("200"))
		a.ack()
		b.hears(in.Leg, call.Answered)
		b.server.Leave("other")
		time.Sleep(time.Second)
		if !b.server.Keep("other") {
			t.Error("a socket that is leaving was not kept")
		}
		in.Leg.Hangup(call.End{Cause: call.Normal})
		a.respond(a.expect("BYE"), "200 OK")
		b.hears(in.Leg, call.Ended)
		time.Sleep(2 * timeout)
		a.register() // it is open as before

		b.server.Leave("other")
		b.server.Leave("nothing")
		time.Sleep(time.Millisecond)
		if b.isOpen("other") || b.server.Keep("other") {
			t.Error("a socket without a call is not closed at once")
		}
	})
}

// A listener takes no more connections; one that carries a call stays for it.
func TestAListenerIsLeftWithItsConnections(t *testing.T) {
	virtual(t, func(b *bed) {
		a, _ := b.phoneTCP("101", "203.0.113.1:40000")
		c, conn := b.phoneTCP("102", "203.0.113.2:40000")
		c.register()
		a.dial("102", nil)
		in := b.incoming()
		in.Leg.Answer()
		a.took(a.expect("200"))
		a.ack()
		b.hears(in.Leg, call.Answered)
		b.server.Leave("tcp")
		time.Sleep(time.Second)
		select {
		case <-b.listener.closed:
		default:
			t.Error("the listener is still open")
		}
		if _, err := conn.Read(make([]byte, 1)); err == nil {
			t.Error("a connection without a call is still open")
		}
		if left := b.reg.Bindings("102"); len(left) != 0 {
			t.Errorf("its phone counts as registered: %+v", left)
		}
		a.send(a.inside("BYE").bytes())
		a.expect("200")
		b.hears(in.Leg, call.Ended)
		time.Sleep(2 * timeout)
		b.server.links.mu.Lock()
		defer b.server.links.mu.Unlock()
		if n := len(b.server.links.streams); n != 0 {
			t.Errorf("%d connections are left", n)
		}
	})
}
