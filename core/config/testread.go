package config

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// tests reads the test blocks. What they expect is known by then.
func (l *loader) tests(blocks []*hclsyntax.Block) {
	names := map[string]*hclsyntax.Block{}
	for _, b := range blocks {
		if b.Type != "test" {
			continue
		}
		if first, ok := names[b.Labels[0]]; ok {
			l.errorAt(b.DefRange(), "Twice the same name", "test %s stands already at %s.", quote(b.Labels[0]), place(first.DefRange()))
			continue
		}
		names[b.Labels[0]] = b
		l.test(l.fields(b, scope{}), b.Labels[0])
	}
}

// test reads a test block.
func (l *loader) test(f *fields, label string) {
	f.scope.test = true
	t := &Test{Place: f.place, Name: label}
	l.cfg.Tests = append(l.cfg.Tests, t)
	if call, ok := f.object("call", "on", "from", "to", "at"); ok {
		l.testCall(t, f, call)
	} else if !f.place.Has("call") {
		l.errorAt(f.place.Block, "A call is missing", `The test makes no call: write call = { on = extension.NAME, to = "…" }.`)
	}
	f.given(&t.Given)
	expect, ok := f.object("expect", "path", "tools", "caller_id", "to", "cause", "record")
	if !ok {
		if !f.place.Has("expect") {
			l.errorAt(f.place.Block, "Nothing is expected", "The test checks nothing: write expect = { path = […] }.")
		}
		return
	}
	if len(expect) == 0 && !f.place.hasWithin("expect") {
		l.errorAt(f.place.Range("expect"), "Nothing is expected", "The test checks nothing: write expect = { path = […] }.")
	}
	f.expect(&t.Expect, expect)
}

func (l *loader) testCall(t *Test, f *fields, call map[string]element) {
	for _, need := range []string{"on", "to"} {
		if _, ok := call[need]; !ok {
			l.errorAt(f.place.Range("call"), "A setting is missing", "call needs %s: { on = extension.NAME, trunk.NAME or plugin.NAME, to = what is dialled }.", need)
		}
	}
	if on, ok := call["on"]; ok {
		if name, ok := pluginOf(on.value); ok {
			t.Call.On = FromPlugin{name}
		} else {
			f.destinationIn(on, "on", &t.Call.On)
		}
		switch t.Call.On.(type) {
		case *Extension, *Trunk, FromPlugin, nil:
		default:
			l.errorAt(on.at, "Cannot call", "Calls come from extensions, trunks and plugins; %s is none.", t.Call.On.Path())
		}
	}
	f.textIn(call["from"], "from", "a number in quotes", &t.Call.From)
	f.textIn(call["to"], "to", "a number in quotes", &t.Call.To)
	var at string
	if e := call["at"]; f.textIn(e, "at", `a time such as "2026-03-10 10:00"`, &at) {
		var err error
		if t.Call.At, err = ParseMoment(at, l.cfg.PBX.Timezone); err != nil {
			l.errorAt(e.at, "Not a time", `at takes a time such as "2026-03-10 10:00", in pbx.timezone; this is %s.`, quote(at))
		}
	}
}

// ParseMoment reads the time of a call: "2026-03-10 10:00", with seconds, or as
// RFC 3339. It is in the timezone in, unless it says another.
func ParseMoment(text string, in *time.Location) (time.Time, error) {
	for _, form := range []string{"2006-01-02 15:04", time.DateTime, time.RFC3339} {
		if t, err := time.ParseInLocation(form, text, in); err == nil {
			return t.In(in), nil
		}
	}
	return time.Time{}, fmt.Errorf(`%s is not a time such as "2026-03-10 10:00", in pbx.timezone`, quote(text))
}

// What can be given of a destination in a test, of a trunk besides a SIP
// status, and of a schedule.
var (
	Outcomes         = []string{"answer", "no_answer", "busy", "unavailable", "declined", "do_not_disturb"}
	TrunkOutcomes    = append(slices.Clone(Outcomes), "timeout", "unregistered")
	ScheduleOutcomes = []string{"open", "closed"}
)

