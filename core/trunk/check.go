package trunk

import (
	"errors"
	"fmt"
	"net/netip"
)

// Config is a trunk as configured.
type Config struct {
	Name  string
	Peer  string         // "sip:host[:port][;transport=udp|tcp]"
	Allow []netip.Prefix // networks that may call in, besides the peer
	// MaxCalls limits its live calls, both ways; 0: no limit.
	MaxCalls int
}

// Conflict says that calls from one source could belong to two trunks.
type Conflict struct {
	First, Second string // names of the trunks, in file order
	Err           error  // what is wrong and what to do
}

// Check finds trunks that cannot be told apart: with the same peer host and
// port, or with the same network in allow. It needs no name server, so
// names that turn out to be one address are found only when they are resolved;
// then [Directory] logs it. Peers that do not parse are passed over.
func Check(trunks []Config) []Conflict {
	type place struct {
		host string
		port uint16
	}
	var found []Conflict
	peers := make(map[place]string)
	networks := make(map[netip.Prefix]string)
	for _, t := range trunks {
		if p, err := ParsePeer(t.Peer); err == nil {
			at := place{p.Host, p.Port}
			if addr, ok := p.literal(); ok {
				at.host = addr.String()
			}
			if first, ok := peers[at]; ok {
				found = append(found, Conflict{first, t.Name, fmt.Errorf(
					"trunks %q and %q have the same peer %s port %d, so a call from there could be either's; give one another port, or make them one trunk",
					first, t.Name, p.Host, p.Port)})
			} else {
				peers[at] = t.Name
			}
		}
		for _, a := range t.Allow {
			n := network(a)
			if first, ok := networks[n]; !ok {
				networks[n] = t.Name
			} else if first != t.Name {
				found = append(found, Conflict{first, t.Name, fmt.Errorf(
					"trunks %q and %q both allow %s, so a call from there could be either's; take it out of one, or narrow one of the two",
					first, t.Name, n)})
			}
		}
	}
	return found
}

// network returns a prefix in the one form that is compared here.
func network(p netip.Prefix) netip.Prefix {
	addr, bits := p.Addr(), p.Bits()
	if addr.Is4In6() && bits >= 96 {
		addr, bits = addr.Unmap(), bits-96
	}
	return netip.PrefixFrom(addr.WithZone(""), bits).Masked()
}

// build parses the trunks, or says all that is wrong with them.
func build(configs []Config) ([]*trunk, error) {
	var errs []error
	trunks := make([]*trunk, 0, len(configs))
	for _, c := range configs {
		p, err := ParsePeer(c.Peer)
		if err != nil {
			errs = append(errs, fmt.Errorf("trunk %q: %w", c.Name, err))
			continue
		}
		t := &trunk{name: c.Name, peer: p, maxCalls: c.MaxCalls}
		for _, a := range c.Allow {
			t.allow = append(t.allow, network(a))
		}
		trunks = append(trunks, t)
	}
	for _, c := range Check(configs) {
		errs = append(errs, c.Err)
	}
	return trunks, errors.Join(errs...)
}
