package plugin

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk/leg"
)

const (
	// atOnce is how many legs are resumed at the same time.
	atOnce = 16
	// proof is how long a leg that may have ended a life is watched before
	// the next such leg has its turn; one that tells a checkpoint is cleared
	// before. After trial no end is its fault any more.
	proof = 100 * time.Millisecond
	trial = time.Second
	// guilty is how many lives a leg may end before it is given up.
	guilty = 2
)

// resume brings stranded legs into this life, and returns when each is there,
// given up, or must wait for another life. Those that may have ended an
// earlier life come last, one after the other, so that it is known which one
// did, should it end again.
func (i *legs) resume(legs []*Leg) {
	if len(legs) == 0 {
		return
	}
	began := time.Now()
	var suspects []*Leg
	var all sync.WaitGroup
	room := make(chan struct{}, atOnce)
	for _, l := range legs {
		if l.suspected() {
			suspects = append(suspects, l)
			continue
		}
		room <- struct{}{}
		all.Go(func() {
			l.resume(i)
			<-room
		})
	}
	all.Wait()
	for _, l := range suspects {
		if i.ended() {
			break
		}
		if s := l.resume(i); s != nil {
			i.observe(s)
		}
	}
	i.suspect.Store(nil)
	var longest time.Duration
	there := 0
	for _, l := range legs {
		if gap, ok := l.gap(); ok {
			there++
			longest = max(longest, gap)
		}
	}
	i.log.Info("legs go on in the plugin's new process", "legs", there, "of", len(legs),
		"took", time.Since(began).Round(time.Millisecond), "gap", longest.Round(time.Millisecond))
}

// observe waits until a leg has proved to work.
func (i *legs) observe(s *seat) {
	t := time.NewTimer(proof)
	defer t.Stop()
	select {
	case <-s.proved:
	case <-t.C:
	case <-i.condemned.Done():
	}
}

// resume opens the leg in another life. It returns its seat if it is there.
func (l *Leg) resume(i *legs) *seat {
	s, err := i.seat(l, true)
	if err != nil {
		if !errors.Is(err, leg.ErrGone) {
			l.lose(fmt.Sprintf("its plugin is back, but has no place for it: %v", err))
		}
		return nil
	}
	l.mu.Lock()
	p := l.p
	p.State = l.saved
	suspected := l.blame > 0
	l.mu.Unlock()
	if suspected {
		i.suspect.Store(s)
	}
	if _, err := s.open(context.Background(), p); err != nil {
		if errors.Is(err, leg.ErrGone) {
			return nil // this life ends, and the seat with it
		}
		l.leave(s)
		l.lose(fmt.Sprintf("its plugin is back, but cannot go on with it: %v", err))
		return nil
	}
	if !l.settle(s) { // closed or lost meanwhile, or this life ended
		_ = i.closer.close(s.far)
		l.leave(s)
		return nil
	}
	return s
}

// blame counts against the legs that may have ended this life. Who is guilty
// is given up.
func (i *legs) blame(seats map[string]*seat) {
	for _, s := range i.accused(seats) {
		if s.leg.accuse() {
			s.leg.lose("its plugin ended each time that it was to go on with this leg")
		}
	}
}

// accused are the one suspect that had its turn, else those that were on their
// way into this life, else those that came of late.
func (i *legs) accused(seats map[string]*seat) []*seat {
	if s := i.suspect.Load(); s != nil {
		return []*seat{s}
	}
	var coming, fresh []*seat
	for _, s := range seats {
		switch {
		case !s.resumed:
		case !s.isOpen():
			coming = append(coming, s)
		case !s.isProved():
			fresh = append(fresh, s)
		}
	}
	if len(coming) > 0 {
		return coming
	}
	return fresh
}

// isOpen reports whether the leg has come into this life.
func (s *seat) isOpen() bool {
	s.leg.mu.Lock()
	defer s.leg.mu.Unlock()
	return s.leg.seat == s
}

// isProved reports whether the leg has lived here long enough.
func (s *seat) isProved() bool {
	select {
	case <-s.proved:
		return true
	default:
		return time.Since(s.since) >= trial
	}
}

// suspected reports whether the leg may have ended a life.
func (l *Leg) suspected() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.blame > 0
}

// accuse counts an end against the leg, and reports whether it is guilty.
func (l *Leg) accuse() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.blame++
	return l.blame >= guilty
}

// gap is how long the leg was stranded; false if it still is, or is gone.
func (l *Leg) gap() (time.Duration, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state != live {
		return 0, false
	}
	return l.seat.since.Sub(l.since), true
}
