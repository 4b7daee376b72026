package config

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/gocty"
)

// fields reads the attributes of one block into Go values. Each method leaves
// the default where the attribute is absent, null or in error.
type fields struct {
	*loader
	body  *hclsyntax.Body // nil: the block is not written, all is default
	scope scope
	place Place
	owner Destination // whose attributes they are, nil for the site and routes
}

func (l *loader) fields(b *hclsyntax.Block, sc scope) *fields {
	f := &fields{loader: l, scope: sc, place: Place{attrs: map[string]hcl.Range{}}}
	if b != nil {
		f.body = b.Body
		f.place.Block = b.DefRange()
		for name, attr := range b.Body.Attributes {
			f.place.attrs[name] = attr.Expr.Range()
		}
	}
	return f
}

// within reads a block inside of this one.
func (f *fields) within(b *hclsyntax.Block) *fields {
	inner := f.loader.fields(b, f.scope)
	inner.owner = f.owner
	return inner
}

// attr is an attribute's expression, nil if it is not written.
func (f *fields) attr(name string) hclsyntax.Expression {
	if f.body == nil || f.body.Attributes[name] == nil {
		return nil
	}
	return f.body.Attributes[name].Expr
}

// get evaluates an attribute; false means there is nothing to read.
func (f *fields) get(name string) (cty.Value, hcl.Range, bool) {
	expr := f.attr(name)
	if expr == nil {
		return cty.NilVal, hcl.Range{}, false
	}
	v, ok := f.eval(expr, f.scope)
	v, _ = v.UnmarkDeep()
	return v, expr.Range(), ok && !v.IsNull() && v.IsWhollyKnown()
}

// wrong is the error for a value of another type than the attribute takes.
func (f *fields) wrong(at hcl.Range, name, want string, v cty.Value) {
	f.errorAt(at, "Wrong type", "%s takes %s; this is %s.", name, want, Describe(v))
}

// text reads a text. A number is refused: a telephone number would lose its
// leading zeros.
func (f *fields) text(name, want string, into *string) (hcl.Range, bool) {
	v, at, ok := f.get(name)
	if !ok {
		return at, false
	}
	if v.Type() == cty.Number && textWant[name] != "" {
		f.errorAt(at, "Wrong type", "%s takes %s in quotes: without them it would lose its leading zeros.", name, want)
		return at, false
	}
	if v.Type() != cty.String {
		f.wrong(at, name, want, v)
		return at, false
	}
	*into = v.AsString()
	return at, true
}

// word reads a text that must be one of a few words.
func (f *fields) word(name string, into *string, words []string) {
	var s string
	if at, ok := f.text(name, oneOf(quoteAll(words)...), &s); ok && f.checkWord(at, name, s, words) {
		*into = s
	}
}

func (f *fields) checkWord(at hcl.Range, name, s string, words []string) bool {
	if slices.Contains(words, s) {
		return true
	}
	f.errorAt(at, "Unknown "+name, "%s takes %s; this is %s.%s", name, oneOf(quoteAll(words)...), quote(s), Suggest(s, words))
	return false
}

func quoteAll(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = quote(w)
	}
	return out
}

// integer reads a whole number between two bounds.
func (f *fields) integer(name string, least, most int, into *int) {
	if v, at, ok := f.get(name); ok {
		f.integerIn(element{value: v, at: at}, name, least, most, into)
	}
}

// integerIn is integer for a value that was read already; none is none.
func (f *fields) integerIn(e element, name string, least, most int, into *int) {
	v, at := e.value, e.at
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() {
		return
	}
	var n int
	if num, err := convert.Convert(v, cty.Number); err != nil || v.Type() == cty.Bool || gocty.FromCtyValue(num, &n) != nil {
		f.errorAt(at, "Wrong type", "%s takes a whole number; this is %s.", name, describeNumber(v))
		return
	}
	if n < least || n > most {
		f.errorAt(at, "Out of range", "%s takes %d to %d; this is %d.", name, least, most, n)
		return
	}
	*into = n
}

func describeNumber(v cty.Value) string {
	if v.Type() == cty.Number {
		return "a number that is not whole, or too large"
	}
	return Describe(v)
}

func (f *fields) boolean(name string, into *bool) {
	v, at, ok := f.get(name)
	if !ok {
		return
	}
	if v.Type() != cty.Bool {
		f.wrong(at, name, "true or false", v)
		return
	}
	*into = v.True()
}

