package call

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/core/queue"
	"github.com/plugboard/plugboard/sdk/event"
)

// ask asks the dialplan where the call goes, once.
func (c *Call) ask() {
	if c.facts.Headers = maps.Clone(c.facts.Headers); c.facts.Headers == nil {
		c.facts.Headers = map[string]string{} // which an app adds to, and the walk sees
	}
	d := c.plan.Route(c.facts)
	c.asked, c.decision = c.facts, d
	c.walk = dialplan.NewWalk(c.facts, d, live{c})
	c.record.dialplan, c.record.route = d.Dialplan, d.Route
	c.changed = true
	if d.Reason != "" {
		c.log.Error("a route cannot be evaluated", "dialplan", d.Dialplan, "route", d.Route, "error", d.Reason)
	}
}

// route goes where the dialplan says.
func (c *Call) route() {
	c.routeTools(c.decision.Attach)
	if d := c.decision; d.To != nil {
		c.log.Debug("routed", "dialplan", d.Dialplan, "route", d.Route, "to", d.To.Path())
	}
	c.goes(c.walk.Start())
}

// goes goes the first step of the walk.
func (c *Call) goes(first dialplan.Step) {
	if c.walk.Emergency() != nil {
		c.alarm()
	}
	c.do(first)
}

// do does a step of the walk, and those that follow from it at once.
func (c *Call) do(step dialplan.Step) {
	defer c.free() // whom the walk has counted and nobody could ring
	for step != nil {
		if _, ok := step.(*dialplan.Ring); !ok {
			c.leave(nil, NoAnswer)
		}
		c.leaveLine(queue.Left) // it has gone on
		c.prune(step)
		switch s := step.(type) {
		case *dialplan.Ring:
			step = c.ring(s)
			if n := c.walk.Forwards(); step == nil && n > c.sentOn {
				c.sentOn = n
				c.proceed(Forwarded, "")
			}
		case *dialplan.Reach:
			step = c.reach(s)
		case *dialplan.Meet:
			if c.prefaced(s) {
				return
			}
			step = c.meet(s, "")
		case *dialplan.Mirror:
			c.silence()
			c.media.extra = c.room().Join(mix.NewEcho(), mix.Options{})
			c.answer(nil)
			return
		case *dialplan.Pick:
			c.pickUp(s.Of)
			return
		case *dialplan.Announce:
			c.announce(s.Of)
			return
		case *dialplan.Flip:
			c.flip(s)
			return
		case *dialplan.Wait:
			step = c.wait(s)
		case *dialplan.Keep:
			step = c.keep(s)
		case *dialplan.TakeUp:
			step = c.takeUp(s)
		case *dialplan.ParkHeld:
			step = c.parkHeld(s)
		case *dialplan.JoinHeld:
			step = c.joinHeld()
		case *dialplan.Speak:
			step = c.address(s)
		case *dialplan.Set:
			c.set(s)
			return
		case *dialplan.End:
			if s.Cause == Failed && s.Text != "" {
				c.log.Warn("the call failed on its way", "error", s.Text)
			}
			if c.transfer != nil {
				c.comesBack(s.Cause, s.Text)
				return
			}
			c.phrase = s.Phrase
			c.end(s.Cause, s.Text, bySwitch)
			return
		default:
			c.end(Failed, "", bySwitch)
			c.log.Error("the dialplan sent the call to what the hub does not know", "step", step)
			return
		}
	}
}

// ring dials those of a step that do not ring yet, and ends those that are no
// longer of it. It returns the next step if this one is over at once.
func (c *Call) ring(s *dialplan.Ring) dialplan.Step {
	f := c.fork
	switch {
	case f != nil && f.step == s: // one of it is through, the others ring on
		return nil
	case f != nil && f.step.Of == s.Of && s.Trunk == nil:
		c.leave(s.Extensions, NoAnswer)
		f.step = s
	default:
		c.leave(nil, NoAnswer)
		f = &fork{step: s, causes: map[*dialplan.Extension][]Cause{}}
		c.fork = f
	}
	f.until = now().Add(s.For)
	f.asks = s.Within > 0 && s.Within < s.For
	if f.asks {
		c.timer.Reset(s.Within)
	} else {
		c.timer.Reset(s.For)
	}
	if s.Trunk != nil {
		if r, ok := c.dial(c.dialTrunk(s)); !ok {
			return c.walk.Next(r)
		}
		return nil
	}
	if s.Leg != nil {
		if r, ok := c.dial(c.dialLeg(s)); !ok {
			return c.walk.Next(r)
		}
		return nil
	}
	for _, e := range s.Extensions {
		if f.rung(e) {
			continue
		}
		r, ok := c.dial(c.dialExtension(e, s))
		if ok {
			continue
		}
		r.Of = e
		if next := c.walk.Next(r); next != dialplan.Step(s) {
			return next
		}
	}
	return nil
}

