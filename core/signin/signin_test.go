package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/plugboard/plugboard/core/subnet"
)

// memory is a [Store] that forgets.
type memory struct {
	mu       sync.Mutex
	accounts map[string]Account
	sessions map[string][]byte
}

func newMemory() *memory {
	return &memory{accounts: map[string]Account{}, sessions: map[string][]byte{}}
}

func (m *memory) Accounts(context.Context) (map[string]Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := map[string]Account{}
	for who, a := range m.accounts {
		out[who] = a
	}
	return out, nil
}

func (m *memory) PutAccount(_ context.Context, who string, a Account) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.accounts[who] = a
	return nil
}

func (m *memory) Session(_ context.Context, key string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	b, ok := m.sessions[key]
	return b, ok, nil
}

func (m *memory) PutSession(_ context.Context, key string, data []byte, _ time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sessions[key] = data
	return nil
}

func (m *memory) DropSession(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, key)
	return nil
}

var (
	home = netip.MustParseAddr("192.0.2.7")
	away = netip.MustParseAddr("198.51.100.9")
)

const anna = "correct horse"

func desk(t *testing.T, m *memory) *Desk {
	t.Helper()
	cheap := &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	d, err := newDesk(t.Context(), m, func(number string) bool { return number == "101" || number == "102" }, cheap)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// signUp gives somebody a password.
func signUp(t *testing.T, d *Desk, who, password string) Session {
	t.Helper()
	code, _, err := d.Invite(t.Context(), who)
	if err != nil {
		t.Fatal(err)
	}
	s, err := d.Redeem(t.Context(), code, password, home)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestInvitation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		d := desk(t, m)
		if _, err := d.SignIn(t.Context(), "101", "", home); !errors.Is(err, ErrWrong) {
			t.Errorf("without a password: %v", err)
		}
		if _, _, err := d.Invite(t.Context(), "999"); !errors.Is(err, ErrUnknown) {
			t.Errorf("an invitation for nobody: %v", err)
		}
		first, _, _ := d.Invite(t.Context(), "101")
		code, until, err := d.Invite(t.Context(), "101")
		if err != nil || !until.Equal(time.Now().Add(InvitationTime)) {
			t.Fatal(until, err)
		}
		for _, x := range []string{"", "abc", first} {
			if _, err := d.Redeem(t.Context(), x, anna, home); !errors.Is(err, ErrInvitation) {
				t.Errorf("the code %q: %v", x, err)
			}
		}
		if _, err := d.Redeem(t.Context(), code, "short", home); err == nil || !strings.Contains(err.Error(), "10 characters") {
			t.Errorf("a short password: %v", err)
		}
		d = desk(t, m) // after a restart
		if who, err := d.Invited(strings.ToUpper(code)+" ", home); who != "101" || err != nil {
			t.Errorf("invited is %q, %v", who, err)
		}
		s, err := d.Redeem(t.Context(), code, anna, home)
		if err != nil || s.Who != "101" || !d.Valid(s) {
			t.Fatal(s, err)
		}
		if _, err := d.Redeem(t.Context(), code, "something else", home); !errors.Is(err, ErrInvitation) {
			t.Errorf("used twice: %v", err)
		}
		late, _, _ := d.Invite(t.Context(), "102")
		time.Sleep(InvitationTime)
		if _, err := d.Redeem(t.Context(), late, anna, home); !errors.Is(err, ErrInvitation) {
			t.Errorf("too late: %v", err)
		}
		for _, a := range m.accounts {
			if strings.Contains(a.Hash, anna) || a.Invitation == late {
				t.Errorf("kept as it is: %+v", a)
			}
		}
	})
}

func TestSignIn(t *testing.T) {
	m := newMemory()
	d := desk(t, m)
	was := signUp(t, d, "101", anna)
	for _, x := range []struct{ who, password string }{
		{"101", "wrong horse"}, {"101", ""}, {"102", anna}, {"102", "x"}, {"999", anna}, {"999", "x"}, {"", ""}, {Admin, anna},
		{"101", strings.Repeat("long", 100)},
	} {
		if _, err := d.SignIn(t.Context(), x.who, x.password, away); !errors.Is(err, ErrWrong) {
			t.Errorf("%q with %q: %v", x.who, x.password, err)
		}
	}
	s, err := desk(t, m).SignIn(t.Context(), "101", anna, home) // after a restart
	if err != nil || !d.Valid(s) {
		t.Fatal(err)
	}
	if _, err := d.Change(t.Context(), s, "wrong horse", "battery staple", home); !errors.Is(err, ErrWrong) {
		t.Errorf("a change with a wrong password: %v", err)
	}
	now, err := d.Change(t.Context(), s, anna, "battery staple", home)
	if err != nil {
		t.Fatal(err)
	}
	if d.Valid(was) || d.Valid(s) || !d.Valid(now) {
		t.Error("a new password must end the sessions of the old one, and only those")
	}
	d.exists = func(string) bool { return false }
	if d.Valid(now) {
		t.Error("a session outlives its extension")
	}
}

