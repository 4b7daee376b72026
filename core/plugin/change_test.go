package plugin

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/leg"
)

// house is a host with plugins in memory, "one" to "three", and what it told.
type house struct {
	*bench
	moody *moody
	mu    sync.Mutex
	told  []string
}

func newHouse(t *testing.T, specs ...Spec) *house {
	t.Helper()
	o := &house{bench: &bench{t: t, loop: new(loop), net: new(sockets)}, moody: new(moody)}
	o.moody.Memory = Memory{}
	for _, name := range []string{"one", "two", "three"} {
		o.moody.Memory[name] = sdk.Plugin{Name: name, Version: "1.0.0", Leg: o.loop}
	}
	o.Host = New(Options{
		Log: hclog.NewNullLogger(), Launch: o.moody, Address: Addresses{V4: loopback}, Ports: PortRange{20000, 20019}, Listen: o.net.listen,
		Changed: func(i Info) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.told = append(o.told, fmt.Sprintf("%s %s", i.Name, i.State))
		},
	})
	if err := o.Start(t.Context(), specs); err != nil {
		t.Fatal(err)
	}
	return o
}

// list is what is listed: "one up 2" has two legs.
func (o *house) list() string {
	synctest.Wait()
	var words []string
	for _, i := range o.List() {
		words = append(words, fmt.Sprintf("%s %s %d", i.Name, i.State, i.Legs))
	}
	return strings.Join(words, ", ")
}

func (o *house) want(list string) {
	o.t.Helper()
	if got := o.list(); got != list {
		o.t.Errorf("listed %q, want %q", got, list)
	}
}

// news are the changes told since the last look.
func (o *house) news() string {
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	s := strings.Join(o.told, ", ")
	o.told = nil
	return s
}

func (o *house) change(specs ...Spec) {
	o.t.Helper()
	c, err := o.Prepare(o.t.Context(), specs)
	if err != nil {
		o.t.Fatal(err)
	}
	c.Commit()
}

// speaks fails the test if a leg does not say half of what it hears.
func (o *house) speaks(legs ...*Leg) {
	o.t.Helper()
	var said []float32
	for range 5 {
		said = o.step(bearable, legs...)
	}
	for i, s := range said {
		if s != 0.25 {
			o.t.Errorf("leg %s said %v, want 0.25", legs[i].id, s)
		}
	}
}

var (
	one     = Spec{Name: "one"}
	two     = Spec{Name: "two"}
	twoAnew = Spec{Name: "two", Args: []string{"-v"}}
	three   = Spec{Name: "three"}
)

func TestAChangedPluginIsReplacedAndItsLegsEndInTheOldOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newHouse(t, one, two)
		defer o.Close(t.Context())
		var heard news
		kept, old := o.open("one", params("a"), &heard), o.open("two", params("b"), &heard)
		o.news()
		starts := len(o.moody.starts)

		o.change(one, twoAnew, three)
		o.want("one up 1, two up 0, three up 0, two#2 leaving 1")
		if n := len(o.moody.starts) - starts; n != 2 {
			t.Errorf("%d plugins were started, want two and three alone", n)
		}
		if got := o.news(); got != "two#2 leaving, two up, three up" {
			t.Errorf("told %q", got)
		}
		young := o.open("two", params("c"), &heard)
		o.speaks(kept, old, young)
		o.want("one up 1, two up 1, three up 0, two#2 leaving 1")
		if err := o.Ready(); err != nil {
			t.Error(err)
		}

		old.Close(t.Context())
		o.want("one up 1, two up 1, three up 0")
		if got := o.news(); got != "two#2 stopped" {
			t.Errorf("told %q", got)
		}
		o.speaks(kept, young)

		o.change(one)
		o.want("one up 1, two#3 leaving 1")
		if got := o.news(); got != "two stopped, two#3 leaving, three stopped, three#4 leaving, three#4 stopped" {
			t.Errorf("told %q", got)
		}
		if _, _, err := o.OpenLeg(t.Context(), "two", params("d"), heard.tell); err == nil || err.Error() != `no plugin "two" is configured` {
			t.Errorf("a leg in a removed plugin: %v", err)
		}
		o.speaks(kept, young)
		young.Close(t.Context())
		kept.Close(t.Context())
		o.want("one up 0")
		for _, e := range heard.all {
			if e.Kind == leg.Lost {
				t.Errorf("a leg was told %+v", e)
			}
		}
	})
}

func TestAChangeThatFailsLeavesEverythingAsItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newHouse(t, one, two)
		defer o.Close(t.Context())
		var heard news
		l := o.open("two", params("a"), &heard)
		defer l.Close(t.Context())
		o.news()
		_, err := o.Prepare(t.Context(), []Spec{one, twoAnew, {Name: "four"}, three})
		var misfit *Misfit
		if !errors.As(err, &misfit) || err.Error() != `plugin four: plugin "four" is not among those in memory` {
			t.Errorf("got %v", err)
		}
		o.want("one up 0, two up 1")
		if got := o.news(); got != "" {
			t.Errorf("told %q of plugins that were never in force", got)
		}
		o.speaks(l)
		if _, err := o.Prepare(t.Context(), []Spec{one, one}); err == nil || err.Error() != `plugin "one" is there twice` {
			t.Errorf("got %v", err)
		}
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := o.Prepare(ended, []Spec{three}); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		c, err := o.Prepare(t.Context(), []Spec{three})
		if err != nil {
			t.Fatal(err)
		}
		c.Abort()
		o.want("one up 0, two up 1")
		o.speaks(l)
	})
}

