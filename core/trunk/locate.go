package trunk

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// Target is one place where a peer can be reached.
type Target struct {
	Transport string // "udp", "tcp" or "tls"
	Addr      netip.AddrPort
	// rank is the place of its record in the order of preference; targets
	// of one rank are as good as each other.
	rank int
}

// String is for logs and reasons: "192.0.2.1:5060 over udp".
func (t Target) String() string { return t.Addr.String() + " over " + t.Transport }

// same says whether two targets are one place.
func (t Target) same(o Target) bool { return t.Transport == o.Transport && t.Addr == o.Addr }

// Resolver asks the name servers. Records that do not exist are an error as
// [net.Resolver]'s, or no records.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
	// LookupSRV returns the records sorted by priority, and within one priority
	// at random by weight (RFC 2782).
	LookupSRV(ctx context.Context, service, proto, name string) (cname string, records []*net.SRV, err error)
	LookupNAPTR(ctx context.Context, name string) ([]NAPTR, error)
}

// NAPTR is a record that says by which transports a domain is reached
// (RFC 3403, RFC 3263 §4.1).
type NAPTR struct {
	Order, Preference uint16
	Flags             string // "s": Replacement is the name of SRV records
	Service           string // "SIP+D2U"
	Replacement       string
}

// services are the transports by the service of a NAPTR record.
var services = map[string]string{"SIP+D2U": "udp", "SIP+D2T": "tcp", "SIPS+D2T": "tls"}

// srvOf is the name that a transport's SRV records are under.
func srvOf(transport, host string) string {
	switch transport {
	case "tls":
		return "_sips._tcp." + host
	case "tcp":
		return "_sip._tcp." + host
	}
	return "_sip._udp." + host
}

// maxTargets bounds what one name can lead to.
const maxTargets = 32

// locate finds the targets of a peer, the best first (RFC 3263 §4):
//
//	an address, or a name with a port   A and AAAA at most
//	a name with a transport             its SRV, else A and AAAA
//	a name                              NAPTR, its SRV; else SRV of each transport; else A and AAAA
//
// A record that leads nowhere is passed over. With targets, an error says that
// the name servers failed on the way, so that there may be others.
func locate(ctx context.Context, r Resolver, p Peer) ([]Target, error) {
	transport := p.Transport
	if transport == "" {
		transport = "udp"
	}
	if addr, ok := p.literal(); ok {
		return []Target{{transport, netip.AddrPortFrom(addr, p.effective()), 0}}, nil
	}
	l := &lookup{ctx: ctx, r: r}
	if p.Port == 0 {
		switch {
		case p.Transport != "":
			l.srv(p.Transport, srvOf(p.Transport, p.Host))
		default:
			l.naptr(p.Host)
			for _, t := range []string{"udp", "tcp", "tls"} {
				if len(l.found) > 0 {
					break
				}
				l.srv(t, srvOf(t, p.Host))
			}
		}
	}
	if len(l.found) == 0 {
		l.host(transport, p.Host, p.effective())
	}
	switch {
	case len(l.found) > 0:
		return l.found, l.err
	case l.hostErr != nil:
		return nil, l.hostErr
	}
	return nil, fmt.Errorf("%s has no address", p.Host)
}

// lookup is one run of [locate].
type lookup struct {
	ctx   context.Context
	r     Resolver
	found []Target
	rank  int
	err   error // of name servers that failed
	// hostErr is why the last host without an address has none.
	hostErr error
}

// failed keeps an error; that there is no such record is none.
func (l *lookup) failed(err error) {
	var dns *net.DNSError
	if err == nil || errors.As(err, &dns) && dns.IsNotFound {
		return
	}
	if l.err == nil {
		l.err = err
	}
}

// naptr takes the services that we speak, in their order.
func (l *lookup) naptr(host string) {
	records, err := l.r.LookupNAPTR(l.ctx, host)
	l.failed(err)
	slices.SortStableFunc(records, func(a, b NAPTR) int {
		if a.Order != b.Order {
			return int(a.Order) - int(b.Order)
		}
		return int(a.Preference) - int(b.Preference)
	})
	for _, n := range records {
		transport, ok := services[strings.ToUpper(n.Service)]
		if ok && strings.EqualFold(n.Flags, "s") {
			l.srv(transport, strings.TrimSuffix(n.Replacement, "."))
		}
	}
}

// srv takes the hosts of SRV records.
func (l *lookup) srv(transport, name string) {
	_, records, err := l.r.LookupSRV(l.ctx, "", "", name)
	l.failed(err)
	for i, s := range records {
		if i > 0 && s.Priority != records[i-1].Priority {
			l.rank++
		}
		if host := strings.TrimSuffix(s.Target, "."); host != "" && s.Port != 0 { // ".": decidedly not here
			l.host(transport, host, s.Port)
		}
	}
	l.rank++
}

// host takes the addresses of a host, IPv4 before IPv6 and else as they came,
// each once.
func (l *lookup) host(transport, host string, port uint16) {
	addrs, err := l.r.LookupNetIP(l.ctx, "ip", host)
	l.failed(err)
	l.hostErr = err
	slices.SortStableFunc(addrs, func(a, b netip.Addr) int { return plain(a).BitLen() - plain(b).BitLen() })
	for _, a := range addrs {
		t := Target{transport, netip.AddrPortFrom(plain(a), port), l.rank}
		if len(l.found) < maxTargets && !slices.ContainsFunc(l.found, t.same) {
			l.found = append(l.found, t)
		}
	}
}
