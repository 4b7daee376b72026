package dialplan

import (
	"slices"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/sdk/app/step"
	"github.com/plugboard/plugboard/sdk/host"
)

// StepPlugin is the app that does the steps of menus and flows. It runs without
// a block in the configuration.
const StepPlugin = "ivr"

// App is a plugin that runs the call.
type App struct {
	Plugin string
	Config []byte // a JSON object
}

// Menu lets the caller choose where to go.
type Menu struct {
	Name   string
	Number string
	// Keys are what each key leads to. With DialExtensions the caller may enter an
	// extension's number too.
	Keys           map[string]Destination
	DialExtensions bool
	Tries          int         // then Otherwise follows
	Otherwise      Destination // nil: the call ends
	ask            step.Step
	numbers        map[string]*Extension
}

// Flow is a script. Its verbs are a list of instructions; an if that does not
// hold goes on behind its own.
type Flow struct {
	Name  string
	verbs []verb
	To    Destination // then; nil: the call ends
	uses  uses        // of its expressions
	names []string    // all that its verbs keep
	plan  *Plan
}

// verb is one instruction of a flow.
type verb struct {
	kind  string
	step  step.Step   // what an app does
	into  string      // what keeps what came of it
	to    Destination // dial
	ring  time.Duration
	cause Cause // hangup
	when  *value
	skip  int // if: the verb after its own
	set   []assignment
}

// assignment is one line of set.
type assignment struct {
	name string
	*value
}

// Path implements Destination.
func (a *App) Path() string { return "app(plugin." + a.Plugin + ")" }

// Path implements Destination.
func (m *Menu) Path() string { return "menu." + m.Name }

// Path implements Destination.
func (f *Flow) Path() string { return "flow." + f.Name }

// Dials are whom a flow calls on its way.
func (f *Flow) Dials() (out []Destination) {
	for _, v := range f.verbs {
		if v.to != nil {
			out = append(out, v.to)
		}
	}
	return out
}

// app makes app(plugin.x, {…}).
func (p *Plan) app(a *config.App) Destination {
	out := &App{Plugin: a.Plugin, Config: []byte("{}")}
	if !a.Config.IsNull() && a.Config != cty.NilVal {
		if b, err := ctyjson.Marshal(a.Config, a.Config.Type()); err == nil { // config has checked that it can be
			out.Config = b
		}
	}
	return out
}

// menu completes a menu, when all destinations are made.
func (p *Plan) menu(m *config.Menu, out *Menu) {
	var keys strings.Builder
	out.Keys = map[string]Destination{}
	for _, k := range m.Keys {
		out.Keys[k.Key] = p.destination(k.To)
		keys.WriteString(k.Key)
	}
	out.DialExtensions, out.Tries, out.Otherwise, out.numbers = m.DialExtensions, m.Tries, p.destination(m.Otherwise), p.byNumber
	out.ask = step.Step{Kind: step.Menu, Prompts: prompts(m.Prompt), Wait: m.Wait, Whole: !m.BargeIn, Keys: keys.String()}
	if m.DialExtensions {
		for n := range p.byNumber {
			out.ask.Dial = append(out.ask.Dial, n)
		}
		slices.Sort(out.ask.Dial)
	}
}

func prompts(p *Prompt) []host.Prompt {
	if p == nil {
		return nil
	}
	return []host.Prompt{{Text: p.Text, Voice: p.Voice, Engine: p.Engine, File: p.File, Tone: p.Tone}}
}

// flow completes a flow, when all destinations are made.
func (c *compiler) flow(f *config.Flow, out *Flow) {
	out.To = c.plan.destination(f.To)
	k := &kinds{}
	out.verbs = c.verbs(f.Verbs, k, &out.uses, nil)
	out.names = k.captures
}

// verbs checks what the steps of a flow say of a call, and appends them. What a
// step keeps is match.NAME after it.
func (c *compiler) verbs(verbs []config.Verb, k *kinds, u *uses, out []verb) []verb {
	for _, v := range verbs {
		made := verb{kind: v.Kind, into: v.Into, cause: Cause(v.Cause)}
		switch v.Kind {
		case "say", "play":
			made.step = step.Step{Kind: step.Play, Prompts: prompts(v.Prompt)}
		case "gather":
			made.step = step.Step{Kind: step.Gather, Prompts: prompts(v.Prompt), Wait: v.Time, Max: v.Digits, End: v.End}
		case "record":
			made.step = step.Step{Kind: step.Record, Wait: v.Time, Silence: v.Silence, End: v.End}
		case "wait":
			made.step = step.Step{Kind: step.Wait, Wait: v.Time}
		case "dial":
			made.to, made.ring = c.plan.destination(v.To), v.Time
		case "set":
			for _, name := range sortedNames(v.Set) {
				made.set = append(made.set, assignment{name, c.value(v.Set[name], *k, name, cty.String, u)})
				k.keep(name)
			}
		case "if":
			made.when = c.value(v.When, *k, "when", cty.Bool, u)
			at := len(out)
			out = c.verbs(v.Verbs, k, u, append(out, made))
			out[at].skip = len(out)
			continue
		}
		if v.Into != "" {
			k.keep(v.Into)
		}
		out = append(out, made)
	}
	return out
}

func (k *kinds) keep(name string) {
	if !slices.Contains(k.captures, name) {
		k.captures = append(k.captures, name)
	}
}

func sortedNames(m map[string]*config.Expr) []string {
	var names []string
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
