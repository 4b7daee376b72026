package config

import (
	"cmp"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/plugboard/plugboard/core/trunk"
)

// Destination is anything that a call can be sent to: [*Extension],
// [*Group], [*Conference], [*Trunk], [*Failover], [*Voicemail],
// [*VoicemailAccess], [*Menu], [*Queue], [*Park], [*Flow], [*App], [*Leg],
// [*Play], [*Page], [Echo] or [*Reject]. [*Emergency] and [*Schedule] are only named:
// by tests, and by when; [FromPlugin] is only a source.
type Destination interface {
	// Path is how it is written: `extension.staff["anna"]`.
	Path() string
}

// Follow is what follows when a destination is not answered; a nil
// destination ends the call with that cause.
type Follow struct {
	Ring        time.Duration // 0: not set here
	NoAnswer    Destination
	Busy        Destination
	Unavailable Destination
}

// Extension is a person or a room.
type Extension struct {
	Place
	Name       string // its label; "staff/anna" under for_each
	Label, Key string // "staff", "anna" ("" without for_each)
	Number     string // also the SIP user name
	Display    string // the name to show
	Secret     Secret // "": made and kept in the data directory, see [OpenSecrets]
	CallerID   string // E.164 where it can be
	MaxDevices int
	MaxCalls   int       // live calls of its devices, 0: no limit
	MayDial    []Pattern // what it may call over trunks; nil: what is not international
	// ForwardAlways is where its calls go instead; nil: nowhere else.
	ForwardAlways Destination
	DoNotDisturb  bool
	CallWaiting   bool // a second call rings
	// RecordOnDemand: it may have its calls recorded, by a code that it presses.
	RecordOnDemand bool
	Voicemail      *Voicemail // whose lamp it has; nil: none
	PickupGroup    string     // "": none
	Browser        bool       // who is signed in as it has a phone in the browser
	Sound                     // the site's, but for what it says of its own
	Follow
}

// Group rings its members.
type Group struct {
	Place
	Name     string
	Number   string
	Strategy string        // "race", "in_order", "round_robin", "random", "least_recent"
	Members  []Destination // [*Extension] and [*Group]
	Follow
}

// Conference is a room that callers join.
type Conference struct {
	Place
	Name       string
	Number     string
	MaxMembers int     // 0: no limit
	PIN        Secret  // "": none
	Announce   bool    // that somebody comes and goes
	Names      bool    // and who
	Music      *Prompt // for who is alone; nil: silence
	Record     bool
	// RecordAnnounce is what who comes hears first; nil: nothing.
	RecordAnnounce *Prompt
}

// Trunk is a provider or another switch.
type Trunk struct {
	Place
	Name     string
	Peer     trunk.Peer
	Allow    []netip.Prefix // sources that may call in, besides the peer
	MaxCalls int            // 0: no limit
	Format   string         // "e164", "national" or "raw"
	CallerID string

	Register     bool
	Username     string // the user of its address of record, "": none
	Secret       Secret
	AuthUsername string        // for digest; Username if it is not written
	Expires      time.Duration // of a registration
	OptionsPing  time.Duration // between two health checks, 0: none

	Sound // the site's, but for what it says of its own
}

// Failover tries trunks in order.
type Failover struct {
	Place
	Name  string
	Order []Destination // [*Trunk] and [*Failover]
	// Timeout is how long a trunk may send no provisional answer but 100; 0:
	// as long as SIP allows.
	Timeout time.Duration
	// Unregistered goes on from a trunk that cannot be used.
	Unregistered bool
	// Statuses go on to the next trunk: ranges of SIP statuses, both ends
	// included.
	Statuses [][2]int
}

// Emergency is where calls of extensions to emergency numbers go, before any
// dialplan.
type Emergency struct {
	Place
	Numbers  []string    // as dialled
	Via      Destination // [*Trunk] or [*Failover]
	CallerID string      // "": as any other call's
	Notify   []*Extension
}

// Schedule says when a place is open.
type Schedule struct {
	Place
	Name     string
	Open     []Span
	Closed   []DateRange // goes before Open
	Override string      // the feature code that switches it by hand, "": none
	Timezone *time.Location
}

