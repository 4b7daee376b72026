package calltest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/plugboard/plugboard/sdk/bus"
)

// Net is a network in memory: hosts with addresses, and datagrams and
// connections that take one millisecond from any host to any other. It lives in a synctest bubble:
// its time is virtual, and a packet that nobody waits for costs nothing.
type Net struct {
	mu    sync.Mutex
	boxes map[netip.AddrPort]*box
	seen  []Datagram
	drop  func(Datagram) bool
	apart map[netip.Addr]bool // to which there is no route
	again func(Datagram) []time.Duration
	late  func(Datagram) time.Duration
	way   []flight // sent and not there yet

	listeners map[netip.AddrPort]*listener
	ports     uint16 // given to connections so far
	nats      []*NAT

	landing sync.Mutex // one delivers at a time
}

type flight struct {
	due time.Time
	Datagram
}

// Datagram is one packet on the wire, as the capture keeps it.
type Datagram struct {
	At       time.Time
	From, To netip.AddrPort
	Data     []byte
	// Stopped: a NAT did not let it pass.
	Stopped bool
}

// Latency is how long a datagram travels.
const Latency = time.Millisecond

// NewNet returns an empty network.
func NewNet() *Net {
	return &Net{boxes: make(map[netip.AddrPort]*box), listeners: make(map[netip.AddrPort]*listener)}
}

// Drop sets a rule that says which datagrams get lost; nil loses none.
func (n *Net) Drop(rule func(Datagram) bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.drop = rule
}

// Unroute takes the route to an address away, or gives it back: sound cannot be
// sent there.
func (n *Net) Unroute(to netip.Addr, away bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.apart == nil {
		n.apart = make(map[netip.Addr]bool)
	}
	n.apart[to] = away
}

func (n *Net) unroutable(to netip.Addr) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.apart[to]
}

// Repeat sets a rule that says how long after a datagram further copies of it
// arrive; nil repeats none.
func (n *Net) Repeat(rule func(Datagram) []time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.again = rule
}

// Delay sets a rule that says how much longer than others a datagram travels, and
// so arrives after what was sent later; nil: none does.
func (n *Net) Delay(rule func(Datagram) time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.late = rule
}

// SIP returns what was sent so far that looks like SIP (not RTP), in the order of sending,
// lost datagrams among them.
func (n *Net) SIP() []Datagram {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]Datagram(nil), n.seen...)
}

// Open is how many sockets and listeners are bound.
func (n *Net) Open() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.boxes) + len(n.listeners)
}

// ListenPacket binds a UDP socket for signalling.
func (n *Net) ListenPacket(addr netip.AddrPort) (net.PacketConn, error) {
	b, err := n.bind(addr)
	if err != nil {
		return nil, err
	}
	return &packetConn{box: b}, nil
}

// ListenRTP binds a UDP socket for media.
func (n *Net) ListenRTP(addr netip.AddrPort) (bus.Socket, error) {
	b, err := n.bind(addr)
	if err != nil {
		return nil, err
	}
	return &rtpSocket{box: b}, nil
}

// listenFree binds the first free even port from 4000 on.
func (n *Net) listenFree(ip netip.Addr) (bus.Socket, error) {
	for port := uint16(4000); ; port += 2 {
		s, err := n.ListenRTP(netip.AddrPortFrom(ip, port))
		if err == nil || port > 5000 {
			return s, err
		}
	}
}

func (n *Net) bind(addr netip.AddrPort) (*box, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.boxes[addr] != nil {
		return nil, fmt.Errorf("bind %s: address already in use", addr)
	}
	b := &box{net: n, addr: addr, wake: make(chan struct{}, 1), closed: make(chan struct{})}
	n.boxes[addr] = b
	return b, nil
}

func (n *Net) send(from, to netip.AddrPort, data []byte) {
	n.mu.Lock()
	seen, at, ok := n.route(false, from, to)
	n.mu.Unlock()
	d := Datagram{At: time.Now(), From: from, To: at, Data: append([]byte(nil), data...), Stopped: !ok}
	n.capture(d)
	n.mu.Lock()
	lost := !ok || n.drop != nil && n.drop(d)
	waits := []time.Duration{0}
	if n.late != nil {
		waits[0] = n.late(d)
	}
	if n.again != nil {
		waits = append(waits, n.again(d)...)
	}
	n.mu.Unlock()
	if lost {
		return
	}
	d.From = seen
	for _, wait := range waits {
		n.mu.Lock()
		n.way = append(n.way, flight{time.Now().Add(wait + Latency), d})
		n.mu.Unlock()
		time.AfterFunc(wait+Latency, n.deliver)
	}
}

