package config

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// Sensitive stands for a value that is not shown.
const Sensitive = "(sensitive)"

// Used is a name in an expression, and what it stood for.
type Used struct {
	Name  string // as it is written: call.from.number
	Value string // as it would be written: "101", null, group.office
}

// Used are the names that the expression mentions, in their order, with the
// values that they have for a call; vars is as for [Expr.Eval]. References are
// not among them, as they stand for themselves. Values of sensitive variables
// are not shown.
func (e *Expr) Used(vars map[string]cty.Value) []Used {
	ctx := e.base.NewChild()
	ctx.Variables = vars
	var out []Used
	seen := map[string]bool{}
	for _, t := range e.expr.Variables() {
		u := Used{Name: written(t)}
		v, diags := t.TraverseAbs(ctx)
		if diags.HasErrors() || seen[u.Name] {
			continue
		}
		seen[u.Name] = true
		if u.Value = Show(v); u.Value != u.Name {
			out = append(out, u)
		}
	}
	return out
}

// AsksTime says whether its value depends on call.start.
func (e *Expr) AsksTime() bool {
	return slices.ContainsFunc(e.CallTime, func(t hcl.Traversal) bool {
		name, _, ok := step(t, 1)
		return t.RootName() == "call" && (!ok || name == "start")
	})
}

// written is how a name is written.
func written(t hcl.Traversal) string {
	var out strings.Builder
	out.WriteString(t.RootName())
	for i := range t[1:] {
		name, _, _ := step(t, i+1)
		if isIndex(t[i+1]) {
			out.WriteString("[" + quote(name) + "]")
		} else {
			out.WriteString("." + name)
		}
	}
	return out.String()
}

// Show writes a value as it stands in an expression; one that is sensitive, or
// that is no text, number, bool or destination, only in words.
func Show(v cty.Value) string {
	if v.IsMarked() {
		return Sensitive
	}
	switch t := v.Type(); {
	case v.IsNull():
		return "null"
	case !v.IsKnown() || v.ContainsMarked() || !t.IsPrimitiveType():
		return Describe(v)
	case t == cty.String:
		return quote(v.AsString())
	default:
		s, err := convert.Convert(v, cty.String)
		if err != nil {
			return Describe(v)
		}
		return s.AsString()
	}
}
