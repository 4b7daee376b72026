package config

import (
	"encoding/hex"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/plugboard/plugboard/core/number"
	"github.com/plugboard/plugboard/core/trunk"
)

// newDestination is what references to an instance point to; its fields are
// filled later, the pointer never changes.
func (n *node) newDestination(key string) Destination {
	switch n.kind {
	case "extension":
		e := &Extension{Name: n.label, Label: n.label, Key: key}
		if n.each {
			e.Name = n.label + "/" + key
		}
		return e
	case "group":
		return &Group{Name: n.label}
	case "conference":
		return &Conference{Name: n.label}
	case "trunk":
		return &Trunk{Name: n.label}
	case "failover":
		return &Failover{Name: n.label}
	case "voicemail":
		v := &Voicemail{Name: n.label}
		v.access = &VoicemailAccess{Of: v}
		return v
	case "menu":
		return &Menu{Name: n.label}
	case "flow":
		return &Flow{Name: n.label}
	case "queue":
		return &Queue{Name: n.label}
	case "park":
		return &Park{Name: n.label}
	case "schedule":
		return &Schedule{Name: n.label}
	default:
		return nil // a plugin is no destination
	}
}

// text is one of the attributes that others can read, made once.
func (l *loader) text(i *instance, name string, at hcl.Range) (cty.Value, bool) {
	return l.once(i.ref.path+"."+name, at, func() (cty.Value, bool) {
		empty := cty.StringVal("")
		if name == "number" {
			empty = cty.NullVal(cty.String)
		}
		f := l.fields(i.node.block, scope{each: i})
		if f.attr(name) == nil {
			return empty, true
		}
		before := len(l.diags)
		var s string
		at, ok := f.text(name, textWant[name], &s)
		switch {
		case !ok && len(l.diags) == before:
			return empty, true // null
		case !ok:
			return empty, false
		case name == "number":
			ok = l.checkNumber(at, name, s)
		case name == "caller_id":
			s, ok = l.callerID(at, s)
		case strings.ContainsFunc(s, isControl):
			l.errorAt(at, "Not a name", "%s goes into a SIP header, so it has no line breaks or other control characters.", name)
			ok = false
		}
		return cty.StringVal(s), ok
	})
}

var textWant = map[string]string{
	"number":    `a number such as "101"`,
	"name":      "a text",
	"caller_id": `a number such as "+49305550100"`,
}

// isDialled says whether a text is what a phone can dial.
func isDialled(s string) bool {
	digits := strings.TrimPrefix(s, "+")
	return digits != "" && len(digits) <= 32 && strings.Trim(digits, "0123456789*#") == ""
}

// checkNumber checks a number attribute: it must be what a dialled number
// looks like when routes see it.
func (l *loader) checkNumber(at hcl.Range, name, n string) bool {
	seen := number.Normalize(l.cfg.PBX.Country, l.cfg.PBX.ShortDigits, n)
	switch {
	case !isDialled(n) && (seen == n || !isDialled(seen)):
		l.errorAt(at, "Not a number", `%s takes digits, * and #, such as "101" or "*43"; this is %s.`, name, quote(n))
	case seen != n:
		l.errorAt(at, "Not how routes see it", "Numbers of more than %d digits (pbx.short_digits) reach routes as E.164: write %s, or raise short_digits.", l.cfg.PBX.ShortDigits, quote(seen))
	default:
		return true
	}
	return false
}

// callerID brings a number to show into its normal form.
func (l *loader) callerID(at hcl.Range, n string) (string, bool) {
	if n == "" {
		return "", true
	}
	seen := number.Normalize(l.cfg.PBX.Country, l.cfg.PBX.ShortDigits, n)
	if !isDialled(seen) {
		l.errorAt(at, "Not a number", `caller_id takes a number, such as "+49305550100"; this is %s.`, quote(n))
		return "", false
	}
	return seen, true
}

