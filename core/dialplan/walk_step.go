package dialplan

import (
	"time"

	"github.com/plugboard/plugboard/sdk/app/step"
)

// Step is what a call does next: [*Ring], [*Meet], [*Mirror], [*Announce],
// [*Reach], [*Flip], [*Set], [*Pick], [*Wait], [*Keep], [*TakeUp], [*ParkHeld], [*JoinHeld], [*Speak]
// or [*End].
type Step interface{ isStep() }

// Ring rings the devices of some extensions, all at once, or one trunk, or calls an
// address by a plugin, until the first answers. That ends the walk; all else is told to [Walk.Next]:
//
//   - each extension of which no device rings any more, by [Result.Of] (at
//     once, if none could be rung);
//   - that the trunk or the plugin ended the call, or could not be asked;
//   - that For has passed, by [Result.Elapsed];
//   - that Within has passed, by [Result.Silent].
//
// If Next returns the same *Ring, the rest rings on, and For is not begun
// anew. If it returns another of the same destination (Of), For begins anew,
// and who is named in both rings on.
type Ring struct {
	Of         Destination // whose members or devices they are
	Extensions []*Extension
	Trunk      *Trunk        // instead
	Leg        *Leg          // or instead
	For        time.Duration // then nobody has answered
	// Within is how long a trunk may send no provisional response but 100
	// (Trying), 0: as long as SIP allows.
	Within   time.Duration
	Number   string // to ask a trunk for
	CallerID string // the number to show
	// Emergency: the call goes through whatever max_calls says. Insist: ask
	// the trunk even if it seems to be down, as there is no other.
	Emergency bool
	Insist    bool
	// Intercom: the devices shall answer by themselves.
	Intercom bool
	// Diverted is whom the call was for before it was sent on to a trunk, the
	// first one first.
	Diverted []Diversion
}

// Diversion is somebody who was called and sent the call on.
type Diversion struct {
	Number string // as others know it
	Name   string // "" if it has none
	// Cause is why: "" for forward_always.
	Cause Cause
}

// Meet joins a conference. A full one is told as [Busy].
type Meet struct{ Conference *Conference }

// Mirror answers, and sends back what the caller says.
type Mirror struct{ Of *Echo }

// Reach gives the call to an app, which has it until another step is of another
// destination. What came of it is told to [Walk.Next]: by Result.Key what the
// caller pressed or a step brought, by Result.To where the app sends the call; an
// empty result is that the app is through, one with a cause that it is lost.
type Reach struct {
	Of     Destination // a [*Menu], [*Flow], [*Voicemail], [*App] or a [*Conference] with a PIN
	Plugin string      // whose app it is; "" where none is needed
	Config []byte      // a JSON object, for a [*Voicemail] and an [*App]
	Step   *step.Step  // what to do for a menu or a flow
	Answer bool        // answer the caller, and go on at once
	// Back is set when the app has the call back: what came of what it dialled.
	Back *Result
}

// Announce plays a prompt: after answering, or before. Another result than that
// it was heard is a cause.
type Announce struct{ Of *Play }

// Flip switches a schedule by hand, and lets the caller hear it. It ends the
// walk.
type Flip struct {
	Schedule *Schedule
	Override *bool // true is open, false is closed; nil: back to its hours
}

// Set keeps what an extension has set of itself, and lets it hear that. It ends
// the walk.
type Set struct {
	By   *Feature
	Of   *Extension
	Name string // of the setting
	// Value is the new one, "": as the configuration says.
	Value string
	On    bool // something is set; else it is taken back
}

// Pick takes the call that rings for the longest time among those that the
// caller may pick up: of their pickup_group (nil), of an extension, or of a
// group. It ends the walk.
type Pick struct{ Of Destination }

// End ends the call.
type End struct {
	Cause  Cause
	Text   string // for the record and the log, "" if the cause says all
	Phrase string // the reason phrase for the caller, "" for the usual one
}

func (*Ring) isStep()     {}
func (*Meet) isStep()     {}
func (*Mirror) isStep()   {}
func (*Reach) isStep()    {}
func (*Flip) isStep()     {}
func (*Set) isStep()      {}
func (*Pick) isStep()     {}
func (*End) isStep()      {}
func (*Announce) isStep() {}

// Result is what came of a step, or of a part of it.
type Result struct {
	// Of is the extension that this is about, one of those that ring, or whose
	// number was entered in a menu. Nil: it is about the step's destination as
	// a whole.
	Of    *Extension
	Cause Cause
	// Status is the SIP status that the far side refused with, 0 if it said
	// nothing: it could not be asked, or did not answer.
	Status int
	Text   string // for people
	// Elapsed: [Ring.For] has passed. Silent: [Ring.Within] has. Cause need
	// not be set then.
	Elapsed, Silent bool
	// Key is what the caller pressed in a menu, or what a step of a flow brought.
	Key string
	// To is where an app sends the call; with Dial to come back, after Ring at
	// most if nobody answers.
	To   Destination
	Dial bool
	Ring time.Duration
	// Talked is for how long the caller talked with whom an app had dialled.
	Talked time.Duration
}

// Live is what a walk has to know and only the running switch does. Its
// methods return at once.
type Live interface {
	// Take counts this call among an extension's. It reports false, and does
	// not count it, if the extension has that many others; 0 is no limit.
	Take(e *Extension, most int) bool
	// Turn takes the next turn of a round_robin group of n members, and says
	// whose it is: the one after the last. Took says that another member was
	// the first that could be rung in this turn.
	Turn(g *Group, n int) int
	Took(g *Group, member int)
	// LastCall is when an extension last had a call, the zero time if never.
	LastCall(*Extension) time.Time
	// Shuffle is the numbers from 0 to n-1 in any order.
	Shuffle(n int) []int
}
