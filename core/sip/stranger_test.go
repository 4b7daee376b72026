package sip

import (
	"fmt"
	"net/netip"
	"testing"
	"time"
)

// Of strangers' connections from one address, and of all, the oldest goes where one is
// too many. Who has proven who they are stays, and a proxy on this machine stands
// for many.
func TestTheOldestStrangerGoes(t *testing.T) {
	l := links{streams: make(map[Flow]*stream)}
	open := func(from string) (st, goes *stream) {
		t.Helper()
		st = &stream{transport: "tcp", from: &socket{}, remote: netip.MustParseAddrPort(from)}
		goes, ok := l.add(st)
		if !ok {
			t.Fatal("a connection is refused")
		}
		return st, goes
	}
	known, _ := open("192.0.2.1:5000")
	first, _ := open("192.0.2.1:5000")
	second, _ := open("192.0.2.1:5000")
	for range maxFrom - 3 {
		open("192.0.2.1:5000")
	}
	l.knows(known)
	l.knows(known) // once is enough
	if _, goes := open("192.0.2.1:5000"); goes != nil {
		t.Error("who has proven who they are takes a stranger's place")
	}
	if _, goes := open("192.0.2.1:5000"); goes != first {
		t.Error("the oldest of an address does not go")
	}
	if _, goes := open("192.0.2.2:5000"); goes != nil {
		t.Error("one goes for another address")
	}
	l.remove(second)
	l.remove(second)
	if _, goes := open("192.0.2.1:5000"); goes != nil {
		t.Error("one that has ended does not make room")
	}
	for range maxFrom {
		open("[2001:db8::1]:5000")
	}
	if _, goes := open("[2001:db8::ffff]:5000"); goes == nil {
		t.Error("each address of a network of IPv6 counts for itself")
	}
	for range maxFrom + 1 {
		if _, goes := open("127.0.0.1:5000"); goes != nil {
			t.Fatal("a proxy has no room")
		}
	}
	ours := &stream{transport: "tcp", remote: netip.MustParseAddrPort("192.0.2.1:5060")}
	if goes, ok := l.add(ours); goes != nil || !ok || ours.strange.Load() {
		t.Error("a connection that we opened is a stranger's")
	}
	for i := 0; l.strangers.list.Len() < maxStrangers; i++ {
		open(fmt.Sprintf("10.0.%d.%d:5000", i>>8, i&255))
	}
	if _, goes := open("192.0.2.3:5000"); goes == nil || goes == known || goes == ours {
		t.Error("of all strangers none goes")
	}
}

// Somebody who opens connections and says nothing takes no phone's place: neither
// of those that are there nor of those that come.
func TestSilentConnectionsKeepNobodyOut(t *testing.T) {
	virtual(t, func(b *bed) {
		a, _ := b.phoneTCP("101", "203.0.113.1:40000")
		a.register()
		for i := range maxStrangers + 100 {
			b.phoneTCP(fmt.Sprint("silent", i), fmt.Sprintf("10.0.%d.%d:40000", i>>8, i&255))
			if i%100 == 0 {
				time.Sleep(time.Second)
			}
		}
		c, _ := b.phoneTCP("102", "203.0.113.2:40000")
		c.register()
		b.dial("c1", "101")
		a.rung()
		a.respond(a.invite, "486 Busy Here")
		a.expect("ACK")
		time.Sleep(idleStranger + time.Second)
		b.server.links.mu.Lock()
		defer b.server.links.mu.Unlock()
		if n := len(b.server.links.streams); n != 2 {
			t.Errorf("%d connections are open, want those of the phones", n)
		}
	})
}

// Half a message that trickles has no longer than one that stops.
func TestATrickleEnds(t *testing.T) {
	virtual(t, func(b *bed) {
		p, _ := b.phoneTCP("101", "203.0.113.1:40000")
		p.send([]byte("OPTIONS sip:pbx SIP/2.0\r\nSubject: "))
		open := func() int {
			b.server.links.mu.Lock()
			defer b.server.links.mu.Unlock()
			return len(b.server.links.streams)
		}
		for range 3 {
			time.Sleep(readTimeout / 4)
			p.send([]byte("x"))
		}
		if open() != 1 {
			t.Error("the connection ends before its time")
		}
		time.Sleep(readTimeout/4 + time.Second)
		if open() != 0 {
			t.Error("the connection is open")
		}
	})
}
