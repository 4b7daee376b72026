package dialplan

import (
	"fmt"
	"slices"
)

// ring rings devices. Who is not there, is busy or declines says so at once;
// then the first who answers has the call; else it rings all its time.
func (t *trial) ring(w *Walk, s *Ring) Step {
	t.out.CallerID = t.plan.redact(s.CallerID)
	var names, said []string
	for _, e := range s.Extensions {
		names = append(names, e.Path())
		t.out.rang[e] = true
	}
	does := fmt.Sprintf("rings %s for %s", some(names, ", "), s.For)
	if s.Intercom {
		does += ", to be answered by itself"
	}
	told := map[*Extension]bool{}
	for {
		i := slices.IndexFunc(s.Extensions, func(e *Extension) bool { return !told[e] && t.of(s, e).refuses() })
		if i < 0 {
			break
		}
		e := s.Extensions[i]
		told[e] = true
		cause := t.of(s, e).cause()
		if len(s.Extensions) == 1 {
			said = append(said, string(cause))
		} else {
			said = append(said, e.Path()+" "+string(cause))
		}
		if next := w.Next(Result{Of: e, Cause: cause}); next != Step(s) {
			t.stop(s.Of, does, some(said, ", "))
			return next
		}
	}
	for _, e := range s.Extensions {
		if !told[e] && t.of(s, e).What != "no_answer" {
			t.stop(s.Of, does, some(append(said, e.Path()+" answers"), ", "))
			t.out.Answered, t.out.Cause = e.Path(), Normal
			return nil
		}
	}
	t.stop(s.Of, does, some(append(said, string(NoAnswer)), ", "))
	return w.Next(Result{Elapsed: true})
}

// of is what is given of an extension that rings: as whom is called says; in
// a group then as it says itself, or the group in it that it is of; else as
// things stand.
func (t *trial) of(s *Ring, e *Extension) GivenOutcome {
	if o, ok := t.outcome(s.Of); ok {
		return o
	}
	if o, ok := t.outcome(e); ok {
		return o
	}
	if g, ok := s.Of.(*Group); ok {
		if o := t.within(g, e, nil); o != (GivenOutcome{}) {
			return o
		}
	}
	if t.down(e) {
		return GivenOutcome{What: string(Unavailable)}
	}
	return GivenOutcome{}
}

// within looks for an outcome among the groups in a group.
func (t *trial) within(g *Group, e *Extension, seen []*Group) GivenOutcome {
	for _, m := range g.Members {
		inner, ok := m.(*Group)
		if !ok || slices.Contains(seen, inner) || !inner.holds(e, nil) {
			continue
		}
		if o, ok := t.outcome(inner); ok {
			return o
		}
		if o := t.within(inner, e, append(seen, inner)); o != (GivenOutcome{}) {
			return o
		}
	}
	return GivenOutcome{}
}

// holds says whether an extension is a member, or a member of one.
func (g *Group) holds(e *Extension, seen []*Group) bool {
	return slices.ContainsFunc(g.Members, func(m Destination) bool {
		if inner, ok := m.(*Group); ok {
			return !slices.Contains(seen, inner) && inner.holds(e, append(seen, inner))
		}
		return m == Destination(e)
	})
}

// refuses is true of an outcome that is known at once.
func (o GivenOutcome) refuses() bool {
	return o != (GivenOutcome{}) && o.What != "answer" && o.What != "no_answer"
}

func (o GivenOutcome) cause() Cause {
	switch o.What {
	case "":
		return CauseOf(o.Status, false)
	case "timeout", "unregistered":
		return Unavailable
	default:
		return Cause(o.What)
	}
}
