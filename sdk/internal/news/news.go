// Package news holds what a plugin has to tell until the core's stream takes it.
package news

import (
	"context"
	"sync"
)

// limit bounds what waits for a core that does not read: it is about to kill
// this process, and memory must last until then.
const limit = 1 << 14

// Queue is news in the order in which it happened. Putting never blocks. Make
// it with New.
type Queue[T any] struct {
	ready chan struct{} // holds a token when something waits

	mu      sync.Mutex
	waiting []T
}

// New returns an empty queue.
func New[T any]() *Queue[T] { return &Queue[T]{ready: make(chan struct{}, 1)} }

// Put adds news at the end. It is safe from any goroutine.
func (q *Queue[T]) Put(n T) {
	q.mu.Lock()
	if len(q.waiting) < limit {
		q.waiting = append(q.waiting, n)
	}
	q.mu.Unlock()
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// Take waits for news and returns all there is.
func (q *Queue[T]) Take(ctx context.Context) ([]T, error) {
	for {
		select {
		case <-q.ready:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		q.mu.Lock()
		batch := q.waiting
		q.waiting = nil
		q.mu.Unlock()
		if len(batch) > 0 {
			return batch, nil
		}
	}
}