// instance fills what does not lead to other destinations.
func (l *loader) instance(i *instance) {
	f := l.fields(i.node.block, scope{each: i})
	f.owner = i.ref.dest
	text := func(name string) string {
		v, ok := l.text(i, name, f.place.Range(name))
		if !ok || v.IsNull() {
			return ""
		}
		return v.AsString()
	}
	switch d := i.ref.dest.(type) {
	case *Extension:
		d.Place, d.Number, d.Display, d.CallerID, d.MaxDevices, d.Browser = f.place, text("number"), text("name"), text("caller_id"), 5, true
		d.CallWaiting = true
		f.integer("max_devices", 1, 100, &d.MaxDevices)
		f.integer("max_calls", 1, 100, &d.MaxCalls)
		f.boolean("do_not_disturb", &d.DoNotDisturb)
		f.boolean("call_waiting", &d.CallWaiting)
		f.boolean("record_on_demand", &d.RecordOnDemand)
		f.boolean("browser", &d.Browser)
		f.pickupGroup(&d.PickupGroup)
		d.Sound = f.ownSound()
		var secret string
		if at, ok := f.text("secret", "a text", &secret); ok {
			l.checkSecret(at, secret, d.Number)
			d.Secret = Secret(secret)
		}
		if !f.place.Has("number") {
			l.errorAt(f.place.Block, "A number is missing", "%s has no number: it is the user name that its phones register with. Write number = \"101\".", i.ref.path)
		}
		l.cfg.Extensions = append(l.cfg.Extensions, d)
	case *Group:
		d.Place, d.Number = f.place, text("number")
		d.Strategy = "race"
		f.word("strategy", &d.Strategy, strategies)
		l.cfg.Groups = append(l.cfg.Groups, d)
	case *Conference:
		d.Place, d.Number = f.place, text("number")
		f.integer("max_members", 1, 10000, &d.MaxMembers)
		f.conference(d)
		l.cfg.Conferences = append(l.cfg.Conferences, d)
	case *Trunk:
		d.CallerID = text("caller_id")
		l.trunk(d, f)
	case *Failover:
		l.cfg.Failovers = append(l.cfg.Failovers, d)
	case *Voicemail:
		l.voicemail(d, f, text("number"))
	case *Menu:
		l.menu(d, f, text("number"))
	case *Flow:
		l.cfg.Flows = append(l.cfg.Flows, d)
	case *Queue:
		l.queue(d, f, text("number"))
	case *Park:
		l.park(d, f)
	case *Schedule:
		l.schedule(d, f)
	default:
		l.plugin(i.node, f)
	}
}

func (l *loader) checkSecret(at hcl.Range, secret, number string) {
	switch {
	case strings.ContainsFunc(secret, isControl):
		l.errorAt(at, "Not a secret", "secret has no line breaks or other control characters: no phone could enter them.")
	case secret == "":
	case secret == number:
		l.note(hcl.Diagnostics{warningAt(at, "Weak secret", "The secret is the number: it is the first that an attacker tries. Leave secret out and a strong one is made.")})
	case len(secret) < 8:
		l.note(hcl.Diagnostics{warningAt(at, "Weak secret", "The secret is shorter than 8 characters and can be guessed. Leave secret out and a strong one is made.")})
	}
}

func (l *loader) trunk(t *Trunk, f *fields) {
	t.Place, t.Format, t.Sound = f.place, number.FormE164, f.ownSound()
	var peer string
	if at, ok := f.text("peer", `an address such as "sip:203.0.113.7"`, &peer); ok {
		t.Peer = l.peer(at, peer)
	} else if !f.place.Has("peer") {
		l.errorAt(f.place.Block, "A peer is missing", "%s does not say where calls go: write peer = \"sip:203.0.113.7\".", t.Path())
	}
	t.Allow = f.prefixes("allow")
	f.integer("max_calls", 1, 100000, &t.MaxCalls)
	l.registration(t, f)
	f.word("format", &t.Format, []string{number.FormE164, number.FormNational, number.FormRaw})
	l.cfg.Trunks = append(l.cfg.Trunks, t)
}

