package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/event"
)

// The bounds of what waits in memory.
const (
	// maxQueue is how many events the writer may be behind with; then the
	// steps of live calls are dropped (the next look at them heals that), and
	// beyond twice as many also records.
	maxQueue = 50_000
	// maxWaiting is how many records of finished calls wait while the disk
	// takes none: some 40 MB.
	maxWaiting = 20_000
)

const (
	// gatherTime is how long the writer waits for more before it writes: one
	// transaction a second, in which a call that rings and is answered is
	// written once. Readers do not wait for it, see sync.
	gatherTime = time.Second
	// The writer tries again after retryMin, which doubles up to retryMax.
	retryMin = time.Second
	retryMax = 30 * time.Second
	// flushTime is how long a reader waits for what is not written yet.
	flushTime = 2 * time.Second
	// maxBatch is how many records one transaction holds.
	maxBatch = 500
)

// Observe takes an event. Those about calls are for the records, any other is
// left alone. It never waits.
func (s *Store) Observe(e event.Event) {
	switch e.Type {
	case event.CallStarted, event.CallRinging, event.CallAnswered, event.CallEnded, event.CallEmergency,
		event.LegAdded, event.LegRemoved, event.LegVerdicts:
	default:
		return
	}
	s.mu.Lock()
	room := maxQueue
	if e.Type == event.CallEnded {
		room *= 2
	}
	full := len(s.queue) >= room
	if full {
		s.dropped++
	} else {
		s.queue = append(s.queue, e)
	}
	s.mu.Unlock()
	if !full {
		s.look()
		return
	}
	if cdr, ok := e.Data.(event.CDR); ok {
		s.shed(cdr)
	}
}

// look wakes the writer.
func (s *Store) look() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// shed logs a record that cannot be kept in any other way.
func (s *Store) shed(cdr event.CDR) {
	text, err := json.Marshal(cdr)
	if err != nil { // a figure that is no number
		cdr.Legs = nil
		text, _ = json.Marshal(cdr)
	}
	s.opt.Log.Error("a call's record could not be written; here it is", "record", string(text))
}

// writer is what the writer's goroutine owns.
type writer struct {
	live  map[string]*record
	over  []*record     // of finished calls, to be written
	retry time.Duration // how long to wait after the last failure
	owes  bool          // the file could not be set up yet
}

// run writes until Close: soon after news, at intervals, and when a reader
// asks for it.
//
//	idle ──news──▶ gathering ──gatherTime──▶ writing ──▶ idle
//	  ▲                                        │ failed
//	  └────── retry (1 s … 30 s) ◀─────────────┘
func (s *Store) run(live func() []call.Info) {
	defer close(s.ended)
	timer := time.NewTimer(retryMin)
	armed := s.w.owes // the timer runs
	if !armed {
		timer.Stop()
	}
	every := time.NewTicker(s.opt.Every)
	defer every.Stop()
	for {
		var asked chan struct{}
		select {
		case <-s.stop:
			s.take()
			s.write()
			for _, r := range s.w.over {
				s.shed(r.CDR)
			}
			return
		case <-s.wake:
			if !armed {
				armed = true
				timer.Reset(gatherTime)
			}
			continue
		case asked = <-s.flush:
		case <-timer.C:
		case <-every.C:
			// What has ended so far is folded first, so that no picture of a
			// live call comes after its record.
			s.take()
			for _, i := range live() {
				s.w.see(i)
			}
		}
		s.take()
		s.write()
		if asked != nil {
			close(asked)
		}
		timer.Stop()
		if armed = s.w.retry > 0; armed {
			timer.Reset(s.w.retry)
		}
	}
}

// take folds what has come since.
func (s *Store) take() {
	s.mu.Lock()
	queue, dropped := s.queue, s.dropped
	s.queue, s.dropped = nil, 0
	s.mu.Unlock()
	if dropped > 0 {
		s.opt.Log.Warn("the writer of call records was too far behind: steps of live calls were left out", "events", dropped)
	}
	for _, e := range queue {
		s.w.fold(e)
	}
	for len(s.w.over) > maxWaiting {
		last := len(s.w.over) - 1
		s.shed(s.w.over[last].CDR)
		s.w.over = s.w.over[:last]
	}
}

// sync waits, not for long, until what has come so far is written.
func (s *Store) sync(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, flushTime)
	defer cancel()
	written := make(chan struct{})
	select {
	case s.flush <- written:
	case <-s.ended:
		return
	case <-ctx.Done():
		return
	}
	select {
	case <-written:
	case <-ctx.Done():
	}
}

// write writes all that waits. What fails waits on.
func (s *Store) write() {
	ctx := context.Background()
	if s.w.owes {
		if err := s.setUp(ctx); err != nil {
			s.failed(err)
			return
		}
		s.w.owes = false
		s.succeeded()
	}
	bindings, switches := s.takeBindings(), s.takeState()
	var dirty []*record
	for _, r := range s.w.live {
		if r.dirty {
			dirty = append(dirty, r)
		}
	}
	dirty = append(dirty, s.w.over...)
	if len(bindings)+len(switches)+len(dirty) == 0 {
		return
	}
	err := s.gone()
	if err == nil {
		err = s.writeRest(ctx, bindings, switches)
	}
	if err != nil {
		s.giveBindings(bindings)
		s.giveState(switches)
	}
	for len(dirty) > 0 && err == nil {
		n := min(len(dirty), maxBatch)
		err = s.writeCalls(ctx, dirty[:n])
		dirty = dirty[n:]
	}
	s.w.over = slices.DeleteFunc(s.w.over, func(r *record) bool { return !r.dirty })
	if err != nil {
		s.failed(s.explain("write to", err))
		return
	}
	s.succeeded()
}

// failed has the writer wait, longer each time.
func (s *Store) failed(err error) {
	s.w.retry = min(max(2*s.w.retry, retryMin), retryMax)
	s.report(err, len(s.w.over))
}

func (s *Store) succeeded() {
	s.w.retry = 0
	s.report(nil, len(s.w.over))
}

// writeRest writes what is not about calls.
func (s *Store) writeRest(ctx context.Context, bindings map[bindingKey]kept, switches map[stateKey]string) error {
	if len(bindings)+len(switches) == 0 {
		return nil
	}
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		if err := writeBindings(ctx, tx, bindings); err != nil {
			return err
		}
		return writeState(ctx, tx, switches)
	})
	if poison(err) {
		s.opt.Log.Error("bindings could not be kept: these phones are known after a restart only once they register again", "bindings", len(bindings), "error", err)
		return nil
	}
	return err
}
