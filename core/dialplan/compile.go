package dialplan

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/number"
)

// Plan is a compiled configuration. It never changes, so any number of calls
// can ask it at once.
type Plan struct {
	revision    string
	extensions  []*Extension
	groups      []*Group
	conferences []*Conference
	trunks      []*Trunk
	failovers   []*Failover
	schedules   []*Schedule
	parks       []*Park
	voicemails  []*Voicemail // two of each
	plugins     []string     // the names of the configured ones
	queues      []*Queue
	menus       []*Menu
	flows       []*Flow
	emergency   *Emergency           // nil: none
	codes       []*Feature           // the longest first
	pressed     []*Feature           // within a call
	announce    *Play                // before a recording that somebody wishes
	urgent      map[string]string    // emergency numbers, as dialled and normalised: what to ask a trunk for
	switches    map[string]*Schedule // by the code that switches it
	byNumber    map[string]*Extension
	byName      map[string]*Extension
	trunkByName map[string]*Trunk

	dialplans []*table          // as they are written
	tables    map[string]*table // by the path of the source
	of        map[config.Destination]Destination
	// values are extensions and trunks as expressions see them.
	values map[Destination]cty.Value

	country     string
	shortDigits int
	timezone    *time.Location
	redact      func(string) string // hides the values of sensitive variables
	planned     hcl.Diagnostics
}

// table is one dialplan.
type table struct {
	name    string
	from    []Destination // extensions, trunks and plugins
	routes  []*route
	index   *index
	entries []entry // for each pattern of the index, whose it is
}

type entry struct {
	route   *route
	pattern *pattern
	at      hcl.Range
}

// route is one compiled route.
type route struct {
	name     string
	at       hcl.Range
	patterns []*pattern
	when     *value
	to       *value
	deny     *value
	callerID *value
	number   *value
	uses     uses
	follow   Follow
	tools    []string
	record   bool
	attach   []Tool
	lost     Destination // on_plugin_lost
}

// Compile checks the routes of a configuration and makes a plan of it. On an
// error the plan is nil; warnings come with one.
func Compile(cfg *config.Config) (*Plan, hcl.Diagnostics) {
	c := &compiler{cfg: cfg, plan: &Plan{
		byNumber:    map[string]*Extension{},
		byName:      map[string]*Extension{},
		trunkByName: map[string]*Trunk{},
		urgent:      map[string]string{},
		switches:    map[string]*Schedule{},
		tables:      map[string]*table{},
		of:          map[config.Destination]Destination{},
		values:      map[Destination]cty.Value{},
		revision:    cfg.Revision,
		country:     cfg.PBX.Country,
		shortDigits: cfg.PBX.ShortDigits,
		timezone:    cfg.PBX.Timezone,
		redact:      cfg.Redact,
	}}
	for _, own := range cfg.Plugins {
		c.plan.plugins = append(c.plan.plugins, own.Name)
	}
	c.codes()
	c.destinations()
	for _, d := range cfg.Dialplans {
		c.dialplan(d)
	}
	if c.diags.HasErrors() {
		config.Sort(c.diags)
		return nil, c.diags
	}
	c.checkReach()
	c.checkEmergency()
	c.checkSwitches()
	c.plan.planned = c.planned()
	config.Sort(c.diags)
	return c.plan, c.diags
}

type compiler struct {
	cfg   *config.Config
	plan  *Plan
	diags hcl.Diagnostics
}

func (c *compiler) errorAt(at hcl.Range, summary, format string, args ...any) {
	c.diags = append(c.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...), Subject: &at})
}

func (c *compiler) warnAt(at hcl.Range, summary, format string, args ...any) {
	c.errorAt(at, summary, format, args...)
	c.diags[len(c.diags)-1].Severity = hcl.DiagWarning
}

// destination is the compiled form of a destination, nil for nil.
func (p *Plan) destination(d config.Destination) Destination {
	switch d := d.(type) {
	case nil:
		return nil
	case config.Echo:
		return &Echo{}
	case *config.Reject:
		return &Reject{Cause: d.Cause}
	case *config.App:
		return p.app(d)
	case *config.Leg:
		return &Leg{Plugin: d.Plugin, Address: d.Address, path: d.Path()}
	case config.FromPlugin:
		return &Plugin{Name: d.Plugin}
	case *config.Page:
		return &Page{Members: p.compiled(d.Members), path: d.Path()}
	case *config.Play:
		return &Play{Prompt: d.Prompt, Times: d.Times, Early: d.Early, Cause: Cause(d.Cause), Shown: p.redact(d.Prompt.String()), path: d.Path()}
	default:
		return p.of[d]
	}
}

func (p *Plan) follow(f config.Follow) Follow {
	return Follow{
		Ring:        f.Ring,
		NoAnswer:    p.destination(f.NoAnswer),
		Busy:        p.destination(f.Busy),
		Unavailable: p.destination(f.Unavailable),
	}
}

func (c *compiler) dialplan(d *config.Dialplan) {
	t := &table{name: d.Name}
	c.plan.dialplans = append(c.plan.dialplans, t)
	for _, src := range d.From {
		t.from = append(t.from, c.plan.destination(src))
		c.plan.tables[src.Path()] = t
	}
	var patterns []*pattern
	everything := &pattern{text: "!"}
	everything.many()
	for _, cr := range d.Routes {
		r := c.route(cr)
		t.routes = append(t.routes, r)
		if len(cr.Match) == 0 {
			patterns = append(patterns, everything)
			t.entries = append(t.entries, entry{r, everything, r.at})
		}
		for i, p := range r.patterns {
			patterns = append(patterns, p)
			t.entries = append(t.entries, entry{r, p, cr.Match[i].Range})
		}
	}
	if c.diags.HasErrors() {
		return
	}
	t.index = newIndex(patterns)
	c.checkShadows(t)
	c.checkTaken(d, t)
}

