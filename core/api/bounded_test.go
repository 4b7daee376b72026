package api

import (
	"net"
	"net/netip"
	"testing"

	"github.com/plugboard/plugboard/core/subnet"
)

// from is a listener to which clients come from addresses that are said.
type from struct{ come chan net.Conn }

type client struct {
	net.Conn
	at     net.Addr
	closed bool
}

func (c *client) RemoteAddr() net.Addr { return c.at }
func (c *client) Close() error {
	c.closed = true
	return nil
}

func (f from) Accept() (net.Conn, error) {
	if c, ok := <-f.come; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (f from) Close() error   { return nil }
func (f from) Addr() net.Addr { return nil }

// One address has so many connections, all have so many, and one that ends makes
// room. A proxy stands for many.
func TestConnectionsAreBounded(t *testing.T) {
	f := from{make(chan net.Conn, 2)}
	proxy := netip.MustParseAddr("192.0.2.9")
	l := Bounded(f, func(a netip.Addr) bool { return a == proxy }).(*bounded)
	l.most = maxFrom + 500
	last := netip.MustParseAddr("198.51.100.1")
	come := func(at string) net.Conn {
		t.Helper()
		c := &client{at: net.TCPAddrFromAddrPort(netip.MustParseAddrPort(at))}
		f.come <- c
		f.come <- &client{at: net.TCPAddrFromAddrPort(netip.AddrPortFrom(last, 1))} // takes its place if it is refused
		got, err := l.Accept()
		if err != nil {
			t.Fatal(err)
		}
		if got.(*counted).Conn == net.Conn(c) {
			<-f.come
			return got
		}
		if !c.closed {
			t.Error("one that is refused is left open")
		}
		got.Close()
		return nil
	}
	var first net.Conn
	for i := range maxFrom {
		c := come("[2001:db8::1]:5000")
		if c == nil {
			t.Fatalf("number %d is refused", i)
		}
		if first == nil {
			first = c
		}
	}
	if come("[2001:db8::2]:5000") != nil {
		t.Error("an address may have one too many")
	}
	first.Close()
	first.Close() // once is enough
	if come("[2001:db8::1]:5000") == nil || come("[2001:db8::1]:5000") != nil {
		t.Error("one that ends does not make room for one")
	}
	for i := range 499 {
		if come("192.0.2.9:5000") == nil {
			t.Fatalf("number %d of a proxy is refused", i)
		}
	}
	// The last place is for whoever comes.
	c := come("192.0.2.1:5000")
	if c == nil {
		t.Fatal("there is no last place")
	}
	if l.take(subnet.Of(proxy), true) {
		t.Error("in all there is one too many")
	}
}
