package call

import (
	"cmp"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
)

// How a call is sent on while it is up (blind transfer):
//
//	                       ┌──── somebody answers: who transferred is released ────▶ up
//	up ──transfer──▶ routing
//	                       │ nobody does
//	                       ├──── who transferred is still there: back to them ─────▶ up
//	                       └──── they have hung up ──▶ routing to them (recall)
//	                                                      ├── they answer ─────────▶ up
//	                                                      └── nobody does ─────────▶ ending
//
// Who was taken out of a queue is routed back to that instead, where they wait
// again. While the target rings, who is transferred is the call's caller and hears the
// ringing tone; who transferred hears nothing and may hang up. Where the call goes
// is for the dialplan and may_dial of who transfers; what the target sees is who
// is transferred.

// Refer is a party's wish that the party it talks to goes to somebody else.
type Refer struct {
	To string // the number, as dialled
	// Replaces is a leg of another call, whose place the other party shall take;
	// nil: To is called. Gone: it is a leg that there is not.
	Replaces Leg
	Gone     bool
}

// Referrer is a leg whose party may wish for that ([Referred]).
type Referrer interface {
	// Referral tells the party what became of its wish: [Proceeding], it is being
	// done; [Ringing]; [Answered], it is done, or with a cause [Ended], it cannot
	// be, or failed. Answered and Ended are the last.
	Referral(what What, cause Cause, text string)
}

// Connected is a leg whose party can be shown whom it talks to now.
type Connected interface {
	// Connected says who that is.
	Connected(to dialplan.Party)
}

// transfer is a transfer of the call's caller that is under way.
type transfer struct {
	by    *party              // who transferred, nil if nobody did, or they have hung up
	back  *dialplan.Extension // whom to ring if the target does not answer and by is gone, nil: nobody
	who   dialplan.Party      // as whom the target is dialled
	stays *party              // who is transferred
	told  bool                // by knows that it rings
	// second: who is transferred was the one who was called.
	second bool
	recall bool // the target did not take it: who transferred is rung
	// queue is whose line they were taken out of, and come back to.
	queue *dialplan.Queue
}

// onward are the facts of a call that somebody makes in the midst of this one.
func (c *Call) onward(from dialplan.Party, to string) dialplan.Facts {
	f := c.facts
	f.From, f.To = from, dialplan.Callee{Number: c.plan.Normalize(to), Raw: to}
	f.Start, f.Overrides, f.Settings, f.Sent = now(), c.sw.opt.Overrides.Overrides(), c.sw.opt.Settings.Settings(), true
	return f
}

// other is who a party talks to, nil if that is nobody, or a room.
func (c *Call) other(p *party) *party {
	switch p {
	case c.caller:
		return c.peer
	case c.peer:
		return c.caller
	}
	return nil
}

// movable says why no party of the call can go elsewhere now, nil if it can.
func (c *Call) movable() *Error {
	if c.state != stateUp || c.given != nil || c.transfer != nil {
		return &Error{NotNow, "the call is about to change already, or nobody has answered it"}
	}
	return c.alone()
}

// referred takes a party's wish for a transfer.
func (c *Call) referred(p *party, r *Refer) {
	if err := c.refer(p, r); err != nil {
		c.log.Info("transfer refused", "by", p.actor().String(), "to", r.To, "reason", err)
		p.tellReferral(Ended, err.Cause, err.Text)
	}
}

func (c *Call) refer(p *party, r *Refer) *Error {
	stays := c.other(p)
	switch err := c.movable(); {
	case p.who.Extension == nil || p.listener:
		return &Error{Denied, "only extensions transfer calls"}
	case err != nil:
		return err
	case r.Gone:
		return &Error{NotFound, "the call whose party shall be replaced is over"}
	case r.Replaces != nil:
		return c.consulted(p, stays, r.Replaces)
	case c.media.meeting != nil || len(c.talkers()) > 2:
		return c.calls(p, r.To)
	case stays == nil:
		return &Error{NotNow, "there is nobody to be transferred"}
	}
	return c.sendOn(p, stays, r.To, p.actor())
}

