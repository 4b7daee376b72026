package sip

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/sdk/rawio"
)

// Socket is one that the server listens on: a packet socket for UDP, or a
// listener for TCP.
type Socket struct {
	// Name is how the configuration writes it, as "udp://0.0.0.0:5060".
	Name     string
	Packet   net.PacketConn
	Listener net.Listener // if Packet is nil
	Secure   bool         // speak TLS on its connections
}

// Close closes it.
func (s Socket) Close() error {
	if s.Packet != nil {
		return s.Packet.Close()
	}
	return s.Listener.Close()
}

// socket is a Socket in use:
//
//	listening ── Leave ──▶ leaving ── its last leg has ended ──▶ closed
//	     ▲────── Keep ────────┘
//
// One that is leaving serves the dialogs that it has, and nobody else: to all
// others it is as good as closed. A listener is closed at once, and its
// connections leave.
type socket struct {
	Socket
	local   netip.AddrPort
	raw     *rawio.Packets // nil: not a packet socket of the kernel's
	leaving atomic.Bool
	closed  atomic.Bool
}

func newSocket(s Socket) (*socket, error) {
	if s.Packet == nil {
		return &socket{Socket: s, local: addrPort(s.Listener.Addr())}, nil
	}
	p := &socket{Socket: s, local: addrPort(s.Packet.LocalAddr())}
	if udp, ok := s.Packet.(*net.UDPConn); ok {
		var err error
		if p.raw, err = rawio.NewPackets(udp); err != nil {
			return nil, fmt.Errorf("UDP %s: %w", p.local, err)
		}
	}
	return p, nil
}

// transport is what it speaks: "udp", "tcp", "tls".
func (p *socket) transport() string {
	switch {
	case p.Packet != nil:
		return "udp"
	case p.Secure:
		return "tls"
	}
	return "tcp"
}

// socketOf is the socket that a far side reached us on, nil for a connection
// that we opened.
func socketOf(l link) *socket {
	switch l := l.(type) {
	case *packetLink:
		return l.socket
	case *stream:
		return l.from
	}
	return nil
}

// closing says whether a far side is on a socket that serves only those it has.
func closing(l link) bool {
	p := socketOf(l)
	return p != nil && p.leaving.Load()
}

// Listen takes sockets into use, also while the server runs. It takes all of
// them over, or after an error none.
func (s *Server) Listen(sockets ...Socket) error {
	var more []*socket
	for _, one := range sockets {
		p, err := newSocket(one)
		if err != nil {
			return err
		}
		more = append(more, p)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errors.New("the SIP server is closed")
	}
	s.links.listen(more...)
	if s.serving {
		for _, p := range more {
			s.wg.Go(func() { s.serve(p) })
		}
	}
	return nil
}

// serve reads one socket until it is closed. If nobody meant to close it, that
// is the end of the server.
func (s *Server) serve(p *socket) {
	var err error
	if p.Packet != nil {
		err = s.readPackets(p)
	} else {
		err = s.serveListener(p)
	}
	if p.closed.Load() {
		return
	}
	s.mu.Lock()
	if s.failure == nil {
		s.failure = err
	}
	s.mu.Unlock()
	s.shut()
}

// Leave closes the socket of a name, as soon as no leg is on it any more: the
// calls that it has go on, and new ones find it closed.
func (s *Server) Leave(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.links.named(name)
	if p == nil || s.closed || p.leaving.Swap(true) {
		return
	}
	if p.Listener != nil {
		s.unlisten(p)
	} else {
		s.opts.Registrar.Forget("listener removed", func(b registrar.Binding) bool {
			return b.Flow.Transport == "udp" && b.Flow.Local == p.local
		})
	}
	s.wg.Go(func() { s.retire(p) })
}

// Keep takes back what [Server.Leave] said, and reports whether there is a
// socket of this name: if not, it has to be opened again.
func (s *Server) Keep(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.links.named(name)
	if p != nil {
		p.leaving.Store(false)
	}
	return p != nil
}

// retire closes a socket that is leaving when the last leg on it has ended, and
// what it owes to the far side with it. Connections that carry no leg are closed
// at once.
func (s *Server) retire(p *socket) {
	for _, n := range s.subs.all() {
		if n.on(p) {
			n.part(deactivated)
		}
	}
	s.links.drop(p, s.carrying)
	for one := s.legOn(p); one != nil; one = s.legOn(p) {
		select {
		case <-one.done:
		case <-s.ctx.Done():
			return
		}
		if s.legOn(p) != nil {
			continue
		}
		select {
		case <-time.After(timeout): // repetitions of its last request may come
		case <-s.ctx.Done():
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !p.leaving.Load() { // kept meanwhile
		return
	}
	s.unlisten(p)
	s.links.drop(p, func(*stream) bool { return false })
}

// unlisten closes a socket, unless it is. The server's mu is held.
func (s *Server) unlisten(p *socket) {
	if p.closed.Swap(true) {
		return
	}
	s.links.unlisten(p)
	if err := p.Close(); err != nil {
		s.log.Warn("a socket did not close", "socket", p.Name, "error", err)
	}
	s.log.Info("no longer listening", "socket", p.Name)
}

// legOn is one of the legs on a socket, nil if there is none.
func (s *Server) legOn(p *socket) *Leg {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.legs {
		if at := l.at.Load(); at != nil && socketOf(*at) == p {
			return l
		}
	}
	return nil
}

// carrying says whether a leg is on a connection.
func (s *Server) carrying(st *stream) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.legs {
		if at := l.at.Load(); at != nil && *at == link(st) {
			return true
		}
	}
	return false
}

// listen adds sockets.
func (l *links) listen(more ...*socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sockets = slices.Concat(l.sockets, more)
}

// unlisten takes a socket out.
func (l *links) unlisten(p *socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sockets = slices.DeleteFunc(slices.Clone(l.sockets), func(other *socket) bool { return other == p })
}

// listening are the sockets.
func (l *links) listening() []*socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sockets
}

// named finds a socket by its name, or nil.
func (l *links) named(name string) *socket {
	for _, p := range l.listening() {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// drop closes the connections of a socket, but those that are needed.
func (l *links) drop(p *socket, needed func(*stream) bool) {
	l.mu.Lock()
	var of []*stream
	for _, st := range l.streams {
		if st.from == p {
			of = append(of, st)
		}
	}
	l.mu.Unlock()
	for _, st := range of {
		if !needed(st) {
			st.close()
		}
	}
}