func (c *compiler) route(cr *config.Route) *route {
	r := &route{name: cr.Name, at: cr.Block, follow: c.plan.follow(cr.Follow), record: cr.Record != nil, lost: c.plan.destination(cr.OnPluginLost)}
	if cr.Record != nil {
		r.attach = append(r.attach, Tool{RecordTool, cmp.Or(cr.Record.Plugin, Recorder), c.plan.announcement(cr.Record.Announce)})
	}
	for _, t := range cr.Tools {
		r.tools = append(r.tools, t.Name)
		r.attach = append(r.attach, Tool{Name: t.Name, Plugin: t.Plugin})
	}
	var captures []string
	for _, m := range cr.Match {
		p, err := compilePattern(m)
		if err != nil {
			c.errorAt(m.Range, "Not a pattern", "In %q %s.", m.Text, err)
			continue
		}
		c.checkDialled(m, p)
		r.patterns = append(r.patterns, p)
		captures = append(captures, p.names()...)
	}
	k := kinds{captures: captures}
	r.when = c.value(cr.When, k, "when", cty.Bool, &r.uses)
	r.to = c.value(cr.To, k, "to", config.DestinationType, &r.uses)
	r.deny = c.value(cr.Deny, k, "deny", cty.String, &r.uses)
	r.callerID = c.value(cr.SetCallerID, k, "set_caller_id", cty.String, &r.uses)
	r.number = c.value(cr.SetTo, k, "set_to", cty.String, &r.uses)
	return r
}

// announcement is a prompt that those who talk hear; nil: none.
func (p *Plan) announcement(of *Prompt) *Play {
	if of == nil {
		return nil
	}
	return &Play{Prompt: of, Times: 1, Shown: p.redact(of.String())}
}

// Spoken is a text that who waits hears, over and over.
func (p *Plan) Spoken(of *Prompt) *Play {
	return &Play{Prompt: of, Shown: p.redact(of.String())}
}

// checkDialled warns of a pattern that no number looks like when routes see it.
func (c *compiler) checkDialled(m config.Pattern, p *pattern) {
	short := c.cfg.PBX.ShortDigits
	if p.re != nil {
		return
	}
	if strings.ContainsAny(p.text, " \t()/") {
		c.warnAt(m.Range, "Can never match", "A number reaches routes without spaces and brackets: write %q without them.", p.text)
		return
	}
	if len(p.wild) > 0 || len(p.elements) <= short {
		return
	}
	// A number of one definite form is normalised as a call's would be.
	for _, e := range p.elements {
		if e.lit < '0' || e.lit > '9' {
			return
		}
	}
	if seen := number.Normalize(c.cfg.PBX.Country, short, p.text); seen != p.text {
		c.warnAt(m.Range, "Can never match", "Numbers of more than %d digits (pbx.short_digits) reach routes as E.164: write %q.", short, seen)
	}
}

// Revision names the configuration that the plan was compiled from.
func (p *Plan) Revision() string { return p.revision }

// Extensions lists the extensions in the order of the configuration.
func (p *Plan) Extensions() []*Extension { return p.extensions }

// Groups lists the groups in the order of the configuration.
func (p *Plan) Groups() []*Group { return p.groups }

// Failovers lists the failovers in the order of the configuration.
func (p *Plan) Failovers() []*Failover { return p.failovers }

// Schedules lists the schedules in the order of the configuration.
func (p *Plan) Schedules() []*Schedule { return p.schedules }

// Emergency is where calls to emergency numbers go, nil if that is not said.
func (p *Plan) Emergency() *Emergency { return p.emergency }

// Planned is what a call can come to, or the site needs, and is not built yet:
// errors, with what to do until it is. What no call can come to is a warning.
// [Compile] does not return them: test and explain work without.
func (p *Plan) Planned() hcl.Diagnostics { return p.planned }

// Destination is the compiled form of a destination of the configuration that
// the plan was made of; nil for nil.
func (p *Plan) Destination(d config.Destination) Destination { return p.destination(d) }

// Conferences lists the conferences in the order of the configuration.
func (p *Plan) Conferences() []*Conference { return p.conferences }

// Trunks lists the trunks in the order of the configuration.
func (p *Plan) Trunks() []*Trunk { return p.trunks }

// ExtensionByNumber is the extension with this number, nil if there is none.
func (p *Plan) ExtensionByNumber(number string) *Extension { return p.byNumber[number] }

// ExtensionByName is the extension "anna" or "staff/anna", nil if there is none.
func (p *Plan) ExtensionByName(name string) *Extension { return p.byName[name] }

// TrunkByName is the trunk with this name, nil if there is none.
func (p *Plan) TrunkByName(name string) *Trunk { return p.trunkByName[name] }

// Normalize makes a dialled or received number what routes match: E.164, or
// as dialled if it is short or a feature code.
func (p *Plan) Normalize(raw string) string {
	return number.Normalize(p.country, p.shortDigits, raw)
}
