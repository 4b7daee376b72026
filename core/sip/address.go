package sip

import (
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// selves remembers what Advertise said: it may ask the routing table, and each
// message asks it.
type selves struct {
	mu   sync.Mutex
	says map[netip.Addr]Self
	at   time.Time // of the first entry
}

const (
	selvesAge = 5 * time.Second
	maxSelves = 4096
)

// self is our address as a far side reaches it, if no NAT is between us.
func (s *Server) self(remote netip.Addr) Self {
	h := &s.selves
	now := time.Now()
	h.mu.Lock()
	if len(h.says) >= maxSelves || now.Sub(h.at) > selvesAge {
		h.says, h.at = make(map[netip.Addr]Self), now
	}
	self, ok := h.says[remote]
	h.mu.Unlock()
	if !ok {
		self = s.opts.Advertise(remote)
		h.mu.Lock()
		h.says[remote] = self
		h.mu.Unlock()
	}
	return self
}

// reachedAt is where a far side reaches us.
func (s *Server) reachedAt(f Flow) (netip.Addr, int) {
	self := s.self(f.Remote.Addr())
	if self.Learn {
		// Behind NAT a connection is all that leads to us: its own port says so.
		if at, ok := s.sights.of(f); ok && at.Addr() != self.Signal {
			if at.Port() > 0 {
				return at.Addr(), int(at.Port())
			}
			return at.Addr(), s.portOf(f)
		}
	}
	return self.Signal, s.portOf(f)
}

// mediaAt is our address in session descriptions for a far side.
func (s *Server) mediaAt(f Flow) netip.Addr {
	self := s.self(f.Remote.Addr())
	if self.Learn {
		if at, ok := s.sights.of(f); ok && at.Addr() != self.Signal {
			return at.Addr()
		}
	}
	return self.Media
}

// hostOf is our address for a far side, as URIs and Via name it.
func (s *Server) hostOf(l link) (host string, port int) {
	ip, port := s.reachedAt(l.flow())
	host = ip.String()
	if ip.Is6() {
		host = "[" + host + "]"
	}
	return host, port
}

// portOf is the port that we are reached at over a flow's transport: a
// connection that we opened has a port of its own, which nobody can call.
func (s *Server) portOf(f Flow) int {
	port := f.Local.Port()
	if f.Transport == "udp" {
		return int(port)
	}
	var first *socket
	for _, p := range s.links.listening() {
		switch {
		case p.transport() != f.Transport:
		case p.local.Port() == port:
			return int(port)
		case first == nil && !p.leaving.Load():
			first = p
		}
	}
	if first != nil {
		return int(first.local.Port())
	}
	return int(port)
}

// via puts our Via on top of a request.
func (s *Server) via(req *sip.Request, l link) {
	f := l.flow()
	host, port := s.hostOf(l)
	req.PrependHeader(&sip.ViaHeader{
		ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: strings.ToUpper(f.Transport),
		Host: host, Port: port,
		Params: sip.HeaderParams{{K: "branch", V: newBranch()}, {K: "rport"}},
	})
}

// contact is our Contact for a far side. The user part is a number, of whatever
// form it came in.
func (s *Server) contact(user string, l link) *sip.ContactHeader {
	host, port := s.hostOf(l)
	c := &sip.ContactHeader{Address: sip.Uri{Scheme: "sip", User: escaped(user), Host: host, Port: port}}
	if t := l.flow().Transport; t != "udp" {
		c.Address.UriParams = sip.HeaderParams{{K: "transport", V: webParam(t)}}
	}
	return c
}

// contact is our Contact in the leg's dialog: a sips URI if the dialog was made
// with one (RFC 3261 §8.1.1.8, §12.1.1).
func (l *Leg) contact(to link) *sip.ContactHeader {
	c := l.srv.contact(l.self, to)
	if l.dlg.sips {
		c.Address.Scheme = "sips"
		if to.flow().Transport == "tls" {
			c.Address.UriParams = nil // it says the same (RFC 5630 §3.1.4)
		}
	}
	return c
}
