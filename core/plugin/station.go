package plugin

import (
	"context"
	"errors"
	"fmt"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/leg/remote"
)

// Arrival is a call that came in to a plugin by signalling of its own. It is taken
// or refused within ten seconds.
type Arrival struct {
	Plugin string // the name of its block
	leg.Arrival
	legs   *legs
	keeper *keeper
	number uint64
}

// Dial calls an address by the signalling of the named plugin's own. News is told by
// calling tell, as of [Host.OpenLeg]; the leg takes signals ([Leg.Signal]). It is
// lost with its plugin's process.
//
// A plugin that is not up and will not be in a second, and one that ends meanwhile,
// is [leg.ErrGone]; one that has no signalling of its own is [ErrKind].
func (h *Host) Dial(ctx context.Context, plugin string, d leg.Dial, tell func(leg.Event)) (*Leg, error) {
	k, life, err := h.use(ctx, plugin, sdk.KindLeg)
	if err != nil {
		return nil, err
	}
	if !life.info.Dials {
		k.exit()
		return nil, fmt.Errorf("plugin %s (%s %s) calls nobody: it has no signalling of its own: %w", plugin, life.info.Name, life.info.Version, ErrKind)
	}
	return k.join(ctx, life.legs, d.Leg, "Dial of a leg", tell, func(ctx context.Context, line uint32) (*remote.Leg, error) {
		return life.legs.client.Dial(ctx, d, line)
	})
}

// Take makes a call that came in a leg under the given ids.
func (a *Arrival) Take(ctx context.Context, call, id string, tell func(leg.Event)) (*Leg, error) {
	a.keeper.host.mu.Lock()
	a.keeper.legs++
	a.keeper.host.mu.Unlock()
	return a.keeper.join(ctx, a.legs, id, "Take of a call", tell, func(ctx context.Context, line uint32) (*remote.Leg, error) {
		return a.legs.client.Take(ctx, a.number, call, id, line)
	})
}

// Refuse ends a call that came in with a cause.
func (a *Arrival) Refuse(ctx context.Context, cause string) error {
	return a.legs.call(ctx, "Take of a call", func(ctx context.Context) error { return a.legs.client.Refuse(ctx, a.number, cause) })
}

// join gives a leg with signalling of its own a line in a life of its plugin. It has
// entered k, and exits if there is no leg.
func (k *keeper) join(ctx context.Context, in *legs, id, what string, tell func(leg.Event), open func(context.Context, uint32) (*remote.Leg, error)) (*Leg, error) {
	l := &Leg{id: id, keeper: k, tell: tell}
	s, err := in.seat(l, false)
	if err != nil {
		k.exit()
		return nil, err
	}
	// As with sockets: what was begun is ended, and not cut short.
	err = in.call(context.WithoutCancel(ctx), what, func(ctx context.Context) (err error) {
		s.far, err = open(ctx, s.line.ID())
		return err
	})
	if err == nil && ctx.Err() != nil {
		err = errors.Join(ctx.Err(), in.call(context.WithoutCancel(ctx), "Close", s.far.Close))
	}
	if err != nil {
		l.leave(s)
		k.exit()
		return nil, err
	}
	if !l.settle(s) { // lost already: its plugin ended
		l.leave(s)
	}
	return l, nil
}

// Signal tells a leg that has signalling of its own what is wanted of it.
func (l *Leg) Signal(ctx context.Context, sig leg.Signal) error {
	return l.do(ctx, "Signal", func(ctx context.Context, far *remote.Leg) error { return far.Signal(ctx, sig) })
}

// arrivals hands over the calls that come in, until the plugin is leaving: then
// another may listen where it did.
func (i *legs) arrivals(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(i.keeper.takes, cancel)()
	err := i.client.Arrivals(ctx, func(number uint64, a leg.Arrival) {
		i.host.opt.Arrived(&Arrival{Plugin: i.name, Arrival: a, legs: i, keeper: i.keeper, number: number})
	})
	if ctx.Err() == nil {
		i.condemnSoon(ctx, fmt.Sprintf("the stream of the calls that come in broke: %v", err))
	}
}
