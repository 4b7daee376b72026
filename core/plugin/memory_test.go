package plugin

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
)

// loop is a terminator whose legs say what they heard at the tick before, at
// half the level. Its descriptions tell what it was asked.
type loop struct {
	mu     sync.Mutex
	open   map[string]*loopLeg
	states []string // that legs were resumed with
	crash  func()   // ends the process
	slow   func()   // is what each frame takes, if it is set
}

// resume is what a leg with a state does before it opens.
func (t *loop) resume(p leg.Params) error {
	if p.State == nil {
		return nil
	}
	t.mu.Lock()
	t.states = append(t.states, p.Leg+string(p.State))
	times := len(t.states)
	t.mu.Unlock()
	switch {
	case p.Call == "poison", p.Call == "moody" && times%2 == 1: // the moody one each second time
		t.crash()
		return leg.ErrGone
	case p.Call == "unknown":
		return fmt.Errorf("a state of version 9: %w", leg.ErrState)
	}
	return nil
}

type loopLeg struct {
	of    *loop
	p     leg.Params
	socks []bus.Socket
	tell  func(leg.Event)
	heard audio.Frame
	any   bool
	out   atomic.Uint64
}

func (t *loop) Open(_ context.Context, p leg.Params, socks []bus.Socket, tell func(leg.Event)) (leg.Endpoint, []byte, error) {
	if p.Codecs[0] == "none" {
		for _, s := range socks {
			s.Close()
		}
		return nil, nil, fmt.Errorf("only %v: %w", p.Codecs, leg.ErrNoCodec)
	}
	l := &loopLeg{of: t, p: p, socks: socks, tell: tell}
	if err := t.resume(p); err != nil {
		return nil, nil, err
	}
	if p.Codecs[0] == "kept" {
		tell(leg.Event{Kind: leg.Checkpoint, State: append(p.State, '+')})
	}
	if p.Call == "moody" {
		time.Sleep(audio.Tick) // the core has heard it before it gets the answer
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		t.open = make(map[string]*loopLeg)
	}
	t.open[p.Leg] = l
	return l, fmt.Appendf(nil, "to %s, %d sockets", p.Remote, len(socks)), nil
}

func (t *loop) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.open)
}

func (l *loopLeg) Offer(_ context.Context, dir leg.Direction) ([]byte, error) {
	return []byte("offer " + dir.String()), nil
}
func (l *loopLeg) Accept(_ context.Context, answer []byte) error {
	if len(answer) == 0 {
		return leg.ErrBadSDP
	}
	l.tell(leg.Event{Kind: leg.Changed, Codec: string(answer)})
	return nil
}
func (l *loopLeg) Rollback(context.Context) error { return leg.ErrState }
func (l *loopLeg) Answer(ctx context.Context, offer []byte, dir leg.Direction) ([]byte, error) {
	switch string(offer) {
	case "panic":
		panic("asked to")
	case "log":
		hclog.FromContext(ctx).Warn("here I am")
	case "print":
		fmt.Println("printed")
	case "remember":
		l.tell(leg.Event{Kind: leg.Checkpoint, State: []byte("remembered")})
	case "wait":
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return fmt.Appendf(nil, "answer to %s, %s", offer, dir), nil
}
func (l *loopLeg) Digit(_ context.Context, digit byte, d time.Duration) error {
	l.tell(leg.Event{Kind: leg.Digit, Digit: digit, Duration: d})
	return nil
}
func (l *loopLeg) Stats(context.Context) (leg.Stats, error) {
	return leg.Stats{PacketsOut: l.out.Load()}, nil
}
func (l *loopLeg) Close(context.Context) error {
	l.of.mu.Lock()
	delete(l.of.open, l.p.Leg)
	l.of.mu.Unlock()
	for _, s := range l.socks {
		s.Close()
	}
	return nil
}
func (l *loopLeg) Gather(_ uint64, f *audio.Frame) bool {
	if l.any {
		l.out.Add(1)
		for i := range f {
			f[i] = l.heard[i] / 2
		}
	}
	return l.any
}
func (l *loopLeg) Deliver(_ uint64, f *audio.Frame) {
	l.any = f != nil
	if f == nil {
		return
	}
	if f[0] == unbearable[0] {
		panic("cannot bear this sound")
	}
	if l.of.slow != nil {
		l.of.slow()
	}
	l.heard = *f
}

// sockets is a network that only counts what is bound.
type sockets struct {
	mu    sync.Mutex
	bound map[netip.AddrPort]bool
}

func (n *sockets) listen(a netip.AddrPort) (bus.Socket, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.bound == nil {
		n.bound = make(map[netip.AddrPort]bool)
	}
	if n.bound[a] {
		return nil, errors.New("address in use")
	}
	n.bound[a] = true
	return &socket{n: n, at: a}, nil
}

func (n *sockets) count() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.bound)
}

type socket struct {
	n  *sockets
	at netip.AddrPort
}

func (s *socket) Recv([]byte) (int, netip.AddrPort, time.Time, error) {
	return 0, netip.AddrPort{}, time.Time{}, bus.ErrEmpty
}
func (s *socket) Send([]byte, netip.AddrPort) error { return nil }
func (s *socket) LocalAddr() netip.AddrPort         { return s.at }
func (s *socket) Close() error {
	s.n.mu.Lock()
	defer s.n.mu.Unlock()
	delete(s.n.bound, s.at)
	return nil
}

// news collects what legs tell.
type news struct {
	mu  sync.Mutex
	all []leg.Event
}

