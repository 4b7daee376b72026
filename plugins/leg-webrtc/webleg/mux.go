package webleg

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"github.com/pion/ice/v4"

	"github.com/plugboard/plugboard/sdk/bus"
)

const (
	// maxPacket is the largest datagram that is read, in bytes.
	maxPacket = 1500
	// maxRead bounds the datagrams that are taken from a socket at once: a flood is
	// left to the kernel.
	maxRead = 2048
	// maxQueue is how many of them wait for a leg, and maxStrange for the ICE agents.
	maxQueue   = 64
	maxStrange = 512
	// between is how often the sockets are read beside the tick.
	between = 10 * time.Millisecond
	// maxFree is how many buffers are kept for later.
	maxFree = 1024
)

// packet is a datagram that came.
type packet struct {
	from netip.AddrPort
	at   time.Time
	n    int
	b    [maxPacket]byte
}

// mux shares sockets among the ways of all legs. Its lock is held while sockets are
// read, which never wait, and for nothing else that could.
type mux struct {
	ports []*port
	udp   ice.UDPMux
	tcp   ice.TCPMux // nil: no TCP

	mu     sync.Mutex
	routes map[netip.AddrPort]*way // by whom ICE chose
	free   []*packet
	round  uint64 // how often legs had the sockets read
	ways   int
	quit   chan struct{} // closed when the last way is gone
	ended  chan struct{}
}

// port is one UDP socket: pion's agents see it as one that STUN comes from, and what
// else no leg is known for.
type port struct {
	socket  bus.Socket
	at      netip.AddrPort
	first   uint16 // the port that is configured; 0: any
	mux     *mux
	strange chan *packet
	done    chan struct{}
	once    sync.Once
}

var (
	_ net.PacketConn           = (*port)(nil)
	_ ice.AddrPortReaderWriter = (*port)(nil)
)

// neighbours is how many ports there are, from the one that is configured on: the
// next one is taken where an earlier process of this plugin, whose calls go on, still
// has those before.
const neighbours = 8

// bindMux binds what is to be listened on, or its next neighbours that are free.
func bindMux(s *settings) (m *mux, shift uint16, err error) {
	for {
		if m, err = newMux(s, shift); !errors.Is(err, syscall.EADDRINUSE) || shift == neighbours-1 {
			return m, shift, err
		}
		shift++
	}
}

// moved are the addresses with ports that much higher; any port stays any.
func moved(list []netip.AddrPort, shift uint16) []netip.AddrPort {
	out := make([]netip.AddrPort, len(list))
	for i, a := range list {
		if out[i] = a; a.Port() != 0 {
			out[i] = netip.AddrPortFrom(a.Addr(), a.Port()+shift)
		}
	}
	return out
}

// newMux binds what is to be listened on, that many ports higher.
func newMux(s *settings, shift uint16) (m *mux, err error) {
	m = &mux{routes: map[netip.AddrPort]*way{}}
	defer func() {
		if err != nil {
			m.close()
		}
	}()
	udp, err := everywhere(moved(s.udp, shift))
	if err != nil {
		return nil, err
	}
	var muxes []ice.UDPMux
	for _, at := range udp {
		socket, err := bus.ListenUDP(at)
		if err != nil {
			return m, fmt.Errorf("%w: does another program have the port, and the next ones?", err)
		}
		p := &port{socket: socket, at: socket.LocalAddr(), first: at.Port() - min(at.Port(), shift), mux: m, strange: make(chan *packet, maxStrange), done: make(chan struct{})}
		m.ports = append(m.ports, p)
		muxes = append(muxes, ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: p, Logger: quiet()}))
	}
	m.udp = ice.NewMultiUDPMuxDefault(muxes...)
	tcp, err := everywhere(moved(s.tcp, shift))
	if err != nil {
		return m, err
	}
	var listeners []ice.TCPMux
	for _, at := range tcp {
		l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at))
		if err != nil {
			_ = ice.NewMultiTCPMuxDefault(listeners...).Close()
			return m, err
		}
		listeners = append(listeners, ice.NewTCPMuxDefault(ice.TCPMuxParams{
			Listener: l, Logger: quiet(), ReadBufferSize: 32, WriteBufferSize: maxWaiting, FirstStunBindTimeout: 5 * time.Second,
		}))
	}
	switch len(listeners) {
	case 0:
	case 1:
		m.tcp = listeners[0]
	default:
		m.tcp = ice.NewMultiTCPMuxDefault(listeners...)
	}
	return m, nil
}

// maxWaiting is how many bytes wait for a TCP connection that is slow.
const maxWaiting = 64 << 10

func (m *mux) close() {
	if m.tcp != nil {
		_ = m.tcp.Close() // nothing is under way on it any more
	}
	if m.udp != nil {
		_ = m.udp.Close() // closes the ports, too
	}
	for _, p := range m.ports {
		_ = p.Close()
	}
}

