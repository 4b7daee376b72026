package webleg

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync"

	"github.com/pion/turn/v5"
)

const (
	// realm is that of the TURN server's names.
	realm = "plugboard"
	// maxRelays is how many relayed addresses one name may have at once: a page
	// asks for one by each transport, and a reload for them again.
	maxRelays = 12
)

// relay is the TURN server (RFC 8656). Its names and passwords are valid for a time
// (username = expiry:name, password = base64(HMAC-SHA1(secret, username))), and are
// made by whoever serves the page. It relays to the legs' own sockets alone, or it
// would be an open door into the network that it stands in. Those of an earlier or a
// later process of the plugin count: while both have calls, one of them is the relay.
type relay struct {
	settings *relaySettings
	legs     map[netip.AddrPort]bool // the legs' sockets, as browsers know them
	server   *turn.Server
	mu       sync.Mutex
	relays   map[string]int // by name, of each that relays
}

// newRelay starts the server.
func newRelay(s *settings, m *mux) (*relay, error) {
	r := &relay{settings: s.turn, legs: map[netip.AddrPort]bool{}, relays: map[string]int{}}
	for _, p := range m.ports {
		ports := []uint16{p.at.Port()}
		for i := range uint16(neighbours) {
			if p.first != 0 {
				ports = append(ports, p.first+i)
			}
		}
		for _, n := range ports {
			r.legs[netip.AddrPortFrom(p.at.Addr(), n)] = true
			if s.external.IsValid() && s.external.Is4() == p.at.Addr().Is4() {
				r.legs[netip.AddrPortFrom(s.external, n)] = true
			}
		}
	}
	config := turn.ServerConfig{
		Realm: realm, LoggerFactory: quietly(), AuthHandler: turn.LongTermTURNRESTAuthHandler(s.turn.secret, quiet()),
		QuotaHandler: r.quota,
		EventHandler: turn.EventHandler{
			OnAllocationCreated: func(_, _ net.Addr, _, name, _ string, _ net.Addr, _ int) { r.count(name, 1) },
			OnAllocationDeleted: func(_, _ net.Addr, _, name, _ string) { r.count(name, -1) },
		},
	}
	fail := func(err error) (*relay, error) {
		for _, c := range config.PacketConnConfigs {
			err = errors.Join(err, c.PacketConn.Close())
		}
		for _, c := range config.ListenerConfigs {
			err = errors.Join(err, c.Listener.Close())
		}
		return nil, err
	}
	for _, at := range s.turn.udp {
		c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(at))
		if err != nil {
			return fail(err)
		}
		config.PacketConnConfigs = append(config.PacketConnConfigs, turn.PacketConnConfig{
			PacketConn: c, RelayAddressGenerator: r.addresses(at.Addr()), PermissionHandler: r.permits,
		})
	}
	for _, at := range s.turn.tcp {
		l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(at))
		if err != nil {
			return fail(err)
		}
		config.ListenerConfigs = append(config.ListenerConfigs, turn.ListenerConfig{
			Listener: l, RelayAddressGenerator: r.addresses(at.Addr()), PermissionHandler: r.permits,
		})
	}
	var err error
	if r.server, err = turn.NewServer(config); err != nil {
		return fail(err)
	}
	return r, nil
}

func (r *relay) close() { _ = r.server.Close() } // with the process

// allows says whether packets may be relayed to a peer.
func (r *relay) allows(to netip.AddrPort) bool {
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	if r.legs[to] {
		return true
	}
	for _, p := range r.settings.peers {
		if p.Contains(to.Addr()) {
			return true
		}
	}
	return false
}

// permits is asked when a client names a peer, whose port it does not name yet.
func (r *relay) permits(_ net.Addr, peer net.IP) bool {
	ip, ok := netip.AddrFromSlice(peer)
	if !ok {
		return false
	}
	ip = ip.Unmap()
	for at := range r.legs {
		if at.Addr() == ip {
			return true
		}
	}
	return r.allows(netip.AddrPortFrom(ip, 0))
}

// quota says whether a name may have one more address.
func (r *relay) quota(name, _ string, _ net.Addr) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.relays[user(name)] < maxRelays
}

func (r *relay) count(name string, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	u := user(name)
	if r.relays[u] += n; r.relays[u] <= 0 {
		delete(r.relays, u)
	}
}

// user is who has a name of limited time.
func user(name string) string {
	if _, who, ok := strings.Cut(name, ":"); ok {
		return who
	}
	return name
}

// generator gives addresses for relayed packets.
type generator struct {
	turn.RelayAddressGeneratorPortRange
	of *relay
}

// addresses gives some of an address of the machine.
func (r *relay) addresses(on netip.Addr) turn.RelayAddressGenerator {
	told := on
	if r.settings.external.IsValid() {
		told = r.settings.external
	}
	return &generator{of: r, RelayAddressGeneratorPortRange: turn.RelayAddressGeneratorPortRange{
		RelayAddress: told.AsSlice(), Address: on.String(), MinPort: r.settings.low, MaxPort: r.settings.high, MaxRetries: 100,
	}}
}

// AllocatePacketConn implements [turn.RelayAddressGenerator].
func (g *generator) AllocatePacketConn(c turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	conn, at, err := g.RelayAddressGeneratorPortRange.AllocatePacketConn(c)
	if err != nil {
		return nil, nil, err
	}
	return &fenced{conn, g.of}, at, nil
}

// errUDP is why nothing else is relayed.
var errUDP = errors.New("only UDP is relayed here")

// AllocateListener implements [turn.RelayAddressGenerator].
func (*generator) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errUDP
}

// AllocateConn implements [turn.RelayAddressGenerator].
func (*generator) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errUDP }

// fenced sends to whom it may alone.
type fenced struct {
	net.PacketConn
	of *relay
}

// WriteTo implements [net.PacketConn].
func (f *fenced) WriteTo(b []byte, to net.Addr) (int, error) {
	udp, ok := to.(*net.UDPAddr)
	if !ok || !f.of.allows(udp.AddrPort()) {
		return 0, fmt.Errorf("nothing is relayed to %s", to)
	}
	return f.PacketConn.WriteTo(b, to)
}