func (n *news) tell(e leg.Event) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.all = append(n.all, e)
}

func (n *news) last() leg.Event {
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.all) == 0 {
		return leg.Event{}
	}
	return n.all[len(n.all)-1]
}

var (
	bearable   = &audio.Frame{0: 0.5}
	unbearable = &audio.Frame{0: 0.75}
)

func params(id string) leg.Params {
	return leg.Params{
		Call: "c-" + id, Leg: id, Address: netip.MustParseAddr("192.0.2.1"),
		Codecs: []string{"pcmu"}, Remote: []byte("an offer"),
	}
}

// bench is a host with one plugin in memory.
type bench struct {
	*Host
	t    *testing.T
	loop *loop
	net  *sockets
	tick uint64
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, loop: new(loop), net: new(sockets)}
	b.Host = New(Options{
		Log:     hclog.NewNullLogger(),
		Launch:  Memory{"loop": {Name: "loop", Version: "1.0.0", Leg: b.loop}},
		Address: Addresses{V4: netip.MustParseAddr("127.0.0.1")},
		Ports:   PortRange{20000, 20019},
		Listen:  b.net.listen,
	})
	if err := b.Start(t.Context(), []Spec{{Name: "loop"}}); err != nil {
		t.Fatal(err)
	}
	return b
}

// step is one tick of a mixer that gives every line the same frame and
// returns what each said.
func (b *bench) step(down *audio.Frame, legs ...*Leg) []float32 {
	said := make([]float32, len(legs))
	var f audio.Frame
	for i, l := range legs {
		if l.Line().Read(b.tick, &f) {
			said[i] = f[0]
		}
		l.Line().Write(b.tick, down)
	}
	b.Ring(b.tick, time.Now())
	b.tick++
	time.Sleep(audio.Tick)
	return said
}

func TestALegInMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		defer b.Close(t.Context())
		if err := b.Ready(); err != nil {
			t.Fatal(err)
		}
		var heard news
		l, answer, err := b.OpenLeg(t.Context(), "loop", params("a"), heard.tell)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(answer); got != "to an offer, 2 sockets" {
			t.Errorf("Open returned %q", got)
		}
		if got, err := l.Answer(t.Context(), []byte("hold"), leg.RecvOnly); err != nil || string(got) != "answer to hold, recvonly" {
			t.Errorf("Answer returned %q, %v", got, err)
		}
		if got, err := l.Offer(t.Context(), leg.Inactive); err != nil || string(got) != "offer inactive" {
			t.Errorf("Offer returned %q, %v", got, err)
		}
		if err := l.Accept(t.Context(), nil); err != leg.ErrBadSDP {
			t.Errorf("Accept of nothing: %v, want leg.ErrBadSDP", err)
		}
		if err := l.Rollback(t.Context()); err != leg.ErrState {
			t.Errorf("Rollback: %v, want leg.ErrState", err)
		}
		if err := l.Digit(t.Context(), '#', 100*time.Millisecond); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if want := (leg.Event{Kind: leg.Digit, Digit: '#', Duration: 100 * time.Millisecond}); !reflect.DeepEqual(heard.last(), want) {
			t.Errorf("told %+v, want %+v", heard.last(), want)
		}

		var said []float32
		for range 5 {
			said = b.step(bearable, l)
		}
		if said[0] != 0.25 {
			t.Errorf("the leg said %v of what it heard, want 0.25", said)
		}
		if err := l.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if err := l.Close(t.Context()); err != nil {
			t.Error("the second Close: ", err)
		}
		if s, err := l.Stats(t.Context()); err != nil || s.PacketsOut == 0 {
			t.Errorf("Stats after Close: %+v, %v", s, err)
		}
		if b.loop.count() != 0 || b.net.count() != 0 {
			t.Errorf("%d legs and %d sockets are left", b.loop.count(), b.net.count())
		}
	})
}

func TestALegThatIsRefusedLeavesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		defer b.Close(t.Context())
		p := params("a")
		p.Codecs = []string{"none"}
		_, _, err := b.OpenLeg(t.Context(), "loop", p, nil)
		if !errors.Is(err, leg.ErrNoCodec) || err.Error() != "only [none]: no codec in common" {
			t.Errorf("error %v, want leg.ErrNoCodec with the plugin's words", err)
		}
		if b.net.count() != 0 || b.List()[0].Legs != 0 {
			t.Errorf("%d sockets and %d legs are left", b.net.count(), b.List()[0].Legs)
		}
	})
}

func TestKillTellsLostAndThePluginComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		defer b.Close(t.Context())
		var heard news
		l, _, err := b.OpenLeg(t.Context(), "loop", params("a"), heard.tell)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Kill("loop"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if e := heard.last(); e.Kind != leg.Lost || e.Reason == "" {
			t.Errorf("told %+v, want Lost with a reason", e)
		}
		if _, err := l.Stats(t.Context()); err != leg.ErrGone {
			t.Errorf("Stats of a lost leg: %v, want leg.ErrGone", err)
		}
		b.step(bearable, l) // a room may still use its line
		if err := l.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if err := b.Ready(); err != nil {
			t.Error(err)
		}
		l, _, err = b.OpenLeg(t.Context(), "loop", params("b"), heard.tell)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close(t.Context())
		if i := b.List()[0]; i.Restarts != 1 || i.State != Up || i.Kind != "leg" || i.Version != "1.0.0" || i.Legs != 1 {
			t.Errorf("listed as %+v", i)
		}
	})
}
