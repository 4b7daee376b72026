package call

import (
	"context"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/event"
)

// Kind is what a leg leads to.
type Kind string

// The kinds of legs.
const (
	KindExtension Kind = "extension"
	KindTrunk     Kind = "trunk"
	KindBrowser   Kind = "browser"
	KindApp       Kind = "app"
	KindTool      Kind = "tool"
	KindLeg       Kind = "leg" // of a plugin with signalling of its own
)

// Leg is one party, as the hub sees it. Its signalling and its media live in
// core/sip and in a leg plugin; the hub only wishes, by these methods, and
// hears what happened as [News] in its inbox. No method blocks on the network.
//
// An incoming leg is rung and answered by the hub:
//
//	(incoming) ──Ring──▶ ──Progress──▶ ──Answer──▶ up ──Hangup──▶ Ended
//
// An outgoing one tells: Ringing, Early, Answered, Ended. Ended is the last
// news of each leg, whoever ended it, and comes exactly once.
type Leg interface {
	ID() string
	Kind() Kind
	// Name is the extension's or the trunk's name in the configuration.
	Name() string
	// Line is the leg's audio, to join in a room. It is valid from Answered
	// (or Early) until Ended; for an incoming leg from Progress or Answer on.
	// Nil while no media is open.
	Line() mix.Line
	// Ring tells a caller that the far side rings (180).
	Ring()
	// Proceed tells a waiting caller how the call gets on: [Proceeding],
	// [Forwarded] or [Queued], with a text for people ("": the usual one). It
	// may come before Ring and after it.
	Proceed(how What, text string)
	// Progress opens a caller's media before the answer (183).
	Progress()
	// Answer answers a caller (200). Answered follows when it is through.
	Answer()
	// Digit sends one DTMF digit to this party.
	Digit(digit byte, d time.Duration)
	// Text shows a text to this party, within the call (UTF-8).
	Text(text string)
	// Hangup ends the leg, in whatever state it is: a caller that was not
	// answered gets the cause's status with the text as reason phrase, a party
	// that rings is cancelled, one that talks gets BYE.
	Hangup(End)
	// Info is a picture of the leg for the API, safe at any time.
	Info() LegInfo
}

// Holder is a [Leg] that can be told that somebody has put it on hold, or has
// resumed. That the others do neither hear it nor are heard is the hub's doing.
type Holder interface {
	Hold(on bool)
}

// LegInfo is a leg as the API shows it.
type LegInfo struct {
	ID       string  `json:"id"`
	Kind     Kind    `json:"kind"`
	Name     string  `json:"name"`
	Number   string  `json:"number"`
	State    string  `json:"state"` // "ringing", "early", "up", "ended"
	Codec    string  `json:"codec"`
	Held     bool    `json:"held"`              // by the party itself, or for it
	Muted    bool    `json:"muted,omitempty"`   // nobody hears it
	Listens  bool    `json:"listens,omitempty"` // it hears the others, and no more
	Speaking bool    `json:"speaking,omitempty"`
	Level    float64 `json:"level,omitempty"` // of its voice, in dBov, at the last change of Speaking
	Remote   string  `json:"remote"`
	Local    string  `json:"local,omitempty"` // where it was told to send its media
	Peer     string  `json:"peer,omitempty"`  // where its signalling comes from
	// UserAgent is what the phone, browser or switch at the far side says that it is.
	UserAgent string     `json:"user_agent,omitempty"`
	Stats     *LegStats  `json:"stats,omitempty"`
	Since     *time.Time `json:"since,omitempty"`
	// Verdicts are those that hold on the leg. The call fills them in.
	Verdicts []event.Verdict `json:"verdicts,omitempty"`
}

// LegStats are a leg's media counters as the API shows them.
type LegStats = event.LegStats

// End is why a leg shall end.
type End struct {
	Cause Cause
	Text  string // for people; "": the usual one
	// Reason is what another leg of the call gave as its own [News.Reason]; "" if
	// the end is not that leg's doing.
	Reason string
}

