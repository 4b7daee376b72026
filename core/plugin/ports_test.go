package plugin

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/sdk/bus"
)

var loopback = netip.MustParseAddr("127.0.0.1")

// RFC 3550, section 11: RTP has the even port.
func TestPortsAreEvenAndEachIsGivenOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPorts(Addresses{V4: loopback}, PortRange{20001, 20010}, new(sockets).listen)
		seen := make(map[uint16]bool)
		var last bus.Socket
		for range 5 {
			s, err := p.open(loopback)
			if err != nil {
				t.Fatal(err)
			}
			port := s.LocalAddr().Port()
			if port%2 != 0 || port < 20001 || port > 20010 || seen[port] {
				t.Errorf("got port %d after %v", port, seen)
			}
			seen[port] = true
			last = s
		}
		_, err := p.open(loopback)
		want := `out of RTP ports: every even port in media.rtp_ports = "20001-20010" carries a leg, or did within the last 1s; widen the range`
		if !errors.Is(err, errNoPort) || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		last.Close()
		port := last.LocalAddr().Port()
		p.give(port)
		if _, err := p.open(loopback); err == nil {
			t.Error("a port was used again at once")
		}
		time.Sleep(portRest)
		if s, err := p.open(loopback); err != nil || s.LocalAddr().Port() != port {
			t.Errorf("a port that rested was not used again: %v", err)
		}
	})
}

func TestAPortThatSomebodyElseHoldsIsPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := new(sockets)
		for _, port := range []uint16{20000, 20002, 20006} {
			if _, err := n.listen(netip.AddrPortFrom(loopback, port)); err != nil {
				t.Fatal(err)
			}
		}
		p := newPorts(Addresses{V4: loopback}, PortRange{20000, 20007}, n.listen)
		s, err := p.open(loopback)
		if err != nil || s.LocalAddr().Port() != 20004 {
			t.Fatalf("got %v, %v, want port 20004", s, err)
		}
		_, err = p.open(loopback)
		if err == nil || !strings.Contains(err.Error(), `"20000-20007" on 127.0.0.1 can be bound; the last failure: address in use`) {
			t.Errorf("got %v", err)
		}
	})
}

func TestAnEmptyRangeIsSaidSo(t *testing.T) {
	p := newPorts(Addresses{V4: loopback}, PortRange{20001, 20001}, func(netip.AddrPort) (bus.Socket, error) { panic("bound") })
	if _, err := p.open(loopback); !errors.Is(err, errNoPort) {
		t.Errorf("got %v", err)
	}
}

func TestThePortRangeMayEndAtTheLastPort(t *testing.T) {
	p := newPorts(Addresses{V4: loopback}, PortRange{65530, 65535}, new(sockets).listen)
	if len(p.free) != 3 {
		t.Errorf("%d ports, want 65530, 65532 and 65534", len(p.free))
	}
}
