package config

import (
	"fmt"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Difference is a block that two configurations do not have alike.
type Difference struct {
	What Change
	Kind string // the type of the block: "extension", "route"
	Name string // its label: "anna", "staff/anna"; "" if it has none
	// Path is how it is found: `extension.staff["anna"]`,
	// "dialplan.internal.route.out", "media".
	Path string
	// Attributes are those of a changed block that are not as they were.
	Attributes []Attribute
	// Range is where the block stands; a removed one in the old files.
	Range hcl.Range
}

// Change is what became of a block.
type Change string

// The changes.
const (
	Added   Change = "added"
	Removed Change = "removed"
	Changed Change = "changed"
)

// Attribute is an attribute with another value than before, both as they can be
// shown: secrets and the values of sensitive variables are hidden.
type Attribute struct{ Name, Old, New string }

// Diff compares what two configurations mean, not how they are written: an
// attribute that is set to its default is as one that is left out. The order is
// that of the kinds in [Config], and of the blocks in the files.
func Diff(old, now *Config) []Difference {
	d := &differ{old: old, now: now}
	o, n := reflect.ValueOf(old).Elem(), reflect.ValueOf(now).Elem()
	for _, f := range reflect.VisibleFields(o.Type()) {
		was, is := o.FieldByIndex(f.Index), n.FieldByIndex(f.Index)
		name := snake(f.Name)
		switch {
		case !f.IsExported() || f.Type == reflect.TypeFor[[]Planned]() || f.Type.Kind() == reflect.String:
		case f.Type.Kind() == reflect.Slice:
			d.blocks(was, is, singular(name), "")
		default:
			d.block(was, is, name, "", name)
		}
	}
	return d.found
}

type differ struct {
	old, now *Config
	found    []Difference
}

// blocks compares lists of blocks with names.
func (d *differ) blocks(was, is reflect.Value, kind, within string) {
	olds, news := named(was), named(is)
	for i := range is.Len() {
		b := is.Index(i)
		d.block(olds[labelOf(b)], b, kind, labelOf(b), pathOf(b, kind, within))
	}
	for i := range was.Len() {
		if b := was.Index(i); !news[labelOf(b)].IsValid() {
			d.block(b, reflect.Value{}, kind, labelOf(b), pathOf(b, kind, within))
		}
	}
}

// block compares a block, one of which may be none.
func (d *differ) block(was, is reflect.Value, kind, name, path string) {
	was, is = target(was), target(is)
	diff := Difference{Kind: kind, Name: name, Path: path, What: Changed}
	switch {
	case !was.IsValid() && !is.IsValid():
		return
	case !was.IsValid():
		diff.What, diff.Range = Added, blockRange(is)
		d.found = append(d.found, diff)
		return
	case !is.IsValid():
		diff.What, diff.Range = Removed, blockRange(was)
		d.found = append(d.found, diff)
		return
	}
	at := len(d.found)
	d.fields(&diff, was, is)
	if len(diff.Attributes) > 0 {
		diff.Range = blockRange(is)
		d.found = slices.Insert(d.found, at, diff)
	}
}

// fields compares the attributes of two blocks, and the blocks in them.
func (d *differ) fields(diff *Difference, was, is reflect.Value) {
	for i := range is.NumField() {
		f := is.Type().Field(i)
		o, n := was.Field(i), is.Field(i)
		switch {
		case !f.IsExported() || f.Type == placeType || f.Type == rangeType || slices.Contains(identity, f.Name):
		case f.Type == soundType && diff.Kind != "media" && reflect.DeepEqual(o.Interface(), d.old.Media.Sound) && reflect.DeepEqual(n.Interface(), d.now.Media.Sound):
			// Both times it has the site's, whose change is told once.
		case f.Anonymous:
			d.fields(diff, o, n)
		case isBlocks(f.Type):
			d.blocks(o, n, singular(snake(f.Name)), diff.Path)
			if was, is := labels(o), labels(n); was != is && len(named(o)) == len(named(n)) && sameNames(o, n) {
				diff.Attributes = append(diff.Attributes, Attribute{"the order of its " + snake(f.Name), was, is})
			}
		case isBlock(f.Type):
			d.block(o, n, snake(f.Name), "", diff.Path+"."+snake(f.Name))
		case print(o, true) != print(n, true):
			diff.Attributes = append(diff.Attributes, d.attribute(attributeName(is.Type().Name(), f.Name), printBeside(o, n), printBeside(n, o)))
		}
	}
}

// attribute hides what must not be seen, whichever configuration says so.
func (d *differ) attribute(name, old, now string) Attribute {
	show := func(s string) string {
		const most = 120
		s = d.old.Redact(d.now.Redact(s))
		if r := []rune(s); len(r) > most {
			s = string(r[:most]) + "…"
		}
		return s
	}
	a := Attribute{name, show(old), show(now)}
	if a.Old == a.New { // it is hidden, too long, or what it names has changed
		a.New += " (another value)"
	}
	return a
}

var (
	placeType       = reflect.TypeFor[Place]()
	rangeType       = reflect.TypeFor[hcl.Range]()
	soundType       = reflect.TypeFor[Sound]()
	destinationType = reflect.TypeFor[Destination]()
	// identity are the fields that make a block the one that it is.
	identity = []string{"Name", "Label", "Key"}
)

// hasPlace says whether a type is that of a block.
func hasPlace(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return false
	}
	f, ok := t.FieldByName("Place")
	return ok && f.Type == placeType
}

