package config

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// sensitiveMark marks values that come from a sensitive variable.
type sensitiveMark struct{}

// scope is what an expression may mention besides blocks.
type scope struct {
	each *instance // each.key and each.value, if it has for_each
	call bool      // call.*, match.* and schedule.*.open
	test bool      // emergency
}

// eval evaluates an expression; false means that an error was noted, here or
// where a value that it needs is made.
func (l *loader) eval(expr hcl.Expression, sc scope) (cty.Value, bool) {
	ctx, ok := l.context(expr, sc)
	if !ok {
		return cty.DynamicVal, false
	}
	v, diags := expr.Value(ctx)
	l.note(diags)
	return v, !diags.HasErrors()
}

// context holds what an expression mentions, and nothing more.
func (l *loader) context(expr hcl.Expression, sc scope) (*hcl.EvalContext, bool) {
	b := contextBuilder{loader: l, scope: sc, needs: map[*node]*need{}, roots: map[string]map[string]cty.Value{}, ok: true}
	for _, t := range expr.Variables() {
		b.add(t)
	}
	if !b.ok {
		return nil, false
	}
	ctx := &hcl.EvalContext{Variables: map[string]cty.Value{}, Functions: l.funcs}
	for n, need := range b.needs {
		v, ok := b.value(n, need)
		if !ok {
			return nil, false
		}
		b.put(n.kind, n.label, v)
	}
	if b.emergency != cty.NilVal {
		ctx.Variables["emergency"] = b.emergency
	}
	for root, attrs := range b.roots {
		ctx.Variables[root] = cty.ObjectVal(attrs)
	}
	if sc.each != nil && sc.each.node.each {
		ctx.Variables["each"] = sc.each.vars
	}
	return ctx, true
}

// need is which parts of a node an expression mentions.
type need struct {
	whole bool // all instances
	keys  map[string]*attrNeed
	at    hcl.Range
}

type attrNeed struct {
	whole bool
	names []string
}

type contextBuilder struct {
	*loader
	scope scope
	needs map[*node]*need
	roots map[string]map[string]cty.Value
	ok    bool
	// emergency is the value of emergency, if it is mentioned.
	emergency cty.Value
}

func (b *contextBuilder) fail(d *hcl.Diagnostic) {
	b.ok = false
	b.note(hcl.Diagnostics{d})
}

// step is the name that a traversal takes at i: .name or ["name"].
func step(t hcl.Traversal, i int) (name string, at hcl.Range, ok bool) {
	if i >= len(t) {
		return "", t.SourceRange(), false
	}
	switch s := t[i].(type) {
	case hcl.TraverseAttr:
		return s.Name, s.SrcRange, true
	case hcl.TraverseIndex:
		if key, err := convert.Convert(s.Key, cty.String); err == nil && key.IsKnown() && !key.IsNull() {
			return key.AsString(), s.SrcRange, true
		}
		return "", s.SrcRange, false
	}
	return "", t.SourceRange(), false
}

// add checks one mention and notes what it needs.
func (b *contextBuilder) add(t hcl.Traversal) {
	root := t.RootName()
	switch {
	case root == "var" || root == "local":
		b.addNamed(root, t)
	case root == "each":
		if b.scope.each == nil || !b.scope.each.node.each {
			b.fail(errorAt(t.SourceRange(), "each is not known here", "each.key and each.value are known in a block with for_each."))
		} else if name, at, ok := step(t, 1); !ok || name != "key" && name != "value" {
			b.fail(errorAt(at, "Unknown name", "each has key and value only.%s", Suggest(name, []string{"key", "value"})))
		}
	case root == "call" || root == "match":
		if !b.scope.call {
			b.fail(errorAt(t.SourceRange(), root+" is not known here", "%s.* is known only while a call runs: in when, to, deny, set_caller_id and set_to of a route.", root))
		}
	case root == "emergency":
		b.addEmergency(t)
	case root == "schedule":
		b.addSchedule(t)
	case readable[root] != nil:
		b.addNode(root, t)
	default:
		b.fail(b.unknownRoot(root, t.SourceRange()))
	}
}

// unknownRoot is the error for a name that begins with nothing we know.
func (l *loader) unknownRoot(root string, at hcl.Range) *hcl.Diagnostic {
	names := append([]string{"var", "local", "each", "call", "match"}, referable...)
	hint := Suggest(root, names)
	if hint == "" {
		// A text without its quotes, or a label without its type.
		for _, kind := range referable {
			if _, ok := l.nodes[kind][root]; ok {
				hint = " Did you mean " + kind + "." + root + "?"
				break
			}
		}
	}
	if hint == "" {
		hint = " A text stands in quotes."
	}
	return errorAt(at, "Unknown name", "There is no %s.%s", root, hint)
}

