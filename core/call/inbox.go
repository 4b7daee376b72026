package call

import (
	"slices"
	"sync"
)

// message is one thing that a call's goroutine takes: news of a leg, or a wish
// of the switch.
type message struct {
	kind     messageKind
	news     News     // gotNews
	cause    Cause    // gotHangup
	text     string   // gotHangup
	by       string   // gotHangup
	act      func()   // gotAct
	leg      string   // gotTap, gotUntap
	tap      Tap      // gotTap, gotUntap
	tool     *onCall  // gotTool
	toolNews ToolNews // gotTool
	// gotParcel, gotTaken, gotBack
	parcel *parcel
}

type messageKind int

const (
	gotNews messageKind = iota
	gotStart
	gotTimer
	gotHangup
	gotLook // at how the legs do
	gotTap
	gotUntap
	gotAct    // somebody's wish
	gotParcel // a party of another call shall be here
	gotTaken  // a party that was given away was taken
	gotBack   // or was not
	gotTool   // news of a tool
	gotPrompt // that plays is ready, or over
	gotNotice // so is an announcement
	gotMusic  // that is spoken has broken off
)

func (k messageKind) String() string {
	return [...]string{"news", "start", "timer", "hangup", "look", "tap", "untap", "act", "parcel", "taken", "back", "tool", "prompt", "notice", "music"}[k]
}

// inbox is an unbounded queue with one reader.
type inbox struct {
	wake chan struct{} // holds one token while something waits

	mu      sync.Mutex
	waiting []message
	closed  bool
}

func newInbox() *inbox { return &inbox{wake: make(chan struct{}, 1)} }

// put never blocks. It reports false if the reader has gone.
func (q *inbox) put(m message) bool {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return false
	}
	q.waiting = append(q.waiting, m)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return true
}

// close refuses what comes and returns what waits still.
func (q *inbox) close() []message {
	q.mu.Lock()
	defer q.mu.Unlock()
	got := q.waiting
	q.closed, q.waiting = true, nil
	return got
}

// extract takes out what waits and is of some kind, in order.
func (q *inbox) extract(of func(message) bool) (out []message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = slices.DeleteFunc(q.waiting, func(m message) bool {
		if of(m) {
			out = append(out, m)
			return true
		}
		return false
	})
	return out
}

// take returns what waits, in order, and lends spare to the queue.
func (q *inbox) take(spare []message) []message {
	q.mu.Lock()
	defer q.mu.Unlock()
	got := q.waiting
	clear(spare)
	q.waiting = spare[:0]
	return got
}
