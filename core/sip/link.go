package sip

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/registrar"
)

// Flow is a road to a far side, as a value that can be kept and compared. A
// phone behind NAT can only be reached over the flow it registered on
// (RFC 5626).
type Flow = registrar.Flow

// flowName is a flow for logs: "udp 192.0.2.1:5060".
func flowName(f Flow) string { return f.Transport + " " + f.Remote.String() }

// errNoFlow says that a connection is gone.
var errNoFlow = errors.New("the connection is gone")

const (
	// maxMessage is the largest message that is read: what a datagram holds.
	maxMessage = 65535
	// writeTimeout is how long a stream may refuse to take a message before
	// it counts as gone.
	writeTimeout = 5 * time.Second
	// idleStream is how long a stream that nobody uses stays open. Phones
	// register more often than that, or send keep-alives.
	idleStream = 2 * time.Hour
	// idleStranger is the same of one over which nobody has proven who they are.
	idleStranger = 10 * time.Minute
	// readTimeout is how long half a message may wait for its rest.
	readTimeout = 32 * time.Second
	// maxStreams bounds the open connections; each costs a goroutine.
	maxStreams = 10000
)

// link is a flow that is open: what sends.
type link interface {
	flow() Flow
	reliable() bool
	// alive is false once nothing can be sent any more.
	alive() bool
	send(raw []byte) error
}

// packetLink is a far side on a UDP socket.
type packetLink struct {
	socket *socket
	remote netip.AddrPort
}

func (l *packetLink) flow() Flow {
	return Flow{Transport: "udp", Local: l.socket.local, Remote: l.remote}
}
func (l *packetLink) reliable() bool { return false }
func (l *packetLink) alive() bool    { return true }

func (l *packetLink) send(raw []byte) error {
	if l.socket.raw != nil {
		return l.socket.raw.Send(raw, l.remote)
	}
	_, err := l.socket.Packet.WriteTo(raw, net.UDPAddrFromAddrPort(l.remote))
	return err
}

// stream is one connection: TCP, TLS over it, or a WebSocket.
type stream struct {
	conn          net.Conn
	web           *websocket.Conn // in place of conn
	from          *socket         // that accepted it, nil if we opened it
	transport     string          // "tcp", "tls", "ws", "wss"
	local, remote netip.AddrPort
	name          string // apart from later connections with the same ends
	verified      string // tls: whose certificate the far side has shown, "" if nobody's
	gone          atomic.Bool
	strange       atomic.Bool // nobody has proven who they are: it is among the strangers
}

func (s *stream) flow() Flow {
	return Flow{Transport: s.transport, Local: s.local, Remote: s.remote, Conn: s.name}
}
func (s *stream) reliable() bool { return true }
func (s *stream) alive() bool    { return !s.gone.Load() }

// send writes one message whole: a net.Conn does not mix two Writes.
func (s *stream) send(raw []byte) error {
	if s.gone.Load() {
		return errNoFlow
	}
	var err error
	if s.web != nil {
		err = s.sendWeb(raw)
	} else {
		_ = s.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
		_, err = s.conn.Write(raw)
	}
	if err != nil {
		s.close() // half a message may be out: nothing can follow it
	}
	return err
}

func (s *stream) close() {
	s.gone.Store(true)
	if s.web != nil {
		_ = s.web.CloseNow() // an error is that of a far side that has gone
		return
	}
	s.conn.Close()
}

// links are the open sockets and connections.
type links struct {
	mu        sync.Mutex
	sockets   []*socket // replaced, never changed
	streams   map[Flow]*stream
	strangers strangers
	count     uint64 // of connections ever, for their names
	closed    bool
}

// find returns an open link for a flow, or nil.
func (l *links) find(f Flow) link {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f.Transport != "udp" {
		if s := l.streams[f]; s != nil {
			return s
		}
		return nil
	}
	for _, p := range l.sockets {
		if p.Packet != nil && p.local == f.Local && !p.leaving.Load() {
			return &packetLink{p, f.Remote}
		}
	}
	return nil
}

// packetTo returns the UDP socket to send to a far side from, or nil: one of
// its family, and not one of the loopback to leave the host by.
func (l *links) packetTo(remote netip.AddrPort) link {
	l.mu.Lock()
	defer l.mu.Unlock()
	var best *socket
	for _, p := range l.sockets {
		if p.Packet == nil || p.leaving.Load() {
			continue
		}
		local := p.local.Addr()
		if local.Is4() != remote.Addr().Is4() {
			continue
		}
		if best == nil || best.local.Addr().IsLoopback() != remote.Addr().IsLoopback() && !best.local.Addr().IsUnspecified() {
			best = p
		}
	}
	if best == nil {
		return nil
	}
	return &packetLink{best, remote}
}

