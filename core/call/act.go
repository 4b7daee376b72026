package call

import (
	"fmt"

	"github.com/plugboard/plugboard/sdk/event"
)

// Actor is who wishes something of a call. Each act is told as an
// [event.CallAct] that says who did it.
type Actor = event.Actor

// NotNow refuses an act that the state of the call does not allow. No call ends
// with it.
const NotNow Cause = "not_now"

// act has the goroutine of a live call do what somebody wishes, waits for it
// and returns what it says. It must not be called from a call's goroutine. The
// error is an [*Error]: [NotFound] if there is no such call.
func (s *Switch) act(id string, do func(*Call) *Error) error {
	s.mu.Lock()
	c := s.calls[id]
	s.mu.Unlock()
	gone := &Error{NotFound, fmt.Sprintf("there is no call %q", id)}
	if c == nil {
		return gone
	}
	said := make(chan *Error, 1)
	if !c.inbox.Put(message{kind: gotAct, act: func() {
		if c.state >= stateEnding {
			said <- gone
			return
		}
		said <- do(c)
	}}) {
		return gone
	}
	select {
	case err := <-said:
		return orNil(err)
	case <-c.done:
	}
	select { // it was the last that the call did
	case err := <-said:
		return orNil(err)
	default:
		return gone
	}
}

// orNil keeps a nil [*Error] from being an error.
func orNil(err *Error) error {
	if err == nil {
		return nil
	}
	return err
}

// tellAct tells who did something, to the call or to one party of it.
func (c *Call) tellAct(act string, by Actor, p *party, change ...func(*event.Act)) {
	e := event.Act{Call: c.facts.ID, Act: act, By: by}
	if p != nil {
		e.Leg, e.Number = p.last.ID, p.last.Number
	}
	if m := c.media.meeting; m != nil {
		e.Conference = m.name
	}
	for _, f := range change {
		f(&e)
	}
	c.emit(event.CallAct, e)
}

// actor is a party as one that acts.
func (p *party) actor() Actor {
	kind := string(p.leg.Kind())
	if p.leg.Kind() == KindBrowser {
		kind = event.ByExtension
	}
	return Actor{Kind: kind, Name: p.leg.Name(), Number: p.leg.Info().Number}
}
