package config

import (
	"bytes"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

// passes bounds how often a source is formatted until nothing changes: the
// second time mostly changes nothing.
const passes = 8

// Format gives a file its canonical form: two spaces for each level, equal
// signs and comments of neighbouring lines under each other, a newline at the
// end. Only white space changes; what is in canonical form stays as it is. A
// file with a syntax error is not formatted.
//
// The configuration holds the source alone, for [WriteText].
func Format(name string, src []byte) ([]byte, *Config, hcl.Diagnostics) {
	cfg := &Config{sources: map[string]*hcl.File{name: {Bytes: src}}}
	if d := tooDeep(src, name); d != nil {
		return nil, cfg, hcl.Diagnostics{d}
	}
	file, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos)
	if file != nil {
		cfg.sources[name] = file
	}
	if diags.HasErrors() {
		Sort(diags)
		return nil, cfg, diags
	}
	out := bytes.Clone(src)
	if n := len(out); n > 0 && out[n-1] != '\n' {
		out = append(out, '\n')
	}
	whole := out
	for range passes {
		next := hclwrite.Format(out)
		if bytes.Equal(next, out) && sameTokens(whole, out, name) {
			return out, cfg, nil
		}
		out = next
	}
	return nil, cfg, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Cannot be formatted",
		Detail: "This file has no canonical form that means the same. Write what is unusual in it another way.", Subject: &hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos}}}
}

// sameTokens says whether two sources differ in white space only.
func sameTokens(a, b []byte, name string) bool {
	before, _ := hclsyntax.LexConfig(a, name, hcl.InitialPos)
	after, _ := hclsyntax.LexConfig(b, name, hcl.InitialPos)
	if len(before) != len(after) {
		return false
	}
	for i, t := range before {
		if t.Type != after[i].Type || !bytes.Equal(t.Bytes, after[i].Bytes) {
			return false
		}
	}
	return true
}
