package dialplan

// Cause is why a call or a leg ended, or was refused: the words that the
// dialplan's reject(cause), the CDR and the API use. Only core/sip turns a
// cause into a status code; [CauseOf] is the way back.
type Cause string

// The causes. Normal is a call that was answered and hung up.
const (
	Normal       Cause = "normal"
	NotFound     Cause = "not_found"
	Denied       Cause = "denied"
	Busy         Cause = "busy"
	NoAnswer     Cause = "no_answer"
	Unavailable  Cause = "unavailable"
	DoNotDisturb Cause = "do_not_disturb"
	Declined     Cause = "declined"
	NoCodec      Cause = "no_codec"
	Congestion   Cause = "congestion"
	PluginLost   Cause = "plugin_lost"
	Loop         Cause = "loop"
	Cancelled    Cause = "cancelled"
	// AnsweredElsewhere ends the losers of a fork.
	AnsweredElsewhere Cause = "answered_elsewhere"
	// Failed is an error of this switch, or a far side that broke the protocol.
	Failed Cause = "failed"
)

// CauseOf is why a party could not be reached, by its final SIP response (300
// to 699). Rang says that it rang before.
func CauseOf(status int, rang bool) Cause {
	switch status {
	case 486, 600:
		return Busy
	case 603, 607:
		return Declined
	case 403:
		return Denied
	case 404, 410, 484, 485, 604:
		return NotFound
	case 408, 480:
		if rang {
			return NoAnswer
		}
		return Unavailable
	case 415, 488, 606:
		return NoCodec
	case 482, 483:
		return Loop
	case 487:
		return Cancelled
	}
	switch {
	case status < 400: // a redirection: nobody is followed there yet
		return Unavailable
	case status < 500:
		return Failed
	case status < 600:
		return Congestion
	}
	return Declined
}

// Outcome is how a fork ended in which nobody answered, from the cause of each
// leg, or of each dial that was refused:
//
//   - Whoever could not be reached (unavailable, congestion, faults, no codec)
//     does not count as long as somebody could.
//   - If all that are left say the same, that is it.
//   - If all that are left are busy or have declined, it is busy.
//   - Else it is no_answer.
//
// If nobody could be reached, the first cause that is more telling than
// unavailable wins.
func Outcome(causes []Cause) Cause {
	out, reached := Unavailable, false
	for _, c := range causes {
		switch {
		case c.unreached():
			if !reached && out == Unavailable {
				out = c
			}
		case !reached:
			out, reached = c, true
		case c == out:
		case c.refuses() && out.refuses():
			out = Busy
		default:
			out = NoAnswer
		}
	}
	return out
}

// unreached is true of a cause that says nothing about the person called.
func (c Cause) unreached() bool {
	switch c {
	case Unavailable, Congestion, PluginLost, Failed, NoCodec, Loop, NotFound, Denied:
		return true
	default:
		return false
	}
}

// refuses is true of a cause by which a person, or their phone, turns the call
// away.
func (c Cause) refuses() bool { return c == Busy || c == Declined || c == DoNotDisturb }

// next is where a call goes when a destination ended with a cause, nil to end
// the call with it. Someone who is there and does not take the call counts as
// busy; a destination that could not be reached, whoever's fault it is, as
// unavailable. What remains (not_found, denied, no_codec, …) is an answer to
// the caller.
func (f Follow) next(c Cause) Destination {
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

// override lays a route's own attributes over its destination's.
func (f Follow) override(route Follow) Follow {
	if route.Ring != 0 {
		f.Ring = route.Ring
	}
	if route.NoAnswer != nil {
		f.NoAnswer = route.NoAnswer
	}
	if route.Busy != nil {
		f.Busy = route.Busy
	}
	if route.Unavailable != nil {
		f.Unavailable = route.Unavailable
	}
	return f
}
