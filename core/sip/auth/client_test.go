package auth

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/icholy/digest"
)

// The server's side of this package, as a provider.
func TestClientAndServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := New("sip.example.net")
		c := NewClient("1234567", "a secret")
		rounds := 0
		ask := func(method string) error {
			rounds = 0
			for a := c.Begin(); ; {
				rounds++
				var values []string
				for _, p := range a.Proofs(method, "sip:sip.example.net", nil) {
					if p.Header != "Authorization" {
						t.Errorf("proof in %s", p.Header)
					}
					values = append(values, p.Value)
				}
				v := server.Verify(Request{Method: method, URI: "sip:sip.example.net", Authorization: values}, func(user string) (string, bool) { return "a secret", user == "1234567" })
				if v.Result == OK {
					return nil
				}
				if err := a.Challenged(server.Challenges("", v.Result == Stale), nil); err != nil {
					return err
				}
			}
		}
		steps := []struct {
			what   string
			before func()
			rounds int
			err    error
		}{
			{"the first", nil, 2, nil},
			{"with the nonce that is known", nil, 1, nil},
			{"with a nonce that is stale", func() { time.Sleep(2 * Lifetime) }, 2, nil},
			{"of a server that started anew", func() { server = New("sip.example.net") }, 2, nil},
			{"with a wrong secret", func() { c = NewClient("1234567", "wrong") }, 2, ErrRefused},
			{"with it again", nil, 2, ErrRefused}, // and one wrong proof, not two
			{"with a wrong secret after a right one", func() { c = NewClient("1234567", "a secret"); _ = ask("REGISTER"); c.secret = "wrong" }, 2, ErrRefused},
		}
		for _, s := range steps {
			if s.before != nil {
				s.before()
			}
			if err := ask("REGISTER"); !errors.Is(err, s.err) || rounds != s.rounds {
				t.Errorf("%s: %v after %d rounds, want %v after %d", s.what, err, rounds, s.err, s.rounds)
			}
		}
	})
}

// The challenges of RFC 7616, section 3.9.1, and one of RFC 2069: qop, opaque, and a
// nonce count that goes up.
func TestClientProofs(t *testing.T) {
	for _, c := range []struct{ challenge, qop string }{
		{`Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`, "auth"},
		{`Digest realm="http-auth@example.org", qop="auth-int , auth", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`, "auth"},
		{`Digest realm="old", nonce="n"`, ""},
	} {
		client := NewClient("Mufasa", "Circle of Life")
		a := client.Begin()
		if err := a.Challenged([]string{c.challenge}, nil); err != nil {
			t.Fatalf("%s: %v", c.challenge, err)
		}
		for count := 1; count < 4; count++ {
			proofs := a.Proofs("GET", "/dir/index.html", nil)
			got, err := digest.ParseCredentials(proofs[0].Value)
			if err != nil {
				t.Fatal(err)
			}
			chal, _ := digest.ParseChallenge(c.challenge)
			if chal.QOP = nil; c.qop != "" {
				chal.QOP = []string{c.qop}
				if got.Nc != count {
					t.Errorf("nonce count %d, want %d", got.Nc, count)
				}
			}
			want, err := digest.Digest(chal, digest.Options{Method: "GET", URI: "/dir/index.html", Username: "Mufasa", Password: "Circle of Life", Cnonce: got.Cnonce, Count: got.Nc})
			if err != nil || got.Response != want.Response || got.QOP != c.qop || got.Opaque != chal.Opaque || got.Algorithm != chal.Algorithm {
				t.Errorf("%+v, want %+v (%v)", got, want, err)
			}
		}
	}
}

func TestClientPicksChallenges(t *testing.T) {
	md5, sha := `Digest realm="a", nonce="1", algorithm=MD5, qop="auth"`, `Digest realm="a", nonce="2", algorithm=SHA-256, qop="auth"`
	odd := `Digest realm="a", nonce="3", algorithm=SHA3-512, qop="auth"`
	for _, c := range []struct {
		server, proxy []string
		want          string // of the proofs: header algorithm realm
		err           string
	}{
		{[]string{sha, md5}, nil, "Authorization SHA-256 a", ""}, // the first that we know
		{[]string{odd, md5, sha}, nil, "Authorization MD5 a", ""},
		{nil, []string{md5}, "Proxy-Authorization MD5 a", ""},
		{[]string{md5}, []string{`Digest realm="b", nonce="9", algorithm=MD5, qop="auth"`}, "Authorization MD5 a, Proxy-Authorization MD5 b", ""},
		{[]string{odd}, nil, "", `it asks for a digest that is not known here: algorithm "SHA3-512", qop "auth"`},
		{[]string{`Digest realm="a", nonce="1", qop="token"`}, nil, "", `it asks for a digest that is not known here: algorithm "", qop "token"`},
		{[]string{`Digest realm="a"`}, nil, "", "not known here"},
		{[]string{`Basic realm="a"`}, nil, "", "a challenge that cannot be read"},
		{[]string{`Digest realm="`}, nil, "", "a challenge that cannot be read"},
		{nil, nil, "", "it asks for credentials, but sends no challenge"},
	} {
		a := NewClient("u", "s").Begin()
		err := a.Challenged(c.server, c.proxy)
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%v %v: %v, want %s", c.server, c.proxy, err, c.err)
			}
			continue
		}
		var got []string
		for _, p := range a.Proofs("INVITE", "sip:x", []byte("v=0")) {
			cred, _ := digest.ParseCredentials(p.Value)
			got = append(got, fmt.Sprintf("%s %s %s", p.Header, cred.Algorithm, cred.Realm))
		}
		if s := strings.Join(got, ", "); err != nil || s != c.want {
			t.Errorf("%v %v: %q, %v; want %q", c.server, c.proxy, s, err, c.want)
		}
	}
}

// A far side that never has enough is not answered for ever.
func TestClientGivesUp(t *testing.T) {
	for what, next := range map[string]func(i int) string{
		"stale each time":       func(i int) string { return fmt.Sprintf(`Digest realm="a", nonce="%d", stale=true`, i) },
		"another nonce":         func(i int) string { return fmt.Sprintf(`Digest realm="a", nonce="%d"`, i) },
		"another realm":         func(i int) string { return fmt.Sprintf(`Digest realm="%d", nonce="1"`, i) },
		"another one, and both": func(i int) string { return fmt.Sprintf(`Digest realm="%d", nonce="1", stale=true`, i/2) },
	} {
		client := NewClient("u", "s")
		a := client.Begin()
		rounds := 0
		for ; rounds < 100; rounds++ {
			if a.Challenged([]string{next(rounds)}, nil) != nil {
				break
			}
		}
		if rounds > 12 {
			t.Errorf("%s: %d rounds", what, rounds)
		}
		if n := len(client.Begin().Proofs("REGISTER", "sip:x", nil)); n > maxKnown {
			t.Errorf("%s: %d proofs", what, n)
		}
	}
}
