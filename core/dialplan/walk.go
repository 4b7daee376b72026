package dialplan

import (
	"fmt"
	"slices"
	"time"
)

// maxSteps is how many destinations a call walks before it counts as a loop.
const maxSteps = 16

// How long a destination rings that does not say so itself. A trunk's is timer
// C (RFC 3261, section 16.6, item 11).
const (
	ringTime      = 20 * time.Second
	trunkRingTime = 3 * time.Minute
)

// Walk is a call's way through the destinations, step by step:
//
//	w := dialplan.NewWalk(facts, plan.Route(facts), live)
//	step := w.Start()
//	for … { // ring, wait
//		step = w.Next(result)
//	}
//
// It ends with an answer, which the walk is not told, or with [*End]. A walk
// has no clock and waits for nothing: the same inputs make the same way. So
// what `plugboard test` walks with supposed results is what calls walk.
//
// A walk belongs to one goroutine.
type Walk struct {
	facts    Facts
	decision Decision
	live     Live
	path     []Destination
	// visited is what may not come again: a loop.
	visited []Destination
	// senders answer for where the call goes: who calls, and each extension
	// that sends it on.
	senders []*Extension
	// diverted is whom the call was for before it was sent on.
	diverted []Diversion
	// forwards is how often it was sent on.
	forwards  int
	emergency *Emergency
	intercoms bool // who is rung shall answer by itself
	at        stage
	frames    []frame // who has the call back, the last one first
	last      Step    // the end, once it is there
}

// stage is a destination that the call is at.
type stage interface {
	next(*Walk, Result) Step
}

// NewWalk is the way of a call for which the dialplan decided so.
func NewWalk(f Facts, d Decision, live Live) *Walk {
	if e, ok := d.To.(*Emergency); ok {
		return &Walk{facts: f, decision: d, live: live, emergency: e}
	}
	return &Walk{facts: f, decision: d, live: live}
}

// Path is the destinations that the call came to, in order. Members of a
// group are not among them, nor is a failover: its trunks are, as they are
// tried.
func (w *Walk) Path() []Destination { return w.path }

// Forwards is how often the call was sent on so far, by whom it was for.
func (w *Walk) Forwards() int { return w.forwards }

// Emergency is set if the call goes to an emergency number.
func (w *Walk) Emergency() *Emergency { return w.emergency }

// Start is the first step.
func (w *Walk) Start() Step { return w.keep(w.start()) }

func (w *Walk) start() Step {
	if caller := w.facts.From.Extension; caller != nil {
		if !w.live.Take(caller, caller.MaxCalls) && w.emergency == nil {
			return &End{Cause: Congestion, Text: full(caller)}
		}
		w.senders = append(w.senders, caller)
	}
	if w.decision.To == nil {
		return &End{Cause: NotFound}
	}
	return w.visit(w.decision.To, w.decision.Follow)
}

func full(e *Extension) string {
	return fmt.Sprintf("%s has its max_calls of %d", e.Path(), e.MaxCalls)
}

// Next is the step after a result. After [*End], [*Flip], [*Set] or [*Pick] that stays.
func (w *Walk) Next(r Result) Step {
	if w.last != nil {
		return w.last
	}
	return w.keep(w.at.next(w, r))
}

// keep keeps a step that nothing follows.
func (w *Walk) keep(s Step) Step {
	s = w.unwind(s)
	switch s.(type) {
	case *End, *Flip, *Set, *Pick:
		w.last = s
	}
	return s
}

