package call

import (
	"fmt"
	"slices"
	"sync"

	"github.com/plugboard/plugboard/sdk/event"
)

// How a party moves from one call into another:
//
//	the call that gives                        the call that takes
//
//	has ──give: seat, place, news──▶ (parcel in its inbox) ──as──▶ has
//	 │                                              │               │
//	 waits ◀──────────────── gotTaken ──────────────┼───────────────┘
//	 │                                              │ refused, or over
//	 has again ◀───────────── gotBack ──────────────┘
//
// A party belongs to one call or lies in one inbox, never both, so that
// somebody always owes it an end. No call waits for another: who gives goes on
// taking messages, and does not end before it knows what became of the party.
// Who is over refuses, and so does who has given away a party itself: of two
// calls that give to each other both keep what they have.
//
// The one lock is that of the road by which the leg's news comes ([road]): in
// one step the parcel is put into the new call's inbox, together with the news
// that the old one had not taken yet, and the road leads there from then on.
// Nothing is lost, and nothing overtakes.

// parcel is a party on its way.
type parcel struct {
	party   *party
	from    *Call
	as      place
	counted bool      // it brings along its place among its extension's calls
	waiting []message // about its leg, that the call it comes from had not taken
	refused *Error    // gotBack: why
}

// place is what a party becomes in the call that takes it. It runs on that
// call's goroutine, with the party among the call's parties, but not seated. If
// it refuses, it must have changed nothing.
type place func(c *Call, p *party) *Error

// given is a party that the call has given away, as long as it does not know
// whether it was taken.
type given struct {
	caller, peer bool
	guest        bool
	to           string
	then         func(*Error) // nil: it was taken; else it is back
}

// give hands a party to another call. An error is that nothing was done; else
// then says, on this call's goroutine and not before give has returned, whether
// it was taken. As of now the call is without this party, which may have been
// its caller: a call with a party under way knows no other step than to end.
func (c *Call) give(p *party, to *Call, as place, then func(*Error)) *Error {
	switch {
	case c == to:
		return &Error{NotNow, "the party is in that call already"}
	case c.given != nil:
		return &Error{NotNow, "a party of the call is on its way into another call"}
	case !p.live() || c.party(p.leg) != p:
		return &Error{NotFound, "the party has left the call"}
	}
	g := &given{caller: p == c.caller, peer: p == c.peer, guest: p.guest, to: to.facts.ID, then: then}
	record := p.record()
	record.Text, record.MovedTo, record.Ended = "moved into call "+g.to, g.to, now()
	record.Cause = string(Normal)

	c.letGo(p)
	c.unseat(p)
	c.without(p)
	k := &parcel{party: p, from: c, as: as, counted: c.yield(p)}
	if !c.pass(k, gotParcel, to) {
		c.regain(k, g)
		return &Error{NotFound, "the other call has just ended"}
	}
	c.given, c.changed = g, true
	c.moved = append(c.moved, record)
	return nil
}

// without takes a party out of everything that the call knows.
func (c *Call) without(p *party) {
	c.parties = slices.DeleteFunc(c.parties, func(o *party) bool { return o == p })
	if c.caller == p {
		c.caller = nil
	}
	if c.peer == p {
		c.peer = nil
	}
}

// regain takes a party again that the call had given away.
func (c *Call) regain(k *parcel, g *given) {
	p := k.party
	c.parties = append(c.parties, p)
	if g.caller {
		c.caller = p
	}
	if g.peer {
		c.peer = p
	}
	c.count(p, k.counted)
	c.changed = true
}

// pass puts a parcel into another call's inbox, with what comes of its leg from
// now on. It reports false, and has done nothing, if that call is over.
func (c *Call) pass(k *parcel, kind messageKind, to *Call) bool {
	r := k.party.road
	r.mu.Lock()
	defer r.mu.Unlock()
	k.waiting = append(k.waiting, c.about(k.party.leg)...)
	if !to.inbox.Put(message{kind: kind, parcel: k}) {
		c.batch = append(k.waiting, c.batch...)
		k.waiting = nil
		return false
	}
	r.lead(k.party.leg, to)
	return true
}

// about takes what concerns a leg out of what the call has not taken yet.
func (c *Call) about(l Leg) []message {
	mine := func(m message) bool {
		return m.kind == gotNews && m.news.Leg == l || (m.kind == gotTap || m.kind == gotUntap) && m.leg == l.ID()
	}
	var out []message
	c.batch = slices.DeleteFunc(c.batch, func(m message) bool {
		if mine(m) {
			out = append(out, m)
			return true
		}
		return false
	})
	return append(out, c.inbox.Extract(mine)...)
}

