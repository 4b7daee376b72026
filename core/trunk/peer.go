package trunk

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Peer is where a trunk's far side listens, as it is configured. What it leaves
// out is found by DNS (RFC 3263): see [Directory].
type Peer struct {
	Host      string // a name in lower case, or an IP address without brackets
	Port      uint16 // 0: not said
	Transport string // "udp", "tcp" or "tls"; "": not said
}

// The ports of a peer that names none and has no SRV records (RFC 3261 §19.1.2).
const (
	DefaultPort    = 5060
	DefaultTLSPort = 5061
)

// ParsePeer reads "sip:host[:port][;transport=udp|tcp|tls]", an IPv6 host in
// brackets. "sips:" is TLS.
func ParsePeer(s string) (Peer, error) {
	var p Peer
	scheme, rest, ok := strings.Cut(s, ":")
	switch {
	case ok && strings.EqualFold(scheme, "sip"):
	case ok && strings.EqualFold(scheme, "sips"):
		p.Transport = "tls"
	default:
		return Peer{}, fmt.Errorf(`peer %q does not start with "sip:"; write sip:host[:port][;transport=udp|tcp|tls]`, s)
	}
	parts := strings.Split(rest, ";")
	for _, param := range parts[1:] {
		name, value, _ := strings.Cut(param, "=")
		if !strings.EqualFold(name, "transport") {
			return Peer{}, fmt.Errorf("peer %q: parameter %q is not known; only transport is", s, name)
		}
		value = strings.ToLower(value)
		switch {
		case value != "udp" && value != "tcp" && value != "tls":
			return Peer{}, fmt.Errorf("peer %q: transport %q; it can be udp, tcp or tls", s, value)
		case p.Transport == "tls" && value == "udp":
			return Peer{}, fmt.Errorf("peer %q: sips: is TLS, which does not run over udp; leave the transport out", s)
		case p.Transport != "tls":
			p.Transport = value
		}
	}
	host, port, err := splitHost(parts[0])
	if err != nil {
		return Peer{}, fmt.Errorf("peer %q: %w", s, err)
	}
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 {
			return Peer{}, fmt.Errorf("peer %q: port %q; it is a number from 1 to 65535", s, port)
		}
		p.Port = uint16(n)
	}
	p.Host = host
	return p, nil
}

// splitHost cuts "host", "host:port" or "[v6]:port" and checks the host.
func splitHost(s string) (host, port string, err error) {
	if strings.ContainsRune(s, '@') {
		return "", "", fmt.Errorf("it names a user; a peer is only a host (the user is the attribute username)")
	}
	if v6, ok := strings.CutPrefix(s, "["); ok {
		host, port, ok = strings.Cut(v6, "]")
		addr, err := netip.ParseAddr(host)
		if !ok || err != nil || !addr.Is6() || addr.Zone() != "" || (port != "" && port[0] != ':') || port == ":" {
			return "", "", fmt.Errorf("%q is not an IPv6 address in brackets with or without a port", s)
		}
		return addr.String(), strings.TrimPrefix(port, ":"), nil
	}
	host, port, colon := strings.Cut(s, ":")
	switch {
	case strings.Contains(port, ":"):
		return "", "", fmt.Errorf("an IPv6 address goes in brackets: [%s]", s)
	case colon && port == "":
		return "", "", fmt.Errorf("there is no port after the colon")
	case !isHost(host):
		return "", "", fmt.Errorf("%q is not a host name or an IP address", host)
	}
	return strings.TrimSuffix(strings.ToLower(host), "."), port, nil
}

// isHost says whether s is an IPv4 address or a name (RFC 1123 §2.1; the
// underscore is there because people have such names).
func isHost(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	s = strings.TrimSuffix(s, ".")
	if s == "" || len(s) > 253 {
		return false
	}
	digits := true
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		digits = true
		for i := range len(label) {
			switch c := label[i]; {
			case '0' <= c && c <= '9':
			case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '-', c == '_':
				digits = false
			default:
				return false
			}
		}
	}
	return !digits // a last label of digits is a mistyped IPv4 address
}

// String writes the peer so that [ParsePeer] reads the same.
func (p Peer) String() string {
	s := "sip:" + p.HostPort()
	if p.Transport != "" {
		s += ";transport=" + p.Transport
	}
	return s
}

// HostPort is how URIs of the peer name it: the port only if it is said, an
// IPv6 address in brackets.
func (p Peer) HostPort() string {
	if p.Port == 0 {
		return p.host()
	}
	return p.host() + ":" + strconv.Itoa(int(p.Port))
}

// effective is the port without regard to SRV records.
func (p Peer) effective() uint16 {
	switch {
	case p.Port != 0:
		return p.Port
	case p.Transport == "tls":
		return DefaultTLSPort
	}
	return DefaultPort
}

func (p Peer) host() string {
	if strings.Contains(p.Host, ":") {
		return "[" + p.Host + "]"
	}
	return p.Host
}

// literal returns the address of a peer that is given as one.
func (p Peer) literal() (netip.Addr, bool) {
	addr, err := netip.ParseAddr(p.Host)
	return plain(addr), err == nil
}

// plain returns an address in the one form that is compared here.
func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }
