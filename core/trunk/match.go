package trunk

import "net/netip"

// Source is where a request comes from.
type Source struct {
	Addr      netip.AddrPort
	Transport string // "udp", "tcp" or "tls"
	// SentBy is the port of the topmost Via's sent-by, 5060 if it names none.
	// It counts only over connections.
	SentBy uint16
	// User is the user part of the Request-URI.
	User string
}

// Match returns the trunk that a request belongs to (see the package comment).
func (d *Directory) Match(s Source) (name string, ok bool) {
	addr, port := plain(s.Addr.Addr()), s.Addr.Port()
	if s.Transport != "udp" {
		port = s.SentBy
	}
	d.mu.RLock()
	defer d.mu.RUnlock()
	if s.User != "" {
		for _, t := range d.trunks {
			if t.contact == s.User {
				return t.name, true
			}
		}
	}

	at, exact := 0, 0
	var only, ported *trunk
	for _, t := range d.trunks {
		here, same := t.is(addr, port)
		if here {
			at, only = at+1, t
		}
		if same {
			exact, ported = exact+1, t
		}
	}
	switch {
	case at == 1:
		return only.name, true
	case exact == 1:
		return ported.name, true
	case exact > 1:
		return "", false // resolved has logged which
	}

	var best *trunk
	bits := -1
	for _, t := range d.trunks {
		for _, n := range t.allow {
			if n.Bits() > bits && n.Contains(addr) {
				best, bits = t, n.Bits()
			}
		}
	}
	if best == nil {
		return "", false
	}
	return best.name, true
}

// is says whether the peer has an address, and whether it has it with this port.
func (t *trunk) is(addr netip.Addr, port uint16) (here, exact bool) {
	for _, list := range [2][]Target{t.targets, t.lent} {
		for i := range list {
			if a := &list[i].Addr; a.Addr() == addr {
				here = true
				exact = exact || a.Port() == port
			}
		}
	}
	return here, exact
}
