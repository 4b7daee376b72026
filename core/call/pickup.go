package call

import (
	"fmt"
	"slices"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
)

// Picking up: who is not rung takes a call that rings elsewhere. The one who
// picks up has made a call of their own, by a code or with Replaces, and their leg
// moves out of it into the call that rings, as if it had been rung there and was
// the first to answer. The others stop ringing, as answered elsewhere.

// picks reports whether an extension may pick up what rings at another: it is
// the same one, or both are of one pickup_group.
func picks(who, at *dialplan.Extension) bool {
	return who != nil && at != nil && (who.Name == at.Name || who.PickupGroup != "" && who.PickupGroup == at.PickupGroup)
}

// rung is where a call rings, as others may see it.
type rung struct {
	of dialplan.Destination // the extension, group or queue that was called
	at []*dialplan.Extension
}

// rung is where the call rings.
func (c *Call) rung() rung {
	f := c.fork
	if f == nil || c.page != nil || c.state != stateRouting || f.step.Trunk != nil {
		return rung{}
	}
	r := rung{of: f.step.Of}
	for _, p := range f.legs {
		if p.live() && p.of != nil && !slices.Contains(r.at, p.of) {
			r.at = append(r.at, p.of)
		}
	}
	return r
}

// allows reports whether it rings where somebody may pick it up: at any extension of their
// pickup_group (nil), at one of these that is named, or for a group.
func (r rung) allows(who *dialplan.Extension, of dialplan.Destination) bool {
	return slices.ContainsFunc(r.at, func(e *dialplan.Extension) bool {
		return picks(who, e) && (of == nil || same(of, e) || same(of, r.of))
	})
}

// same reports whether two are the same extension, group or queue, though perhaps each of
// another configuration.
func same(a, b dialplan.Destination) bool {
	switch a := a.(type) {
	case *dialplan.Extension:
		b, ok := b.(*dialplan.Extension)
		return ok && a.Name == b.Name
	case *dialplan.Group:
		b, ok := b.(*dialplan.Group)
		return ok && a.Name == b.Name
	case *dialplan.Queue:
		b, ok := b.(*dialplan.Queue)
		return ok && a.Name == b.Name
	}
	return false
}

// pickUp has the call's caller take the call that rings for the longest time: one of
// its extension's pickup_group (nil), or that of an extension or a group. Where
// nothing rings that it may pick up, the call ends as unavailable.
func (c *Call) pickUp(of dialplan.Destination) {
	who := c.caller.who.Extension
	var found *Call
	for _, o := range c.sw.all() {
		g := o.shown.Load()
		if o != c && !g.over && g.rung.allows(who, of) && (found == nil || o.record.started.Before(found.record.started)) {
			found = o
		}
	}
	if found == nil {
		c.end(Unavailable, "nothing rings that could be picked up", bySwitch)
		return
	}
	c.join(found, func(o *Call, p *party) *Error {
		if !o.rung().allows(who, of) {
			return &Error{Unavailable, "somebody else has answered"}
		}
		o.pickedUp(p)
		return nil
	})
}

// pickedUp has a party of another call answer what rings.
func (c *Call) pickedUp(p *party) {
	c.tellAct(event.ActPickup, p.actor(), c.caller)
	if e := p.who.Extension; e != nil {
		c.sw.lines.had(e.Name)
	}
	c.lose(p)
	c.accept(p)
	c.answer(p)
	c.caller.tellConnected(p)
	p.tellConnected(c.caller)
}

// replace has the call's caller take the place of a leg of another call
// (RFC 3891): one that rings, if it may pick it up, or one of its own extension
// that talks. Early says that it must not talk yet.
func (c *Call) replace(of Leg, early bool) {
	to := c.sw.owner(of)
	if to == nil || to == c {
		c.end(Unavailable, "the call to be replaced is over", bySwitch)
		return
	}
	who := c.caller.who.Extension
	c.join(to, func(o *Call, p *party) *Error {
		q := o.party(of)
		switch {
		case q == nil || !q.live():
			return &Error{Unavailable, "the call to be replaced is over"}
		case o.state == stateRouting && o.fork.has(q):
			if !picks(who, q.of) {
				return &Error{Denied, "who may pick up is in the same pickup_group"}
			}
			o.pickedUp(p)
			return nil
		case who == nil || q.who.Extension == nil || who.Name != q.who.Extension.Name || o.state != stateUp:
			return &Error{Denied, "nobody's place can be taken but one's own"}
		case early:
			return &Error{Busy, "it was answered already"}
		}
		return instead(of, anybody)(o, p)
	})
}

// join gives the call's caller to another call. This one is over then.
func (c *Call) join(to *Call, as place) {
	p := c.caller
	if err := c.give(p, to, as, func(err *Error) {
		if err == nil {
			c.end(Normal, "went into call "+to.facts.ID, byCaller)
			return
		}
		c.notJoined(err)
	}); err != nil {
		c.notJoined(err)
	}
}

func (c *Call) notJoined(err *Error) {
	cause := err.Cause
	if cause == NotNow || cause == NotFound {
		cause = Unavailable
	}
	c.end(cause, fmt.Sprintf("it could not be taken: %s", err.Text), bySwitch)
}
