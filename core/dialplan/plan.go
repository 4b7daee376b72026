// Package dialplan decides where a call goes. [Compile] turns a checked
// configuration into an immutable [Plan]; [Plan.Route] is a pure function from
// the facts of a call to a decision. Nothing here waits, dials or knows SIP.
package dialplan

import (
	"time"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/sdk/app/step"
)

// Facts are what is known of a call when it arrives (call.* in the dialplan).
type Facts struct {
	From    Party
	To      Callee
	Headers map[string]string // X-… headers, by lower-case name
	Start   time.Time
	ID      string
	// Overrides are the schedules that somebody has switched by hand, by
	// name: true is open, false is closed.
	Overrides map[string]bool
	// Sent: not the caller dialled To, but somebody sends the call there: by a
	// transfer, or by parking it.
	Sent bool
	// Settings are what somebody has set by phone or by the API, by the name of
	// the extension and of the setting ([DoNotDisturbSetting] and the like).
	Settings map[string]map[string]string
}

// Party is who calls.
type Party struct {
	Number    string     // E.164, or as dialled if short
	Name      string     // display name
	Raw       string     // as received
	Extension *Extension // set if it is one of ours
	Trunk     *Trunk     // set if it came over a trunk
	Plugin    string     // the plugin's name, if it came by signalling of a plugin's own
	// Private: who calls asked not to be shown. Number and Name are for the
	// record and emergency calls only; the dialplan sees [Anonymous] if it is not
	// one of our extensions.
	Private bool
}

// Shown is the name by which others see the party, "" if it has none.
func (p Party) Shown() string {
	if p.Name == "" && p.Extension != nil {
		return p.Extension.Display
	}
	return p.Name
}

// Hidden reports whether nobody is to see who the party is.
func (p Party) Hidden() bool { return p.Private || p.Number == Anonymous }

// Anonymous is the number of a caller of whom none is known.
const Anonymous = "anonymous"

// Callee is what was dialled.
type Callee struct {
	Number string // E.164, or as dialled if short
	Raw    string // as dialled
}

// Destination is anything a call can be sent to: [*Extension], [*Group],
// [*Conference], [*Queue], [*Park], [*Page], [*Trunk], [*Failover], [*Schedule], [*Feature],
// [*Forward], [*Emergency], [*Echo], [*Play], [*Reject], [*Menu], [*Flow], [*Voicemail], [*App] or
// [*Leg]. A [*Plugin] is only where calls come from.
type Destination interface {
	// Path is how it is written in the configuration: "group.office",
	// `extension.staff["anna"]`, "echo()".
	Path() string
}

// Follow is what follows when a destination is not answered. A nil field
// ends the call with that cause.
type Follow struct {
	Ring        time.Duration // how long it rings
	NoAnswer    Destination
	Busy        Destination
	Unavailable Destination
}

// Extension is a person or a room: every device that is registered to its
// number rings.
type Extension struct {
	Name       string // its label, "staff/anna" under for_each
	path       string
	Number     string
	Display    string // the name to show
	CallerID   string // shown to trunks
	MaxDevices int
	MaxCalls   int // live calls of its devices, 0: no limit
	// Browser: who is signed in as it has a phone in the browser.
	Browser bool
	// MayDial says whether it may call a number over a trunk; the number is as
	// routes see it. nil: whatever it likes.
	MayDial func(number string) bool
	// ForwardAlways is where its calls go instead; nil: nowhere else.
	ForwardAlways Destination
	DoNotDisturb  bool
	// Engaging: a second call finds it busy (call_waiting = false).
	Engaging bool
	// Voicemail is the mailbox whose lamp it has, nil if it has none.
	Voicemail *Voicemail
	// PickupGroup is the group of extensions that pick up each other's calls.
	PickupGroup string
	// RecordOnDemand: it may have its calls recorded, by a code that it presses.
	RecordOnDemand bool
	Media
	Follow
}

// Media is what holds for the sound of a party's legs.
type Media struct {
	Codecs     []string // in order of preference; never empty
	Encryption string   // "off", "optional", "required"
	Denoise    string   // "", "light", "full"
	Gain       string   // "", "auto"
	// Music is the party's own, nil if it has none but the site's.
	Music *Prompt
}

// Prompt is something to be heard.
type Prompt = config.Prompt

// Group rings its members.
type Group struct {
	Name     string
	Number   string
	Strategy Strategy
	Members  []Destination // extensions and groups
	Follow
}

// Strategy is whom of a group to ring, and when.
type Strategy string

// The strategies of a group. All but Race ring one member after the other,
// each for the group's ring time.
const (
	Race        Strategy = "race"         // all at once
	InOrder     Strategy = "in_order"     // as they are written
	RoundRobin  Strategy = "round_robin"  // beginning after who was rung first the last time
	Random      Strategy = "random"       // in any order
	LeastRecent Strategy = "least_recent" // who has not had a call for the longest time first
)

// Failover tries trunks in order.
type Failover struct {
	Name  string
	Order []Destination // trunks and failovers
	// Timeout is how long a trunk may send no provisional answer but 100; 0:
	// as long as SIP allows (timer B, 32 s).
	Timeout time.Duration
	// Unregistered goes on from a trunk that cannot be used: its registration
	// or its health check failed, or it has max_calls.
	Unregistered bool
	// Statuses go on to the next trunk: ranges of SIP statuses, both ends
	// included.
	Statuses [][2]int
}

