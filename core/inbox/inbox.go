// Package inbox is how the goroutine that owns something hears from others: a queue
// with one reader. Who has something to tell puts it in as a value and goes on;
// nobody waits, and no lock is held while it is dealt with.
//
//	Put ──▶ what waits ── Wake ──▶ Take: all of it, in order ──▶ the owner
package inbox

import (
	"slices"
	"sync"
)

// Inbox is one. It is ready after [Inbox.Open]. All but Take and Close are for
// whoever likes.
type Inbox[T any] struct {
	// Wake holds a token while something waits.
	Wake chan struct{}

	mu      sync.Mutex
	waiting []T
	closed  bool
}

// New makes an inbox that is ready.
func New[T any]() *Inbox[T] {
	q := new(Inbox[T])
	q.Open()
	return q
}

// Open makes it ready.
func (q *Inbox[T]) Open() { q.Wake = make(chan struct{}, 1) }

// Put puts something in, however much waits. It reports false if the owner has gone.
func (q *Inbox[T]) Put(v T) bool { return q.put(v, -1) }

// Offer puts something in unless so much waits already: it reports false then, too.
func (q *Inbox[T]) Offer(v T, most int) bool { return q.put(v, most) }

func (q *Inbox[T]) put(v T, most int) bool {
	q.mu.Lock()
	if q.closed || most >= 0 && len(q.waiting) >= most {
		q.mu.Unlock()
		return false
	}
	q.waiting = append(q.waiting, v)
	q.mu.Unlock()
	select {
	case q.Wake <- struct{}{}:
	default:
	}
	return true
}

// Take returns what waits, in order, and lends spare to the queue.
func (q *Inbox[T]) Take(spare []T) []T {
	q.mu.Lock()
	defer q.mu.Unlock()
	got := q.waiting
	clear(spare)
	q.waiting = spare[:0]
	return got
}

// Extract takes out what waits and is of some kind, in order.
func (q *Inbox[T]) Extract(of func(T) bool) (out []T) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = slices.DeleteFunc(q.waiting, func(v T) bool {
		if of(v) {
			out = append(out, v)
			return true
		}
		return false
	})
	return out
}

// Close refuses what comes, and returns what waits still.
func (q *Inbox[T]) Close() []T {
	q.mu.Lock()
	defer q.mu.Unlock()
	got := q.waiting
	q.closed, q.waiting = true, nil
	return got
}