func TestGuessing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := desk(t, newMemory())
		signUp(t, d, "101", anna)
		wrong := func(who string, from netip.Addr) error {
			_, err := d.SignIn(t.Context(), who, "wrong horse", from)
			return err
		}
		var wait Wait
		for i := range freeForBoth {
			if err := wrong("101", away); !errors.Is(err, ErrWrong) {
				t.Fatalf("try %d: %v", i, err)
			}
		}
		for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900} {
			want *= time.Second
			if err := wrong("101", away); !errors.As(err, &wait) || time.Duration(wait) != want {
				t.Fatalf("the wait is %v, want %v", err, want)
			}
			if _, err := d.SignIn(t.Context(), "101", anna, away); !errors.As(err, &wait) {
				t.Fatalf("the right password while it waits: %v", err)
			}
			if _, err := d.SignIn(t.Context(), "101", anna, home); err != nil {
				t.Fatalf("from elsewhere: %v", err)
			}
			time.Sleep(want)
			if err := wrong("101", away); !errors.Is(err, ErrWrong) {
				t.Fatalf("after the wait: %v", err)
			}
		}
		time.Sleep(forgotten)
		if _, err := d.SignIn(t.Context(), "101", anna, away); err != nil {
			t.Errorf("an hour later: %v", err)
		}
		// Names that are made up wait too, by where they come from, and fill no memory.
		for i := range freeForAddr {
			if err := wrong(fmt.Sprint("x", i), away); !errors.Is(err, ErrWrong) {
				t.Fatalf("name %d: %v", i, err)
			}
		}
		if err := wrong("x", away); !errors.As(err, &wait) {
			t.Errorf("many names from one address: %v", err)
		}
		if n := len(d.tries); n > 3 {
			t.Errorf("%d places are kept", n)
		}
	})
}

// Tries from everywhere slow each other down, and lock nobody out for long.
func TestGuessingFromEverywhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := desk(t, newMemory())
		from := netip.MustParseAddr("203.0.113.1")
		var wait Wait
		for range 300 {
			if err := d.try(d.places("101", from)); errors.As(err, &wait) {
				time.Sleep(time.Duration(wait))
			}
			from = from.Next()
		}
		if longest := time.Duration(wait); longest != longestWho {
			t.Errorf("the wait is %v, want %v", longest, longestWho)
		}
		v6 := netip.MustParseAddr("2001:db8:1:2::3")
		if subnet.Of(v6) != subnet.Of(netip.MustParseAddr("2001:db8:1:2:ffff::1")) {
			t.Error("an address of a /64 is one of many")
		}
		for i := range 3 * maxPlaces {
			at := netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)})
			if err := d.try([]place{{addr: subnet.Of(at)}}); err != nil {
				t.Fatal(err)
			}
		}
		if n := len(d.tries); n > maxPlaces {
			t.Errorf("%d places are kept", n)
		}
	})
}

// A browser keeps a cookie that pages cannot read, and a token from before the
// sign-in opens nothing.
func TestSessions(t *testing.T) {
	m := newMemory()
	d := desk(t, m)
	me := signUp(t, d, "101", anna)
	for _, secure := range []bool{true, false} {
		s := NewSessions(d)
		overTLS := func(r *http.Request) bool { return r.TLS != nil }
		mux := http.NewServeMux()
		mux.HandleFunc("/in", func(_ http.ResponseWriter, r *http.Request) {
			if err := s.Begin(r.Context(), me); err != nil {
				t.Error(err)
			}
		})
		mux.HandleFunc("/out", func(_ http.ResponseWriter, r *http.Request) {
			if err := s.End(r.Context()); err != nil {
				t.Error(err)
			}
		})
		mux.HandleFunc("/who", func(w http.ResponseWriter, r *http.Request) {
			x, ok := s.Who(r.Context())
			fmt.Fprint(w, x.Who, ok)
		})
		server := httptest.NewUnstartedServer(s.Handler(mux, overTLS))
		if server.Start(); secure {
			server.Close()
			server = httptest.NewTLSServer(s.Handler(mux, overTLS))
		}
		client := server.Client()
		client.Jar, _ = cookiejar.New(nil)
		get := func(path string) (*http.Response, string) {
			t.Helper()
			r, err := client.Get(server.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Body.Close()
			body := make([]byte, 64)
			n, _ := r.Body.Read(body)
			return r, string(body[:n])
		}
		if _, who := get("/who"); who != "false" {
			t.Errorf("before: %s", who)
		}
		r, said := get("/in")
		if len(r.Cookies()) != 1 {
			t.Fatal(r.Status, said)
		}
		c := r.Cookies()[0]
		if !c.HttpOnly || c.Secure != secure || c.SameSite != http.SameSiteStrictMode || strings.HasPrefix(c.Name, "__Host-") != secure {
			t.Errorf("the cookie is %v", c)
		}
		if _, ok := m.sessions[c.Value]; ok {
			t.Error("the token is kept as it is")
		}
		if _, who := get("/who"); who != "101true" {
			t.Errorf("signed in: %s", who)
		}
		get("/out")
		if _, who := get("/who"); who != "false" {
			t.Errorf("after: %s", who)
		}
		server.Close()
	}
}