// visit comes to a destination. route is what the route overrides, and is
// empty from the second destination on.
func (w *Walk) visit(to Destination, route Follow) Step {
	if slices.Contains(w.visited, to) || len(w.visited) == maxSteps {
		return &End{Cause: Loop, Text: "the call came to " + to.Path() + " in a loop"}
	}
	w.visited = append(w.visited, to)
	switch to.(type) {
	case *Failover, *Forward:
	default:
		w.path = append(w.path, to)
	}
	switch to := to.(type) {
	case *Extension:
		w.senders = append(w.senders, to)
		if next := to.forwards(w.set(to)); next != nil {
			w.divert(to, "")
			// What the route says holds for whoever stands in.
			return w.visit(next, route)
		}
		return w.hunt(to, to.follow(w.set(to)).override(route), &member{extension: to})
	case *Forward:
		return w.forward(to, route)
	case *Feature:
		return w.feature(to)
	case *Group:
		return w.hunt(to, to.Follow.override(route), w.members(to, &roll{}))
	case *Trunk:
		return w.seize(to, to.Follow.override(route), []attempt{{trunk: to}})
	case *Failover:
		return w.seize(to, route, attempts(to, new([]*Failover), nil))
	case *Emergency:
		return w.visit(to.Via, Follow{})
	case *Conference:
		if to.pin != "" {
			g := &guarded{of: to, follow: route}
			w.at = g
			return g.step()
		}
		w.at = &alone{follow: route}
		return &Meet{to}
	case *Echo:
		w.at = &alone{follow: route}
		return &Mirror{to}
	case *Menu:
		c := &choosing{of: to}
		w.at = c
		return c.step()
	case *Flow:
		return w.run(to)
	case *App:
		return w.hand(to, to.Plugin, to.Config)
	case *Voicemail:
		return w.hand(to, VoicemailPlugin, to.config)
	case *Play:
		w.at = &announced{to, route}
		return &Announce{to}
	case *Leg:
		if route.Ring == 0 {
			route.Ring = ringTime
		}
		w.at = &alone{follow: route}
		return &Ring{Of: to, Leg: to, For: route.Ring, CallerID: w.callerID(nil)}
	case *Queue:
		return w.wait(to, route)
	case *Park:
		return w.park(to)
	case *Page:
		return w.page(to)
	case *Schedule:
		return &Flip{Schedule: to, Override: to.flip(w.facts)}
	case *Reject:
		return &End{Cause: Cause(to.Cause), Text: to.Text, Phrase: to.Text}
	default:
		return &End{Cause: Failed, Text: fmt.Sprintf("no call can go to %s (%T)", to.Path(), to)}
	}
}

// failed goes to what follows a destination that did not answer, or ends the
// call with its cause.
func (w *Walk) failed(f Follow, r Result) Step {
	if to := f.next(r.Cause); to != nil {
		if h, ok := w.at.(*hunt); ok {
			w.divert(h.of, r.Cause)
		}
		return w.visit(to, Follow{})
	}
	return &End{Cause: r.Cause, Text: r.Text}
}

// divert notes that a destination sends the call on. The world knows it by the
// number that it shows, or by the one that was dialled from outside.
func (w *Walk) divert(from Destination, why Cause) {
	w.forwards++
	d := Diversion{Cause: why}
	inside := ""
	switch from := from.(type) {
	case *Extension:
		d.Number, d.Name, inside = from.CallerID, from.Display, from.Number
	case *Group:
		inside = from.Number
	case *Queue:
		inside = from.Number
	}
	switch {
	case d.Number != "":
	case w.facts.From.Trunk != nil && len(w.diverted) == 0:
		d.Number = w.facts.To.Number
	default:
		d.Number = inside
	}
	if d.Number != "" {
		w.diverted = append(w.diverted, d)
	}
}

// alone is a destination that takes the call, or does not.
type alone struct{ follow Follow }

func (a *alone) next(w *Walk, r Result) Step {
	switch {
	case r.Elapsed:
		r.Cause = NoAnswer
	case r.Cause == PluginLost && w.decision.OnPluginLost != nil:
		return w.lost(r, nil)
	}
	return w.failed(a.follow, r)
}

// announced is a prompt that is played. That it was heard to its end is no
// cause; that it could not be heard at all is one, unless the call is only told
// why it fails: it fails so in any case.
type announced struct {
	of     *Play
	follow Follow
}

func (a *announced) next(w *Walk, r Result) Step {
	switch {
	case a.of.Early:
		return &End{Cause: a.of.Cause, Text: r.Text}
	case r.Cause != "":
		return w.failed(a.follow, r)
	}
	return &End{Cause: Normal}
}

// flip is what a schedule's override becomes when its code is dialled: what
// its hours do not say now, or, if it was switched before, its hours again. So
// whoever dials twice has changed nothing, and nothing is forgotten that only
// looks as usual.
func (s *Schedule) flip(f Facts) *bool {
	if _, by := f.Overrides[s.Name]; by {
		return nil
	}
	open := !s.OpenAt(f.Start)
	return &open
}
