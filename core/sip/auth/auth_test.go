package auth

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/icholy/digest"
)

const uri = "sip:pbx.example.net"

func secrets(user string) (string, bool) {
	s, ok := map[string]string{"101": "geheim", "102": ""}[user]
	return s, ok
}

// client answers a challenge as another implementation does.
func client(t testing.TB, challenge, user, secret, uri string, count int) string {
	t.Helper()
	chal, err := digest.ParseChallenge(challenge)
	if err != nil {
		t.Fatalf("challenge %q: %v", challenge, err)
	}
	cred, err := digest.Digest(chal, digest.Options{Method: "REGISTER", URI: uri, Username: user, Password: secret, Count: count})
	if err != nil {
		t.Fatal(err)
	}
	return cred.String()
}

func register(values ...string) Request {
	return Request{Method: "REGISTER", URI: uri, Authorization: values}
}

func expect(t *testing.T, v Verdict, result Result, reason string) {
	t.Helper()
	if v.Result != result || v.Reason != reason {
		t.Errorf("got %v %q, want %v %q", v.Result, v.Reason, result, reason)
	}
}

func TestChallengesRFC8760Section2_3(t *testing.T) {
	d := New(`a "b" \c`)
	both := d.Challenges("Some Phone 1.0", true)
	if len(both) != 2 {
		t.Fatalf("%d challenges", len(both))
	}
	for i, algorithm := range []string{"SHA-256", "MD5"} {
		c, err := digest.ParseChallenge(both[i])
		if err != nil {
			t.Fatal(err)
		}
		if c.Algorithm != algorithm || c.Realm != `a "b" \c` || !c.Stale || !slices.Equal(c.QOP, []string{"auth"}) || c.Nonce == "" {
			t.Errorf("challenge %d is %q", i, both[i])
		}
	}
	if first := d.Challenges("", false)[0]; strings.Contains(first, "stale") {
		t.Errorf("stale without cause: %q", first)
	}
	for _, agent := range []string{"baresip v1.0.0 (x86_64/linux)", "SIPp"} {
		if only := d.Challenges(agent, false); len(only) != 1 || !strings.Contains(only[0], "algorithm=MD5,") {
			t.Errorf("%s is offered %q", agent, only)
		}
	}
}

func TestVerifyRFC3261Section22_4(t *testing.T) {
	d := New("pbx.example.net")
	other := New("pbx.example.net")
	sha, md5 := 0, 1
	answer := func(d *Digest, algorithm int, user, secret string) string {
		return client(t, d.Challenges("", false)[algorithm], user, secret, uri, 1)
	}
	good := answer(d, sha, "101", "geheim")
	edit := func(old, new string) string {
		out := strings.Replace(answer(d, sha, "101", "geheim"), old, new, 1)
		if !strings.Contains(good, old) {
			t.Fatalf("%q is not in %q", old, good)
		}
		return out
	}
	for _, c := range []struct {
		name   string
		values []string
		result Result
		reason string
	}{
		{"SHA-256", []string{good}, OK, ""},
		{"MD5", []string{answer(d, md5, "101", "geheim")}, OK, ""},
		{"MD5 by default (RFC 7616 §3.4)", []string{strings.Replace(answer(d, md5, "101", "geheim"), "algorithm=MD5, ", "", 1)}, OK, ""},
		{"none", nil, Missing, "no credentials for this realm"},
		{"another scheme", []string{"Basic MTAxOmdlaGVpbQ=="}, Missing, "no credentials for this realm"},
		{"another realm", []string{answer(New("elsewhere"), sha, "101", "geheim")}, Missing, "no credentials for this realm"},
		{"several realms", []string{answer(New("elsewhere"), sha, "101", "x"), answer(d, sha, "101", "geheim")}, OK, ""},
		{"wrong secret", []string{answer(d, sha, "101", "falsch")}, Refused, "wrong secret"},
		{"unknown user", []string{answer(d, sha, "999", "geheim")}, Refused, "unknown user"},
		{"empty secret", []string{answer(d, sha, "102", "")}, Refused, "unknown user"},
		{"the dummy secret", []string{answer(d, sha, "999", d.dummy)}, Refused, "unknown user"},
		{"nonce of another process", []string{answer(other, sha, "101", "geheim")}, Stale, "nonce is not of this process and realm"},
		{"nonce of another process, wrong secret", []string{answer(other, sha, "101", "falsch")}, Refused, "wrong secret"},
		{"no qop", []string{edit("qop=auth, ", "")}, Refused, `qop is not auth: ""`},
		{"qop in quotes", []string{edit("qop=auth", `qop="auth"`)}, OK, ""},
		{"count 0", []string{edit("nc=00000001", "nc=00000000")}, Refused, `nonce count is no hexadecimal number above 0: "00000000"`},
		{"count is no number", []string{edit("nc=00000001", "nc=one")}, Refused, `nonce count is no hexadecimal number above 0: "one"`},
		{"count changed", []string{edit("nc=00000001", "nc=00000002")}, Refused, "wrong secret"},
		{"unknown algorithm", []string{edit("SHA-256", "SHA-512-256")}, Refused, `algorithm was not offered: "SHA-512-256"`},
		{"uri for another user", []string{edit(uri, "sip:premium@pbx.example.net")}, Refused, `uri is for another request: "sip:premium@pbx.example.net"`},
		{"parameter twice", []string{good + `, username="102"`}, Refused, `malformed credentials: parameter "username" twice`},
		{"quote open", []string{`Digest username="101`}, Refused, "malformed credentials: username: quote not closed"},
		{"too long", []string{"Digest username=" + strings.Repeat("1", 5000)}, Refused, "malformed credentials: header of 5016 bytes"},
		{"userhash", []string{good + ", userhash=true"}, Refused, "no plain username"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := d.Verify(register(c.values...), secrets)
			expect(t, v, c.result, c.reason)
			if c.result == OK && v.User != "101" {
				t.Errorf("user %q", v.User)
			}
		})
	}
}

