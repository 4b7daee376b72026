package dialplan

import (
	"slices"
	"time"
)

// seizure asks one trunk after the other.
type seizure struct {
	of     Destination // a trunk or a failover
	follow Follow
	todo   []attempt
	at     int
	down   []attempt // those that could not be asked
}

// attempt is one trunk, and the failover that says when to go on from it.
type attempt struct {
	trunk  *Trunk
	by     *Failover // nil: it is alone
	insist bool
}

// attempts are the trunks of a failover and of those in it, each once. An
// inner failover's next_on holds for its own trunks.
func attempts(f *Failover, seen *[]*Failover, into []attempt) []attempt {
	if slices.Contains(*seen, f) {
		return into
	}
	*seen = append(*seen, f)
	for _, d := range f.Order {
		switch d := d.(type) {
		case *Trunk:
			if !slices.ContainsFunc(into, func(a attempt) bool { return a.trunk == d }) {
				into = append(into, attempt{trunk: d, by: f})
			}
		case *Failover:
			into = attempts(d, seen, into)
		}
	}
	return into
}

// seize begins to ask trunks, if who calls, and who sent the call there, may
// dial the number.
func (w *Walk) seize(of Destination, follow Follow, todo []attempt) Step {
	if w.emergency == nil {
		for _, e := range w.senders {
			if e.MayDial != nil && !e.MayDial(w.decision.Number) {
				return mayNotDial(e, w.decision.Number)
			}
		}
	}
	if follow.Ring == 0 {
		follow.Ring = trunkRingTime
	}
	s := &seizure{of: of, follow: follow, todo: todo}
	w.at = s
	return s.ring(w)
}

func mayNotDial(e *Extension, n string) *End {
	return &End{
		Cause: Denied, Text: "may_dial of " + e.Path() + " does not allow " + n + "; numbers abroad have to be listed in it",
		Phrase: "This number may not be dialled",
	}
}

func (s *seizure) ring(w *Walk) Step {
	if s.at == len(s.todo) {
		return w.failed(s.follow, Result{Cause: Congestion, Text: s.of.Path() + " has no trunk"})
	}
	a := s.todo[s.at]
	if a.by != nil && !a.insist {
		w.path = append(w.path, a.trunk)
	}
	out := &Ring{
		Of: s.of, Trunk: a.trunk, For: s.follow.Ring, Number: w.decision.Number, CallerID: w.callerID(a.trunk),
		Emergency: w.emergency != nil,
		Insist:    a.insist || a.by == nil,
		Diverted:  w.diverted,
	}
	if a.by != nil {
		out.Within = a.by.Timeout
	}
	if w.emergency != nil { // whoever may be slow is waited for if nobody else is left
		switch last := s.at+1 == len(s.todo); {
		case last:
			out.Within = 0
		case out.Within == 0:
			out.Within = emergencyPatience
		}
	}
	return out
}

// emergencyPatience is how long a trunk may be silent in an emergency call
// while others are left.
const emergencyPatience = 5 * time.Second

func (s *seizure) next(w *Walk, r Result) Step {
	if r.Elapsed {
		r.Cause = NoAnswer
	}
	if r.Silent {
		r.Cause = Unavailable
	}
	a := s.todo[s.at]
	if a.by != nil && !a.insist && r.down() {
		s.down = append(s.down, attempt{trunk: a.trunk, by: a.by, insist: true})
	}
	// A trunk that refuses an emergency call, for whatever reason, is not the
	// right one.
	failure := w.emergency != nil && r.Cause != NoAnswer || a.by != nil && a.by.goesOn(r)
	if a.by != nil && !failure {
		return w.failed(s.follow, r)
	}
	if s.at++; s.at < len(s.todo) {
		return s.ring(w)
	}
	// Nothing is left. Before an emergency call is given up, those that only
	// seemed to be down are asked all the same.
	if w.emergency != nil && len(s.down) > 0 {
		s.todo, s.down = append(s.todo, s.down...), nil
		return s.ring(w)
	}
	if a.by == nil {
		return w.failed(s.follow, r)
	}
	text := "no trunk of " + s.of.Path() + " took the call"
	if r.Text != "" {
		text += "; the last, " + a.trunk.Path() + ": " + r.Text
	}
	return w.failed(s.follow, Result{Cause: Congestion, Text: text})
}

// down is true of a trunk that said nothing at all: it is known to be down or
// full, or no answer came from it.
func (r Result) down() bool {
	return r.Status == 0 && !r.Silent && !r.Elapsed && (r.Cause == Unavailable || r.Cause == Congestion)
}

// goesOn says whether a trunk's result is a failure of the trunk, and not an
// answer of who was called.
func (f *Failover) goesOn(r Result) bool {
	switch {
	case r.Silent:
		return true
	case r.down():
		// SIP takes silence for 408, and a broken connection for 503 (RFC 3261,
		// section 8.1.3.1).
		return f.Unregistered || f.Timeout > 0 || f.lists(408) || f.lists(503)
	case r.Status >= 300 && r.Status < 400: // where it would send the call, nobody is followed
		return true
	case r.Cause == NoAnswer: // it has rung
		return false
	default:
		return f.lists(r.Status)
	}
}

func (f *Failover) lists(status int) bool {
	return slices.ContainsFunc(f.Statuses, func(s [2]int) bool { return s[0] <= status && status <= s[1] })
}

// callerID is the number to show to a phone (nil) or a trunk: what the route
// sets, then, to a trunk, the calling extension's and the trunk's own, else
// the caller's number. An emergency call shows the site's.
func (w *Walk) callerID(to *Trunk) string {
	if w.emergency != nil && w.emergency.CallerID != "" {
		return w.emergency.CallerID
	}
	if w.decision.CallerID != "" {
		return w.decision.CallerID
	}
	if to != nil {
		if from := w.facts.From.Extension; from != nil && from.CallerID != "" {
			return from.CallerID
		}
		if to.CallerID != "" {
			return to.CallerID
		}
	}
	return w.facts.From.Number
}
