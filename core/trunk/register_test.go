package trunk

import (
	"bytes"
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

	"github.com/plugboard/plugboard/core/sip/auth"
	"github.com/plugboard/plugboard/sdk/event"
)

// secret must never be seen.
const secret = "Xq7-hush-92"

// provider answers what trunks ask, as a test says, and keeps what it was asked.
type provider struct {
	mu    sync.Mutex
	says  func(Request) (Answer, error)
	asked []asked
}

type asked struct {
	at time.Time
	Request
}

// Ask implements Client.
func (p *provider) Ask(ctx context.Context, q Request) (Answer, error) {
	p.mu.Lock()
	p.asked = append(p.asked, asked{time.Now(), q})
	says := p.says
	p.mu.Unlock()
	select { // a round trip
	case <-time.After(10 * time.Millisecond):
	case <-ctx.Done():
		return Answer{}, ErrSilent
	}
	a, err := says(q)
	if errors.Is(err, ErrSilent) {
		<-ctx.Done()
	}
	a.Seq = max(a.Seq, q.Seq)
	if a.Expires == 0 && a.MinExpires == 0 && !a.isZeroExpiry() {
		a.Expires, a.MinExpires = -1, -1
	}
	return a, err
}

// isZeroExpiry: a test that wants "Expires: 0" says so by its reason.
func (a Answer) isZeroExpiry() bool { return a.Reason == "Expires 0" }

func (p *provider) say(f func(Request) (Answer, error)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.says = f
}

// take returns what was asked by one method since the last time.
func (p *provider) take(method string) (list []asked) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = slices.DeleteFunc(p.asked, func(a asked) bool {
		if a.Method == method {
			list = append(list, a)
		}
		return a.Method == method
	})
	return list
}

func ok(Request) (Answer, error)     { return Answer{Status: 200, Reason: "OK"}, nil }
func silent(Request) (Answer, error) { return Answer{}, ErrSilent }
func with(status int, reason string) func(Request) (Answer, error) {
	return func(Request) (Answer, error) { return Answer{Status: status, Reason: reason}, nil }
}

// house is a directory in virtual time.
type house struct {
	t    *testing.T
	p    *provider
	n    *names
	d    *Directory
	log  bytes.Buffer
	mu   sync.Mutex
	told []string
}

// registering is a trunk that registers and asks nothing else.
var registering = Config{Name: "first", Peer: "sip:192.0.2.1", Register: true, Username: "1234567", Secret: secret}

// live plays a test with a directory of trunks and a provider that says.
func live(t *testing.T, says func(Request) (Answer, error), play func(*house), configs ...Config) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := &house{t: t, p: &provider{says: says}, n: &names{hosts: map[string][]string{}, srv: map[string][]*net.SRV{}, naptr: map[string][]NAPTR{}}}
		h.start(configs...)
		play(h)
		h.d.Close()
		for _, text := range append(h.told, h.log.String()) {
			if strings.Contains(text, secret) {
				t.Errorf("the secret is told: %s", text)
			}
		}
	})
}