// peer reads a peer.
func (l *loader) peer(at hcl.Range, s string) trunk.Peer {
	p, err := trunk.ParsePeer(s)
	if err != nil {
		l.errorAt(at, "Not a peer", "%s.", err)
	}
	return p
}

// registration reads how a trunk registers, and how its health is watched.
func (l *loader) registration(t *Trunk, f *fields) {
	t.Expires, t.OptionsPing = 5*time.Minute, 30*time.Second
	f.boolean("register", &t.Register)
	user := func(name string, into *string) {
		if at, ok := f.text(name, "a text", into); ok && (*into == "" || strings.ContainsFunc(*into, func(r rune) bool { return r <= ' ' || r == 0x7f })) {
			l.errorAt(at, "Not a user", "%s takes the user name that the provider gave you, without spaces; this is %s.", name, quote(*into))
		}
	}
	user("username", &t.Username)
	t.AuthUsername = t.Username
	user("auth_username", &t.AuthUsername)
	var secret string
	if at, ok := f.text("secret", "a text", &secret); ok && strings.ContainsFunc(secret, isControl) {
		l.errorAt(at, "Not a secret", "secret has no line breaks or other control characters.")
	}
	t.Secret = Secret(secret)
	f.duration("expires", time.Minute, 24*time.Hour, &t.Expires)
	if t.Register && !f.place.Has("username") {
		l.errorAt(t.Range("register"), "A user is missing", "%s registers, so it needs the user name that the provider gave you: write username = \"…\", and its secret.", t.Path())
	}
	if f.place.Has("expires") && !t.Register {
		l.errorAt(t.Range("expires"), "Without effect", "%s does not register, so expires would do nothing; write register = true.", t.Path())
	}
	var ping string
	if at, ok := f.text("options_ping", `a time such as "30s", or "off"`, &ping); ok {
		if ping == "off" {
			t.OptionsPing = 0
			return
		}
		f.checkDuration(at, "options_ping", ping, 5*time.Second, time.Hour, &t.OptionsPing)
	}
}

func (l *loader) plugin(n *node, f *fields) {
	p := &Plugin{Place: f.place, Name: n.label, Config: cty.EmptyObjectVal}
	if _, ok := f.text("path", "a name or a file", &p.Path); !ok && !f.place.Has("path") {
		l.errorAt(f.place.Block, "A path is missing", "plugin.%s does not say what to run: write path = \"leg-rtp\" for a bundled plugin, or a file.", n.label)
	}
	if strings.ContainsRune(p.Path, filepath.Separator) {
		p.Path = l.absolute(p.Path)
	}
	if at, ok := f.text("sha256", "64 hexadecimal digits", &p.SHA256); ok {
		p.SHA256 = strings.ToLower(p.SHA256)
		if b, err := hex.DecodeString(p.SHA256); err != nil || len(b) != 32 {
			l.errorAt(at, "Not a checksum", "sha256 takes 64 hexadecimal digits, as sha256sum prints them.")
		}
	}
	p.Args, _, _ = f.texts("args", "texts")
	if v, at, ok := f.get("env"); ok {
		p.Env = f.textMap(v, at)
	}
	for _, b := range f.body.Blocks {
		switch b.Type {
		case "config":
			p.ConfigPlace = l.fields(b, scope{}).place
			p.Config = l.free(b.Body)
		case "restart":
			l.restart(p, l.fields(b, scope{}))
		}
	}
	l.cfg.Plugins = append(l.cfg.Plugins, p)
}

// restart reads how long a plugin that ended waits before it is started again.
func (l *loader) restart(p *Plugin, f *fields) {
	p.Restart = Restart{Delay: 100 * time.Millisecond, MaxDelay: 30 * time.Second}
	f.duration("delay", 10*time.Millisecond, time.Minute, &p.Restart.Delay)
	f.duration("max_delay", 10*time.Millisecond, time.Hour, &p.Restart.MaxDelay)
	if p.Restart.MaxDelay < p.Restart.Delay {
		l.errorAt(f.place.Block, "Out of range", "max_delay is shorter than delay.")
	}
}

