package trunk

import (
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"
)

func named(c Config, name, peer string) Config {
	c.Name, c.Peer = name, peer
	return c
}

func TestApply(t *testing.T) {
	a, b, c := named(registering, "a", "sip:192.0.2.1"), named(registering, "b", "sip:192.0.2.2"), named(registering, "c", "sip:192.0.2.3")
	live(t, ok, func(h *house) {
		time.Sleep(time.Second)
		releaseA, err := h.d.Acquire("a")
		if err != nil {
			t.Fatal(err)
		}
		releaseB, _ := h.d.Acquire("b")
		_, _ = h.d.Acquire("c")
		wayA, _ := h.d.Way("a")
		since := h.d.States()[0].Since
		h.p.take("REGISTER")

		// a keeps all, though its allow and its limit differ and it stands elsewhere; b
		// has another secret; c is gone; d is new.
		a.Allow, a.MaxCalls = nets("198.51.100.0/24"), 1
		b.Secret = "another"
		d := named(registering, "d", "sip:192.0.2.4")
		if err := h.d.Apply([]Config{d, b, a}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.d.Acquire("a"); !errors.Is(err, ErrFull) {
			t.Errorf("the new limit does not hold for the call that was there: %v", err)
		}
		if name, _ := h.d.Match(Source{Addr: netip.MustParseAddrPort("198.51.100.7:5060"), Transport: "udp"}); name != "a" {
			t.Errorf("the new network is %q's", name)
		}
		if name, ok := h.d.Match(Source{Addr: netip.MustParseAddrPort("192.0.2.3:5060"), Transport: "udp"}); ok {
			t.Errorf("calls from a trunk that is gone are %q's", name)
		}
		time.Sleep(time.Second)
		var order []string
		for _, s := range h.d.States() {
			order = append(order, s.Name+" "+s.State)
		}
		if want := []string{"d registered", "b registered", "a registered"}; !slices.Equal(order, want) {
			t.Errorf("%q", order)
		}
		if again := h.d.States()[2].Since; again != since {
			t.Errorf("a began anew at %v", again)
		}
		if way, _ := h.d.Way("a"); way.Contact != wayA.Contact || way.Credentials != wayA.Credentials {
			t.Error("a has another Contact, or other credentials")
		}
		asked := map[string][]int{}
		for _, q := range h.p.take("REGISTER") {
			asked[q.To.Addr.Addr().String()] = append(asked[q.To.Addr.Addr().String()], q.Expires)
		}
		if len(asked["192.0.2.1"]) != 0 || !slices.Equal(asked["192.0.2.2"], []int{0, 300}) || !slices.Equal(asked["192.0.2.3"], []int{0}) || !slices.Equal(asked["192.0.2.4"], []int{300}) {
			t.Errorf("asked %v", asked)
		}
		if h.d.Calls("b") != 1 || h.d.Calls("c") != 0 {
			t.Errorf("b has %d calls, c %d", h.d.Calls("b"), h.d.Calls("c"))
		}
		releaseA()
		releaseB()
		if h.d.Calls("a") != 0 || h.d.Calls("b") != 0 {
			t.Error("calls from before are not taken off")
		}

		// All or nothing.
		if err := h.d.Apply([]Config{a, named(asking, "x", "sip:192.0.2.1"), {Name: "y"}}); err == nil {
			t.Error("trunks that cannot be told apart are taken")
		}
		if n := len(h.d.States()); n != 3 {
			t.Errorf("%d trunks after what was refused", n)
		}
		if err := h.d.Apply(nil); err != nil || len(h.d.States()) != 0 {
			t.Errorf("%v, %v", err, h.d.States())
		}
	}, a, b, c)
}

// A provider that is silent does not hold up what takes a trunk's place for
// long, however often that changes.
func TestApplyWhileSilent(t *testing.T) {
	live(t, ok, func(h *house) {
		time.Sleep(time.Second)
		h.p.say(silent)
		c := registering
		for i := range 50 {
			c.Expires = time.Duration(100+i) * time.Second
			before := time.Now()
			if err := h.d.Apply([]Config{c}); err != nil {
				t.Fatal(err)
			}
			h.within("applied", time.Since(before), 0, 0)
		}
		h.p.say(ok)
		time.Sleep(3 * leaving)
		h.is(Registered, "")
		list := h.p.take("REGISTER")
		if last := list[len(list)-1]; last.Expires != 149 {
			t.Errorf("registered for %d", last.Expires)
		}
	}, registering)
}

// dialplan.md, "Who is calling": the Contact first, wherever the call comes from.
func TestMatchByContact(t *testing.T) {
	a, b := named(registering, "a", "sip:192.0.2.1"), named(registering, "b", "sip:192.0.2.1")
	b.Username = "7654321"
	// Two accounts at one provider: their Contacts tell them apart.
	live(t, ok, func(h *house) {
		time.Sleep(time.Second)
		contacts := map[string]string{}
		for _, q := range h.p.take("REGISTER") {
			contacts[q.AoR] = q.Contact
		}
		for _, c := range []struct{ user, from, want string }{
			{contacts["sip:1234567@192.0.2.1"], "192.0.2.1:5060", "a"},
			{contacts["sip:7654321@192.0.2.1"], "192.0.2.1:5060", "b"},
			{contacts["sip:7654321@192.0.2.1"], "203.0.113.1:5060", "b"},
			{contacts["sip:7654321@192.0.2.1"], "192.0.2.9:5060", "b"}, // also of another trunk's peer
			{"+4930555101", "192.0.2.9:5060", "c"},
			{"+4930555101", "192.0.2.1:5060", ""}, // either's
			{"", "203.0.113.1:5060", ""},
		} {
			if got, _ := h.d.Match(Source{Addr: netip.MustParseAddrPort(c.from), Transport: "udp", User: c.user}); got != c.want {
				t.Errorf("for %q from %s: %q, want %q", c.user, c.from, got, c.want)
			}
		}
	}, a, b, Config{Name: "c", Peer: "sip:192.0.2.9"})

	contact := func(key string) string {
		d, err := New([]Config{a}, Options{Key: []byte(key)})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		w, _ := d.Way("a")
		return w.Contact
	}
	var list []string
	for _, key := range []string{"k", "k", "l", "", ""} {
		list = append(list, contact(key))
	}
	if slices.Sort(list); len(slices.Compact(list)) != 4 {
		t.Errorf("Contacts of keys k, k, l and two at random: %q", list)
	}
}

func TestBadConfigs(t *testing.T) {
	_, err := New([]Config{{Name: "a", Peer: "sip:192.0.2.1", Register: true}}, Options{})
	if err == nil || err.Error() != `trunk "a" registers, but does not say whom: give it a username` {
		t.Errorf("%v", err)
	}
	plain := Config{Name: "b", Peer: "sip:192.0.2.1:5060"}
	if _, err := New([]Config{registering, plain}, Options{}); err == nil {
		t.Error("one that registers and one that does not, at one place, are not told apart by their Contacts")
	}
}
