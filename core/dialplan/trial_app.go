package dialplan

import (
	"strings"

	"github.com/plugboard/plugboard/sdk/app/step"
)

// reach gives the call to an app.
func (t *trial) reach(w *Walk, s *Reach) Step {
	if o, given := t.outcome(s.Of); given && o.What != "answer" {
		t.stop(s.Of, "does not take the call", string(o.cause()))
		return w.Next(Result{Cause: o.cause()})
	}
	switch of := s.Of.(type) {
	case *Menu:
		return t.menu(w, of)
	case *Conference:
		return t.pin(w, of)
	case *Flow:
		return t.flow(w, of, s.Step)
	case *Voicemail:
		return t.takes(of, of.does())
	}
	return t.takes(s.Of, "takes the call")
}

// menu presses keys until they lead somewhere.
func (t *trial) menu(w *Walk, m *Menu) Step {
	for silent := false; ; {
		var r Result
		switch e, n := t.entered(m); {
		case e != nil:
			t.keys = t.keys[n:]
			t.stop(m, "asks for a key", "the number "+e.Number)
			r.Of = e
		case len(t.keys) > 0:
			r.Key, t.keys = t.keys[0], t.keys[1:]
			then := "key " + r.Key
			if m.Keys[r.Key] == nil {
				then += ", which leads nowhere"
			}
			t.stop(m, "asks for a key", then)
		case !silent:
			silent = true
			t.stop(m, "asks for a key", "none is pressed")
		}
		next := w.Next(r)
		if again, ok := next.(*Reach); !ok || again.Of != Destination(m) {
			return next
		}
	}
}

// flow does a step of a flow. Nil: it answers the caller.
func (t *trial) flow(w *Walk, f *Flow, s *step.Step) Step {
	var r Result
	switch {
	case s == nil:
	case s.Kind == step.Gather:
		for len(t.keys) > 0 && len(r.Key) < s.Max {
			key := t.keys[0]
			t.keys = t.keys[1:]
			if strings.Contains(s.End, key) {
				break
			}
			r.Key += key
		}
		then := "none is pressed"
		if r.Key != "" {
			then = r.Key
		}
		t.stop(f, "asks for digits", then)
	case s.Kind == step.Record:
		r.Key = "a recording"
	}
	next := w.Next(r)
	if again, ok := next.(*Reach); (!ok || again.Of != Destination(f)) && !w.Awaited() {
		t.stop(f, "runs to its end", "")
	}
	return next
}

// entered is the extension whose number the next keys are, and how many keys
// these are. A longer number goes before a shorter one, and before a key.
func (t *trial) entered(m *Menu) (e *Extension, keys int) {
	if !m.DialExtensions {
		return nil, 0
	}
	for n := len(t.keys); n > 0; n-- {
		if e := t.plan.byNumber[strings.Join(t.keys[:n], "")]; e != nil {
			return e, n
		}
	}
	return nil, 0
}

func orNone[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
