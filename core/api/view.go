package api

import (
	"context"
	"slices"

	"github.com/plugboard/plugboard/core/browser"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/sdk/event"
)

// EventJoined tells a person that they are in a call from now on. Its data is a
// [Joined]; the events of the call follow.
const EventJoined = "call.joined"

// Joined is a call that somebody has come into, as it is.
type Joined struct {
	Call call.Info `json:"call"`
}

// PersonSnapshot is how things stood at a moment for who is signed in as an
// extension.
type PersonSnapshot struct {
	Calls      []call.Info    `json:"calls" nullable:"false" doc:"that they are in"`
	Extensions []Extension    `json:"extensions" nullable:"false" doc:"the directory, and how everybody stands"`
	Voicemail  *event.Mailbox `json:"voicemail" doc:"null: they have none"`
	Phone      *browser.Phone `json:"phone" doc:"null for a page without device"`
}

// view is what a person sees of the events: those of calls as long as a leg of
// theirs is in it, and what is said of themselves. A nil view sees all.
type view struct {
	a       *API
	number  string
	box     string          // their mailbox, "" if they have none
	request context.Context // with which they came
	page    *browser.Page   // nil: it is no phone

	legs map[string]map[string]bool // theirs, by call and id
}

// phone are the messages for the page's phone.
func (v *view) phone() <-chan browser.Message {
	if v == nil || v.page == nil {
		return nil
	}
	return v.page.Out
}

// wishes takes what the page says of its phone.
func (v *view) wishes(w wish) {
	switch {
	case v.page == nil:
	case w.Type == wishRinging:
		v.page.Ringing(w.Leg)
	case w.Type == wishState:
		v.page.State(w.Visible, w.Ready, w.Audio)
	}
}

// snapshot is how things stand for them.
func (v *view) snapshot(ctx context.Context) PersonSnapshot {
	s := PersonSnapshot{Calls: v.a.theirs(v.request), Extensions: v.a.directory(v.request)}
	for _, c := range s.Calls {
		for _, l := range c.Legs {
			v.note(c.ID, l)
		}
	}
	if v.page != nil {
		phone := v.page.Phone
		s.Phone = &phone
	}
	if v.box == "" {
		return s
	}
	boxes, err := v.a.opt.Voicemail.List(ctx)
	if err != nil {
		v.a.opt.Log.Error("a page is not told what is in its mailbox", "mailbox", v.box, "error", err)
	}
	for _, m := range boxes {
		if m.Name == v.box {
			s.Voicemail = &m
		}
	}
	return s
}

// resumes finds out which calls were theirs before some events that were missed.
func (v *view) resumes(missed []*item) {
	if v == nil {
		return
	}
	known := map[string]bool{} // legs of theirs whose beginning, or earlier life, was seen
	for _, it := range missed {
		switch x := it.Data.(type) {
		case event.Leg:
			if v.owns(x) && !known[x.ID] {
				known[x.ID] = true
				if it.Type != event.LegAdded {
					v.add(x.Call, x.ID)
				}
			}
		case event.LegMove:
			if v.owns(x.Leg) && !known[x.ID] {
				known[x.ID] = true
				v.add(x.From, x.ID)
			}
		}
	}
	for _, c := range v.a.theirs(v.request) {
		for _, l := range c.Legs {
			if !known[l.ID] {
				v.note(c.ID, l)
			}
		}
	}
}

func (v *view) owns(l event.Leg) bool {
	return isOf(call.LegInfo{Kind: call.Kind(l.Kind), Number: l.Number, Listens: l.Listens}, v.number)
}

// listens says whether a leg is theirs by which they only listen to a call: of that call they
// see nothing but how they stand themselves.
func (v *view) listens(l event.Leg) bool {
	own := l.Listens
	l.Listens = false
	return own && v.owns(l)
}

func (v *view) note(id string, l call.LegInfo) {
	if isOf(l, v.number) {
		v.add(id, l.ID)
	}
}

