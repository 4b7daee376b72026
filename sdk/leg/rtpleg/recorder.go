package rtpleg

import (
	"encoding/json"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk/leg"
)

const (
	// recordEvery is how often the running legs' state is told.
	recordEvery = time.Second
	// recordIdle is how often that of a leg is which neither sends nor
	// receives.
	recordIdle = 10 * time.Second
)

// recorder tells the state of a process's legs. Its goroutine runs while there
// is a leg.
type recorder struct {
	mu    sync.Mutex
	legs  map[*Leg]bool
	quit  chan struct{}
	ended chan struct{}
	wake  chan struct{} // holds a token when a leg has something to tell at once
}

func newRecorder() *recorder {
	return &recorder{legs: make(map[*Leg]bool), wake: make(chan struct{}, 1)}
}

func (r *recorder) add(l *Leg) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.legs[l] = true
	if len(r.legs) == 1 {
		r.quit, r.ended = make(chan struct{}), make(chan struct{})
		go r.run(r.quit, r.ended) // until the last leg is removed, which waits for it
	}
}

func (r *recorder) remove(l *Leg) {
	r.mu.Lock()
	there := r.legs[l]
	delete(r.legs, l)
	var ended chan struct{}
	if there && len(r.legs) == 0 {
		close(r.quit)
		ended = r.ended
	}
	r.mu.Unlock()
	if ended != nil {
		<-ended
	}
}

// hasten makes the recorder look at once. It does not block.
func (r *recorder) hasten() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

func (r *recorder) run(quit <-chan struct{}, ended chan<- struct{}) {
	defer close(ended)
	t := time.NewTicker(recordEvery)
	defer t.Stop()
	for {
		all := false
		select {
		case <-quit:
			return
		case <-r.wake:
		case <-t.C:
			all = true
		}
		now := time.Now()
		for _, l := range r.present() {
			if l.urgent.Swap(false) || all && l.stirred(now) {
				l.record()
			}
		}
	}
}

func (r *recorder) present() []*Leg {
	r.mu.Lock()
	defer r.mu.Unlock()
	legs := make([]*Leg, 0, len(r.legs))
	for l := range r.legs {
		legs = append(legs, l)
	}
	return legs
}

// stirred reports whether anything went to or fro since it was last asked, or
// nothing did for long. On the recorder's goroutine alone.
func (l *Leg) stirred(now time.Time) bool {
	n := l.stats.packetsIn.Load() + l.stats.packetsOut.Load()
	if n == l.recorded && now.Sub(l.recordedAt) < recordIdle {
		return false
	}
	l.recorded, l.recordedAt = n, now
	return true
}

// agree remembers what was agreed, for the states to come, and tells the first
// of them. It is called at the end of each control call that changed it.
func (l *Leg) agree() {
	p := l.plan.Load()
	if p == nil || l.way != nil { // what a browser agreed with this process, another cannot go on with
		return
	}
	b, err := json.Marshal(l.session.State(p.Agreed))
	if err != nil {
		l.log.Error("the leg would not outlive this process: its state cannot be written", "error", err)
		return
	}
	l.agreed.Store(&b)
	l.record()
}

// record tells the leg's state.
func (l *Leg) record() {
	session := l.agreed.Load()
	if session == nil || l.closed.Load() {
		return
	}
	b, err := encodeState(*session, l.running())
	if err != nil {
		l.log.Error("the leg would not outlive this process: its state cannot be written", "error", err)
		return
	}
	l.news(leg.Event{Kind: leg.Checkpoint, State: b})
}