// dial makes legs of the fork. It reports false, and why, if there are none.
func (c *Call) dial(d Dial) (dialplan.Result, bool) {
	legs, err := c.sw.opt.Dialer.Dial(c.ctx, d, c.news)
	for _, l := range legs {
		p := c.add(l)
		p.of, p.who = d.Extension, d.who()
		c.fork.legs = append(c.fork.legs, p)
	}
	switch refusal := (*Error)(nil); {
	case errors.As(err, &refusal):
		return dialplan.Result{Cause: refusal.Cause, Text: refusal.Text}, len(legs) > 0
	case err != nil:
		c.log.Error("dialling failed", "error", err)
		return dialplan.Result{Cause: Failed}, len(legs) > 0
	default:
		return dialplan.Result{Cause: Unavailable}, len(legs) > 0
	}
}

// ended takes the end of a leg that rang.
func (c *Call) ended(p *party, n News) {
	f, cause := c.fork, unanswered(n.Cause, Failed)
	if n.Redirect != "" && p.of != nil && c.state == stateRouting && f.step.Of == dialplan.Destination(p.of) {
		c.redirect(p, n.Redirect)
		return
	}
	if c.line != nil {
		c.agentEnded(p, cause)
		return
	}
	if p.of == nil {
		c.next(dialplan.Result{Cause: cause, Status: n.Status, Text: n.Text})
		return
	}
	f.causes[p.of] = append(f.causes[p.of], cause)
	if !f.rung(p.of) {
		c.next(dialplan.Result{Of: p.of, Cause: dialplan.Outcome(f.causes[p.of])})
	}
}

// elapsed is the end of a fork's time: nobody has answered, or a trunk has
// said nothing.
func (c *Call) elapsed() {
	if c.fork.asks {
		r := dialplan.Result{Silent: true, Text: "no sign of life within " + c.fork.step.Within.String()}
		c.leave(nil, Unavailable)
		c.next(r)
		return
	}
	c.next(dialplan.Result{Elapsed: true})
}

// next goes on after a result of the fork.
func (c *Call) next(r dialplan.Result) {
	if c.state != stateCalling {
		c.do(c.walk.Next(r))
		return
	}
	if r.Elapsed {
		r.Cause = NoAnswer
	}
	c.end(r.Cause, r.Text, bySwitch)
}

// leave ends the legs of the fork, but those of some extensions; without any,
// the fork.
func (c *Call) leave(but []*dialplan.Extension, cause Cause) {
	f := c.fork
	if f == nil {
		return
	}
	kept := f.legs[:0:0]
	for _, p := range f.legs {
		if p.in(but) {
			kept = append(kept, p)
		} else {
			c.hangup(p, cause)
		}
	}
	f.legs = kept
	if len(but) == 0 {
		c.fork = nil
		c.timer.Stop()
	}
}

// call rings the devices of the extension for which a call was originated.
// What follows when it is not reached is for those who call it, not for this.
func (c *Call) call(e *dialplan.Extension) {
	if !(live{c}).Take(e, e.MaxCalls) {
		c.end(Congestion, e.Path()+" has its max_calls", bySwitch)
		return
	}
	ring := e.Ring
	if ring == 0 {
		ring = ringTime
	}
	c.fork = &fork{
		step:   &dialplan.Ring{Of: e, Extensions: []*dialplan.Extension{e}, For: ring, CallerID: c.facts.To.Raw, Intercom: c.auto},
		causes: map[*dialplan.Extension][]Cause{},
	}
	c.timer.Reset(ring)
	if r, ok := c.dial(c.dialExtension(e, c.fork.step)); !ok {
		c.end(r.Cause, r.Text, bySwitch)
	}
}

// ringTime is how long an extension rings that does not say so itself.
const ringTime = 20 * time.Second

func (c *Call) dialExtension(e *dialplan.Extension, s *dialplan.Ring) Dial {
	d := c.anyDial(s.CallerID)
	d.Extension, d.Intercom = e, s.Intercom
	if c.state == stateCalling { // it sees whom it is going to call
		d.CallerName = ""
	}
	if c.line != nil {
		c.line.shows(c, &d)
	}
	if t := c.transfer; t != nil {
		if c.decision.CallerID == "" {
			d.CallerNumber = t.stays.who.Number
		}
		if t.recall {
			d.CallerName = "Recall: " + cmp.Or(d.CallerName, d.CallerNumber)
		} else {
			d.ReferredBy = t.who.Number
		}
	}
	return d
}

