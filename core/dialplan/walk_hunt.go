package dialplan

import (
	"slices"
	"time"
)

// hunt rings an extension, or a group by its strategy.
//
// A group is a tree of groups with extensions as leaves. A race rings all its
// members at once; every other strategy has put them in an order and rings
// one. When the ring time has passed, each of these goes on to its next
// member, the innermost first. Whoever has no next rings on, until nobody has:
// then the hunt is over.
type hunt struct {
	of     Destination
	follow Follow
	root   *member
	out    map[*Extension]Result // who is through
	order  []*Extension          // of out
	robins []*member             // groups of which it is somebody's turn
	ring   *Ring
}

// member is an extension, or a group whose members are in the order of their
// turn.
type member struct {
	extension *Extension
	group     *Group
	members   []*member
	at        int   // whose turn it is; not of a race
	places    []int // where each stands in the group: of round_robin
	told      int   // the at that the switch knows of
	rang      bool  // somebody did
}

// roll is who has a place in a tree: each extension and each group once.
type roll struct {
	extensions []*Extension
	groups     []*Group
}

// members makes the tree of a group.
func (w *Walk) members(g *Group, r *roll) *member {
	r.groups = append(r.groups, g)
	out := &member{group: g}
	for _, i := range w.turns(g) {
		var m *member
		switch to := g.Members[i].(type) {
		case *Extension:
			if slices.Contains(r.extensions, to) {
				continue
			}
			r.extensions = append(r.extensions, to)
			m = &member{extension: to}
		case *Group:
			if slices.Contains(r.groups, to) {
				continue
			}
			m = w.members(to, r)
		default:
			continue // nothing else can be a member
		}
		out.members, out.places = append(out.members, m), append(out.places, i)
	}
	return out
}

// turns is the order of a group's members in this call.
func (w *Walk) turns(g *Group) []int {
	n := len(g.Members)
	turns := make([]int, n)
	for i := range turns {
		turns[i] = i
	}
	switch g.Strategy {
	case Random:
		return w.live.Shuffle(n)
	case RoundRobin:
		if n > 0 {
			first := w.live.Turn(g, n)
			for i := range turns {
				turns[i] = (first + i) % n
			}
		}
	case LeastRecent:
		last := make([]time.Time, n)
		for i, m := range g.Members {
			last[i] = w.lastCall(m, &roll{})
		}
		slices.SortStableFunc(turns, func(a, b int) int { return last[a].Compare(last[b]) })
	}
	return turns
}

// lastCall is when somebody of a member last had a call.
func (w *Walk) lastCall(d Destination, seen *roll) (last time.Time) {
	switch d := d.(type) {
	case *Extension:
		return w.live.LastCall(d)
	case *Group:
		if slices.Contains(seen.groups, d) {
			return last
		}
		seen.groups = append(seen.groups, d)
		for _, m := range d.Members {
			if t := w.lastCall(m, seen); t.After(last) {
				last = t
			}
		}
	}
	return last
}

// hunt begins to ring a tree.
func (w *Walk) hunt(of Destination, follow Follow, root *member) Step {
	if follow.Ring == 0 {
		follow.Ring = ringTime
	}
	h := &hunt{of: of, follow: follow, root: root, out: map[*Extension]Result{}}
	h.robins = root.robins(nil)
	w.at = h
	return h.settle(w, true)
}

func (h *hunt) next(w *Walk, r Result) Step {
	switch {
	case r.Of != nil:
		h.leave(r)
		return h.settle(w, false)
	case r.Elapsed:
		before := h.root.active(h.out, nil)
		moved := h.root.advance(h.out)
		for _, m := range h.robins {
			m.rang = true
		}
		after := h.root.active(h.out, nil)
		for _, e := range before {
			if !moved || !slices.Contains(after, e) {
				h.leave(Result{Of: e, Cause: NoAnswer})
			}
		}
		return h.settle(w, true)
	default:
		return w.failed(h.follow, r)
	}
}

