package trunk

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/event"
)

// names is a name server whose answers a test sets.
type names struct {
	mu    sync.Mutex
	hosts map[string][]string
	srv   map[string][]*net.SRV
	naptr map[string][]NAPTR
	delay time.Duration
	asked int
	// failing is what LookupSRV and LookupNAPTR return.
	failing error
}

func (n *names) set(host string, addrs ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.hosts[host] = addrs
}

func (n *names) LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error) {
	select {
	case <-time.After(n.delay):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked++
	addrs, ok := n.hosts[host]
	if !ok {
		return nil, noSuchHost{}
	}
	var out []netip.Addr
	for _, a := range addrs {
		out = append(out, netip.MustParseAddr(a))
	}
	return out, nil
}

func (n *names) LookupSRV(ctx context.Context, _, _, name string) (string, []*net.SRV, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return name, n.srv[name], n.failing
}

func (n *names) LookupNAPTR(ctx context.Context, name string) ([]NAPTR, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.naptr[name], n.failing
}

func open(t *testing.T, n *names, emit func(event.Event), configs ...Config) *Directory {
	t.Helper()
	d, err := New(configs, Options{Resolver: n, Log: hclog.NewNullLogger(), Emit: emit})
	if err != nil {
		t.Fatal(err)
	}
	d.Start()
	t.Cleanup(d.Close)
	return d
}

// noSuchHost is what the standard library says, in fewer words.
type noSuchHost struct{}

func (noSuchHost) Error() string { return "no such host" }
func (noSuchHost) Unwrap() error { return &net.DNSError{IsNotFound: true} }

// first is where a trunk is tried first.
func first(d *Directory, name string) (string, error) {
	w, err := d.Way(name)
	if err != nil {
		return "", err
	}
	return w.Targets[0].String(), nil
}

func nets(s ...string) (out []netip.Prefix) {
	for _, p := range s {
		out = append(out, netip.MustParsePrefix(p))
	}
	return out
}

func TestParsePeer(t *testing.T) {
	for in, want := range map[string]string{
		"sip:gw.example.net":               "sip:gw.example.net",
		"SIP:GW.Example.net.:5080":         "sip:gw.example.net:5080",
		"sip:gw.example.net;transport=TCP": "sip:gw.example.net;transport=tcp",
		"sip:192.0.2.7:5062;Transport=udp": "sip:192.0.2.7:5062;transport=udp",
		"sip:[2001:DB8::0:7]":              "sip:[2001:db8::7]",
		"sip:[2001:db8::7]:5080":           "sip:[2001:db8::7]:5080",
		"sip:gw;transport=tls":             "sip:gw;transport=tls",
		"sips:gw":                          "sip:gw;transport=tls",
		"sips:gw:5060;transport=tcp":       "sip:gw:5060;transport=tls", // RFC 3261, section 26.2.2
	} {
		p, err := ParsePeer(in)
		if err != nil || p.String() != want {
			t.Errorf("%q is %q, %v; want %q", in, p, err, want)
		}
	}
	for in, want := range map[string]string{
		"gw.example.net":         `does not start with "sip:"`,
		"sips:gw;transport=udp":  "does not run over udp",
		"sip:":                   `"" is not a host name`,
		"sip:100@gw.example.net": "it names a user",
		"sip:gw:0":               `port "0"`,
		"sip:gw:65536":           `port "65536"`,
		"sip:gw:":                "no port after the colon",
		"sip:gw;transport=sctp":  `transport "sctp"; it can be udp, tcp or tls`,
		"sip:gw;lr":              `parameter "lr" is not known`,
		"sip:2001:db8::7":        "goes in brackets: [2001:db8::7]",
		"sip:[192.0.2.7]":        "not an IPv6 address in brackets",
		"sip:[2001:db8::7":       "not an IPv6 address in brackets",
		"sip:[fe80::1%eth0]":     "not an IPv6 address in brackets",
		"sip:192.0.2.300":        "not a host name or an IP address",
		"sip:a b":                "not a host name",
		"sip:-a.example.net":     "not a host name",
	} {
		if p, err := ParsePeer(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want %q", in, p, err, want)
		}
	}
}

// dialplan.md, "Who is calling".
func TestMatch(t *testing.T) {
	d := open(t, nil, nil,
		Config{Name: "alone", Peer: "sip:192.0.2.1:5060"},
		Config{Name: "left", Peer: "sip:192.0.2.2:5060"},
		Config{Name: "right", Peer: "sip:192.0.2.2:5070;transport=tcp", Allow: nets("198.51.100.0/24")},
		Config{Name: "six", Peer: "sip:[2001:db8::1]", Allow: nets("198.51.100.0/28", "2001:db8:1::/48", "192.0.2.0/24")},
	)
	for _, c := range []struct {
		from, transport string
		sentBy          uint16
		want            string
	}{
		{"192.0.2.1:5060", "udp", 5060, "alone"},
		{"192.0.2.1:61000", "udp", 5060, "alone"}, // the only one with the address: any port
		{"192.0.2.1:61000", "tcp", 9, "alone"},
		{"[::ffff:192.0.2.1]:5060", "udp", 5060, "alone"},
		{"192.0.2.2:5060", "udp", 5070, "left"}, // UDP: the source port
		{"192.0.2.2:5070", "udp", 5060, "right"},
		{"192.0.2.2:5060", "tcp", 5070, "right"}, // TCP: the sent-by
		{"192.0.2.2:5070", "tcp", 5060, "left"},
		{"192.0.2.2:61000", "udp", 5060, "six"}, // no port is right: its network
		{"[2001:db8::1]:5060", "udp", 5060, "six"},
		{"198.51.100.3:5060", "udp", 5060, "six"},    // the longest network
		{"198.51.100.16:5060", "udp", 5060, "right"}, // the other
		{"[2001:db8:1::9]:5060", "tcp", 5060, "six"},
		{"203.0.113.1:5060", "udp", 5060, ""},
	} {
		got, ok := d.Match(Source{Addr: netip.MustParseAddrPort(c.from), Transport: c.transport, SentBy: c.sentBy})
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s over %s, sent-by %d: %q, want %q", c.from, c.transport, c.sentBy, got, c.want)
		}
	}
}

