package auth

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/url"
	"strconv"
	"strings"
)

// credentials are the parameters of an Authorization header (RFC 7616 §3.4),
// unquoted.
type credentials struct {
	username, realm, nonce, uri, response string
	algorithm, cnonce, qop, nc            string
	userhash                              bool
}

// The longest header value that is looked at. The longest honest one is well
// under 1 KB.
const maxHeader = 4096

// scheme cuts a header value into its scheme and the parameters.
func scheme(value string) (name, params string) {
	value = trimSpace(value)
	if end := strings.IndexAny(value, " \t\r\n"); end >= 0 {
		return value[:end], value[end:]
	}
	return value, ""
}

// isDigest says whether a header value is of the digest scheme.
func isDigest(value string) bool {
	name, _ := scheme(value)
	return strings.EqualFold(name, "Digest")
}

// parse reads "Digest name=value, …" where a value is a token or a
// quoted-string, with white space (also folded lines) anywhere between them.
// A parameter that comes twice is an error: which of the two was meant
// must not be a guess here. Unknown parameters are passed over.
func parse(value string) (*credentials, error) {
	if len(value) > maxHeader {
		return nil, fmt.Errorf("header of %d bytes", len(value))
	}
	_, rest := scheme(value)
	c := &credentials{}
	seen := make([]string, 0, 12)
	for {
		rest = strings.TrimLeft(rest, " \t\r\n,")
		if rest == "" {
			return c, nil
		}
		name, val, tail, err := param(rest)
		if err != nil {
			return nil, err
		}
		for _, s := range seen {
			if strings.EqualFold(s, name) {
				return nil, fmt.Errorf("parameter %q twice", name)
			}
		}
		seen = append(seen, name)
		rest = tail
		c.set(name, val)
	}
}

// set keeps a parameter by its name, in any case.
func (c *credentials) set(name, value string) {
	switch strings.ToLower(name) {
	case "username":
		c.username = value
	case "realm":
		c.realm = value
	case "nonce":
		c.nonce = value
	case "uri":
		c.uri = value
	case "response":
		c.response = value
	case "algorithm":
		c.algorithm = value
	case "cnonce":
		c.cnonce = value
	case "qop":
		c.qop = value
	case "nc":
		c.nc = value
	case "userhash":
		c.userhash = strings.EqualFold(value, "true")
	}
}

// param reads one parameter and what follows it.
func param(s string) (name, value, rest string, err error) {
	name, rest, ok := strings.Cut(s, "=")
	name = trimSpace(name)
	if !ok || !isToken(name) {
		return "", "", "", errors.New("a parameter without a name or a value")
	}
	rest = strings.TrimLeft(rest, " \t\r\n")
	if strings.HasPrefix(rest, `"`) {
		value, rest, err = unquote(rest)
		if err != nil {
			return "", "", "", fmt.Errorf("%s: %w", name, err)
		}
	} else {
		end := strings.IndexByte(rest, ',')
		if end < 0 {
			end = len(rest)
		}
		value, rest = trimSpace(rest[:end]), rest[end:]
		if strings.ContainsAny(value, "\" \t\r\n") {
			return "", "", "", fmt.Errorf("%s: a value with a space or quote in it", name)
		}
	}
	rest = strings.TrimLeft(rest, " \t\r\n")
	if rest != "" && rest[0] != ',' {
		return "", "", "", fmt.Errorf("%s: no comma after it", name)
	}
	return name, value, rest, nil
}

// unquote reads a quoted-string at the start of s.
func unquote(s string) (value, rest string, err error) {
	if end := strings.IndexAny(s[1:], `"\`); end >= 0 && s[1+end] == '"' {
		return s[1 : 1+end], s[2+end:], nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], nil
		case '\\':
			i++
			if i == len(s) {
				return "", "", errors.New("quote not closed")
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", errors.New("quote not closed")
}

func trimSpace(s string) string { return strings.Trim(s, " \t\r\n") }

// isToken says whether s is a token (RFC 3261 §25.1).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte("-.!%*_+`'~", c) >= 0:
		default:
			return false
		}
	}
	return s != ""
}

