package config

import (
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// flow reads a script.
func (l *loader) flow(fl *Flow, f *fields) {
	fl.Place = f.place
	fl.Verbs = f.verbs(f.body)
	f.destination("to", &fl.To)
	if len(fl.Verbs) == 0 {
		l.errorAt(f.place.Block, "An empty flow", "%s does nothing: write its steps, such as answer {}.", fl.Path())
	}
}

func (f *fields) verbs(body *hclsyntax.Body) []Verb {
	var out []Verb
	for _, b := range body.Blocks {
		if verbTypes[b.Type] != nil {
			out = append(out, f.within(b).verb(b))
		}
	}
	return out
}

// verb reads one step.
func (f *fields) verb(b *hclsyntax.Block) Verb {
	v := Verb{Place: f.place, Kind: b.Type}
	need := func(name, example string) {
		if !f.place.Has(name) {
			f.errorAt(b.DefRange(), "A setting is missing", "%s needs %s: write %s = %s.", b.Type, name, name, example)
		}
	}
	switch b.Type {
	case "say":
		v.Prompt = &Prompt{}
		f.text("text", "a text", &v.Prompt.Text)
		f.text("voice", "a text", &v.Prompt.Voice)
		f.plugin("engine", &v.Prompt.Engine)
		need("text", `"…"`)
	case "play":
		f.prompt("prompt", &v.Prompt)
		need("prompt", `sound("welcome.wav")`)
	case "gather":
		v.Digits, v.Time, v.End = 1, 6*time.Second, "#"
		f.into(&v.Into)
		f.prompt("prompt", &v.Prompt)
		f.integer("digits", 1, 32, &v.Digits)
		f.duration("wait", time.Second, time.Minute, &v.Time)
		f.word("end", &v.End, []string{"#", "*"})
		need("into", `"choice"`)
	case "record":
		v.Time, v.Silence, v.End = 3*time.Minute, 5*time.Second, "#"
		f.into(&v.Into)
		f.duration("max_length", time.Second, time.Hour, &v.Time)
		f.duration("silence", time.Second, time.Minute, &v.Silence)
		f.word("end", &v.End, []string{"#", "*"})
		need("into", `"message"`)
	case "dial":
		f.destination("to", &v.To)
		f.duration("ring", time.Second, time.Hour, &v.Time)
		need("to", "DESTINATION")
	case "set":
		v.Set = map[string]*Expr{}
		for _, name := range attrOrder(b.Body) {
			v.Set[name] = f.expr(name)
		}
	case "wait":
		f.duration("time", 0, time.Hour, &v.Time)
		need("time", `"2s"`)
	case "hangup":
		v.Cause = "normal"
		f.word("cause", &v.Cause, append([]string{"normal"}, Causes...))
	case "if":
		v.When = f.expr("when")
		v.Verbs = f.verbs(b.Body)
		need("when", "CONDITION")
	}
	return v
}

// into reads the name that keeps what a step brings.
func (f *fields) into(into *string) {
	if at, ok := f.text("into", "a name", into); ok && (!hclsyntax.ValidIdentifier(*into) || strings.Contains(*into, "-")) {
		f.errorAt(at, "Not a name", "into takes a name of letters, digits and _; this is %s.", quote(*into))
	}
}

// strategies are whom of a group to ring.
var strategies = []string{"race", "in_order", "round_robin", "random", "least_recent"}