// sendOn transfers a party to a number, as another party of the call, if there is
// one, could dial it; out of a queue, as its first agent could. The error is that it may not be dialled; then nothing has changed.
func (c *Call) sendOn(by, stays *party, to string, actor Actor) *Error {
	who := stays.who
	var line *dialplan.Queue
	if by != nil {
		who = by.who
	} else if c.line != nil {
		if line = c.line.Queue; len(line.Agents) > 0 {
			who = Dial{Extension: line.Agents[0]}.who()
		}
	}
	facts := c.onward(who, to)
	d := c.plan.Route(facts)
	if s, ok := d.To.(*dialplan.Schedule); ok {
		return &Error{Denied, "nobody can be transferred to the code of " + s.Path()}
	}
	walk := dialplan.NewWalk(facts, d, live{c})
	step := walk.Start()
	if end, ok := step.(*dialplan.End); ok {
		c.free()
		return &Error{end.Cause, cmp.Or(end.Phrase, end.Text)}
	}
	c.tellAct(event.ActTransfer, actor, stays, func(a *event.Act) { a.To = facts.To.Raw })
	by.tellReferral(Proceeding, "", "")
	c.transfer = &transfer{by: by, who: who, stays: stays, second: stays == c.peer, queue: line}
	if by != nil {
		c.transfer.back = who.Extension
	}
	c.routeAnew(facts, d, walk, step)
	return nil
}

// routeAnew sends the call on, with who is transferred as its caller.
func (c *Call) routeAnew(facts dialplan.Facts, d dialplan.Decision, walk *dialplan.Walk, step dialplan.Step) {
	c.record.walked(c.walk)
	c.asked, c.decision, c.walk, c.sentOn, c.said = facts, d, walk, 0, News{}
	c.caller, c.peer = c.transfer.stays, nil
	c.state, c.changed = stateRouting, true
	if c.media.meeting != nil || c.media.extra != nil {
		c.vacate()
	}
	c.goes(step)
}

// tellReferral tells a party what became of its wish, if it can be told.
func (p *party) tellReferral(what What, cause Cause, text string) {
	if p == nil || !p.live() {
		return
	}
	if r, ok := p.leg.(Referrer); ok {
		r.Referral(what, cause, text)
	}
}

// tellConnected shows a party whom it talks to now.
func (p *party) tellConnected(to *party) {
	if p == nil || to == nil || !p.live() {
		return
	}
	if l, ok := p.leg.(Connected); ok {
		l.Connected(to.who)
	}
}

// rings tells who transferred that the target rings.
func (t *transfer) rings() {
	if t != nil && !t.told {
		t.told = true
		t.by.tellReferral(Ringing, "", "")
	}
}

// arrived is the good end of a transfer: somebody has answered.
func (c *Call) arrived() {
	t := c.transfer
	if t == nil {
		return
	}
	c.transfer = nil
	t.by.tellReferral(Answered, "", "")
	if t.by != nil {
		c.hangup(t.by, Normal)
	}
	c.caller.tellConnected(c.peer)
	if t.recall || c.peer != nil && c.peer.of == nil { // it was dialled as somebody else
		c.peer.tellConnected(c.caller)
	}
}

// comesBack is the end of a way on which nobody answered.
func (c *Call) comesBack(cause Cause, text string) {
	t := c.transfer
	c.leave(nil, NoAnswer)
	t.by.tellReferral(Ended, cause, text)
	tell := func(to string) {
		c.tellAct(event.ActTransfer, Actor{Kind: event.BySwitch}, t.stays, func(a *event.Act) {
			a.To, a.Text = to, "came back: "+string(cause)
		})
	}
	back := func(d dialplan.Decision) {
		tell(cmp.Or(d.Number, d.To.Path()))
		t.recall, t.who = true, t.stays.who
		facts := c.onward(t.stays.who, d.Number)
		walk := dialplan.NewWalk(facts, d, live{c})
		c.routeAnew(facts, d, walk, walk.Start())
	}
	switch e := t.back; {
	case t.queue != nil && !t.recall:
		back(dialplan.Decision{To: t.queue, Number: t.queue.Number})
	case t.recall || t.by == nil && e == nil:
		c.transfer = nil
		c.end(cause, text, bySwitch)
	case t.by != nil:
		c.transfer, c.state, c.peer, c.changed = nil, stateUp, t.by, true
		if t.second {
			c.caller, c.peer = t.by, t.stays
		}
		tell(t.who.Number)
	default:
		back(dialplan.Decision{To: e, Number: e.Number})
	}
}

