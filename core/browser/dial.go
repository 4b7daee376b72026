package browser

import (
	"fmt"
	"slices"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/presence"
)

// waiting is a call that begins with a link.
type waiting struct {
	call   string
	person *person
	device string
	to     string
	limit  alarm
}

// maxForwards is what a call of ours begins with (RFC 3261, section 8.1.1.6).
const maxForwards = 70

// Call dials a number by a session: the call begins at once. It returns the
// call's id. For number see [Phones.Link].
func (p *Phones) Call(number, to, session string) (string, error) {
	id := call.NewID()
	p.mu.Lock()
	s, err := p.free(number, session)
	if err != nil {
		p.leave()
		return "", err
	}
	return id, p.begin(id, to, s)
}

// CallBy is a call of a page that makes its session meanwhile: it begins with
// the link, or not at all.
func (p *Phones) CallBy(number, to, device string) (string, error) {
	if _, err := p.extension(number); err != nil {
		return "", err
	}
	if !validDevice.MatchString(device) {
		return "", &call.Error{Cause: call.NotFound, Text: badDevice}
	}
	p.mu.Lock()
	defer p.leave()
	x := p.person(number)
	switch {
	case p.closed:
		p.tidy(x)
		return "", &call.Error{Cause: call.Congestion, Text: "the switch is about to stop"}
	case x.waiting >= maxWaiting:
		return "", &call.Error{Cause: call.Busy, Text: fmt.Sprintf("%d calls of extension %s wait for their sessions", x.waiting, number)}
	}
	w := &waiting{call: call.NewID(), person: x, device: device, to: to}
	x.waiting++
	p.waiting[w.call] = w
	w.limit.set(p, linkTime, func() {
		p.opt.Log.Info("a call does not begin: its page has linked no session in time", "extension", number, "call", w.call)
		p.forget(w.call)
	})
	return w.call, nil
}

// forget ends the waiting of a call.
func (p *Phones) forget(id string) {
	if w := p.waiting[id]; w != nil {
		delete(p.waiting, id)
		w.limit.stop()
		w.person.waiting--
		p.tidy(w.person)
	}
}

// free finds a session that has no leg.
func (p *Phones) free(number, id string) (*session, error) {
	s, err := p.session(number, id)
	if err == nil && s.leg != nil {
		err = &call.Error{Cause: call.Busy, Text: fmt.Sprintf("the session %q has a call", id)}
	}
	return s, err
}

// Link joins a session to a call: one that rings its person, one that they have
// begun by [Phones.CallBy], or one in which their leg is away. With the number
// "" it is the admin who asks. The error is a [*call.Error].
func (p *Phones) Link(number, session, id string) error {
	p.mu.Lock()
	s, err := p.free(number, session)
	if err != nil {
		p.leave()
		return err
	}
	if w := p.waiting[id]; w != nil && w.person == s.person {
		p.forget(id)
		return p.begin(id, w.to, s)
	}
	defer p.leave()
	x := s.person
	find := func(fits func(*Leg) bool) *Leg {
		i := slices.IndexFunc(x.legs, func(l *Leg) bool { return l.call == id && fits(l) })
		if i < 0 {
			return nil
		}
		return x.legs[i]
	}
	if l := find((*Leg).rings); l != nil {
		l.timer.stop()
		l.joins(s)
		l.stop("answered")
		l.isUp()
		return nil
	}
	// It goes on in the leg that has none, or in that of the same page, which was
	// loaded anew.
	l := find(func(l *Leg) bool { return !l.rings() && l.session == nil })
	if l == nil {
		l = find(func(l *Leg) bool { return !l.rings() && l.device != "" && l.device == s.device })
	}
	switch {
	case l != nil:
		l.timer.stop()
		l.joins(s)
		l.news(call.News{What: call.Changed})
		l.lamp()
		return nil
	case find(func(*Leg) bool { return true }) != nil:
		return &call.Error{Cause: call.Busy, Text: "another browser of yours has this call"}
	case slices.Contains(x.lost, id):
		return &call.Error{Cause: call.Busy, Text: "somebody else has answered this call"}
	}
	return &call.Error{Cause: call.NotFound, Text: fmt.Sprintf("no call %q waits for this session", id)}
}

// begin begins a call of a session's person. The lock is held, and given back.
func (p *Phones) begin(id, to string, s *session) error {
	number := s.person.number
	e, err := p.extension(number)
	if err != nil {
		p.leave()
		return err
	}
	l := p.newLeg(id, e, s.person)
	l.incoming, l.state = true, calling
	l.joins(s)
	l.far = presence.Party{Number: to}
	l.lamp()
	p.leave()
	// The hub may speak to the leg before it has returned.
	inbox := p.opt.Incoming(call.Incoming{
		ID: id, Leg: l, MaxForwards: maxForwards,
		Facts: dialplan.Facts{
			ID: id, Start: time.Now(),
			From: dialplan.Party{Number: e.Number, Name: e.Display, Raw: e.Number, Extension: e},
			To:   dialplan.Callee{Number: p.opt.Normalize(to), Raw: to},
		},
	})
	p.mu.Lock()
	defer p.leave()
	l.inbox = inbox
	for _, n := range l.unsaid {
		inbox(n)
	}
	l.unsaid = nil
	return nil
}

// Shows takes that a browser of a person shows a call of which a push has told it: the
// proof that it rings, though none of their pages may be open. One that comes late has it
// pushed anew, if the call rings the person still. The error is a [*call.Error].
func (p *Phones) Shows(number, id string) error {
	p.mu.Lock()
	for _, l := range p.people[number].all() {
		if l.call == id && l.rings() {
			l.shown = true
			l.isRinging()
			p.leave()
			return nil
		}
	}
	p.leave()
	return p.opt.Arrived(number, id)
}

// Decline refuses a call that rings a person: their browsers are busy, and
// other devices ring on.
func (p *Phones) Decline(number, id string) error {
	p.mu.Lock()
	defer p.leave()
	for _, l := range p.people[number].all() {
		if l.call == id && l.rings() {
			l.end(call.Busy, "declined")
			return nil
		}
	}
	return &call.Error{Cause: call.NotFound, Text: fmt.Sprintf("no call %q rings in a browser of extension %s", id, number)}
}