// addNamed takes var.x and local.x.
func (b *contextBuilder) addNamed(root string, t hcl.Traversal) {
	name, at, ok := step(t, 1)
	if !ok {
		b.fail(errorAt(at, "A name is missing", "%s alone is not a value: write %s.NAME.", root, root))
		return
	}
	var v cty.Value
	if root == "var" {
		v, ok = b.variable(name, t.SourceRange())
	} else {
		v, ok = b.local(name, t.SourceRange())
	}
	if !ok {
		b.ok = false
		return
	}
	b.put(root, name, v)
}

// addNode takes extension.x, extension.x["key"], group.x.number and the like.
func (b *contextBuilder) addNode(kind string, t hcl.Traversal) {
	label, at, ok := step(t, 1)
	if !ok {
		b.fail(errorAt(at, "A name is missing", "%s alone is not a value: write %s.NAME.", kind, kind))
		return
	}
	label, access := strings.CutSuffix(label, accessSuffix)
	n := b.nodes[kind][label]
	if n == nil {
		b.fail(errorAt(t.SourceRange(), "Unknown "+kind, "There is no %s.%s.%s", kind, label, b.suggestNode(kind, label)))
		return
	}
	if !b.expand(n, t.SourceRange()) {
		b.ok = false
		return
	}
	if access {
		b.addAccess(n, t)
		return
	}
	w := b.needs[n]
	if w == nil {
		w = &need{keys: map[string]*attrNeed{}}
		b.needs[n] = w
	}
	w.at = t.SourceRange()
	next, key := 2, ""
	if n.each {
		name, at, ok := step(t, 2)
		if !ok {
			w.whole = true
			return
		}
		if n.find(name) == nil {
			b.fail(errorAt(at, "Unknown "+kind, "There is no %s.%s[%s].%s", kind, label, quote(name), n.suggestKey(name)))
			return
		}
		next, key = 3, name
	}
	if w.keys[key] == nil {
		w.keys[key] = &attrNeed{}
	}
	a := w.keys[key]
	if next >= len(t) {
		a.whole = true
		return
	}
	name, at, ok := step(t, next)
	switch {
	case ok && slices.Contains(readable[kind], name):
		a.names = append(a.names, name)
	case ok && !n.each && isIndex(t[next]):
		b.fail(errorAt(at, "Not a set", "%s.%s has no for_each: write %s.%s, without an index.", kind, label, kind, label))
	default:
		b.fail(notReadable(kind, label, name, at))
	}
}

// accessSuffix marks the label of voicemail.x.access.
const accessSuffix = ".access"

// joinAccess makes voicemail.x.access one name of two steps. It is a
// destination of its own, and all destinations have one type: none can be an
// attribute of another.
func joinAccess(body *hclsyntax.Body) {
	_ = hclsyntax.VisitAll(body, func(n hclsyntax.Node) hcl.Diagnostics {
		e, ok := n.(*hclsyntax.ScopeTraversalExpr)
		if !ok || e.Traversal.RootName() != "voicemail" {
			return nil
		}
		label, at, ok := step(e.Traversal, 1)
		access, end, also := step(e.Traversal, 2)
		if ok && also && access == "access" {
			joined := hcl.TraverseAttr{Name: label + accessSuffix, SrcRange: hcl.RangeBetween(at, end)}
			e.Traversal = append(hcl.Traversal{e.Traversal[0], joined}, e.Traversal[3:]...)
		}
		return nil
	})
}

// addAccess takes voicemail.x.access.
func (b *contextBuilder) addAccess(n *node, t hcl.Traversal) {
	if len(t) > 2 {
		b.fail(errorAt(t[2].SourceRange(), "Cannot be read", "Nothing can be read from %s: write %s.", n.path()+accessSuffix, n.path()+accessSuffix))
		return
	}
	b.put(n.kind, n.label+accessSuffix, ValueOf(n.instances[0].ref.dest.(*Voicemail).Access()))
}

// put makes a value known as root.name.
func (b *contextBuilder) put(root, name string, v cty.Value) {
	if b.roots[root] == nil {
		b.roots[root] = map[string]cty.Value{}
	}
	b.roots[root][name] = v
}

// addSchedule takes schedule.x.open.
func (b *contextBuilder) addSchedule(t hcl.Traversal) {
	label, at, ok := step(t, 1)
	if !ok {
		b.fail(errorAt(at, "A name is missing", "%s alone is not a value: write %s.NAME.", "schedule", "schedule"))
		return
	}
	n := b.nodes["schedule"][label]
	if n == nil {
		b.fail(errorAt(t.SourceRange(), "Unknown schedule", "There is no %s.%s.%s", "schedule", label, b.suggestNode("schedule", label)))
		return
	}
	name, at, ok := step(t, 2)
	switch {
	case !ok || len(t) > 3:
		b.fail(errorAt(t.SourceRange(), "Not a value", "A schedule is open or not: write when = %s.open in a route.", n.path()))
	case name != "open":
		b.fail(notReadable("schedule", label, name, at))
	case !b.scope.call:
		b.fail(errorAt(t.SourceRange(), "Not known here", "Whether %s is open is known only while a call runs: in when, to, deny, set_caller_id and set_to of a route.", n.path()))
	default:
		b.put("schedule", label, cty.UnknownVal(scheduleType))
	}
}

