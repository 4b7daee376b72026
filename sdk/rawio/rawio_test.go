package rawio

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func listen(t *testing.T, addr string) (*net.UDPConn, *Packets) {
	t.Helper()
	c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort(addr)))
	if err != nil {
		t.Skip(err) // no IPv6 here
	}
	t.Cleanup(func() { c.Close() })
	p, err := NewPackets(c)
	if err != nil {
		t.Fatal(err)
	}
	return c, p
}

func TestPackets(t *testing.T) {
	for _, test := range []struct{ name, a, b, reach string }{
		{"IPv4", "127.0.0.1:0", "127.0.0.1:0", "127.0.0.1"},
		{"IPv6", "[::1]:0", "[::1]:0", "::1"},
		{"IPv4 on a socket for both", "127.0.0.1:0", "[::]:0", "127.0.0.1"},
		{"from a socket for both", "[::]:0", "127.0.0.1:0", "127.0.0.1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, a := listen(t, test.a)
			conn, b := listen(t, test.b)
			to := netip.AddrPortFrom(netip.MustParseAddr(test.reach), uint16(conn.LocalAddr().(*net.UDPAddr).Port))
			const sent = 3*batch + 1 // more than one system call takes
			got := make(chan string, sent)
			ended := make(chan error)
			go func() {
				ended <- b.Read(func(raw []byte, from netip.AddrPort) {
					if from.Addr() != netip.MustParseAddr(test.reach) {
						t.Errorf("from %v", from)
					}
					got <- string(raw)
				})
			}()
			for i := range sent {
				if err := a.Send(bytes.Repeat([]byte{byte(i)}, i), to); err != nil {
					t.Fatal(err)
				}
			}
			for i := range sent {
				if s := <-got; s != string(bytes.Repeat([]byte{byte(i)}, i)) {
					t.Fatalf("datagram %d: %q", i, s)
				}
			}
			conn.Close()
			if err := <-ended; !errors.Is(err, net.ErrClosed) {
				t.Errorf("Read ended with %v", err)
			}
			if err := b.Send(nil, to); !errors.Is(err, net.ErrClosed) {
				t.Errorf("Send on a closed socket: %v", err)
			}
		})
	}
}

// What ICMP tells of a far side that is gone ends neither reading nor sending.
func TestPacketsOutliveRefusal(t *testing.T) {
	gone, _ := listen(t, "127.0.0.1:0")
	dead := gone.LocalAddr().(*net.UDPAddr).AddrPort()
	gone.Close()
	conn, p := listen(t, "127.0.0.1:0")
	got := make(chan string, 1)
	go func() { _ = p.Read(func(raw []byte, _ netip.AddrPort) { got <- string(raw) }) }()
	for range 5 {
		if err := p.Send([]byte("x"), dead); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Send([]byte("self"), conn.LocalAddr().(*net.UDPAddr).AddrPort()); err != nil {
		t.Fatal(err)
	}
	if s := <-got; s != "self" {
		t.Errorf("got %q", s)
	}
}

func TestSendNeedsTheFamily(t *testing.T) {
	_, p := listen(t, "127.0.0.1:0")
	if err := p.Send([]byte("x"), netip.MustParseAddrPort("[2001:db8::1]:5060")); err == nil {
		t.Error("IPv6 from an IPv4 socket")
	}
}

func pair(t *testing.T) (a, b net.Conn) {
	t.Helper()
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if a, err = net.Dial("unix", l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if b, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close(); b.Close() })
	return Conn(a), Conn(b)
}

func TestConn(t *testing.T) {
	a, b := pair(t)
	want := bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // more than a socket holds
	done := make(chan error)
	go func() {
		n, err := a.Write(want)
		if n != len(want) {
			t.Errorf("%d octets written", n)
		}
		done <- errors.Join(err, a.Close())
	}()
	got, err := io.ReadAll(b)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d octets read, %v", len(got), err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := b.Write(want); err == nil {
		t.Error("written to nobody")
	}
}

func TestConnDeadline(t *testing.T) {
	a, _ := pair(t)
	_ = a.SetDeadline(time.Unix(1, 0))
	if _, err := a.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Read: %v", err)
	}
	if _, err := a.Write([]byte("x")); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("Write: %v", err)
	}
}

func TestConnInMemoryStays(t *testing.T) {
	a, b := net.Pipe()
	defer b.Close()
	defer a.Close()
	if Conn(a) != a {
		t.Error("a pipe has no system calls")
	}
}
