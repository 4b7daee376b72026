package call

// message is one thing that a call's goroutine takes: news of a leg, or a wish
// of the switch.
type message struct {
	kind     messageKind
	news     News     // gotNews
	cause    Cause    // gotHangup
	text     string   // gotHangup
	by       string   // gotHangup
	act      func()   // gotAct
	leg      string   // gotTap, gotUntap
	tap      Tap      // gotTap, gotUntap
	tool     *onCall  // gotTool
	toolNews ToolNews // gotTool
	// gotParcel, gotTaken, gotBack
	parcel *parcel
}

type messageKind int

const (
	gotNews messageKind = iota
	gotStart
	gotTimer
	gotHangup
	gotLook // at how the legs do
	gotTap
	gotUntap
	gotAct    // somebody's wish
	gotParcel // a party of another call shall be here
	gotTaken  // a party that was given away was taken
	gotBack   // or was not
	gotTool   // news of a tool
	gotPrompt // that plays is ready, or over
	gotNotice // so is an announcement
	gotMusic  // that is spoken has broken off
)

func (k messageKind) String() string {
	return [...]string{"news", "start", "timer", "hangup", "look", "tap", "untap", "act", "parcel", "taken", "back", "tool", "prompt", "notice", "music"}[k]
}
