package webleg

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/pion/stun/v4"

	"github.com/plugboard/plugboard/sdk/schema"
)

// attributes declares what the plugin's config {} block may hold. The daemon writes
// it, from what web {} says.
func attributes() []schema.Attribute {
	return []schema.Attribute{
		{Name: "listen", Type: schema.Strings, Doc: `where browsers' audio comes to, such as "udp://192.0.2.1:8189" and "tcp://192.0.2.1:8189"; 0.0.0.0 is each address of the machine`},
		{Name: "external_address", Type: schema.String, Doc: "the address by which the internet reaches those, where a router translates"},
		{Name: "lite", Type: schema.Bool, Doc: "be ICE-lite: let browsers alone look for the way"},
		{Name: "ice_servers", Type: schema.Strings, Doc: `STUN and TURN servers for the legs themselves, such as "stun:stun.example.com:3478" or "turn:turn.example.com:3478?transport=udp NAME PASSWORD"`},
		{Name: "turn_listen", Type: schema.Strings, Doc: `where this plugin is a TURN server, such as "udp://192.0.2.1:3478" and "tcp://192.0.2.1:3478"`},
		{Name: "turn_external_address", Type: schema.String, Doc: "the address of relayed packets, where a router translates; else turn_listen's"},
		{Name: "turn_relay_ports", Type: schema.String, Doc: `UDP ports of relayed packets, such as "49160-49199", at most one a browser`},
		{Name: "turn_secret", Type: schema.String, Doc: "the secret with which TURN names and passwords of limited time are made"},
		{Name: "turn_peers", Type: schema.Strings, Doc: "networks that TURN relays to besides the plugin's own sockets, as CIDR"},
	}
}

// settings are a config {} block, read.
type settings struct {
	udp, tcp []netip.AddrPort
	external netip.Addr // not valid: none
	lite     bool
	servers  []*stun.URI
	turn     *relaySettings // nil: no TURN server

	// How long the chosen peer may be silent until it counts as disconnected, and
	// after that gone until it is lost.
	silent, gone time.Duration
}

// The first is longer for a lite agent, which asks for no sign of life (RFC 7675).
const (
	silent     = 5 * time.Second
	silentLite = 10 * time.Second
	gone       = 20 * time.Second
)

// relaySettings are those of the TURN server.
type relaySettings struct {
	udp, tcp  []netip.AddrPort
	external  netip.Addr // not valid: none
	low, high uint16     // of relayed packets' ports
	secret    string
	peers     []netip.Prefix
}

// byDefault is where legs are reached if nobody says anything: it is enough for tests
// and for a browser on the same machine.
var byDefault = []any{"udp://127.0.0.1:0"}

// read reads a config {} block, of which the types have been checked.
func read(config map[string]any) (*settings, error) {
	s := &settings{silent: silent, gone: gone}
	var err error
	listen := strs(config["listen"])
	if len(listen) == 0 {
		listen = strs(byDefault)
	}
	if s.udp, s.tcp, err = addresses(listen); err != nil {
		return nil, fmt.Errorf("listen is %w", err)
	}
	if len(s.udp) == 0 {
		return nil, errors.New("listen is without a udp:// address: browsers' audio goes over TCP only where UDP cannot")
	}
	if s.external, err = address(config["external_address"]); err != nil {
		return nil, fmt.Errorf("external_address is %w", err)
	}
	if s.lite, _ = config["lite"].(bool); s.lite {
		s.silent = silentLite
	}
	for _, text := range strs(config["ice_servers"]) {
		uri, err := server(text)
		if err != nil {
			return nil, fmt.Errorf("ice_servers is %w", err)
		}
		s.servers = append(s.servers, uri)
	}
	if s.lite && len(s.servers) > 0 {
		return nil, errors.New("ice_servers is of no use with lite = true, which looks for no ways: leave one of them out")
	}
	if s.turn, err = readRelay(config); err != nil {
		return nil, err
	}
	return s, nil
}

