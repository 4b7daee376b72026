//go:build e2e

package browser

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// network is what stands between pages and a switch: it passes HTTP, and media by UDP and
// TCP, on, at an address of its own. While it is away it loses packets, and connections
// hang; without UDP that alone is lost.
type network struct {
	ip    string
	media netip.AddrPort // the switch's, which has the same port here
	away  atomic.Bool
	noUDP atomic.Bool

	udp       net.PacketConn
	listeners []net.Listener
	all       sync.WaitGroup

	mu       sync.Mutex
	sessions map[netip.AddrPort]net.Conn // by who sends
	conns    []net.Conn
}

// newNetwork makes one at an address, before the page of a switch, and its media.
func newNetwork(t *testing.T, ip, page, media string) *network {
	t.Helper()
	n := &network{ip: ip, media: netip.MustParseAddrPort(media), sessions: map[netip.AddrPort]net.Conn{}}
	t.Cleanup(n.close)
	for _, to := range []string{page, media} {
		l, err := net.Listen("tcp", n.port(to))
		if err != nil {
			t.Fatal(err)
		}
		n.listeners = append(n.listeners, l)
		n.all.Go(func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				n.connect(c, to)
			}
		})
	}
	var err error
	if n.udp, err = net.ListenPacket("udp", n.port(media)); err != nil {
		t.Fatal(err)
	}
	n.all.Go(n.take)
	return n
}

// port is the same port here.
func (n *network) port(of string) string {
	return net.JoinHostPort(n.ip, fmt.Sprint(netip.MustParseAddrPort(of).Port()))
}

func (n *network) close() {
	for _, l := range n.listeners {
		l.Close()
	}
	if n.udp != nil {
		n.udp.Close()
	}
	n.away.Store(false)
	n.mu.Lock()
	for _, c := range n.conns {
		c.Close()
	}
	for _, c := range n.sessions {
		c.Close()
	}
	n.mu.Unlock()
	n.all.Wait()
}

// loses reports whether a packet is lost.
func (n *network) loses() bool { return n.away.Load() || n.noUDP.Load() }

// connect passes on what a connection carries.
func (n *network) connect(c net.Conn, to string) {
	far, err := net.Dial("tcp", to)
	if err != nil {
		c.Close()
		return
	}
	n.mu.Lock()
	n.conns = append(n.conns, c, far)
	n.mu.Unlock()
	pass := func(to, from net.Conn) {
		defer to.Close()
		buf := make([]byte, 32<<10)
		for {
			size, err := from.Read(buf)
			for n.away.Load() {
				time.Sleep(10 * time.Millisecond)
			}
			if size > 0 {
				if _, err := to.Write(buf[:size]); err != nil {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}
	n.all.Go(func() { pass(far, c) })
	n.all.Go(func() { pass(c, far) })
}

// take passes on what pages send to the switch's media.
func (n *network) take() {
	buf := make([]byte, 1500)
	for {
		size, addr, err := n.udp.ReadFrom(buf)
		if err != nil {
			return
		}
		if n.loses() {
			continue
		}
		from := addr.(*net.UDPAddr).AddrPort()
		n.mu.Lock()
		far := n.sessions[from]
		if far == nil {
			if far, err = net.Dial("udp", n.media.String()); err != nil {
				n.mu.Unlock()
				continue
			}
			n.sessions[from] = far
			n.all.Go(func() { n.back(far, addr) })
		}
		n.mu.Unlock()
		_, _ = far.Write(buf[:size])
	}
}

func (n *network) back(far net.Conn, to net.Addr) {
	buf := make([]byte, 1500)
	for {
		size, err := far.Read(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err == nil && !n.loses() {
			_, _ = n.udp.WriteTo(buf[:size], to)
		}
	}
}