func TestConflictsAreErrors(t *testing.T) {
	_, err := New([]Config{
		{Name: "a", Peer: "sip:GW.example.net", Allow: nets("198.51.100.7/24")},
		{Name: "b", Peer: "sip:gw.example.net:5060;transport=tcp"},
		{Name: "c", Peer: "sip:gw.example.net:5070", Allow: nets("198.51.100.0/24", "198.51.100.0/25")},
		{Name: "d", Peer: "sip:[::ffff:192.0.2.1]"},
		{Name: "e", Peer: "sip:192.0.2.1"},
		{Name: "f", Peer: "http://x"},
	}, Options{})
	if err == nil {
		t.Fatal("no error")
	}
	got := strings.Split(err.Error(), "\n")
	want := []string{
		`trunk "f": peer "http://x" does not start with "sip:"; write sip:host[:port][;transport=udp|tcp|tls]`,
		`trunks "a" and "b" have the same peer gw.example.net port 5060, so a call from there could be either's; give one another port, let both register, or make them one trunk`,
		`trunks "a" and "c" both allow 198.51.100.0/24, so a call from there could be either's; take it out of one, or narrow one of the two`,
		`trunks "d" and "e" have the same peer 192.0.2.1 port 5060, so a call from there could be either's; give one another port, let both register, or make them one trunk`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestPeerByAddressIsUpAtOnce(t *testing.T) {
	d := open(t, nil, nil, Config{Name: "gw", Peer: "sip:192.0.2.1:5080;transport=tcp"})
	if at, err := first(d, "gw"); err != nil || at != "192.0.2.1:5080 over tcp" {
		t.Errorf("%v %v", at, err)
	}
	if s := d.States(); len(s) != 1 || s[0].State != Up || s[0].Reason != "" {
		t.Errorf("%+v", s)
	}
	if _, err := first(d, "nobody"); !errors.Is(err, ErrNoTrunk) {
		t.Errorf("%v", err)
	}
}

func TestResolving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &names{hosts: map[string][]string{}, delay: 100 * time.Millisecond}
		var mu sync.Mutex
		var told []string
		d := open(t, n, func(e event.Event) {
			mu.Lock()
			defer mu.Unlock()
			s := e.Data.(State)
			told = append(told, fmt.Sprintf("%s %s %s %q", e.Type, s.Name, s.State, s.Reason))
		}, Config{Name: "gw", Peer: "sip:gw.example.net"})

		_, err := first(d, "gw")
		var unresolved *UnresolvedError
		if !errors.As(err, &unresolved) || unresolved.Reason != "" || d.States()[0].State != Unknown {
			t.Errorf("at first: %v, %+v", err, d.States())
		}
		time.Sleep(time.Second)
		if _, err = first(d, "gw"); err == nil || err.Error() != `trunk "gw": cannot resolve gw.example.net: no such host` {
			t.Errorf("no such host: %v", err)
		}
		if s := d.States()[0]; s.State != Failed {
			t.Errorf("%+v", s)
		}

		n.set("gw.example.net", "2001:db8::1", "192.0.2.1", "192.0.2.2")
		time.Sleep(retry)
		if addr, err := first(d, "gw"); err != nil || addr != "192.0.2.1:5060 over udp" {
			t.Errorf("resolved: %v, %v", addr, err)
		}
		for _, from := range []string{"192.0.2.1:5060", "192.0.2.2:5060", "[2001:db8::1]:5060"} {
			if _, ok := d.Match(Source{Addr: netip.MustParseAddrPort(from), Transport: "udp", SentBy: 5060}); !ok {
				t.Errorf("%s is not known", from)
			}
		}

		// The order turns, the peer stays; it moves when its address goes.
		n.set("gw.example.net", "192.0.2.2", "192.0.2.1")
		time.Sleep(refresh + time.Second)
		if addr, _ := first(d, "gw"); addr != "192.0.2.1:5060 over udp" {
			t.Errorf("turned: %v", addr)
		}
		n.set("gw.example.net", "192.0.2.3")
		time.Sleep(refresh + time.Second)
		if addr, _ := first(d, "gw"); addr != "192.0.2.3:5060 over udp" {
			t.Errorf("moved: %v", addr)
		}
		if _, ok := d.Match(Source{Addr: netip.MustParseAddrPort("192.0.2.1:5060"), Transport: "udp", SentBy: 5060}); ok {
			t.Error("the old address is still let in")
		}

		// Without name servers the last address is used on.
		n.mu.Lock()
		delete(n.hosts, "gw.example.net")
		n.mu.Unlock()
		time.Sleep(time.Hour)
		if addr, err := first(d, "gw"); err != nil || addr != "192.0.2.3:5060 over udp" {
			t.Errorf("name servers gone: %v, %v", addr, err)
		}

		d.Close()
		asked := n.asked
		time.Sleep(time.Hour)
		if n.asked != asked {
			t.Error("it asks on after Close")
		}
		want := []string{
			`trunk.changed gw failed "cannot resolve gw.example.net: no such host"`,
			`trunk.changed gw up ""`,
			`trunk.changed gw up "cannot resolve gw.example.net: no such host; its last addresses are used on"`,
		}
		if !slices.Equal(told, want) {
			t.Errorf("told:\n%s", strings.Join(told, "\n"))
		}
	})
}

