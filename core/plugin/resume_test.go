package plugin

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
)

// kept are the parameters of a leg that tells a checkpoint.
func kept(id string) leg.Params {
	p := params(id)
	p.Codecs = []string{"kept"}
	return p
}

// newMoodyBench is a bench whose plugin fails to start as often as it is told.
// poisoned is the loop that a poisonous leg ends.
func newMoodyBench(t *testing.T, m *moody) *bench {
	b := &bench{t: t, loop: new(loop), net: new(sockets)}
	other := new(loop)
	m.Memory = Memory{
		"loop":  {Name: "loop", Version: "1.0.0", Leg: b.loop},
		"other": {Name: "other", Version: "1.0.0", Leg: other},
	}
	b.Host = New(Options{
		Log: hclog.NewNullLogger(), Launch: m,
		Address: Addresses{V4: netip.MustParseAddr("127.0.0.1")}, Ports: PortRange{20000, 20019}, Listen: b.net.listen,
	})
	b.loop.crash = func() { b.kill() }
	if err := b.Start(t.Context(), []Spec{{Name: "loop"}, {Name: "other"}}); err != nil {
		t.Fatal(err)
	}
	return b
}

// kill ends the plugin.
func (b *bench) kill() {
	if err := b.Kill("loop"); err != nil {
		b.t.Error(err)
	}
}

func (b *bench) open(plugin string, p leg.Params, n *news) *Leg {
	b.t.Helper()
	l, _, err := b.OpenLeg(b.t.Context(), plugin, p, n.tell)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { _ = l.Close(context.Background()) })
	if p.Codecs[0] == "kept" {
		until(b.t, "the checkpoint is told", l.safe)
	}
	return l
}

// safe reports whether the leg would outlive its plugin.
func (l *Leg) safe() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.saved != nil
}

// hears plays some ticks and returns what the legs said of what they heard.
func (b *bench) hears(legs ...*Leg) []float32 {
	var said []float32
	for range 5 {
		said = b.step(bearable, legs...)
	}
	return said
}

func (t *loop) resumed() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.Join(t.states, " ")
}

func TestALegOutlivesItsPlugin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newMoodyBench(t, new(moody))
		defer b.Close(t.Context())
		var one, two, three news
		l, new, by := b.open("loop", kept("a"), &one), b.open("loop", params("b"), &two), b.open("other", params("c"), &three)
		line := l.Line()
		if _, err := l.Answer(t.Context(), []byte("remember"), leg.SendRecv); err != nil {
			t.Fatal(err)
		}
		if got := b.hears(l, new, by); !slices.Equal(got, []float32{0.25, 0.25, 0.25}) {
			t.Fatalf("before: they said %v", got)
		}
		time.Sleep(settled)
		for life := range 3 {
			b.kill()
			for range 3 { // each tick of the gap, and the switch
				b.step(bearable, l, new, by)
			}
			if got := b.hears(l, new, by); !slices.Equal(got, []float32{0.25, 0, 0.25}) {
				t.Errorf("life %d: they said %v", life, got)
			}
			time.Sleep(settled)
		}
		synctest.Wait()
		if e := one.last(); e.Kind != 0 {
			t.Errorf("the leg with a checkpoint was told %+v", e)
		}
		if e := two.last(); e.Kind != leg.Lost {
			t.Errorf("the leg without one was told %+v", e)
		}
		if e := three.last(); e.Kind != 0 {
			t.Errorf("a leg of another plugin was told %+v", e)
		}
		if l.Line() != line {
			t.Error("it has another line now")
		}
		if got := b.loop.resumed(); got != "aremembered aremembered+ aremembered++" {
			t.Errorf("resumed with %s", got)
		}
		b.loop.mu.Lock()
		p := b.loop.open["a"].p
		b.loop.mu.Unlock()
		want := kept("a")
		want.Remote, want.State = nil, p.State
		p.Remote = nil
		if !reflect.DeepEqual(p, want) {
			t.Errorf("opened again with %+v, want %+v", p, want)
		}
		for _, l := range []*Leg{l, new, by} {
			if err := l.Close(t.Context()); err != nil {
				t.Error(err)
			}
		}
		if n := b.net.count(); n != 0 {
			t.Errorf("%d sockets are left", n)
		}
		if n := b.List()[0].Legs; n != 0 {
			t.Errorf("%d legs are left", n)
		}
	})
}

func TestControlCallsWaitInTheGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := new(moody)
		b := newMoodyBench(t, m)
		defer b.Close(t.Context())
		var heard news
		l := b.open("loop", kept("a"), &heard)

		// What is under way when the process ends may have ended it.
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := l.Answer(t.Context(), []byte("wait"), leg.SendRecv); !errors.Is(err, leg.ErrGone) {
				t.Errorf("the Answer under way: %v, want leg.ErrGone", err)
			}
		})
		synctest.Wait()
		m.mu.Lock()
		m.fails, m.with = 2, errors.New("not yet")
		m.mu.Unlock()
		b.kill()
		all.Wait()

		began := time.Now()
		short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if err := l.Accept(short, nil); !errors.Is(err, leg.ErrGone) {
			t.Errorf("Accept in the gap, in a hurry: %v, want leg.ErrGone", err)
		}
		answer, err := l.Answer(t.Context(), []byte("again"), leg.SendRecv)
		if err != nil || string(answer) != "answer to again, sendrecv" {
			t.Errorf("Answer in the gap: %q, %v", answer, err)
		}
		if took := time.Since(began); took != 600*time.Millisecond {
			t.Errorf("it took %v, the plugin %v", took, 600*time.Millisecond)
		}
		if e := heard.last(); e.Kind != 0 {
			t.Errorf("told %+v", e)
		}
	})
}

func TestANewLegWaitsForAPluginThatHasJustEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := new(moody)
		b := newMoodyBench(t, m)
		defer b.Close(t.Context())
		for _, c := range []struct {
			fails int
			with  error
			took  time.Duration
			there bool
		}{
			{0, nil, 0, true},
			{1, errors.New("not yet"), 200 * time.Millisecond, true},
			{4, errors.New("not yet"), openPatience, false},
			{1, &Misfit{Text: "no such file"}, 0, false},
		} {
			time.Sleep(2 * time.Minute)
			m.mu.Lock()
			m.fails, m.with = c.fails, c.with
			m.mu.Unlock()
			b.kill()
			began := time.Now()
			l, _, err := b.OpenLeg(t.Context(), "loop", params("a"), func(leg.Event) {})
			if there := err == nil; there != c.there || time.Since(began) != c.took {
				t.Errorf("%d times %v: %v after %v", c.fails, c.with, err, time.Since(began))
			}
			if err == nil {
				_ = l.Close(t.Context())
			} else if !errors.Is(err, leg.ErrGone) {
				t.Errorf("Open: %v, want leg.ErrGone", err)
			}
		}
	})
}

func TestALegWhosePluginDoesNotComeBack(t *testing.T) {
	for _, c := range []struct {
		name   string
		with   error
		after  time.Duration
		reason string
	}{
		{"fails to start", errors.New("no luck"), strandTimeout, "it was not back with this leg within 5s"},
		{"cannot run", &Misfit{Text: "no such file"}, 0, "no such file"},
		{"does not end", nil, strandTimeout, "it was killed on request; it was not back with this leg within 5s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := new(moody)
				b := newMoodyBench(t, m)
				defer b.Close(t.Context())
				var heard news
				var began time.Time
				l, _, err := b.OpenLeg(t.Context(), "loop", kept("a"), func(e leg.Event) {
					heard.tell(e)
					if took := time.Since(began); took != c.after {
						t.Errorf("told after %v, want %v", took, c.after)
					}
				})
				if err != nil {
					t.Fatal(err)
				}
				defer l.Close(t.Context())
				until(t, "the checkpoint is told", l.safe)
				m.mu.Lock()
				m.fails, m.with = 1000, c.with
				if c.with == nil {
					b.opt.Launch = stuck{}
				}
				m.mu.Unlock()
				began = time.Now()
				b.kill()
				time.Sleep(time.Minute)
				if e := heard.last(); e.Kind != leg.Lost || !strings.Contains(e.Reason, c.reason) {
					t.Errorf("told %+v, want Lost: %s", e, c.reason)
				}
				if _, err := l.Stats(t.Context()); err != leg.ErrGone {
					t.Errorf("Stats: %v", err)
				}
			})
		})
	}
}

func TestAStateThatIsRefusedCostsItsLeg(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newMoodyBench(t, new(moody))
		defer b.Close(t.Context())
		var one, two news
		p := kept("a")
		p.Call = "unknown"
		l, other := b.open("loop", p, &one), b.open("loop", kept("b"), &two)
		b.kill()
		time.Sleep(time.Second)
		if e := one.last(); e.Kind != leg.Lost || !strings.Contains(e.Reason, "a state of version 9") {
			t.Errorf("told %+v", e)
		}
		if e := two.last(); e.Kind != 0 {
			t.Errorf("the other was told %+v", e)
		}
		if got := b.hears(l, other); !slices.Equal(got, []float32{0, 0.25}) {
			t.Errorf("they said %v", got)
		}
		if n := b.List()[0].Legs; n != 1 {
			t.Errorf("%d legs are listed", n)
		}
	})
}

func TestALegThatEndsItsPluginIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newMoodyBench(t, new(moody))
		defer b.Close(t.Context())
		var legs []*Leg
		var heard [6]news
		for i := range heard {
			p := kept(fmt.Sprint(i))
			if i == 3 {
				p.Call = "poison"
			}
			legs = append(legs, b.open("loop", p, &heard[i]))
		}
		b.kill()
		time.Sleep(2 * time.Second)
		for i := range heard {
			switch e := heard[i].last(); {
			case i == 3 && (e.Kind != leg.Lost || !strings.Contains(e.Reason, "ended each time")):
				t.Errorf("the poisonous leg was told %+v", e)
			case i != 3 && e.Kind != 0:
				t.Errorf("leg %d was told %+v", i, e)
			}
		}
		if got := b.hears(legs...); !slices.Equal(got, []float32{0.25, 0.25, 0.25, 0, 0.25, 0.25}) {
			t.Errorf("they said %v", got)
		}
		if n := b.List()[0].Restarts; n != 3 {
			t.Errorf("started again %d times, want 3", n)
		}
	})
}

// A checkpoint that comes before the answer to the opening counts, too: the leg would
// outlive its plugin from then on, and one that has ended a life and works in the next is
// cleared of that, and given up for no later end.
func TestACheckpointBeforeTheAnswerClearsALeg(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newMoodyBench(t, new(moody))
		defer b.Close(t.Context())
		var heard news
		p := kept("a")
		p.Call = "moody"
		l, _, err := b.OpenLeg(t.Context(), "loop", p, heard.tell)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close(t.Context())
		if !l.safe() {
			t.Error("the checkpoint of the first opening is not kept")
		}
		for n := range 3 {
			time.Sleep(healthy)
			b.kill() // the next life ends, too, as it is to go on with the leg, and the one after it has it
			time.Sleep(settled)
			if l.suspected() {
				t.Errorf("round %d: it works, and is suspected", n)
			}
			if got := b.hears(l); !slices.Equal(got, []float32{0.25}) {
				t.Errorf("round %d: it said %v", n, got)
			}
		}
		if e := heard.last(); e.Kind != 0 {
			t.Errorf("told %+v", e)
		}
		if n := b.List()[0].Restarts; n != 6 {
			t.Errorf("started again %d times, want 6", n)
		}
	})
}

func TestCloseInTheGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := new(moody)
		b := newMoodyBench(t, m)
		var one, two news
		l, left := b.open("loop", kept("a"), &one), b.open("loop", kept("b"), &two)
		m.mu.Lock()
		m.fails, m.with = 1, errors.New("not yet")
		m.mu.Unlock()
		b.kill()
		synctest.Wait()
		if err := l.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if n := b.net.count(); n != 2 {
			t.Errorf("%d sockets are bound, want the other leg's two", n)
		}
		b.step(bearable, l, left)
		time.Sleep(time.Second)
		if got := b.loop.resumed(); got != "b+" {
			t.Errorf("resumed %s", got)
		}

		// The core's end in a gap is the leg's.
		m.mu.Lock()
		m.fails = 1
		m.mu.Unlock()
		b.kill()
		synctest.Wait()
		b.Close(t.Context())
		if e := two.last(); e.Kind != leg.Lost {
			t.Errorf("told %+v at the core's end", e)
		}
		if e := one.last(); e.Kind != 0 {
			t.Errorf("the closed leg was told %+v", e)
		}
		b.step(bearable, left)
	})
}

// The line is read and written at the tick while its process changes.
func TestTheLineChangesUnderTheTick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newMoodyBench(t, new(moody))
		defer b.Close(t.Context())
		var heard news
		l := b.open("loop", kept("a"), &heard)
		time.Sleep(settled)
		stop := make(chan struct{})
		var ticking sync.WaitGroup
		ticking.Go(func() {
			var f audio.Frame
			for tick := uint64(0); ; tick++ {
				select {
				case <-stop:
					return
				case <-time.After(5 * time.Millisecond):
				}
				for range 20 { // so that what changes does so meanwhile
					l.Line().Read(tick, &f)
					l.Line().Write(tick, bearable)
					runtime.Gosched()
				}
			}
		})
		for n := 1; n <= 3; n++ {
			b.kill()
			time.Sleep(settled)
			if p := b.List()[0]; p.Restarts != n || p.Legs != 1 {
				t.Errorf("after kill %d: %+v", n, p)
			}
		}
		close(stop)
		ticking.Wait()
		if e := heard.last(); e.Kind != 0 {
			t.Errorf("told %+v", e)
		}
	})
}
