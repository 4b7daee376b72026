// Package dialplan decides where a call goes. [Compile] turns a checked
// configuration into an immutable [Plan]; [Plan.Route] is a pure function from
// the facts of a call to a decision. Nothing here waits, dials or knows SIP.
package dialplan

import "time"

// Facts are what is known of a call when it arrives (call.* in the dialplan).
type Facts struct {
	From    Party
	To      Callee
	Headers map[string]string // X-… headers, by lower-case name
	Start   time.Time
	ID      string
}

// Party is who calls.
type Party struct {
	Number    string     // E.164, or as dialled if short
	Name      string     // display name
	Raw       string     // as received
	Extension *Extension // set if it is one of ours
	Trunk     *Trunk     // set if it came over a trunk
}

// Callee is what was dialled.
type Callee struct {
	Number string // E.164, or as dialled if short
	Raw    string // as dialled
}

// Destination is anything a call can be sent to: [*Extension], [*Group],
// [*Conference], [*Trunk], [*Echo] or [*Reject].
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
	Media
	Follow
}

// Media is what holds for the sound of a party's legs.
type Media struct {
	Codecs     []string // in order of preference; never empty
	Encryption string   // "off", "optional", "required"
	Denoise    string   // "", "light", "full"
	Gain       string   // "", "auto"
}

// Group rings its members.
type Group struct {
	Name    string
	Number  string
	Members []Destination // extensions and groups
	Follow
}

// Conference is a room that callers join.
type Conference struct {
	Name       string
	Number     string
	MaxMembers int // 0: no limit
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

// Echo returns what the caller says.
type Echo struct{}

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
func (*Echo) Path() string { return "echo()" }

// Path implements Destination.
func (r *Reject) Path() string { return `reject("` + r.Cause + `")` }

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
	// Reason says, for the log, why an expression could not be evaluated; To
	// is then a [*Reject] with the cause "failed".
	Reason string
}
