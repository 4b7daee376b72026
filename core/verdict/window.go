package verdict

import (
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// window is a leg's facts of the last seconds.
type window struct {
	Facts
	seen    []sample
	since   time.Time // nothing before this is compared
	loudest float64   // dBov, of the leg's whole life; 0: not measured
}

// sample is what the counters were at a moment.
type sample struct {
	at       time.Time
	measured time.Time // by the leg's plugin
	counters
	level float64 // dBov, of the party
}

// counters are those that rules compare over time.
type counters struct{ in, out, lost, late, refused, unagreed, clipped uint64 }

func sampleOf(at time.Time, s *event.LegStats) sample {
	n := sample{at: at, level: s.LevelIn, counters: counters{
		in: s.PacketsIn, out: s.PacketsOut, lost: s.Lost, late: s.Late, refused: s.Refused, unagreed: s.Unagreed, clipped: s.ClippedIn,
	}}
	if s.At != nil {
		n.measured = *s.At
	}
	return n
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
	now := sampleOf(f.At, f.Stats)
	if n := len(w.seen); n > 0 {
		last := &w.seen[n-1]
		if !now.measured.IsZero() && now.measured.Equal(last.measured) {
			return // nothing was measured since
		}
		if now.in < last.in || now.out < last.out {
			w.seen, w.since = nil, f.At
		}
	}
	if now.level < 0 && (w.loudest == 0 || now.level > w.loudest) {
		w.loudest = now.level
	}
	w.seen = append(w.seen, now)
	for len(w.seen) > 2 && f.At.Sub(w.seen[1].at) >= span {
		w.seen = w.seen[:copy(w.seen, w.seen[1:])]
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
func (w *window) back(d time.Duration) *counters {
	var found *counters
	for i := range w.seen {
		if found != nil && w.At.Sub(w.seen[i].at) < d {
			break
		}
		found = &w.seen[i].counters
	}
	return found
}

// grew is how much a counter grew within the last d.
func (w *window) grew(d time.Duration, counter func(*counters) uint64) uint64 {
	before := w.back(d)
	if before == nil {
		return 0
	}
	now := sampleOf(w.At, w.Stats)
	if was, is := counter(before), counter(&now.counters); is > was {
		return is - was
	}
	return 0
}

// share is which part of the packets from the party met a fate within the
// last d, 0 if there were too few to tell.
func (w *window) share(d time.Duration, fate func(*counters) uint64) float64 {
	came := w.grew(d, packetsIn)
	met := w.grew(d, fate)
	all := came + w.grew(d, lost)
	if all < 50 {
		return 0
	}
	return min(1, float64(met)/float64(all))
}

func packetsIn(c *counters) uint64  { return c.in }
func packetsOut(c *counters) uint64 { return c.out }
func lost(c *counters) uint64       { return c.lost }
func late(c *counters) uint64       { return c.late }
func refused(c *counters) uint64    { return c.refused }
func unagreed(c *counters) uint64   { return c.unagreed }
func clipped(c *counters) uint64    { return c.clipped }
