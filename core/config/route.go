package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// Expr is an expression of a route. What it says of the configuration is
// known; call.*, match.* and schedule.*.open are given to [Expr.Eval].
type Expr struct {
	expr  hclsyntax.Expression
	base  *hcl.EvalContext
	live  map[string]function.Function // functions as they act during a call
	meant func(text string) string

	// Source is how it is written, in one line.
	Source string
	// Mentions are the destinations that it names.
	Mentions []Destination
	// Ends are the destinations that it can come to: not what it only compares
	// with. Those of extension_number are not among them.
	Ends []Destination
	// AnyExtension: extension_number(…) is called with a call-time number.
	AnyExtension bool
	// CallTime are its mentions of call.*, match.* and schedule.*.open; none:
	// it is constant.
	CallTime []hcl.Traversal
}

// Range is where the expression stands.
func (e *Expr) Range() hcl.Range { return e.expr.Range() }

// Eval evaluates the expression with call and match in vars. With live false
// they are unknown values and it is the check at load: a number that nobody
// has is an error. With live true it is a call: such a number is a
// [*Reject] with not_found. The value carries no marks.
func (e *Expr) Eval(vars map[string]cty.Value, live bool) (cty.Value, hcl.Diagnostics) {
	ctx := e.base
	if live || len(vars) > 0 {
		ctx = ctx.NewChild()
		ctx.Variables = vars
		ctx.Functions = e.base.Functions // what a misspelt name is compared with
		if live {
			ctx.Functions = e.live
		}
	}
	v, diags := e.expr.Value(ctx)
	v, _ = v.UnmarkDeep()
	return v, diags
}

// Schedules are the names of those that it asks whether they are open.
func (e *Expr) Schedules() []string {
	var out []string
	for _, t := range e.CallTime {
		if name, _, ok := step(t, 1); ok && t.RootName() == "schedule" {
			out = append(out, name)
		}
	}
	return out
}

// Meant is " Write group.office …" if a text, written where a destination is
// needed, is near to one, else "".
func (e *Expr) Meant(v cty.Value) string {
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return ""
	}
	return e.meant(v.AsString())
}

// expr prepares an attribute that may mention the call; nil if it is absent
// or in error.
func (f *fields) expr(name string) *Expr {
	e := f.attr(name)
	if e == nil {
		return nil
	}
	sc := f.scope
	sc.call = true
	ctx, ok := f.context(e, sc)
	if !ok {
		return nil
	}
	out := &Expr{expr: e, base: ctx, live: f.live, meant: f.referenceFor, Source: f.source(e.Range()), Ends: f.ends(e, sc)}
	for _, t := range e.Variables() {
		if atCallTime(t) {
			out.CallTime = append(out.CallTime, t)
		}
	}
	out.Mentions = mentions(ctx)
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		if call, ok := n.(*hclsyntax.FunctionCallExpr); ok && call.Name == "extension_number" {
			out.AnyExtension = true
		}
		return nil
	})
	f.exprLeadsTo(out)
	return out
}

// atCallTime says whether a name has its value only while a call runs.
func atCallTime(t hcl.Traversal) bool {
	switch t.RootName() {
	case "call", "match", "schedule":
		return true
	}
	return false
}

// mentions are the destinations that the values of a context point to: what an
// expression names.
func mentions(ctx *hcl.EvalContext) []Destination {
	var out []Destination
	for _, kind := range slices.Sorted(maps.Keys(ctx.Variables)) {
		_ = cty.Walk(ctx.Variables[kind], func(_ cty.Path, v cty.Value) (bool, error) {
			if d := DestinationOf(v); d != nil {
				out = append(out, d)
				return false, nil
			}
			return true, nil
		})
	}
	return out
}

// ends are the destinations that an expression can come to, see [Expr.Ends].
func (f *fields) ends(e hclsyntax.Expression, sc scope) []Destination {
	switch e := e.(type) {
	case *hclsyntax.ParenthesesExpr:
		return f.ends(e.Expression, sc)
	case *hclsyntax.ConditionalExpr:
		return append(f.ends(e.TrueResult, sc), f.ends(e.FalseResult, sc)...)
	}
	ctx, ok := f.context(e, sc)
	if !ok {
		return nil
	}
	if slices.ContainsFunc(e.Variables(), atCallTime) {
		return mentions(ctx)
	}
	v, diags := e.Value(ctx)
	if d := DestinationOf(v); d != nil && !diags.HasErrors() {
		return []Destination{d}
	}
	return nil
}

