package dialplan

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Park is where calls wait until somebody takes them up. A call that is sent
// there waits in a slot: the one that was dialled, or the first that is free. Who
// dials a slot takes up the call in it.
type Park struct {
	Name      string
	Slots     []string // their numbers
	Timeout   time.Duration
	OnTimeout Destination // nil: who parked it
	// says is what a slot is said with: "Parked at %s.". "": nothing here speaks.
	says string
}

// parkTexts are how people hear where they have parked a call, by language. In
// any other they only see it.
var parkTexts = map[string]string{"en": "Parked at %s.", "de": "Geparkt auf %s."}

// Path implements Destination.
func (p *Park) Path() string { return "park." + p.Name }

// Says tells a slot by speech, digit by digit. Nil: nothing of the configuration
// speaks, or not in a language that there are texts for.
func (p *Park) Says(slot string) *Play {
	if p.says == "" {
		return nil
	}
	text := fmt.Sprintf(p.says, strings.Join(strings.Split(slot, ""), " "))
	return &Play{Prompt: &Prompt{Text: text}, Times: 1, Shown: text, path: p.Path()}
}

// Keep parks the caller, who is answered, in a slot, "" for the first free one.
// If it comes again, the call that was in a slot stays there. What is told is
// that the park's timeout has passed, with who parked the call as Result.Of, or
// that it does not take the call: [Busy].
type Keep struct {
	Park *Park
	Slot string
}

// TakeUp joins the caller with the call in a slot. What is told is that nobody
// is there: [NotFound].
type TakeUp struct {
	Park *Park
	Slot string
}

// ParkHeld parks the other party of a call that the caller has besides this
// one, and lets the caller hear and see where. What is told is why it cannot.
type ParkHeld struct {
	By   *Feature
	Park *Park
}

// JoinHeld makes one call of those that the caller holds, and of this one. What is
// told is why it cannot.
type JoinHeld struct{ By *Feature }

func (*Keep) isStep()     {}
func (*TakeUp) isStep()   {}
func (*ParkHeld) isStep() {}
func (*JoinHeld) isStep() {}

// Park is the park with a name, or with "" the first; nil if there is none.
func (p *Plan) Park(name string) *Park {
	for _, k := range p.parks {
		if name == "" || k.Name == name {
			return k
		}
	}
	return nil
}

// ParkOf is the park that has a slot, nil if none has.
func (p *Plan) ParkOf(slot string) *Park {
	for _, k := range p.parks {
		if slices.Contains(k.Slots, slot) {
			return k
		}
	}
	return nil
}

// park comes to a park: the caller is sent there, or takes up a call.
func (w *Walk) park(to *Park) Step {
	slot := ""
	if slices.Contains(to.Slots, w.facts.To.Number) {
		slot = w.facts.To.Number
	}
	if slot != "" && !w.facts.Sent {
		w.at = &takeUp{slot}
		return &TakeUp{to, slot}
	}
	w.at = &kept{step: &Keep{to, slot}}
	return w.at.(*kept).step
}

// takeUp is a call that takes up another.
type takeUp struct{ slot string }

func (t *takeUp) next(_ *Walk, r Result) Step {
	return &End{Cause: r.Cause, Text: r.Text, Phrase: "Nobody is parked at " + t.slot}
}

// kept is a call that is parked. After the timeout who parked it is rung, and
// then it is parked again: nobody who waits is lost.
type kept struct {
	step *Keep
	ring *hunt // who parked it, while they ring
}

func (k *kept) next(w *Walk, r Result) Step {
	switch {
	case k.ring != nil:
		step := k.ring.next(w, r)
		if _, over := step.(*End); !over {
			return step
		}
		k.ring = nil
		return k.step
	case !r.Elapsed:
		return &End{Cause: r.Cause, Text: r.Text, Phrase: "No slot is free"}
	case k.step.Park.OnTimeout != nil:
		w.visited = w.visited[:0] // the caller has waited: this is no loop
		return w.visit(k.step.Park.OnTimeout, Follow{})
	case r.Of == nil:
		return k.step
	}
	// Only their phones: where their calls go otherwise is not where the call
	// is looked for.
	step := w.hunt(r.Of, Follow{Ring: r.Of.Ring}, &member{extension: r.Of})
	h := w.at.(*hunt)
	w.at = k
	if _, over := step.(*End); over {
		return k.step
	}
	k.ring = h
	return step
}
