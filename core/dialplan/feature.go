package dialplan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/plugboard/plugboard/core/config"
)

// Feature is what an extension does by dialling a code of the features block.
type Feature struct {
	Name   string // the attribute: "forward_always"
	Code   string // "*72"
	Number string // what was dialled after it, as dialled
	takes  bool   // a number may follow
	needs  bool   // it must
}

// Path implements Destination.
func (f *Feature) Path() string { return "features." + f.Name }

// features makes the codes, the longest first: what two of them could mean is
// the longer one.
func (c *compiler) codes() {
	for _, code := range config.FeatureCodes() {
		if dialled := c.cfg.Features.Code(code); dialled != "" {
			c.plan.codes = append(c.plan.codes, &Feature{Name: code.Name, Code: dialled, takes: code.Takes != "", needs: code.Takes == "NUMBER"})
		}
	}
	for _, code := range config.CallCodes() {
		if pressed := c.cfg.Features.Code(code); pressed != "" {
			c.plan.pressed = append(c.plan.pressed, &Feature{Name: code.Name, Code: pressed})
		}
	}
	if c.plan.announce = c.plan.announcement(c.cfg.Features.RecordAnnounce); c.plan.announce == nil {
		c.plan.announce = c.plan.announcement(&Prompt{Tone: recordTone})
	}
	slices.SortStableFunc(c.plan.codes, func(a, b *Feature) int { return cmp.Compare(len(b.Code), len(a.Code)) })
}

// The codes that are pressed within a call.
const (
	RecordCode      = "record"
	RecordPauseCode = "record_pause"
)

// recordTone tells all who talk that the call is recorded, where the site has no
// words for it.
const recordTone = "1400/300"

// Pressed is the code that an extension has pressed within a call, "" if none; more
// says that with further keys it may become one.
func (p *Plan) Pressed(keys string) (name string, more bool) {
	for _, f := range p.pressed {
		if f.Code == keys {
			return f.Name, false
		}
		more = more || strings.HasPrefix(f.Code, keys)
	}
	return "", more
}

// Announcement is what all who talk hear before a call is recorded that somebody
// wishes to have recorded.
func (p *Plan) Announcement() *Play { return p.announce }

// Code is what an extension can dial, or press within a call, to act.
type Code struct {
	Name  string // "features.forward_always", "schedule.office"
	Code  string // "*72"
	Takes string // what is dialled after it, as in [config.FeatureCode]
	Does  string // for people
}

// Codes are all that extensions can dial to act: the features that are not
// switched off, those that are pressed within a call after the others, then the
// schedules that have a code.
func (p *Plan) Codes() (out []Code) {
	for _, c := range slices.Concat(config.FeatureCodes(), config.CallCodes()) {
		for _, f := range slices.Concat(p.codes, p.pressed) {
			if f.Name == c.Name {
				out = append(out, Code{f.Path(), f.Code, c.Takes, c.Does})
			}
		}
	}
	for _, s := range p.schedules {
		if s.Override != "" {
			out = append(out, Code{s.Path(), s.Override, "", "Switches " + s.Path() + " by hand, and back to its hours."})
		}
	}
	return out
}

// code is the feature that a number as dialled stands for, nil if none. A code
// that takes a number and got none stands for the feature all the same: the
// walk says what is missing.
func (p *Plan) code(n string) *Feature {
	if n == "" || n[0] != '*' && n[0] != '#' {
		return nil
	}
	for _, f := range p.codes {
		switch rest, ok := strings.CutPrefix(n, f.Code); {
		case !ok || rest != "" && !f.takes:
		default:
			of := *f
			of.Number = rest
			return &of
		}
	}
	return nil
}

// feature is the code that an extension dialled, nil if its dialplan has a
// route for just that: one with a pattern that spells the code. A route that
// takes every number, or "*XX", takes no codes.
func (p *Plan) feature(f Facts) *Feature {
	code := p.code(f.To.Number)
	if code == nil {
		return nil
	}
	if t := p.tableOf(f); t != nil && t.spells(code, f.To.Number) {
		return nil
	}
	return code
}