func (h *house) start(configs ...Config) {
	h.t.Helper()
	var err error
	h.d, err = New(configs, Options{
		Resolver: h.n, Client: h.p, Key: []byte("key"),
		Log: hclog.New(&hclog.LoggerOptions{Output: &h.log}),
		Emit: func(e event.Event) {
			h.mu.Lock()
			defer h.mu.Unlock()
			h.told = append(h.told, fmt.Sprintf("%s %s %s", e.Data.(State).Name, e.Data.(State).State, e.Data.(State).Reason))
		},
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.d.Start()
}

// is fails the test unless the first trunk is in a state, with a reason that holds a text.
func (h *house) is(state, reason string) {
	h.t.Helper()
	synctest.Wait() // what happens at this instant has
	s := h.d.States()[0]
	if s.State != state || !strings.Contains(s.Reason, reason) || reason == "" && s.Reason != "" {
		h.t.Errorf("it is %s %q, want %s %q", s.State, s.Reason, state, reason)
	}
	usable := state == Registered || state == Up
	if err := h.d.Usable(s.Name); (err == nil) != usable {
		h.t.Errorf("it is %s, and usable: %v", state, err)
	}
}

// within fails the test unless d is between two times.
func (h *house) within(what string, d, least, most time.Duration) {
	h.t.Helper()
	if d < least || d > most {
		h.t.Errorf("%s after %v, want %v to %v", what, d, least, most)
	}
}

func TestRegisterAndRefresh(t *testing.T) {
	live(t, ok, func(h *house) {
		h.is(Registering, "")
		time.Sleep(time.Second)
		h.is(Registered, "")
		s := h.d.States()[0]
		if s.Until == nil || s.Until.Sub(s.Since).Round(time.Minute) != DefaultExpires {
			t.Errorf("registered until %v since %v", s.Until, s.Since)
		}
		first := h.p.take("REGISTER")[0]
		if first.URI != "sip:192.0.2.1" || first.AoR != "sip:1234567@192.0.2.1" || first.Expires != 300 || first.To.String() != "192.0.2.1:5060 over udp" {
			t.Errorf("asked %+v", first)
		}
		if first.Credentials.User() != "1234567" || len(first.Contact) != 20 {
			t.Errorf("credentials of %q, contact %q", first.Credentials.User(), first.Contact)
		}
		time.Sleep(time.Hour)
		last := first
		for _, a := range h.p.take("REGISTER") {
			h.within("refreshed", a.at.Sub(last.at), 150*time.Second, 226*time.Second)
			if a.CallID != first.CallID || a.Seq != last.Seq+1 || a.Contact != first.Contact || a.Expires != 300 {
				t.Errorf("%+v after %+v", a.Request, last.Request)
			}
			last = a
		}
		if last == first {
			t.Error("it was not refreshed")
		}
		if since := h.d.States()[0].Since; time.Since(since) < time.Hour {
			t.Errorf("a refresh is no news: since %v", since)
		}
		h.d.Close()
		if gone := h.p.take("REGISTER"); len(gone) != 1 || gone[0].Expires != 0 || gone[0].Seq != last.Seq+1 || gone[0].Contact != first.Contact {
			t.Errorf("taken away: %+v", gone)
		}
		if want := []string{"first registering ", "first registered "}; !slices.Equal(h.told, want) {
			t.Errorf("told %q", h.told)
		}
	}, registering)
}

// What the provider grants counts, rubbish does not.
func TestGrantedExpiry(t *testing.T) {
	for name, c := range map[string]struct {
		answer      Answer
		least, most time.Duration // to the refresh
	}{
		"of the contact":     {Answer{Status: 200, Expires: 240, Contacts: []Contact{{User: "CONTACT", Expires: 60}}}, 30 * time.Second, 45 * time.Second},
		"of another contact": {Answer{Status: 200, Expires: 60, Contacts: []Contact{{User: "other", Expires: 240}}}, 30 * time.Second, 45 * time.Second},
		"not said":           {Answer{Status: 200, Expires: -1}, 150 * time.Second, 225 * time.Second},
		"more than asked":    {Answer{Status: 200, Expires: 86400}, 150 * time.Second, 225 * time.Second},
		"too short":          {Answer{Status: 202, Expires: 1}, 5 * time.Second, 8 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			live(t, func(q Request) (Answer, error) {
				a := c.answer
				a.Contacts = slices.Clone(a.Contacts)
				for i := range a.Contacts {
					if a.Contacts[i].User == "CONTACT" {
						a.Contacts[i].User = q.Contact
					}
				}
				return a, nil
			}, func(h *house) {
				time.Sleep(300 * time.Second)
				h.is(Registered, "")
				list := h.p.take("REGISTER")
				h.within("refreshed", list[1].at.Sub(list[0].at), c.least, c.most+20*time.Millisecond)
			}, registering)
		})
	}
	live(t, with(200, "Expires 0"), func(h *house) {
		time.Sleep(time.Second)
		h.is(Failed, "answered REGISTER with 200, but keeps the registration for 0 seconds")
	}, registering)
}

// A wrong secret: what was tried is said, and it is tried again slowly.
func TestRefused(t *testing.T) {
	other := registering
	other.AuthUsername = "acme"
	for name, c := range map[string]struct {
		config Config
		answer Answer
		reason string
	}{
		"403":              {registering, Answer{Status: 403, Reason: "Forbidden"}, "the provider refused user 1234567 at 192.0.2.1 (403 Forbidden): check username and secret"},
		"401 again":        {other, Answer{Status: 401, Reason: "Unauthorized", Denied: auth.ErrRefused}, "the provider refused user 1234567 (auth_username acme) at 192.0.2.1 (401 Unauthorized to our proof): check username, auth_username and secret"},
		"404":              {registering, Answer{Status: 404, Reason: "Not Found"}, "the provider knows no user 1234567 at 192.0.2.1 (404 Not Found): check username"},
		"strange digest":   {registering, Answer{Status: 407, Reason: "Proxy", Denied: errors.New("it asks for a digest that is not known here")}, "cannot be answered: it asks for a digest that is not known here"},
		"anything":         {registering, Answer{Status: 499, Reason: "Hm"}, "the provider did not register user 1234567 at 192.0.2.1 (499 Hm)"},
		"redirect nowhere": {registering, Answer{Status: 305, Reason: "Use Proxy"}, "did not register user 1234567"},
	} {
		t.Run(name, func(t *testing.T) {
			live(t, func(Request) (Answer, error) { return c.answer, nil }, func(h *house) {
				time.Sleep(time.Second)
				h.is(Failed, c.reason)
				if !strings.Contains(h.log.String(), strings.ReplaceAll(c.reason, `"`, `\"`)) {
					t.Errorf("the log does not say why: %s", h.log.String())
				}
				time.Sleep(24 * time.Hour)
				list := h.p.take("REGISTER")
				h.within("asked again", list[1].at.Sub(list[0].at), slowWait*3/4, slowWait*5/4+time.Second)
				if n := len(list); n < 20 || n > 40 {
					t.Errorf("asked %d times in a day", n)
				}
				if n := strings.Count(h.log.String(), "takes no calls"); n != 1 {
					t.Errorf("said %d times in the log", n)
				}
				h.p.say(ok)
				time.Sleep(2 * slowestWait)
				h.is(Registered, "")
			}, c.config)
		})
	}
}

// Silence, and servers that cannot at present: again after 2 s, doubling to 5 min.
func TestBackOff(t *testing.T) {
	for name, c := range map[string]struct {
		says   func(Request) (Answer, error)
		took   time.Duration // for one answer
		reason string
	}{
		"silence": {silent, patience, "no answer to REGISTER from 192.0.2.1:5060 over udp"},
		"503":     {with(503, "Service Unavailable"), 10 * time.Millisecond, "192.0.2.1:5060 over udp answered REGISTER with 503 Service Unavailable"},
		"refused": {func(Request) (Answer, error) { return Answer{}, errors.New("connection refused") }, 10 * time.Millisecond,
			"cannot send REGISTER to 192.0.2.1:5060 over udp: connection refused"},
	} {
		t.Run(name, func(t *testing.T) {
			live(t, c.says, func(h *house) {
				time.Sleep(patience / 2)
				if name == "silence" {
					h.is(Registering, "")
				}
				time.Sleep(time.Hour)
				h.is(Failed, c.reason)
				list := h.p.take("REGISTER")
				wait := firstWait
				for i := 1; i < len(list); i++ {
					h.within(fmt.Sprintf("try %d", i), list[i].at.Sub(list[i-1].at)-c.took, wait*3/4-time.Millisecond, wait*5/4+20*time.Millisecond)
					if list[i].Seq <= list[i-1].Seq {
						t.Errorf("CSeq %d after %d", list[i].Seq, list[i-1].Seq)
					}
					wait = min(2*wait, lastWait)
				}
				h.p.say(ok)
				time.Sleep(2 * lastWait)
				h.is(Registered, "")
			}, registering)
		})
	}
	live(t, func(Request) (Answer, error) {
		return Answer{Status: 503, Reason: "Busy", RetryAfter: 100 * time.Second, Expires: -1}, nil
	}, func(h *house) {
		time.Sleep(150 * time.Second)
		list := h.p.take("REGISTER")
		h.within("Retry-After", list[1].at.Sub(list[0].at), 100*time.Second, 101*time.Second)
	}, registering)
}

// A registration outlives a refresh that fails, until it expires.
func TestRefreshFails(t *testing.T) {
	live(t, ok, func(h *house) {
		time.Sleep(time.Second)
		until := *h.d.States()[0].Until
		h.p.say(silent)
		time.Sleep(time.Until(until) - time.Second)
		h.is(Registered, "it cannot be refreshed: no answer to REGISTER")
		time.Sleep(2*time.Second + patience) // it may be asking just then
		h.is(Failed, "no answer to REGISTER")
		if h.d.States()[0].Until != nil {
			t.Error("it shows until when")
		}
		h.p.say(ok)
		time.Sleep(lastWait * 5 / 4)
		h.is(Registered, "")
		h.p.say(with(403, "Forbidden")) // that is no accident
		time.Sleep(4 * time.Minute)
		h.is(Failed, "refused user 1234567")
	}, registering)
}

// RFC 3261, section 10.2.8.
func TestIntervalTooBrief(t *testing.T) {
	live(t, func(q Request) (Answer, error) {
		if q.Expires > 0 && q.Expires < 1800 {
			return Answer{Status: 423, Reason: "Interval Too Brief", MinExpires: 1800, Expires: -1}, nil
		}
		return ok(q)
	}, func(h *house) {
		time.Sleep(time.Second)
		h.is(Registered, "")
		list := h.p.take("REGISTER")
		if len(list) != 2 || list[1].Expires != 1800 || list[1].Seq <= list[0].Seq {
			t.Errorf("asked %+v", list)
		}
		time.Sleep(time.Hour)
		for _, a := range h.p.take("REGISTER") {
			if a.Expires != 1800 {
				t.Errorf("forgot, and asked for %d", a.Expires)
			}
		}
	}, registering)
	for _, min := range []int{-1, 1, 300, 10_000_000} { // rubbish
		live(t, func(Request) (Answer, error) {
			return Answer{Status: 423, Reason: "Interval Too Brief", MinExpires: min, Expires: -1}, nil
		}, func(h *house) {
			time.Sleep(time.Minute)
			h.is(Failed, "finds 5m0s too brief (423 Interval Too Brief)")
			if n := len(h.p.take("REGISTER")); n != 1 {
				t.Errorf("Min-Expires %d: asked %d times in a minute", min, n)
			}
		}, registering)
	}
}

// to is a redirect.
func to(peers ...string) Answer {
	a := Answer{Status: 302, Reason: "Moved Temporarily", Expires: -1}
	for _, s := range peers {
		p, _ := ParsePeer(s)
		a.Contacts = append(a.Contacts, Contact{Peer: p, Expires: -1})
	}
	return a
}

func TestRedirect(t *testing.T) {
	live(t, func(q Request) (Answer, error) {
		if q.To.Addr.Port() != 5080 {
			return to("sip:b.example.net:5080;transport=tcp"), nil
		}
		return ok(q)
	}, func(h *house) {
		h.n.set("b.example.net", "198.51.100.9")
		time.Sleep(3 * time.Second)
		h.is(Registered, "")
		list := h.p.take("REGISTER")
		last := list[len(list)-1]
		if last.URI != "sip:b.example.net:5080" || last.AoR != "sip:1234567@192.0.2.1" || last.To.String() != "198.51.100.9:5080 over tcp" || last.Host != "b.example.net" {
			t.Errorf("followed with %+v", last)
		}
		// Calls go there and come from there.
		if at, err := first(h.d, "first"); at != "198.51.100.9:5080 over tcp" {
			t.Errorf("calls go to %s, %v", at, err)
		}
		if name, _ := h.d.Match(Source{Addr: netip.MustParseAddrPort("198.51.100.9:61000"), Transport: "tcp", SentBy: 5060}); name != "first" {
			t.Error("calls from there are nobody's")
		}
		h.d.Close()
		if gone := h.p.take("REGISTER"); gone[len(gone)-1].To.String() != "198.51.100.9:5080 over tcp" {
			t.Errorf("taken away at %v", gone)
		}
	}, registering)
}

func TestRedirectIsBounded(t *testing.T) {
	hop := 0
	for _, c := range []struct {
		says   func(Request) (Answer, error)
		reason string
		most   int
	}{
		{func(q Request) (Answer, error) { return to(), nil }, "redirected REGISTER (302 Moved Temporarily) without saying where", 1},
		{func(q Request) (Answer, error) { return to("sip:192.0.2.1"), nil }, "in a loop: 192.0.2.1 → 192.0.2.1", 1},
		{func(q Request) (Answer, error) {
			if q.To.Addr.Addr().String() == "192.0.2.1" {
				return to("sip:192.0.2.2"), nil
			}
			return to("sip:192.0.2.1"), nil
		}, "in a loop: 192.0.2.1 → 192.0.2.2 → 192.0.2.1", 2},
		{func(q Request) (Answer, error) { hop++; return to(fmt.Sprintf("sip:198.51.100.%d", hop%250)), nil }, "too often: 192.0.2.1 → ", 6},
		{func(q Request) (Answer, error) { return to("sip:nowhere.example"), nil }, "to nowhere.example, which has no address: no such host", 1},
	} {
		live(t, c.says, func(h *house) {
			time.Sleep(time.Second)
			h.is(Failed, c.reason)
			if n := len(h.p.take("REGISTER")); n > c.most {
				t.Errorf("%s: asked %d times", c.reason, n)
			}
			time.Sleep(time.Hour)
			if n := len(h.p.take("REGISTER")); n > 30*c.most {
				t.Errorf("%s: asked %d times in an hour", c.reason, n)
			}
		}, registering)
	}
}

// Our address is another than the Contact says (RFC 3581): registered anew, once.
func TestFollowsOwnAddress(t *testing.T) {
	live(t, func(q Request) (Answer, error) {
		return Answer{Status: 200, Expires: -1, Sent: "10.0.0.5:5060", Self: "203.0.113.5:5060"}, nil
	}, func(h *house) {
		time.Sleep(10 * time.Second)
		if n := len(h.p.take("REGISTER")); n != 2 {
			t.Errorf("registered %d times", n)
		}
		h.p.say(func(q Request) (Answer, error) {
			return Answer{Status: 200, Expires: -1, Sent: "203.0.113.5:5060", Self: "203.0.113.5:5060"}, nil
		})
		time.Sleep(5 * time.Minute)
		h.p.take("REGISTER")
		h.p.say(func(q Request) (Answer, error) { // by the next OPTIONS
			return Answer{Status: 200, Expires: -1, Sent: "203.0.113.99:5060", Self: "203.0.113.99:5060"}, nil
		})
		time.Sleep(31 * time.Second)
		if n := len(h.p.take("REGISTER")); n < 1 {
			t.Error("it did not follow")
		}
	}, func() Config { c := registering; c.OptionsPing = 30 * time.Second; return c }())
}

// The connection broke, and OPTIONS opened another: registered anew over that.
func TestFollowsTheConnection(t *testing.T) {
	conn := func(name string) func(Request) (Answer, error) {
		return func(Request) (Answer, error) { return Answer{Status: 200, Expires: -1, Conn: name}, nil }
	}
	c := registering
	c.Peer, c.OptionsPing, c.Expires = "sip:192.0.2.1;transport=tcp", 30*time.Second, time.Hour
	live(t, conn("1"), func(h *house) {
		time.Sleep(5 * time.Minute)
		if n := len(h.p.take("REGISTER")); n != 1 {
			t.Errorf("registered %d times over one connection", n)
		}
		h.p.say(conn("2"))
		time.Sleep(5 * time.Minute)
		if n := len(h.p.take("REGISTER")); n != 1 {
			t.Errorf("registered %d times over the next", n)
		}
	}, c)
}

// Close does not wait for a provider that is silent, and takes away what may
// have been registered.
func TestCloseWhileRegistering(t *testing.T) {
	live(t, silent, func(h *house) {
		time.Sleep(time.Second)
		before := time.Now()
		h.d.Close()
		h.within("closed", time.Since(before), 0, leaving)
		if list := h.p.take("REGISTER"); len(list) != 2 || list[1].Expires != 0 || list[1].Seq <= list[0].Seq {
			t.Errorf("asked %+v", list)
		}
		h.d.Close()
		if err := h.d.Apply(nil); !errors.Is(err, ErrClosed) {
			t.Errorf("%v", err)
		}
	}, registering)
}
