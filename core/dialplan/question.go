package dialplan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/config"
)

// Question asks where a call would go, in the words of a person.
type Question struct {
	Number string `json:"number" doc:"What is dialled, as a phone or a provider sends it." minLength:"1" maxLength:"256"`
	From   string `json:"from" doc:"Where the call comes from: trunk.NAME, extension.NAME, plugin.NAME, or the number of an extension." minLength:"1" maxLength:"256"`
	Caller string `json:"caller,omitempty" doc:"The caller's number as received; else the extension's, or anonymous." maxLength:"256"`
	At     string `json:"at,omitempty" doc:"When the call is made, such as 2026-03-10 10:00, in the site's timezone; else now." maxLength:"64"`
	// Given is as in a test block.
	Given map[string]string `json:"given,omitempty" doc:"What the world does, as in a test block: {\"keys\": \"1\", \"trunk.first\": \"503\"}." maxProperties:"100"`
}

// Moment is how things stand when a question is asked.
type Moment struct {
	Time time.Time
	// Overrides are the schedules that are switched by hand, by name: true is
	// open.
	Overrides map[string]bool
	// Settings are what extensions have set, as in [Facts].
	Settings map[string]map[string]string
	// Down says whether an extension has no device, or a trunk cannot be used.
	// What is given goes before. Nil: none is down.
	Down func(Destination) bool
}

// Explain answers a question about a call that is made now, or when it says. An
// error says what is wrong with the question.
func (p *Plan) Explain(q Question, now Moment) (Explanation, error) {
	f := Facts{From: Party{Raw: q.Caller}, To: Callee{Raw: q.Number}, Start: now.Time, Overrides: now.Overrides, Settings: now.Settings}
	if q.Number == "" {
		return Explanation{}, fmt.Errorf("there is no number to explain")
	}
	if q.At != "" {
		var err error
		if f.Start, err = config.ParseMoment(q.At, p.timezone); err != nil {
			return Explanation{}, fmt.Errorf("at: %w", err)
		}
	}
	from, err := p.source(q.From)
	if err != nil {
		return Explanation{}, fmt.Errorf("from: %w", err)
	}
	switch from := from.(type) {
	case *Extension:
		f.From.Extension = from
	case *Trunk:
		f.From.Trunk = from
	case *Plugin:
		f.From.Plugin = from.Name
	}
	g, err := p.given(q.Given)
	if err != nil {
		return Explanation{}, fmt.Errorf("given: %w", err)
	}
	g.down = now.Down
	t := p.Try(f, g)
	for _, u := range t.Unused {
		t.Notes = append(t.Notes, fmt.Sprintf("given %s=%s: the call is not decided by it", u.Of.Path(), u))
	}
	if t.UnusedKeys != "" {
		t.Notes = append(t.Notes, fmt.Sprintf("given keys=%s: nothing waits for them", t.UnusedKeys))
	}
	return t.Explanation, nil
}

// source is where a call comes from.
func (p *Plan) source(text string) (Destination, error) {
	if e := p.byNumber[text]; e != nil {
		return e, nil
	}
	if name, ok := strings.CutPrefix(text, "plugin."); ok && slices.Contains(p.plugins, name) {
		return &Plugin{Name: name}, nil
	}
	d, err := p.named(text)
	if err != nil {
		return nil, err
	}
	switch d.(type) {
	case *Extension, *Trunk:
		return d, nil
	}
	return nil, fmt.Errorf("calls come from extensions, trunks and plugins; %s is none", d.Path())
}

// given reads what the world does.
func (p *Plan) given(texts map[string]string) (g Given, err error) {
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		what := texts[name]
		if name == "keys" {
			g.Keys = what
			continue
		}
		o := GivenOutcome{What: what}
		if o.Of, err = p.named(name); err != nil {
			return g, err
		}
		words := config.Outcomes
		switch o.Of.(type) {
		case *Schedule:
			words = config.ScheduleOutcomes
		case *Trunk:
			words = config.TrunkOutcomes
			if n, err := strconv.Atoi(what); err == nil && n >= 300 && n <= 699 {
				o.What, o.Status = "", n
			}
		}
		if o.Status == 0 && !slices.Contains(words, what) {
			return g, fmt.Errorf("%s takes %s%s; %q is none of them", o.Of.Path(), strings.Join(words, ", "), orStatus(o.Of), what)
		}
		g.Outcomes = append(g.Outcomes, o)
	}
	return g, nil
}

func orStatus(d Destination) string {
	if _, ok := d.(*Trunk); ok {
		return ", or a SIP status such as 503"
	}
	return ""
}

// named is the destination or schedule that a text names. Where a shell would
// take brackets and quotes away, extension.staff.anna is
// extension.staff["anna"].
func (p *Plan) named(text string) (Destination, error) {
	plain := strings.NewReplacer(`["`, ".", `"]`, "", "[", ".", "]", "", "/", ".")
	want := plain.Replace(text)
	var paths []string
	for _, d := range p.all() {
		if plain.Replace(d.Path()) == want {
			return d, nil
		}
		paths = append(paths, d.Path())
	}
	return nil, fmt.Errorf("there is no %s.%s", text, config.Suggest(text, paths))
}