// spells says whether a route is for what was dialled, a code and perhaps a
// number.
func (t *table) spells(code *Feature, dialled string) bool {
	found := false
	t.index.each(dialled, func(i int) bool {
		p := t.entries[i].pattern
		found = p.begins(code.Code) && p.match(dialled, nil)
		return found
	})
	return found
}

// begins says whether every number that matches begins with these characters,
// because they are written in the pattern.
func (p *pattern) begins(with string) bool {
	if p.re != nil || len(p.elements) < len(with) {
		return false
	}
	for i := range len(with) {
		if p.elements[i].lit != with[i] {
			return false
		}
	}
	return true
}

// Settings.
const (
	DoNotDisturbSetting    = "do_not_disturb"    // "on" or "off"
	ForwardAlwaysSetting   = "forward_always"    // a number, or "off"
	ForwardBusySetting     = "forward_busy"      // a number
	ForwardNoAnswerSetting = "forward_no_answer" // a number; it also holds while no phone is there
	CallWaitingSetting     = "call_waiting"      // "on" or "off"
)

// On and Off are what a setting can be besides a number. One that is "" is as
// the configuration says.
const (
	On  = "on"
	Off = "off"
)

// SettingOf is which setting an extension sets by dialling a code, "" if none.
func (p *Plan) SettingOf(code string) string {
	f := p.code(code)
	if f == nil {
		return ""
	}
	switch s := strings.TrimSuffix(strings.TrimSuffix(f.Name, "_on"), "_off"); s {
	case DoNotDisturbSetting, ForwardAlwaysSetting, ForwardBusySetting, ForwardNoAnswerSetting, CallWaitingSetting, QueuePauseSetting:
		return s
	case QueueLogin:
		if f.Number != "" {
			return s + ":" + f.Number
		}
		return s
	}
	return ""
}

// Standing is how an extension stands: as the configuration says, and beyond that as
// somebody has set it by phone or by the API.
type Standing struct {
	DoNotDisturb bool `json:"do_not_disturb" doc:"its phones do not ring"`
	// Forwards are numbers, or destinations as the configuration writes them;
	// "": none.
	ForwardAlways   string `json:"forward_always" doc:"where its calls go at once: a number, or a destination as the configuration writes it; empty: nowhere else"`
	ForwardBusy     string `json:"forward_busy" doc:"where they go while it is busy or declines"`
	ForwardNoAnswer string `json:"forward_no_answer" doc:"where they go if it does not answer"`
	CallWaiting     bool   `json:"call_waiting" doc:"a second call rings"`
	QueuePause      bool   `json:"queue_pause" doc:"it has a break from all queues"`
	// LoggedOut are the queues that it is a member of and takes no callers of.
	LoggedOut []string `json:"logged_out" nullable:"false" doc:"the queues, by name, that it has logged out of"`
	// Set are the names of those that somebody has set.
	Set []string `json:"set" nullable:"false" doc:"which of these somebody has set; the others are as the configuration says"`
}

// Standing is how the extension stands with these settings, by their names.
func (e *Extension) Standing(set map[string]string) Standing {
	path := func(d Destination) string {
		if d == nil {
			return ""
		}
		return d.Path()
	}
	follow := e.follow(set)
	return Standing{
		DoNotDisturb: e.doNotDisturb(set), CallWaiting: e.callWaiting(set),
		ForwardAlways: path(e.forwards(set)), ForwardBusy: path(follow.Busy), ForwardNoAnswer: path(follow.NoAnswer),
		QueuePause: set[QueuePauseSetting] == On, LoggedOut: append([]string{}, LoggedOut(set)...),
		Set: append([]string{}, slices.Sorted(maps.Keys(set))...),
	}
}

func (e *Extension) doNotDisturb(set map[string]string) bool {
	return cmp.Or(set[DoNotDisturbSetting], onOff(e.DoNotDisturb)) == On
}

func (e *Extension) callWaiting(set map[string]string) bool {
	return cmp.Or(set[CallWaitingSetting], onOff(!e.Engaging)) == On
}

// forwards is where all its calls go, nil for nowhere else.
func (e *Extension) forwards(set map[string]string) Destination {
	switch n := set[ForwardAlwaysSetting]; n {
	case "":
		return e.ForwardAlways
	case Off:
		return nil
	default:
		return &Forward{By: e, Number: n}
	}
}

