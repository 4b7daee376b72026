package bus

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"
)

func listen(t *testing.T, addr string) Socket {
	t.Helper()
	s, err := ListenUDP(netip.MustParseAddrPort(addr))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// next receives, also after a datagram whose end of the queue nobody read.
func next(s Socket, b []byte) (int, netip.AddrPort, time.Time, error) {
	n, from, at, err := s.Recv(b)
	if errors.Is(err, ErrEmpty) {
		return s.Recv(b)
	}
	return n, from, at, err
}

// What waits is read in order and whole, whatever the number.
func TestUDPQueue(t *testing.T) {
	a, b := listen(t, "127.0.0.1:0"), listen(t, "127.0.0.1:0")
	buf := make([]byte, 100)
	for count := range 6 {
		for i := range count {
			if err := a.Send([]byte{byte(count), byte(i)}, b.LocalAddr()); err != nil {
				t.Fatal(err)
			}
		}
		for i := range count {
			n, from, at, err := b.Recv(buf)
			if err != nil || n != 2 || buf[0] != byte(count) || buf[1] != byte(i) {
				t.Fatalf("datagram %d of %d: % x, %v", i, count, buf[:n], err)
			}
			if from != a.LocalAddr() || time.Since(at) > time.Minute {
				t.Errorf("datagram %d of %d: from %v, at %v", i, count, from, at)
			}
		}
		if _, _, _, err := b.Recv(buf); !errors.Is(err, ErrEmpty) {
			t.Fatalf("after %d datagrams: %v", count, err)
		}
	}
}

func TestUDP(t *testing.T) {
	for _, c := range []struct{ from, to, send, see string }{
		{"127.0.0.1:0", "127.0.0.1:0", "127.0.0.1", "127.0.0.1"},
		{"[::1]:0", "[::1]:0", "::1", "::1"},
		{"127.0.0.1:0", "[::]:0", "127.0.0.1", "127.0.0.1"},
		{"[::]:0", "127.0.0.1:0", "127.0.0.1", "127.0.0.1"},
		{"[::]:0", "[::1]:0", "::1", "::1"},
	} {
		t.Run(c.from+" to "+c.to, func(t *testing.T) {
			a, b := listen(t, c.from), listen(t, c.to)
			buf := make([]byte, 100)
			if _, _, _, err := b.Recv(buf); !errors.Is(err, ErrEmpty) {
				t.Fatalf("nothing was sent, but: %v", err)
			}
			to := netip.AddrPortFrom(netip.MustParseAddr(c.send), b.LocalAddr().Port())
			began := time.Now()
			for _, text := range []string{"one", "", "three"} {
				if err := a.Send([]byte(text), to); err != nil {
					t.Fatal(err)
				}
				n, from, at, err := next(b, buf)
				if err != nil || string(buf[:n]) != text {
					t.Fatalf("received %q, %v; want %q", buf[:n], err, text)
				}
				if from.Addr() != netip.MustParseAddr(c.see) || from.Port() != a.LocalAddr().Port() {
					t.Errorf("from %v, want %s and the port of %v", from, c.see, a.LocalAddr())
				}
				if at.Before(began.Add(-time.Second)) || at.After(time.Now().Add(time.Second)) {
					t.Errorf("arrived at %v, sent at %v", at, began)
				}
			}
		})
	}
}

// The time is that of the arrival, not of the reading.
func TestUDPArrival(t *testing.T) {
	a, b := listen(t, "127.0.0.1:0"), listen(t, "127.0.0.1:0")
	for range 50 {
		if err := a.Send([]byte("x"), b.LocalAddr()); err != nil {
			t.Fatal(err)
		}
		sent := time.Now()
		time.Sleep(20 * time.Millisecond)
		_, _, at, err := next(b, make([]byte, 10))
		if err != nil {
			t.Fatal(err)
		}
		if at.Before(sent.Add(10 * time.Millisecond)) {
			return
		}
		// The kernel begins to stamp some time after the first socket on the
		// machine has asked for it.
	}
	t.Error("in 50 tries the time was that of the reading")
}

// RFC 1122, section 4.1.3.3: ICMP errors come back to the sender. They must
// not cost it a datagram.
func TestUDPPortUnreachable(t *testing.T) {
	a, b, gone := listen(t, "127.0.0.1:0"), listen(t, "127.0.0.1:0"), listen(t, "127.0.0.1:0")
	nobody := gone.LocalAddr()
	gone.Close()
	buf := make([]byte, 10)
	for range 10 {
		if err := a.Send([]byte("x"), nobody); err != nil {
			t.Errorf("sending to nobody: %v", err)
		}
		if err := a.Send([]byte("y"), b.LocalAddr()); err != nil {
			t.Errorf("sending after that: %v", err)
		}
		if n, _, _, err := next(b, buf); err != nil || string(buf[:n]) != "y" {
			t.Errorf("received %q, %v", buf[:n], err)
		}
		if _, _, _, err := a.Recv(buf); !errors.Is(err, ErrEmpty) {
			t.Errorf("nothing was sent back, but: %v", err)
		}
	}
}

func TestUDPRefuses(t *testing.T) {
	a := listen(t, "127.0.0.1:0")
	if s, err := ListenUDP(a.LocalAddr()); err == nil {
		s.Close()
		t.Error("the same port was bound twice")
	} else {
		t.Log(err)
	}
	if err := a.Send(nil, netip.MustParseAddrPort("[::1]:9")); err == nil {
		t.Error("an IPv4 socket sent to an IPv6 address")
	}
	if _, err := ListenUDP(netip.MustParseAddrPort("[fe80::1%nowhere]:0")); err == nil {
		t.Error("bound to an interface that is none")
	}
}

func TestUDPClosed(t *testing.T) {
	a := listen(t, "127.0.0.1:0")
	var users sync.WaitGroup
	for range 2 {
		users.Go(func() {
			for {
				if err := a.Send([]byte("x"), a.LocalAddr()); errors.Is(err, net.ErrClosed) {
					return
				}
			}
		})
	}
	users.Go(func() {
		buf := make([]byte, 10)
		for {
			if _, _, _, err := a.Recv(buf); errors.Is(err, net.ErrClosed) {
				return
			}
		}
	})
	for range 2 {
		users.Go(func() { a.Close() })
	}
	users.Wait()
	a.Close()
	if s := a.(*udpSocket); s.uses.Load() != -1 {
		t.Errorf("%d uses after Close, want -1: closed, once", s.uses.Load())
	}
}

func TestUDPAllocatesNothing(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0"} {
		a, buf := listen(t, addr), make([]byte, 172)
		to := a.LocalAddr()
		if n := testing.AllocsPerRun(100, func() {
			if err := a.Send(buf, to); err != nil {
				t.Error(err)
			}
			if _, _, _, err := a.Recv(buf); err != nil {
				t.Error(err)
			}
			if _, _, _, err := a.Recv(buf); err != ErrEmpty {
				t.Error(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", addr, n)
		}
	}
}

func BenchmarkUDP(b *testing.B) {
	s, err := ListenUDP(netip.MustParseAddrPort("127.0.0.1:0"))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	buf, to := make([]byte, 172), s.LocalAddr()
	b.ReportAllocs()
	for b.Loop() {
		_ = s.Send(buf, to)
		_, _, _, _ = s.Recv(buf)
		_, _, _, _ = s.Recv(buf)
	}
}