// streamTo returns a connection to a far side, or nil. One of TLS is for those
// whose certificate was seen on it (RFC 5923 §4).
func (l *links) streamTo(transport string, remote netip.AddrPort, name string) link {
	l.mu.Lock()
	defer l.mu.Unlock()
	for f, s := range l.streams {
		if f.Remote == remote && f.Transport == transport && (transport != "tls" || s.verified == name) && s.alive() {
			return s
		}
	}
	return nil
}

// add keeps a connection; false if there are too many or all is closed. One that
// a far side has opened is a stranger's, and may be one too many of them: then
// goes is the one that has to be closed for it.
func (l *links) add(s *stream) (goes *stream, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || len(l.streams) >= maxStreams {
		return nil, false
	}
	l.count++
	s.name = strconv.FormatUint(l.count, 36)
	l.streams[s.flow()] = s
	if s.from != nil || s.web != nil {
		goes = l.strangers.add(s)
	}
	return goes, true
}

// knows says that it is proven who is at the other end.
func (l *links) knows(to link) {
	if s, ok := to.(*stream); ok && s.strange.Load() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.strangers.remove(s)
	}
}

func (l *links) remove(s *stream) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.streams[s.flow()] == s {
		delete(l.streams, s.flow())
	}
	l.strangers.remove(s)
}

// close closes every connection and socket.
func (l *links) close() {
	l.mu.Lock()
	l.closed = true
	streams := make([]*stream, 0, len(l.streams))
	for _, s := range l.streams {
		streams = append(streams, s)
	}
	sockets := l.sockets
	l.mu.Unlock()
	for _, p := range sockets {
		p.closed.Store(true)
		p.Close()
	}
	for _, s := range streams {
		s.close()
	}
}

// connect returns a link to a far side, and opens a connection where there is
// none. The name is whose certificate is wanted over TLS. It may wait.
func (s *Server) connect(ctx context.Context, transport string, remote netip.AddrPort, name string) (link, error) {
	switch transport {
	case "udp":
		if l := s.links.packetTo(remote); l != nil {
			return l, nil
		}
		return nil, fmt.Errorf("no UDP socket to reach %s from: listen on one in sip { listen }", remote)
	case "tcp", "tls":
		if l := s.links.streamTo(transport, remote, name); l != nil {
			return l, nil
		}
		return s.open(ctx, transport, remote, name)
	}
	return nil, fmt.Errorf("transport %q is not built", transport)
}

// open opens a connection; those who want the same one at the same time share
// it.
func (s *Server) open(ctx context.Context, transport string, remote netip.AddrPort, name string) (link, error) {
	opened := s.opening.DoChan(transport+" "+remote.String()+" "+name, func() (any, error) {
		if l := s.links.streamTo(transport, remote, name); l != nil { // opened since we looked
			return l, nil
		}
		ctx, cancel := context.WithTimeout(s.ctx, timeout)
		defer cancel()
		conn, err := s.opts.DialStream(ctx, remote)
		if err != nil {
			return nil, err
		}
		st := &stream{transport: transport, local: addrPort(conn.LocalAddr()), remote: addrPort(conn.RemoteAddr())}
		if transport == "tls" {
			if conn, err = s.secure(ctx, conn, name); err != nil {
				return nil, err
			}
			st.verified = name
		}
		st.conn = conn
		if !s.begin(st) {
			return nil, errors.New("too many connections")
		}
		return st, nil
	})
	select {
	case r := <-opened:
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.(link), nil
	case <-ctx.Done():
		return nil, fmt.Errorf("connecting to %s: %w", remote, ctx.Err())
	}
}

// accepted begins a connection that a far side has opened.
func (s *Server) accepted(conn net.Conn, on *socket) {
	st := &stream{conn: conn, from: on, transport: on.transport(), local: addrPort(conn.LocalAddr()), remote: addrPort(conn.RemoteAddr())}
	if on.Secure {
		st.conn = tls.Server(conn, s.secureServer())
	}
	s.begin(st)
}

// begin starts to read a connection; false if it is one too many.
func (s *Server) begin(st *stream) bool {
	goes, ok := s.links.add(st)
	if !ok {
		st.close()
		return false
	}
	if goes != nil {
		s.wg.Go(goes.close) // over TLS it may wait
	}
	s.wg.Go(func() {
		switch {
		case st.web != nil:
			s.readWeb(st)
		case s.greet(st):
			s.readStream(st)
		}
		st.close()
		s.links.remove(st)
		s.sights.forget(st.flow())
		s.opts.Registrar.Drop(st.flow())
	})
	return true
}

// readPackets reads a UDP socket until it is closed.
func (s *Server) readPackets(p *socket) error {
	var err error
	if p.raw != nil {
		err = p.raw.Read(func(b []byte, from netip.AddrPort) { s.datagram(&packetLink{p, from}, b) })
	} else {
		err = s.readPacketConn(p)
	}
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return fmt.Errorf("reading UDP %s: %w", p.local, err)
}