// follow is what follows the extension.
func (e *Extension) follow(set map[string]string) Follow {
	f := e.Follow
	if n := set[ForwardBusySetting]; n != "" {
		f.Busy = &Forward{By: e, Number: n}
	}
	if n := set[ForwardNoAnswerSetting]; n != "" {
		to := &Forward{By: e, Number: n}
		f.NoAnswer, f.Unavailable = to, to
	}
	return f
}

func onOff(on bool) string {
	if on {
		return On
	}
	return Off
}

// Setting checks a setting of an extension, and gives it the form in which it is
// kept: a number as routes see it; "" where it is as the configuration says
// anyway. A number must be one that the extension may dial. The facts are those
// of the moment. An error is a refusal, in words for people.
func (p *Plan) Setting(e *Extension, name, value string, f Facts) (string, *End) {
	switch name {
	case LoggedOutSetting:
		return p.attending(e, value)
	case DoNotDisturbSetting, CallWaitingSetting, QueuePauseSetting:
		is := e.DoNotDisturb
		switch name {
		case CallWaitingSetting:
			is = !e.Engaging
		case QueuePauseSetting:
			is = false
		}
		switch value {
		case "", On, Off:
		default:
			return "", refusal(Failed, "%s is %q, not %q or %q", name, value, On, Off)
		}
		if value == onOff(is) {
			value = ""
		}
		return value, nil
	case ForwardAlwaysSetting, ForwardBusySetting, ForwardNoAnswerSetting:
	default:
		return "", refusal(Failed, "there is no setting %q", name)
	}
	switch {
	case value == "":
		return "", nil
	case value == Off && (name != ForwardAlwaysSetting || e.ForwardAlways == nil):
		return "", nil
	case value == Off:
		return Off, nil
	}
	n := p.Normalize(value)
	return n, barred(e, n, p.dials(e, n, f))
}

// dials is where an extension's own call to a number would go.
func (p *Plan) dials(e *Extension, n string, f Facts) Decision {
	f.From = Party{Number: e.Number, Name: e.Display, Raw: e.Number, Extension: e}
	f.To = Callee{Number: n, Raw: n}
	return p.Route(f)
}

// barred says why calls of an extension may not be forwarded to a number, nil
// if they may: it must be one that the extension itself could call.
func barred(e *Extension, n string, d Decision) *End {
	switch to := d.To.(type) {
	case nil:
		return refusal(NotFound, "%s can dial no %s", e.Path(), n)
	case *Reject:
		out := refusal(Cause(to.Cause), "%s can dial no %s", e.Path(), n)
		out.Phrase = to.Text
		return out
	case *Emergency, *Feature, *Schedule:
		return refusal(Denied, "calls of %s cannot be forwarded to %s", e.Path(), to.Path())
	case *Extension:
		if to == e {
			return refusal(Loop, "%s would be forwarded to itself", e.Path())
		}
	case *Trunk, *Failover:
		if e.MayDial != nil && !e.MayDial(d.Number) {
			return mayNotDial(e, d.Number)
		}
	}
	return nil
}

func refusal(c Cause, format string, args ...any) *End {
	return &End{Cause: c, Text: fmt.Sprintf(format, args...)}
}

// Forward is a number that an extension's calls go to, set by phone or by the
// API. The call goes on as if the extension had dialled it.
type Forward struct {
	By     *Extension
	Number string
}

// Path implements Destination.
func (f *Forward) Path() string { return f.Number }

// set is what somebody has set of an extension.
func (w *Walk) set(e *Extension) map[string]string { return w.facts.Settings[e.Name] }

// forward goes where the extension's own call to the number would.
func (w *Walk) forward(to *Forward, route Follow) Step {
	d := Decision{}
	if p := w.decision.plan; p != nil {
		d = p.dials(to.By, to.Number, w.facts)
	}
	if end := barred(to.By, to.Number, d); end != nil {
		return end
	}
	w.decision.Number = d.Number
	if d.CallerID != "" {
		w.decision.CallerID = d.CallerID
	}
	return w.visit(d.To, d.Follow.override(route))
}

