package event

// The kinds of an [Actor].
const (
	ByExtension = "extension" // by its phone
	ByTrunk     = "trunk"     // a party that a trunk leads to, by what it sends
	ByOperator  = "operator"  // the API, or the command line
	ByPlugin    = "plugin"
	BySwitch    = "switch" // nobody asked: a timer, a fault, the configuration
)

// Actor is who did something.
type Actor struct {
	Kind string `json:"kind"`
	// Name is that of the extension, trunk or plugin in the configuration; of
	// an operator it says by what right: "admin" is the admin token.
	Name string `json:"name,omitempty"`
	// Number is the extension's, or that of the party behind a trunk.
	Number string `json:"number,omitempty"`
	// Address is where an operator's request came from: "192.0.2.7".
	Address string `json:"address,omitempty"`
}

// String is the actor for people: "101", "operator admin at 192.0.2.7", "plugin ivr".
func (a Actor) String() string {
	if a.Number != "" {
		return a.Number
	}
	s := a.Kind
	if a.Name != "" {
		s += " " + a.Name
	}
	if a.Address != "" {
		s += " at " + a.Address
	}
	return s
}

// What is done to live calls. The command line has the same words.
const (
	ActCall     = "call" // a call was originated
	ActTransfer = "transfer"
	ActHold     = "hold"
	ActResume   = "resume"
	ActPark     = "park"
	ActPickup   = "pickup" // a call that rings elsewhere is taken
	ActAdd      = "add"    // somebody is rung, to join
	ActJoin     = "join"
	ActMute     = "mute"
	ActUnmute   = "unmute"
	ActDTMF     = "dtmf"
	ActHangup   = "hangup"
	ActKick     = "kick"
	ActLock     = "lock"
	ActUnlock   = "unlock"
	ActRecord   = "record"
	ActListen   = "listen" // somebody hears the call, and is not heard
	ActTool     = "tool"   // another tool was attached, told something, or taken away
)

// Act is something that somebody did to a live call.
type Act struct {
	Call string `json:"call"`
	Act  string `json:"act"` // a word of the list above
	By   Actor  `json:"by"`
	// Leg is the party that it was done to, and Number its number; "" if it
	// was done to the call as a whole.
	Leg    string `json:"leg,omitempty"`
	Number string `json:"number,omitempty"`
	// To is where it leads: a number, a slot, another call.
	To string `json:"to,omitempty"`
	// Conference is the one that it was done in.
	Conference string `json:"conference,omitempty"`
	// Text says more, for people.
	Text string `json:"text,omitempty"`
}
