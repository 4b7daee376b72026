package sip

import (
	"net/netip"
	"strings"
	"sync"

	"github.com/emiago/sipgo/sip"
)

// Self is our address as a far side reaches it.
type Self struct {
	Signal netip.Addr // in Via and Contact
	Media  netip.Addr // in session descriptions
	// Learn: a NAT may be between us and the far side. Where trunks see us
	// holds in place of both, once it is known.
	Learn bool
}

// sights are where trunks see us, as they tell in the Via of their answers
// (RFC 3581 §4): of each flow to one. What they see differs where a NAT maps
// by destination.
type sights struct {
	mu    sync.Mutex
	by    map[Flow]sight
	count uint64
	last  map[string]netip.AddrPort // by the trunk's name, for the log
}

type sight struct {
	at    netip.AddrPort
	order uint64 // of learning
}

// of is where a far side sees us, as far as it can be known: at the address that it
// told, else at the one that another told last. The port is 0 if only the address is known.
func (t *sights) of(f Flow) (netip.AddrPort, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if s, ok := t.by[f]; ok {
		return s.at, true
	}
	var best sight
	for other, s := range t.by {
		if s.order <= best.order || s.at.Addr().Is4() != f.Remote.Addr().Is4() {
			continue
		}
		best = s
		if f.Transport != "udp" || other.Transport != "udp" || other.Local != f.Local {
			best.at = netip.AddrPortFrom(s.at.Addr(), 0)
		}
	}
	return best.at, best.order > 0
}

// keep keeps a sight; moved says that the trunk saw us elsewhere before, or
// never.
func (t *sights) keep(trunk string, f Flow, at netip.AddrPort) (before netip.AddrPort, moved bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.by == nil {
		t.by, t.last = make(map[Flow]sight), make(map[string]netip.AddrPort)
	}
	before = t.last[trunk]
	old, again := t.by[f]
	if again {
		before = old.at
	}
	t.count++
	t.by[f], t.last[trunk] = sight{at, t.count}, at
	// Another connection, or another place of the trunk, may have a port of its
	// own: that is no news.
	return before, before.Addr() != at.Addr() || again && before.Port() != at.Port()
}

func (t *sights) forget(f Flow) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.by, f)
}

// learn takes where a trunk sees us from its response.
func (s *Server) learn(l link, via *sip.ViaHeader) {
	f := l.flow()
	if !s.self(f.Remote.Addr()).Learn {
		return
	}
	at, ok := seenAt(via)
	if !ok || !plausible(at.Addr(), f.Remote.Addr()) {
		return
	}
	if known, ok := s.sights.of(f); ok && known == at && s.sights.has(f) {
		return
	}
	trunk := s.opts.Directory.Trunk(Source{Transport: f.Transport, Remote: f.Remote, SentBy: int(f.Remote.Port())})
	if trunk == nil {
		return
	}
	before, moved := s.sights.keep(trunk.Name, f, at)
	if !moved {
		return
	}
	if before.IsValid() {
		s.log.Warn("a trunk sees us at another address than before; calls that are up may lose their way back", "trunk", trunk.Name, "address", at.String(), "before", before.String())
	} else {
		s.log.Info("the address that a trunk sees us at", "trunk", trunk.Name, "address", at.String())
	}
	if s.opts.Seen != nil {
		s.opts.Seen(trunk, at)
	}
}

func (t *sights) has(f Flow) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, ok := t.by[f]
	return ok
}

// seenAt is where our request came from, by the Via of its response.
func seenAt(via *sip.ViaHeader) (netip.AddrPort, bool) {
	host, port := via.Params.GetOr("received", via.Host), via.Port
	if p := atoi(via.Params.GetOr("rport", "")); p > 0 {
		port = p
	} else if !via.Params.Has("received") {
		return netip.AddrPort{}, false // it says nothing
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	if err != nil || port <= 0 || port > 65535 {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(ip.Unmap().WithZone(""), uint16(port)), true
}

// plausible says whether a far side can see us at an address: one of its family that leads
// somewhere, and for one on the internet, there.
func plausible(ip, remote netip.Addr) bool {
	return ip.Is4() == remote.Is4() && !ip.IsUnspecified() && !ip.IsMulticast() && (!private(ip) || private(remote))
}
