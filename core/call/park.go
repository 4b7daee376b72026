package call

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
)

// A parked call is one whose caller waits alone, in a slot:
//
//	             ┌───────── nobody answers ──────────┐
//	             ▼                                   │
//	up ──park──▶ up, in a slot ──timeout──▶ routing to who parked it, or on
//	             │                                   │
//	             └── somebody dials the slot ──▶ up ◀┘ they answer
//
// Whoever parks leaves the call, and whoever takes it up moves into it out of a
// call of their own. The slot is taken until somebody talks to the caller, the
// park's on_timeout has the call, or it is over. Slots go by name: a reload
// leaves who waits in theirs.

// slot is where a call can wait.
type slot struct{ park, number string }

// parking is the slots that are taken.
type parking struct {
	mu    sync.Mutex
	taken map[slot]event.Park
	calls map[slot]*Call
}

// take takes a slot of a park for a call: the one that is wished for, or the
// first that is free. It reports false if there is none.
func (k *parking) take(c *Call, p *dialplan.Park, wish string) (slot, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, n := range p.Slots {
		s := slot{p.Name, n}
		if k.calls[s] == nil && (wish == "" || wish == n) {
			k.calls[s] = c
			return s, true
		}
	}
	return slot{}, false
}

// show lets others see who waits in a slot that is taken.
func (k *parking) show(s slot, is event.Park) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.taken[s] = is
}

// free gives a slot back.
func (k *parking) free(s slot) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.taken, s)
	delete(k.calls, s)
}

// in is the call that waits in a slot, nil if none does.
func (k *parking) in(s slot) *Call {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, shown := k.taken[s]; !shown {
		return nil
	}
	return k.calls[s]
}

// Parked are the calls that wait, in the order of their slots.
func (s *Switch) Parked() []event.Park {
	s.parks.mu.Lock()
	defer s.parks.mu.Unlock()
	out := []event.Park{}
	for _, is := range s.parks.taken {
		out = append(out, is)
	}
	slices.SortFunc(out, func(a, b event.Park) int {
		return cmp.Or(strings.Compare(a.Park, b.Park), strings.Compare(a.Slot, b.Slot))
	})
	return out
}

// stay is a call's place in a park.
type stay struct {
	slot
	in    *dialplan.Park
	by    dialplan.Party // who parked it, or was sent there by the dialplan
	until time.Time      // then it goes on
}

// keep parks the caller, or leaves them where they are.
func (c *Call) keep(s *dialplan.Keep) dialplan.Step {
	first := c.parked == nil
	if first {
		at, ok := c.sw.parks.take(c, s.Park, s.Slot)
		if !ok {
			text := "no slot of " + s.Park.Path() + " is free"
			if s.Slot != "" {
				text = "slot " + s.Slot + " is taken"
			}
			return c.walk.Next(dialplan.Result{Cause: Busy, Text: text})
		}
		c.parked = &stay{slot: at, in: s.Park, by: c.asked.From}
	}
	k := c.parked
	c.leave(nil, NoAnswer)
	by := k.by
	if t := c.transfer; t != nil && t.recall { // nobody was there: it waits on
		c.transfer = nil
	} else if t != nil && by.Extension != nil {
		c.tellSlot(by.Extension, k.number)
	}
	c.answer(nil)
	c.timer.Reset(k.in.Timeout)
	k.until = now().Add(k.in.Timeout)
	c.showSlot()
	if first && c.transfer == nil && c.caller.who.Extension != nil { // who is about to transfer a call to here
		c.inform(k.in.Says(k.number), true)
	}
	return nil
}

// showSlot lets others see who waits in the call's slot, if it has one.
func (c *Call) showSlot() {
	k := c.parked
	if k == nil {
		return
	}
	c.endSpeech() // it was for who waited here before
	who := c.caller.who
	if who.Private {
		who = dialplan.Party{Number: dialplan.Anonymous}
	}
	is := event.Park{
		Park: k.park, Slot: k.number, Call: c.facts.ID, Number: who.Number, Name: cmp.Or(who.Name, display(who)), By: k.by.Number, Until: when(k.until),
	}
	c.sw.parks.show(k.slot, is)
	c.emit(event.ParkChanged, is)
	c.caller.tellConnected(&party{who: slotParty(k.number)})
}

