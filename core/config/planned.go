package config

import "github.com/hashicorp/hcl/v2"

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

// planned notes that something is not built yet; instead is what can be done
// until it is, "" for nothing.
func (l *loader) planned(of Destination, at hcl.Range, what, instead string) {
	why := errorAt(at, what+" is not built yet", "It is part of the language, and checked, but nothing runs it yet.")
	if instead != "" {
		why.Detail += " " + instead
	}
	l.cfg.Planned = append(l.cfg.Planned, Planned{Of: of, Why: why})
}
