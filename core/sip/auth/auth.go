// Package auth checks who sends a SIP request: the server's side of digest
// authentication (RFC 3261 §22, RFC 7616, RFC 8760).
//
// A request without credentials is answered 401 with the header values of
// [Digest.Challenges]; the client repeats it with an Authorization header, and
// [Digest.Verify] says whether that header proves the secret:
//
//	verdict := digest.Verify(auth.Request{Method: "REGISTER", URI: "sip:pbx", Authorization: values}, secrets)
//	switch verdict.Result {
//	case auth.OK:                 // verdict.User is who it is
//	case auth.Missing, auth.Refused: // 401 with digest.Challenges(userAgent, false)
//	case auth.Stale:              // 401 with digest.Challenges(userAgent, true)
//	}
//
// # Algorithms
//
// SHA-256 and MD5 are offered, in this order and with one nonce; the client
// takes the first that it knows. Clients that give up at an algorithm which they
// do not know, instead of passing over it (RFC 8760 §2.4), are offered
// MD5 alone; they are known by their User-Agent, see onlyMD5. Only qop=auth is offered and accepted: without
// a nonce count a replay cannot be seen.
//
// # Nonces
//
// A nonce carries the time it was made and random bytes, under a MAC over them
// and the realm, so a challenge costs no memory: a flood of requests without
// credentials fills nothing. A nonce is remembered only once a right response
// has come with it: a window of the last 64 nonce counts lets requests overtake
// each other on UDP, and none is taken twice. The table is bounded. What
// it had to forget is covered by a horizon: a nonce that is not in the
// table and not younger than the youngest forgotten one is stale.
//
// Stale means that the response was right but the nonce is too old, used up,
// or of an earlier run of this process. The client then repeats the request
// with the new nonce and asks nobody for the secret (RFC 7616 §3.3).
//
// # What an attacker can learn
//
// An unknown user is checked against a secret made at start: same work,
// same result, same challenge as for a wrong secret.
package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"strings"
	"time"
)

// Lifetime is how long a nonce is good for: longer than a phone takes for a
// REGISTER and the calls that follow it, short enough that the table of used
// nonces stays small.
const Lifetime = 5 * time.Minute

// Result is what came of checking a request.
type Result int

const (
	// Missing: no digest credentials for this realm. Challenge.
	Missing Result = iota
	// Refused: wrong secret, unknown user, or credentials that are
	// malformed or for another request. Challenge again, as for Missing.
	Refused
	// Stale: the secret is right, but the nonce or its count is used up.
	// Challenge with stale=true.
	Stale
	// OK: the request comes from Verdict.User.
	OK
)

// String returns "missing", "refused", "stale" or "ok".
func (r Result) String() string {
	switch r {
	case Missing:
		return "missing"
	case Refused:
		return "refused"
	case Stale:
		return "stale"
	case OK:
		return "ok"
	}
	return "unknown"
}

// Request is what of a SIP request is checked.
type Request struct {
	Method string
	// URI is the Request-URI as received.
	URI string
	// Authorization holds the values of all Authorization headers; those of
	// other schemes and realms are passed over.
	Authorization []string
}

// Verdict is the answer of [Digest.Verify].
type Verdict struct {
	Result Result
	// User is the username of the credentials, "" if they have none. Only
	// with OK is it proved.
	User string
	// Reason says for the log why it is not OK. It holds no secret and must
	// not be sent to the client.
	Reason string
}

// Digest challenges and verifies for one realm. It is safe for concurrent use
// and has no goroutine.
type Digest struct {
	realm string
	mint  mint
	used  used
	// dummy is the secret of users that do not exist.
	dummy string
}

// New returns the digest of a realm. A realm is quoted as it is in challenges;
// a quote or backslash in it is escaped. The keys are new in each process, so
// nonces of an earlier run are stale.
func New(realm string) *Digest {
	return &Digest{
		realm: realm,
		mint:  newMint(realm),
		used:  newUsed(maxUsed),
		dummy: rand.Text(),
	}
}

