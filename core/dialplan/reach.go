package dialplan

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/config"
)

// checkReach warns of what no call comes to, and of what calls from get 404.
func (c *compiler) checkReach() {
	if len(c.cfg.Dialplans) == 0 {
		c.diags = append(c.diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "No dialplan",
			Detail: `There is no dialplan "name" { … }, so every call is answered with 404.`})
		return
	}
	reached := c.reached()
	sources := map[config.Destination]bool{}
	for _, d := range c.cfg.Dialplans {
		for _, src := range d.From {
			sources[src] = true
		}
	}
	c.checkSchedules()
	const unreached = "Nothing leads here"
	c.extensions(func(e *config.Extension) bool { return !reached[e] }, unreached,
		"No route, group or other destination leads to %s, so nobody can call it.")
	c.extensions(func(e *config.Extension) bool { return !sources[e] }, "In no dialplan",
		"No dialplan names %s in its from, so every call from there is answered with 404.")
	alone := func(d config.Destination, at hcl.Range) {
		if !reached[d] {
			c.warnAt(at, unreached, "No route, group or other destination leads to %s: a number alone routes nothing.", d.Path())
		}
	}
	for _, d := range c.cfg.Groups {
		alone(d, d.Block)
	}
	for _, d := range c.cfg.Conferences {
		alone(d, d.Block)
	}
	for _, d := range c.cfg.Failovers {
		alone(d, d.Block)
	}
	for _, d := range c.cfg.Voicemails {
		if !reached[d.Access()] {
			alone(d, d.Block)
		}
	}
	for _, d := range c.cfg.Menus {
		alone(d, d.Block)
	}
	for _, d := range c.cfg.Queues {
		alone(d, d.Block)
	}
	for _, d := range c.cfg.Parks {
		alone(d, d.Block)
	}
	for _, d := range c.cfg.Flows {
		alone(d, d.Block)
	}
	for _, t := range c.cfg.Trunks {
		if !reached[t] && !sources[t] {
			c.warnAt(t.Block, "Not used", "No dialplan names %s in its from, and nothing leads to it.", t.Path())
		}
	}
}

// extensions warns of some extensions, once for a block.
func (c *compiler) extensions(which func(*config.Extension) bool, summary, detail string) {
	var blocks []hcl.Range
	names := map[hcl.Range][]string{}
	all := map[hcl.Range]int{}
	label := map[hcl.Range]string{}
	for _, e := range c.cfg.Extensions {
		all[e.Block]++
		label[e.Block] = "extension." + e.Label
		if !which(e) {
			continue
		}
		if !slices.Contains(blocks, e.Block) {
			blocks = append(blocks, e.Block)
		}
		names[e.Block] = append(names[e.Block], e.Path())
	}
	for _, b := range blocks {
		who := strings.Join(names[b], ", ")
		if len(names[b]) == all[b] {
			who = label[b]
		}
		c.warnAt(b, summary, detail, who)
	}
}

// checkSchedules warns of schedules that no route asks.
func (c *compiler) checkSchedules() {
	asked := map[string]bool{}
	for _, d := range c.cfg.Dialplans {
		for _, r := range d.Routes {
			for _, e := range []*config.Expr{r.When, r.To, r.Deny, r.SetCallerID, r.SetTo} {
				if e == nil {
					continue
				}
				for _, name := range e.Schedules() {
					asked[name] = true
				}
			}
		}
	}
	for _, s := range c.cfg.Schedules {
		if !asked[s.Name] {
			c.warnAt(s.Block, "Not used", "No route asks whether %s is open: write when = %s.open.", s.Path(), s.Path())
		}
	}
}

// checkEmergency warns of a site that calls out and has no emergency block,
// and of numbers that nobody can dial because of one.
func (c *compiler) checkEmergency() {
	e := c.cfg.Emergency
	if e == nil {
		if len(c.cfg.Trunks) > 0 && len(c.cfg.Extensions) > 0 {
			c.diags = append(c.diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "No emergency numbers",
				Detail: `There are trunks and extensions, but no emergency { numbers = […] via = trunk.NAME }: calls for help depend on the routes.`})
		}
		return
	}
	for _, n := range slices.Sorted(maps.Keys(c.plan.urgent)) {
		if d, ok := c.cfg.ByNumber(n); ok {
			c.warnAt(e.Range("numbers"), "Nobody can dial it", "%s has the number %q, but extensions that dial it call for help: emergency numbers go before everything. Give it another.", d.Path(), n)
		}
	}
}

// checkTaken warns of patterns whose only number never reaches a dialplan: an
// emergency number, or the code of a schedule. Calls over trunks do reach it.
func (c *compiler) checkTaken(d *config.Dialplan, t *table) {
	inside := func(src config.Destination) bool {
		_, ok := src.(*config.Extension)
		return ok
	}
	if !slices.ContainsFunc(d.From, inside) || slices.ContainsFunc(d.From, func(s config.Destination) bool { return !inside(s) }) {
		return
	}
	for _, e := range t.entries {
		c.checkCodes(e)
		if !e.pattern.single() {
			continue
		}
		n, _ := e.pattern.sample()
		if _, ok := c.plan.urgent[n]; ok {
			c.warnAt(e.at, "Can never match", "%s is an emergency number: calls of extensions to it go before every dialplan.", n)
		}
		if s, ok := c.plan.switches[n]; ok {
			c.warnAt(e.at, "Can never match", "%s switches %s: it goes before every dialplan.", n, s.Path())
		}
	}
}

