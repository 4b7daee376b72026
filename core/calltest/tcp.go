package calltest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// listener is a TCP listener in memory.
type listener struct {
	net    *Net
	addr   netip.AddrPort
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// Listen opens a TCP listener.
func (n *Net) Listen(addr netip.AddrPort) (net.Listener, error) {
	l := &listener{net: n, addr: addr, accept: make(chan net.Conn, 64), closed: make(chan struct{})}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.listeners[addr] != nil {
		return nil, fmt.Errorf("listen %s: address already in use", addr)
	}
	n.listeners[addr] = l
	return l, nil
}

// Dial opens a connection from a port of the host ip, 0 for any.
func (n *Net) Dial(_ context.Context, from, to netip.AddrPort) (net.Conn, error) {
	n.mu.Lock()
	if from.Port() == 0 {
		n.ports++
		from = netip.AddrPortFrom(from.Addr(), 40000+n.ports)
	}
	seen, at, ok := n.route(true, from, to)
	l := n.listeners[at]
	if !ok {
		l = nil
	}
	n.mu.Unlock()
	time.Sleep(2 * Latency)
	if l == nil {
		return nil, fmt.Errorf("dial %s: connection refused", to)
	}
	near, far := newStream(n, from, to), newStream(n, at, seen)
	near.peer, far.peer = far, near
	select {
	case l.accept <- far:
		return near, nil
	case <-l.closed:
		return nil, fmt.Errorf("dial %s: connection refused", to)
	}
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accept:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *listener) Close() error {
	l.once.Do(func() {
		l.net.mu.Lock()
		delete(l.net.listeners, l.addr)
		l.net.mu.Unlock()
		close(l.closed)
	})
	return nil
}

// Addr implements net.Listener.
func (l *listener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.addr) }

// stream is one end of a connection in memory. What is written arrives in
// order, after [Latency].
type stream struct {
	net           *Net
	local, remote netip.AddrPort
	peer          *stream
	wake          chan struct{}
	closed        chan struct{}
	once          sync.Once

	mu       sync.Mutex
	way      []segment // written by the peer and not here yet
	here     []byte
	over     bool // the peer has closed, and all of it is here
	deadline time.Time
}

type segment struct {
	due  time.Time
	data []byte // nil: the end
}

func newStream(n *Net, local, remote netip.AddrPort) *stream {
	return &stream{net: n, local: local, remote: remote, wake: make(chan struct{}, 1), closed: make(chan struct{})}
}

// send puts a segment on its way to this end.
func (s *stream) send(data []byte) {
	s.mu.Lock()
	s.way = append(s.way, segment{time.Now().Add(Latency), data})
	s.mu.Unlock()
	time.AfterFunc(Latency, s.arrive)
}

// arrive takes in what is due, in the order in which it was sent.
func (s *stream) arrive() {
	s.mu.Lock()
	for len(s.way) > 0 && !s.way[0].due.After(time.Now()) {
		s.here = append(s.here, s.way[0].data...)
		s.over = s.over || s.way[0].data == nil
		s.way = s.way[1:]
	}
	s.mu.Unlock()
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Read implements net.Conn.
func (s *stream) Read(p []byte) (int, error) {
	for {
		s.mu.Lock()
		n := copy(p, s.here)
		s.here = s.here[n:]
		over, deadline := s.over, s.deadline
		s.mu.Unlock()
		if n > 0 {
			return n, nil
		}
		if over {
			return 0, io.EOF
		}
		var late <-chan time.Time
		if !deadline.IsZero() {
			t := time.NewTimer(time.Until(deadline))
			defer t.Stop()
			late = t.C
		}
		select {
		case <-s.wake:
		case <-s.closed:
			return 0, net.ErrClosed
		case <-late:
			return 0, os.ErrDeadlineExceeded
		}
	}
}

// Write implements net.Conn. Each write is one message of the capture.
func (s *stream) Write(p []byte) (int, error) {
	select {
	case <-s.closed:
		return 0, net.ErrClosed
	default:
	}
	s.net.mu.Lock()
	seen, at, ok := s.net.route(true, s.local, s.remote)
	s.net.mu.Unlock()
	if !ok || seen != s.peer.remote || at != s.peer.local { // a box on the way has forgotten the connection
		return len(p), nil
	}
	s.net.capture(Datagram{At: time.Now(), From: s.local, To: s.remote, Data: append([]byte(nil), p...)})
	s.peer.send(append([]byte{}, p...))
	return len(p), nil
}

// Close implements net.Conn.
func (s *stream) Close() error {
	s.once.Do(func() {
		close(s.closed)
		s.peer.send(nil)
	})
	return nil
}

func (s *stream) LocalAddr() net.Addr              { return net.TCPAddrFromAddrPort(s.local) }
func (s *stream) RemoteAddr() net.Addr             { return net.TCPAddrFromAddrPort(s.remote) }
func (s *stream) SetWriteDeadline(time.Time) error { return nil }
func (s *stream) SetDeadline(t time.Time) error    { return s.SetReadDeadline(t) }
func (s *stream) SetReadDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deadline = t
	select {
	case s.wake <- struct{}{}: // for who reads already
	default:
	}
	return nil
}