// Challenges returns the values of the WWW-Authenticate headers of a 401, in
// the order in which they are to be sent (RFC 8760 §2.3). userAgent is the
// User-Agent of the request, "" without one.
func (d *Digest) Challenges(userAgent string, stale bool) []string {
	nonce := d.mint.issue(time.Now())
	values := make([]string, 0, len(algorithms))
	for _, a := range algorithms {
		if a.name != "MD5" && givesUp(userAgent) {
			continue
		}
		var b strings.Builder
		b.Grow(128 + len(d.realm))
		b.WriteString(`Digest realm=`)
		quote(&b, d.realm)
		b.WriteString(`, nonce="`)
		b.WriteString(nonce)
		b.WriteString(`", algorithm=`)
		b.WriteString(a.name)
		b.WriteString(`, qop="auth"`)
		if stale {
			b.WriteString(`, stale=true`)
		}
		values = append(values, b.String())
	}
	return values
}

// Verify checks the first digest credentials for this realm. The function
// secret returns a user's secret; it is called once, and only for well-formed
// credentials. A user whose secret is empty cannot sign in.
//
// The uri of the credentials has to name the same user and host as the
// Request-URI; scheme, port, parameters and headers may differ, as phones and
// proxies in between write them differently (RFC 3261 §22.4 leaves the
// rest to the server).
func (d *Digest) Verify(r Request, secret func(user string) (string, bool)) Verdict {
	c, err := d.find(r.Authorization)
	switch {
	case err != nil:
		return Verdict{Refused, "", "malformed credentials: " + err.Error()}
	case c == nil:
		return Verdict{Missing, "", "no credentials for this realm"}
	}
	v := Verdict{Refused, c.username, ""}
	a, count, reason := c.usable(r)
	if reason != "" {
		v.Reason = reason
		return v
	}

	s, known := secret(c.username)
	if !known || s == "" {
		s, known = d.dummy, false
	}
	want := a.response(c, s, d.realm, r.Method)
	right := subtle.ConstantTimeCompare([]byte(want), []byte(strings.ToLower(c.response))) == 1
	switch {
	case !known:
		v.Reason = "unknown user"
		return v
	case !right:
		v.Reason = "wrong secret"
		return v
	}

	id, ok := d.mint.open(c.nonce)
	v.Result = Stale
	switch {
	case !ok:
		v.Reason = "nonce is not of this process and realm"
	case id.age(time.Now()) > Lifetime:
		v.Reason = "nonce is too old"
	case !d.used.take(id, count):
		v.Reason = "nonce count was used before"
	default:
		return Verdict{OK, c.username, ""}
	}
	return v
}

// find returns the first credentials for this realm, nil if there are none.
func (d *Digest) find(values []string) (*credentials, error) {
	for _, value := range values {
		if !isDigest(value) {
			continue
		}
		c, err := parse(value)
		if err != nil {
			return nil, err
		}
		if c.realm == d.realm {
			return c, nil
		}
	}
	return nil, nil
}

// onlyMD5 are the beginnings of the User-Agent of clients that were seen to
// give up a request when any challenge, in any place, is not MD5.
// baresip 1.0.0: "Function not implemented". SIPp 3.6.1: "authentication must
// use MD5" (its scenarios have to send a User-Agent for this). Twinkle:
// "Authentication algorithm SHA-256 not supported". The secret is as strong as it
// was: a client that is offered both may choose MD5 as well.
var onlyMD5 = [...]string{"baresip v0.", "baresip v1.", "baresip v2.", "baresip v3.", "sipp", "twinkle"}

// givesUp says whether a client is one of onlyMD5.
func givesUp(userAgent string) bool {
	for _, prefix := range onlyMD5 {
		if len(userAgent) >= len(prefix) && strings.EqualFold(userAgent[:len(prefix)], prefix) {
			return true
		}
	}
	return false
}

// quote writes a quoted-string (RFC 3261 §25.1).
func quote(b *strings.Builder, s string) {
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\r' || c == '\n' || c == 0:
			// Cannot stand in a header at all.
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
}