// duration reads a time span such as "20s" between two bounds.
func (f *fields) duration(name string, least, most time.Duration, into *time.Duration) {
	var s string
	if at, ok := f.text(name, `a time such as "20s"`, &s); ok {
		f.checkDuration(at, name, s, least, most, into)
	}
}

func (f *fields) checkDuration(at hcl.Range, name, s string, least, most time.Duration, into *time.Duration) {
	d, err := parseDuration(s)
	switch {
	case err != nil:
		f.errorAt(at, "Not a time", `%s takes a time such as "20s" or "1m30s"; this is %s.`, name, quote(s))
	case d < least || d > most:
		f.errorAt(at, "Out of range", "%s takes %s to %s; this is %s.", name, least, most, s)
	default:
		*into = d
	}
}

// parseDuration reads "1m30s", or days: "90d".
func parseDuration(s string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		return time.Duration(n) * 24 * time.Hour, err
	}
	return time.ParseDuration(s)
}

// element is one element of a list, with its own place if it has one.
type element struct {
	value cty.Value
	at    hcl.Range
	expr  hclsyntax.Expression // nil if it is part of a larger one
}

// flat lays a list flat, see flat. Elements that are written out keep their
// places.
func (e element) flat() []element {
	all := flat(e.value, e.at)
	if tuple, ok := e.expr.(*hclsyntax.TupleConsExpr); ok && len(tuple.Exprs) == len(all) {
		for i, part := range tuple.Exprs {
			all[i].at = part.Range()
		}
	}
	return all
}

// elements evaluates a list element by element, so that each error stands
// where its element does. A single value is a list of one; sets, maps and
// lists within are laid flat. False: some are missing, and why was noted.
func (f *fields) elements(expr hclsyntax.Expression) (all []element, whole bool) {
	if tuple, ok := expr.(*hclsyntax.TupleConsExpr); ok {
		whole = true
		for _, e := range tuple.Exprs {
			some, ok := f.elements(e)
			all, whole = append(all, some...), whole && ok
		}
		return all, whole
	}
	v, ok := f.eval(expr, f.scope)
	v, _ = v.UnmarkDeep()
	if !ok {
		return nil, false
	}
	return flat(v, expr.Range()), true
}

func flat(v cty.Value, at hcl.Range) []element {
	t := v.Type()
	listing := t.IsTupleType() || t.IsListType() || t.IsSetType() || t.IsMapType() || t.IsObjectType() && !t.Equals(DestinationType)
	if v.IsNull() || !v.IsKnown() || !listing {
		return []element{{value: v, at: at}}
	}
	var all []element
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		all = append(all, flat(e, at)...)
	}
	return all
}

// texts reads a list of texts. False: some are missing, and why was noted.
func (f *fields) texts(name, want string) (out []string, places []hcl.Range, whole bool) {
	expr := f.attr(name)
	if expr == nil {
		return nil, nil, true
	}
	elements, whole := f.elements(expr)
	for _, e := range elements {
		if e.value.IsNull() || !e.value.IsKnown() || e.value.Type() != cty.String {
			f.wrong(e.at, name, want, e.value)
			whole = false
			continue
		}
		out = append(out, e.value.AsString())
		places = append(places, e.at)
	}
	return out, places, whole
}

// destination reads one destination.
func (f *fields) destination(name string, into *Destination) {
	if v, at, ok := f.get(name); ok {
		f.destinationIn(element{value: v, at: at}, name, into)
	}
}

// destinationIn is destination for a value that was read already.
func (f *fields) destinationIn(e element, name string, into *Destination) {
	if d := DestinationOf(e.value); d != nil {
		*into = d
		if !f.scope.test {
			f.leadsTo(d, e.at)
		}
		return
	}
	f.note(hcl.Diagnostics{f.notDestination(e.at, name, e.value)})
}

// textIn reads a text from a value that was read already; none is none.
func (f *fields) textIn(e element, name, want string, into *string) bool {
	switch {
	case e.value == cty.NilVal || e.value.IsNull() || !e.value.IsKnown():
		return false
	case e.value.Type() != cty.String:
		f.wrong(e.at, name, want, e.value)
		return false
	}
	*into = e.value.AsString()
	return true
}

