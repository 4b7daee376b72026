package dialplan

import (
	"slices"
	"time"
)

// Page lets the caller speak to the phones of some extensions, which answer by
// themselves and are not heard.
type Page struct {
	Members []Destination // extensions and groups
	path    string
}

// Path implements Destination.
func (p *Page) Path() string { return p.path }

// Speak rings the devices of some extensions, all at once, which shall answer by
// themselves. Each that answers hears the caller and is not heard; those that
// have not after For are left out. What is told, by extension, is that no device
// of it rings any more or hears, and, once it is so, that nobody is left to
// hear.
type Speak struct {
	Of         *Page
	Extensions []*Extension
	For        time.Duration
	CallerID   string
}

func (*Speak) isStep() {}

// pageTime is how long a phone may take to answer by itself.
const pageTime = 10 * time.Second

// page speaks to whoever has no call and wants to hear.
func (w *Walk) page(to *Page) Step {
	var causes []Cause
	var out []*Extension
	for _, e := range everybody(to.Members, &roll{}) {
		if e == w.facts.From.Extension {
			continue
		}
		if r := w.undisturbed(e); r.Cause != "" {
			causes = append(causes, r.Cause)
			continue
		}
		out = append(out, e)
	}
	w.at = &paged{causes: causes}
	if len(out) == 0 {
		return &End{Cause: Outcome(causes), Text: "nobody of " + to.Path() + " can be spoken to now"}
	}
	return &Speak{Of: to, Extensions: out, For: pageTime, CallerID: w.callerID(nil)}
}

// everybody are the extensions among some, and in the groups among them, each
// once, whatever the groups' strategies.
func everybody(some []Destination, r *roll) []*Extension {
	for _, d := range some {
		switch d := d.(type) {
		case *Extension:
			if !slices.Contains(r.extensions, d) {
				r.extensions = append(r.extensions, d)
			}
		case *Group:
			if !slices.Contains(r.groups, d) {
				r.groups = append(r.groups, d)
				everybody(d.Members, r)
			}
		}
	}
	return r.extensions
}

// undisturbed says why an extension is not spoken to by surprise.
func (w *Walk) undisturbed(e *Extension) Result {
	switch {
	case e.doNotDisturb(w.set(e)):
		return Result{Of: e, Cause: DoNotDisturb}
	case !w.live.Take(e, 1):
		return Result{Of: e, Cause: Busy, Text: e.Path() + " has a call, which nobody disturbs"}
	}
	return Result{}
}

// paged is a page to which nobody has answered.
type paged struct{ causes []Cause }

func (p *paged) next(_ *Walk, r Result) Step {
	return &End{Cause: Outcome(append(p.causes, r.Cause)), Text: r.Text}
}
