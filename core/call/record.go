package call

import (
	"slices"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
)

// Who ended a call, in its record.
const (
	byCaller   = "caller"
	byApp      = "app"
	byCallee   = "callee"
	byOperator = "operator"
	bySwitch   = "switch"
)

// record is what a call notes for its CDR on the way.
type record struct {
	dialplan, route string
	started         time.Time
	ringing         time.Time // zero if it never rang
	answered        time.Time // zero if nobody answered
	ended           time.Time
	cause           Cause
	text, by        string
	path            []string // of the ways that it went before the present one
	emergency       bool     // on one of them
	queues          []event.CDRQueue
}

// walked keeps the way that the call has gone so far, before it goes another.
func (r *record) walked(w *dialplan.Walk) {
	if w == nil {
		return
	}
	r.emergency = r.emergency || w.Emergency() != nil
	for _, d := range w.Path() {
		r.path = append(r.path, d.Path())
	}
}

func (r *record) ring() { r.ringing = now() }

func (r *record) end(cause Cause, text, by string) {
	r.cause, r.text, r.by, r.ended = cause, text, by, now()
}

// cdr is the record of a call that is over.
func (c *Call) cdr() event.CDR {
	r := &c.record
	out := event.CDR{
		ID: c.facts.ID, From: c.facts.From.Number, To: c.facts.To.Number,
		Revision: c.plan.Revision(), Dialplan: r.dialplan, Route: r.route, Path: []string{},
		Cause: string(r.cause), Text: r.text, EndedBy: r.by,
		Started: r.started, Ringing: when(r.ringing), Answered: when(r.answered), Ended: r.ended,
		Legs: []event.CDRLeg{}, Tools: c.endTools(), Queues: r.queues,
		Listeners: c.listeners(),
	}
	r.walked(c.walk)
	out.Emergency, out.Path = r.emergency, append(out.Path, r.path...)
	talk := r.ended
	if !r.answered.IsZero() {
		talk = r.answered
		out.TalkSeconds = r.ended.Sub(talk).Seconds()
	}
	if !r.ringing.IsZero() {
		out.RingSeconds = talk.Sub(r.ringing).Seconds()
	}
	for _, p := range c.parties {
		if p.ended.IsZero() { // it did not tell its end in time
			p.ended = now()
		}
		out.Legs = append(out.Legs, p.record())
	}
	if len(c.moved) > 0 {
		here := out.Legs
		out.Legs = slices.DeleteFunc(slices.Clone(c.moved), func(l event.CDRLeg) bool { // those that came back
			return slices.ContainsFunc(here, func(o event.CDRLeg) bool { return o.ID == l.ID })
		})
		out.Legs = append(out.Legs, here...)
		slices.SortStableFunc(out.Legs, func(a, b event.CDRLeg) int { return a.Added.Compare(b.Added) })
	}
	return out
}

// record is what a call's record says of the party.
func (p *party) record() event.CDRLeg {
	answered := p.answered
	if !answered.IsZero() && answered.Before(p.added) { // in the call that it came from
		answered = p.added
	}
	return event.CDRLeg{
		ID: p.last.ID, Kind: string(p.last.Kind), Name: p.last.Name, Number: p.last.Number,
		Cause: string(p.cause), Text: p.text, Status: p.status, Codec: p.last.Codec, UserAgent: p.last.UserAgent,
		Added: p.added, Answered: when(answered), Ended: p.ended, Stats: p.last.Stats,
		Verdicts: p.allVerdicts(), MovedFrom: p.movedFrom,
	}
}

// event is the call as its events show it.
func (c *Call) event() event.Call {
	return event.Call{
		ID: c.facts.ID, From: c.facts.From.Number, To: c.facts.To.Number, Revision: c.plan.Revision(), Dialplan: c.record.dialplan, Route: c.record.route,
		State: c.word(), Started: c.record.started, Answered: when(c.record.answered),
	}
}

// word is the call's state as the API says it.
func (c *Call) word() string {
	if c.record.answered.IsZero() {
		return "ringing"
	}
	return "up"
}

// emit tells an event. Who reacts to it by looking at the call finds it as the
// event says.
func (c *Call) emit(kind string, data any) {
	c.show()
	c.sw.emit(kind, data)
}

func (s *Switch) emit(kind string, data any) {
	if s.opt.Emit != nil {
		s.opt.Emit(event.Event{Time: now(), Type: kind, Data: data})
	}
}

func (c *Call) tellLeg(kind string, p *party) {
	if c.sw.opt.Emit == nil {
		return
	}
	e := c.legEvent(p)
	if kind == event.LegRemoved {
		e.Cause = string(p.cause)
	}
	c.emit(kind, e)
}

// legEvent is a party as its events show it.
func (c *Call) legEvent(p *party) event.Leg {
	i := p.last
	i.Verdicts = p.verdicts
	return event.Leg{
		Call: c.facts.ID, ID: i.ID, Kind: string(i.Kind), Name: i.Name, Number: i.Number, State: i.State,
		Codec: i.Codec, Held: i.Held, Muted: i.Muted, Listens: i.Listens, Speaking: i.Speaking, Level: i.Level, Remote: i.Remote, Local: i.Local, Peer: i.Peer, UserAgent: i.UserAgent, Stats: i.Stats, Verdicts: i.Verdicts,
	}
}

// now is in UTC, as the API shows times.
func now() time.Time { return time.Now().UTC() }

// when is nil for the zero time, which JSON shows as null.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