// addEmergency takes emergency, which a test expects.
func (b *contextBuilder) addEmergency(t hcl.Traversal) {
	switch {
	case !b.scope.test:
		b.fail(errorAt(t.SourceRange(), "Not a destination", "No route leads to emergency: calls of extensions to its numbers go there before any dialplan. Name its trunk or failover."))
	case b.cfg.Emergency == nil:
		b.fail(errorAt(t.SourceRange(), "Unknown name", "There is no emergency { … }."))
	case len(t) > 1:
		b.fail(errorAt(t.SourceRange(), "Cannot be read", "Nothing can be read from %s: write %s.", "emergency", "emergency"))
	default:
		b.emergency = ValueOf(b.cfg.Emergency)
	}
}

func isIndex(t hcl.Traverser) bool {
	_, ok := t.(hcl.TraverseIndex)
	return ok
}

func notReadable(kind, label, name string, at hcl.Range) *hcl.Diagnostic {
	can := readable[kind]
	path := kind + "." + label
	switch {
	case len(can) == 0:
		return errorAt(at, "Cannot be read", "Nothing can be read from %s: write %s.", path, path)
	case slices.Contains(blockTypes[kind].attrs, name):
		return errorAt(at, "Cannot be read", "%s cannot be read from %s; %s can.", name, path, strings.Join(can, ", "))
	default:
		return errorAt(at, "Unknown attribute", "There is nothing called %s in %s.%s", name, path, Suggest(name, can))
	}
}

// suggestNode finds a near name, of the same type first.
func (l *loader) suggestNode(kind, label string) string {
	var same []string
	for name := range l.nodes[kind] {
		same = append(same, kind+"."+name)
	}
	for _, other := range referable {
		if other != kind && l.nodes[other][label] != nil {
			return " Did you mean " + other + "." + label + "?"
		}
	}
	if len(same) == 0 {
		return " No " + kind + " is configured."
	}
	return Suggest(kind+"."+label, same)
}

// value makes the value of a node, as far as it is needed.
func (b *contextBuilder) value(n *node, need *need) (cty.Value, bool) {
	elems := map[string]cty.Value{}
	for _, i := range n.instances {
		a := need.keys[i.key]
		switch {
		case need.whole || a != nil && a.whole:
			a = &attrNeed{names: readable[n.kind]}
		case a == nil:
			continue
		}
		attrs := map[string]cty.Value{}
		for _, name := range readable[n.kind] {
			attrs[name] = cty.UnknownVal(cty.String)
		}
		for _, name := range a.names {
			v, ok := b.text(i, name, need.at)
			if !ok {
				return cty.DynamicVal, false
			}
			attrs[name] = v
		}
		elems[i.key] = refValue(i.ref, attrs)
	}
	switch {
	case !n.each:
		return elems[""], true
	case len(elems) == 0:
		return cty.MapValEmpty(DestinationType), true
	default:
		return cty.MapVal(elems), true
	}
}

// once makes a value the first time it is asked for. A value that is asked
// for while it is made goes in a circle.
func (l *loader) once(name string, at hcl.Range, make func() (cty.Value, bool)) (cty.Value, bool) {
	if m, ok := l.made[name]; ok {
		return m.value, m.ok
	}
	if i := slices.Index(l.making, name); i >= 0 {
		circle := append(slices.Clone(l.making[i:]), name)
		l.note(hcl.Diagnostics{errorAt(at, "Goes in a circle", "These need each other, so none of them has a value: %s.", strings.Join(circle, " → "))})
		return cty.DynamicVal, false
	}
	l.making = append(l.making, name)
	v, ok := make()
	l.making = l.making[:len(l.making)-1]
	l.made[name] = made{v, ok}
	return v, ok
}

type made struct {
	value cty.Value
	ok    bool
}

// local is the value of local.name.
func (l *loader) local(name string, at hcl.Range) (cty.Value, bool) {
	attr := l.locals[name]
	if attr == nil {
		var names []string
		for n := range l.locals {
			names = append(names, "local."+n)
		}
		l.note(hcl.Diagnostics{errorAt(at, "Unknown local", "There is no local.%s.%s", name, Suggest("local."+name, names))})
		return cty.DynamicVal, false
	}
	return l.once("local."+name, at, func() (cty.Value, bool) { return l.eval(attr.Expr, scope{}) })
}
