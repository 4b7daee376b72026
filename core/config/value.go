package config

import (
	"reflect"
	"regexp"

	"github.com/zclconf/go-cty/cty"
)

// ref is what a reference carries: who is meant.
type ref struct {
	kind string // "extension", "echo()", …
	path string
	dest Destination // nil for a plugin
}

// refType is the type of the pointer inside a reference. Two are equal if
// they are written the same, so values of two loads can be compared.
var refType = cty.CapsuleWithOps("reference", reflect.TypeFor[ref](), &cty.CapsuleOps{
	GoString:  func(v any) string { return v.(*ref).path },
	Equals:    func(a, b any) cty.Value { return cty.BoolVal(a.(*ref).path == b.(*ref).path) },
	RawEquals: func(a, b any) bool { return a.(*ref).path == b.(*ref).path },
	HashKey:   func(v any) string { return v.(*ref).path },
})

// patternType is the type of re("…").
var patternType = cty.CapsuleWithOps("pattern", reflect.TypeFor[regexp.Regexp](), &cty.CapsuleOps{
	GoString: func(v any) string { return "re(" + quote(v.(*regexp.Regexp).String()) + ")" },
	Equals: func(a, b any) cty.Value {
		return cty.BoolVal(a.(*regexp.Regexp).String() == b.(*regexp.Regexp).String())
	},
	RawEquals: func(a, b any) bool { return a.(*regexp.Regexp).String() == b.(*regexp.Regexp).String() },
	HashKey:   func(v any) string { return v.(*regexp.Regexp).String() },
})

// DestinationType is the type of every destination in an expression: who is
// meant, and the attributes that can be read from it.
var DestinationType = cty.Object(map[string]cty.Type{
	"ref":       refType,
	"name":      cty.String,
	"number":    cty.String,
	"caller_id": cty.String,
})

// readable are the attributes that an expression can read from a reference.
var readable = map[string][]string{
	"extension":  {"caller_id", "name", "number"},
	"group":      {"number"},
	"conference": {"number"},
	"trunk":      {"caller_id"},
	"failover":   {},
	"voicemail":  {"number"}, // and access, another destination
	"menu":       {"number"},
	"flow":       {},
	"queue":      {"number"},
	"park":       {},
	"schedule":   {"open"},
	"plugin":     {},
}

// Readable are the attributes that can be read from a type of destination.
func Readable(kind string) []string { return readable[kind] }

// refValue makes a destination's value; attributes that are not given are null.
func refValue(r *ref, attrs map[string]cty.Value) cty.Value {
	v := map[string]cty.Value{
		"ref":       cty.CapsuleVal(refType, r),
		"name":      cty.NullVal(cty.String),
		"number":    cty.NullVal(cty.String),
		"caller_id": cty.NullVal(cty.String),
	}
	for name, a := range attrs {
		v[name] = a
	}
	return cty.ObjectVal(v)
}

// promptType is the type of say("…"), sound("…") and tone("…").
var promptType = cty.CapsuleWithOps("prompt", reflect.TypeFor[Prompt](), &cty.CapsuleOps{
	GoString:  func(v any) string { return v.(*Prompt).String() },
	Equals:    func(a, b any) cty.Value { return cty.BoolVal(*a.(*Prompt) == *b.(*Prompt)) },
	RawEquals: func(a, b any) bool { return *a.(*Prompt) == *b.(*Prompt) },
	HashKey:   func(v any) string { return v.(*Prompt).String() },
})

// scheduleType is the type of a schedule in an expression. It is no
// destination; whether it is open is known while a call runs.
var scheduleType = cty.Object(map[string]cty.Type{"open": cty.Bool})

// ScheduleValue is a schedule as an expression sees it during a call.
func ScheduleValue(open bool) cty.Value {
	return cty.ObjectVal(map[string]cty.Value{"open": cty.BoolVal(open)})
}

// ValueOf is a destination as an expression sees it.
func ValueOf(d Destination) cty.Value {
	r := &ref{path: d.Path(), dest: d}
	attrs := map[string]cty.Value{}
	switch d := d.(type) {
	case *Extension:
		r.kind = "extension"
		attrs["name"] = cty.StringVal(d.Display)
		attrs["number"] = textOrNull(d.Number)
		attrs["caller_id"] = cty.StringVal(d.CallerID)
	case *Group:
		r.kind = "group"
		attrs["number"] = textOrNull(d.Number)
	case *Conference:
		r.kind = "conference"
		attrs["number"] = textOrNull(d.Number)
	case *Trunk:
		r.kind = "trunk"
		attrs["caller_id"] = cty.StringVal(d.CallerID)
	case *Voicemail:
		r.kind = "voicemail"
		attrs["number"] = textOrNull(d.Number)
	default:
		r.kind = r.path
	}
	return refValue(r, attrs)
}

func textOrNull(s string) cty.Value {
	if s == "" {
		return cty.NullVal(cty.String)
	}
	return cty.StringVal(s)
}

// DestinationOf is the destination that a value means, nil if it means none.
func DestinationOf(v cty.Value) Destination {
	if r := refOf(v); r != nil {
		return r.dest
	}
	return nil
}

func refOf(v cty.Value) *ref {
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() || !v.Type().Equals(DestinationType) {
		return nil
	}
	r := v.GetAttr("ref")
	if r.IsNull() || !r.IsKnown() {
		return nil
	}
	return r.EncapsulatedValue().(*ref)
}

// Describe says in words what a value is, without showing it.
func Describe(v cty.Value) string {
	v, _ = v.Unmark()
	if r := refOf(v); r != nil {
		return r.path
	}
	t := v.Type()
	switch {
	case t.Equals(DestinationType):
		return "a destination"
	case t.Equals(patternType):
		return "a pattern"
	case t.Equals(promptType):
		return "a prompt"
	case t.Equals(scheduleType):
		return "a schedule"
	case v.IsNull():
		return "null"
	case t == cty.String:
		return "a text"
	case t == cty.Number:
		return "a number"
	case t == cty.Bool:
		return "true or false"
	case t.IsTupleType() || t.IsListType() || t.IsSetType():
		return "a list"
	case t.IsMapType() && t.ElementType().Equals(DestinationType):
		return "a set of destinations (for_each)"
	case t.IsObjectType() || t.IsMapType():
		return "a map"
	default:
		return "a value of another type"
	}
}
