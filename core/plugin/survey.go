package plugin

import (
	"context"
	"fmt"
	"time"

	"github.com/plugboard/plugboard/sdk/leg"
)

const (
	// surveyEvery is how often the counters of a plugin's legs are asked for,
	// and surveyed how many legs go in one question: the answer is to be less than
	// the 32 KB above which gRPC takes a megabyte for it.
	surveyEvery = time.Second
	surveyed    = 100
)

// sample is what a leg's counters were at a moment.
type sample struct {
	stats leg.Stats
	at    time.Time
}

// Latest is what the leg's counters were at a moment, which is about a second
// ago while its plugin is well. It asks nobody and is safe at any time. The
// zero time: nothing was measured yet.
func (l *Leg) Latest() (leg.Stats, time.Time) {
	if s := l.latest.Load(); s != nil {
		return s.stats, s.at
	}
	return leg.Stats{}, time.Time{}
}

// survey asks for the counters of all the plugin's legs, a hundred in a
// round trip.
// A plugin that does not answer is the health check's affair.
func (i *legs) survey(ctx context.Context) {
	t := time.NewTicker(surveyEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		open := i.present()
		for len(open) > 0 {
			n := min(len(open), surveyed)
			if err := i.ask(ctx, open[:n]); err != nil {
				if ctx.Err() == nil {
					i.log.Debug("no counters of the plugin's legs", "legs", n, "error", err)
				}
				break
			}
			open = open[n:]
		}
	}
}

func (i *legs) ask(ctx context.Context, ids []string) error {
	call, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	found, err := i.client.Survey(call, ids)
	if err != nil {
		return err
	}
	at := time.Now()
	for id, stats := range found {
		if s := i.find(id); s != nil {
			if gap := s.gapNote(); gap != "" {
				stats.Notes = append(stats.Notes, gap)
			}
			s.leg.latest.Store(&sample{stats: stats, at: at})
		}
	}
	return nil
}

// present are the ids of the legs that are open in this life.
func (i *legs) present() []string {
	i.mu.Lock()
	seats := make([]*seat, 0, len(i.seats))
	for _, s := range i.seats {
		seats = append(seats, s)
	}
	i.mu.Unlock()
	var ids []string
	for _, s := range seats {
		if s.isOpen() {
			ids = append(ids, s.leg.id)
		}
	}
	return ids
}

// told is for how long a leg's counters tell of the gap that the end of its
// plugin made.
const told = 30 * time.Second

// gapNote tells of a gap of late, "" if there was none.
func (s *seat) gapNote() string {
	s.leg.mu.Lock()
	defer s.leg.mu.Unlock()
	if !s.resumed || s.leg.seat != s || time.Since(s.since) > told {
		return ""
	}
	return fmt.Sprintf("its plugin ended and was started again: %d ms without sound until %s",
		s.since.Sub(s.leg.since).Milliseconds(), s.since.Format("15:04:05"))
}
