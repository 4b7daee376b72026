package config

import (
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Config is a whole configuration. Nothing in it changes after [Load].
type Config struct {
	// Dir is the absolute folder that relative paths start from.
	Dir string
	// Revision names what is configured: 12 hexadecimal digits, the same for
	// the same files and variables.
	Revision string

	PBX       PBX
	SIP       SIP
	Media     Media
	Web       Web
	Store     Store
	Features  Features
	Mail      *Mail      // nil: none
	Emergency *Emergency // nil: none

	// In the order of the files; an extension with for_each gives one entry
	// a key, in the order of the keys.
	Plugins     []*Plugin
	Extensions  []*Extension
	Trunks      []*Trunk
	Failovers   []*Failover
	Groups      []*Group
	Conferences []*Conference
	Schedules   []*Schedule
	Voicemails  []*Voicemail
	Queues      []*Queue
	Parks       []*Park
	Menus       []*Menu
	Flows       []*Flow
	Dialplans   []*Dialplan
	Tests       []*Test

	// Planned is what the configuration asks for and nobody has built yet.
	Planned []Planned
	prompts []Heard
	speaks  bool
	uses    []Use

	sources   map[string]*hcl.File
	onDisk    bool     // the sources are files of this machine
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

// hasWithin says whether something is written in an object that an attribute
// holds.
func (p Place) hasWithin(attr string) bool {
	for name := range p.attrs {
		if strings.HasPrefix(name, attr+".") {
			return true
		}
	}
	return false
}

// PBX is the site.
type PBX struct {
	Place
	Timezone    *time.Location
	Country     string // ISO 3166-1, two letters: "US"
	ShortDigits int    // numbers of up to so many digits stay as dialled
	DataDir     string // absolute
	PluginDir   string // absolute; "": the folder "plugins" beside the executable
	Language    string // of prompts, a BCP 47 tag: "en"
	ListenIn    bool   // the admin may listen to live calls
}

// SIP is the signalling.
type SIP struct {
	Place
	Listen        []Listen
	Domain        string // the domain of addresses and the digest realm
	External      External
	LocalNetworks []netip.Prefix
	UserAgent     string // "": Plugboard and its version
	// Cert and Key are PEM files, absolute; both or none. A listener with tls
	// needs them.
	Cert, Key string
}

// Listen is one address to listen on.
type Listen struct {
	Transport string // "udp", "tcp" or "tls"
	Addr      netip.AddrPort
	Range     hcl.Range
}

// String gives it as it is written: "udp://0.0.0.0:5060".
func (l Listen) String() string { return l.Transport + "://" + l.Addr.String() }

// External is the address that the world sees.
type External struct {
	Addr netip.Addr // not valid: there is none but the machine's own
	Auto bool       // it is learned from what far sides answer; Addr is not valid then
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
	// Music is what they hear whom this party holds, or, of a trunk, who is on
	// hold there; nil: the site's. The site's nil: what is bundled.
	Music *Prompt
}

// PortRange is a range of UDP ports, both ends included.
type PortRange struct{ First, Last uint16 }

// Store is where call records, bindings, mailboxes and the like are kept.
type Store struct {
	Place
	// URL is "sqlite", a file in DataDir, or "postgres://…".
	URL string
}

// Mail is the server that takes outgoing mail.
type Mail struct {
	Place
	SMTP string // "smtp://host:port" or "smtps://host:port"
	// Encryption is "required", "optional" or "off": whether a connection to
	// smtp:// has to become encrypted.
	Encryption string
	From       string // an address
	Username   string
	Secret     Secret
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
	// ConfigPlace is where the config {} block stands, and its attributes. Zero:
	// there is none.
	ConfigPlace Place
	Restart     Restart
}

// Restart is how long to wait before a plugin that ended is started again: at
// first, and at most. Zero: the host's own.
type Restart struct{ Delay, MaxDelay time.Duration }

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
	Record      *Record // nil: not recorded
	Tools       []*Tool
	// OnPluginLost is where the call goes if a plugin that it needs is lost;
	// nil: it ends.
	OnPluginLost Destination
	Follow
}

// Record says that a call is recorded.
type Record struct {
	Place
	Announce *Prompt // what both hear first; nil: nothing
	Plugin   string  // the recorder's name, "": the only one
}

// Tool listens to a call.
type Tool struct {
	Place
	Name   string
	Plugin string // its name
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

// Prompts are those that are known before any call, of music what is spoken.
func (c *Config) Prompts() []Heard { return c.prompts }

// Speaks reports whether a text is to be spoken anywhere, known or not before a
// call.
func (c *Config) Speaks() bool { return c.speaks }