// enter begins to read for one more way, and leave ends it.
func (m *mux) enter() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ways++; m.ways == 1 {
		m.quit, m.ended = make(chan struct{}), make(chan struct{})
		go m.poll(m.quit, m.ended) // until leave, which waits for it
	}
}

func (m *mux) leave(w *way) {
	m.mu.Lock()
	for to, of := range m.routes {
		if of == w {
			delete(m.routes, to)
		}
	}
	var ended chan struct{}
	if m.ways--; m.ways == 0 {
		close(m.quit)
		ended = m.ended
	}
	m.mu.Unlock()
	if ended != nil {
		<-ended
	}
}

// poll reads the sockets where nobody else does, or too late for STUN.
func (m *mux) poll(quit <-chan struct{}, ended chan<- struct{}) {
	defer close(ended)
	t := time.NewTicker(between)
	defer t.Stop()
	for {
		select {
		case <-quit:
			return
		case <-t.C:
			m.mu.Lock()
			m.drain()
			m.mu.Unlock()
		}
	}
}

// route has what comes from an address go to a way.
func (m *mux) route(from netip.AddrPort, w *way) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.routes[from] = w
}

// drain takes what waits in the sockets to whom it is for. mu is held.
func (m *mux) drain() {
	for _, p := range m.ports {
		for range maxRead {
			d := m.take()
			n, from, at, err := p.socket.Recv(d.b[:])
			if err != nil { // nothing waits, or the socket is at its end
				m.free = append(m.free, d)
				break
			}
			d.n, d.from, d.at = n, from, at
			if w := m.routes[from]; w != nil && n > 0 && !isSTUN(d.b[0]) {
				w.put(d)
				continue
			}
			select {
			case p.strange <- d:
			default:
				m.free = append(m.free, d)
			}
		}
	}
}

// isSTUN tells STUN by its first byte (RFC 7983, 7).
func isSTUN(first byte) bool { return first < 4 }

// take returns room for a packet. mu is held.
func (m *mux) take() *packet {
	n := len(m.free)
	if n == 0 {
		return new(packet)
	}
	d := m.free[n-1]
	m.free = m.free[:n-1]
	return d
}

// give gives packets' room back. mu is held.
func (m *mux) give(all []*packet) {
	m.free = append(m.free, all[:min(len(all), max(maxFree-len(m.free), 0))]...)
}

// portOf is the socket that the agents' candidate of an address stands for: another
// address than a socket's own is that which a router gives to the first.
func (m *mux) portOf(local netip.AddrPort) *port {
	var first *port
	for _, p := range m.ports {
		if p.at == local {
			return p
		}
		if first == nil && p.at.Addr().Is4() == local.Addr().Is4() {
			first = p
		}
	}
	return first
}

// ReadFromAddrPort implements [ice.AddrPortReaderWriter].
func (p *port) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	select {
	case d := <-p.strange:
		n, from := copy(b, d.b[:d.n]), d.from
		p.mux.mu.Lock()
		p.mux.free = append(p.mux.free, d)
		p.mux.mu.Unlock()
		return n, from, nil
	case <-p.done:
		return 0, netip.AddrPort{}, net.ErrClosed
	}
}

// WriteToAddrPort implements [ice.AddrPortReaderWriter].
func (p *port) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	if err := p.socket.Send(b, to); err != nil {
		return 0, err
	}
	return len(b), nil
}

// ReadFrom implements [net.PacketConn].
func (p *port) ReadFrom(b []byte) (int, net.Addr, error) {
	n, from, err := p.ReadFromAddrPort(b)
	if err != nil {
		return 0, nil, err
	}
	return n, net.UDPAddrFromAddrPort(from), nil
}

// WriteTo implements [net.PacketConn].
func (p *port) WriteTo(b []byte, to net.Addr) (int, error) {
	udp, ok := to.(*net.UDPAddr)
	if !ok {
		return 0, errors.New("no UDP address")
	}
	return p.WriteToAddrPort(b, udp.AddrPort())
}

// LocalAddr implements [net.PacketConn].
func (p *port) LocalAddr() net.Addr { return net.UDPAddrFromAddrPort(p.at) }

// Close implements [net.PacketConn].
func (p *port) Close() (err error) {
	p.once.Do(func() {
		close(p.done)
		err = p.socket.Close()
	})
	return err
}

// SetDeadline implements [net.PacketConn]: nobody waits for a socket.
func (p *port) SetDeadline(time.Time) error { return nil }

// SetReadDeadline implements [net.PacketConn].
func (p *port) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline implements [net.PacketConn].
func (p *port) SetWriteDeadline(time.Time) error { return nil }
