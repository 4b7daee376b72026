package dialplan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/number"
)

// Given is what the world does while a call is tried. Whoever it does not name
// answers: extensions and trunks, and whoever is in a queue. A caller leaves a
// message, stays in a conference, and presses no key.
type Given struct {
	Keys     string // what the caller presses, in order; blanks and commas do not count
	Outcomes []GivenOutcome

	down func(Destination) bool // see Moment.Down
}

// GivenOutcome is how a destination behaves, or how a schedule stands.
type GivenOutcome struct {
	Of Destination // or a [*Schedule]
	// What is "answer", "no_answer", "busy", "unavailable", "declined" or
	// "do_not_disturb"; of a trunk also "timeout" and "unregistered"; of a
	// schedule "open" or "closed". "" if Status is set.
	What   string
	Status int // of a trunk: a SIP status, 300 to 699
}

// String is how the outcome is written.
func (o GivenOutcome) String() string {
	if o.Status != 0 {
		return strconv.Itoa(o.Status)
	}
	return o.What
}

// Stop is one step of a call's way.
type Stop struct {
	At   string `json:"at"`   // the destination: "group.office"
	Does string `json:"does"` // in words: "rings extension.door for 20s"
	Then string `json:"then"` // what comes of it: "no_answer", "answers", "503 congestion"
}

// Trial is a call that was tried, with what of the given came to nothing.
type Trial struct {
	Explanation
	Unused     []GivenOutcome // the call did not ask for it
	UnusedKeys string         // nobody waited for these keys
	// AsksTime is what depended on when the call is made: "schedule.office",
	// "call.start". Schedules that are given are not among it.
	AsksTime []string

	rang map[*Extension]bool
}

// Try walks a call as a live one is walked, [Walk], with supposed results. It
// rings nobody, and round_robin and random begin with the first.
func (p *Plan) Try(f Facts, g Given) Trial {
	f = p.completed(f, g)
	d := p.Route(f)
	w := NewWalk(f, d, still{})
	t := &trial{plan: p, facts: f, given: g, used: make([]bool, len(g.Outcomes)), keys: keysOf(g.Keys)}
	t.explain(d)
	t.out.Text, t.out.rang = d.Reason, map[*Extension]bool{}
	t.run(w)
	for _, to := range w.Path() {
		switch to.(type) {
		case *Reject, *Schedule, *Feature: // these are no places where a call is
		default:
			t.out.Path = append(t.out.Path, to.Path())
		}
	}
	for i, o := range g.Outcomes {
		if !t.used[i] {
			t.out.Unused = append(t.out.Unused, o)
		}
	}
	t.out.UnusedKeys = strings.Join(t.keys, "")
	return t.out
}

// completed adds what follows from the rest.
func (p *Plan) completed(f Facts, g Given) Facts {
	if e := f.From.Extension; e != nil && f.From.Number == "" && f.From.Raw == "" {
		f.From.Number, f.From.Raw = e.Number, e.Number
	}
	if e := f.From.Extension; e != nil && f.From.Name == "" {
		f.From.Name = e.Display
	}
	if f.From.Raw == "" {
		f.From.Raw = Anonymous
	}
	if f.From.Number == "" {
		f.From.Number = p.Normalize(f.From.Raw)
	}
	if f.To.Number == "" {
		f.To.Number = p.Normalize(f.To.Raw)
	}
	overrides := map[string]bool{}
	maps.Copy(overrides, f.Overrides)
	for _, o := range g.Outcomes {
		if s, ok := o.Of.(*Schedule); ok {
			overrides[s.Name] = o.What == "open"
		}
	}
	f.Overrides = overrides
	return f
}

func keysOf(s string) []string {
	var out []string
	for _, r := range s {
		if r != ' ' && r != ',' {
			out = append(out, string(r))
		}
	}
	return out
}

// still is a switch in which nothing else happens.
type still struct{}

