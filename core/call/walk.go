package call

import (
	"errors"
	"slices"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/event"
)

// maxSteps is how many destinations a call walks before it counts as a loop.
const maxSteps = 16

// How long a destination rings that does not say so itself. A trunk's is timer
// C (RFC 3261, section 16.6, item 11).
const (
	ringTime      = 20 * time.Second
	trunkRingTime = 3 * time.Minute
)

// walk is a call's way through the dialplan.
type walk struct {
	decision dialplan.Decision
	forwards int // the caller's Max-Forwards
	path     []dialplan.Destination
}

// fork is the legs that ring for one destination.
type fork struct {
	follow  dialplan.Follow
	legs    []*party
	senders []*party // those that sent early media, the first one first
	causes  []Cause  // of the legs that ended and the dials that were refused
	text    string   // why the last dial was refused
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

// ask asks the dialplan where the call goes, once.
func (c *Call) ask() {
	d := c.plan.Route(c.facts)
	c.walk.decision = d
	c.record.dialplan, c.record.route = d.Dialplan, d.Route
	c.changed = true
	if d.Reason != "" {
		c.log.Error("a route cannot be evaluated", "dialplan", d.Dialplan, "route", d.Route, "error", d.Reason)
	}
}

// route goes where the dialplan says.
func (c *Call) route() {
	d := c.walk.decision
	if d.To == nil {
		c.end(NotFound, "", bySwitch)
		return
	}
	c.log.Debug("routed", "dialplan", d.Dialplan, "route", d.Route, "to", d.To.Path())
	c.visit(d.To, d.Follow)
}

// visit sends the call to a destination. route is what the route overrides,
// and is empty from the second destination on.
func (c *Call) visit(to dialplan.Destination, route dialplan.Follow) {
	if slices.Contains(c.walk.path, to) || len(c.walk.path) == maxSteps {
		c.end(Loop, "the call came to "+to.Path()+" in a loop", bySwitch)
		return
	}
	c.walk.path = append(c.walk.path, to)
	switch to := to.(type) {
	case *dialplan.Extension:
		c.ring(override(to.Follow, route), ringTime, c.dialExtension(to))
	case *dialplan.Group:
		var dials []Dial
		for _, e := range devices(nil, map[*dialplan.Group]bool{}, to) {
			dials = append(dials, c.dialExtension(e))
		}
		c.ring(override(to.Follow, route), ringTime, dials...)
	case *dialplan.Trunk:
		c.ring(override(to.Follow, route), trunkRingTime, c.dialTrunk(to))
	case *dialplan.Conference:
		if c.attend(to) {
			c.answer(nil)
		} else {
			c.failed(route, Busy, "the conference is full")
		}
	case *dialplan.Echo:
		c.silence()
		c.media.extra = c.room().Join(mix.NewEcho(), mix.Options{})
		c.answer(nil)
	case *dialplan.Reject:
		c.phrase = to.Text
		c.end(Cause(to.Cause), to.Text, bySwitch)
	default:
		c.end(Failed, "", bySwitch)
		c.log.Error("the dialplan sent the call to a destination that the hub does not know", "to", to.Path())
	}
}

// devices collects the extensions of a group and of the groups in it, each
// once, in the order of the configuration.
func devices(into []*dialplan.Extension, seen map[*dialplan.Group]bool, g *dialplan.Group) []*dialplan.Extension {
	if seen[g] {
		return into
	}
	seen[g] = true
	for _, m := range g.Members {
		switch m := m.(type) {
		case *dialplan.Extension:
			if !slices.Contains(into, m) {
				into = append(into, m)
			}
		case *dialplan.Group:
			into = devices(into, seen, m)
		}
	}
	return into
}

// call rings the devices of the extension for which a call was originated.
// What follows when it is not reached is for those who call it, not for this.
func (c *Call) call(e *dialplan.Extension) {
	d := c.dialExtension(e)
	d.CallerNumber, d.CallerName = c.facts.To.Raw, ""
	c.ring(dialplan.Follow{Ring: e.Ring}, ringTime, d)
}

func (c *Call) dialExtension(e *dialplan.Extension) Dial {
	d := c.dial()
	d.Extension = e
	return d
}

// dialTrunk shows the number that the route sets, else the calling
// extension's, else the trunk's, else the caller's own.
func (c *Call) dialTrunk(t *dialplan.Trunk) Dial {
	d := c.dial()
	d.Trunk, d.Number = t, c.walk.decision.Number
	if d.Number == "" {
		d.Number = c.facts.To.Number
	}
	if c.walk.decision.CallerID == "" {
		switch from := c.facts.From.Extension; {
		case from != nil && from.CallerID != "":
			d.CallerNumber = from.CallerID
		case t.CallerID != "":
			d.CallerNumber = t.CallerID
		}
	}
	return d
}

func (c *Call) dial() Dial {
	d := Dial{
		Call:         c.facts.ID,
		CallerNumber: c.walk.decision.CallerID,
		CallerName:   c.facts.From.Name,
		MaxForwards:  c.walk.forwards,
		Headers:      c.facts.Headers,
	}
	if d.CallerNumber == "" {
		d.CallerNumber = c.facts.From.Number
	}
	if from := c.facts.From.Extension; d.CallerName == "" && from != nil {
		d.CallerName = from.Display
	}
	return d
}

// ring dials, and waits for an answer for as long as follow says.
func (c *Call) ring(follow dialplan.Follow, usual time.Duration, dials ...Dial) {
	if follow.Ring == 0 {
		follow.Ring = usual
	}
	f := &fork{follow: follow}
	c.fork = f
	c.timer.Reset(follow.Ring)
	for _, d := range dials {
		legs, err := c.sw.opt.Dialer.Dial(c.ctx, d, c.news)
		for _, l := range legs {
			f.legs = append(f.legs, c.add(l))
		}
		switch refusal := (*Error)(nil); {
		case errors.As(err, &refusal):
			f.causes, f.text = append(f.causes, refusal.Cause), refusal.Text
		case err != nil:
			c.log.Error("dialling failed", "error", err)
			f.causes = append(f.causes, Failed)
		case len(legs) == 0:
			f.causes = append(f.causes, Unavailable)
		}
	}
	c.decide()
}

// decide looks at a fork after something in it has failed.
func (c *Call) decide() {
	if c.fork.live() == 0 {
		c.giveUp(outcome(c.fork.causes))
	}
}

// giveUp ends a fork without an answer.
func (c *Call) giveUp(cause Cause) {
	f := c.fork
	c.fork = nil
	c.timer.Stop()
	for _, p := range f.legs {
		c.hangup(p, cause)
	}
	c.failed(f.follow, cause, f.text)
}

// failed goes to what follows a destination that did not answer, or ends the
// call with its cause.
func (c *Call) failed(f dialplan.Follow, cause Cause, text string) {
	if to := next(f, cause); to != nil {
		c.log.Debug("not answered", "cause", cause, "next", to.Path())
		c.visit(to, dialplan.Follow{})
		return
	}
	c.end(cause, text, bySwitch)
}

// called makes the device that answered an originated call its caller, and
// routes it.
func (c *Call) called(p *party) {
	c.caller = p
	p.answered = now()
	c.lose(p)
	c.state = stateRouting
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
	c.state = stateUp
	c.record.answered = now()
	if c.caller.state < answering {
		c.caller.state = answering
		c.caller.answered = c.record.answered
		c.caller.leg.Answer()
	}
	c.changed = true
	c.emit(event.CallAnswered, c.event())
}
