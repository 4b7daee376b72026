package dialplan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/sdk/app/step"
)

// frame is who called a destination, and has the call back when that is over.
type frame struct {
	by returner
	at Destination // it
	// What was so before, and is again.
	visited  []Destination
	decision Decision
	senders  []*Extension
	diverted []Diversion
}

// returner is a stage to which a call comes back.
type returner interface {
	stage
	back(*Walk, Result) Step
}

// Awaited says whether somebody waits for the call to come back: a flow, or an
// app that dials. Then the end of a party is told to [Walk.Back].
func (w *Walk) Awaited() bool { return len(w.frames) > 0 }

// Awaiting are those who wait.
func (w *Walk) Awaiting() (by []Destination) {
	for _, f := range w.frames {
		by = append(by, f.at)
	}
	return by
}

// Back is the step after a party that was dialled by a flow or an app has hung
// up.
func (w *Walk) Back(r Result) Step { return w.keep(w.back(r)) }

// descend goes to a destination, and comes back from it.
func (w *Walk) descend(by returner, at, to Destination, ring time.Duration) Step {
	w.frames = append(w.frames, frame{by, at, slices.Clone(w.visited), w.decision, slices.Clone(w.senders), slices.Clone(w.diverted)})
	return w.visit(to, Follow{Ring: ring})
}

// back comes back to who waits.
func (w *Walk) back(r Result) Step {
	last := len(w.frames) - 1
	f := w.frames[last]
	w.frames, w.visited, w.at = w.frames[:last], f.visited, f.by
	w.decision, w.senders, w.diverted = f.decision, f.senders, f.diverted
	return f.by.back(w, r)
}

// unwind is what an end means: of the call, or of what somebody waits for.
func (w *Walk) unwind(s Step) Step {
	for {
		end, ok := s.(*End)
		if !ok || len(w.frames) == 0 {
			return s
		}
		s = w.back(Result{Cause: end.Cause, Text: end.Text})
	}
}

// finish ends the call, whoever waits.
func (w *Walk) finish(e *End) Step {
	w.frames = nil
	return e
}

// lost goes to where a call goes whose plugin is lost: the route's
// on_plugin_lost, else otherwise.
func (w *Walk) lost(r Result, otherwise Destination) Step {
	to := w.decision.OnPluginLost
	if to == nil {
		to = otherwise
	}
	w.frames = nil
	if to == nil {
		return &End{Cause: r.Cause, Text: r.Text}
	}
	return w.visit(to, Follow{})
}

// Lost is the step after a party of a call that is up was lost with its plugin;
// nil if the route says nothing of that.
func (w *Walk) Lost(r Result) Step {
	if w.decision.OnPluginLost == nil {
		return nil
	}
	return w.keep(w.lost(r, nil))
}

// choosing is a menu.
type choosing struct {
	of    *Menu
	tried int
}

func (c *choosing) step() Step { return &Reach{Of: c.of, Plugin: StepPlugin, Step: &c.of.ask} }

func (c *choosing) next(w *Walk, r Result) Step {
	m := c.of
	if r.Cause != "" {
		return w.lost(r, m.Otherwise)
	}
	to := m.choice(r)
	switch c.tried++; {
	case to != nil:
		w.visited = w.visited[:0] // the caller's wish is no loop of ours
	case c.tried < m.Tries:
		return c.step()
	default:
		to = m.Otherwise
	}
	if to == nil {
		return &End{Cause: Normal, Text: "nothing was chosen in " + m.Path()}
	}
	return w.visit(to, Follow{})
}

// choice is where the caller wants to go, nil if nowhere.
func (m *Menu) choice(r Result) Destination {
	if e := m.numbers[r.Key]; m.DialExtensions && r.Of == nil && e != nil {
		r.Of = e
	}
	if r.Of != nil && m.DialExtensions {
		return r.Of
	}
	return m.Keys[r.Key]
}

// running is a flow.
type running struct {
	of    *Flow
	at    int // the verb
	kept  map[string]string
	facts *facts
	// heard says that the caller is answered.
	heard bool
}

