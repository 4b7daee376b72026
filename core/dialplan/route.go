package dialplan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/number"
)

// Route decides where a call goes: the dialplan is chosen by where it comes
// from, in it the first route that matches wins. A source without a dialplan
// and a number without a route are a [*Reject] with not_found.
func (p *Plan) Route(f Facts) Decision {
	d := p.route(f)
	d.plan = p
	return d
}

func (p *Plan) route(f Facts) Decision {
	if f.To.Number == "" {
		f.To.Number = p.Normalize(f.To.Raw)
	}
	if d, ok := p.beforeAll(f); ok {
		return d
	}
	notFound := Decision{To: &Reject{Cause: "not_found"}, Number: f.To.Number}
	t := p.tableOf(f)
	if t == nil {
		return notFound
	}
	notFound.Dialplan = t.name
	d := notFound
	t.index.each(f.To.Number, func(i int) bool {
		e := t.entries[i]
		if !e.pattern.match(f.To.Number, nil) {
			return false
		}
		var took bool
		d, took = p.take(t, e.route, &facts{Facts: f, plan: p, route: e.route, pattern: e.pattern})
		return took
	})
	if d.Route == "" {
		return notFound
	}
	return d
}

// beforeAll decides what comes before every dialplan, for calls of extensions:
// emergency numbers, the codes that switch a schedule, then those of features.
func (p *Plan) beforeAll(f Facts) (Decision, bool) {
	if f.From.Extension == nil {
		return Decision{}, false
	}
	if n, ok := p.emergencyNumber(f.To); ok {
		return Decision{Route: "emergency", To: p.emergency, CallerID: p.emergency.CallerID, Number: n}, true
	}
	if s, ok := p.switches[f.To.Number]; ok {
		return Decision{Route: s.Path(), To: s, Number: f.To.Number}, true
	}
	if code := p.feature(f); code != nil {
		return Decision{Route: code.Path(), To: code, Number: f.To.Number}, true
	}
	return Decision{}, false
}

// IsEmergency says whether an extension that dials this calls for help.
func (p *Plan) IsEmergency(to Callee) bool {
	_, ok := p.emergencyNumber(to)
	return ok
}

// emergencyNumber is what to dial outside for an emergency number.
func (p *Plan) emergencyNumber(to Callee) (string, bool) {
	for _, dialled := range [...]string{to.Number, to.Raw, number.Dialled(to.Raw)} {
		if n, ok := p.urgent[dialled]; ok {
			return n, true
		}
	}
	return "", false
}

// tableOf is the dialplan of a call's source, nil if it has none.
func (p *Plan) tableOf(f Facts) *table {
	switch {
	case f.From.Extension != nil:
		if own := p.byName[f.From.Extension.Name]; own != nil {
			return p.tables[own.path]
		}
	case f.From.Trunk != nil:
		return p.tables[f.From.Trunk.Path()]
	case f.From.Plugin != "":
		return p.tables[(&Plugin{Name: f.From.Plugin}).Path()]
	}
	return nil
}

// take follows a route whose pattern matches; false if its when says no.
func (p *Plan) take(t *table, r *route, f *facts) (Decision, bool) {
	d := Decision{Dialplan: t.name, Route: r.name, Follow: r.follow, Number: f.To.Number, Tools: r.tools, Record: r.record, Attach: r.attach, OnPluginLost: r.lost}
	fail := func(err error) (Decision, bool) {
		return Decision{Dialplan: t.name, Route: r.name, To: &Reject{Cause: "failed"}, Number: f.To.Number, Reason: p.redact(err.Error())}, true
	}
	if r.when != nil {
		v, err := r.when.eval(f)
		if err != nil {
			return fail(err)
		}
		if v.False() {
			return Decision{}, false
		}
	}
	for _, set := range []struct {
		value *value
		into  *string
	}{{r.callerID, &d.CallerID}, {r.number, &d.Number}} {
		if set.value == nil {
			continue
		}
		v, err := set.value.eval(f)
		if err != nil {
			return fail(err)
		}
		if !v.IsNull() && v.AsString() != "" {
			*set.into = f.normal(v.AsString())
		}
	}
	if r.deny != nil {
		v, err := r.deny.eval(f)
		if err != nil {
			return fail(err)
		}
		d.To = &Reject{Cause: "denied", Text: phrase(v.AsString())}
		return d, true
	}
	v, err := r.to.eval(f)
	if err != nil {
		return fail(err)
	}
	d.To = p.destination(config.DestinationOf(v))
	return d, true
}

// normal is a number as routes see it. What the call knows already is so; to
// find that out again takes longer than all else that a route does.
func (f *facts) normal(n string) string {
	known := n == f.To.Number || n == f.From.Number
	if e := f.From.Extension; e != nil {
		known = known || n == e.CallerID
	}
	if known {
		return n
	}
	return f.plan.Normalize(n)
}

// phrase makes a text fit for a reason phrase: one line (RFC 3261, section 25.1).
func phrase(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
}