// feature does what a code says.
func (w *Walk) feature(to *Feature) Step {
	e := w.facts.From.Extension
	if to.needs && to.Number == "" {
		return &End{Cause: NotFound, Text: "a number is missing after " + to.Code, Phrase: "A number is missing after " + to.Code}
	}
	switch to.Name {
	case "do_not_disturb_on":
		return w.change(to, DoNotDisturbSetting, On, true)
	case "do_not_disturb_off":
		return w.change(to, DoNotDisturbSetting, Off, false)
	case "forward_always", "forward_busy", "forward_no_answer":
		return w.change(to, to.Name, to.Number, true)
	case "forward_always_off", "forward_busy_off", "forward_no_answer_off":
		return w.change(to, strings.TrimSuffix(to.Name, "_off"), Off, false)
	case "call_waiting_on":
		return w.change(to, CallWaitingSetting, On, true)
	case "call_waiting_off":
		return w.change(to, CallWaitingSetting, Off, false)
	case QueueLogin:
		return w.attends(to)
	case QueuePauseSetting:
		pause := w.set(e)[QueuePauseSetting] != On
		return w.change(to, QueuePauseSetting, onOff(pause), pause)
	case "pickup":
		return w.pickup(to)
	case "park":
		return w.parkHeld(to)
	case "join":
		w.at = &held{}
		return &JoinHeld{By: to}
	case "intercom":
		return w.intercom(e, to)
	case VoicemailCode:
		return w.mailbox(e)
	}
	return &End{Cause: Failed, Text: "no call can do " + to.Path()}
}

// change is the step by which an extension sets something of itself.
func (w *Walk) change(by *Feature, name, value string, on bool) Step {
	e := w.facts.From.Extension
	p := w.decision.plan
	if p == nil {
		return &End{Cause: Failed, Text: "nobody knows what " + e.Path() + " may dial"}
	}
	value, end := p.Setting(e, name, value, w.facts)
	if end != nil {
		return end
	}
	return &Set{By: by, Of: e, Name: name, Value: value, On: on}
}

// pickup takes a call that rings elsewhere: wherever the caller may, or at an
// extension or group that they could call.
func (w *Walk) pickup(to *Feature) Step {
	p := w.decision.plan
	if to.Number == "" || p == nil {
		return &Pick{}
	}
	n := p.Normalize(to.Number)
	switch d := p.dials(w.facts.From.Extension, n, w.facts); of := d.To.(type) {
	case *Extension, *Group, *Queue:
		return &Pick{Of: of}
	}
	return &End{Cause: NotFound, Text: n + " is no extension, group or queue", Phrase: "Nobody has this number"}
}

// parkHeld parks the caller's other call.
func (w *Walk) parkHeld(to *Feature) Step {
	var k *Park
	if p := w.decision.plan; p != nil {
		k = p.Park("")
	}
	if k == nil {
		return &End{Cause: NotFound, Text: "there is no park", Phrase: "There is nowhere to park"}
	}
	w.at = &held{}
	return &ParkHeld{By: to, Park: k}
}

// held is a call that could not do to others of the caller's what it was for.
type held struct{}

func (*held) next(_ *Walk, r Result) Step {
	return &End{Cause: r.Cause, Text: r.Text, Phrase: r.Text}
}

// intercom rings the devices of one extension, which answer by themselves, if
// it has no other call. Where its calls go otherwise does not count: nobody
// wants to talk into another room.
func (w *Walk) intercom(from *Extension, to *Feature) Step {
	p := w.decision.plan
	if p == nil {
		return &End{Cause: NotFound}
	}
	n := p.Normalize(to.Number)
	d := p.dials(from, n, w.facts)
	e, ok := d.To.(*Extension)
	switch reject, refused := d.To.(*Reject); {
	case refused:
		return &End{Cause: Cause(reject.Cause), Text: from.Path() + " can dial no " + n, Phrase: reject.Text}
	case !ok || e == from:
		return &End{Cause: NotFound, Text: n + " is no other extension", Phrase: "Intercom is with another extension"}
	}
	w.visited, w.path = append(w.visited, e), append(w.path, e)
	w.intercoms = true
	return w.hunt(e, Follow{Ring: e.Ring}, &member{extension: e})
}
