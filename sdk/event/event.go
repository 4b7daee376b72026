// Package event is what happens on this switch, as values: calls, their legs,
// pressed digits, and each call's record when it is over. The API pushes them
// to whoever listens on /api/v1/events, and plugins read them.
//
// An [Event] names its type in Type, and Data holds the payload struct of that
// type. A payload is a copy: nothing in it changes after it was emitted, and a
// reader may keep it. The JSON names are part of the API and are only ever
// added to.
//
//	call.started   [Call]   a caller is here, or a call was originated
//	call.ringing   [Call]   the caller was told that somebody rings, or hears early media
//	call.answered  [Call]
//	call.emergency [Emergency]  somebody calls an emergency number
//	call.act       [Act]    somebody did something to a live call
//	call.ended     [CDR]    the last event of a call
//	leg.added      [Leg]
//	leg.changed    [Leg]    state, codec, hold or address
//	leg.removed    [Leg]    the last event of a leg
//	leg.moved      [LegMove]  it is in another call from now on
//	leg.verdict    [LegVerdict]  why a leg sounds bad or not at all
//	dtmf           [Digit]
//	tool.changed   [Tool]   what listens to a call began, does something else, or ended
//	recording.started, recording.ended  [Recording]
//	prompt.started [Prompt] a prompt is heard
//	prompt.ended   [Prompt] it is over, or cannot be heard
//	transcript.partial, transcript.final  [Utterance]  what somebody says, and has said
//	voicemail.changed  [Mailbox]  a message was left in a mailbox, heard or deleted
//	schedule.changed  [Schedule]  somebody switched a schedule by hand
//	park.changed   [Park]   a call is parked in a slot, or no longer
//	queue.changed  [Queue]  somebody waits in line, or no longer, or an agent does something else
//	extension.changed [Extension] somebody set what becomes of an extension's calls
//	presence.changed [Presence]  an extension registered, rings, talks, or no longer
//	conference.changed [Conference] somebody came into a conference, or left it, or locked it
//
// Those of phones, trunks, plugins and the configuration are told, with their data, by
// the packages of the core that know of them.
//
// Events of one call come in the order in which they happened.
package event

import "time"

// Event is one thing that happened.
type Event struct {
	// Seq counts up by one from event to event, so that a listener sees what
	// it missed. Whoever emits leaves it 0; the broadcaster fills it.
	Seq  uint64    `json:"seq"`
	Time time.Time `json:"time"`
	Type string    `json:"type"`
	Data any       `json:"data"`
}

// The types of events about calls.
const (
	CallStarted  = "call.started"
	CallRinging  = "call.ringing"
	CallAnswered = "call.answered"
	CallEnded    = "call.ended"
	LegAdded     = "leg.added"
	LegChanged   = "leg.changed"
	LegRemoved   = "leg.removed"
	LegMoved     = "leg.moved"
	LegVerdicts  = "leg.verdict"
	DTMF         = "dtmf"

	PromptStarted = "prompt.started"
	PromptEnded   = "prompt.ended"

	CallAct       = "call.act"
	CallEmergency = "call.emergency"
	ToolChanged   = "tool.changed"

	RecordingStarted = "recording.started"
	RecordingEnded   = "recording.ended"

	TranscriptPartial = "transcript.partial"
	TranscriptFinal   = "transcript.final"

	VoicemailChanged = "voicemail.changed"

	ScheduleChanged = "schedule.changed"

	ExtensionChanged  = "extension.changed"
	PresenceChanged   = "presence.changed"
	ConferenceChanged = "conference.changed"
	ParkChanged       = "park.changed"
	QueueChanged      = "queue.changed"
)

// Call is a call while it lives.
type Call struct {
	ID   string `json:"id"`
	From string `json:"from"` // the caller's number
	To   string `json:"to"`   // what was dialled
	// Revision names the configuration that the call is routed by.
	Revision string `json:"revision"`
	Dialplan string `json:"dialplan"`
	Route    string `json:"route"`
	// State is "ringing" or "up".
	State    string     `json:"state"`
	Started  time.Time  `json:"started"`
	Answered *time.Time `json:"answered"` // null until then
}

