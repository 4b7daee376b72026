package config

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// node is one block that can be referred to; under for_each it stands for
// several instances.
type node struct {
	kind, label string
	block       *hclsyntax.Block
	each        bool        // has for_each
	instances   []*instance // valid after loader.expand
	expanded    bool
	broken      bool // its for_each has an error, so nothing is said of its keys
}

type instance struct {
	node *node
	key  string
	vars cty.Value // each: an object of key and value
	ref  *ref
}

// path is how the block is named, its set under for_each.
func (n *node) path() string { return n.kind + "." + n.label }

// expand evaluates for_each, the first time it is asked for.
func (l *loader) expand(n *node, at hcl.Range) bool {
	if n.expanded {
		return !n.broken
	}
	attr, ok := n.block.Body.Attributes["for_each"]
	if !ok || n.kind != "extension" {
		n.instances = []*instance{{node: n, ref: &ref{kind: n.kind, path: n.kind + "." + n.label, dest: n.newDestination("")}}}
		n.expanded = true
		return true
	}
	n.each = true
	_, ok = l.once(n.kind+"."+n.label+".for_each", at, func() (cty.Value, bool) {
		v, ok := l.eval(attr.Expr, scope{})
		if !ok {
			return v, false
		}
		d := n.fill(v, attr.Expr.Range())
		if d != nil {
			l.note(hcl.Diagnostics{d})
		}
		return v, d == nil
	})
	n.expanded, n.broken = true, !ok
	return ok
}

// fill makes the instances of a for_each value: a map, or a list or set of texts.
func (n *node) fill(v cty.Value, at hcl.Range) *hcl.Diagnostic {
	const what = "for_each takes a map, or a list of texts"
	if _, marks := v.UnmarkDeep(); len(marks) > 0 {
		return errorAt(at, "Sensitive keys", "The keys of for_each name the extensions and are shown everywhere, so they cannot come from a sensitive variable.")
	}
	t := v.Type()
	mapping := t.IsMapType() || t.IsObjectType()
	if v.IsNull() || !v.IsWhollyKnown() || !mapping && !t.IsTupleType() && !t.IsListType() && !t.IsSetType() {
		return errorAt(at, "Wrong type", "%s; this is %s.", what, Describe(v))
	}
	for it := v.ElementIterator(); it.Next(); {
		k, val := it.Element()
		if !mapping {
			if val.IsNull() || val.Type() != cty.String {
				return errorAt(at, "Wrong type", "%s; the list holds %s.", what, Describe(val))
			}
			k = val
		}
		key := k.AsString()
		if key == "" || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("/\"\\?#%", r) }) {
			return errorAt(at, "Not a key", "%s cannot be a key of for_each: it becomes part of a name, so no spaces, quotes, /, ?, # and %%.", quote(key))
		}
		if n.find(key) != nil {
			return errorAt(at, "Twice the same key", "%s stands twice in for_each.", quote(key))
		}
		i := &instance{node: n, key: key, vars: cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal(key), "value": val})}
		i.ref = &ref{kind: n.kind, path: n.kind + "." + n.label + "[" + quote(key) + "]", dest: n.newDestination(key)}
		n.instances = append(n.instances, i)
	}
	return nil
}

func (n *node) find(key string) *instance {
	for _, i := range n.instances {
		if i.key == key {
			return i
		}
	}
	return nil
}

func (n *node) suggestKey(key string) string {
	if slices.Contains(readable[n.kind], key) {
		example := "KEY"
		if len(n.instances) > 0 {
			example = n.instances[0].key
		}
		return " It is a set (for_each): write " + n.kind + "." + n.label + "[" + quote(example) + "]." + key + "."
	}
	var keys []string
	for _, i := range n.instances {
		keys = append(keys, n.kind+"."+n.label+"["+quote(i.key)+"]")
	}
	return Suggest(n.kind+"."+n.label+"["+quote(key)+"]", keys)
}
