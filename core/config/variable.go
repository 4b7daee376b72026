package config

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// setVariables gives every variable its value: --var, else the environment,
// else a *.vars.hcl, else its default.
func (l *loader) setVariables(files []*hclsyntax.Body) {
	inFile := map[string]*hclsyntax.Attribute{}
	for _, body := range files {
		for _, b := range body.Blocks {
			l.errorAt(b.TypeRange, "Not in this file", "A *.vars.hcl holds values of variables only: NAME = VALUE.")
		}
		for _, name := range attrOrder(body) {
			attr := body.Attributes[name]
			if l.variables[name] == nil {
				l.errorAt(attr.NameRange, "Unknown variable", "No variable %s { … } declares it.%s", quote(name), Suggest(name, sortedKeys(l.variables)))
				continue
			}
			inFile[name] = attr // the last file wins, as the last line would
		}
	}
	for _, name := range sortedKeys(l.opt.Vars) {
		if l.variables[name] == nil {
			l.note(hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Unknown variable",
				Detail: "--var sets " + name + ", but no variable " + quote(name) + " { … } declares it." + Suggest(name, sortedKeys(l.variables))}})
		}
	}
	env := map[string]string{}
	for _, e := range l.opt.Environ {
		if k, v, ok := strings.Cut(e, "="); ok && strings.HasPrefix(k, envPrefix) {
			env[strings.TrimPrefix(k, envPrefix)] = v
		}
	}
	for _, name := range sortedKeys(l.variables) {
		value, ok := l.variableValue(name, env, inFile[name])
		if v := l.variables[name]; v.sensitive {
			l.hide(value)
			value = value.Mark(sensitiveMark{})
		}
		l.made["var."+name] = made{value, ok}
	}
	// Longer ones first: one may hold another.
	slices.SortFunc(l.cfg.sensitive, func(a, b string) int { return len(b) - len(a) })
}

// variableValue finds the value that counts and gives it the default's type.
func (l *loader) variableValue(name string, env map[string]string, inFile *hclsyntax.Attribute) (cty.Value, bool) {
	v := l.variables[name]
	fallback := cty.NilVal
	if attr := v.block.Body.Attributes["default"]; attr != nil {
		value, diags := attr.Expr.Value(&hcl.EvalContext{Functions: l.funcs})
		if diags.HasErrors() {
			if len(attr.Expr.Variables()) > 0 {
				l.errorAt(attr.Expr.Range(), "Not a constant", "The default of a variable is written out: nothing else is known yet. Use locals for what depends on others.")
			} else {
				l.note(diags)
			}
			return cty.DynamicVal, false
		}
		fallback = value
	}
	if text, ok := l.opt.Vars[name]; ok {
		return l.fromText(name, "--var "+name, text, fallback)
	}
	if text, ok := env[name]; ok {
		return l.fromText(name, envPrefix+name, text, fallback)
	}
	if inFile != nil {
		value, diags := inFile.Expr.Value(&hcl.EvalContext{Functions: l.funcs})
		if diags.HasErrors() {
			l.note(diags)
			return cty.DynamicVal, false
		}
		got, ok := like(value, fallback)
		if !ok {
			l.errorAt(inFile.Expr.Range(), "Wrong type", "The default of var.%s is %s; this is %s.", name, Describe(fallback), Describe(value))
			return cty.DynamicVal, false
		}
		return got, true
	}
	if fallback == cty.NilVal {
		l.errorAt(v.block.DefRange(), "A value is missing", "var.%s has no value: set %s%s, --var %s=…, a line in a *.vars.hcl, or a default.", name, envPrefix, name, name)
		return cty.DynamicVal, false
	}
	return fallback, true
}

// like gives a value the type of a variable's default: a text, a number, a
// bool, some list or some map. Without a default every type is right.
func like(value, fallback cty.Value) (cty.Value, bool) {
	if fallback == cty.NilVal || fallback.IsNull() || value.IsNull() {
		return value, true
	}
	t := fallback.Type()
	if t.IsPrimitiveType() {
		got, err := convert.Convert(value, t)
		return got, err == nil
	}
	mapping := func(t cty.Type) bool { return t.IsObjectType() || t.IsMapType() }
	return value, value.CanIterateElements() && mapping(value.Type()) == mapping(t)
}

// fromText reads a value from the command line or the environment: a text as
// it is, anything else as HCL.
func (l *loader) fromText(name, source, text string, fallback cty.Value) (cty.Value, bool) {
	if fallback == cty.NilVal || fallback.IsNull() || fallback.Type() == cty.String {
		return cty.StringVal(text), true
	}
	expr, diags := hclsyntax.ParseExpression([]byte(text), source, hcl.InitialPos)
	if !diags.HasErrors() {
		value, diags := expr.Value(nil)
		if got, ok := like(value, fallback); ok && !diags.HasErrors() {
			return got, true
		}
	}
	l.errorAt(l.variables[name].block.DefRange(), "Wrong type", "The default of var.%s is %s, but %s is not: write it as in a file.", name, Describe(fallback), source)
	return cty.DynamicVal, false
}

// shortestSecret is the length from which a sensitive value is replaced in
// what is printed: replacing "1" everywhere would hide nothing but sense.
const shortestSecret = 4

// hide notes the texts in a sensitive value.
func (l *loader) hide(value cty.Value) {
	// The callback never fails, so neither does the walk.
	_ = cty.Walk(value, func(_ cty.Path, v cty.Value) (bool, error) {
		if v.IsKnown() && !v.IsNull() && v.Type().IsPrimitiveType() && v.Type() != cty.Bool {
			if s, err := convert.Convert(v, cty.String); err == nil && len(s.AsString()) >= shortestSecret {
				l.cfg.sensitive = append(l.cfg.sensitive, s.AsString())
			}
		}
		return true, nil
	})
}