// add notes a leg of theirs. It reports whether it is the first in its call.
func (v *view) add(id, leg string) bool {
	first := len(v.legs[id]) == 0
	if v.legs == nil {
		v.legs = map[string]map[string]bool{}
	}
	if first {
		v.legs[id] = map[string]bool{}
	}
	v.legs[id][leg] = true
	return first
}

func (v *view) drop(id, leg string) {
	delete(v.legs[id], leg)
	if len(v.legs[id]) == 0 {
		delete(v.legs, id)
	}
}

// again are the messages to a page that comes back after a break, in which it may have
// missed some: what rings now, and what waits for a session of it.
func (v *view) again() []browser.Message {
	if v == nil || v.page == nil {
		return nil
	}
	var all []browser.Message
	for _, r := range v.page.Phone.Ringing {
		all = append(all, browser.Message{Type: browser.MessageRing, Data: r})
	}
	for _, t := range v.page.Phone.Legs {
		if t.Device == v.page.Phone.Device && t.Session == "" {
			all = append(all, browser.Message{Type: browser.MessageLost, Data: browser.Lost{Call: t.Call, Leg: t.Leg, Reason: "the session was lost while the page was not connected"}})
		}
	}
	return all
}

// in says whether they are in a call.
func (v *view) in(id string) bool { return len(v.legs[id]) > 0 }

// of are the messages that they see of an event: none, the event, or before it that
// they came into its call.
func (v *view) of(it *item) []*item {
	if v == nil {
		return []*item{it}
	}
	joins := ""
	switch x := it.Data.(type) {
	case event.Leg:
		if it.Type == event.LegAdded && v.owns(x) && v.add(x.Call, x.ID) {
			joins = x.Call
		}
	case event.LegMove:
		if v.owns(x.Leg) && v.add(x.Call, x.ID) {
			joins = x.Call
		}
	}
	if !v.sees(it) {
		return nil
	}
	out := []*item{it}
	if r, ok := it.Data.(event.CDR); ok && len(r.Listeners) > 0 {
		e := it.Event
		e.Data = unheard(r)
		out[0] = newItem(e)
	}
	if joins != "" {
		if c, ok := v.a.opt.Calls.Call(joins); ok {
			e := it.Event
			e.Type, e.Data = EventJoined, Joined{theirsAlone(c)}
			out = []*item{newItem(e), it}
		}
	}
	// What was the last of a call they have seen.
	switch x := it.Data.(type) {
	case event.Leg:
		if it.Type == event.LegRemoved {
			v.drop(x.Call, x.ID)
		}
	case event.LegMove:
		v.drop(x.From, x.ID)
	case event.CDR:
		delete(v.legs, x.ID)
	}
	return out
}

// sees says whether an event is for them. What is not here is for the admin alone.
func (v *view) sees(it *item) bool {
	switch x := it.Data.(type) {
	case PersonSnapshot, Missed, event.Presence:
		return true
	case event.Call:
		return v.in(x.ID)
	case event.CDR:
		return v.in(x.ID) || tookPart(x, v.number)
	case event.Leg:
		return v.in(x.Call) && !x.Listens || v.listens(x)
	case event.LegMove:
		return v.in(x.Call) && !x.Listens || v.in(x.From)
	case event.LegVerdict:
		return v.in(x.Call)
	case event.Act:
		return v.in(x.Call) && x.Act != event.ActListen
	case event.Prompt:
		return v.in(x.Call)
	case event.Tool:
		return v.in(x.Call)
	case event.Recording:
		return v.in(x.Call)
	case event.Utterance:
		return v.in(x.Call)
	case event.Emergency:
		return v.in(x.Call) || slices.Contains(x.Notify, v.number)
	case event.Mailbox:
		return v.box != "" && x.Name == v.box
	case event.Extension:
		return x.Number == v.number
	case event.Park:
		return x.Call == "" || x.By == v.number || v.in(x.Call)
	case event.Queue:
		return x.Agent == v.number
	case registrar.Registered:
		return x.Number == v.number
	case registrar.Unregistered:
		return x.Number == v.number
	}
	return false
}