// readPacketConn is readPackets for what only looks like a socket.
func (s *Server) readPacketConn(p *socket) error {
	buf := make([]byte, maxMessage)
	for {
		n, from, err := p.Packet.ReadFrom(buf)
		if err != nil {
			return err
		}
		s.datagram(&packetLink{p, addrPort(from)}, buf[:n])
	}
}

// datagram takes what came in one.
func (s *Server) datagram(l link, raw []byte) {
	if !looksLikeSIP(raw) {
		return // keep-alive, STUN, noise: RFC 5626 §3.5
	}
	msg, err := s.parser.ParseSIP(raw)
	if err != nil {
		s.unparsable(l, raw, err)
		return
	}
	s.receive(l, msg, raw)
}

// serveListener accepts connections until the listener is closed.
func (s *Server) serveListener(p *socket) error {
	for {
		conn, err := p.Listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return nil
		case err != nil:
			// Out of file descriptors, most likely: it passes.
			s.log.Warn("cannot accept a connection", "listener", p.local.String(), "error", err)
			select {
			case <-s.ctx.Done():
				return nil
			case <-time.After(100 * time.Millisecond):
			}
			continue
		}
		s.accepted(conn, p)
	}
}

// readStream reads a connection until it ends, or until it breaks the framing:
// then there is no place to go on from (RFC 3261 §18.3).
func (s *Server) readStream(st *stream) {
	par := s.parser.NewSIPStream()
	defer par.Close()
	buf := make([]byte, 4<<10)
	partial := false
	var until time.Time // for the rest of a message
	for {
		if !partial {
			until = time.Now().Add(st.idle())
		}
		_ = st.conn.SetReadDeadline(until)
		n, err := st.conn.Read(buf)
		if err != nil {
			return
		}
		data := buf[:n]
		if !partial {
			data = s.keepAlive(st, data)
		}
		if len(data) == 0 {
			continue
		}
		was := partial
		if partial, err = s.parseStream(st, par, data); err != nil {
			s.log.Debug("connection broke the framing", "flow", flowName(st.flow()), "error", err)
			return
		}
		if partial && !was {
			until = time.Now().Add(readTimeout) // for all of it, however it trickles
		}
	}
}

// idle is how long it may be silent.
func (s *stream) idle() time.Duration {
	if s.strange.Load() {
		return idleStranger
	}
	return idleStream
}

// keepAlive takes the CRLFs from the front of what came between two messages,
// and answers a ping of two with one (RFC 5626 §3.5.1).
func (s *Server) keepAlive(st *stream, data []byte) []byte {
	rest := bytes.TrimLeft(data, "\r\n")
	if len(data)-len(rest) >= 4 {
		_ = st.send([]byte("\r\n"))
	}
	return rest
}

// parseStream takes what was read, and reports whether half a message waits.
func (s *Server) parseStream(st *stream, par *sip.ParserStream, data []byte) (partial bool, err error) {
	if _, err := par.Write(data); err != nil {
		return false, err
	}
	for {
		b := par.Buffer()
		if b.Len() == 0 {
			return false, nil
		}
		// A message that is there whole is kept as raw bytes for the trace;
		// the parser consumes what it reads.
		raw := bytes.Clone(b.Bytes())
		before := b.Len()
		msg, _, err := par.ParseNext()
		switch {
		case err == nil:
			s.receive(st, msg, s.streamRaw(msg, raw[:before-par.Buffer().Len()]))
			s.keepAliveBetween(st, par)
		case isPartial(err):
			return true, nil
		default:
			s.unparsable(st, raw, err)
			return false, err
		}
	}
}

// streamRaw is the message as it came. The parser consumes a message that
// arrives in pieces piece by piece; then it is written anew from what was read.
func (s *Server) streamRaw(msg sip.Message, tail []byte) []byte {
	if s.opts.Trace == nil {
		return nil
	}
	if bytes.HasPrefix(tail, []byte("SIP/2.0 ")) || looksLikeRequest(tail) {
		return tail
	}
	return []byte(msg.String())
}

// keepAliveBetween drops the CRLFs that stand between two messages.
func (s *Server) keepAliveBetween(st *stream, par *sip.ParserStream) {
	b := par.Buffer()
	rest := bytes.TrimLeft(b.Bytes(), "\r\n")
	if n := b.Len() - len(rest); n > 0 {
		b.Next(n)
		if n >= 4 {
			_ = st.send([]byte("\r\n"))
		}
	}
}

// addrPort turns a socket's address into one that compares.
func addrPort(a net.Addr) netip.AddrPort {
	var ap netip.AddrPort
	switch a := a.(type) {
	case *net.UDPAddr:
		ap = a.AddrPort()
	case *net.TCPAddr:
		ap = a.AddrPort()
	default:
		ap, _ = netip.ParseAddrPort(a.String())
	}
	return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
}