// Schedule says when a place is open. As a destination it stands for its
// override code: an extension that dials it switches the schedule by hand, see
// [Facts.Overrides].
type Schedule struct {
	Name     string
	Override string // the feature code, "" for none
	open     []config.Span
	closed   []config.DateRange
	timezone *time.Location
}

// OpenAt says whether it is open by the clock, before anybody switches it.
func (s *Schedule) OpenAt(at time.Time) bool {
	if s.timezone != nil {
		at = at.In(s.timezone)
	}
	today := config.DateOf(at)
	for _, c := range s.closed {
		if !today.Before(c.First) && !c.Last.Before(today) {
			return false
		}
	}
	minute := at.Hour()*60 + at.Minute()
	yesterday := (at.Weekday() + 6) % 7
	for _, o := range s.open {
		switch {
		case o.From < o.Until:
			if o.Days[at.Weekday()] && o.From <= minute && minute < o.Until {
				return true
			}
		case o.Days[at.Weekday()] && o.From <= minute, o.Days[yesterday] && minute < o.Until:
			return true
		}
	}
	return false
}

// OpenFor says whether it is open for a call: by hand if somebody has switched
// it, else by the clock.
func (s *Schedule) OpenFor(f Facts) bool {
	if open, ok := f.Overrides[s.Name]; ok {
		return open
	}
	return s.OpenAt(f.Start)
}

// Emergency is where calls to emergency numbers go, before any dialplan.
type Emergency struct {
	Numbers  []string
	Via      Destination // a trunk or a failover
	CallerID string
	Notify   []*Extension
}

// Conference is a room that callers join.
type Conference struct {
	Name       string
	Number     string
	MaxMembers int              // 0: no limit
	Announce   bool             // a tone tells who is in it that somebody comes or goes
	says       *conferenceTexts // and a text who, nil: nothing does
	// Tool records it as long as somebody is in it; nil: nothing does. What it
	// announces is for who comes, before they are in it.
	Tool *Tool
	// pin is what a caller has to enter, "": nothing; ask is how it is asked for,
	// and wrong how again.
	pin        string
	ask, wrong step.Step
	// Music is for who is alone, nil for silence.
	Music *Prompt
}

// Trunk is a provider or another switch.
type Trunk struct {
	Name     string
	CallerID string
	Format   string // "e164", "national", "raw"
	MaxCalls int    // 0: no limit
	Media
	Follow
}

// Leg calls an address by the signalling of a plugin's own.
type Leg struct {
	Plugin  string
	Address string // as the plugin understands it
	path    string
}

// Plugin is a plugin that calls come from, by signalling of its own.
type Plugin struct{ Name string }

// Echo returns what the caller says.
type Echo struct{}

// Play plays a prompt, then ends the call.
type Play struct {
	Prompt *Prompt
	Times  int  // how often, 0: until the caller hangs up
	Early  bool // before the call is answered, which it never is then
	Cause  Cause
	Shown  string // the prompt as people may see it
	path   string
}

// Reject ends the call with a cause.
type Reject struct {
	Cause string
	Text  string // the reason phrase, "" for the usual one
}

// Path implements Destination.
func (e *Extension) Path() string { return e.path }

// Path implements Destination.
func (g *Group) Path() string { return "group." + g.Name }

// Path implements Destination.
func (c *Conference) Path() string { return "conference." + c.Name }

// Path implements Destination.
func (t *Trunk) Path() string { return "trunk." + t.Name }

// Path implements Destination.
func (f *Failover) Path() string { return "failover." + f.Name }

// Path implements Destination.
func (s *Schedule) Path() string { return "schedule." + s.Name }

// Path implements Destination.
func (*Emergency) Path() string { return "emergency" }

// Path implements Destination.
func (l *Leg) Path() string { return l.path }

// Path implements Destination.
func (p *Plugin) Path() string { return "plugin." + p.Name }

// Path implements Destination.
func (p *Play) Path() string { return p.path }

// Path implements Destination.
func (*Echo) Path() string { return "echo()" }

// Path implements Destination.
func (r *Reject) Path() string { return `reject("` + r.Cause + `")` }

// RecordTool is the name of the tool that records a call, and Recorder the plugin
// that does so unless another is named.
const (
	RecordTool = "record"
	Recorder   = "recorder"
	// ConferenceTool is the name of the one that records a conference.
	ConferenceTool = "conference"
)

// Tool listens to a call.
type Tool struct {
	Name   string // on the call
	Plugin string
	// Announce is what all who talk hear before it does; nil: nothing.
	Announce *Play
}

// Decision is what a call shall do.
type Decision struct {
	Dialplan string
	Route    string // "" if none matched
	To       Destination
	// Follow holds what the route sets itself; it overrides the
	// destination's own. A zero field leaves the destination's.
	Follow
	// CallerID is the number to show, "" for the caller's own.
	CallerID string
	// Number is what a trunk is asked for.
	Number string
	// Tools are what listens to the call: the names of the route's tool blocks.
	Tools []string
	// Record says that the route has a record block.
	Record bool
	// Attach is all of that, the recorder first, as a call has it.
	Attach []Tool
	// OnPluginLost is where the call goes if a plugin that it needs is lost;
	// nil: it ends.
	OnPluginLost Destination
	// Reason says, for the log, why an expression could not be evaluated; To
	// is then a [*Reject] with the cause "failed".
	Reason string

	plan *Plan // who decided so, and decides where an extension sends its calls on
}
