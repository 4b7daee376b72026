package call

import (
	"fmt"
	"slices"

	"github.com/plugboard/plugboard/sdk/event"
)

// Transfer is where somebody wants a party of a call to go: to a number, or into
// another call.
type Transfer struct {
	// Leg is the party. "": the caller, or the one that the other call has nobody
	// of.
	Leg string
	// To is the number, as the party that is left could dial it; out of a queue, as
	// its first agent could.
	To string
	// Into is the call that it shall go into, in the place of whoever is in both
	// calls: the extension that has asked there whether it may.
	Into string
}

// Transfer moves a party of a call on. The error is an [*Error]: [NotFound] if
// there is no such call or leg, [NotNow] if that cannot be in the state that
// the calls are in.
func (s *Switch) Transfer(id string, t Transfer, by Actor) error {
	if t.Into == "" {
		return s.act(id, func(c *Call) *Error { return c.transferTo(t, by) })
	}
	s.mu.Lock()
	to := s.calls[t.Into]
	s.mu.Unlock()
	if to == nil {
		return &Error{NotFound, fmt.Sprintf("there is no call %q", t.Into)}
	}
	settled := make(chan *Error, 1)
	var over <-chan struct{}
	if err := s.act(id, func(c *Call) *Error {
		over = c.done
		if err := c.movable(); err != nil {
			return err
		}
		who := ""
		if t.Leg != "" {
			p, err := c.named(t.Leg)
			if err != nil {
				return err
			}
			who = p.leg.ID()
		}
		p, of, err := c.between(to, who)
		if err != nil {
			return err
		}
		return c.give(p, to, instead(of, anybody), func(err *Error) {
			settled <- err
			if err == nil {
				c.transferred(p, t.Into, by, byOperator)
			}
		})
	}); err != nil {
		return err
	}
	select {
	case err := <-settled:
		return orNil(err)
	case <-over:
		return nil
	}
}

// transferTo sends a party to a number.
func (c *Call) transferTo(t Transfer, by Actor) *Error {
	err := c.movable()
	if c.line != nil && c.given == nil && c.transfer == nil { // who waits in a queue is taken out of it
		err = c.alone()
	}
	if err != nil {
		return err
	}
	p := c.caller
	if t.Leg != "" {
		if p, err = c.named(t.Leg); err != nil {
			return err
		}
	}
	if c.media.meeting == nil && len(c.talkers()) > 2 {
		return &Error{NotNow, "a call of more than two is not transferred: hang up a party, or add one"}
	}
	if p == nil || p != c.caller && p != c.peer || p.state < answering {
		return &Error{NotNow, "the party does not talk"}
	}
	return c.sendOn(c.other(p), p, t.To, by)
}

// transferred tells that a party went into another call, and ends what is left.
func (c *Call) transferred(p *party, into string, by Actor, ended string) {
	c.tellAct(event.ActTransfer, by, nil, func(a *event.Act) {
		a.Leg, a.Number, a.To = p.leg.ID(), p.leg.Info().Number, into
	})
	c.end(Normal, "transferred into call "+into, ended)
}

// anybody may have the place: who asks for it is trusted.
func anybody(*Call, *party, *party) *Error { return nil }

// between finds who of this call goes into another one, and whose place there is
// free for it: the extension that is in both makes room.
func (c *Call) between(to *Call, leg string) (*party, Leg, *Error) {
	var both []Leg
	var stays *party
	for _, p := range c.parties {
		if !p.live() || p.leg.Kind() == KindTrunk || leg != "" && p.leg.ID() == leg {
			continue
		}
		for _, l := range to.shown.Load().legs {
			if l.Kind() != KindTrunk && l.Name() == p.leg.Name() && l != p.leg {
				both, stays = append(both, l), p
			}
		}
	}
	if len(both) != 1 {
		return nil, nil, &Error{NotNow, fmt.Sprintf("calls %s and %s need one extension in common, whose other parties are to be joined; they have %d", c.facts.ID, to.facts.ID, len(both))}
	}
	i := slices.IndexFunc(c.parties, func(p *party) bool {
		return p != stays && p.state >= answering && p.live() && (leg == "" || p.leg.ID() == leg)
	})
	if i < 0 {
		return nil, nil, &Error{NotFound, fmt.Sprintf("call %s has no other party that talks", c.facts.ID)}
	}
	return c.parties[i], both[0], nil
}
