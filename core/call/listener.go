package call

import (
	"fmt"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
)

// A listener hears a call, and nobody in it hears the listener. They are no
// party to it: what they press or say goes nowhere, they hold nobody, and the
// call ends as if they were not there. Who listened, and when, stands in the
// call's story and in its record.

// Listen rings an extension, which hears a live call from when it answers. It
// returns the id of the call that rings. Whether that is allowed, is for who asks
// to know. The error is an [*Error].
func (s *Switch) Listen(id, number string, by Actor) (string, error) {
	plan := s.opt.Plan()
	e := plan.ExtensionByNumber(number)
	if e == nil {
		return "", &Error{NotFound, fmt.Sprintf("no extension has the number %q", number)}
	}
	s.mu.Lock()
	to := s.calls[id]
	s.mu.Unlock()
	if to == nil {
		return "", &Error{NotFound, fmt.Sprintf("there is no call %q", id)}
	}
	if err := s.act(id, func(c *Call) *Error { return c.audible(e.Name) }); err != nil {
		return "", err
	}
	c := s.newCall(dialplan.Facts{
		ID:   NewID(),
		From: dialplan.Party{Number: e.Number, Name: e.Display, Raw: e.Number, Extension: e},
		To:   dialplan.Callee{Number: to.facts.To.Number, Raw: to.facts.To.Raw},
	}, plan, stateCalling, maxForwards)
	c.by = by
	c.first = func() { c.join(to, asListener(by, c.facts.ID)) }
	if err := s.start(c); err != nil {
		return "", err
	}
	return c.facts.ID, nil
}

// audible says why an extension cannot listen to the call, nil if it can.
func (c *Call) audible(extension string) *Error {
	if c.state != stateUp {
		return &Error{NotNow, fmt.Sprintf("call %s is not up: it is %s", c.facts.ID, c.state)}
	}
	for _, p := range c.parties {
		if p.live() && p.leg.Kind() != KindTrunk && p.leg.Name() == extension {
			return &Error{NotNow, p.String() + " is in the call"}
		}
	}
	return nil
}

// asListener is the place of one who only hears.
func asListener(by Actor, from string) place {
	return func(c *Call, p *party) *Error {
		for _, q := range c.parties {
			if q != p && q.live() && q.leg.Kind() != KindTrunk && q.leg.Name() == p.leg.Name() {
				return &Error{NotNow, q.String() + " is in the call"}
			}
		}
		if c.state != stateUp {
			return &Error{NotNow, fmt.Sprintf("call %s is not up: it is %s", c.facts.ID, c.state)}
		}
		p.listener, p.sentBy = true, by
		c.tellAct(event.ActListen, by, p, func(a *event.Act) { a.Text = "from call " + from })
		return nil
	}
}

// listeners are those of a call that is over, for its record.
func (c *Call) listeners() (list []event.CDRListener) {
	for _, p := range c.parties {
		if p.listener {
			list = append(list, event.CDRListener{By: p.sentBy, Leg: p.last.ID, Number: p.last.Number, Began: p.added, Ended: p.ended})
		}
	}
	return list
}
