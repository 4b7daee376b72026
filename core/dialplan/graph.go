package dialplan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/plugboard/plugboard/core/config"
)

// Graph is where calls can go: sources, dialplans, routes, destinations, and
// what leads from one to the other. It is the same for the same
// configuration, in the order of its files.
type Graph struct {
	Nodes []Node `json:"nodes" nullable:"false"`
	Edges []Edge `json:"edges" nullable:"false"`
}

// Node is one place of a graph.
type Node struct {
	ID    string   `json:"id"`                     // unique; letters, digits and _
	Kind  string   `json:"kind"`                   // "dialplan", "route", "emergency", else the type of destination: "group", "echo"
	Lines []string `json:"lines" nullable:"false"` // its name, and what there is to know of it
}

// Edge leads from one node to another.
type Edge struct {
	From  string `json:"from"` // the ID of a node, as To
	To    string `json:"to"`
	Label string `json:"label,omitempty"` // why a call takes it: "no_answer", "key 1"; "": it always does
	// Aside: it is not the call that goes there. A member is rung, somebody is
	// notified.
	Aside bool `json:"aside,omitempty"`
}

// How many things of one sort a node or an edge names, and how many letters of
// an expression it shows.
const (
	shown      = 6
	shownRunes = 80
)

// Graph draws the plan. Extensions of one block that lead to the same places,
// and are led to from the same, are one node.
func (p *Plan) Graph() Graph {
	b := &graphBuilder{plan: p, ids: map[string]string{}, taken: map[string]bool{}, drawn: map[string]bool{}}
	if e := p.emergency; e != nil {
		b.destination(e)
	}
	for _, t := range p.dialplans {
		b.table(t)
	}
	for _, d := range p.all() {
		b.destination(d)
	}
	return b.merged()
}

// all is every destination that has a block.
func (p *Plan) all() []Destination {
	var out []Destination
	add := func(d Destination) { out = append(out, d) }
	each(p.extensions, add)
	each(p.groups, add)
	each(p.conferences, add)
	each(p.failovers, add)
	each(p.trunks, add)
	each(p.schedules, add)
	each(p.parks, add)
	each(p.voicemails, add)
	each(p.queues, add)
	return out
}

func each[D Destination](list []D, do func(Destination)) {
	for _, d := range list {
		do(d)
	}
}

type graphBuilder struct {
	Graph
	plan  *Plan
	ids   map[string]string // by what is drawn
	taken map[string]bool
	drawn map[string]bool // by ID
	// extensions are those that have been drawn, by ID.
	extensions map[string]*Extension
}

// id makes a name that stays the same while others come and go.
func (b *graphBuilder) id(of string) string {
	if id, ok := b.ids[of]; ok {
		return id
	}
	name := strings.Join(strings.FieldsFunc(of, func(r rune) bool {
		return !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
	}), "_")
	id := name
	for n := 2; b.taken[id]; n++ {
		id = name + "_" + strconv.Itoa(n)
	}
	b.ids[of], b.taken[id] = id, true
	return id
}

func (b *graphBuilder) node(id, kind string, lines ...string) {
	for i, l := range lines {
		lines[i] = b.plan.redact(l)
		if r := []rune(lines[i]); len(r) > shownRunes && kind == "route" {
			lines[i] = string(r[:shownRunes]) + "…"
		}
	}
	b.Nodes = append(b.Nodes, Node{ID: id, Kind: kind, Lines: lines})
}

func (b *graphBuilder) edge(from, to, label string) {
	b.Edges = append(b.Edges, Edge{From: from, To: to, Label: b.plan.redact(label)})
}

func (b *graphBuilder) aside(from, to, label string) {
	b.Edges = append(b.Edges, Edge{From: from, To: to, Label: label, Aside: true})
}

// table draws a dialplan, its sources and its routes.
func (b *graphBuilder) table(t *table) {
	id := b.id("dialplan " + t.name)
	for _, src := range t.from {
		b.edge(b.destination(src), id, "")
	}
	b.node(id, "dialplan", "dialplan "+t.name)
	for i, r := range t.routes {
		b.route(id, t, i, r)
	}
}