// A name server that never answers keeps neither Match nor Close waiting.
func TestNameServerHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &names{hosts: map[string][]string{}, delay: time.Hour}
		d := open(t, n, nil, Config{Name: "gw", Peer: "sip:gw.example.net"})
		time.Sleep(patience + time.Millisecond)
		if s := d.States()[0]; s.State != Failed || s.Reason != "cannot resolve gw.example.net: context deadline exceeded" {
			t.Errorf("%+v", s)
		}
		time.Sleep(retry + time.Second)
		before := time.Now()
		d.Close()
		if time.Since(before) != 0 {
			t.Errorf("Close took %v", time.Since(before))
		}
	})
}

// Two names that turn out to be one place: the call is nobody's.
func TestNamesOfOnePlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := &names{hosts: map[string][]string{"a": {"192.0.2.1"}, "b": {"192.0.2.1"}}}
		d := open(t, n, nil, Config{Name: "a", Peer: "sip:a"}, Config{Name: "b", Peer: "sip:b"})
		synctest.Wait()
		if name, ok := d.Match(Source{Addr: netip.MustParseAddrPort("192.0.2.1:5060"), Transport: "udp", SentBy: 5060}); ok {
			t.Errorf("it is said to be %s's", name)
		}
	})
}

func TestMaxCalls(t *testing.T) {
	d := open(t, nil, nil, Config{Name: "gw", Peer: "sip:192.0.2.1", MaxCalls: 2}, Config{Name: "free", Peer: "sip:192.0.2.2"})
	first, err := d.Acquire("gw")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Acquire("gw"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Acquire("gw"); !errors.Is(err, ErrFull) {
		t.Errorf("third: %v", err)
	}
	first()
	first() // again does nothing
	if d.Calls("gw") != 1 {
		t.Errorf("%d calls", d.Calls("gw"))
	}
	if _, err := d.Acquire("gw"); err != nil {
		t.Errorf("after a release: %v", err)
	}
	for range 100 {
		if _, err := d.Acquire("free"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := d.Acquire("nobody"); !errors.Is(err, ErrNoTrunk) {
		t.Errorf("%v", err)
	}
}

// What parses, prints and parses again the same.
func FuzzParsePeer(f *testing.F) {
	for _, s := range []string{"sip:gw.example.net", "sip:192.0.2.1:5080;transport=tcp", "sip:[2001:db8::1]:5060", "sip:[::ffff:192.0.2.1]", "sip:a_b.-", "sip:1.2.3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePeer(s)
		if err != nil {
			return
		}
		if again, err := ParsePeer(p.String()); err != nil || again != p {
			t.Errorf("%q is %q, and that %v, %v", s, p, again, err)
		}
		if p.effective() == 0 || p.Host == "" {
			t.Errorf("%q is %+v", s, p)
		}
	})
}

func BenchmarkMatch(b *testing.B) {
	var configs []Config
	for i := range 20 {
		configs = append(configs, Config{Name: fmt.Sprint(i), Peer: fmt.Sprintf("sip:192.0.2.%d", i+1), Allow: nets(fmt.Sprintf("198.51.%d.0/24", i))})
	}
	d, err := New(configs, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer d.Close()
	s := Source{Addr: netip.MustParseAddrPort("203.0.113.9:5060"), Transport: "udp", SentBy: 5060}
	for b.Loop() {
		d.Match(s)
	}
}