// isBlock says whether a field is a block in a block, and not a reference to
// one elsewhere.
func isBlock(t reflect.Type) bool { return hasPlace(t) && !t.Implements(destinationType) }

// isBlocks says whether a field is a list of blocks with names.
func isBlocks(t reflect.Type) bool {
	if t.Kind() != reflect.Slice || !isBlock(t.Elem()) {
		return false
	}
	e := t.Elem()
	if e.Kind() == reflect.Pointer {
		e = e.Elem()
	}
	_, ok := e.FieldByName("Name")
	return ok
}

// target follows a pointer; nothing for nil.
func target(v reflect.Value) reflect.Value {
	if v.IsValid() && v.Kind() == reflect.Pointer {
		return v.Elem()
	}
	return v
}

func labelOf(block reflect.Value) string { return target(block).FieldByName("Name").String() }

func named(list reflect.Value) map[string]reflect.Value {
	m := map[string]reflect.Value{}
	for i := range list.Len() {
		m[labelOf(list.Index(i))] = list.Index(i)
	}
	return m
}

func labels(list reflect.Value) string {
	var names []string
	for i := range list.Len() {
		names = append(names, labelOf(list.Index(i)))
	}
	return strings.Join(names, ", ")
}

func sameNames(a, b reflect.Value) bool {
	of := named(b)
	for name := range named(a) {
		if !of[name].IsValid() {
			return false
		}
	}
	return true
}

func pathOf(block reflect.Value, kind, within string) string {
	if d, ok := block.Interface().(Destination); ok {
		return d.Path()
	}
	path := kind + "." + labelOf(block)
	if strings.ContainsAny(labelOf(block), " .") {
		path = kind + " " + quote(labelOf(block))
	}
	if within != "" {
		path = within + "." + path
	}
	return path
}

func blockRange(block reflect.Value) hcl.Range {
	return block.FieldByName("Place").Interface().(Place).Block
}