// facts are a call's facts in the sight of one route.
type facts struct {
	Facts
	plan    *Plan
	route   *route
	pattern *pattern             // the one that matches
	vars    map[string]cty.Value // call and match, made when first asked for
}

// variables are call, match and schedule.
func (f *facts) variables() map[string]cty.Value {
	if f.vars == nil {
		f.vars = map[string]cty.Value{"call": f.call(), "match": f.captured(), "schedule": f.schedules()}
	}
	return f.vars
}

// schedules is the value of schedule.
func (f *facts) schedules() cty.Value {
	names := f.route.uses.schedules
	if len(names) == 0 {
		return cty.EmptyObjectVal
	}
	out := make(map[string]cty.Value, len(names))
	for _, s := range f.plan.schedules {
		if slices.Contains(names, s.Name) || slices.Contains(names, "") {
			out[s.Name] = config.ScheduleValue(s.OpenFor(f.Facts))
		}
	}
	return cty.ObjectVal(out)
}

// eval is the value for a call. The error says where and why there is none.
func (v *value) eval(f *facts) (cty.Value, error) {
	if v.constant != cty.NilVal {
		return v.constant, nil
	}
	got, diags := v.expr.Eval(f.variables(), true)
	if diags.HasErrors() {
		return cty.NilVal, atCall(v.expr.Range(), diags[0])
	}
	if why := v.check(got); why != "" || !got.IsWhollyKnown() {
		return cty.NilVal, fmt.Errorf("%s:%d: %s", v.expr.Range().Filename, v.expr.Range().Start.Line, strings.TrimSuffix(why, "."))
	}
	return got, nil
}

// atCall is an evaluation's diagnostic in one line for the log.
func atCall(at hcl.Range, d *hcl.Diagnostic) error {
	if d.Subject != nil {
		at = *d.Subject
	}
	return fmt.Errorf("%s:%d:%d: %s: %s", at.Filename, at.Start.Line, at.Start.Column, d.Summary, d.Detail)
}

// text is a text from the network as a value.
func text(s string) cty.Value { return cty.StringVal(strings.ToValidUTF8(s, "\uFFFD")) }

// call is the value of call, as far as the route asks for it.
func (f *facts) call() cty.Value {
	out := make(map[string]cty.Value, 2)
	for name, make := range callValues {
		if f.route.uses.of(name) {
			out[name] = make(f)
		}
	}
	return cty.ObjectVal(out)
}

// callValues make the attributes of call, see callType.
var callValues = map[string]func(*facts) cty.Value{
	"id":      func(f *facts) cty.Value { return text(f.ID) },
	"start":   func(f *facts) cty.Value { return cty.StringVal(f.Start.In(f.plan.timezone).Format(time.RFC3339)) },
	"route":   func(f *facts) cty.Value { return cty.StringVal(f.route.name) },
	"headers": (*facts).headers,
	"from": func(f *facts) cty.Value {
		number, name := f.From.Number, f.From.Name
		if f.From.Private && f.From.Extension == nil {
			number, name = Anonymous, ""
		}
		return cty.ObjectVal(map[string]cty.Value{
			"number":    text(number),
			"name":      text(name),
			"raw":       text(f.From.Raw),
			"extension": f.party(),
			"trunk":     f.provider(),
		})
	},
	"to": func(f *facts) cty.Value {
		return cty.ObjectVal(map[string]cty.Value{"number": text(f.To.Number), "raw": text(f.To.Raw)})
	},
}

// headers is call.headers. A header that the call does not have is "".
func (f *facts) headers() cty.Value {
	headers := map[string]cty.Value{}
	for name, v := range f.Headers {
		headers[strings.ToLower(name)] = text(v)
	}
	for _, name := range f.route.uses.headers {
		v, ok := headers[strings.ToLower(name)]
		if !ok {
			v = cty.StringVal("")
		}
		headers[name] = v
	}
	if len(headers) == 0 {
		return cty.MapValEmpty(cty.String)
	}
	return cty.MapVal(headers)
}

// party is call.from.extension: null if the caller is none of ours.
func (f *facts) party() cty.Value {
	if e := f.From.Extension; e != nil {
		if own := f.plan.byName[e.Name]; own != nil {
			return f.plan.values[own]
		}
	}
	return cty.NullVal(config.DestinationType)
}

// provider is call.from.trunk: null if the call came over none.
func (f *facts) provider() cty.Value {
	if t := f.From.Trunk; t != nil {
		if own := f.plan.trunkByName[t.Name]; own != nil {
			return f.plan.values[own]
		}
	}
	return cty.NullVal(config.DestinationType)
}

// captured is the value of match: what the pattern that matched captured,
// null for the captures of the route's other patterns.
func (f *facts) captured() cty.Value {
	out := map[string]cty.Value{}
	for _, p := range f.route.patterns {
		for _, name := range p.names() {
			out[name] = cty.NullVal(cty.String)
		}
	}
	taken, _ := f.pattern.capture(f.To.Number)
	for name, s := range taken {
		out[name] = text(s)
	}
	return cty.ObjectVal(out)
}