// Emergency says who calls an emergency number.
type Emergency struct {
	Call      string   `json:"call"`
	From      string   `json:"from"`      // the caller's number
	Name      string   `json:"name"`      // and name, "" if it has none
	Extension string   `json:"extension"` // as the configuration writes it
	To        string   `json:"to"`        // the emergency number
	Notify    []string `json:"notify"`    // numbers of the extensions that shall know
}

// Prompt is a prompt that a call hears. All but the first two are of its end.
type Prompt struct {
	Call   string `json:"call"`
	Prompt string `json:"prompt"` // as the configuration writes it: `say("Welcome")`
	// HeardMs is how long it was heard, MissedMs for how long it was silent in the
	// middle because its sound did not come in time.
	HeardMs  int64 `json:"heard_ms,omitempty"`
	MissedMs int64 `json:"missed_ms,omitempty"`
	// Stopped: it was not heard to its end, because somebody hung up or went on.
	Stopped bool   `json:"stopped,omitempty"`
	Error   string `json:"error,omitempty"` // why it broke off, or cannot be heard
}

// Schedule is a schedule that somebody has switched by hand.
type Schedule struct {
	Name string `json:"name"`
	// Override is true for open and false for closed; null: it follows its
	// hours again.
	Override *bool  `json:"override"`
	By       string `json:"by"`             // the number of who did it, or an operator: "operator admin at 192.0.2.7"
	Call     string `json:"call,omitempty"` // by which call
}

// Park is a slot, and the call that waits in it. After that has left it, Call and
// what follows are empty.
type Park struct {
	Park string `json:"park"` // its name in the configuration
	Slot string `json:"slot"`
	Call string `json:"call"`
	// Number and Name are those of who waits.
	Number string     `json:"number"`
	Name   string     `json:"name"`
	By     string     `json:"by"` // the number of who parked the call, "" if nobody did
	Until  *time.Time `json:"until"`
}

// Queue is something that happened in a queue.
type Queue struct {
	Queue string `json:"queue"` // its name in the configuration
	// Change is "entered": a caller waits; "offered": an agent is rung for one;
	// "missed": and did not answer; "gone": a caller waits no longer; or "agent": an
	// agent's state is another.
	Change  string `json:"change"`
	Waiting int    `json:"waiting"` // how many callers wait now
	// Call is that of the caller, Number and Name are theirs. "" for "agent".
	Call   string `json:"call,omitempty"`
	Number string `json:"number,omitempty"`
	Name   string `json:"name,omitempty"`
	// Agent is the number of the agent that it is about; with "gone", of who has
	// answered, "" if nobody has.
	Agent string `json:"agent,omitempty"`
	// State is how the agent stands now: "idle", "ringing", "talking", "wrap_up",
	// "resting" (for a moment, after a call that they did not take), "busy" (with
	// another call), "paused", "do_not_disturb", "unavailable" (no phone is
	// registered) or "logged_out".
	State string `json:"state,omitempty"`
	// Result is what became of a caller who is gone: "answered", "abandoned" (they
	// hung up), "max_wait", "unavailable" (the last agent has logged out) or "left" (they were sent
	// elsewhere).
	Result string `json:"result,omitempty"`
	// WaitSeconds is for how long they waited.
	WaitSeconds float64 `json:"wait_seconds,omitempty"`
}

// Extension is how an extension stands after somebody has set something of it.
type Extension struct {
	Number       string `json:"number"`
	Name         string `json:"name"` // in the configuration
	DoNotDisturb bool   `json:"do_not_disturb"`
	CallWaiting  bool   `json:"call_waiting"`
	// The forwards are numbers, or destinations as the configuration writes them;
	// "": none.
	ForwardAlways   string `json:"forward_always"`
	ForwardBusy     string `json:"forward_busy"`
	ForwardNoAnswer string `json:"forward_no_answer"`
	// QueuePause: it has a break from all queues. LoggedOut are those, by name, that
	// it takes no callers of though it is a member.
	QueuePause bool     `json:"queue_pause"`
	LoggedOut  []string `json:"logged_out"`

	By   Actor  `json:"by"`
	Call string `json:"call,omitempty"` // by which call
}

// Presence is how an extension stands: "unregistered" (it has no phone),
// "registered", "ringing" (or it calls) or "up".
type Presence struct {
	Number string `json:"number"`
	State  string `json:"state"`
}