func (f *fields) textMap(v cty.Value, at hcl.Range) map[string]string {
	if !v.Type().IsObjectType() && !v.Type().IsMapType() {
		f.wrong(at, "env", "a map of texts", v)
		return nil
	}
	out := map[string]string{}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if e.IsNull() || e.Type() != cty.String {
			f.errorAt(at, "Wrong type", "env takes a map of texts; %s is %s.", k.AsString(), Describe(e))
			continue
		}
		out[k.AsString()] = e.AsString()
	}
	return out
}

// free evaluates a body whose schema is the plugin's. Blocks of one type
// become a list of objects; a label becomes the attribute "label".
func (l *loader) free(body *hclsyntax.Body) cty.Value {
	out := map[string]cty.Value{}
	for _, name := range attrOrder(body) {
		v, ok := l.eval(body.Attributes[name].Expr, scope{})
		v, _ = v.UnmarkDeep()
		if !ok {
			continue
		}
		if holdsReference(v) {
			l.errorAt(body.Attributes[name].Expr.Range(), "Not for a plugin", "%s holds a reference to a block, which means nothing outside of Plugboard: write a text, such as a number or a name.", name)
			continue
		}
		out[name] = v
	}
	blocks := map[string][]cty.Value{}
	for _, b := range body.Blocks {
		if body.Attributes[b.Type] != nil {
			l.errorAt(b.TypeRange, "Twice the same name", "%s is an attribute here already.", b.Type)
			continue
		}
		inner := l.free(b.Body).AsValueMap()
		if inner == nil {
			inner = map[string]cty.Value{}
		}
		if len(b.Labels) > 1 || len(b.Labels) == 1 && b.Body.Attributes["label"] != nil {
			l.errorAt(b.DefRange(), "A name too many", "A block in config {} has one name at most, which becomes its attribute label.")
			continue
		}
		if len(b.Labels) == 1 {
			inner["label"] = cty.StringVal(b.Labels[0])
		}
		blocks[b.Type] = append(blocks[b.Type], cty.ObjectVal(inner))
	}
	for name, list := range blocks {
		out[name] = cty.TupleVal(list)
	}
	return cty.ObjectVal(out)
}

// holdsReference says whether a value holds what cannot leave this process.
func holdsReference(v cty.Value) bool {
	found := false
	_ = cty.Walk(v, func(_ cty.Path, e cty.Value) (bool, error) {
		found = found || e.Type().IsCapsuleType()
		return !found, nil
	})
	return found
}

// defaultRing is how long an extension or a group rings if it does not say.
const defaultRing = 20 * time.Second

// destinations fills what leads to other destinations.
func (l *loader) destinations(i *instance) {
	f := l.fields(i.node.block, scope{each: i})
	f.owner = i.ref.dest
	switch d := i.ref.dest.(type) {
	case *Extension:
		d.Follow.Ring = defaultRing
		f.follow(&d.Follow)
		f.destination("forward_always", &d.ForwardAlways)
		if d.ForwardAlways == Destination(d) {
			l.errorAt(d.Range("forward_always"), "Forwarded to itself", "%s forwards its calls to itself.", d.Path())
		}
		f.mailbox(&d.Voicemail)
		if f.place.Has("may_dial") {
			d.MayDial = append([]Pattern{}, l.patterns(f, "may_dial")...)
		}
	case *Group:
		d.Follow.Ring = defaultRing
		f.follow(&d.Follow)
		d.Members = l.members(d, "A group", f)
	case *Failover:
		l.failover(d, f)
	case *Queue:
		d.Members = l.members(d, "A queue", f)
		f.destination("on_max_wait", &d.OnMaxWait)
		f.destination("busy", &d.Busy)
		f.destination("unavailable", &d.Unavailable)
	case *Park:
		f.destination("on_timeout", &d.OnTimeout)
	case *Menu:
		l.menuKeys(d, f)
	case *Flow:
		l.flow(d, f)
	}
}
