package plugin

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
)

// ownWays is a [loop] whose legs find their ways themselves, and are told candidates.
type ownWays struct {
	*loop
	bound, freed *atomic.Int32
}

func (o ownWays) Bind(context.Context) error {
	if o.bound.Add(1) == 1 {
		return errors.New("address already in use")
	}
	return nil
}

func (o ownWays) Unbind() { o.freed.Add(1) }

func (o ownWays) Open(ctx context.Context, p leg.Params, socks []bus.Socket, tell func(leg.Event)) (leg.Endpoint, []byte, error) {
	e, description, err := o.loop.Open(ctx, p, socks, tell)
	return &trickled{Endpoint: e, tell: tell}, description, err
}

type trickled struct {
	leg.Endpoint
	tell func(leg.Event)
}

func (t *trickled) Trickle(_ context.Context, candidates []string) error {
	if slices.Contains(candidates, "nonsense") {
		return leg.ErrBadSDP
	}
	for _, c := range candidates {
		t.tell(leg.Event{Kind: leg.Changed, Codec: c})
	}
	return nil
}

func TestALegOnSocketsOfItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := new(sockets)
		own := ownWays{new(loop), new(atomic.Int32), new(atomic.Int32)}
		h := New(Options{
			Log:    hclog.NewNullLogger(),
			Launch: Memory{"own": {Name: "own", Version: "1.0.0", Leg: own}, "loop": {Name: "loop", Version: "1.0.0", Leg: new(loop)}},
			Ports:  PortRange{20000, 20001},
			Listen: net.listen,
		})
		if err := h.Start(t.Context(), []Spec{{Name: "own"}, {Name: "loop"}}); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // it has tried to bind, and failed
		var heard news
		l, description, err := h.OpenLeg(t.Context(), "own", params("a"), heard.tell)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(description); got != "to an offer, 0 sockets" || net.count() != 0 {
			t.Errorf("Open returned %q, and %d sockets are bound", got, net.count())
		}
		if err := l.Trickle(t.Context(), []string{"candidate:1"}); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if got := heard.last().Codec; got != "candidate:1" {
			t.Errorf("the leg was told the candidate %q", got)
		}
		if err := l.Trickle(t.Context(), []string{"nonsense"}); !errors.Is(err, leg.ErrBadSDP) {
			t.Errorf("nonsense: %v, want leg.ErrBadSDP", err)
		}
		if err := l.Trickle(t.Context(), nil); err != nil {
			t.Error("the end of candidates: ", err)
		}
		if err := l.Close(t.Context()); err != nil {
			t.Error(err)
		}

		other, _, err := h.OpenLeg(t.Context(), "loop", params("b"), heard.tell)
		if err != nil {
			t.Fatal(err)
		}
		if err := other.Trickle(t.Context(), nil); !errors.Is(err, leg.ErrState) {
			t.Errorf("a leg that takes no candidates: %v, want leg.ErrState", err)
		}
		if err := other.Close(t.Context()); err != nil {
			t.Error(err)
		}

		// A leg that tells that it is lost is closed in its plugin all the same.
		lost, _, err := h.OpenLeg(t.Context(), "own", params("c"), heard.tell)
		if err != nil {
			t.Fatal(err)
		}
		own.loop.mu.Lock()
		own.open["c"].tell(leg.Event{Kind: leg.Lost, Reason: "no way to it"})
		own.loop.mu.Unlock()
		synctest.Wait()
		if e := heard.last(); e.Kind != leg.Lost || e.Reason != "no way to it" {
			t.Errorf("told %+v", e)
		}
		if _, err := lost.Stats(t.Context()); err != nil {
			t.Error("no counters of a leg that is lost, while its plugin lives: ", err)
		}
		if err := lost.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if n := own.count(); n != 0 {
			t.Errorf("%d legs are left in the plugin", n)
		}
		h.Close(t.Context())
		if own.bound.Load() != 2 || own.freed.Load() != 1 {
			t.Errorf("bound %d times, the first of which failed, and freed %d times", own.bound.Load(), own.freed.Load())
		}
	})
}