// Span is a time of day on some days of the week: "Mon-Fri 08:30-18:00".
type Span struct {
	Days [7]bool // by time.Weekday: Sunday is 0
	// From and Until are minutes since midnight, by the clock on the wall;
	// Until is not in it. If it is not after From, it is of the next day.
	From, Until int
}

// DateRange is some days, both ends included.
type DateRange struct{ First, Last Date }

// Date is a day of the calendar.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the day of a time, in its timezone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{Year: y, Month: m, Day: d}
}

// Before says whether one day comes before another.
func (d Date) Before(o Date) bool {
	return cmp.Or(cmp.Compare(d.Year, o.Year), cmp.Compare(d.Month, o.Month), cmp.Compare(d.Day, o.Day)) < 0
}

// Voicemail is a mailbox. As a destination it takes a message.
type Voicemail struct {
	Place
	Name        string
	Number      string
	PIN         Secret
	Greeting    *Prompt // nil: the usual one
	MaxLength   time.Duration
	Email       string // where messages are sent to, "": nowhere
	Transcribe  bool
	Transcriber string        // the plugin's name, "": the only one
	Keep        time.Duration // then a message is deleted
	access      *VoicemailAccess
}

// Access is the mailbox as its owner hears it.
func (v *Voicemail) Access() *VoicemailAccess { return v.access }

// VoicemailAccess is a mailbox as its owner hears it.
type VoicemailAccess struct{ Of *Voicemail }

// Queue lets callers wait in line.
type Queue struct {
	Place
	Name             string
	Number           string
	Members          []Destination // [*Extension] and [*Group]
	Display          string        // the name that agents see
	Strategy         string        // as a group's, or "longest_idle"
	Music            *Prompt       // nil: the site's
	AnnouncePosition time.Duration // how often a caller hears where they stand, 0: never
	Ring             time.Duration // how long a member rings
	WrapUp           time.Duration // how long a member has peace after a call
	MaxMisses        int           // calls that a member may miss in a row, 0: any number
	MaxWait          time.Duration // 0: as long as the caller likes
	OnMaxWait        Destination   // nil: the call ends
	MaxCallers       int           // that wait at a time, 0: any number
	Busy             Destination   // where the call goes if that many wait; nil: it ends
	Unavailable      Destination   // and if no member is logged in; nil: it ends
}

// Park keeps calls until somebody takes them up.
type Park struct {
	Place
	Name      string
	Slots     []string // the numbers to park at and to take up from
	Timeout   time.Duration
	OnTimeout Destination // nil: who parked it
}

// Menu asks the caller for a key.
type Menu struct {
	Place
	Name           string
	Number         string
	Prompt         *Prompt
	Wait           time.Duration // for a key
	Keys           []Key         // in file order
	DialExtensions bool          // an extension's number may be entered
	Tries          int           // then Otherwise follows
	Otherwise      Destination   // nil: the call ends
	BargeIn        bool          // a key ends the prompt
}

// Key is what a key of a menu leads to.
type Key struct {
	Place
	Key string // "0" to "9", "*" or "#"
	To  Destination
}

// Flow is a script: verbs in order, then To.
type Flow struct {
	Place
	Name  string
	Verbs []Verb
	To    Destination // nil: the call ends
}

// Verb is a step of a flow. Which fields it has is a matter of its kind.
type Verb struct {
	Place
	Kind   string // "answer", "say", "play", "gather", "record", "dial", "set", "wait", "hangup", "if"
	Prompt *Prompt
	To     Destination // of dial
	Time   time.Duration
	Digits int    // of gather, at most
	End    string // of gather and record: the key that ends it
	// Silence ends a record.
	Silence time.Duration
	Into    string // of gather and record: the name that keeps what came
	Cause   string // of hangup
	When    *Expr  // of if
	Set     map[string]*Expr
	Verbs   []Verb // of if
}

// App hands the call to a plugin.
type App struct {
	Plugin string    // its name
	Config cty.Value // an object
}

// Leg calls an address by the signalling of a plugin's own.
type Leg struct{ Plugin, Address string }

// FromPlugin is a plugin as a source: calls come in by its own signalling.
type FromPlugin struct{ Plugin string }

