package calltest

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/icholy/digest"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/trunk"
)

// Account is one customer of a provider: who registers with it, and is asked
// for a proof. Its fields are the test's until the provider serves it.
type Account struct {
	User, Secret string
	// Algorithm of its challenges; "": MD5. Stale says that a nonce is good for one request.
	Algorithm string
	OneNonce  bool
	// Challenged are the methods that want a proof besides REGISTER, by 407.
	Challenged []string
	// Expires is granted, if not 0, whatever is asked for.
	Expires int
	// Says answers a REGISTER instead, if it is set: nil says nothing.
	Says func(*raw.Message) *raw.Message

	p *Phone

	mu      sync.Mutex
	nonces  int
	counts  map[string]int // the last count of each nonce
	contact string
	lives   int // seconds of the last registration
	asked   []*raw.Message
}

// Serve makes a provider of the phone: it registers the account, and
// challenges.
func (p *Phone) Serve(a *Account) *Account {
	a.p, a.counts = p, make(map[string]int)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.account = a
	return a
}

// Contact is the URI that is registered, "" if none is.
func (a *Account) Contact() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.lives == 0 {
		return ""
	}
	return a.contact
}

// Asked returns the REGISTERs since the last time.
func (a *Account) Asked() []*raw.Message {
	a.mu.Lock()
	defer a.mu.Unlock()
	asked := a.asked
	a.asked = nil
	return asked
}

// Ring calls the registered Contact for a number of the account: the number
// stands in To. headers are further ones, names and values.
func (a *Account) Ring(number string, headers ...string) *Call {
	a.p.t.Helper()
	contact := a.Contact()
	if contact == "" {
		a.p.t.Fatalf("nobody has registered %s", a.User)
	}
	return a.p.DialWith(number, func(m *raw.Message) {
		m.Start = "INVITE " + contact + " SIP/2.0"
		for i := 0; i+1 < len(headers); i += 2 {
			m.Add(headers[i], headers[i+1])
		}
	})
}

// take answers a request, false if that is the phone's.
func (a *Account) take(m *raw.Message) bool {
	method := m.Method()
	if method != "REGISTER" {
		if !slices.Contains(a.Challenged, method) || a.proved(m, "Proxy-Authorization") {
			return false
		}
		r := m.Reply(407, "Proxy Authentication Required", "challenge")
		r.Add("Proxy-Authenticate", a.challenge(m, "Proxy-Authorization"))
		a.p.write(r)
		return true
	}
	a.mu.Lock()
	a.asked = append(a.asked, m)
	a.mu.Unlock()
	switch {
	case a.Says != nil:
		if r := a.Says(m); r != nil {
			a.p.write(r)
		}
	case !a.proved(m, "Authorization"):
		r := m.Reply(401, "Unauthorized", "registrar")
		r.Add("WWW-Authenticate", a.challenge(m, "Authorization"))
		a.p.write(r)
	default:
		a.p.write(a.bind(m))
	}
	return true
}

// bind keeps the Contact of a REGISTER.
func (a *Account) bind(m *raw.Message) *raw.Message {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lives, _ = strconv.Atoi(m.Get("Expires"))
	if a.lives > 0 && a.Expires > 0 {
		a.lives = a.Expires
	}
	a.contact = raw.URI(m.Get("Contact"))
	r := m.Reply(200, "OK", "registrar")
	if a.lives > 0 {
		r.Add("Contact", fmt.Sprintf("<%s>;expires=%d", a.contact, a.lives))
	}
	return r
}

// challenge makes a challenge with a new nonce.
func (a *Account) challenge(m *raw.Message, header string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.nonces++
	algorithm := a.Algorithm
	if algorithm == "" {
		algorithm = "MD5"
	}
	stale := ""
	if cred, err := digest.ParseCredentials(m.Get(header)); err == nil && a.OneNonce && a.counts[cred.Nonce] > 0 {
		stale = ", stale=TRUE"
	}
	return fmt.Sprintf(`Digest realm="provider", nonce="n%d", algorithm=%s, qop="auth,auth-int"%s`, a.nonces, algorithm, stale)
}

// proved says whether a request comes from the account. A nonce count that comes again
// is an error of the PBX.
func (a *Account) proved(m *raw.Message, header string) bool {
	cred, err := digest.ParseCredentials(m.Get(header))
	if err != nil {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if last := a.counts[cred.Nonce]; a.OneNonce && last > 0 {
		return false
	} else if cred.Nc <= last {
		a.p.t.Errorf("provider: %s with nonce count %d after %d", m.Start, cred.Nc, last)
	}
	target := strings.Fields(m.Start)[1]
	want, err := digest.Digest(&digest.Challenge{Realm: "provider", Nonce: cred.Nonce, Algorithm: cred.Algorithm, QOP: []string{"auth"}},
		digest.Options{Method: m.Method(), URI: target, Username: a.User, Password: a.Secret, Cnonce: cred.Cnonce, Count: cred.Nc})
	if err != nil || want.Response != cred.Response || cred.URI != target || cred.Username != a.User {
		return false
	}
	a.counts[cred.Nonce] = cred.Nc
	return true
}

// Rubbish sends bytes that are no answer.
func (p *Phone) Rubbish(text string) {
	_, _ = p.conn.WriteTo([]byte(text), net.UDPAddrFromAddrPort(p.pbx))
}

// Names are what the name servers of a world know. A name that is not there does not
// exist.
type Names struct {
	mu    sync.Mutex
	hosts map[string][]netip.Addr
	srv   map[string][]*net.SRV
}

// Host makes addresses known.
func (n *Names) Host(name string, addrs ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, a := range addrs {
		n.hosts[name] = append(n.hosts[name], netip.MustParseAddr(a))
	}
}

// SRV makes records known: "host:port", each of lower priority than the last.
func (n *Names) SRV(name string, servers ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i, s := range servers {
		host, port, _ := strings.Cut(s, ":")
		number, _ := strconv.Atoi(port)
		n.srv[name] = append(n.srv[name], &net.SRV{Target: host + ".", Port: uint16(number), Priority: uint16(i)})
	}
}

// LookupNetIP implements trunk.Resolver.
func (n *Names) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if addrs, ok := n.hosts[host]; ok {
		return slices.Clone(addrs), nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// LookupSRV implements trunk.Resolver.
func (n *Names) LookupSRV(_ context.Context, _, _, name string) (string, []*net.SRV, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return name, n.srv[name], nil
}

// LookupNAPTR implements trunk.Resolver.
func (n *Names) LookupNAPTR(context.Context, string) ([]trunk.NAPTR, error) { return nil, nil }
