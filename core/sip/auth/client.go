package auth

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/icholy/digest"
)

// Client is the other side: it proves who we are to those who challenge us
// (RFC 3261 §22, RFC 7616, RFC 8760). It remembers the last nonce of each realm,
// so that most requests carry their proof at once. It is safe for concurrent
// use.
type Client struct {
	user, secret string

	mu    sync.Mutex
	known []*known // the challenge used last at the end
}

// realm is what a challenge is about: a proxy and the server behind it may
// both want proof.
type realm struct {
	proxy bool // 407 and Proxy-…; else 401
	name  string
}

// known is a challenge that we can answer, and how often we did.
type known struct {
	realm
	challenge *digest.Challenge
	count     int
}

// maxKnown bounds the realms that are remembered.
const maxKnown = 4

// NewClient returns the client of a user.
func NewClient(user, secret string) *Client { return &Client{user: user, secret: secret} }

// User is who it proves us to be.
func (c *Client) User() string { return c.user }

// ErrRefused says that the far side knew our proof and did not take it: the
// user or the secret is wrong.
var ErrRefused = errors.New("it refused the username or the secret")

// Proof is a header that proves who we are.
type Proof struct{ Header, Value string }

// Attempt is one request on its way through challenges: nonces that we
// remember may be stale, those that it got itself may not. One goroutine at a time uses it.
type Attempt struct {
	client *Client
	fresh  map[realm]int // how often it got a challenge of each
}

// User is who the attempt proves us to be.
func (a *Attempt) User() string { return a.client.user }

// Begin begins a request.
func (c *Client) Begin() *Attempt { return &Attempt{client: c, fresh: make(map[realm]int)} }

// Proofs are the headers to send a request with: none before the first
// challenge. Each call uses up a nonce count, so a request that is sent as it was needs
// no new ones.
func (a *Attempt) Proofs(method, uri string, body []byte) []Proof {
	c := a.client
	c.mu.Lock()
	defer c.mu.Unlock()
	var proofs []Proof
	for _, k := range c.known {
		k.count++
		cred, err := digest.Digest(k.challenge, digest.Options{
			Method: method, URI: uri, Username: c.user, Password: c.secret, Count: k.count,
			GetBody: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil },
		})
		if err != nil {
			continue // challenged has looked
		}
		name := "Authorization"
		if k.proxy {
			name = "Proxy-Authorization"
		}
		proofs = append(proofs, Proof{name, cred.String()})
	}
	return proofs
}

// Challenged takes the challenges of a 401 or 407, the values of its
// WWW-Authenticate and Proxy-Authenticate headers. nil: send the request again,
// with new proofs. [ErrRefused]: that would be in vain. Other errors say
// what cannot be answered.
func (a *Attempt) Challenged(server, proxy []string) error {
	a.client.mu.Lock()
	defer a.client.mu.Unlock()
	var unfit error = errors.New("it asks for credentials, but sends no challenge")
	taken := make(map[realm]bool)
	for i, v := range slices.Concat(server, proxy) {
		chal, err := readChallenge(v)
		if err != nil {
			unfit = err
			continue
		}
		at := realm{i >= len(server), chal.Realm}
		if taken[at] {
			continue // the far side prefers the first that we know (RFC 8760 §2.4)
		}
		// A nonce that came with this request has proved the secret wrong,
		// unless it is said to be too old already: that is believed once.
		if n := a.fresh[at]; len(a.fresh) > maxKnown || n > 1 || n == 1 && !chal.Stale {
			a.client.forget(at) // so that the next request does not begin with a wrong proof
			return ErrRefused
		}
		a.fresh[at]++
		taken[at] = true
		a.client.learn(at, chal)
	}
	if len(taken) == 0 {
		return unfit
	}
	return nil
}

func (c *Client) forget(at realm) {
	c.known = slices.DeleteFunc(c.known, func(k *known) bool { return k.realm == at })
}

// learn keeps a challenge in place of the last of its realm.
func (c *Client) learn(at realm, chal *digest.Challenge) {
	c.forget(at)
	if len(c.known) >= maxKnown {
		c.known = slices.Delete(c.known, 0, 1)
	}
	c.known = append(c.known, &known{realm: at, challenge: chal})
}

// readChallenge reads a challenge that we can answer.
func readChallenge(v string) (*digest.Challenge, error) {
	chal, err := digest.ParseChallenge(v)
	if err != nil {
		return nil, fmt.Errorf("it sends a challenge that cannot be read: %w", err)
	}
	var qop []string
	for _, q := range chal.QOP {
		if q = strings.ToLower(strings.TrimSpace(q)); q != "" {
			qop = append(qop, q)
		}
	}
	if chal.QOP = qop; slices.Contains(qop, "auth") {
		chal.QOP = []string{"auth"}
	}
	if chal.Nonce == "" || !digest.CanDigest(chal) {
		return nil, fmt.Errorf("it asks for a digest that is not known here: algorithm %q, qop %q", chal.Algorithm, strings.Join(qop, ","))
	}
	return chal, nil
}
