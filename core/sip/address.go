package sip

import (
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
)

// hosts remembers what Advertise said: it may ask the routing table, and each
// message asks it.
type hosts struct {
	mu   sync.Mutex
	says map[netip.Addr]netip.Addr
	at   time.Time // of the first entry
	of   *Settings // in force when it was said
}

const (
	hostsAge = 5 * time.Second
	maxHosts = 4096
)

// advertise is our address as a far side reaches it.
func (s *Server) advertise(remote netip.Addr) netip.Addr {
	h := &s.hosts
	now, set := time.Now(), s.opts.Settings()
	h.mu.Lock()
	if len(h.says) >= maxHosts || now.Sub(h.at) > hostsAge || h.of != set {
		h.says, h.at, h.of = make(map[netip.Addr]netip.Addr), now, set
	}
	ip, ok := h.says[remote]
	h.mu.Unlock()
	if !ok {
		ip = s.opts.Advertise(remote)
		h.mu.Lock()
		h.says[remote] = ip
		h.mu.Unlock()
	}
	return ip
}

// hostOf is our address for a far side, as URIs and Via name it.
func (s *Server) hostOf(l link) (host string, port int) {
	f := l.flow()
	ip := s.advertise(f.Remote.Addr())
	host = ip.String()
	if ip.Is6() {
		host = "[" + host + "]"
	}
	return host, s.portOf(f)
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
		c.Address.UriParams = sip.HeaderParams{{K: "transport", V: t}}
	}
	return c
}

// contact is our Contact in the leg's dialog: a sips URI if the dialog was made
// with one (RFC 3261 §8.1.1.8, §12.1.1).
func (l *Leg) contact(to link) *sip.ContactHeader {
	c := l.srv.contact(l.self, to)
	if l.dlg.sips {
		c.Address.Scheme, c.Address.UriParams = "sips", nil // transport=tls says the same (RFC 5630 §3.1.4)
	}
	return c
}
