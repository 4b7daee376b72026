package calltest

import (
	"cmp"
	"net/netip"
	"time"
)

// NAT is a box between the hosts of a private network and all others, as
// routers at home have one (RFC 4787, RFC 5382): what goes out leaves from its
// public address, from a port of its own, and what comes in passes only if its
// sender was sent something through that port before.
//
// Hosts inside reach each other directly, and nobody inside by the public
// address: there is no hairpin.
type NAT struct {
	Inside netip.Prefix
	Public netip.Addr
	// PerFarSide takes another port for each far side: mapping that depends on
	// address and port. Else a socket has one port for all.
	PerFarSide bool
	// Keeps takes the port that the host has, if it is free. Else ports are those
	// from 1024 on, in order.
	Keeps bool
	// Timeout is after how long a mapping ends that nothing went out through, and
	// IdleTCP the same of a connection; 0: 30 s, and two hours.
	Timeout, IdleTCP time.Duration

	forwards map[uint16]netip.AddrPort
	mappings map[mappingKey]*mapping
	ports    map[mappingPort]*mapping
	next     uint16
}

type mappingKey struct {
	tcp    bool
	inside netip.AddrPort
	to     netip.AddrPort // of PerFarSide, else zero
}

type mappingPort struct {
	tcp  bool
	port uint16
}

type mapping struct {
	inside netip.AddrPort
	public netip.AddrPort
	last   time.Time // that something went out
	peers  map[netip.AddrPort]bool
}

// AddNAT puts a box before the hosts of its inside.
func (n *Net) AddNAT(box *NAT) {
	box.mappings, box.ports = make(map[mappingKey]*mapping), make(map[mappingPort]*mapping)
	box.forwards = make(map[uint16]netip.AddrPort)
	box.next = 1024
	box.Timeout, box.IdleTCP = cmp.Or(box.Timeout, 30*time.Second), cmp.Or(box.IdleTCP, 2*time.Hour)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.nats = append(n.nats, box)
}

// Forward lets everybody in through public ports of the box, both ends
// included, to the same ports of a host.
func (n *Net) Forward(box *NAT, first, last uint16, host netip.Addr) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for port := first; port <= last; port++ {
		box.forwards[port] = netip.AddrPortFrom(host, port)
	}
}

// Reboot lets a box forget its mappings and go on with other ports.
func (n *Net) Reboot(box *NAT) {
	n.mu.Lock()
	defer n.mu.Unlock()
	clear(box.mappings)
	box.next += 1000
}

// route says as whom a sender is seen at its destination, and which host that
// is; false if nothing arrives. The caller holds the lock.
func (n *Net) route(tcp bool, from, to netip.AddrPort) (seen, at netip.AddrPort, ok bool) {
	seen, at = from, to
	if len(n.nats) == 0 {
		return seen, at, true
	}
	var inner *NAT
	for _, box := range n.nats {
		if box.Inside.Contains(from.Addr()) {
			inner = box
		}
	}
	if inner != nil && inner.Inside.Contains(to.Addr()) {
		return from, to, true
	}
	if inner != nil {
		if to.Addr() == inner.Public {
			return from, to, false
		}
		seen = inner.out(tcp, from, to)
	}
	for _, box := range n.nats {
		switch {
		case box.Inside.Contains(to.Addr()):
			return seen, to, false // a private address leads nowhere
		case box.Public == to.Addr():
			at, ok = box.in(tcp, seen, to)
			return seen, at, ok
		}
	}
	return seen, to, true
}

// out is where a host's packet leaves from.
func (b *NAT) out(tcp bool, from, to netip.AddrPort) netip.AddrPort {
	if host, ok := b.forwards[from.Port()]; ok && host == from {
		return netip.AddrPortFrom(b.Public, from.Port())
	}
	key := mappingKey{tcp: tcp, inside: from}
	if b.PerFarSide {
		key.to = to
	}
	m := b.mappings[key]
	if m == nil || b.over(tcp, m) {
		m = &mapping{inside: from, public: netip.AddrPortFrom(b.Public, b.free(tcp, from.Port())), peers: make(map[netip.AddrPort]bool)}
		b.mappings[key], b.ports[mappingPort{tcp, m.public.Port()}] = m, m
	}
	m.last = time.Now()
	m.peers[to] = true
	return m.public
}

func (b *NAT) over(tcp bool, m *mapping) bool {
	if tcp {
		return time.Since(m.last) > b.IdleTCP
	}
	return time.Since(m.last) > b.Timeout
}

// free is a public port that was never used.
func (b *NAT) free(tcp bool, wanted uint16) uint16 {
	if _, forwarded := b.forwards[wanted]; b.Keeps && !forwarded && b.ports[mappingPort{tcp, wanted}] == nil {
		return wanted
	}
	for {
		b.next++
		if _, forwarded := b.forwards[b.next]; !forwarded && b.ports[mappingPort{tcp, b.next}] == nil {
			return b.next
		}
	}
}

// in is the host that a packet from outside is for.
func (b *NAT) in(tcp bool, from, to netip.AddrPort) (netip.AddrPort, bool) {
	if host, ok := b.forwards[to.Port()]; ok {
		return host, true
	}
	m := b.ports[mappingPort{tcp, to.Port()}]
	if m == nil || b.over(tcp, m) || !m.peers[from] {
		return to, false
	}
	return m.inside, true
}

// behind is the host behind a public address, for ladders; the address itself if there is
// none.
func (n *Net) behind(a netip.AddrPort) netip.AddrPort {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, box := range n.nats {
		if box.Public != a.Addr() {
			continue
		}
		if host, ok := box.forwards[a.Port()]; ok {
			return host
		}
		for _, tcp := range []bool{false, true} {
			if m := box.ports[mappingPort{tcp, a.Port()}]; m != nil {
				return m.inside
			}
		}
	}
	return a
}