// Conference is one that somebody is in, or has just left.
type Conference struct {
	Name    string `json:"name"`
	Members int    `json:"members"` // 0: it is over
	Locked  bool   `json:"locked"`
}

// Leg is one party of a call.
type Leg struct {
	Call     string  `json:"call"`
	ID       string  `json:"id"`
	Kind     string  `json:"kind"`   // "extension", "trunk", "browser", "app", "tool", "leg"
	Name     string  `json:"name"`   // of the extension or trunk in the configuration
	Number   string  `json:"number"` // of the party
	State    string  `json:"state"`  // "ringing", "early", "up", "ended"
	Codec    string  `json:"codec"`
	Held     bool    `json:"held"`               // by the party itself, or for it
	Muted    bool    `json:"muted,omitempty"`    // nobody hears it
	Listens  bool    `json:"listens,omitempty"`  // it hears the others, and no more
	Speaking bool    `json:"speaking,omitempty"` // the party speaks, or pauses for less than a second
	Level    float64 `json:"level,omitempty"`    // of its voice when it last began or ceased, in dBov
	Remote   string  `json:"remote"`             // where its media goes: "192.0.2.7:4000"
	Local    string  `json:"local,omitempty"`    // where it was told to send its media
	Peer     string  `json:"peer,omitempty"`     // where its signalling comes from
	// UserAgent is what the phone, browser or switch at the far side says that it is.
	UserAgent string    `json:"user_agent,omitempty"`
	Cause     string    `json:"cause,omitempty"` // leg.removed: why it ended
	Stats     *LegStats `json:"stats,omitempty"`
	// Verdicts are those that hold.
	Verdicts []Verdict `json:"verdicts,omitempty"`
}

// LegMove is a leg that has moved into another call: Call is the one that it is
// in from now on.
type LegMove struct {
	Leg
	From string `json:"from_call"`
}

// LegStats are a leg's media counters since its beginning, and what is known
// of it at a moment. In is what the party says, out what it hears. What is not
// known is left out.
type LegStats struct {
	At         *time.Time `json:"at,omitempty"` // when they were read
	PacketsIn  uint64     `json:"packets_in"`
	PacketsOut uint64     `json:"packets_out"`
	Lost       uint64     `json:"lost"`
	Late       uint64     `json:"late"`
	Concealed  uint64     `json:"concealed"` // frames made up because of loss
	JitterMs   float64    `json:"jitter_ms"`
	BufferMs   float64    `json:"buffer_ms"`

	Direction   string  `json:"direction,omitempty"`  // seen from the switch: "sendrecv", …
	Secure      string  `json:"secure,omitempty"`     // how the media is encrypted
	RemoteSDP   string  `json:"remote_sdp,omitempty"` // the address that the party's description names
	Source      string  `json:"source,omitempty"`     // where its packets come from
	ConcealedMs float64 `json:"concealed_ms,omitempty"`
	StretchedMs float64 `json:"stretched_ms,omitempty"` // added or taken away to follow the network

	Refused      uint64 `json:"refused,omitempty"` // packets from somebody else
	RefusedFrom  string `json:"refused_from,omitempty"`
	Unagreed     uint64 `json:"unagreed,omitempty"` // packets of a payload type that was not agreed
	UnagreedType uint8  `json:"unagreed_type,omitempty"`

	RTTMs          float64 `json:"rtt_ms,omitempty"`
	RemoteLost     float64 `json:"remote_lost,omitempty"` // as the party reports: 0 to 1, of late
	RemoteJitterMs float64 `json:"remote_jitter_ms,omitempty"`

	LevelIn   float64 `json:"level_in,omitempty"` // dBov, RMS of the last second
	LevelOut  float64 `json:"level_out,omitempty"`
	ClippedIn uint64  `json:"clipped_in,omitempty"` // samples at full scale
	MOSIn     float64 `json:"mos_in,omitempty"`     // estimates by the E-model: 1 to 4.4
	MOSOut    float64 `json:"mos_out,omitempty"`

	LastIn      *time.Time `json:"last_in,omitempty"` // when the last packet came
	LastOut     *time.Time `json:"last_out,omitempty"`
	SilentSince *time.Time `json:"silent_since,omitempty"` // since when it sends silence, or nothing

	Notes []string `json:"notes,omitempty"` // what the leg's plugin noticed
}

