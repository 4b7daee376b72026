package call

import (
	"slices"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
)

// fork is the legs that ring for one step of the walk. The steps of a group
// that rings one after the other share a fork, so that who is in two of them
// rings on.
type fork struct {
	step    *dialplan.Ring
	legs    []*party
	senders []*party                        // those that sent early media, the first one first
	causes  map[*dialplan.Extension][]Cause // of each extension's legs that ended
	until   time.Time                       // then the step is over
	asks    bool                            // a trunk has not said anything yet, and must within step.Within
}

func (f *fork) has(p *party) bool { return f != nil && slices.Contains(f.legs, p) }

// live counts the legs that may still answer.
func (f *fork) live() int {
	n := 0
	for _, p := range f.legs {
		if p.live() {
			n++
		}
	}
	return n
}

// ringing counts the legs that have not answered and may.
func (f *fork) ringing() int {
	n := 0
	for _, p := range f.legs {
		if p.state < answering {
			n++
		}
	}
	return n
}

// rung reports whether a device of the extension may still answer.
func (f *fork) rung(e *dialplan.Extension) bool {
	return slices.ContainsFunc(f.legs, func(p *party) bool { return p.of == e && p.live() })
}

// rings reports whether a device is ringing.
func (f *fork) rings() bool {
	return f != nil && slices.ContainsFunc(f.legs, func(p *party) bool { return p.live() && p.rang })
}

// early is the leg whose media the caller hears before an answer: the only
// one that was dialled, or in a fork in which nobody rings, the first that
// sends. Nil if there is none.
func (f *fork) early() *party {
	if f == nil || len(f.legs) > 1 && f.rings() {
		return nil
	}
	for _, p := range f.senders {
		if p.state == early {
			return p
		}
	}
	return nil
}

// proceeds takes that a trunk has said something: from now on it may
// take its time to answer.
func (c *Call) proceeds() {
	if f := c.fork; f.asks {
		f.asks = false
		c.timer.Reset(time.Until(f.until))
	}
}