// calls has somebody rung for a call of many (RFC 4579 §5.6): who is asked for
// comes in, and who asks for it stays.
func (c *Call) calls(p *party, to string) *Error {
	tell := func(what What, cause Cause, text string) {
		c.inbox.Put(message{kind: gotAct, act: func() { p.tellReferral(what, cause, text) }})
	}
	if _, err := c.invite(p.who.Extension, to, p.actor(), tell); err != nil {
		return err
	}
	p.tellReferral(Proceeding, "", "")
	return nil
}

// consulted transfers a party into another call of who transfers (attended
// transfer, RFC 3515 with RFC 3891): it takes that one's place there.
func (c *Call) consulted(p, stays *party, of Leg) *Error {
	to := c.sw.owner(of)
	switch {
	case to == nil:
		return &Error{NotFound, "the call whose party shall be replaced is over"}
	case to == c:
		return &Error{NotNow, "a call cannot be transferred into itself"}
	}
	many := c.media.meeting != nil || len(c.talkers()) > 2
	if stays == nil && !many {
		return &Error{NotNow, "there is nobody to be transferred"}
	}
	actor := p.actor()
	by := func(y *Call, p2, q *party) *Error {
		if q.who.Extension == nil || q.who.Extension.Name != p.who.Extension.Name {
			return &Error{Denied, "nobody's place can be taken but one's own"}
		}
		return nil
	}
	if many {
		return c.invites(p, to, of, by, actor)
	}
	p.tellReferral(Proceeding, "", "")
	if err := c.give(stays, to, instead(of, by), func(err *Error) {
		if err != nil {
			c.log.Info("transfer failed", "by", actor.String(), "into", to.facts.ID, "reason", err)
			p.tellReferral(Ended, err.Cause, err.Text)
			return
		}
		p.tellReferral(Answered, "", "")
		ended := byCallee
		if p == c.caller {
			ended = byCaller
		}
		c.transferred(stays, to.facts.ID, actor, ended)
	}); err != nil {
		p.tellReferral(Ended, err.Cause, err.Text)
	}
	return nil
}

// invites takes the party of another call into this one of many, in the place of who asks for it and is in both.
func (c *Call) invites(p *party, from *Call, of Leg, by func(*Call, *party, *party) *Error, actor Actor) *Error {
	back := func(err *Error) {
		c.inbox.Put(message{kind: gotAct, act: func() { p.tellReferral(Ended, err.Cause, err.Text) }})
	}
	p.tellReferral(Proceeding, "", "")
	seat := func(y *Call, guest *party) *Error {
		if y.state != stateUp || !p.live() {
			return &Error{NotNow, "who asked for it has left the call"}
		}
		y.takePlace(guest, p)
		p.tellReferral(Answered, "", "")
		y.hangup(p, Normal)
		return nil
	}
	if !from.inbox.Put(message{kind: gotAct, act: func() {
		q := from.party(of)
		err := &Error{NotFound, "the call whose party shall be taken is over"}
		if q != nil && q.live() {
			if err = by(from, nil, q); err == nil {
				err = from.movable()
			}
		}
		if guest := (*party)(nil); err == nil {
			if guest = from.other(q); guest == nil {
				err = &Error{NotNow, "that call has no other party"}
			} else {
				err = from.give(guest, c, seat, func(err *Error) {
					if err != nil {
						back(err)
						return
					}
					from.transferred(guest, c.facts.ID, actor, byCaller)
				})
			}
		}
		if err != nil {
			back(err)
		}
	}}) {
		return &Error{NotFound, "the call whose party shall be taken is over"}
	}
	return nil
}

// owner is the call that has a leg, nil if none has.
func (s *Switch) owner(l Leg) *Call {
	for _, c := range s.all() {
		if c.has(l.ID()) {
			return c
		}
	}
	return nil
}

// redirect sends the call on to where a phone says that it shall go (a 3xx,
// RFC 3261 §21.3), as that phone's extension could dial it.
func (c *Call) redirect(p *party, to string) {
	c.log.Info("a phone sends the call on", "extension", p.of.Path(), "to", to)
	c.leave(nil, NoAnswer)
	c.do(c.walk.Redirect(p.of, c.plan.Normalize(to)))
}
