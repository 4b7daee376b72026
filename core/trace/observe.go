package trace

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// Observe notes what an event tells that no SIP message shows: where a call
// was routed, what its media is, why it sounds bad, why a leg and the call
// ended. Which digit was pressed is not kept; it may be of a PIN.
func (b *Book) Observe(e event.Event) {
	switch data := e.Data.(type) {
	case event.Call:
		if e.Type == event.CallStarted {
			b.note(data.ID, "", fmt.Sprintf("a call from %s to %s", data.From, data.To), e.Time)
		}
	case event.Leg:
		b.observeLeg(e, data)
	case event.LegMove:
		b.note(data.From, data.Number, "moved into call "+data.Call, e.Time)
		b.note(data.Call, data.Number, "came from call "+data.From, e.Time)
		b.observeLeg(e, data.Leg)
	case event.Act:
		b.observeAct(e, data)
	case event.LegVerdict:
		if data.Code == "held" {
			return // the leg itself tells it, too
		}
		text := "! " + data.Text
		if data.Until != nil {
			text = fmt.Sprintf("over after %.0f s: %s", data.Until.Sub(data.Since).Seconds(), data.Code)
		}
		b.note(data.Call, cmp.Or(data.Number, data.Name), text, e.Time)
	case event.Digit:
		b.note(data.Call, b.legName(data.Call, data.Leg), fmt.Sprintf("pressed a key, %d ms", data.DurationMs), e.Time)
	case event.Prompt:
		b.note(data.Call, "", prompted(e.Type, data), e.Time)
	case event.Emergency:
		text := "! an emergency call"
		if len(data.Notify) > 0 {
			text += ", told to " + strings.Join(data.Notify, ", ")
		}
		b.note(data.Call, "", text, e.Time)
	case event.Schedule:
		if data.Call == "" {
			return
		}
		state := "follows its hours again"
		if data.Override != nil {
			if state = "closed by hand"; *data.Override {
				state = "open by hand"
			}
		}
		b.note(data.Call, "", "schedule "+data.Name+": "+state, e.Time)
	case event.Extension:
		if data.Call != "" {
			b.note(data.Call, data.Number, "set: "+standing(data), e.Time)
		}
	case event.CDR:
		text := "ended: " + data.Cause
		if data.Text != "" {
			text += " (" + data.Text + ")"
		}
		if data.Route != "" {
			text += ", route " + data.Route
		}
		if data.Route != "" && data.Dialplan != "" { // emergency calls are of none
			text += " of " + data.Dialplan
		}
		if data.Answered != nil {
			text += fmt.Sprintf(", talked %.1f s", data.TalkSeconds)
		}
		b.note(data.ID, "", text, e.Time)
		b.End(data.ID)
	}
}

// prompted is what became of a prompt, in words.
func prompted(what string, p event.Prompt) string {
	if what == event.PromptStarted {
		return "plays " + p.Prompt
	}
	seconds := float64(p.HeardMs) / 1000
	text := fmt.Sprintf("%s was heard, %.1f s", p.Prompt, seconds)
	switch {
	case p.Error != "" && p.HeardMs == 0:
		text = fmt.Sprintf("! %s cannot be heard: %s", p.Prompt, p.Error)
	case p.Error != "":
		text = fmt.Sprintf("! %s broke off after %.1f s: %s", p.Prompt, seconds, p.Error)
	case p.Stopped:
		text = fmt.Sprintf("%s was stopped after %.1f s", p.Prompt, seconds)
	}
	if p.MissedMs > 0 {
		text += fmt.Sprintf(", with gaps of %d ms: its engine was too slow", p.MissedMs)
	}
	return text
}

// standing is how an extension stands, in words.
func standing(e event.Extension) string {
	text := "do not disturb off"
	if e.DoNotDisturb {
		text = "do not disturb on"
	}
	for _, f := range [][2]string{{"all calls", e.ForwardAlways}, {"when busy", e.ForwardBusy}, {"when not answered", e.ForwardNoAnswer}} {
		if f[1] != "" {
			text += ", " + f[0] + " to " + f[1]
		}
	}
	if !e.CallWaiting {
		text += ", no call waiting"
	}
	return text
}

// observeLeg notes what changed in a leg's media, and how it ended where that
// was not the ordinary way.
func (b *Book) observeLeg(e event.Event, leg event.Leg) {
	text, party := "", leg.Number
	if party == "" {
		party = leg.Name
	}
	b.mu.Lock()
	s := b.stories[leg.Call]
	if s == nil {
		b.mu.Unlock()
		return
	}
	before := s.legs[leg.ID]
	if s.legs == nil {
		s.legs = map[string]event.Leg{}
	}
	s.legs[leg.ID] = leg
	b.mu.Unlock()

	switch {
	case e.Type == event.LegRemoved:
		if leg.Cause == "" || leg.Cause == "normal" || leg.Cause == "answered_elsewhere" {
			return
		}
		text = "ended: " + leg.Cause
	case leg.Held != before.Held:
		text = map[bool]string{true: "holds", false: "is back"}[leg.Held]
	case leg.Codec != "" && (leg.Codec != before.Codec || leg.Remote != before.Remote):
		text = "media: " + leg.Codec
		if leg.Remote != "" {
			text += ", at " + leg.Remote
		}
	default:
		return
	}
	b.note(leg.Call, party, text, e.Time)
}

// legName is a leg's party, as far as events told.
func (b *Book) legName(call, leg string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := b.stories[call]; s != nil {
		if l, ok := s.legs[leg]; ok {
			return l.Number
		}
	}
	return ""
}

// note keeps a note with the time of its event.
func (b *Book) note(call, party, text string, at time.Time) {
	if at.IsZero() {
		at = time.Now()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.add(b.story(call), Entry{Time: at, From: party, Note: text})
}

// observeAct notes what somebody did to the call. That a party itself holds is
// seen on its leg.
func (b *Book) observeAct(e event.Event, act event.Act) {
	if (act.Act == event.ActHold || act.Act == event.ActResume) && act.By.Kind != event.ByOperator && act.By.Number == act.Number {
		return
	}
	text := act.Act
	if act.To != "" {
		text += " " + act.To
	}
	if act.Text != "" {
		text += " (" + act.Text + ")"
	}
	b.note(act.Call, act.Number, text+", by "+act.By.String(), e.Time)
}
