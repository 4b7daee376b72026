package trunk

import (
	"errors"
	"net"
	"strings"
	"testing"
)

// RFC 3263, sections 4.1 and 4.2.
func TestLocate(t *testing.T) {
	full := func() *names {
		return &names{
			hosts: map[string][]string{
				"both.example": {"2001:db8::9", "192.0.2.9", "192.0.2.9"},
				"a.example":    {"192.0.2.1"}, "b.example": {"192.0.2.2"}, "c.example": {"2001:db8::3"},
				"srv.example": {"192.0.2.66"}, "naptr.example": {"192.0.2.66"},
			},
			srv: map[string][]*net.SRV{
				"_sip._udp.srv.example":       {{Target: "a.example.", Port: 5060, Priority: 1}, {Target: "b.example.", Port: 5070, Priority: 1}, {Target: "gone.example.", Port: 5060, Priority: 2}, {Target: "c.example.", Port: 5060, Priority: 2}},
				"_sip._tcp.srv.example":       {{Target: "b.example.", Port: 5080}},
				"_sips._tcp.srv.example":      {{Target: "a.example.", Port: 5061}},
				"_sip._tcp.tcponly.example":   {{Target: "b.example.", Port: 5080}},
				"_sip._udp.closed.example":    {{Target: ".", Port: 0}},
				"_u.naptr.example":            {{Target: "a.example.", Port: 5062}},
				"_t.naptr.example":            {{Target: "b.example.", Port: 5063}},
				"_sip._udp.naptr.example":     {{Target: "c.example.", Port: 5064}},
				"_sip._udp.badnaptr.example":  {{Target: "a.example.", Port: 5065}},
				"_sip._udp.two.words.example": {{Target: "a.example.", Port: 5065}},
			},
			naptr: map[string][]NAPTR{
				"naptr.example": {
					{Order: 50, Preference: 90, Flags: "s", Service: "SIP+D2U", Replacement: "_u.naptr.example."},
					{Order: 50, Preference: 50, Flags: "S", Service: "sip+d2t", Replacement: "_t.naptr.example."},
					{Order: 10, Preference: 1, Flags: "s", Service: "SIP+D2S", Replacement: "_sctp.naptr.example."},
					{Order: 10, Preference: 1, Flags: "u", Service: "E2U+sip", Replacement: "."},
				},
				"badnaptr.example": {{Order: 1, Flags: "s", Service: "SIP+D2T", Replacement: "nowhere.example."}},
			},
		}
	}
	for _, c := range []struct{ peer, want string }{
		{"sip:192.0.2.7", "192.0.2.7:5060 over udp"},
		{"sip:[2001:db8::7]:5070;transport=tcp", "[2001:db8::7]:5070 over tcp"},
		{"sip:192.0.2.7;transport=tls", "192.0.2.7:5061 over tls"},
		{"sips:192.0.2.7", "192.0.2.7:5061 over tls"},
		{"sip:both.example", "192.0.2.9:5060 over udp, [2001:db8::9]:5060 over udp"},
		{"sip:both.example;transport=tls", "192.0.2.9:5061 over tls, [2001:db8::9]:5061 over tls"},
		{"sip:srv.example:5060", "192.0.2.66:5060 over udp"}, // a port: no SRV
		{"sip:srv.example", "192.0.2.1:5060 over udp, 192.0.2.2:5070 over udp, [2001:db8::3]:5060 over udp"},
		{"sip:srv.example;transport=tcp", "192.0.2.2:5080 over tcp"},
		{"sips:srv.example", "192.0.2.1:5061 over tls"},
		{"sip:tcponly.example", "192.0.2.2:5080 over tcp"},
		{"sip:naptr.example", "192.0.2.2:5063 over tcp, 192.0.2.1:5062 over udp"},
		{"sip:naptr.example;transport=udp", "[2001:db8::3]:5064 over udp"}, // a transport: no NAPTR
		{"sip:badnaptr.example", "192.0.2.1:5065 over udp"},
	} {
		p, err := ParsePeer(c.peer)
		if err != nil {
			t.Fatal(err)
		}
		targets, err := locate(t.Context(), full(), p)
		if err != nil {
			t.Errorf("%s: %v", c.peer, err)
		}
		var list []string
		for _, target := range targets {
			list = append(list, target.String())
		}
		if got := strings.Join(list, ", "); got != c.want {
			t.Errorf("%s leads to %s\nwant %s", c.peer, got, c.want)
		}
	}

	for peer, want := range map[string]string{
		"sip:nowhere.example": "no such host",
		"sip:closed.example":  "no such host",
	} {
		p, _ := ParsePeer(peer)
		if targets, err := locate(t.Context(), full(), p); len(targets) > 0 || err == nil || err.Error() != want {
			t.Errorf("%s: %v, %v", peer, targets, err)
		}
	}
}

// Name servers that fail on SRV and NAPTR do not hide the addresses, but what
// they hide may be better: the caller is told.
func TestLocateOnBrokenServers(t *testing.T) {
	n := &names{hosts: map[string][]string{"gw.example": {"192.0.2.1"}}, failing: errors.New("server misbehaving")}
	targets, err := locate(t.Context(), n, Peer{Host: "gw.example"})
	if len(targets) != 1 || targets[0].String() != "192.0.2.1:5060 over udp" || err == nil || err.Error() != "server misbehaving" {
		t.Errorf("%v, %v", targets, err)
	}
	n.failing = &net.DNSError{Err: "no such host", IsNotFound: true}
	if targets, err = locate(t.Context(), n, Peer{Host: "gw.example"}); len(targets) != 1 || err != nil {
		t.Errorf("%v, %v", targets, err)
	}
}
