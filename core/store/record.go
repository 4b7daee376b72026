package store

import (
	"cmp"
	"slices"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/event"
)

// record is a call's record as far as it is known. Only the writer touches it.
type record struct {
	event.CDR
	over  bool // the call has ended, and this is its record as the hub made it
	dirty bool // it is not written as it is
}

// fold takes an event into the records.
func (w *writer) fold(e event.Event) {
	switch data := e.Data.(type) {
	case event.CDR:
		delete(w.live, data.ID)
		w.over = append(w.over, &record{CDR: data, over: true, dirty: true})
	case event.Call:
		r := w.open(data.ID, data.Started)
		r.From, r.To, r.Revision, r.Dialplan, r.Route = data.From, data.To, data.Revision, data.Dialplan, data.Route
		if data.Answered != nil {
			r.Answered = data.Answered
		}
		if e.Type == event.CallRinging && r.Ringing == nil {
			r.Ringing = &e.Time
		}
	case event.Leg:
		l := w.open(data.Call, e.Time).leg(data.ID, e.Time)
		l.Kind, l.Name, l.Number = data.Kind, data.Name, data.Number
		l.known(data.Codec, data.UserAgent, data.Stats, data.Verdicts)
		if e.Type == event.LegRemoved {
			l.Cause, l.Ended = data.Cause, e.Time
		}
	case event.LegMove:
		if from := w.live[data.From]; from != nil {
			from.dirty = true
			l := from.leg(data.ID, e.Time)
			l.Cause, l.MovedTo, l.Ended = "normal", data.Call, e.Time
		}
		l := w.open(data.Call, e.Time).leg(data.ID, e.Time)
		l.Kind, l.Name, l.Number, l.MovedFrom = data.Kind, data.Name, data.Number, data.From
		l.known(data.Codec, data.UserAgent, data.Stats, data.Verdicts)
	case event.Emergency:
		w.open(data.Call, e.Time).Emergency = true
	case event.LegVerdict:
		w.open(data.Call, e.Time).leg(data.Leg, e.Time).judge(data.Verdict)
	}
}

// open is the record of a live call.
func (w *writer) open(id string, started time.Time) *record {
	r := w.live[id]
	if r == nil {
		r = &record{CDR: event.CDR{ID: id, Started: started}}
		w.live[id] = r
	}
	r.dirty = true
	return r
}

// leg is a leg of a live call.
func (r *record) leg(id string, added time.Time) *leg {
	i := slices.IndexFunc(r.Legs, func(l event.CDRLeg) bool { return l.ID == id })
	if i < 0 {
		r.Legs = append(r.Legs, event.CDRLeg{ID: id, Added: added})
		i = len(r.Legs) - 1
	}
	return (*leg)(&r.Legs[i])
}

type leg event.CDRLeg

// known takes what is known of a leg's sound, and of what is at its far side. What is no longer told stays.
func (l *leg) known(codec, userAgent string, stats *event.LegStats, verdicts []event.Verdict) {
	l.Codec, l.UserAgent = cmp.Or(codec, l.Codec), cmp.Or(userAgent, l.UserAgent)
	if stats != nil {
		l.Stats = stats
	}
	for _, v := range verdicts {
		l.judge(v)
	}
}

// judge keeps a verdict, or its end.
func (l *leg) judge(v event.Verdict) {
	i := slices.IndexFunc(l.Verdicts, func(have event.Verdict) bool { return have.Code == v.Code && have.Since.Equal(v.Since) })
	if i < 0 {
		l.Verdicts = append(l.Verdicts, v)
		return
	}
	l.Verdicts[i] = v
}

// see takes the picture of a live call. It also heals what the queue had no
// room for.
func (w *writer) see(i call.Info) {
	r := w.open(i.ID, i.Started)
	r.From, r.To, r.Route, r.Started = i.From, i.To, i.Route, i.Started
	if i.Answered != nil {
		r.Answered = i.Answered
	}
	for _, n := range i.Legs {
		l := r.leg(n.ID, time.Now())
		l.Kind, l.Name, l.Number = string(n.Kind), n.Name, n.Number
		l.known(n.Codec, n.UserAgent, n.Stats, n.Verdicts)
		if n.State == "up" && l.Answered == nil {
			l.Answered = n.Since
		}
	}
}
