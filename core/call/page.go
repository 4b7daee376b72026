package call

import (
	"slices"

	"github.com/plugboard/plugboard/core/dialplan"
)

// A page is a call of which one party speaks and any number hear:
//
//	routing ──somebody answers──▶ up: more may answer ──for is over──▶ up
//
// Who hears can hang up; when nobody is left, the call is over. It has no peer.

// page is what a call knows of it, while it speaks to somebody.
type page struct {
	hear []*party // who has answered and listens
}

// has says whether a party listens; a call that is no page has none.
func (g *page) has(p *party) bool { return g != nil && slices.Contains(g.hear, p) }

// address rings all whom the caller wants to speak to.
func (c *Call) address(s *dialplan.Speak) dialplan.Step {
	c.leave(nil, NoAnswer)
	ring := &dialplan.Ring{Of: s.Of, Extensions: s.Extensions, For: s.For, CallerID: s.CallerID, Intercom: true}
	c.fork = &fork{step: ring, causes: map[*dialplan.Extension][]Cause{}, until: now().Add(s.For)}
	c.page = &page{}
	c.timer.Reset(s.For)
	last := dialplan.Result{Cause: Unavailable}
	for _, e := range s.Extensions {
		if r, ok := c.dial(c.dialExtension(e, ring)); !ok {
			last = r
		}
	}
	if c.fork.live() == 0 {
		return c.unheard(last)
	}
	return nil
}

// tuneIn takes a phone that has answered: it hears, and is not heard.
func (c *Call) tuneIn(p *party) {
	p.answered, p.muted = now(), true
	c.page.hear = append(c.page.hear, p)
	if p.of != nil {
		c.sw.lines.had(p.of.Name)
	}
	if c.state == stateRouting {
		fork := c.fork
		c.answer(nil)
		c.fork = fork // the others may still answer
	}
	c.changed = true
	if c.fork.ringing() == 0 {
		c.allThrough()
	}
}

// allThrough is the end of the time in which phones may answer: those that have
// not are left out.
func (c *Call) allThrough() {
	f := c.fork
	c.fork = nil
	c.timer.Stop()
	for _, p := range f.legs {
		if !c.page.has(p) {
			c.hangup(p, NoAnswer)
		}
	}
}

// pageLeft takes the end of a leg of a page.
func (c *Call) pageLeft(p *party, n News) {
	c.page.hear = slices.DeleteFunc(c.page.hear, func(o *party) bool { return o == p })
	if c.fork != nil && c.fork.ringing() == 0 && c.state == stateUp {
		c.allThrough()
	}
	switch {
	case len(c.page.hear) > 0 || c.fork != nil && c.fork.ringing() > 0:
	case c.state == stateUp:
		c.end(answered(n.Cause), n.Text, byCallee)
	default:
		c.do(c.unheard(dialplan.Result{Cause: unanswered(n.Cause, Failed), Text: n.Text}))
	}
}

// unheard is the step after nobody has answered.
func (c *Call) unheard(r dialplan.Result) dialplan.Step {
	c.page = nil
	c.leave(nil, NoAnswer)
	return c.walk.Next(r)
}