// slotParty is a slot as phones show it.
func slotParty(number string) dialplan.Party {
	return dialplan.Party{Number: number, Name: "Parked " + number, Raw: number}
}

// tellSlot shows the phones of who parked a call where it is.
func (c *Call) tellSlot(e *dialplan.Extension, number string) {
	if c.sw.opt.Text != nil {
		who := c.caller.who
		c.sw.opt.Text(Text{To: e, Call: c.facts.ID, From: number, FromName: "Parked", Text: fmt.Sprintf("%s is parked at %s", cmp.Or(who.Name, who.Number), number)})
	}
}

// unpark gives the call's slot back, if it has one.
func (c *Call) unpark() {
	k := c.parked
	if k == nil {
		return
	}
	c.parked = nil
	c.endSpeech()
	c.sw.parks.free(k.slot)
	c.emit(event.ParkChanged, event.Park{Park: k.park, Slot: k.number})
}

// waited is the end of the time for which the call waits in its slot.
func (c *Call) waited() {
	k := c.parked
	if k.in.OnTimeout != nil {
		c.unpark()
	}
	r := dialplan.Result{Elapsed: true}
	if e, self := k.by.Extension, c.caller.who.Extension; e != nil && (self == nil || self.Name != e.Name) {
		r.Of = e
	}
	c.state, c.changed = stateRouting, true
	c.transfer = &transfer{stays: c.caller, who: c.caller.who, recall: true}
	c.do(c.walk.Next(r))
}

// takeUp has the caller take up the call that waits in a slot.
func (c *Call) takeUp(s *dialplan.TakeUp) dialplan.Step {
	at := slot{s.Park.Name, s.Slot}
	to := c.sw.parks.in(at)
	if to == nil || to == c {
		return c.walk.Next(dialplan.Result{Cause: NotFound, Text: "nobody is parked at " + s.Slot})
	}
	c.join(to, func(o *Call, p *party) *Error {
		if o.parked == nil || o.parked.slot != at || o.state >= stateEnding {
			return &Error{NotFound, "somebody else has taken up the call at " + s.Slot}
		}
		o.leave(nil, AnsweredElsewhere)
		o.timer.Stop()
		o.transfer = nil
		o.tellAct(event.ActPickup, p.actor(), o.caller, func(a *event.Act) { a.To = s.Slot })
		o.unpark()
		if e := p.who.Extension; e != nil {
			o.sw.lines.had(e.Name)
		}
		o.accept(p)
		o.answer(p)
		o.caller.tellConnected(p)
		p.tellConnected(o.caller)
		return nil
	})
	return nil
}

// alone says why nobody can come into the call, or go from it into another: it is
// parked, or a page. Nil: that is no reason.
func (c *Call) alone() *Error {
	switch {
	case c.parked != nil:
		return &Error{NotNow, "the call is parked at " + c.parked.number + ": take it up first"}
	case c.media.speech != nil && c.media.speech.then != nil:
		return &Error{NotNow, "the caller hears an announcement"}
	case c.page != nil:
		return &Error{NotNow, "the call is a page, in which one speaks"}
	}
	return nil
}

// parkAt parks one party of the call; the other one, if there is one, leaves it.
func (c *Call) parkAt(to *dialplan.Park, wish string, stays *party, by Actor) (string, *Error) {
	if err := c.movable(); err != nil {
		return "", err
	}
	left := c.other(stays)
	switch {
	case left == nil || stays.state < answering:
		return "", &Error{NotNow, "the party does not talk to anybody"}
	case len(c.talkers()) > 2:
		return "", &Error{NotNow, "a call of more than two cannot be parked"}
	}
	at, ok := c.sw.parks.take(c, to, wish)
	if !ok {
		if wish != "" {
			return "", &Error{Busy, "slot " + wish + " is taken"}
		}
		return "", &Error{Busy, "no slot of " + to.Path() + " is free"}
	}
	facts := c.onward(left.who, at.number)
	d := c.plan.Route(facts)
	d.To, d.Follow, d.Number = to, dialplan.Follow{}, at.number
	walk := dialplan.NewWalk(facts, d, live{c})
	c.parked = &stay{slot: at, in: to, by: left.who}
	c.tellAct(event.ActPark, by, stays, func(a *event.Act) { a.To = at.number })
	c.transfer = &transfer{by: left, back: left.who.Extension, who: left.who, stays: stays, second: stays == c.peer}
	c.routeAnew(facts, d, walk, walk.Start())
	return at.number, nil
}

