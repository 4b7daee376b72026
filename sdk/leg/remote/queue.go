package remote

import (
	"context"
	"sync"

	"github.com/plugboard/plugboard/sdk/leg"
)

// queueLimit bounds the news that wait for a core that does not read them: it
// is about to kill this process, and memory must last until then.
const queueLimit = 1 << 14

// queue holds the news of all legs until the core's stream takes them. Putting
// never blocks.
type queue struct {
	ready chan struct{} // holds a token when something waits

	mu      sync.Mutex
	waiting []news
}

type news struct {
	leg   string
	event leg.Event
}

// put adds news at the end.
func (q *queue) put(id string, e leg.Event) {
	q.mu.Lock()
	if len(q.waiting) < queueLimit {
		q.waiting = append(q.waiting, news{id, e})
	}
	q.mu.Unlock()
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// take waits for news and returns all there are.
func (q *queue) take(ctx context.Context) ([]news, error) {
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
