package calltest

import (
	"bufio"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// listenUDP makes it a phone over UDP.
func (p *Phone) listenUDP() *Phone {
	p.t.Helper()
	conn, err := p.net.ListenPacket(p.Addr)
	if err != nil {
		p.t.Fatalf("phone %s: %v", p.Number, err)
	}
	p.conn = conn
	p.readers.Go(p.read)
	return p
}

// Connect opens the TCP connection that the phone speaks over from now on.
func (p *Phone) Connect() {
	p.t.Helper()
	conn, err := p.net.Dial(p.t.Context(), p.Addr, p.pbx)
	if err != nil {
		p.t.Fatalf("phone %s: %v", p.Number, err)
	}
	if p.secure != nil {
		c := tls.Client(conn, p.secure)
		if err := c.Handshake(); err != nil {
			p.t.Fatalf("phone %s: %v", p.Number, err)
		}
		conn = c
	}
	if p.web {
		p.useWeb(conn)
		return
	}
	p.use(conn)
}

// Disconnect loses the phone's connection.
func (p *Phone) Disconnect() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stream.Close()
}

// listenTCP makes it a provider over TCP: it speaks over the connection that
// was opened last.
func (p *Phone) listenTCP() *Phone {
	p.t.Helper()
	l, err := p.net.Listen(p.Addr)
	if err != nil {
		p.t.Fatalf("phone %s: %v", p.Number, err)
	}
	p.accepts = l
	p.readers.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if p.secure != nil {
				c := tls.Server(conn, p.secure)
				if c.Handshake() != nil {
					continue // the PBX wants another
				}
				conn = c
			}
			p.use(conn)
		}
	})
	return p
}

func (p *Phone) use(conn net.Conn) {
	p.mu.Lock()
	p.stream = conn
	p.mu.Unlock()
	p.readers.Go(func() { p.readStream(conn) })
}

// readStream takes what arrives over a connection until that ends.
func (p *Phone) readStream(conn net.Conn) {
	r := bufio.NewReader(conn)
	for {
		m, err := raw.ReadMessage(r)
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			p.t.Errorf("phone %s: the PBX sent rubbish: %v", p.Number, err)
			return
		}
		p.seen(conn, m, false)
		seenFrom(m, conn.RemoteAddr().(*net.TCPAddr).AddrPort())
		p.take(m)
	}
}

// seen keeps what was said over TLS and WebSockets, which the network's capture cannot read.
func (p *Phone) seen(conn net.Conn, m *raw.Message, sent bool) {
	if p.secure == nil && !p.web {
		return
	}
	local, remote := conn.LocalAddr().(*net.TCPAddr).AddrPort(), conn.RemoteAddr().(*net.TCPAddr).AddrPort()
	if sent {
		p.net.capture(Datagram{At: time.Now(), From: local, To: remote, Data: m.Bytes()})
	} else {
		p.net.capture(Datagram{At: time.Now().Add(-Latency), From: remote, To: local, Data: m.Bytes()})
	}
}

// read takes what arrives until the phone is closed.
func (p *Phone) read() {
	buf := make([]byte, 65536)
	for {
		n, from, err := p.conn.ReadFrom(buf)
		if err != nil {
			return
		}
		source := from.(*net.UDPAddr).AddrPort()
		p.mu.Lock()
		p.source = source
		p.mu.Unlock()
		m, err := raw.ParseMessage(buf[:n])
		if err != nil {
			p.t.Errorf("phone %s: the PBX sent rubbish: %v", p.Number, err)
			continue
		}
		seenFrom(m, source)
		p.take(m)
	}
}

func (p *Phone) take(m *raw.Message) {
	p.mu.Lock()
	answers := p.answers[branch(m)]
	c, lamp := p.calls[m.Get("Call-ID")], p.lamps[m.Get("Call-ID")]
	account := p.account
	p.mu.Unlock()
	if account != nil && m.Status() == 0 && account.take(m) {
		return
	}
	switch {
	case m.Status() != 0:
		if c != nil && c.again(m) {
			return
		}
		if answers != nil {
			select {
			case answers <- m:
			default:
			}
		}
	case c != nil:
		c.asked(m)
	case lamp != nil && m.Method() == "NOTIFY":
		lamp.notified(m)
	case m.Method() == "INVITE":
		c := p.newCall(m.Get("Call-ID"), false)
		c.incoming(m)
		p.incoming <- c
	case m.Method() == "REGISTER" && p.Registrar:
		p.registered(m)
	case m.Method() == "OPTIONS", m.Method() == "MESSAGE":
		p.write(m.Reply(200, "OK", ""))
	case m.Method() != "ACK":
		p.write(m.Reply(481, "Call/Transaction Does Not Exist", ""))
	}
}

// seenFrom completes the Via of a request by where it came from (RFC 3581 §4).
func seenFrom(m *raw.Message, from netip.AddrPort) {
	via := m.Get("Via")
	if m.Status() == 0 && raw.Param(via, "rport") == "" {
		m.Set("Via", strings.Replace(via, ";rport", fmt.Sprintf(";rport=%d;received=%s", from.Port(), from.Addr()), 1))
	}
}

func (p *Phone) write(m *raw.Message) {
	p.mu.Lock()
	stream := p.stream
	p.mu.Unlock()
	if p.conn == nil {
		if stream != nil {
			_, _ = stream.Write(m.Bytes())
			p.seen(stream, m, true)
		}
		return
	}
	_, _ = p.conn.WriteTo(m.Bytes(), net.UDPAddrFromAddrPort(p.next(m)))
}

// next is where a message over UDP goes.
func (p *Phone) next(m *raw.Message) netip.AddrPort {
	if !p.Registrar {
		return p.pbx
	}
	if m.Status() != 0 {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.source
	}
	_, host, _ := strings.Cut(strings.Fields(m.Start)[1], "@")
	host, _, _ = strings.Cut(host, ";")
	to, err := netip.ParseAddrPort(host)
	if err != nil {
		p.t.Errorf("phone %s: %q leads nowhere", p.Number, m.Start)
		return p.pbx
	}
	return to
}