// parkHeld parks the other party of a call that the caller's extension has
// besides this one: one that it holds rather than one that it does not.
func (c *Call) parkHeld(s *dialplan.ParkHeld) dialplan.Step {
	who := c.caller.who.Extension
	to, held := (*Call)(nil), false
	for _, o := range c.sw.all() {
		g := o.shown.Load()
		if o == c || g.over || g.answered.IsZero() {
			continue
		}
		for _, l := range g.legs {
			if l.Kind() != KindTrunk && l.Name() == who.Name && (to == nil || l.Info().Held && !held) {
				to, held = o, l.Info().Held
			}
		}
	}
	none := &Error{NotNow, "There is no other call to park"}
	if to == nil {
		return c.walk.Next(dialplan.Result{Cause: Unavailable, Text: none.Text})
	}
	actor := c.caller.actor()
	if !to.inbox.Put(message{kind: gotAct, act: func() {
		at, err := "", none
		for _, p := range []*party{to.caller, to.peer} {
			if p != nil && p.live() && p.who.Extension != nil && p.who.Extension.Name == who.Name && to.other(p) != nil && to.state < stateEnding {
				at, err = to.parkAt(s.Park, "", to.other(p), actor)
				break
			}
		}
		c.inbox.Put(message{kind: gotAct, act: func() { c.parkedHeld(s.Park, at, err) }})
	}}) {
		return c.walk.Next(dialplan.Result{Cause: Unavailable, Text: none.Text})
	}
	return nil
}

// parkedHeld hears where the other call was parked, and lets the caller hear and
// see it.
func (c *Call) parkedHeld(in *dialplan.Park, at string, err *Error) {
	switch {
	case c.state != stateRouting:
	case err != nil && err.Cause != Busy:
		c.do(c.walk.Next(dialplan.Result{Cause: Unavailable, Text: err.Text}))
	case err != nil:
		c.do(c.walk.Next(dialplan.Result{Cause: Busy, Text: err.Text}))
	default:
		c.caller.tellConnected(&party{who: slotParty(at)})
		if c.inform(in.Says(at), false) {
			c.media.speech.failed = func() { c.confirm(1) }
			return
		}
		c.confirm(1)
	}
}

// Park is a party that somebody wants to park.
type Park struct {
	// Leg is the party. "": the one that is no extension's.
	Leg string
	// Park is the name of the park, "" for the first; Slot is where in it, "" for
	// the first that is free.
	Park, Slot string
}

// Park parks a party of a call, and returns the slot. The error is an [*Error]:
// [NotFound] if there is no such call, leg or park, [Busy] if no slot is free,
// [NotNow] if that cannot be in the state that the call is in.
func (s *Switch) Park(id string, w Park, by Actor) (string, error) {
	at := ""
	err := s.act(id, func(c *Call) (err *Error) {
		to := c.plan.Park(w.Park)
		switch {
		case to == nil:
			return &Error{NotFound, cmp.Or(w.Park, "any") + ": there is no such park"}
		case w.Slot != "" && !slices.Contains(to.Slots, w.Slot):
			return &Error{NotFound, to.Path() + " has no slot " + w.Slot}
		}
		p, err := c.toPark(w.Leg)
		if err != nil {
			return err
		}
		at, err = c.parkAt(to, w.Slot, p, by)
		return err
	})
	return at, err
}

// toPark is who of the call shall be parked.
func (c *Call) toPark(leg string) (*party, *Error) {
	var outside []*party
	for _, p := range []*party{c.caller, c.peer} {
		switch {
		case p == nil || !p.live():
		case leg != "" && p.leg.ID() == leg:
			return p, nil
		case p.leg.Kind() == KindTrunk:
			outside = append(outside, p)
		}
	}
	switch {
	case leg != "":
		return nil, &Error{NotFound, fmt.Sprintf("call %s has no leg %q that talks", c.facts.ID, leg)}
	case len(outside) != 1:
		return nil, &Error{NotNow, "say which leg shall be parked: not one of them alone is outside"}
	}
	return outside[0], nil
}
