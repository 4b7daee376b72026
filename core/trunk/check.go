package trunk

import (
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// Config is a trunk as configured.
type Config struct {
	Name  string
	Peer  string         // "sip:host[:port][;transport=udp|tcp|tls]"
	Allow []netip.Prefix // networks that may call in, besides the peer
	// MaxCalls limits its live calls, both ways; 0: no limit.
	MaxCalls int
	// Register says that the trunk registers Username at the peer.
	Register bool
	// Username is the account, AuthUsername who the secret is of, if that is
	// another. "": the peer asks for no credentials.
	Username, AuthUsername, Secret string
	// Expires is how long a registration is asked for; 0: [DefaultExpires].
	Expires time.Duration
	// OptionsPing is how often the peer is asked whether it is there; 0: never.
	OptionsPing time.Duration
}

// DefaultExpires is how long a registration is asked for.
const DefaultExpires = 5 * time.Minute

// Conflict says that calls from one source could belong to two trunks.
type Conflict struct {
	First, Second string // names of the trunks, in file order
	Peer          bool   // they are alike in peer; else in allow
	Err           error  // what is wrong and what to do
}

// Check finds trunks that cannot be told apart: with the same peer host and
// port, unless both register and so have a Contact each, or with the same
// network in allow. It needs no name server, so
// names that turn out to be one address are found only when they are resolved;
// then [Directory] logs it. Peers that do not parse are passed over.
func Check(trunks []Config) []Conflict {
	type place struct {
		host string
		port uint16
	}
	var found []Conflict
	peers := make(map[place]*Config)
	networks := make(map[netip.Prefix]string)
	for i := range trunks {
		t := &trunks[i]
		if p, err := ParsePeer(t.Peer); err == nil {
			at := place{p.Host, p.effective()}
			if addr, ok := p.literal(); ok {
				at.host = addr.String()
			}
			first := peers[at]
			switch {
			case first == nil:
				peers[at] = t
			case !first.Register || !t.Register:
				found = append(found, Conflict{first.Name, t.Name, true, fmt.Errorf(
					"trunks %q and %q have the same peer %s port %d, so a call from there could be either's; give one another port, let both register, or make them one trunk",
					first.Name, t.Name, p.Host, at.port)})
			}
		}
		for _, a := range t.Allow {
			n := network(a)
			if first, ok := networks[n]; !ok {
				networks[n] = t.Name
			} else if first != t.Name {
				found = append(found, Conflict{first, t.Name, false, fmt.Errorf(
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
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("trunk %q: %w", c.Name, err))
			continue
		case c.Register && c.Username == "":
			errs = append(errs, fmt.Errorf("trunk %q registers, but does not say whom: give it a username", c.Name))
			continue
		}
		t := &trunk{cfg: c, name: c.Name, peer: p}
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
