package verdict

import (
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// window is a leg's facts of the last seconds.
type window struct {
	Facts
	seen  []sample
	since time.Time // nothing before this is compared
}

// sample is what the counters were at a moment.
type sample struct {
	at    time.Time
	stats event.LegStats
}

// add takes new facts. What makes the old ones no measure of the new ones, an
// answer, a hold, another codec or counters that begin anew, empties the
// window.
func (w *window) add(f Facts) {
	before := w.Facts
	w.Facts = f
	if !f.Up || f.Held != before.Held || f.Codec != before.Codec || !before.Up {
		w.seen, w.since = nil, f.At
	}
	if f.Stats == nil || !f.Up {
		return
	}
	if n := len(w.seen); n > 0 {
		last := &w.seen[n-1]
		if f.Stats.At != nil && last.stats.At != nil && f.Stats.At.Equal(*last.stats.At) {
			return // nothing was measured since
		}
		if f.Stats.PacketsIn < last.stats.PacketsIn || f.Stats.PacketsOut < last.stats.PacketsOut {
			w.seen, w.since = nil, f.At
		}
	}
	w.seen = append(w.seen, sample{at: f.At, stats: *f.Stats})
	for len(w.seen) > 2 && f.At.Sub(w.seen[1].at) >= span {
		w.seen = w.seen[1:]
	}
}

// judged reports whether media is to be expected, and was for a while: the
// party talks, and holds nobody.
func (w *window) judged(d time.Duration) bool {
	return w.Up && !w.Held && w.Stats != nil && w.At.Sub(w.since) >= d
}

// receives and sends say whether the description lets media flow. They are
// false where that is not known.
func (w *window) receives() bool { return w.direction("recvonly") }
func (w *window) sends() bool    { return w.direction("sendonly") }

func (w *window) direction(only string) bool {
	d := w.Stats.Direction
	return d == "sendrecv" || d == only
}

// back is the counters d ago, or the oldest that may be compared. Nil: there
// are none.
func (w *window) back(d time.Duration) *event.LegStats {
	var found *event.LegStats
	for i := range w.seen {
		if found != nil && w.At.Sub(w.seen[i].at) < d {
			break
		}
		found = &w.seen[i].stats
	}
	return found
}

// grew is how much a counter grew within the last d.
func (w *window) grew(d time.Duration, counter func(*event.LegStats) uint64) uint64 {
	before := w.back(d)
	if before == nil {
		return 0
	}
	if was, is := counter(before), counter(w.Stats); is > was {
		return is - was
	}
	return 0
}

// share is which part of the packets from the party met a fate within the
// last d, 0 if there were too few to tell.
func (w *window) share(d time.Duration, fate func(*event.LegStats) uint64) float64 {
	came := w.grew(d, packetsIn)
	met := w.grew(d, fate)
	all := came + w.grew(d, lost)
	if all < 50 {
		return 0
	}
	return min(1, float64(met)/float64(all))
}

func packetsIn(s *event.LegStats) uint64  { return s.PacketsIn }
func packetsOut(s *event.LegStats) uint64 { return s.PacketsOut }
func lost(s *event.LegStats) uint64       { return s.Lost }
func late(s *event.LegStats) uint64       { return s.Late }
func refused(s *event.LegStats) uint64    { return s.Refused }
func unagreed(s *event.LegStats) uint64   { return s.Unagreed }
func clipped(s *event.LegStats) uint64    { return s.ClippedIn }
