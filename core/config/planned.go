package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Planned is a place that asks for what is part of the language but not built
// yet.
type Planned struct {
	// Of is the destination that asks for it, nil for the site or a route. If
	// no call comes to it, it does no harm.
	Of Destination
	// Why is an error with its place: what is not built, and what to do until
	// it is.
	Why *hcl.Diagnostic
}

// planned notes that what an attribute says is not built yet; instead is what
// can be done until it is, "" for nothing. An extension and a trunk make calls
// too: what they ask for is needed though no call comes to them.
func (f *fields) planned(at hcl.Range, what, instead string) {
	of := f.owner
	switch of.(type) {
	case *Extension, *Trunk:
		of = nil
	}
	f.plannedOf(of, at, what, instead)
}

func (f *fields) plannedOf(of Destination, at hcl.Range, what, instead string) {
	why := errorAt(at, what+" is not built yet", "It is part of the language, and checked, but nothing runs it yet.")
	if instead != "" {
		why.Detail += " " + instead
	}
	f.cfg.Planned = append(f.cfg.Planned, Planned{Of: of, Why: why})
}

// plannedAttr notes an attribute that is not built yet, if it is written.
func (f *fields) plannedAttr(name, what, instead string) {
	if f.place.Has(name) {
		f.planned(f.place.Range(name), what, instead)
	}
}

// hears notes a prompt.
func (f *fields) hears(p *Prompt, at hcl.Range) {
	if p != nil {
		f.cfg.speaks = f.cfg.speaks || p.Text != ""
		f.cfg.prompts = append(f.cfg.prompts, Heard{p, at})
		f.uses(p.Engine, "tts", "engine of say()", at)
	}
}

// leadsTo notes what is to be heard at a destination, and which plugin it needs.
func (f *fields) leadsTo(d Destination, at hcl.Range) {
	if p, ok := d.(*Play); ok {
		f.hears(p.Prompt, at)
	}
	f.usesOf(d, at)
}

// exprLeadsTo is the same for an expression that is evaluated for each call.
func (f *fields) exprLeadsTo(e *Expr) {
	for _, d := range e.Ends {
		f.leadsTo(d, e.Range())
	}
	_ = hclsyntax.VisitAll(e.expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if call, ok := n.(*hclsyntax.FunctionCallExpr); ok {
			f.cfg.speaks = f.cfg.speaks || call.Name == "say"
		}
		return nil
	})
}
