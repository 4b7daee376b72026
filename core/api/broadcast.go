package api

import (
	"encoding/json"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// Broadcaster numbers events, keeps the last ones and hands them to all who
// listen. [Broadcaster.Emit] never waits for a listener.
type Broadcaster struct {
	mu      sync.Mutex
	seq     uint64  // of the last event
	history []*item // the last events, oldest first
	keep    int
	clients map[*subscription]struct{}
	missed  uint64 // clients let go because they were too slow
}

// item is an event and, once somebody needs it, its JSON.
type item struct {
	event.Event
	encode func() ([]byte, error)
}

// clientQueue is how many events a client may be behind.
const clientQueue = 512

// NewBroadcaster returns one whose first event is first+1 and that keeps the
// last keep events for those who come back. If first is the start time in
// microseconds, a number from before a restart is never mistaken for one after
// it, as long as there are less than a million events in a second.
func NewBroadcaster(first uint64, keep int) *Broadcaster {
	return &Broadcaster{seq: first, keep: keep, clients: map[*subscription]struct{}{}}
}

// Emit gives the event the next number, and a time if it has none.
func (b *Broadcaster) Emit(e event.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seq++
	e.Seq = b.seq
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	e.Time = e.Time.UTC()
	it := newItem(e)
	if len(b.history) >= b.keep && b.keep > 0 {
		b.history[0] = nil
		b.history = b.history[1:]
	}
	if b.keep > 0 {
		b.history = append(b.history, it)
	}
	for s := range b.clients {
		select {
		case s.queue <- it:
		default: // it reads what is queued, and then finds the queue closed
			b.missed++
			close(s.queue)
			delete(b.clients, s)
		}
	}
}

func newItem(e event.Event) *item {
	return &item{Event: e, encode: sync.OnceValues(func() ([]byte, error) { return json.Marshal(e) })}
}

// subscription is one listener.
type subscription struct {
	queue chan *item // closed by the Broadcaster when the listener was too slow
	past  []*item    // what it missed while it was away
	from  uint64     // the number of the last event before it listened
	whole bool       // past is all since what it asked for
}

// subscribe begins to listen. after is the last event that the listener has,
// 0 if none.
func (b *Broadcaster) subscribe(after uint64) *subscription {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := &subscription{queue: make(chan *item, clientQueue), from: b.seq}
	if after > 0 && after <= b.seq {
		oldest := b.seq + 1 - uint64(len(b.history))
		if s.whole = after+1 >= oldest; s.whole {
			s.past = append(s.past, b.history[after+1-oldest:]...)
		}
	}
	b.clients[s] = struct{}{}
	return s
}

// unsubscribe ends it. Ending twice is fine.
func (b *Broadcaster) unsubscribe(s *subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.clients, s)
}

// stats are the number of listeners, and of those that were too slow.
func (b *Broadcaster) stats() (clients int, missed uint64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.clients), b.missed
}