// checkCodes warns of a route for the code of a feature, and of one that other
// codes than its own go before.
func (c *compiler) checkCodes(e entry) {
	if !e.pattern.begins("*") && !e.pattern.begins("#") {
		return
	}
	var before []string
	for _, code := range c.plan.codes {
		dialled := code.Code
		if code.takes {
			dialled += "101"
		}
		switch {
		case e.pattern.begins(code.Code):
			if n, _ := e.pattern.sample(); c.plan.code(n) == nil || c.plan.code(n).Name != code.Name {
				continue // a longer code, or none
			}
			if code.Name == VoicemailCode && e.route.listens() {
				continue // that is what the code is for
			}
			c.warnAt(e.at, "The code of a feature", "%s is the code of %s. This route goes before it, so nobody whom it is for can do that by phone: write features { %s = \"…\" } with another code, or with \"\" for none.",
				code.Code, code.Path(), code.Name)
		case e.pattern.match(dialled, nil):
			before = append(before, code.Code)
		}
	}
	if len(before) > 0 {
		slices.Sort(before)
		c.warnAt(e.at, "The code of a feature", "%q matches codes of features, too, and these go before it: %s. Other codes can be given to them in features { … }, or \"\" for none; a route that spells a code goes before that.",
			e.pattern.text, some(before, ", "))
	}
}

// listens says whether a route lets people listen to a mailbox, and does nothing
// else.
func (r *route) listens() bool {
	return r.to != nil && len(r.to.expr.Ends) > 0 && !slices.ContainsFunc(r.to.expr.Ends, func(d config.Destination) bool {
		_, access := d.(*config.VoicemailAccess)
		return !access
	})
}

// checkSwitches warns of a schedule that is switched by the code of a feature.
func (c *compiler) checkSwitches() {
	for _, s := range c.cfg.Schedules {
		if code := c.plan.code(s.Override); code != nil {
			c.warnAt(s.Range("override"), "The code of a feature", "%s is the code of %s, and switches %s instead. Write features { %s = \"…\" } with another code, or with \"\" for none.",
				s.Override, code.Path(), s.Path(), code.Name)
		}
	}
}

// planned is what is not built yet and a call can come to, or the site needs.
// One place can belong to several extensions; if a call comes to one of them,
// it is an error.
func (c *compiler) planned() hcl.Diagnostics {
	type what struct {
		at      hcl.Range
		summary string
	}
	reached := c.reached()
	found := map[what]*hcl.Diagnostic{}
	var out hcl.Diagnostics
	for _, p := range c.cfg.Planned {
		w := what{*p.Why.Subject, p.Why.Summary}
		d := found[w]
		if d == nil {
			copied := *p.Why
			d = &copied
			d.Severity = hcl.DiagWarning
			found[w] = d
			out = append(out, d)
		}
		if p.Of == nil || reached[p.Of] {
			d.Severity = hcl.DiagError
		}
	}
	config.Sort(out)
	return out
}

// reached is everything that a call can come to.
func (c *compiler) reached() map[config.Destination]bool {
	r := reach{c: c, reached: map[config.Destination]bool{}, visited: map[config.Destination]bool{}}
	if e := c.cfg.Emergency; e != nil && len(c.cfg.Extensions) > 0 {
		r.to(e.Via)
	}
	for _, d := range c.cfg.Dialplans {
		if len(d.From) == 0 {
			continue
		}
		for _, route := range d.Routes {
			r.follow(route.Follow)
			r.to(route.OnPluginLost)
			if route.To == nil {
				continue
			}
			for _, m := range route.To.Ends {
				r.to(m)
			}
			if route.To.AnyExtension {
				r.extensions()
			}
		}
	}
	if c.cfg.Features.Voicemail != "" {
		for _, e := range c.cfg.Extensions {
			if e.Voicemail != nil {
				r.to(e.Voicemail.Access())
			}
		}
	}
	return r.reached
}

// reach walks to all that a call can come to.
type reach struct {
	c       *compiler
	reached map[config.Destination]bool
	visited map[config.Destination]bool // and what follows it
}

// ring is for members: rung as one, an extension or a group lends only its
// devices.
func (r *reach) ring(d config.Destination) {
	if r.reached[d] {
		return
	}
	r.reached[d] = true
	switch d := d.(type) {
	case *config.Group:
		r.rings(d.Members)
	case *config.Queue:
		r.rings(d.Members)
	case *config.Page:
		r.rings(d.Members)
	case *config.Failover:
		r.rings(d.Order)
	}
}

func (r *reach) rings(list []config.Destination) {
	for _, d := range list {
		r.ring(d)
	}
}

func (r *reach) follow(f config.Follow) {
	r.to(f.NoAnswer)
	r.to(f.Busy)
	r.to(f.Unavailable)
}

func (r *reach) extensions() {
	for _, e := range r.c.cfg.Extensions {
		r.to(e)
	}
}

func (r *reach) to(d config.Destination) {
	if d == nil || r.visited[d] {
		return
	}
	r.visited[d] = true
	r.ring(d)
	switch d := d.(type) {
	case *config.Extension:
		r.follow(d.Follow)
		r.to(d.ForwardAlways)
	case *config.Group:
		r.follow(d.Follow)
	case *config.Queue:
		r.to(d.OnMaxWait)
		r.to(d.Busy)
		r.to(d.Unavailable)
	case *config.Park:
		r.to(d.OnTimeout)
	case *config.Menu:
		for _, k := range d.Keys {
			r.to(k.To)
		}
		r.to(d.Otherwise)
		if d.DialExtensions {
			r.extensions()
		}
	case *config.Flow:
		r.to(d.To)
		r.verbs(d.Verbs)
	}
}

func (r *reach) verbs(list []config.Verb) {
	for _, v := range list {
		r.to(v.To)
		r.verbs(v.Verbs)
	}
}
