package mix

import "sync/atomic"

// grace lets others wait until the step that is under way has ended, without
// a lock in the step itself.
type grace struct {
	count  atomic.Uint64 // odd while stepping
	waiter atomic.Pointer[chan struct{}]
}

func (g *grace) enter() { g.count.Add(1) }

func (g *grace) exit() {
	g.count.Add(1)
	if g.waiter.Load() != nil {
		close(*g.waiter.Swap(nil))
	}
}

// under returns a channel that is closed when the step under way ends, nil if
// there is none. One goroutine calls it at a time.
func (g *grace) under() <-chan struct{} {
	at := g.count.Load()
	if at%2 == 0 {
		return nil
	}
	w := g.waiter.Load()
	if w == nil {
		c := make(chan struct{})
		w = &c
		g.waiter.Store(w)
	}
	if g.count.Load() != at {
		// It has ended, perhaps without seeing the waiter, which the next
		// one then closes: to nobody.
		return nil
	}
	return *w
}