// Verdict says why a leg sounds bad or not at all: what was seen, where, and
// what to do about it.
type Verdict struct {
	Code string `json:"code"` // "silent", "refused", …
	Text string `json:"text"` // a sentence for people
	// Where is "in" (from the party to the switch), "out" (from the switch
	// to the party) or "switch".
	Where string     `json:"where"`
	Since time.Time  `json:"since"`
	Until *time.Time `json:"until,omitempty"` // when it was over
}

// LegVerdict is a verdict on a leg that begins to hold, or, with Until, ends.
type LegVerdict struct {
	Call   string `json:"call"`
	Leg    string `json:"leg"`
	Name   string `json:"name"`
	Number string `json:"number"`
	Verdict
}

// Digit is a key that a party pressed.
type Digit struct {
	Call       string `json:"call"`
	Leg        string `json:"leg"`
	Digit      string `json:"digit"` // one of 0-9 * # A-D
	DurationMs int64  `json:"duration_ms"`
}

// CDR is a call's record (call detail record), made once, when the call is
// over. A conference makes one for each of its callers.
type CDR struct {
	ID   string `json:"id"`
	From string `json:"from"`
	To   string `json:"to"`
	// Revision names the configuration that the call was routed by.
	Revision string `json:"revision"`
	Dialplan string `json:"dialplan"`
	Route    string `json:"route"`
	// Path is the destinations that the call walked, in order, as the
	// configuration writes them: ["group.office", "trunk.mobile"].
	Path []string `json:"path"`
	// Emergency: an emergency number was called.
	Emergency bool   `json:"emergency,omitempty"`
	Cause     string `json:"cause"` // a word of the dialplan: "normal", "busy", …
	Text      string `json:"text"`  // for people, "" if the cause says all
	// EndedBy is "caller", "callee", "operator" (the API or the command
	// line) or "switch" (nobody was reached, a timer, a fault).
	EndedBy string `json:"ended_by"`

	Started  time.Time  `json:"started"`
	Ringing  *time.Time `json:"ringing"`  // null if it never rang
	Answered *time.Time `json:"answered"` // null if nobody answered
	Ended    time.Time  `json:"ended"`
	// RingSeconds is from the first ringing to the answer or the end,
	// TalkSeconds from the answer to the end.
	RingSeconds float64 `json:"ring_seconds"`
	TalkSeconds float64 `json:"talk_seconds"`

	Legs []CDRLeg `json:"legs"`
	// Tools are what listened to the call, in the order in which they came.
	Tools []CDRTool `json:"tools,omitempty"`
	// Listeners are those who heard the call and were not heard.
	Listeners []CDRListener `json:"listeners,omitempty"`
	// Queues are those in which the caller has waited, in order.
	Queues []CDRQueue `json:"queues,omitempty"`
}

// CDRListener is somebody who heard a call, and whom nobody heard.
type CDRListener struct {
	By     Actor     `json:"by"` // who had them listen
	Leg    string    `json:"leg"`
	Number string    `json:"number"`
	Began  time.Time `json:"began"`
	Ended  time.Time `json:"ended"`
}

// CDRQueue is how a call waited in a queue.
type CDRQueue struct {
	Queue       string    `json:"queue"` // its name in the configuration
	Entered     time.Time `json:"entered"`
	WaitSeconds float64   `json:"wait_seconds"`
	Result      string    `json:"result"` // as in [Queue]
	Agent       string    `json:"agent"`  // the number of who has answered, "" if nobody has
}

// Tool is a tool of a plugin that listens to a call.
type Tool struct {
	Call   string `json:"call"`
	Name   string `json:"name"` // on the call: "record"
	Plugin string `json:"plugin"`
	// State is "announcing" while the parties are told of it, "attaching", "listening" or a word of the tool's own
	// ("recording", "paused"), "away" while its plugin is started again, "lost"
	// or "ended".
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"` // why it is away or lost
}

