package dialplan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/plugboard/plugboard/core/config"
)

// callType is the type of call in an expression.
func callType() cty.Type {
	return cty.Object(map[string]cty.Type{
		"id":      cty.String,
		"start":   cty.String, // RFC 3339, in the site's timezone
		"route":   cty.String,
		"headers": cty.Map(cty.String),
		"from": cty.Object(map[string]cty.Type{
			"number":    cty.String,
			"name":      cty.String,
			"raw":       cty.String,
			"extension": config.DestinationType,
			"trunk":     config.DestinationType,
		}),
		"to": cty.Object(map[string]cty.Type{
			"number": cty.String,
			"raw":    cty.String,
		}),
	})
}

// kinds is what match holds in a route.
type kinds struct{ captures []string }

func (k kinds) matchType() cty.Type {
	attrs := map[string]cty.Type{}
	for _, c := range k.captures {
		attrs[c] = cty.String
	}
	return cty.Object(attrs)
}

// value is a compiled expression: constant, or evaluated for each call.
type value struct {
	expr     *config.Expr
	name     string // the attribute
	want     cty.Type
	constant cty.Value // cty.NilVal: it depends on the call
}

// uses is what the expressions of a route want to know. Only that is made
// for a call: an object with all that there is takes longer than the rest.
type uses struct {
	call      []string // attributes of call; all of them if one is ""
	headers   []string // as they are written
	schedules []string
}

func (u *uses) of(attr string) bool {
	return slices.Contains(u.call, attr) || slices.Contains(u.call, "")
}

// add notes one mention.
func (u *uses) add(t hcl.Traversal) {
	name := ""
	if len(t) > 1 {
		if attr, ok := t[1].(hcl.TraverseAttr); ok {
			name = attr.Name
		}
	}
	list := &u.call
	switch t.RootName() {
	case "match":
		return
	case "schedule":
		list = &u.schedules
	}
	if !slices.Contains(*list, name) {
		*list = append(*list, name)
	}
}

// value checks an expression's mentions of the call, its type, and keeps its
// value if it is constant. What it mentions is added to u. nil stays nil.
func (c *compiler) value(e *config.Expr, k kinds, name string, want cty.Type, u *uses) *value {
	if e == nil {
		return nil
	}
	out := &value{expr: e, name: name, want: want}
	before := len(c.diags)
	for _, t := range e.CallTime {
		u.add(t)
		typ, root := callType(), "call"
		switch t.RootName() {
		case "schedule":
			continue // config has checked it
		case "match":
			typ, root = k.matchType(), "match"
		}
		c.mention(t, typ, root, k, &u.headers)
	}
	if len(c.diags) > before {
		return nil
	}
	v, diags := e.Eval(map[string]cty.Value{"call": cty.UnknownVal(callType()), "match": cty.UnknownVal(k.matchType())}, false)
	if diags.HasErrors() {
		c.diags = append(c.diags, diags...)
		return nil
	}
	if len(e.CallTime) == 0 {
		out.constant = v
	}
	if d := out.check(v); d != "" && (v.Type() != cty.DynamicPseudoType || v.IsNull()) {
		c.errorAt(e.Range(), "Wrong type", "%s", d)
		return nil
	}
	if out.constant != cty.NilVal && want == cty.Bool && out.constant.False() {
		c.warnAt(e.Range(), "Can never match", "when is always false, so the route never takes a call.")
	}
	return out
}

// check says what is wrong with a value, "" if nothing is.
func (v *value) check(got cty.Value) string {
	t := got.Type()
	switch v.want {
	case cty.Bool:
		if t != cty.Bool || got.IsNull() {
			return fmt.Sprintf("%s takes true or false; this is %s.", v.name, config.Describe(got))
		}
	case cty.String:
		switch {
		case t == cty.Number:
			return v.name + " takes a text; put the digits in quotes, a number would lose its leading zeros."
		case got.IsNull() && v.name != "deny":
		case t != cty.String || got.IsNull():
			return fmt.Sprintf("%s takes a text; this is %s.", v.name, config.Describe(got))
		}
	default:
		switch {
		case t == cty.String:
			return v.name + " takes a destination, such as group.office; this is a text." + v.expr.Meant(got)
		case !t.Equals(config.DestinationType) || got.IsNull():
			return fmt.Sprintf("%s takes a destination, such as group.office; this is %s.", v.name, config.Describe(got))
		case got.IsWhollyKnown() && config.DestinationOf(got) == nil:
			return fmt.Sprintf("%s takes a destination; %s is none.", v.name, config.Describe(got))
		}
	}
	return ""
}

// mention checks one mention of call or match against its type, step by step.
func (c *compiler) mention(t hcl.Traversal, typ cty.Type, path string, k kinds, headers *[]string) {
	for i, step := range t[1:] {
		var name string
		switch s := step.(type) {
		case hcl.TraverseAttr:
			name = s.Name
		case hcl.TraverseIndex:
			if s.Key.Type() != cty.String || s.Key.IsNull() || !s.Key.IsKnown() {
				c.errorAt(step.SourceRange(), "Wrong type", "%s takes a name in its brackets.", path)
				return
			}
			name = s.Key.AsString()
		default:
			return // the evaluation says what is wrong
		}
		at := t[:i+2].SourceRange()
		switch {
		case typ.Equals(cty.Map(cty.String)):
			if !strings.HasPrefix(strings.ToLower(name), "x-") {
				c.errorAt(at, "Not a header that is kept", "A call keeps the headers that begin with X-; %s does not.", name)
				return
			}
			*headers = append(*headers, name)
			typ = cty.String
		case typ.Equals(config.DestinationType):
			can := config.Readable(strings.TrimPrefix(path, "call.from."))
			if !slices.Contains(can, name) {
				c.errorAt(at, "Unknown name", "There is nothing called %s in %s; there is %s.%s", name, path, strings.Join(can, ", "), config.Suggest(name, can))
				return
			}
			typ = cty.String
		case typ.IsObjectType() && typ.HasAttribute(name):
			typ = typ.AttributeType(name)
		case typ.IsObjectType():
			c.unknownName(at, path, name, typ, k)
			return
		default:
			c.errorAt(at, "Unknown name", "%s is a text; there is nothing called %s in it.", path, name)
			return
		}
		path += "." + name
	}
}

func (c *compiler) unknownName(at hcl.Range, path, name string, typ cty.Type, k kinds) {
	if path == "match" {
		if len(k.captures) == 0 {
			c.errorAt(at, "Unknown capture", "match of this route captures nothing; a capture is written {%s:PATTERN}.", name)
			return
		}
		c.errorAt(at, "Unknown capture", "match of this route captures no %s.%s", name, config.Suggest(name, k.captures))
		return
	}
	var can []string
	for a := range typ.AttributeTypes() {
		can = append(can, a)
	}
	slices.Sort(can)
	c.errorAt(at, "Unknown name", "There is nothing called %s in %s; there is %s.%s", name, path, strings.Join(can, ", "), config.Suggest(name, can))
}