// News is what happened to a leg. It goes up into the call's inbox as a value.
type News struct {
	Leg  Leg
	What What

	Cause    Cause         // Ended
	Status   int           // Ended: the far side's SIP status, 0 if none
	Text     string        // Ended: its reason phrase, for people; Texted: the text; Proceeding, Forwarded, Queued: its words
	Reason   string        // Ended: why, in words that only the signalling of another leg reads
	Redirect string        // Ended: the number that a phone sends the call on to, "": it does not
	Refer    *Refer        // Referred
	Wish     *app.Wish     // Wished
	Digit    byte          // Digit
	Duration time.Duration // Digit
}

// What says what kind of news it is.
type What int

// The kinds of news.
const (
	// Ringing: an outgoing leg rings (180).
	Ringing What = iota + 1
	// Early: an outgoing leg sends media before the answer (183 with SDP).
	Early
	// Proceeding: the far side works on the call, and neither rings nor sends
	// (a provisional response, but for 100, that is nothing else here).
	Proceeding
	// Forwarded: the far side sends the call on to somebody else (181).
	Forwarded
	// Queued: the call waits in a line there (182).
	Queued
	// Answered: an outgoing leg answered, or our answer to a caller is
	// through (ACK).
	Answered
	// Changed: hold, codec or address, or the leg's line is open now; read
	// Info and Line.
	Changed
	// Digit: the party pressed a key.
	Digit
	// Texted: the party sent a text within the call.
	Texted
	// Referred: the party wishes that its other party goes to somebody else. What
	// becomes of that is told by [Referrer].
	Referred
	// Pressed: the party presses a key. Which one is told by Digit, at its end.
	Pressed
	// Wished: an app wants something of the call.
	Wished
	// Ended: the last news of a leg.
	Ended
)

// String is the kind's name, for logs.
func (w What) String() string {
	names := [...]string{"?", "ringing", "early", "proceeding", "forwarded", "queued", "answered", "changed", "digit", "texted", "referred", "pressed", "wished", "ended"}
	if w < 0 || int(w) >= len(names) {
		w = 0
	}
	return names[w]
}

// waits reports whether it tells how a call gets on that nobody has answered yet.
func (w What) waits() bool { return w >= Ringing && w <= Queued }

// Inbox takes news. It never blocks and is safe from any goroutine.
type Inbox func(News)

// Dialer makes outgoing legs. core/sip implements it, and the daemon for plugins.
type Dialer interface {
	// Dial starts a leg to each device of an extension, or one to a trunk or to
	// an address of a plugin, and returns at once; what becomes of them is told to inbox. No device
	// registered: [Unavailable]. The error is an [*Error].
	Dial(ctx context.Context, d Dial, inbox Inbox) ([]Leg, error)
}

// Dial says whom to ring.
type Dial struct {
	Call string // the call's id

	Extension *dialplan.Extension // either this
	Trunk     *dialplan.Trunk     // or this, with
	Number    string              // the number to dial there
	Leg       *dialplan.Leg       // or this

	// Intercom: the extension's phones shall answer by themselves.
	Intercom bool

	// Late: the extension rings already, and what of its devices has come or woken
	// since joins it. Today that are browsers.
	Late bool

	// Emergency: a trunk's max_calls does not count. Insist: nor does that it
	// seems to be down.
	Emergency, Insist bool

	CallerNumber, CallerName string
	// Private: the caller asked not to be shown to whom is called.
	Private bool
	// Diverted is whom the call was for before it was sent to this trunk.
	Diverted []dialplan.Diversion
	// MaxForwards is the caller's, as received (RFC 3261, section 8.1.1.6): the
	// dialer takes one off, and refuses with [Loop] if none is left.
	MaxForwards int
	Headers     map[string]string // X-… headers to pass on
	// ReferredBy is the number of who transferred the caller to an extension, "" if
	// nobody has.
	ReferredBy string
}

// Error is a refusal with its cause.
type Error struct {
	Cause Cause
	Text  string // for people: what was seen, where, what to do
}

// Error implements error.
func (e *Error) Error() string { return string(e.Cause) + ": " + e.Text }

// Incoming is a call that came in and has passed authentication.
type Incoming struct {
	ID    string // the call's id, made by [NewID]
	Leg   Leg    // the caller
	Facts dialplan.Facts
	// MaxForwards as received.
	MaxForwards int
	// Replaces is the leg of another call whose place the caller shall have, nil
	// for none; EarlyOnly: only if that still rings (RFC 3891).
	Replaces  Leg
	EarlyOnly bool
}