// RFC 7616 §3.4: method and uri are part of the response.
func TestVerifyOtherMethod(t *testing.T) {
	d := New("pbx")
	value := client(t, d.Challenges("", false)[0], "101", "geheim", uri, 1)
	expect(t, d.Verify(Request{Method: "INVITE", URI: uri, Authorization: []string{value}}, secrets), Refused, "wrong secret")
}

// RFC 3261 §22.4 and RFC 7616 §3.4.6: the uri may be written differently.
func TestSameTarget(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"sip:pbx", "sip:PBX:5060;transport=tcp", true},
		{"sips:101@pbx", "sip:101@pbx", true},
		{"sip:101:pw@pbx?x=y", "sip:101@pbx", true},
		{"sip:%2a43@pbx", "sip:*43@pbx", true},
		{"sip:a;b=c@pbx", "sip:a;b=c@pbx;lr", true},
		{"sip:[2001:db8::1]:5060", "sip:[2001:DB8::1]", true},
		{"sip:101@pbx", "sip:102@pbx", false},
		{"sip:Anna@pbx", "sip:anna@pbx", false},
		{"sip:101@pbx", "sip:101@other", false},
		{"sip:pbx", "sip:101@pbx", false},
		{"tel:+493012345", "tel:+493012345;phone-context=x", true},
		{"tel:+493012345", "sip:+493012345@pbx", false},
		{"", "", false},
		{"sip:", "sip:", false},
		{"http://pbx/", "http://pbx/", false},
	} {
		if got := sameTarget(c.a, c.b); got != c.same {
			t.Errorf("%q and %q: %v", c.a, c.b, got)
		}
		if got := sameTarget(c.b, c.a); got != c.same {
			t.Errorf("%q and %q: %v", c.b, c.a, got)
		}
	}
}

// RFC 7616 §3.3: a nonce that is too old is stale, but only for whoever knows
// the secret.
func TestNonceLifetime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := New("pbx")
		challenge := d.Challenges("", false)[0]
		time.Sleep(Lifetime)
		expect(t, d.Verify(register(client(t, challenge, "101", "geheim", uri, 1)), secrets), OK, "")
		time.Sleep(time.Nanosecond)
		expect(t, d.Verify(register(client(t, challenge, "101", "geheim", uri, 2)), secrets), Stale, "nonce is too old")
		expect(t, d.Verify(register(client(t, challenge, "101", "falsch", uri, 2)), secrets), Refused, "wrong secret")
	})
}

// RFC 7616 §5.12: a replay is refused; requests may overtake each other.
func TestReplay(t *testing.T) {
	d := New("pbx")
	challenge := d.Challenges("", false)[0]
	for _, c := range []struct {
		count  int
		result Result
	}{
		{1, OK}, {1, Stale}, {3, OK}, {2, OK}, {2, Stale}, {3, Stale}, {100, OK}, {37, OK}, {36, Stale}, {1, Stale},
		{99, OK}, {99, Stale}, {1000, OK}, {100, Stale}, {0x7fffffff, OK}, {1000, Stale},
	} {
		v := d.Verify(register(client(t, challenge, "101", "geheim", uri, c.count)), secrets)
		if v.Result != c.result {
			t.Errorf("count %d: %v %s, want %v", c.count, v.Result, v.Reason, c.result)
		}
	}
}

// A wrong response must not use up the count of the right one.
func TestWrongSecretDoesNotUseTheCount(t *testing.T) {
	d := New("pbx")
	challenge := d.Challenges("", false)[0]
	d.Verify(register(client(t, challenge, "101", "falsch", uri, 1)), secrets)
	expect(t, d.Verify(register(client(t, challenge, "101", "geheim", uri, 1)), secrets), OK, "")
}