// deliver brings what is due, in the order in which it was sent: what two
// hosts send at one instant has none, but what one sends has.
func (n *Net) deliver() {
	n.landing.Lock()
	defer n.landing.Unlock()
	now := time.Now()
	n.mu.Lock()
	var due []flight
	n.way = slices.DeleteFunc(n.way, func(f flight) bool {
		if f.due.After(now) {
			return false
		}
		due = append(due, f)
		return true
	})
	n.mu.Unlock()
	for _, f := range due {
		n.mu.Lock()
		b := n.boxes[f.To]
		n.mu.Unlock()
		if b != nil {
			f.At = now
			b.put(f.Datagram)
		}
	}
}

// capture keeps what SIP shows.
func (n *Net) capture(d Datagram) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if isSIP(d.Data) {
		n.seen = append(n.seen, d)
	}
}

// isSIP tells SIP from RTP, keep-alives and HTTP: RTP's first byte is 0x80 or more.
func isSIP(b []byte) bool {
	return len(b) > 8 && b[0] >= 'A' && b[0] < 0x80 && !bytes.HasPrefix(b, []byte("GET ")) && !bytes.HasPrefix(b, []byte("HTTP/"))
}

// box is one bound socket: a queue of what arrived.
type box struct {
	net    *Net
	addr   netip.AddrPort
	wake   chan struct{}
	closed chan struct{}

	mu    sync.Mutex
	queue []Datagram
	once  sync.Once
}

func (b *box) put(d Datagram) {
	b.mu.Lock()
	if len(b.queue) < 4096 { // as a kernel's buffer: what does not fit is lost
		b.queue = append(b.queue, d)
	}
	b.mu.Unlock()
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

func (b *box) take() (Datagram, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.queue) == 0 {
		return Datagram{}, false
	}
	d := b.queue[0]
	b.queue = b.queue[1:]
	return d, true
}

func (b *box) close() {
	b.once.Do(func() {
		b.net.mu.Lock()
		delete(b.net.boxes, b.addr)
		b.net.mu.Unlock()
		close(b.closed)
	})
}

// packetConn is a box as sipgo wants it.
type packetConn struct {
	box *box

	mu       sync.Mutex
	deadline time.Time
}

func (c *packetConn) ReadFrom(p []byte) (int, net.Addr, error) {
	for {
		if d, ok := c.box.take(); ok {
			return copy(p, d.Data), net.UDPAddrFromAddrPort(d.From), nil
		}
		c.mu.Lock()
		deadline := c.deadline
		c.mu.Unlock()
		var late <-chan time.Time
		if !deadline.IsZero() {
			late = time.After(time.Until(deadline))
		}
		select {
		case <-c.box.wake:
		case <-c.box.closed:
			return 0, nil, net.ErrClosed
		case <-late:
			return 0, nil, os.ErrDeadlineExceeded
		}
	}
}

func (c *packetConn) WriteTo(p []byte, to net.Addr) (int, error) {
	select {
	case <-c.box.closed:
		return 0, net.ErrClosed
	default:
	}
	u, ok := to.(*net.UDPAddr)
	if !ok {
		return 0, errors.New("not a UDP address: " + to.String())
	}
	ap := u.AddrPort()
	c.box.net.send(c.box.addr, netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port()), p)
	return len(p), nil
}

func (c *packetConn) Close() error                     { c.box.close(); return nil }
func (c *packetConn) LocalAddr() net.Addr              { return net.UDPAddrFromAddrPort(c.box.addr) }
func (c *packetConn) SetWriteDeadline(time.Time) error { return nil }
func (c *packetConn) SetDeadline(t time.Time) error    { return c.SetReadDeadline(t) }
func (c *packetConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = t
	return nil
}

// rtpSocket is a box as a leg wants it.
type rtpSocket struct{ box *box }

func (s *rtpSocket) Recv(p []byte) (int, netip.AddrPort, time.Time, error) {
	d, ok := s.box.take()
	if !ok {
		return 0, netip.AddrPort{}, time.Time{}, bus.ErrEmpty
	}
	return copy(p, d.Data), d.From, d.At, nil
}

func (s *rtpSocket) Send(p []byte, to netip.AddrPort) error {
	if s.box.net.unroutable(to.Addr()) {
		return syscall.ENETUNREACH
	}
	s.box.net.send(s.box.addr, to, p)
	return nil
}

func (s *rtpSocket) LocalAddr() netip.AddrPort { return s.box.addr }
func (s *rtpSocket) Close() error              { s.box.close(); return nil }