// given reads what the world does.
func (f *fields) given(g *Given) {
	items, ok := f.items("given")
	if !ok {
		return
	}
	for _, i := range items {
		if i.name == "keys" {
			if f.textIn(i.element, "keys", "keys in quotes", &g.Keys) {
				for _, r := range g.Keys {
					if (r < '0' || r > '9') && r != '*' && r != '#' && r != ' ' && r != ',' {
						f.errorAt(i.at, "Not keys", "keys takes what the caller presses, 0 to 9, * and #; this is %s.", quote(g.Keys))
						break
					}
				}
			}
			continue
		}
		of := f.named(i.name, i.nameAt)
		if of == nil {
			continue
		}
		o := Outcome{Of: of, Range: i.at}
		var what string
		if !f.textIn(i.element, i.name, `an outcome such as "no_answer"`, &what) {
			continue
		}
		words := Outcomes
		switch of.(type) {
		case *Schedule:
			words = ScheduleOutcomes
		case *Trunk:
			words = TrunkOutcomes
			if n, err := strconv.Atoi(what); err == nil && n >= 300 && n <= 699 {
				o.Status = n
				g.Outcomes = append(g.Outcomes, o)
				continue
			}
		}
		if f.checkWord(i.at, "outcome of "+i.name, what, words) {
			o.What = what
			g.Outcomes = append(g.Outcomes, o)
		}
	}
}

// named is what a text such as "group.office" names; nil if there is no such,
// which was noted then.
func (f *fields) named(name string, at hcl.Range) Destination {
	inner := at.Start
	inner.Byte, inner.Column = inner.Byte+1, inner.Column+1 // behind the quote
	expr, diags := hclsyntax.ParseExpression([]byte(name), at.Filename, inner)
	t, isName := expr.(*hclsyntax.ScopeTraversalExpr)
	if diags.HasErrors() || !isName {
		f.errorAt(at, "Not a name", `given takes keys, and destinations and schedules by name, such as "group.office"; this is %s.`, quote(name))
		return nil
	}
	if label, _, ok := step(t.Traversal, 1); ok && t.Traversal.RootName() == "schedule" && len(t.Traversal) == 2 && f.nodes["schedule"][label] != nil {
		return f.nodes["schedule"][label].instances[0].ref.dest
	}
	if t.Traversal.RootName() == "emergency" {
		f.errorAt(at, "Not a name", "emergency has no outcome of its own: give one to its trunk.")
		return nil
	}
	v, ok := f.eval(t, f.scope)
	if !ok {
		return nil
	}
	var d Destination
	f.destinationIn(element{value: v, at: at}, name, &d)
	return d
}

// expect reads what shall come of the call.
func (f *fields) expect(e *Expect, written map[string]element) {
	if path, ok := written["path"]; ok {
		for _, el := range path.flat() {
			var d Destination
			f.destinationIn(el, "path", &d)
			if d != nil {
				e.Path = append(e.Path, d)
			}
		}
	}
	if tools, ok := written["tools"]; ok {
		known := f.toolNames()
		for _, el := range tools.flat() {
			if el.value.IsNull() || el.value.Type() != cty.String {
				f.wrong(el.at, "tools", "names of tool blocks", el.value)
				continue
			}
			name := el.value.AsString()
			if !slices.Contains(known, name) {
				f.errorAt(el.at, "Unknown tool", "No route has a tool %s { … }.%s", quote(name), Suggest(name, known))
			}
			e.Tools = append(e.Tools, name)
		}
	}
	f.textIn(written["caller_id"], "caller_id", "a number in quotes", &e.CallerID)
	f.textIn(written["to"], "to", "a number in quotes", &e.To)
	if cause, ok := written["cause"]; ok && f.textIn(cause, "cause", "the name of a cause", &e.Cause) {
		f.checkWord(cause.at, "cause", e.Cause, append([]string{"normal", "failed"}, Causes...))
	}
	if record, ok := written["record"]; ok {
		if record.value.IsNull() || record.value.Type() != cty.Bool {
			f.wrong(record.at, "record", "true or false", record.value)
			return
		}
		e.Record = record.value.True()
	}
}

// toolNames are the tools of all routes.
func (l *loader) toolNames() (names []string) {
	for _, d := range l.cfg.Dialplans {
		for _, r := range d.Routes {
			for _, t := range r.Tools {
				names = append(names, t.Name)
			}
		}
	}
	return names
}