func TestALeavingPluginThatCrashesComesBackForItsLegs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newHouse(t, one)
		defer o.Close(t.Context())
		var heard news
		l := o.open("one", kept("a"), &heard)
		o.speaks(l)
		life := o.all()[0]
		o.change(two)
		life.instance().condemn("killed by the test")
		time.Sleep(time.Second)
		o.want("two up 0, one#1 leaving 1")
		o.speaks(l)
		l.Close(t.Context())
		o.want("two up 0")
	})
}

func TestAllPluginsEndWithTheHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newHouse(t, one)
		var heard news
		l := o.open("one", params("a"), &heard)
		o.change(two)
		o.Close(t.Context())
		if e := heard.last(); e.Kind != leg.Lost || e.Reason != "the core is stopping" {
			t.Errorf("told %+v", e)
		}
		l.Close(t.Context())
		if o.net.count() != 0 {
			t.Errorf("%d sockets are left", o.net.count())
		}
	})
}

func TestThePortsOfNewLegsChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := new(sockets)
		p := newPorts(Addresses{V4: loopback}, PortRange{20000, 20007}, n.listen)
		open := func() netip.AddrPort {
			t.Helper()
			s, err := p.open(loopback)
			if err != nil {
				t.Fatal(err)
			}
			return s.LocalAddr()
		}
		out := open()
		rests := open()
		n.mu.Lock()
		delete(n.bound, rests)
		n.mu.Unlock()
		p.give(rests.Port())

		// All of the old range but what is out and what rests, and the new ones.
		other := netip.MustParseAddr("127.0.0.2")
		p.set(Addresses{V4: other}, PortRange{20000, 20011})
		seen := map[uint16]bool{out.Port(): true, rests.Port(): true}
		for range 4 {
			a := open()
			if a.Addr() != other || seen[a.Port()] {
				t.Errorf("%v was bound after %v", a, seen)
			}
			seen[a.Port()] = true
		}
		if _, err := p.open(loopback); !errors.Is(err, errNoPort) {
			t.Errorf("a port that rests, or carries a leg, was bound: %v", err)
		}
		time.Sleep(portRest)
		if a := open(); a.Port() != rests.Port() {
			t.Errorf("%v was bound, want the port that has rested, %d", a, rests.Port())
		}

		// What is given back outside of the range is forgotten.
		p.set(Addresses{V4: other}, PortRange{30000, 30003})
		p.give(out.Port())
		time.Sleep(portRest)
		for range 2 {
			if a := open(); a.Port() < 30000 {
				t.Errorf("%v was bound", a)
			}
		}
		if _, err := p.open(loopback); !errors.Is(err, errNoPort) {
			t.Errorf("got %v", err)
		}
	})
}

// A plugin whose file changed is upgraded: what is open ends in the old process, what
// is new begins in the new one, and one that does not come up changes nothing.
func TestAnUpgrade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := newHouse(t, one, two)
		defer o.Close(t.Context())
		var heard news
		tap, err := o.Follow("two")
		if err != nil {
			t.Fatal(err)
		}
		defer tap.Close()
		old := o.open("two", params("a"), &heard)
		o.news()
		if _, err := o.Upgrade(t.Context(), "two"); err != nil {
			t.Fatal(err)
		}
		o.want("one up 0, two up 0, two#2 leaving 1")
		fresh := o.open("two", params("b"), &heard)
		o.speaks(old, fresh)
		o.want("one up 0, two up 1, two#2 leaving 1")
		if err := old.Close(t.Context()); err != nil {
			t.Error(err)
		}
		o.want("one up 0, two up 1")

		o.moody.mu.Lock()
		o.moody.fails, o.moody.with = 1, errors.New("no program for this machine")
		o.moody.mu.Unlock()
		if _, err := o.Upgrade(t.Context(), "two"); err == nil || !strings.Contains(err.Error(), "no program for this machine") {
			t.Errorf("upgraded: %v", err)
		}
		o.speaks(fresh)
		o.want("one up 0, two up 1")
		if _, err := o.Upgrade(t.Context(), "four"); err == nil {
			t.Error("a plugin that there is not was upgraded")
		}
		if _, err := o.Follow("four"); err == nil {
			t.Error("a plugin that there is not was followed")
		}
		for line := ""; !strings.Contains(line, "[INFO]  plugin is up: version=1.0.0"); { // or nothing more comes, and the bubble says so
			line = <-tap.Lines()
		}
		for range 3 * tapped { // nobody reads: the plugin's log waits for nobody
			o.all()[1].log.Info("a flood")
		}
		if err := fresh.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