// receive takes a parcel: the party sits where it shall, or goes back.
func (c *Call) receive(k *parcel) {
	p := k.party
	if c.state >= stateEnding || c.given != nil {
		c.sendBack(k, &Error{NotNow, fmt.Sprintf("call %s can take nobody now", c.facts.ID)})
		return
	}
	before := p.added
	waiting := k.waiting
	k.waiting = nil
	p.added = now()
	c.parties = append(c.parties, p)
	// From here on it is this call's, whatever happens.
	settled := false
	defer func() {
		if !settled { // a panic: it ends with this call
			k.from.inbox.Put(message{kind: gotTaken, parcel: k})
		}
	}()
	c.count(p, k.counted)
	if err := k.as(c, p); err != nil {
		settled = true
		k.counted = c.yield(p)
		c.without(p)
		p.added = before
		k.waiting = waiting
		c.sendBack(k, err)
		return
	}
	c.changed = true
	if m, ok := p.leg.(Mover); ok {
		m.Moved(c.facts.ID)
	}
	p.last = p.info()
	p.movedFrom = k.from.facts.ID
	c.emit(event.LegMoved, event.LegMove{Leg: c.legEvent(p), From: k.from.facts.ID})
	settled = true
	k.from.inbox.Put(message{kind: gotTaken, parcel: k})
	for _, m := range waiting {
		c.take(m)
	}
}

// sendBack returns a parcel to the call that it came from.
func (c *Call) sendBack(k *parcel, why *Error) {
	k.refused = why
	if !c.pass(k, gotBack, k.from) {
		k.dismiss(c.sw)
	}
}

// dismiss ends the leg of a party that no call will have any more.
func (k *parcel) dismiss(s *Switch) {
	p := k.party
	s.opt.Log.Error("a party has no call any more: it is hung up", "leg", p.leg.ID(), "from", k.from.facts.ID)
	p.endTap()
	p.leg.Hangup(End{Cause: Normal})
	if k.counted {
		s.lines.give(p.leg.Name(), -1)
	}
}

// answeredFor hears what became of the party that the call has given away.
func (c *Call) answeredFor(m message) {
	g, k := c.given, m.parcel
	switch {
	case g == nil && m.kind == gotBack: // it was given up
		k.dismiss(c.sw)
		return
	case g == nil:
		return
	}
	c.given = nil
	if m.kind == gotBack {
		c.moved = c.moved[:len(c.moved)-1]
		c.regain(k, g)
		if c.state >= stateEnding {
			c.hangup(k.party, c.record.cause)
		} else {
			g.then(k.refused)
		}
		for _, w := range k.waiting {
			c.take(w)
		}
	} else {
		if g.guest {
			c.guestLeaves(k.party.who)
		}
		if c.state < stateEnding {
			g.then(nil)
			c.fill(k.party.who)
		}
	}
	if c.state == stateEnding {
		c.overIfAlone()
	}
}

// Mover is a leg that wants to know whose call it is in, for what it writes
// down about itself.
type Mover interface {
	// Moved says into which call the leg has moved.
	Moved(call string)
}

// road is the way of the news of a call's legs: into its inbox, or, for those
// that have moved, into that of the call that they are in.
type road struct {
	mu    sync.Mutex
	home  *Call
	moved map[Leg]*Call
}

// lead has the news of a leg go to a call. The caller holds the lock.
func (r *road) lead(l Leg, to *Call) {
	if to == r.home {
		delete(r.moved, l)
		return
	}
	if r.moved == nil {
		r.moved = map[Leg]*Call{}
	}
	r.moved[l] = to
}

// news is an [Inbox].
func (r *road) news(n News) {
	r.mu.Lock()
	to := r.moved[n.Leg]
	if to == nil {
		to = r.home
	} else if n.What == Ended {
		delete(r.moved, n.Leg)
	}
	ok := to.inbox.Put(message{kind: gotNews, news: n})
	r.mu.Unlock()
	if !ok {
		to.log.Error("news of a leg after its call was over", "news", n.What)
	}
}

// instead is the place of another leg of the call, which is hung up. Allowed
// says whether this party may have the place of that one.
func instead(of Leg, allowed func(c *Call, p, of *party) *Error) place {
	return func(c *Call, p *party) *Error {
		q := c.party(of)
		if q == nil || q == p || !q.live() {
			return &Error{NotFound, "the party whose place it shall take has left"}
		}
		if err := allowed(c, p, q); err != nil {
			return err
		}
		cause := Normal
		switch {
		case q == c.caller && q.state < answering && p.state >= answering: // it has called, and nobody has answered yet
			cause = Cancelled
		case q == c.caller && c.line != nil: // who comes waits on in their place
		case c.state == stateUp && (q == c.caller || q == c.peer || q.guest):
		default:
			return &Error{NotNow, "the call is not one in which a party can be replaced now"}
		}
		c.takePlace(p, q)
		if c.line != nil {
			c.sw.queues.is(c)
		} else if c.state == stateRouting { // where nobody answers, it comes back
			c.transfer = &transfer{stays: p, who: q.who, back: q.who.Extension}
		}
		c.accept(p)
		c.hangup(q, cause)
		other := c.other(p)
		other.tellConnected(p)
		p.tellConnected(other)
		c.showSlot()
		return nil
	}
}