func (b *graphBuilder) route(dialplan string, t *table, place int, r *route) {
	id := b.id("route " + t.name + " " + r.name)
	lines := []string{"route " + r.name}
	if r.when != nil {
		lines = append(lines, "when "+r.when.expr.Source)
	}
	if r.deny != nil {
		lines = append(lines, "deny "+r.deny.expr.Source)
	}
	for _, tool := range r.tools {
		lines = append(lines, "tool "+tool)
	}
	if r.record {
		lines = append(lines, "record")
	}
	b.node(id, "route", lines...)
	b.asks(id, r)
	label := "every number"
	if len(r.patterns) > 0 {
		var texts []string
		for _, p := range r.patterns {
			texts = append(texts, p.written())
		}
		label = some(texts, " or ")
	}
	b.edge(dialplan, id, fmt.Sprintf("%d: %s", place+1, label))
	if r.to != nil {
		b.leads(id, r.to.expr)
	}
	b.follow(id, r.follow)
}

// asks draws the schedules that a route asks.
func (b *graphBuilder) asks(route string, r *route) {
	asked := map[string]bool{}
	for _, v := range []*value{r.when, r.callerID, r.number, r.deny, r.to} {
		if v != nil {
			for _, name := range v.expr.Schedules() {
				asked[name] = true
			}
		}
	}
	for _, s := range b.plan.schedules {
		if asked[s.Name] {
			b.aside(b.destination(s), route, "asked by")
		}
	}
}

// leads draws where a route's to can go.
func (b *graphBuilder) leads(from string, to *config.Expr) {
	var all []Destination
	for _, end := range to.Ends {
		if d := b.plan.destination(end); d != nil && !slices.ContainsFunc(all, func(o Destination) bool { return o.Path() == d.Path() }) {
			all = append(all, d)
		}
	}
	for _, d := range all {
		label := ""
		if len(all) > 1 || to.AnyExtension {
			label = "if"
		}
		b.edge(from, b.destination(d), label)
	}
	if to.AnyExtension {
		for _, e := range b.plan.extensions {
			b.edge(from, b.destination(e), "by number")
		}
	}
}

func (b *graphBuilder) follow(from string, f Follow) {
	for _, next := range []struct {
		label string
		to    Destination
	}{{"no_answer", f.NoAnswer}, {"busy", f.Busy}, {"unavailable", f.Unavailable}} {
		if next.to != nil {
			b.edge(from, b.destination(next.to), next.label)
		}
	}
}

// destination draws a destination and all that it leads to, once.
func (b *graphBuilder) destination(d Destination) string {
	id := b.id(d.Path())
	if b.drawn[id] {
		return id
	}
	b.drawn[id] = true
	switch d := d.(type) {
	case *Extension:
		b.extension(id, d)
	case *Group:
		lines := []string{d.Path()}
		if d.Strategy != "" && d.Strategy != Race {
			lines = append(lines, string(d.Strategy))
		}
		b.node(id, "group", append(lines, numbered(d.Number)...)...)
		for i, m := range d.Members {
			label := ""
			if d.Strategy == InOrder || d.Strategy == RoundRobin {
				label = strconv.Itoa(i + 1)
			}
			b.aside(id, b.destination(m), label)
		}
		b.follow(id, d.Follow)
	case *Failover:
		b.node(id, "failover", d.Path())
		for i, t := range d.Order {
			b.edge(id, b.destination(t), strconv.Itoa(i+1))
		}
	case *Trunk:
		b.node(id, "trunk", d.Path())
		b.follow(id, d.Follow)
	case *Emergency:
		b.node(id, "emergency", d.Path(), strings.Join(d.Numbers, ", "), "from any extension, before its dialplan")
		b.edge(id, b.destination(d.Via), "via")
		for _, e := range d.Notify {
			b.aside(id, b.destination(e), "notify")
		}
	case *Conference:
		b.node(id, "conference", append([]string{d.Path()}, numbered(d.Number)...)...)
	case *Schedule:
		b.node(id, "schedule", append([]string{d.Path()}, numbered(d.Override)...)...)
	case *Park:
		b.node(id, "park", d.Path(), slots(d.Slots))
		if d.OnTimeout != nil {
			b.edge(id, b.destination(d.OnTimeout), "then")
		}
	case *Page:
		b.node(id, "page", d.Path())
		for _, m := range d.Members {
			b.aside(id, b.destination(m), "")
		}
	case *Voicemail:
		b.node(id, "voicemail", d.Path())
	case *Menu:
		b.node(id, "menu", d.Path())
		for _, key := range slices.Sorted(maps.Keys(d.Keys)) {
			b.edge(id, b.destination(d.Keys[key]), "key "+key)
		}
		b.then(id, d.Otherwise, "otherwise")
	case *Flow:
		b.node(id, "flow", d.Path())
		for _, to := range d.Dials() {
			b.edge(id, b.destination(to), "dial")
		}
		b.then(id, d.To, "then")
	case *Plugin:
		b.node(id, "plugin", d.Path())
	case *Queue:
		b.queue(id, d)
	default: // echo(), reject("busy")
		kind, _, _ := strings.Cut(d.Path(), "(")
		b.node(id, kind, d.Path())
	}
	return id
}