func (still) Take(*Extension, int) bool     { return true }
func (still) Turn(*Group, int) int          { return 0 }
func (still) Took(*Group, int)              {}
func (still) LastCall(*Extension) time.Time { return time.Time{} }
func (still) Shuffle(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// trial is the state of one [Plan.Try].
type trial struct {
	plan  *Plan
	facts Facts
	given Given
	used  []bool   // of given.Outcomes
	keys  []string // that are still to be pressed
	out   Trial
}

// explain tells how it was decided where the call goes.
func (t *trial) explain(d Decision) {
	p, f, x := t.plan, t.facts, &t.out.Explanation
	*x = Explanation{Revision: p.revision, Route: d.Route, Tools: orNone(d.Tools), Record: d.Record, Way: []Stop{}, Path: []string{}, Routes: []RouteTried{}}
	x.Call = Summary{From: p.redact(f.From.Number), FromRaw: p.redact(f.From.Raw), To: p.redact(f.To.Number), ToRaw: p.redact(f.To.Raw)}
	if !f.Start.IsZero() {
		x.Call.At = f.Start.In(p.timezone)
	}
	switch {
	case f.From.Extension != nil:
		x.Call.On = f.From.Extension.Path()
	case f.From.Trunk != nil:
		x.Call.On = f.From.Trunk.Path()
	case f.From.Plugin != "":
		x.Call.On = (&Plugin{Name: f.From.Plugin}).Path()
	}
	_, emergency := d.To.(*Emergency)
	if p.emergency != nil && f.From.Extension != nil {
		x.Emergency = &EmergencyTried{Numbers: p.emergency.Numbers, Takes: emergency}
	}
	if s, ok := d.To.(*Schedule); ok {
		t.flips(s)
	}
	if d.Dialplan == "" && d.Route != "" {
		return // it was decided before any dialplan
	}
	var a asked
	var routes []RouteTried
	x.Dialplan, routes, a = p.tried(f)
	x.Routes = append(x.Routes, routes...)
	t.asks(a)
}

// asks notes what the decision depended on.
func (t *trial) asks(a asked) {
	if a.start {
		t.out.AsksTime = append(t.out.AsksTime, "call.start")
	}
	for _, s := range t.plan.schedules {
		if slices.Contains(a.schedules, s.Name) && !t.flips(s) {
			if _, by := t.facts.Overrides[s.Name]; !by {
				t.out.AsksTime = append(t.out.AsksTime, s.Path())
			}
		}
	}
}

// flips says whether it is given how a schedule stands, and counts that as
// used.
func (t *trial) flips(s *Schedule) bool {
	_, ok := t.outcome(s)
	return ok
}

// outcome is what is given of a destination.
func (t *trial) outcome(of Destination) (GivenOutcome, bool) {
	for i, o := range t.given.Outcomes {
		if o.Of == of {
			t.used[i] = true
			return o, true
		}
	}
	return GivenOutcome{}, false
}

// down says whether a party cannot be reached as things stand.
func (t *trial) down(d Destination) bool { return t.given.down != nil && t.given.down(d) }

// longest is how many steps a trial takes. A walk is cut by its own rules
// before, but a caller may press keys for long.
const longest = 200

func (t *trial) run(w *Walk) {
	step, passed := w.Start(), 0
	for range longest {
		passed = t.passes(w, step, passed)
		next := t.step(w, step)
		if next == nil {
			return
		}
		step = next
	}
	t.out.Cause, t.out.Text = Loop, "the call goes on and on"
}

// passes tells of the destinations from passed on at which nothing could be
// done: they sent the call on at once, or the walk ended there. It returns how
// many there are now.
func (t *trial) passes(w *Walk, step Step, passed int) int {
	path := w.Path()
	for _, d := range path[passed:] {
		if d == where(step) {
			continue // the step tells
		}
		e, _ := d.(*Extension)
		switch d := d.(type) {
		case *Emergency:
			t.stop(d, "comes before every dialplan", "via "+d.Via.Path())
			continue
		case *Reject:
			t.stop(d, "refuses the call", d.Cause)
			continue
		case *Flow:
			t.stop(d, "runs its steps", "")
			continue
		case *Feature:
			continue // what it does is told as a step
		}
		switch {
		case e != nil && e.forwards(w.set(e)) != nil:
			t.stop(d, "forwards all calls", "to "+e.forwards(w.set(e)).Path())
		case e != nil && e.doNotDisturb(w.set(e)):
			t.stop(d, "is not rung", string(DoNotDisturb))
		default: // a group of such, or a trunk that may not be dialled
			t.stop(d, "is not called", "")
		}
	}
	return len(path)
}

// where is the destination that a step is about, nil for the end.
func where(step Step) Destination {
	switch s := step.(type) {
	case *Ring:
		if s.Trunk != nil {
			return s.Trunk
		}
		return s.Of
	case *Meet:
		return s.Conference
	case *Mirror:
		return s.Of
	case *Announce:
		return s.Of
	case *Reach:
		return s.Of
	case *Flip:
		return s.Schedule
	case *Set:
		return s.By
	case *Speak:
		return s.Of
	case *Wait:
		return s.Queue
	case *Keep:
		return s.Park
	case *TakeUp:
		return s.Park
	case *ParkHeld:
		return s.By
	case *JoinHeld:
		return s.By
	}
	return nil
}

// step is what comes of a step: the next one, nil at the end.
func (t *trial) step(w *Walk, step Step) Step {
	switch s := step.(type) {
	case *Ring:
		if s.Trunk != nil {
			return t.ask(w, s)
		}
		if s.Leg != nil {
			t.out.CallerID = t.plan.redact(s.CallerID)
			return t.takes(s.Leg, "is called")
		}
		return t.ring(w, s)
	case *Meet:
		return t.join(w, s.Conference)
	case *Mirror:
		return t.takes(s.Of, "answers, and sends back what it hears")
	case *Announce:
		return t.plays(w, s.Of)
	case *Reach:
		return t.reach(w, s)
	case *Flip:
		to := "back to its hours"
		if s.Override != nil {
			to = map[bool]string{true: "to open", false: "to closed"}[*s.Override]
		}
		return t.takes(s.Schedule, "is switched by hand, "+to)
	case *Speak:
		return t.speak(w, s)
	case *Wait:
		return t.wait(w, s)
	case *Keep:
		return t.keep(w, s)
	case *TakeUp:
		if o, given := t.outcome(s.Park); given && o.What != "answer" {
			t.stop(s.Park, "has nobody at "+s.Slot, string(NotFound))
			return w.Next(Result{Cause: NotFound})
		}
		return t.takes(s.Park, "gives the call that is parked at "+s.Slot)
	case *Pick:
		what := "that rings longest in the caller's pickup_group"
		if s.Of != nil {
			what = "that rings at " + s.Of.Path()
		}
		return t.takes(w.Path()[0], "takes the call "+what)
	case *ParkHeld:
		return t.takes(s.By, "parks the caller's other call in "+s.Park.Path())
	case *JoinHeld:
		return t.takes(s.By, "joins the calls that the caller holds")
	case *Set:
		value := s.Value
		if value == "" {
			value = "as it is configured"
		}
		return t.takes(s.By, fmt.Sprintf("sets %s of %s: %s", s.Name, s.Of.Path(), value))
	case *End:
		t.out.Cause = s.Cause
		if s.Text != "" {
			t.out.Text = t.plan.redact(s.Text)
		}
		return nil
	}
	t.out.Cause, t.out.Text = Failed, fmt.Sprintf("%T is no step that is known here", step)
	return nil
}

// stop tells of a step.
func (t *trial) stop(at Destination, does, then string) {
	t.out.Way = append(t.out.Way, Stop{At: at.Path(), Does: t.plan.redact(does), Then: t.plan.redact(then)})
}

// takes ends the trial: the call is with somebody.
func (t *trial) takes(who Destination, does string) Step {
	t.stop(who, does, "")
	t.out.Answered, t.out.Cause = who.Path(), Normal
	return nil
}

// ask asks a trunk.
func (t *trial) ask(w *Walk, s *Ring) Step {
	as := func(n string) string { return t.plan.redact(number.Format(t.plan.country, s.Trunk.Format, n)) }
	t.out.CallerID, t.out.Asked = as(s.CallerID), as(s.Number)
	does := "is asked for " + t.out.Asked
	if t.out.CallerID != "" {
		does += " by " + t.out.CallerID
	}
	o, given := t.outcome(s.Trunk)
	if !given && t.down(s.Trunk) {
		o, given = GivenOutcome{What: "unregistered"}, true
	}
	switch {
	case !given || o.What == "answer":
		t.stop(s.Trunk, does, "answers")
		t.out.Answered, t.out.Cause = s.Trunk.Path(), Normal
		return nil
	case o.What == "no_answer":
		t.stop(s.Trunk, does, fmt.Sprintf("rings for %s, no_answer", s.For))
		return w.Next(Result{Elapsed: true})
	case o.What == "timeout" && s.Within > 0:
		t.stop(s.Trunk, does, fmt.Sprintf("says nothing for %s", s.Within))
		return w.Next(Result{Silent: true})
	case o.Status != 0:
		t.stop(s.Trunk, does, fmt.Sprintf("%d %s", o.Status, o.cause()))
		return w.Next(Result{Cause: o.cause(), Status: o.Status})
	}
	t.stop(s.Trunk, does, o.What)
	return w.Next(Result{Cause: o.cause(), Status: map[string]int{"busy": 486, "declined": 603, "do_not_disturb": 480}[o.What]})
}

// plays plays a prompt.
func (t *trial) plays(w *Walk, p *Play) Step {
	if p.Early {
		t.stop(p, "is heard before the call is answered", string(p.Cause))
		return w.Next(Result{})
	}
	return t.takes(p, "answers, and is heard")
}

// speak speaks to whoever is there and has no call.
func (t *trial) speak(w *Walk, s *Speak) Step {
	var hear, not []string
	var causes []Cause
	for _, e := range s.Extensions {
		t.out.rang[e] = true
		o, given := t.outcome(e)
		if !given && t.down(e) {
			o = GivenOutcome{What: string(Unavailable)}
		}
		if o == (GivenOutcome{}) || o.What == "answer" {
			hear = append(hear, e.Path())
			continue
		}
		causes, not = append(causes, o.cause()), append(not, e.Path()+" "+string(o.cause()))
	}
	t.out.CallerID = t.plan.redact(s.CallerID)
	if len(hear) == 0 {
		t.stop(s.Of, "speaks to nobody", some(not, ", "))
		return w.Next(Result{Cause: Outcome(causes)})
	}
	t.stop(s.Of, "speaks to "+some(hear, ", "), some(not, ", "))
	t.out.Answered, t.out.Cause = s.Of.Path(), Normal
	return nil
}

// keep parks the caller. A call that is not taken up ("no_answer") goes where
// the timeout says.
func (t *trial) keep(w *Walk, s *Keep) Step {
	at := "the first free slot"
	if s.Slot != "" {
		at = "slot " + s.Slot
	}
	o, given := t.outcome(s.Park)
	switch {
	case !given || o.What == "answer":
	case o.What != "no_answer":
		t.stop(s.Park, "does not take the call", o.What)
		return w.Next(Result{Cause: o.cause()})
	case s.Park.OnTimeout != nil:
		t.stop(s.Park, "keeps the call in "+at, fmt.Sprintf("nobody takes it up within %s", s.Park.Timeout))
		return w.Next(Result{Elapsed: true})
	}
	return t.takes(s.Park, "keeps the call in "+at)
}

// join joins a conference.
func (t *trial) join(w *Walk, c *Conference) Step {
	if o, ok := t.outcome(c); ok && o.What != "answer" {
		t.stop(c, "does not take the call", o.What)
		return w.Next(Result{Cause: o.cause()})
	}
	return t.takes(c, "answers")
}