// algorithm is one of those offered.
type algorithm struct {
	name string
	new  func() hash.Hash
}

// Offered in this order (RFC 8760 §2.3: the strongest first).
var algorithms = [...]algorithm{{"SHA-256", sha256.New}, {"MD5", md5.New}}

// usable returns the algorithm and the nonce count of the credentials, or the
// reason why they cannot be checked against this request.
func (c *credentials) usable(r Request) (a algorithm, count uint32, reason string) {
	name := c.algorithm
	if name == "" {
		name = "MD5" // RFC 7616 §3.4
	}
	for _, offered := range algorithms {
		if strings.EqualFold(offered.name, name) {
			a = offered
		}
	}
	n, err := strconv.ParseUint(c.nc, 16, 32)
	switch {
	case a.new == nil:
		reason = "algorithm was not offered: " + strconv.Quote(name)
	case !strings.EqualFold(c.qop, "auth"):
		reason = "qop is not auth: " + strconv.Quote(c.qop)
	case c.username == "" || c.userhash:
		reason = "no plain username"
	case c.cnonce == "" || c.response == "" || c.nonce == "":
		reason = "no cnonce, response or nonce"
	case err != nil || n == 0:
		reason = "nonce count is no hexadecimal number above 0: " + strconv.Quote(c.nc)
	case !sameTarget(c.uri, r.URI):
		reason = "uri is for another request: " + strconv.Quote(c.uri)
	}
	return a, uint32(n), reason
}

// response computes what the client must have sent (RFC 7616 §3.4.1), in
// lower-case hexadecimal.
func (a algorithm) response(c *credentials, secret, realm, method string) string {
	h := a.new()
	var ha1, ha2, sum [2 * sha256.Size]byte
	return string(join(h, &sum,
		string(join(h, &ha1, c.username, realm, secret)),
		c.nonce, c.nc, c.cnonce, c.qop,
		string(join(h, &ha2, method, c.uri))))
}

// join writes the hexadecimal hash of the parts, joined by colons, into buf.
func join(h hash.Hash, buf *[2 * sha256.Size]byte, parts ...string) []byte {
	var raw [256]byte
	text := raw[:0]
	for i, p := range parts {
		if i > 0 {
			text = append(text, ':')
		}
		text = append(text, p...)
	}
	h.Reset()
	h.Write(text)
	var sum [sha256.Size]byte
	return hex.AppendEncode(buf[:0], h.Sum(sum[:0]))
}

// sameTarget says whether two SIP URIs have the same user and host.
func sameTarget(a, b string) bool {
	userA, hostA, okA := target(a)
	userB, hostB, okB := target(b)
	return okA && okB && userA == userB && strings.EqualFold(hostA, hostB)
}

// target cuts user and host out of a sip, sips or tel URI. A password
// is dropped, escapes in the user are resolved. For tel the number is the user.
func target(uri string) (user, host string, ok bool) {
	scheme, rest, ok := strings.Cut(trimSpace(uri), ":")
	if !ok {
		return "", "", false
	}
	switch strings.ToLower(scheme) {
	case "tel":
		number, _, _ := strings.Cut(rest, ";")
		return number, "", number != ""
	case "sip", "sips":
	default:
		return "", "", false
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, rest = rest[:at], rest[at+1:]
		user, _, _ = strings.Cut(user, ":")
		if plain, err := url.PathUnescape(user); err == nil {
			user = plain
		}
	}
	if end := strings.IndexAny(rest, ";?"); end >= 0 {
		rest = rest[:end]
	}
	host = rest
	if strings.HasPrefix(rest, "[") {
		host, _, _ = strings.Cut(rest[1:], "]")
	} else {
		host, _, _ = strings.Cut(rest, ":")
	}
	return user, host, host != ""
}
