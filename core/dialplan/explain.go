package dialplan

import (
	"fmt"
	"slices"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/plugboard/plugboard/core/config"
)

// Explanation is where a call would go, and why. Values of sensitive
// variables are not in it.
type Explanation struct {
	Revision string  `json:"revision"` // of the configuration
	Call     Summary `json:"call"`
	// Emergency is told of calls from extensions, if there are emergency numbers.
	Emergency *EmergencyTried `json:"emergency,omitempty"`
	Dialplan  string          `json:"dialplan"`                // "": the caller is in none, or needs none
	Routes    []RouteTried    `json:"routes" nullable:"false"` // up to the one that takes the call
	// Route is what takes the call: the name of a route, "emergency", a
	// schedule whose override was dialled; "": nothing.
	Route  string   `json:"route"`
	Tools  []string `json:"tools" nullable:"false"` // what listens to the call
	Record bool     `json:"record"`
	Way    []Stop   `json:"way" nullable:"false"` // where it comes to, one after the other
	// Path is the destinations of the way, as a test's expect.path has them.
	Path []string `json:"path" nullable:"false"`
	// Answered is who takes the call, "" if nobody does; Cause is then why:
	// one that reject() takes.
	Answered string `json:"answered"`
	Cause    Cause  `json:"cause"`
	Text     string `json:"text,omitempty"` // more of the cause
	// CallerID is what who was called last is shown; Asked is the number that a
	// trunk was asked for. Both are as they are written to a trunk. "": there was
	// none.
	CallerID string `json:"caller_id"`
	Asked    string `json:"asked"`
	// Notes say what of the question came to nothing.
	Notes []string `json:"notes,omitempty"`
}

// Summary is the call that is explained.
type Summary struct {
	On      string    `json:"on"`          // where it comes from: `extension.staff["anna"]`
	From    string    `json:"from"`        // the caller's number, as routes see it
	FromRaw string    `json:"from_raw"`    // as received
	To      string    `json:"to"`          // what is dialled, as routes see it
	ToRaw   string    `json:"to_raw"`      // as dialled
	At      time.Time `json:"at,omitzero"` // in the site's timezone
}

// EmergencyTried says whether the call goes to an emergency number.
type EmergencyTried struct {
	Numbers []string `json:"numbers" nullable:"false"`
	Takes   bool     `json:"takes"`
}

// Verdict is what came of trying a route.
type Verdict string

// The verdicts.
const (
	Takes   Verdict = "takes"    // it takes the call
	Denies  Verdict = "denies"   // it takes the call, and refuses it
	Fails   Verdict = "fails"    // it takes the call, but cannot be evaluated
	NoMatch Verdict = "no_match" // none of its patterns matches
	NotNow  Verdict = "not_now"  // its when is false
)

// RouteTried is a route that was tried.
type RouteTried struct {
	Name     string   `json:"name"`
	Place    string   `json:"place"` // "config.hcl:12:3"
	Verdict  Verdict  `json:"verdict"`
	Patterns []string `json:"patterns" nullable:"false"` // as they are written; [] for every number
	// Matched is the pattern that matched, and Captures what it took.
	Matched  string            `json:"matched,omitempty"`
	Captures map[string]string `json:"captures,omitempty"`
	// Values are its expressions, as far as they were evaluated: when,
	// set_caller_id, set_to, deny, to.
	Values []Evaluated `json:"values" nullable:"false"`
	Why    string      `json:"why,omitempty"` // if it fails
}

// Evaluated is an expression and what it came to.
type Evaluated struct {
	Name   string   `json:"name"`                  // the attribute
	Source string   `json:"source"`                // as it is written
	Value  string   `json:"value"`                 // "" if there is none
	Used   []NameIs `json:"used" nullable:"false"` // the names in it
}

// NameIs is a name and what it stood for.
type NameIs struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// asked is what deciding on a call had to know of the time.
type asked struct {
	schedules []string // names
	start     bool     // call.start
}

func (a *asked) note(e *config.Expr) {
	a.start = a.start || e.AsksTime()
	for _, name := range e.Schedules() {
		if !slices.Contains(a.schedules, name) {
			a.schedules = append(a.schedules, name)
		}
	}
}

// tried tries the routes of the call's dialplan one by one, with the result
// of [Plan.Route].
func (p *Plan) tried(f Facts) (dialplan string, out []RouteTried, a asked) {
	t := p.tableOf(f)
	if t == nil {
		return "", nil, a
	}
	at := 0
	for _, r := range t.routes {
		x := RouteTried{Name: r.name, Verdict: NoMatch, Patterns: []string{}, Values: []Evaluated{},
			Place: fmt.Sprintf("%s:%d:%d", r.at.Filename, r.at.Start.Line, r.at.Start.Column)}
		for _, pattern := range r.patterns {
			x.Patterns = append(x.Patterns, p.redact(pattern.written()))
		}
		for ; at < len(t.entries) && t.entries[at].route == r; at++ {
			if !x.took() {
				p.try(t, t.entries[at], f, &x, &a)
			}
		}
		out = append(out, x)
		if x.took() {
			break
		}
	}
	return t.name, out, a
}

// took says whether the route takes the call, whatever it does with it.
func (x *RouteTried) took() bool { return x.Verdict != NoMatch && x.Verdict != NotNow }

// try tries one pattern of a route.
func (p *Plan) try(t *table, e entry, f Facts, x *RouteTried, a *asked) {
	if !e.pattern.match(f.To.Number, nil) {
		return
	}
	r := e.route
	here := &facts{Facts: f, plan: p, route: r, pattern: e.pattern}
	x.Values = x.Values[:0]
	if len(r.patterns) > 0 {
		x.Matched, x.Captures = p.redact(e.pattern.written()), nil
		if taken, _ := e.pattern.capture(f.To.Number); len(taken) > 0 {
			x.Captures = taken
			for name, s := range taken {
				taken[name] = p.redact(s)
			}
		}
	}
	d, took := p.take(t, r, here)
	values := []*value{r.when, r.callerID, r.number, r.deny, r.to}
	switch {
	case !took:
		x.Verdict, values = NotNow, values[:1]
	case d.Reason != "":
		x.Verdict, x.Why = Fails, d.Reason
	case r.deny != nil:
		x.Verdict = Denies
	default:
		x.Verdict = Takes
	}
	for _, v := range values {
		if v != nil {
			a.note(v.expr)
			x.Values = append(x.Values, p.evaluated(v, here))
		}
	}
}

// evaluated tells of an expression, and what it came to by which values.
func (p *Plan) evaluated(v *value, f *facts) Evaluated {
	out := Evaluated{Name: v.name, Source: p.redact(v.expr.Source), Used: []NameIs{}}
	if got, err := v.eval(f); err == nil {
		out.Value = p.redact(config.Show(got))
	}
	for _, u := range v.expr.Used(f.variables()) {
		out.Used = append(out.Used, NameIs{p.redact(u.Name), p.redact(u.Value)})
		if u.Value == config.Sensitive && v.want == cty.String {
			out.Value = config.Sensitive // it may be a part of it
		}
	}
	return out
}