// print writes a value; exact also what may not be shown, to compare by.
func print(v reflect.Value, exact bool) string {
	if !v.IsValid() || (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && v.IsNil() {
		return "none"
	}
	switch x := v.Interface().(type) {
	case Secret:
		if exact {
			return quote(x.Reveal())
		}
		return x.String()
	case *Expr:
		return x.print(exact)
	case *App:
		return x.Path() + printValue(x.Config)
	case Pattern:
		return x.Text
	case Destination:
		return x.Path()
	case cty.Value:
		return printValue(x)
	case time.Time, time.Duration, *time.Location, netip.Addr, netip.AddrPort, netip.Prefix, *regexp.Regexp, Listen:
		return fmt.Sprint(x)
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return print(v.Elem(), exact)
	case reflect.String:
		return quote(v.String())
	case reflect.Slice, reflect.Array:
		var parts []string
		for i := range v.Len() {
			parts = append(parts, print(v.Index(i), exact))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case reflect.Map:
		var parts []string
		for _, k := range v.MapKeys() {
			parts = append(parts, print(k, exact)+" = "+print(v.MapIndex(k), exact))
		}
		slices.Sort(parts)
		return "{ " + strings.Join(parts, ", ") + " }"
	case reflect.Struct:
		return printStruct(v, exact)
	}
	return fmt.Sprint(v.Interface())
}

// longList is from how many elements on only those of a list are shown that the
// other has not: "[…, trunk.west]".
const longList = 5

// printBeside writes a value to be shown beside another.
func printBeside(v, other reflect.Value) string {
	if v.Kind() != reflect.Slice || max(v.Len(), other.Len()) < longList {
		return print(v, false)
	}
	there := map[string]bool{}
	for i := range other.Len() {
		there[print(other.Index(i), true)] = true
	}
	parts := []string{"…"}
	for i := range v.Len() {
		if !there[print(v.Index(i), true)] {
			parts = append(parts, print(v.Index(i), false))
		}
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// printStruct writes the fields of a struct that are set.
func printStruct(v reflect.Value, exact bool) string {
	if s, ok := v.Interface().(fmt.Stringer); ok && !exact {
		return s.String()
	}
	if v.CanAddr() {
		if s, ok := v.Addr().Interface().(fmt.Stringer); ok && !exact {
			return s.String()
		}
	}
	var parts []string
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.IsExported() && f.Type != placeType && f.Type != rangeType && (exact || !v.Field(i).IsZero()) {
			parts = append(parts, snake(f.Name)+" = "+print(v.Field(i), exact))
		}
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

func printValue(v cty.Value) string {
	if v == cty.NilVal {
		return "none"
	}
	v, _ = v.UnmarkDeep()
	text, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return v.GoString() // it holds a reference
	}
	return string(text)
}

// print writes an expression as it stands; exact also the values of the locals
// and variables in it, which may change under it.
func (e *Expr) print(exact bool) string {
	if !exact {
		return e.Source
	}
	var b strings.Builder
	b.WriteString(e.Source)
	for _, t := range e.expr.Variables() {
		if slices.ContainsFunc(e.CallTime, func(c hcl.Traversal) bool { return c.RootName() == t.RootName() }) {
			continue
		}
		if v, diags := t.TraverseAbs(e.base); !diags.HasErrors() {
			b.WriteString(" " + printValue(v))
		}
	}
	return b.String()
}

// attributeName is the attribute that a field was read from.
func attributeName(block, field string) string {
	switch block + "." + field {
	case "Extension.Display", "Queue.Display":
		return "name"
	case "SIP.External":
		return "external_address"
	case "Voicemail.Transcriber":
		return "transcribe"
	case "Failover.Timeout", "Failover.Unregistered", "Failover.Statuses":
		return "next_on (" + snake(field) + ")"
	}
	return snake(field)
}

// snake is a field's name as an attribute's: "MaxCalls" is "max_calls",
// "RTPPorts" is "rtp_ports".
func snake(field string) string {
	var b strings.Builder
	r := []rune(field)
	for i, c := range r {
		if i > 0 && unicode.IsUpper(c) && (unicode.IsLower(r[i-1]) || i+1 < len(r) && unicode.IsLower(r[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

func singular(name string) string { return strings.TrimSuffix(name, "s") }
