package dialplan

import "strings"

// reach is a destination whose plugin does not exist yet, as it will act.
func (t *trial) reach(w *Walk, p *Planned) Step {
	o, given := t.outcome(p)
	if given && o.What != "answer" && p.Kind != "queue" && p.Kind != "park" {
		t.stop(p, "does not take the call", o.What)
		return w.Next(Result{Cause: o.cause()})
	}
	switch p.Kind {
	case "menu":
		return t.menu(w, p)
	case "queue", "park":
		if given && o.What != "answer" {
			t.stop(p, "keeps the caller waiting", string(o.cause()))
			return w.Next(Result{Cause: o.cause()})
		}
		return t.takes(p, "takes the call")
	case "flow":
		t.stop(p, "runs to its end", "")
		return w.Next(Result{})
	case "voicemail":
		if strings.HasSuffix(p.path, ".access") {
			return t.takes(p, "lets the caller hear their messages")
		}
		return t.takes(p, "takes a message")
	default: // app, leg, play
		return t.takes(p, "takes the call")
	}
}

// menu presses keys until they lead somewhere.
func (t *trial) menu(w *Walk, p *Planned) Step {
	for range max(1, p.Tries) {
		if len(t.keys) == 0 {
			break
		}
		if e, n := t.entered(p); e != nil {
			t.keys = t.keys[n:]
			t.stop(p, "asks for a key", "the number "+e.Number)
			return w.Next(Result{Of: e})
		}
		key := t.keys[0]
		t.keys = t.keys[1:]
		if p.Keys[key] != nil {
			t.stop(p, "asks for a key", "key "+key)
			return w.Next(Result{Key: key})
		}
		t.stop(p, "asks for a key", "key "+key+", which leads nowhere")
	}
	if len(t.keys) == 0 {
		t.stop(p, "asks for a key", "none is pressed")
	}
	return w.Next(Result{})
}

// entered is the extension whose number the next keys are, and how many keys
// these are. A longer number goes before a shorter one, and before a key.
func (t *trial) entered(p *Planned) (e *Extension, keys int) {
	if !p.DialExtensions {
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
