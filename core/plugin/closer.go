package plugin

import (
	"context"
	"time"

	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/leg/remote"
)

// linger is how long a leg's end waits for others, to go with them in one
// round trip. The legs of a call end together, and nobody waits for it.
const linger = 20 * time.Millisecond

// closer closes legs in the plugin, those that end within a short time in one
// call.
type closer struct {
	in    *instance
	legs  *remote.Client
	queue chan ending
}

// ending is one leg that is to be closed.
type ending struct {
	far  *remote.Leg
	told chan error // holds the outcome
}

// close closes a leg, with others. The error is [leg.ErrGone] if the instance
// ends first.
func (c *closer) close(far *remote.Leg) error {
	e := ending{far: far, told: make(chan error, 1)}
	select {
	case c.queue <- e:
	case <-c.in.condemned.Done():
		return leg.ErrGone
	}
	select {
	case err := <-e.told:
		return err
	case <-c.in.condemned.Done():
		return leg.ErrGone
	}
}

// run is the closer's goroutine, until ctx ends.
func (c *closer) run(ctx context.Context) {
	for {
		var batch []ending
		select {
		case e := <-c.queue:
			batch = append(batch, e)
		case <-ctx.Done():
			return
		}
		wait := time.NewTimer(linger)
		for waiting := true; waiting; {
			select {
			case e := <-c.queue:
				batch = append(batch, e)
			case <-wait.C:
				waiting = false
			case <-ctx.Done():
				wait.Stop()
				return
			}
		}
		c.flush(ctx, batch)
	}
}

// flush closes a batch and tells each its outcome.
func (c *closer) flush(ctx context.Context, batch []ending) {
	legs := make([]*remote.Leg, len(batch))
	for i, e := range batch {
		legs[i] = e.far
	}
	var errs []error
	err := c.in.call(ctx, "Close", func(ctx context.Context) (err error) {
		errs, err = c.legs.Close(ctx, legs)
		return err
	})
	for i, e := range batch {
		if err != nil {
			e.told <- err
		} else {
			e.told <- errs[i]
		}
	}
}
