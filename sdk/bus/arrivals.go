package bus

import (
	"context"
	"sync"
)

// arrivals are the sockets that were passed, until someone takes them.
type arrivals struct {
	mu     sync.Mutex
	closed bool
	by     map[uint64]*arrival
}

type arrival struct {
	socks   []Socket
	ready   chan struct{} // closed with socks set
	refused bool          // whoever waited has gone
}

func newArrivals() *arrivals { return &arrivals{by: make(map[uint64]*arrival)} }

// of returns the token's arrival. The caller holds the lock.
func (a *arrivals) of(token uint64) *arrival {
	p := a.by[token]
	if p == nil {
		p = &arrival{ready: make(chan struct{})}
		a.by[token] = p
	}
	return p
}

// put stores what came, or closes it where nobody wants it.
func (a *arrivals) put(token uint64, socks []Socket) {
	if !a.keep(token, socks) {
		closeAll(socks)
	}
}

func (a *arrivals) keep(token uint64, socks []Socket) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return false
	}
	p := a.of(token)
	if p.refused {
		delete(a.by, token)
		return false
	}
	if p.socks != nil {
		return false
	}
	p.socks = socks
	close(p.ready)
	return true
}

// await returns the token's arrival, wanted from now on; nil after close.
func (a *arrivals) await(token uint64) *arrival {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return nil
	}
	p := a.of(token)
	p.refused = false
	return p
}

func (a *arrivals) take(ctx context.Context, token uint64, gone <-chan struct{}) ([]Socket, error) {
	p := a.await(token)
	if p == nil {
		return nil, ErrHostGone
	}
	err := ErrHostGone
	select {
	case <-p.ready:
	case <-gone:
	case <-ctx.Done():
		err = ctx.Err()
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if p.socks != nil && !a.closed {
		delete(a.by, token)
		return p.socks, nil
	}
	p.refused = true
	return nil, err
}

func (a *arrivals) close() {
	a.mu.Lock()
	a.closed = true
	by := a.by
	a.by = nil
	a.mu.Unlock()
	for _, p := range by {
		closeAll(p.socks)
	}
}

func closeAll(socks []Socket) {
	for _, s := range socks {
		_ = s.Close()
	}
}
