package plugin

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk/bus"
)

// portRest is how long a port that was given back is left alone: packets of
// the old call that are still under way must not be heard in a new one.
const portRest = time.Second

// PortRange is the ports that RTP sockets are bound to, both included. Only
// the even ones are used (RFC 3550, section 11); the odd one above is RTCP's.
type PortRange struct {
	First, Last uint16
}

// Addresses are what sockets are bound to, one for each family; one that is not
// valid: the family has none.
type Addresses struct{ V4, V6 netip.Addr }

// to is the address to bind for a leg whose far side is told an address.
func (a Addresses) to(told netip.Addr) netip.Addr {
	if told.Is6() && a.V6.IsValid() || !a.V4.IsValid() {
		return a.V6 // [::] takes IPv4 as well
	}
	return a.V4
}

// has says whether a port is one of the range.
func (r PortRange) has(port uint16) bool { return r.First <= port && port <= r.Last }

// String returns the range as media.rtp_ports writes it.
func (r PortRange) String() string { return fmt.Sprintf("%d-%d", r.First, r.Last) }

// ports is the pool of RTP ports: a queue that starts at a random port, so
// that a port rests as long as possible and a restarted core does not begin
// where its last life did.
type ports struct {
	listen func(netip.AddrPort) (bus.Socket, error)

	mu   sync.Mutex
	bind Addresses
	in   PortRange
	out  map[uint16]bool // carry a leg
	free []freePort      // the longest rested first
}

type freePort struct {
	port  uint16
	since time.Time // zero: never used
}

func newPorts(bind Addresses, in PortRange, listen func(netip.AddrPort) (bus.Socket, error)) *ports {
	p := &ports{listen: listen, out: make(map[uint16]bool)}
	p.set(bind, in)
	return p
}

// set changes what is bound from here on. Ports that rest, or carry a leg, do
// so as long as they would have.
func (p *ports) set(bind Addresses, in PortRange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.bind, p.in = bind, in
	p.free = slices.DeleteFunc(p.free, func(f freePort) bool { return !in.has(f.port) })
	there := make(map[uint16]bool, len(p.free))
	for _, f := range p.free {
		there[f.port] = true
	}
	var more []freePort
	for n := int(in.First) + int(in.First)%2; n <= int(in.Last); n += 2 {
		if port := uint16(n); !there[port] && !p.out[port] {
			more = append(more, freePort{port: port})
		}
	}
	if len(more) > 0 {
		start := rand.IntN(len(more))
		p.free = slices.Concat(p.free, more[start:], more[:start])
	}
}

// at is what is bound now.
func (p *ports) at() (Addresses, PortRange) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bind, p.in
}

// open binds the next free port, at an address of the family of the one that the far
// side is told. A port that somebody else holds is passed over, and needs no
// rest.
func (p *ports) open(told netip.Addr) (bus.Socket, error) {
	p.mu.Lock()
	tries, bind, in := len(p.free), p.bind.to(told), p.in
	p.mu.Unlock()
	var last error
	for range tries {
		port, ok := p.take()
		if !ok {
			break
		}
		s, err := p.listen(netip.AddrPortFrom(bind, port))
		if err == nil {
			return s, nil
		}
		last = err
		p.back(freePort{port: port})
	}
	if last != nil {
		return nil, fmt.Errorf("no RTP port in media.rtp_ports = %q on %s can be bound; the last failure: %w", in, bind, last)
	}
	return nil, fmt.Errorf("%w: every even port in media.rtp_ports = %q carries a leg, or did within the last %v; widen the range", errNoPort, in, portRest)
}

// openControl binds the odd port above an RTP socket's, for RTCP, which far
// sides use that do not put both on one port (RFC 5761). A leg does without
// where the port is not to be had: then it is nil.
func (p *ports) openControl(rtp bus.Socket) bus.Socket {
	bind := rtp.LocalAddr().Addr()
	_, in := p.at()
	port := rtp.LocalAddr().Port() + 1
	if port > in.Last {
		return nil
	}
	s, err := p.listen(netip.AddrPortFrom(bind, port))
	if err != nil {
		return nil
	}
	return s
}

// errNoPort is the exhaustion of the range.
var errNoPort = errors.New("out of RTP ports")

// take returns the port that rested longest, if one rested enough.
func (p *ports) take() (uint16, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, f := range p.free {
		if time.Since(f.since) < portRest {
			continue
		}
		if i == 0 {
			p.free = p.free[1:] // as nearly always: nothing is moved
		} else {
			p.free = slices.Delete(p.free, i, i+1)
		}
		p.out[f.port] = true
		return f.port, true
	}
	return 0, false
}

// give puts a port that was used back, to rest.
func (p *ports) give(port uint16) { p.back(freePort{port: port, since: time.Now()}) }

func (p *ports) back(f freePort) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.out, f.port)
	if p.in.has(f.port) {
		p.free = append(p.free, f)
	}
}