// Page speaks to the phones of some, which answer by themselves.
type Page struct{ Members []Destination } // [*Extension] and [*Group]

// Play plays a prompt, then ends the call.
type Play struct {
	Prompt *Prompt
	Times  int // how often, 0: until the caller hangs up
	// Early plays it before the call is answered, and then does not answer.
	Early bool
	Cause string // of the end, "": normal
}

// Prompt is something to be heard. One of Text, File and Tone is set.
type Prompt struct {
	Text   string // to be spoken
	Voice  string // "": the engine's own
	Engine string // the name of a plugin, "": the only one, else the bundled
	File   string // absolute
	Tone   string // frequencies and lengths: "425/1000,0/4000"
	// At is where music says so.
	At hcl.Range
}

// Heard is a prompt that the configuration names, and where.
type Heard struct {
	*Prompt
	At hcl.Range
}

// Silent says whether nothing is to be heard: music = "none".
func (p *Prompt) Silent() bool { return p.Text == "" && p.File == "" && p.Tone == "" }

// Echo sends back what the caller says.
type Echo struct{}

// Reject ends a call with a cause.
type Reject struct{ Cause string }

// Path implements [Destination].
func (e *Extension) Path() string {
	if e.Name == e.Label {
		return "extension." + e.Label
	}
	return "extension." + e.Label + "[" + quote(e.Key) + "]"
}

// Path implements [Destination].
func (g *Group) Path() string { return "group." + g.Name }

// Path implements [Destination].
func (c *Conference) Path() string { return "conference." + c.Name }

// Path implements [Destination].
func (t *Trunk) Path() string { return "trunk." + t.Name }

// Path implements [Destination].
func (Echo) Path() string { return "echo()" }

// Path implements [Destination].
func (r *Reject) Path() string { return "reject(" + quote(r.Cause) + ")" }

// Path implements [Destination].
func (f *Failover) Path() string { return "failover." + f.Name }

// Path implements [Destination].
func (*Emergency) Path() string { return "emergency" }

// Path implements [Destination].
func (s *Schedule) Path() string { return "schedule." + s.Name }

// Path implements [Destination].
func (v *Voicemail) Path() string { return "voicemail." + v.Name }

// Path implements [Destination].
func (a *VoicemailAccess) Path() string { return a.Of.Path() + ".access" }

// Path implements [Destination].
func (q *Queue) Path() string { return "queue." + q.Name }

// Path implements [Destination].
func (p *Park) Path() string { return "park." + p.Name }

// Path implements [Destination].
func (m *Menu) Path() string { return "menu." + m.Name }

// Path implements [Destination].
func (f *Flow) Path() string { return "flow." + f.Name }

// Path implements [Destination].
func (a *App) Path() string { return "app(plugin." + a.Plugin + ")" }

// Path implements [Destination].
func (l *Leg) Path() string { return "leg(plugin." + l.Plugin + ", " + quote(l.Address) + ")" }

// Path implements [Destination].
func (p FromPlugin) Path() string { return "plugin." + p.Plugin }

// Path implements [Destination].
func (p *Page) Path() string {
	var names []string
	for _, m := range p.Members {
		names = append(names, m.Path())
	}
	return "page(" + strings.Join(names, ", ") + ")"
}

// Path implements [Destination].
func (p *Play) Path() string {
	var options []string
	switch {
	case p.Times == 0:
		options = append(options, `times = "forever"`)
	case p.Times != 1:
		options = append(options, fmt.Sprintf("times = %d", p.Times))
	}
	if p.Early {
		options = append(options, "answer = false")
	}
	if p.Cause != "" {
		options = append(options, "cause = "+quote(p.Cause))
	}
	if len(options) == 0 {
		return "play(" + p.Prompt.String() + ")"
	}
	return "play(" + p.Prompt.String() + ", { " + strings.Join(options, ", ") + " })"
}

// String is how the prompt is written.
func (p *Prompt) String() string {
	switch {
	case p.Silent():
		return `"none"`
	case p.File != "":
		return "sound(" + quote(p.File) + ")"
	case p.Tone != "":
		return "tone(" + quote(p.Tone) + ")"
	default:
		return "say(" + quote(p.Text) + ")"
	}
}