// source is a piece of the files, in one line.
func (l *loader) source(at hcl.Range) string {
	f := l.cfg.sources[at.Filename]
	if f == nil || !at.CanSliceBytes(f.Bytes) {
		return ""
	}
	lines := strings.Split(string(at.SliceBytes(f.Bytes)), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.Join(lines, " ")
}

// liveFunctions are the functions that act otherwise during a call.
func (l *loader) liveFunctions() map[string]function.Function {
	cfg := l.cfg
	return map[string]function.Function{
		"extension_number": extensionNumber(func(n string) (cty.Value, error) {
			if e, ok := cfg.numbers[n].(*Extension); ok {
				return ValueOf(e), nil
			}
			return ValueOf(&Reject{Cause: "not_found"}), nil
		}),
	}
}

// dialplan reads a dialplan; names holds those that stood before.
func (l *loader) dialplan(b *hclsyntax.Block, names map[string]*hclsyntax.Block) {
	name := b.Labels[0]
	if first, ok := names[name]; ok {
		l.errorAt(b.DefRange(), "Twice the same name", "dialplan %s stands already at %s.", quote(name), place(first.DefRange()))
		return
	}
	names[name] = b
	f := l.fields(b, scope{})
	d := &Dialplan{Place: f.place, Name: name}
	l.cfg.Dialplans = append(l.cfg.Dialplans, d)
	if expr := f.attr("from"); expr == nil {
		l.errorAt(d.Block, "Sources are missing", "dialplan %s does not say whose calls it routes: write from = [extension.NAME, trunk.NAME].", quote(name))
	} else {
		l.from(d, f, expr)
	}
	routes := map[string]*hclsyntax.Block{}
	for _, rb := range b.Body.Blocks {
		if rb.Type != "route" || len(rb.Labels) != 1 {
			continue
		}
		if first, ok := routes[rb.Labels[0]]; ok {
			l.errorAt(rb.DefRange(), "Twice the same name", "route %s stands already at %s.", quote(rb.Labels[0]), place(first.DefRange()))
			continue
		}
		routes[rb.Labels[0]] = rb
		d.Routes = append(d.Routes, l.route(rb))
	}
}

func (l *loader) from(d *Dialplan, f *fields, expr hclsyntax.Expression) {
	elements, whole := f.elements(expr)
	if len(elements) == 0 && whole {
		l.note(hcl.Diagnostics{warningAt(expr.Range(), "No sources", "from is empty, so dialplan %s routes no call.", quote(d.Name))})
	}
	for _, e := range elements {
		src := DestinationOf(e.value)
		if name, ok := pluginOf(e.value); ok {
			src = FromPlugin{name}
		}
		switch src.(type) {
		case *Extension, *Trunk, FromPlugin:
			d.From = append(d.From, src)
			if other := l.dialplanOf(src); other != nil && other != d {
				l.errorAt(e.at, "A source in two dialplans", "%s is a source of dialplan %s already (%s); its calls can follow one dialplan only.", src.Path(), quote(other.Name), place(other.Range("from")))
			}
		case nil:
			if v := e.value; v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
				l.errorAt(e.at, "A source is needed", "from takes extensions, trunks and plugins; this is a text.%s", l.referenceFor(v.AsString()))
				continue
			}
			f.wrong(e.at, "from", "extensions, trunks and plugins", e.value)
		default:
			l.errorAt(e.at, "Cannot call", "Calls come from extensions, trunks and plugins; %s is none.", src.Path())
		}
	}
}

// dialplanOf is the first dialplan that a source is in.
func (l *loader) dialplanOf(src Destination) *Dialplan {
	for _, d := range l.cfg.Dialplans {
		if slices.Contains(d.From, src) {
			return d
		}
	}
	return nil
}

