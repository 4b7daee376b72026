package call

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/event"
)

// A call of more than two. Besides the caller and who answered, a call has
// guests: those of another call that was joined to it ([Switch.Join]), and those
// who were rung for it ([Switch.Add]). All hear all others. Whoever leaves, the
// caller too, those who are left talk on; with the last but one it ends.

// asGuest is the place of one who comes to those who talk already.
func asGuest(by Actor, from string) place {
	return func(c *Call, p *party) *Error {
		if c.state != stateUp {
			return &Error{NotNow, fmt.Sprintf("call %s is not up: it is %s", c.facts.ID, c.state)}
		}
		if err := c.alone(); err != nil {
			return err
		}
		old := c.waitingFor(p)
		if m := c.media.meeting; m != nil && old == nil {
			if why := c.sw.meetings.bring(m, p.who); why != "" {
				return &Error{NotNow, why}
			}
			c.sw.tellConference(m.name)
		}
		p.guest = true
		if old != nil {
			c.takePlace(p, old)
			c.hangup(old, Normal)
		}
		c.tellAct(event.ActJoin, by, p, func(a *event.Act) { a.Text = "from call " + from })
		return nil
	}
}

// waitingFor finds the leg of the same extension that holds the call, while this
// one talks: with the call that it comes from, its phone has both.
func (c *Call) waitingFor(p *party) *party {
	for _, q := range c.parties {
		if q != p && q.live() && !q.listener && q.holds() && !p.holds() && p.leg.Kind() != KindTrunk && q.leg.Kind() != KindTrunk && q.leg.Name() == p.leg.Name() {
			return q
		}
	}
	return nil
}

// takePlace gives one party the place that another one has in the call.
func (c *Call) takePlace(p, of *party) {
	p.guest = of.guest
	switch of {
	case c.caller:
		c.caller = p
	case c.peer:
		c.peer = p
	}
	of.guest = false
}

// talkers are those who have answered and not left, the caller first.
func (c *Call) talkers() []*party {
	var out []*party
	for _, p := range c.parties {
		if (p == c.caller || p == c.peer || p.guest) && (p.state == answering || p.state == up) {
			out = append(out, p)
		}
	}
	return out
}

// enough reports whether enough talk on without one of them.
func (c *Call) enough(without *party) bool {
	others := 0
	for _, p := range c.talkers() {
		if p != without {
			others++
		}
	}
	return others >= 2 || others == 1 && c.media.meeting != nil // where others are
}

// goesOn has the others talk on when one leaves, if there are enough of them. A
// guest takes the place that becomes free.
func (c *Call) goesOn(p *party) bool {
	if c.state != stateUp || p != c.caller && p != c.peer && !p.guest {
		return false
	}
	if !c.enough(p) {
		return false
	}
	if p.guest {
		return true
	}
	for _, q := range c.talkers() {
		if q.guest {
			c.takePlace(q, p)
			c.guestLeaves(p.who) // of two places one is left
			return true
		}
	}
	return false
}

// fill has a guest take the place of a caller (who) who has gone into another call, if
// the others were left here.
func (c *Call) fill(who dialplan.Party) {
	if c.state != stateUp || c.caller != nil || c.given != nil {
		return
	}
	for _, q := range c.parties {
		if q.live() && (q.guest || q == c.peer) {
			if q.guest {
				c.guestLeaves(who) // of two places one is left
			} else {
				c.peer = nil
			}
			q.guest, c.caller, c.changed = false, q, true
			return
		}
	}
}

// guestLeaves counts a guest of the call out of the conference that it is in.
func (c *Call) guestLeaves(who dialplan.Party) {
	if m := c.media.meeting; m != nil {
		c.sw.meetings.leave(m, who)
		c.sw.tellConference(m.name)
	}
}

// Join brings everybody who talks in one call into another, which then is a
// conference of them all. An extension that is in both, and holds one of them,
// is there once. The error is an [*Error].
func (s *Switch) Join(into, from string, by Actor) error {
	s.mu.Lock()
	to := s.calls[into]
	s.mu.Unlock()
	switch {
	case into == from:
		return &Error{NotNow, "a call cannot be joined to itself"}
	case to == nil:
		return &Error{NotFound, fmt.Sprintf("there is no call %q", into)}
	case to.shown.Load().answered.IsZero():
		return &Error{NotNow, fmt.Sprintf("call %s is not up: nobody has answered", into)}
	}
	settled := make(chan *Error, 1)
	var over <-chan struct{}
	if err := s.act(from, func(c *Call) *Error {
		over = c.done
		return c.goInto(to, by, func(err *Error) { settled <- err })
	}); err != nil {
		return err
	}
	select {
	case err := <-settled:
		return orNil(err)
	case <-over:
	}
	select {
	case err := <-settled:
		return orNil(err)
	default:
		return &Error{NotNow, fmt.Sprintf("call %s has ended meanwhile", from)}
	}
}