// readRelay reads what concerns the TURN server; nil if there is to be none.
func readRelay(config map[string]any) (*relaySettings, error) {
	listen := strs(config["turn_listen"])
	secret, _ := config["turn_secret"].(string)
	ports, _ := config["turn_relay_ports"].(string)
	if len(listen) == 0 {
		for _, name := range []string{"turn_secret", "turn_relay_ports", "turn_external_address", "turn_peers"} {
			if _, there := config[name]; there {
				return nil, fmt.Errorf("%s is there, but no turn_listen: without it there is no TURN server", name)
			}
		}
		return nil, nil
	}
	r := &relaySettings{secret: secret}
	var err error
	if r.udp, r.tcp, err = addresses(listen); err != nil {
		return nil, fmt.Errorf("turn_listen is %w", err)
	}
	if len(secret) < 16 {
		return nil, errors.New("turn_secret is shorter than 16 characters: whoever guesses it relays at your cost; try `openssl rand -hex 24`")
	}
	if r.external, err = address(config["turn_external_address"]); err != nil {
		return nil, fmt.Errorf("turn_external_address is %w", err)
	}
	for _, a := range append(r.udp[:len(r.udp):len(r.udp)], r.tcp...) {
		if a.Addr().IsUnspecified() && !r.external.IsValid() {
			return nil, fmt.Errorf("turn_listen is %s, and there is no turn_external_address: name the one address that relayed packets come from", a)
		}
	}
	low, high, ok := strings.Cut(ports, "-")
	from, err1 := strconv.ParseUint(low, 10, 16)
	to, err2 := strconv.ParseUint(high, 10, 16)
	if !ok || err1 != nil || err2 != nil || from < 1024 || to < from {
		return nil, fmt.Errorf("turn_relay_ports is %q; it must be a range of ports from 1024 on, such as %q", ports, "49160-49199")
	}
	r.low, r.high = uint16(from), uint16(to)
	for _, text := range strs(config["turn_peers"]) {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("turn_peers is %q; it must be networks such as %q", text, "203.0.113.0/24")
		}
		r.peers = append(r.peers, p.Masked())
	}
	return r, nil
}

func strs(v any) (list []string) {
	all, _ := v.([]any)
	for _, one := range all {
		if s, ok := one.(string); ok {
			list = append(list, s)
		}
	}
	return list
}

// address reads an IP address, which may be left out.
func address(v any) (netip.Addr, error) {
	s, _ := v.(string)
	if s == "" {
		return netip.Addr{}, nil
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.IsUnspecified() {
		return netip.Addr{}, fmt.Errorf("%q; it must be an IP address", s)
	}
	return a.Unmap(), nil
}

// addresses reads "udp://192.0.2.1:8189" and "tcp://…".
func addresses(listen []string) (udp, tcp []netip.AddrPort, err error) {
	for _, text := range listen {
		transport, at, _ := strings.Cut(text, "://")
		a, err := netip.ParseAddrPort(at)
		if err != nil || transport != "udp" && transport != "tcp" {
			return nil, nil, fmt.Errorf("%q; it must be like %q or %q", text, "udp://192.0.2.1:8189", "tcp://[2001:db8::1]:8189")
		}
		a = netip.AddrPortFrom(a.Addr().Unmap(), a.Port())
		if transport == "udp" {
			udp = append(udp, a)
		} else {
			tcp = append(tcp, a)
		}
	}
	return udp, tcp, nil
}

// server reads "stun:host:port" or "turn:host:port?transport=udp NAME PASSWORD".
// Passwords are not in what its errors say.
func server(text string) (*stun.URI, error) {
	f := strings.Fields(text)
	if len(f) == 0 {
		return nil, errors.New("an empty text")
	}
	uri, err := stun.ParseURI(f[0])
	if err != nil {
		return nil, fmt.Errorf("%q, which is no stun: or turn: address (%w)", f[0], err)
	}
	turn := uri.Scheme == stun.SchemeTypeTURN || uri.Scheme == stun.SchemeTypeTURNS
	switch {
	case turn && len(f) != 3:
		return nil, fmt.Errorf("%q without a name and a password behind it, which TURN wants", f[0])
	case !turn && len(f) != 1:
		return nil, fmt.Errorf("%q with a name or a password behind it, which STUN does not want", f[0])
	case turn:
		uri.Username, uri.Password = f[1], f[2]
	}
	return uri, nil
}

// everywhere puts each address of the machine in the place of one that is
// unspecified: a packet is answered from the address that it came to. Loopback is
// left out where there is another, as it means another machine to a browser.
func everywhere(list []netip.AddrPort) ([]netip.AddrPort, error) {
	var all []netip.AddrPort
	for _, a := range list {
		if !a.Addr().IsUnspecified() {
			all = append(all, a)
			continue
		}
		own, err := net.InterfaceAddrs()
		if err != nil {
			return nil, fmt.Errorf("the addresses of this machine: %w", err)
		}
		var found, loopback []netip.AddrPort
		for _, n := range own {
			p, err := netip.ParsePrefix(n.String())
			if err != nil {
				continue
			}
			switch ip := p.Addr().Unmap(); {
			case ip.IsLinkLocalUnicast() || a.Addr().Is4() && !ip.Is4():
			case ip.IsLoopback():
				loopback = append(loopback, netip.AddrPortFrom(ip, a.Port()))
			default:
				found = append(found, netip.AddrPortFrom(ip, a.Port()))
			}
		}
		if len(found) == 0 {
			found = loopback
		}
		all = append(all, found...)
	}
	return all, nil
}