func (l *loader) route(b *hclsyntax.Block) *Route {
	f := l.fields(b, scope{})
	r := &Route{Place: f.place, Name: b.Labels[0]}
	r.Match = l.patterns(f, "match")
	if f.place.Has("match") && len(r.Match) == 0 && f.emptyList("match") {
		l.errorAt(r.Range("match"), "No pattern", "match is an empty list, so the route could never match; leave match out for every number.")
	}
	r.When, r.To, r.Deny = f.expr("when"), f.expr("to"), f.expr("deny")
	r.SetCallerID, r.SetTo = f.expr("set_caller_id"), f.expr("set_to")
	f.follow(&r.Follow)
	f.destination("on_plugin_lost", &r.OnPluginLost)
	f.tools(r)
	switch {
	case f.place.Has("to") && f.place.Has("deny"):
		l.errorAt(r.Range("deny"), "Two ends", "route %s has both to and deny; a call can go one way only.", quote(r.Name))
	case !f.place.Has("to") && !f.place.Has("deny"):
		l.errorAt(r.Block, "No destination", "route %s leads nowhere: write to = DESTINATION, or deny = \"why\".", quote(r.Name))
	}
	if f.place.Has("deny") {
		for _, name := range []string{"set_caller_id", "set_to", "on_plugin_lost", "ring", "no_answer", "busy", "unavailable"} {
			if f.place.Has(name) {
				l.errorAt(r.Range(name), "Without effect", "route %s denies the call, so %s would do nothing.", quote(r.Name), name)
			}
		}
	}
	return r
}

// tools reads who listens to a route's calls.
func (f *fields) tools(r *Route) {
	seen := map[string]Place{}
	for _, b := range f.body.Blocks {
		inner := f.within(b)
		switch {
		case b.Type == "record" && r.Record == nil:
			r.Record = &Record{Place: inner.place}
			inner.prompt("announce", &r.Record.Announce)
			inner.plugin("use", &r.Record.Plugin)
			f.uses(r.Record.Plugin, "tool", "record {}", inner.place.Range("use"))
		case b.Type == "tool" && len(b.Labels) == 1:
			t := &Tool{Place: inner.place, Name: b.Labels[0]}
			if first, ok := seen[t.Name]; ok {
				f.errorAt(b.DefRange(), "Twice the same name", "tool %s stands already at %s.", quote(t.Name), place(first.Block))
				continue
			}
			seen[t.Name] = t.Place
			if t.Name == "record" {
				f.errorAt(b.DefRange(), "A name that is taken", "The tool that records is called record; write record {} for it, or give this one another name.")
			}
			inner.plugin("use", &t.Plugin)
			f.uses(t.Plugin, "tool", "tool "+quote(t.Name), inner.place.Range("use"))
			if !inner.place.Has("use") {
				f.errorAt(b.DefRange(), "A plugin is missing", "tool %s does not say what listens: write use = plugin.NAME.", quote(t.Name))
			}
			r.Tools = append(r.Tools, t)
		}
	}
}

// emptyList says whether an attribute is written as a list without elements.
func (f *fields) emptyList(name string) bool {
	elements, whole := f.elements(f.attr(name))
	return whole && len(elements) == 0
}

// patterns reads patterns: one or a list.
func (l *loader) patterns(f *fields, name string) []Pattern {
	expr := f.attr(name)
	if expr == nil {
		return nil
	}
	var out []Pattern
	elements, _ := f.elements(expr)
	for _, e := range elements {
		switch v := e.value; {
		case v.IsNull():
			l.errorAt(e.at, "No number", "%s is null here: what it names has no number of its own.", name)
		case !v.IsKnown():
		case v.Type().Equals(patternType):
			re := v.EncapsulatedValue().(*regexp.Regexp)
			out = append(out, Pattern{Text: re.String(), Regexp: re, Range: e.at})
		case v.Type() == cty.String:
			out = append(out, Pattern{Text: v.AsString(), Range: e.at})
		case v.Type() == cty.Number:
			l.errorAt(e.at, "Wrong type", "%s takes a pattern in quotes: a number would lose its leading zeros.", name)
		case DestinationOf(v) != nil && slices.Contains(readable[refOf(v).kind], "number"):
			l.errorAt(e.at, "Wrong type", "%s takes a pattern; this is %s. Write %s.number for its number.", name, Describe(v), refOf(v).path)
		default:
			f.wrong(e.at, name, `a pattern such as "1XX", a list of them, or re("…")`, v)
		}
	}
	return out
}