func (c *Call) dialTrunk(s *dialplan.Ring) Dial {
	d := c.anyDial(s.CallerID)
	d.Trunk, d.Number, d.Emergency, d.Insist = s.Trunk, s.Number, s.Emergency, s.Insist
	d.Diverted = s.Diverted
	d.Private = d.Private && !s.Emergency // who helps must be able to call back
	if d.Number == "" {
		d.Number = c.asked.To.Number
	}
	if t := c.transfer; t != nil { // the number that is shown is theirs, too
		d.CallerName, d.Private = cmp.Or(t.who.Name, display(t.who)), t.who.Private && !s.Emergency
	}
	return d
}

// dialLeg calls an address by a plugin.
func (c *Call) dialLeg(s *dialplan.Ring) Dial {
	d := c.anyDial(s.CallerID)
	d.Leg, d.Number = s.Leg, c.asked.To.Number
	return d
}

func (c *Call) anyDial(callerID string) Dial {
	from := c.facts.From
	if c.transfer != nil {
		from = c.transfer.stays.who
	}
	return Dial{
		Call:         c.facts.ID,
		CallerNumber: callerID,
		CallerName:   cmp.Or(from.Name, display(from)),
		Private:      from.Private,
		MaxForwards:  c.forwards,
		Headers:      maps.Clone(c.facts.Headers),
	}
}

// display is the name that the configuration gives a party, "" if none.
func display(p dialplan.Party) string {
	if p.Extension == nil {
		return ""
	}
	return p.Extension.Display
}

// who is whom a dial leads to.
func (d Dial) who() dialplan.Party {
	if e := d.Extension; e != nil {
		return dialplan.Party{Number: e.Number, Name: e.Display, Raw: e.Number, Extension: e}
	}
	who := dialplan.Party{Number: d.Number, Raw: d.Number, Trunk: d.Trunk}
	if d.Leg != nil {
		who.Plugin = d.Leg.Plugin
	}
	return who
}

// called makes the device that answered an originated call its caller, and
// routes it.
func (c *Call) called(p *party) {
	c.caller, p.who = p, c.facts.From
	p.answered = now()
	c.lose(p)
	c.state = stateRouting
	if c.first != nil {
		c.first()
		return
	}
	c.ask()
	c.route()
}

// win joins the leg that answered first with the caller.
func (c *Call) win(p *party) {
	p.answered = now()
	c.lose(p)
	c.answer(p)
}

// lose ends all legs of the fork but the winner.
func (c *Call) lose(winner *party) {
	f := c.fork
	c.fork = nil
	c.timer.Stop()
	for _, p := range f.legs {
		if p != winner {
			c.hangup(p, AnsweredElsewhere)
		}
	}
}

// answer brings the call up: with a party, or with the switch itself (nil).
func (c *Call) answer(p *party) {
	c.peer = p
	c.served(p)
	if p != nil && p.of != nil {
		c.sw.lines.had(p.of.Name)
	}
	if p != nil {
		c.unpark() // the call was brought back
	}
	c.state = stateUp
	c.answerCaller()
	if i, ok := c.caller.leg.(*invitation); ok {
		i.arrived(c, p)
	}
	c.arrived()
}

// accept answers a party that has called and was not answered yet.
func (c *Call) accept(p *party) {
	if p.incoming && p.state < answering {
		p.state, p.answered = answering, now()
		p.leg.Answer()
	}
}

// alarm tells those who look after the site that somebody calls for help.
func (c *Call) alarm() {
	from := c.asked.From
	e := event.Emergency{Call: c.facts.ID, From: from.Number, Name: from.Name, To: c.asked.To.Number, Notify: []string{}}
	who := from.Number
	if x := from.Extension; x != nil {
		e.Extension = x.Path()
		e.Name = cmp.Or(x.Display, e.Name) // a phone can call itself anything
	}
	if e.Name != "" {
		who = e.Name + " (" + who + ")"
	}
	notify := c.walk.Emergency().Notify
	for _, x := range notify {
		e.Notify = append(e.Notify, x.Number)
	}
	c.log.Warn("emergency call", "from", e.From, "name", e.Name, "extension", e.Extension, "to", e.To)
	c.emit(event.CallEmergency, e)
	if c.sw.opt.Text == nil {
		return
	}
	text := fmt.Sprintf("EMERGENCY: %s calls %s", who, e.To)
	for _, x := range notify {
		if x != from.Extension {
			c.sw.opt.Text(Text{To: x, Call: e.Call, From: e.From, FromName: e.Name, Text: text})
		}
	}
}
