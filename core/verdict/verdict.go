// Package verdict says why there is no audio, or bad audio: it watches the
// facts of one leg and gives sentences that name what was seen, where, and
// what to do.
//
//	j := verdict.New("101")
//	every second: changes := j.See(facts)
//
// A [Judge] is pure: no clock, no I/O. Its rules are a table (rules.go). Each
// looks at the facts of the last seconds; what a rule finds becomes a verdict
// once the rule has found it for a while, and is taken back when it has not
// found it for a while (hysteresis, rule.after and rule.heal), so that nothing
// flaps. While a verdict
// holds its text follows the worst that was seen, without being told again.
//
//	quiet ──found──▶ suspected ──found for rule.after──▶ given ──not found for rule.heal──▶ quiet
//	                     └── not found ──▶ quiet            └── found ──▶ given
package verdict

import (
	"slices"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// Facts are what is known of a leg at a moment.
type Facts struct {
	At    time.Time // texts show times in its zone
	Up    bool      // the party talks: answered, and media is open
	Since time.Time // up
	Held  bool      // by the party itself
	Codec string
	// Remote is where packets to the party go, Local where it was told to
	// send its own, Peer where its signalling comes from: "192.0.2.7:4000",
	// "" if not known.
	Remote, Local, Peer string
	// Streamed: its sound comes in a way of its plugin's own, so that nothing is to
	// be said of packets, addresses and codecs.
	Streamed bool
	// Stats are nil as long as nothing was measured.
	Stats *event.LegStats
}

const (
	// span is how far back the facts go that rules compare with.
	span = 10 * time.Second
	// settle is how long after the answer, a hold or another codec nothing
	// but the plainest is judged.
	settle = 3 * time.Second
	// kept bounds the verdicts of one leg that are remembered.
	kept = 32
	// worse is by how much a finding must outweigh the one before to change
	// the text.
	worse = 1.25
)

// Judge watches one leg. It is not safe for concurrent use.
type Judge struct {
	party  string
	window window
	cases  []*openCase
	past   []event.Verdict
}

// openCase is what a rule found, from its suspicion to its end.
type openCase struct {
	code  string
	given bool
	heal  time.Duration
	first time.Time // suspected
	last  time.Time // found
	worst float64
	now   event.Verdict
}

// New returns a Judge of a leg. party is how texts name it: its number.
func New(party string) *Judge { return &Judge{party: party} }

// See takes the facts of a moment, about once a second, and returns what
// changed: verdicts that begin, and, with Until, those that end.
func (j *Judge) See(f Facts) []event.Verdict {
	j.window.add(f)
	var changes []event.Verdict
	for _, r := range rules {
		if f.Streamed && !r.sound {
			continue
		}
		for _, found := range r.find(j, &j.window) {
			if v, ok := j.found(r, found, f.At); ok {
				changes = append(changes, v)
			}
		}
	}
	j.cases = slices.DeleteFunc(j.cases, func(c *openCase) bool {
		switch {
		case c.last.Equal(f.At):
			return false
		case !c.given:
			return true
		case f.At.Sub(c.last) < c.heal:
			return false
		}
		changes = append(changes, j.close(c, f.At))
		return true
	})
	return changes
}

// found takes one finding, and reports a verdict that begins.
func (j *Judge) found(r rule, f finding, at time.Time) (event.Verdict, bool) {
	code := r.code + f.key
	i := slices.IndexFunc(j.cases, func(c *openCase) bool { return c.code == code })
	if i < 0 {
		since := f.since
		if since.IsZero() {
			since = at
		}
		j.cases = append(j.cases, &openCase{code: code, heal: r.heal, first: at, now: event.Verdict{Code: r.code, Where: r.where, Since: since.UTC()}})
		i = len(j.cases) - 1
	}
	c := j.cases[i]
	c.last = at
	if c.now.Text == "" || f.weight > c.worst*worse {
		c.now.Text, c.worst = f.text, f.weight
	}
	if c.given || at.Sub(c.first) < r.after {
		return event.Verdict{}, false
	}
	c.given = true
	return c.now, true
}

func (j *Judge) close(c *openCase, at time.Time) event.Verdict {
	over := at.UTC()
	c.now.Until = &over
	if len(j.past) < kept {
		j.past = append(j.past, c.now)
	}
	return c.now
}

// Now returns the verdicts that hold, the oldest first; nil if none does.
func (j *Judge) Now() []event.Verdict {
	var list []event.Verdict
	for _, c := range j.cases {
		if c.given {
			list = append(list, c.now)
		}
	}
	return list
}

// All returns every verdict that was given, the oldest first.
func (j *Judge) All() []event.Verdict {
	list := append(slices.Clone(j.past), j.Now()...)
	slices.SortStableFunc(list, func(a, b event.Verdict) int { return a.Since.Compare(b.Since) })
	return list
}
