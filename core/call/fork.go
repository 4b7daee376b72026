package call

import (
	"fmt"
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

// Arrived says that a device of an extension, by its name, has come or has woken: it
// joins what rings the extension, in the call with that id or, with "", in all. The error
// is an [*Error]: [Busy] if somebody has answered that call, [NotFound] if it does not
// ring the extension.
func (s *Switch) Arrived(name, id string) error {
	if id != "" {
		return s.act(id, func(c *Call) *Error {
			switch {
			case c.joinedBy(name):
				return nil
			case c.state == stateUp:
				return &Error{Busy, "somebody else has answered this call"}
			}
			return &Error{NotFound, fmt.Sprintf("the call %q does not ring there", id)}
		})
	}
	for _, c := range s.all() {
		c.inbox.Put(message{kind: gotAct, act: func() { c.joinedBy(name) }})
	}
	return nil
}

// joinedBy has what was not there before ring with the other devices of its extension,
// and reports whether any of those rings. Who has declined in a browser is not asked again.
func (c *Call) joinedBy(name string) bool {
	f := c.fork
	if f == nil || c.page != nil || c.state >= stateEnding {
		return false
	}
	var of *dialplan.Extension
	for _, p := range f.legs {
		switch {
		case p.of == nil || p.of.Name != name:
		case p.live():
			of = p.of
		case p.cause == Busy && p.leg.Kind() == KindBrowser:
			return false
		}
	}
	if of == nil {
		return false
	}
	d := c.dialExtension(of, f.step)
	d.Late = true
	c.dial(d) // if it has gone again, the others ring on
	return true
}
