package config

import (
	"net/netip"
	"regexp"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/plugboard/plugboard/core/trunk"
)

// Config is a whole configuration. Nothing in it changes after [Load].
type Config struct {
	// Dir is the absolute folder that relative paths start from.
	Dir string
	// Revision names what is configured: 12 hexadecimal digits, the same for
	// the same files and variables.
	Revision string

	PBX   PBX
	SIP   SIP
	Media Media
	Web   Web

	// In the order of the files; an extension with for_each gives one entry
	// a key, in the order of the keys.
	Plugins     []*Plugin
	Extensions  []*Extension
	Trunks      []*Trunk
	Groups      []*Group
	Conferences []*Conference
	Dialplans   []*Dialplan

	sources   map[string]*hcl.File
	sensitive []string // values that no printed form may show
	numbers   map[string]Destination
}

// Place is where a block and its attributes stand in the files.
type Place struct {
	Block hcl.Range // the block's header: type and labels
	attrs map[string]hcl.Range
}

// Range is the place of an attribute's value, or of the block if the
// attribute is not written there.
func (p Place) Range(attr string) hcl.Range {
	if r, ok := p.attrs[attr]; ok {
		return r
	}
	return p.Block
}

// Has says whether the attribute is written in the block.
func (p Place) Has(attr string) bool {
	_, ok := p.attrs[attr]
	return ok
}

// PBX is the site.
type PBX struct {
	Place
	Timezone    *time.Location
	Country     string // ISO 3166-1, two letters: "US"
	ShortDigits int    // numbers of up to so many digits stay as dialled
	DataDir     string // absolute
	PluginDir   string // absolute; "": the folder "plugins" beside the executable
}

// SIP is the signalling.
type SIP struct {
	Place
	Listen        []Listen
	Domain        string // the domain of addresses and the digest realm
	External      External
	LocalNetworks []netip.Prefix
	UserAgent     string // "": Plugboard and its version
}

// Listen is one address to listen on.
type Listen struct {
	Transport string // "udp" or "tcp"
	Addr      netip.AddrPort
	Range     hcl.Range
}

// String gives it as it is written: "udp://0.0.0.0:5060".
func (l Listen) String() string { return l.Transport + "://" + l.Addr.String() }

// External is the address that the world sees.
type External struct {
	Addr netip.Addr // not valid: there is none but the machine's own
}

// Media is what holds for the audio of every leg.
type Media struct {
	Place
	Address  netip.Addr // not valid: the SIP listener's
	RTPPorts PortRange
	Sound
	Symmetric bool
}

// Sound is what holds for the audio of one party's legs: the site's, or an
// extension's or trunk's own.
type Sound struct {
	Codecs     []string // "opus", "g722", "pcmu", "pcma", in order of preference
	Encryption string   // "off", "optional", "required"
	Denoise    string   // "", "light", "full"
	Gain       string   // "", "auto"
}

// PortRange is a range of UDP ports, both ends included.
type PortRange struct{ First, Last uint16 }

// Web is the HTTP listener.
type Web struct {
	Place
	Listen netip.AddrPort
}

// Plugin is a process that attaches through the SDK.
type Plugin struct {
	Place
	Name   string
	Path   string // a bundled name, a name in plugin_dir, or an absolute file
	SHA256 string // lower-case hex, "": not checked
	Args   []string
	Env    map[string]string
	// Config is the config {} block, evaluated: an object in which a nested
	// block is a list of objects by its type. It is checked against the
	// schema that the plugin declares when it starts.
	Config cty.Value
	// ConfigRange is where the config {} block stands.
	ConfigRange hcl.Range
}

// Destination is anything that a call can be sent to: [*Extension],
// [*Group], [*Conference], [*Trunk], [Echo] or [*Reject].
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
	Sound      // the site's, but for what it says of its own
	Follow
}

// Group rings its members at once; the first answer wins.
type Group struct {
	Place
	Name    string
	Number  string
	Members []Destination // [*Extension] and [*Group]
	Follow
}

// Conference is a room that callers join.
type Conference struct {
	Place
	Name       string
	Number     string
	MaxMembers int // 0: no limit
}

// Trunk is a provider or another switch with a fixed address.
type Trunk struct {
	Place
	Name     string
	Peer     trunk.Peer
	Allow    []netip.Prefix // sources that may call in, besides the peer
	MaxCalls int            // 0: no limit
	Format   string         // "e164", "national" or "raw"
	CallerID string
	Sound    // the site's, but for what it says of its own
}

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

// Dialplan holds the routes for calls from its sources.
type Dialplan struct {
	Place
	Name   string
	From   []Destination // [*Extension] and [*Trunk]
	Routes []*Route
}

// Route is one route. Exactly one of To and Deny is set.
type Route struct {
	Place
	Name        string
	Match       []Pattern // empty: every number
	When        *Expr     // nil: always
	To          *Expr
	Deny        *Expr
	SetCallerID *Expr
	SetTo       *Expr
	Follow
}

// Pattern is a number pattern as it is written; core/dialplan compiles it.
type Pattern struct {
	Text   string
	Regexp *regexp.Regexp // set if it was written re("…")
	Range  hcl.Range
}

// Secret is a password that prints as "(secret)" in every form.
type Secret string

// Reveal returns the password itself.
func (s Secret) Reveal() string { return string(s) }

// String implements fmt.Stringer.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(secret)"
}

// GoString implements fmt.GoStringer.
func (s Secret) GoString() string { return quote(s.String()) }

// MarshalText implements encoding.TextMarshaler, and so JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// ByNumber is the extension, group or conference with this number.
func (c *Config) ByNumber(number string) (Destination, bool) {
	d, ok := c.numbers[number]
	return d, ok
}