// leave writes down that an extension is through.
func (h *hunt) leave(r Result) {
	if _, ok := h.out[r.Of]; !ok {
		h.out[r.Of], h.order = r, append(h.order, r.Of)
	}
}

// settle rings those whose turn it is, and passes over who cannot be rung.
// afresh: the ring time begins anew.
func (h *hunt) settle(w *Walk, afresh bool) Step {
	for {
		active := h.root.active(h.out, nil)
		if len(active) == 0 {
			return h.over(w)
		}
		refused := false
		for _, e := range active {
			if h.ring != nil && slices.Contains(h.ring.Extensions, e) {
				continue
			}
			afresh = true
			if r := w.refuses(e); r.Cause != "" {
				refused = true
				h.leave(r)
			}
		}
		if refused {
			continue
		}
		h.tell(w)
		if afresh {
			h.ring = &Ring{Of: h.of, Extensions: active, For: h.follow.Ring, CallerID: w.callerID(nil), Intercom: w.intercoms}
		}
		return h.ring
	}
}

// over is the end of a hunt in which nobody answered.
func (h *hunt) over(w *Walk) Step {
	var causes []Cause
	text := ""
	for _, e := range h.order {
		causes, text = append(causes, h.out[e].Cause), h.out[e].Text
	}
	return w.failed(h.follow, Result{Cause: Outcome(causes), Text: text})
}

// refuses says why an extension's devices cannot be rung, as far as that is
// known here.
func (w *Walk) refuses(e *Extension) Result {
	most, why := e.MaxCalls, full(e)
	switch waits := e.callWaiting(w.set(e)); {
	case w.intercoms:
		return w.undisturbed(e)
	case e.doNotDisturb(w.set(e)):
		return Result{Of: e, Cause: DoNotDisturb}
	case !waits:
		most, why = 1, e.Path()+" has a call, and no call waiting"
	}
	if !w.live.Take(e, most) {
		return Result{Of: e, Cause: Busy, Text: why}
	}
	return Result{}
}

// tell lets the switch know who of a round_robin group was really the first.
func (h *hunt) tell(w *Walk) {
	for _, m := range h.robins {
		if !m.rang && m.at != m.told && m.at < len(m.members) {
			m.told = m.at
			w.live.Took(m.group, m.places[m.at])
		}
	}
}

// over says whether nobody of the member can ring any more.
func (m *member) over(out map[*Extension]Result) bool {
	if m.extension != nil {
		_, is := out[m.extension]
		return is
	}
	return !slices.ContainsFunc(m.members, func(i *member) bool { return !i.over(out) })
}

// active adds those whose turn it is.
func (m *member) active(out map[*Extension]Result, into []*Extension) []*Extension {
	switch {
	case m.over(out):
		return into
	case m.extension != nil:
		return append(into, m.extension)
	case m.race():
		for _, i := range m.members {
			into = i.active(out, into)
		}
		return into
	default:
		for m.members[m.at].over(out) {
			if m.at++; m.at == len(m.members) {
				return into
			}
		}
		return m.members[m.at].active(out, into)
	}
}

// advance goes on to whose turn is next. It reports false if it was the last's.
func (m *member) advance(out map[*Extension]Result) bool {
	if m.extension != nil || m.over(out) {
		return false
	}
	if m.race() {
		moved := false
		for _, i := range m.members {
			moved = i.advance(out) || moved
		}
		return moved
	}
	if m.at < len(m.members) && m.members[m.at].advance(out) {
		return true
	}
	for i := m.at + 1; i < len(m.members); i++ {
		if !m.members[i].over(out) {
			m.at = i
			return true
		}
	}
	return false
}

func (m *member) race() bool { return m.group.Strategy == Race || m.group.Strategy == "" }

// robins adds the round_robin groups of the tree.
func (m *member) robins(into []*member) []*member {
	if m.group != nil && m.group.Strategy == RoundRobin {
		into = append(into, m)
	}
	for _, i := range m.members {
		into = i.robins(into)
	}
	return into
}