// item is one attribute of an object that an attribute holds.
type item struct {
	name   string
	nameAt hcl.Range
	element
}

// items evaluates an object item by item, so that each error stands where its
// item does. The places are kept as "attribute.item".
func (f *fields) items(name string) ([]item, bool) {
	expr := f.attr(name)
	if expr == nil {
		return nil, false
	}
	var out []item
	if object, ok := expr.(*hclsyntax.ObjectConsExpr); ok {
		for _, i := range object.Items {
			key, ok := f.eval(i.KeyExpr, f.scope)
			if !ok || key.IsNull() || !key.IsKnown() || key.Type() != cty.String {
				continue // and why was noted
			}
			v, ok := f.eval(i.ValueExpr, f.scope)
			v, _ = v.UnmarkDeep()
			k := key.AsString()
			f.place.attrs[name+"."+k] = i.ValueExpr.Range()
			if ok {
				out = append(out, item{k, i.KeyExpr.Range(), element{v, i.ValueExpr.Range(), i.ValueExpr}})
			}
		}
		return out, true
	}
	v, at, ok := f.get(name)
	if !ok {
		return nil, false
	}
	if t := v.Type(); !t.IsObjectType() && !t.IsMapType() || t.Equals(DestinationType) {
		f.wrong(at, name, "{ NAME = VALUE, … }", v)
		return nil, false
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		f.place.attrs[name+"."+k.AsString()] = at
		out = append(out, item{k.AsString(), at, element{value: e, at: at}})
	}
	return out, true
}

// object is items by name, of the names that it may have.
func (f *fields) object(name string, known ...string) (map[string]element, bool) {
	items, ok := f.items(name)
	out := map[string]element{}
	for _, i := range items {
		if !slices.Contains(known, i.name) {
			f.errorAt(i.nameAt, "Unknown name", "%s has no %s; it has %s.%s", name, i.name, strings.Join(known, ", "), Suggest(i.name, known))
			continue
		}
		out[i.name] = i.element
	}
	return out, ok
}

// notDestination is the error for anything else where a destination is needed.
func (l *loader) notDestination(at hcl.Range, name string, v cty.Value) *hcl.Diagnostic {
	const want = "a destination, such as group.office"
	if v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
		return errorAt(at, "A destination is needed", "%s takes %s; this is a text.%s", name, want, l.referenceFor(v.AsString()))
	}
	if t := v.Type(); (t.IsMapType() || t.IsTupleType()) && v.IsKnown() && !v.IsNull() && v.LengthInt() > 0 {
		for it := v.ElementIterator(); it.Next(); {
			if _, e := it.Element(); DestinationOf(e) != nil {
				return errorAt(at, "One destination is needed", "%s takes one destination; this is a list of them. A group rings several: put them into its members.", name)
			}
		}
	}
	if v.Type().Equals(promptType) {
		return errorAt(at, "A destination is needed", "%s takes %s; this is a prompt. To have it played, write play(…) around it.", name, want)
	}
	return errorAt(at, "A destination is needed", "%s takes %s; this is %s.", name, want, Describe(v))
}

// referenceFor suggests the reference that a text was meant to be: its name,
// its path or its number.
func (l *loader) referenceFor(text string) string {
	var paths []string
	for _, kind := range referable {
		if kind == "schedule" || kind == "plugin" {
			continue
		}
		if n := l.nodes[kind][text]; n != nil {
			if n.each {
				for _, i := range n.instances {
					return " Write " + i.ref.path + "."
				}
			}
			return " Write " + kind + "." + text + ", without quotes."
		}
		for _, n := range l.nodes[kind] {
			for _, i := range n.instances {
				paths = append(paths, i.ref.path)
			}
		}
	}
	if d, ok := l.cfg.numbers[text]; ok {
		return " Write " + d.Path() + ", which has this number."
	}
	if hint := Suggest(text, paths); hint != "" {
		return strings.TrimSuffix(strings.Replace(hint, "Did you mean", "Write", 1), "?") + ", without quotes."
	}
	return ""
}

// follow reads what follows when a destination is not answered.
func (f *fields) follow(into *Follow) {
	f.duration("ring", time.Second, time.Hour, &into.Ring)
	f.destination("no_answer", &into.NoAnswer)
	f.destination("busy", &into.Busy)
	f.destination("unavailable", &into.Unavailable)
}