// Of many that send the same credentials at once, one is let in.
func TestReplayAtOnce(t *testing.T) {
	d := New("pbx")
	value := client(t, d.Challenges("", false)[0], "101", "geheim", uri, 1)
	var in atomic.Int32
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if d.Verify(register(value), secrets).Result == OK {
				in.Add(1)
			}
		})
	}
	all.Wait()
	if in.Load() != 1 {
		t.Errorf("%d were let in", in.Load())
	}
}

// The table is bounded, and what it forgot is not let in again.
func TestReplayOfForgottenNonce(t *testing.T) {
	u := newUsed(4)
	var ids []nonceID
	for i := range 10 {
		id := nonceID{made: int64(i + 1), random: uint64(i)}
		ids = append(ids, id)
		if !u.take(id, 1) {
			t.Fatalf("nonce %d refused", i)
		}
	}
	if len(u.counts) != 4 || len(u.order) != 4 {
		t.Errorf("%d nonces and %d places", len(u.counts), len(u.order))
	}
	for i, id := range ids {
		if u.take(id, 1) {
			t.Errorf("nonce %d was taken twice", i)
		}
		if known := i >= 6; u.take(id, 2) != known {
			t.Errorf("nonce %d, second count: known %v", i, known)
		}
	}
	if !u.take(nonceID{made: 11, random: 1}, 1) {
		t.Error("a new nonce was refused")
	}
	if u.take(nonceID{made: 6, random: 99}, 1) {
		t.Error("a nonce as old as a forgotten one was taken")
	}
}

func TestNonceIsBoundToRealmAndBits(t *testing.T) {
	m := newMint("a")
	nonce := m.issue(time.Now())
	if _, ok := m.open(nonce); !ok {
		t.Fatal("own nonce not known")
	}
	for i := range nonce {
		for _, c := range "A_" {
			changed := nonce[:i] + string(c) + nonce[i+1:]
			if _, ok := m.open(changed); ok && changed != nonce {
				t.Errorf("changed at %d and still known", i)
			}
		}
	}
	m.realm = []byte("b")
	if _, ok := m.open(nonce); ok {
		t.Error("known in another realm")
	}
}

// What parses, written anew, parses to the same; and nothing that the fuzzer
// finds is let in.
func FuzzVerify(f *testing.F) {
	d := New("pbx")
	f.Add(client(f, d.Challenges("", false)[0], "101", "geheim", uri, 1))
	f.Add(`Digest username="a\"b", realm=pbx,nonce="",uri="sip:x", response="0", x=y`)
	f.Add("digest\tusername = \"a\" ,\r\n realm=\"b\"")
	f.Add(`Digest a=`)
	f.Fuzz(func(t *testing.T, value string) {
		if v := d.Verify(register(value), func(string) (string, bool) { return d.dummy + "x", true }); v.Result == OK || v.Result == Stale {
			t.Fatalf("%q was let in: %v", value, v)
		}
		if !isDigest(value) {
			return
		}
		c, err := parse(value)
		if err != nil {
			return
		}
		var b strings.Builder
		b.WriteString("Digest ")
		for i, p := range [][2]string{{"username", c.username}, {"realm", c.realm}, {"nonce", c.nonce}, {"uri", c.uri}, {"response", c.response},
			{"algorithm", c.algorithm}, {"cnonce", c.cnonce}, {"qop", c.qop}, {"nc", c.nc}, {"userhash", fmt.Sprint(c.userhash)}} {
			if strings.ContainsAny(p[1], "\r\n\x00") {
				return // quote leaves these out
			}
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(p[0] + "=")
			quote(&b, p[1])
		}
		if b.Len() > maxHeader {
			return
		}
		again, err := parse(b.String())
		if err != nil || *again != *c {
			t.Fatalf("%q became %q: %v", value, b.String(), err)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	for i, name := range []string{"SHA-256", "MD5"} {
		b.Run(name, func(b *testing.B) {
			d := New("pbx.example.net")
			challenge := d.Challenges("", false)[i]
			values := make([]string, 1<<12)
			for n := range values {
				values[n] = client(b, challenge, "101", "geheim", uri, n+1)
			}
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				// The table starts over with the counts.
				if n%len(values) == 0 {
					d.used = newUsed(maxUsed)
				}
				if v := d.Verify(register(values[n%len(values)]), secrets); v.Result != OK {
					b.Fatal(v)
				}
				n++
			}
		})
	}
}

func BenchmarkChallenges(b *testing.B) {
	d := New("pbx.example.net")
	b.ReportAllocs()
	for b.Loop() {
		d.Challenges("", false)
	}
}