// then draws what follows, if anything does.
func (b *graphBuilder) then(id string, to Destination, why string) {
	if to != nil {
		b.edge(id, b.destination(to), why)
	}
}

func (b *graphBuilder) extension(id string, e *Extension) {
	if b.extensions == nil {
		b.extensions = map[string]*Extension{}
	}
	b.extensions[id] = e
	b.node(id, "extension", append([]string{e.Path()}, numbered(strings.TrimSpace(e.Number+" "+e.Display))...)...)
	if e.ForwardAlways != nil {
		b.edge(id, b.destination(e.ForwardAlways), "always")
	}
	b.follow(id, e.Follow)
	if code := b.plan.MailboxCode(e); code != "" {
		b.edge(id, b.destination(e.Voicemail.access), code)
	}
}

// slots are a park's as they are written.
func slots(all []string) string {
	if len(all) == 1 {
		return all[0]
	}
	return all[0] + "-" + all[len(all)-1]
}

func numbered(number string) []string {
	if number == "" {
		return nil
	}
	return []string{number}
}

// merged is the graph with one node for all extensions of a block that stand
// in it alike.
func (b *graphBuilder) merged() Graph {
	arms := map[string][]string{} // by ID of an extension: all that leads from and to it
	for _, e := range b.Edges {
		arms[e.From] = append(arms[e.From], fmt.Sprintf("> %s %q %t", e.To, e.Label, e.Aside))
		arms[e.To] = append(arms[e.To], fmt.Sprintf("< %s %q %t", e.From, e.Label, e.Aside))
	}
	alike := map[string][]string{} // IDs, by block and arms
	for _, n := range b.Nodes {
		if e := b.extensions[n.ID]; e != nil {
			block, _, each := strings.Cut(e.Name, "/")
			if key := block + "\n" + strings.Join(arms[n.ID], "\n"); each {
				alike[key] = append(alike[key], n.ID)
			}
		}
	}
	order := map[*Extension]int{}
	for i, e := range b.plan.extensions {
		order[e] = i
	}
	into := map[string]string{} // the ID that stands for another
	members := map[string][]string{}
	for _, ids := range alike {
		if len(ids) < 2 {
			continue
		}
		slices.SortFunc(ids, func(x, y string) int { return cmp.Compare(order[b.extensions[x]], order[b.extensions[y]]) })
		for _, id := range ids {
			into[id], members[ids[0]] = ids[0], ids
		}
	}
	return b.fold(into, members)
}

// fold draws the nodes of one entry of members as one.
func (b *graphBuilder) fold(into map[string]string, members map[string][]string) Graph {
	out := Graph{Nodes: []Node{}, Edges: []Edge{}}
	rename := map[string]string{}
	for _, n := range b.Nodes {
		ids := members[n.ID]
		switch {
		case into[n.ID] != "" && ids == nil:
			continue // another one stands for it
		case ids != nil:
			block, _, _ := strings.Cut(b.extensions[n.ID].Name, "/")
			n.Lines = []string{"extension." + block, b.plan.redact(b.people(ids))}
			rename[n.ID] = b.id("extension." + block)
			if len(ids) < b.ofBlock(block) {
				rename[n.ID] = b.id("some " + n.ID)
			}
			n.ID = rename[n.ID]
		}
		out.Nodes = append(out.Nodes, n)
	}
	name := func(id string) string {
		if i := into[id]; i != "" {
			id = i
		}
		return cmp.Or(rename[id], id)
	}
	seen := map[Edge]bool{}
	for _, e := range b.Edges {
		e.From, e.To = name(e.From), name(e.To)
		if !seen[e] {
			seen[e] = true
			out.Edges = append(out.Edges, e)
		}
	}
	return out
}

// people names extensions of one block by key and number.
func (b *graphBuilder) people(ids []string) string {
	var names []string
	for _, id := range ids {
		e := b.extensions[id]
		_, key, _ := strings.Cut(e.Name, "/")
		names = append(names, key+" "+e.Number)
	}
	return some(names, ", ")
}

// ofBlock is how many extensions a block makes.
func (b *graphBuilder) ofBlock(block string) int {
	n := 0
	for _, e := range b.plan.extensions {
		if strings.HasPrefix(e.Name, block+"/") {
			n++
		}
	}
	return n
}

// some joins the first few.
func some(texts []string, by string) string {
	if more := len(texts) - shown; more > 0 {
		return strings.Join(texts[:shown], by) + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(texts, by)
}
