package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// deepest is how deep a file may nest. HCL's parser recurses without a
// bound, and a stack that overflows ends the process, with every call in it:
// a live daemon reads files too. What people write is some ten levels deep.
const deepest = 500

// tooDeep refuses a file that nests deeper; nil if it does not. Brackets nest
// until they are closed, operators until their expression ends.
func tooDeep(src []byte, name string) *hcl.Diagnostic {
	tokens, _ := hclsyntax.LexConfig(src, name, hcl.InitialPos) // the parser tells of errors
	// What is open, outermost first, and how many operators are within.
	type level struct {
		lines     bool // each line is a thing of its own
		operators int
	}
	open := []level{{lines: true}}
	depth := 0
	for _, t := range tokens {
		inner := &open[len(open)-1]
		switch t.Type {
		case hclsyntax.TokenOParen, hclsyntax.TokenOBrack, hclsyntax.TokenOBrace,
			hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc, hclsyntax.TokenTemplateInterp, hclsyntax.TokenTemplateControl:
			open = append(open, level{lines: t.Type == hclsyntax.TokenOBrace})
			depth++
		case hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCBrace,
			hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc, hclsyntax.TokenTemplateSeqEnd:
			if len(open) > 1 {
				depth -= inner.operators + 1
				open = open[:len(open)-1]
			}
		case hclsyntax.TokenComma, hclsyntax.TokenNewline:
			if t.Type == hclsyntax.TokenComma || inner.lines {
				depth -= inner.operators
				inner.operators = 0
			}
		case hclsyntax.TokenIdent, hclsyntax.TokenNumberLit, hclsyntax.TokenQuotedLit, hclsyntax.TokenStringLit,
			hclsyntax.TokenEqual, hclsyntax.TokenDot, hclsyntax.TokenComment, hclsyntax.TokenEOF:
		default:
			inner.operators++
			depth++
		}
		if depth > deepest {
			return errorAt(t.Range, "Nested too deep", "Brackets and operators are nested more than %d deep here. Give the parts names in locals {}.", deepest)
		}
	}
	return nil
}