func (w *Walk) run(f *Flow) Step {
	r := &running{of: f, kept: map[string]string{}}
	r.facts = &facts{Facts: w.facts, plan: f.plan, route: &route{name: w.decision.Route, uses: f.uses}}
	w.at = r
	return r.proceed(w)
}

// proceed does verbs until one takes time.
func (r *running) proceed(w *Walk) Step {
	for r.at < len(r.of.verbs) {
		v := &r.of.verbs[r.at]
		switch v.kind {
		case "answer":
			r.heard = true
			return &Reach{Of: r.of, Answer: true}
		case "hangup":
			return w.finish(&End{Cause: v.cause})
		case "dial":
			return w.descend(r, r.of, v.to, v.ring)
		case "set":
			for _, a := range v.set {
				got, err := a.eval(r.variables())
				if err != nil {
					return w.finish(&End{Cause: Failed, Text: r.of.Path() + ": " + err.Error()})
				}
				r.kept[a.name] = got.AsString()
			}
		case "if":
			got, err := v.when.eval(r.variables())
			if err != nil {
				return w.finish(&End{Cause: Failed, Text: r.of.Path() + ": " + err.Error()})
			}
			if got.False() {
				r.at = v.skip
				continue
			}
		default:
			s := v.step
			if s.Kind == step.Gather || s.Kind == step.Record {
				r.heard = true
			}
			s.Early = !r.heard
			return &Reach{Of: r.of, Plugin: StepPlugin, Step: &s}
		}
		r.at++
	}
	if r.of.To == nil {
		return &End{Cause: Normal}
	}
	return w.visit(r.of.To, Follow{})
}

func (r *running) next(w *Walk, res Result) Step {
	if res.Cause != "" {
		return w.lost(res, nil)
	}
	v := &r.of.verbs[r.at]
	if v.into != "" {
		r.kept[v.into] = res.Key
	}
	r.at++
	return r.proceed(w)
}

// back implements returner: a dial is over.
func (r *running) back(w *Walk, res Result) Step {
	r.heard = r.heard || res.Cause == Normal
	r.at++
	return r.proceed(w)
}

// variables are what an expression sees now.
func (r *running) variables() *facts {
	match := map[string]cty.Value{}
	for _, name := range r.of.names {
		match[name] = cty.NullVal(cty.String)
	}
	for name, s := range r.kept {
		match[name] = text(s)
	}
	f := *r.facts
	f.vars = map[string]cty.Value{"call": f.call(), "match": cty.ObjectVal(match), "schedule": f.schedules()}
	return &f
}

// handed is an app that runs the call.
type handed struct {
	of     Destination
	plugin string
	config []byte
}

func (w *Walk) hand(of Destination, plugin string, config []byte) Step {
	h := &handed{of, plugin, config}
	w.at = h
	return &Reach{Of: of, Plugin: plugin, Config: config}
}

func (h *handed) next(w *Walk, r Result) Step {
	switch {
	case r.Cause != "":
		return w.lost(r, nil)
	case r.To != nil && r.Dial:
		return w.descend(h, h.of, r.To, r.Ring)
	case r.To != nil:
		w.visited = w.visited[:0] // the app's wish is no loop of ours
		return w.visit(r.To, Follow{})
	}
	return &End{Cause: Normal}
}

// back implements returner: what it dialled is over.
func (h *handed) back(_ *Walk, r Result) Step {
	return &Reach{Of: h.of, Plugin: h.plugin, Back: &r}
}

// DestinationFor is what an app calls for somebody: a destination as it is written
// in the configuration, "group.office" or `extension.staff["anna"]`; or a number, to
// which the call goes as if by, who calls, had dialled it. An error is for people.
func (p *Plan) DestinationFor(by *Extension, to string) (Destination, error) {
	if to != "" && strings.Trim(to, "+0123456789*#") == "" {
		if by == nil {
			return nil, fmt.Errorf("%s is a number, and the caller is no extension that may dial it", to)
		}
		return &Forward{By: by, Number: p.Normalize(to)}, nil
	}
	all := make([]string, 0, len(p.of))
	for from, d := range p.of {
		if from.Path() == to && d != nil {
			return d, nil
		}
		all = append(all, from.Path())
	}
	return nil, fmt.Errorf("there is no %s.%s", to, config.Suggest(to, all))
}
