package call

import "github.com/plugboard/plugboard/core/dialplan"

// override lays a route's own attributes over its destination's.
func override(own, route dialplan.Follow) dialplan.Follow {
	if route.Ring != 0 {
		own.Ring = route.Ring
	}
	if route.NoAnswer != nil {
		own.NoAnswer = route.NoAnswer
	}
	if route.Busy != nil {
		own.Busy = route.Busy
	}
	if route.Unavailable != nil {
		own.Unavailable = route.Unavailable
	}
	return own
}

// next is where a call goes when a destination ended with a cause, nil to end
// the call with it. Someone who is there and does not take the call counts as
// busy; a destination that could not be reached, whoever's fault it is, as
// unavailable. What remains (not_found, denied, no_codec, …) is an answer to
// the caller.
func next(f dialplan.Follow, c Cause) dialplan.Destination {
	switch c {
	case NoAnswer:
		return f.NoAnswer
	case Busy, Declined, DoNotDisturb:
		return f.Busy
	case Unavailable, Congestion, PluginLost, Failed:
		return f.Unavailable
	default:
		return nil
	}
}

// outcome is how a fork ended in which nobody answered, from the cause of each
// leg or refused dial:
//
//   - Whoever could not be reached (unavailable, congestion, faults, no codec)
//     does not count as long as somebody could.
//   - If all that are left say the same, that is it.
//   - If all that are left are busy or have declined, it is busy.
//   - Else it is no_answer.
//
// If nobody could be reached, the first cause that is more telling than
// unavailable wins.
func outcome(causes []Cause) Cause {
	out, reached := Unavailable, false
	for _, c := range causes {
		switch {
		case unreached(c):
			if !reached && out == Unavailable {
				out = c
			}
		case !reached:
			out, reached = c, true
		case c == out:
		case refuses(c) && refuses(out):
			out = Busy
		default:
			out = NoAnswer
		}
	}
	return out
}

// unreached is true of a cause that says nothing about the person called.
func unreached(c Cause) bool {
	switch c {
	case Unavailable, Congestion, PluginLost, Failed, NoCodec, Loop, NotFound, Denied:
		return true
	default:
		return false
	}
}

// refuses is true of a cause by which a person, or their phone, turns the call
// away.
func refuses(c Cause) bool {
	return c == Busy || c == Declined || c == DoNotDisturb
}