// joinHeld makes one call of those that the caller's extension holds: the caller goes
// into one of them, in the place of the leg that holds it, and has the others of
// the rest come there. Where that fails they stay on hold, and nobody is lost.
func (c *Call) joinHeld() dialplan.Step {
	calls := c.heldByCaller()
	if len(calls) < 2 {
		return c.walk.Next(dialplan.Result{Cause: Unavailable, Text: "There are no two calls on hold to be joined"})
	}
	actor := c.caller.actor()
	c.join(calls[0], func(o *Call, p *party) *Error {
		if old := o.waitingFor(p); old == nil || !old.holds() {
			return &Error{NotNow, "the call is not on hold any more"}
		}
		if err := asGuest(actor, c.facts.ID)(o, p); err != nil {
			return err
		}
		o.accept(p)
		for _, from := range calls[1:] {
			// Who is over has nobody to bring.
			from.inbox.Put(message{kind: gotAct, act: func() {
				failed := func(err *Error) {
					if err != nil {
						from.log.Info("not joined", "by", actor.String(), "to", o.facts.ID, "reason", err)
					}
				}
				if err := from.goInto(o, actor, failed); err != nil {
					failed(err)
				}
			}})
		}
		return nil
	})
	return nil
}

// heldByCaller are the calls that the caller's extension holds, one that is in a
// conference first: the others can come into it, but nobody takes it along.
func (c *Call) heldByCaller() []*Call {
	who := c.caller.who.Extension
	var out []*Call
	for _, o := range c.sw.all() {
		g := o.shown.Load()
		if o == c || g.over || g.answered.IsZero() {
			continue
		}
		if slices.ContainsFunc(g.legs, func(l Leg) bool {
			return who != nil && l.Kind() != KindTrunk && l.Name() == who.Name && l.Info().Held
		}) {
			out = append(out, o)
		}
	}
	slices.SortStableFunc(out, func(a, b *Call) int {
		rank := func(o *Call) int {
			if o.shown.Load().conference != "" {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(rank(a), rank(b)), a.record.started.Compare(b.record.started))
	})
	return out
}

// goInto moves one party after the other into another call, then ends this one.
func (c *Call) goInto(to *Call, by Actor, then func(*Error)) *Error {
	if c.state != stateUp {
		return &Error{NotNow, fmt.Sprintf("call %s is not up: it is %s", c.facts.ID, c.state)}
	}
	var next *party
	for _, p := range c.talkers() {
		if !p.holds() || !to.shownOf(p) {
			next = p
			break
		}
	}
	if next == nil { // all are there
		c.tellAct(event.ActJoin, by, nil, func(a *event.Act) { a.To = to.facts.ID })
		c.end(Normal, "joined to call "+to.facts.ID, c.sideOf(by))
		then(nil)
		return nil
	}
	return c.give(next, to, asGuest(by, c.facts.ID), func(err *Error) {
		if err == nil {
			err = c.goInto(to, by, then)
		}
		if err != nil {
			if len(c.talkers()) < 2 { // the others have gone already
				c.end(Normal, "joined to call "+to.facts.ID, c.sideOf(by))
			}
			then(err)
		}
	})
}

// sideOf is who ends the call by an act, for its record.
func (c *Call) sideOf(by Actor) string {
	switch {
	case by.Kind == event.ByOperator:
		return byOperator
	case c.caller != nil && c.caller.actor() == by:
		return byCaller
	}
	return byCallee
}

// shownOf reports whether a call shows a leg of the same extension. It is safe
// at any time.
func (c *Call) shownOf(p *party) bool {
	for _, l := range c.shown.Load().legs {
		if p.leg.Kind() != KindTrunk && l.Kind() != KindTrunk && l.Name() == p.leg.Name() {
			return true
		}
	}
	return false
}

// Addition is somebody who shall come into a call.
type Addition struct {
	To string // what is dialled
	// For is the party on whose behalf that is: its leg's id, or its number or
	// name; "" is the only extension that is in the call. What it may dial, may
	// be dialled.
	For string
}

// Add rings somebody for a live call, in a call of its own, from the party that
// it is for. Who answers comes into the live call as one more. If that ends
// before, they are not rung any more. It returns the id of the call that rings.
// The error is an [*Error].
func (s *Switch) Add(id string, a Addition, by Actor) (string, error) {
	var in *invitation
	if err := s.act(id, func(c *Call) *Error {
		if c.state != stateUp {
			return &Error{NotNow, fmt.Sprintf("the call is not up: it is %s", c.state)}
		}
		if err := c.alone(); err != nil {
			return err
		}
		e, err := c.behalf(a.For)
		if err == nil {
			in, err = c.invite(e, a.To, by, nil)
		}
		return err
	}); err != nil {
		return "", err
	}
	return in.call.facts.ID, nil
}

// invite rings somebody for this call, as an extension could dial them. tell, if
// it is not nil, is told how that gets on, on the goroutine of the call that rings.
func (c *Call) invite(e *dialplan.Extension, to string, by Actor, tell func(What, Cause, string)) (*invitation, *Error) {
	in := &invitation{id: NewID(), from: e, into: c, by: by, tell: tell}
	plan := c.sw.opt.Plan()
	b := c.sw.newCall(dialplan.Facts{
		ID:   NewID(),
		From: dialplan.Party{Number: e.Number, Name: e.Display, Raw: e.Number, Extension: e},
		To:   dialplan.Callee{Number: plan.Normalize(to), Raw: to},
	}, plan, stateRouting, maxForwards)
	b.caller = &party{leg: in, road: b.road, who: b.facts.From, incoming: true, added: now()}
	b.parties = []*party{b.caller}
	in.call = b
	if err := c.sw.start(b); err != nil {
		return nil, err
	}
	c.invited = append(c.invited, b)
	c.tellAct(event.ActAdd, by, nil, func(t *event.Act) { t.To, t.Text = to, "for "+e.Number+", in call "+b.facts.ID })
	return in, nil
}

// behalf finds the extension on whose behalf somebody is added.
func (c *Call) behalf(leg string) (*dialplan.Extension, *Error) {
	var of *party
	if leg != "" {
		p, err := c.named(leg)
		if err != nil {
			return nil, err
		}
		of = p
	} else {
		for _, p := range c.talkers() {
			if c.plan.ExtensionByName(p.leg.Name()) == nil || p.leg.Kind() == KindTrunk {
				continue
			}
			if of != nil {
				return nil, &Error{NotNow, "several extensions are in the call: say for which of them"}
			}
			of = p
		}
	}
	if of == nil || of.leg.Kind() == KindTrunk || of.listener {
		return nil, &Error{NotNow, "somebody is added for an extension, and none is in the call"}
	}
	e := c.plan.ExtensionByName(of.leg.Name())
	if e == nil {
		return nil, &Error{NotNow, of.String() + " is no extension"}
	}
	return e, nil
}

// uninvite ends what rings for this call.
func (c *Call) uninvite() {
	for _, b := range c.invited {
		// One that is over, or has come in, does not hear it.
		b.inbox.Put(message{kind: gotHangup, cause: Cancelled, text: "the call that it was for has ended", by: bySwitch})
	}
	c.invited = nil
}

// invitation is the caller of a call that rings somebody for another one. It
// has no phone and no sound.
type invitation struct {
	id   string
	from *dialplan.Extension
	call *Call // that rings
	into *Call // the one that it is for
	by   Actor
	// tell is told what becomes of it: Ringing, then Answered or Ended; nil: nobody
	// is, or all is told.
	tell func(what What, cause Cause, text string)
}

var _ Leg = (*invitation)(nil)

func (i *invitation) tells(what What, cause Cause, text string) {
	if i.tell != nil {
		i.tell(what, cause, text)
		if what != Ringing {
			i.tell = nil
		}
	}
}

// arrived takes who has answered into the call that it is for.
func (i *invitation) arrived(c *Call, p *party) {
	into := i.into.facts.ID
	if p == nil {
		c.end(Unavailable, "only somebody who can be rung is added to a call", bySwitch)
		return
	}
	then := func(err *Error) {
		if err != nil {
			c.end(Unavailable, err.Text, bySwitch)
			return
		}
		i.tells(Answered, "", "")
		c.end(Normal, "came into call "+into, bySwitch)
	}
	if err := c.give(p, i.into, asGuest(i.by, c.facts.ID), then); err != nil {
		then(err)
	}
}

// ID implements [Leg].
func (i *invitation) ID() string { return i.id }

// Kind implements [Leg].
func (i *invitation) Kind() Kind { return KindExtension }

// Name implements [Leg].
func (i *invitation) Name() string { return i.from.Name }

// Line implements [Leg].
func (i *invitation) Line() mix.Line { return nil }

// Ring implements [Leg].
func (i *invitation) Ring() { i.tells(Ringing, "", "") }

// Proceed implements [Leg].
func (i *invitation) Proceed(What, string) {}

// Progress implements [Leg].
func (i *invitation) Progress() {}

// Digit implements [Leg].
func (i *invitation) Digit(byte, time.Duration) {}

// Text implements [Leg].
func (i *invitation) Text(string) {}

// Answer implements [Leg].
func (i *invitation) Answer() { i.call.news(News{Leg: i, What: Answered}) }

// Hangup implements [Leg].
func (i *invitation) Hangup(e End) {
	i.tells(Ended, e.Cause, e.Text) // unless it has come in
	i.call.news(News{Leg: i, What: Ended, Cause: e.Cause})
}

// Info implements [Leg].
func (i *invitation) Info() LegInfo {
	return LegInfo{ID: i.id, Kind: KindExtension, Name: i.from.Name, Number: i.from.Number, State: "up"}
}