// Recording is one of a call.
type Recording struct {
	ID     string `json:"id"`
	Plugin string `json:"plugin"` // that made it
	Call   string `json:"call"`
	From   string `json:"from"` // the caller's number
	To     string `json:"to"`   // what was dialled
	Route  string `json:"route"`

	Began time.Time  `json:"began"`
	Ended *time.Time `json:"ended"` // null while it goes on
	// Seconds is how long it lasts, Bytes how large its file is.
	Seconds float64 `json:"seconds"`
	Bytes   int64   `json:"bytes"`
	// File is its name in the directory of recordings, "" while it goes on.
	File   string `json:"file"`
	Format string `json:"format"` // "wav", "flac", "opus"
	// Channels say who is on each: a number or a name, "mixed" for all together.
	Channels []string `json:"channels" nullable:"false"`
	// Incomplete says why something is missing.
	Incomplete string `json:"incomplete,omitempty"`
}

// Mailbox is a mailbox and what is in it. Urgent messages are counted twice.
type Mailbox struct {
	Name        string `json:"name"`   // in the configuration
	Number      string `json:"number"` // that leads to it, "" if none does
	New         int    `json:"new"`    // messages that nobody has heard
	NewUrgent   int    `json:"new_urgent"`
	Heard       int    `json:"heard"` // and kept
	HeardUrgent int    `json:"heard_urgent"`
	// Left is the message that was just left, null in other news.
	Left *Message `json:"left,omitempty"`
}

// Message is one in a mailbox.
type Message struct {
	ID      string    `json:"id"`
	Mailbox string    `json:"mailbox"`
	Call    string    `json:"call"` // in which it was left
	From    string    `json:"from"` // the caller's number, "" if it is not known
	Name    string    `json:"name"` // and name
	Began   time.Time `json:"began"`
	Seconds float64   `json:"seconds"`
	Bytes   int64     `json:"bytes"` // of its sound, a WAV file
	Urgent  bool      `json:"urgent"`
	Heard   bool      `json:"heard"` // by its owner, who kept it
	// Transcript is what is said in it, "" if nobody wrote that down.
	Transcript string `json:"transcript"`
	// Incomplete says why something is missing.
	Incomplete string `json:"incomplete,omitempty"`
}

// Utterance is what a party of a call says without a longer pause.
type Utterance struct {
	Plugin string `json:"plugin"` // that wrote it down
	Call   string `json:"call"`
	Leg    string `json:"leg"` // who says it
	Name   string `json:"name"`
	Number string `json:"number"`

	Began time.Time  `json:"began"`
	Ended *time.Time `json:"ended"` // null while the party speaks
	Text  string     `json:"text"`
	// Missing says why there is no text, "" if there is one or nothing was understood.
	Missing string `json:"missing,omitempty"`
	// LagSeconds is how long after it was said the text was there.
	LagSeconds float64 `json:"lag_seconds"`
}

// CDRTool is what a call's record says of a tool.
type CDRTool struct {
	Name   string    `json:"name"`
	Plugin string    `json:"plugin"`
	State  string    `json:"state"`            // "ended", or "lost" before the end
	Reason string    `json:"reason,omitempty"` // why it was lost
	Began  time.Time `json:"began"`
	Ended  time.Time `json:"ended"`
	// Frames of 20 ms that it heard, of all parties together, and those that it
	// lost because it was slow.
	Frames uint64 `json:"frames"`
	Missed uint64 `json:"missed"`
	// Gaps are the times in which it heard nothing, because its plugin had ended.
	Gaps []Gap `json:"gaps,omitempty"`
}

// Gap is a time in which something was not there.
type Gap struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Reason string    `json:"reason,omitempty"`
}

// CDRLeg is what a call's record says of one leg.
type CDRLeg struct {
	ID     string `json:"id"`
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	Number string `json:"number"`
	Cause  string `json:"cause"`
	Text   string `json:"text,omitempty"`   // the far side's reason phrase
	Status int    `json:"status,omitempty"` // the far side's SIP status
	Codec  string `json:"codec"`
	// UserAgent is what the phone, browser or switch at the far side said that it was.
	UserAgent string     `json:"user_agent,omitempty"`
	Added     time.Time  `json:"added"`
	Answered  *time.Time `json:"answered"`
	Ended     time.Time  `json:"ended"`
	// MovedTo is the call that the party went into, and Ended then is when;
	// MovedFrom is the one that it came from, and Added is when.
	MovedTo   string    `json:"moved_to,omitempty"`
	MovedFrom string    `json:"moved_from,omitempty"`
	Stats     *LegStats `json:"stats,omitempty"`
	// Verdicts are all that were given on the leg, the first first.
	Verdicts []Verdict `json:"verdicts,omitempty"`
}
