package queue

import (
	"slices"
	"time"
)

// settle offers callers to agents, as long as there are both: the caller who
// has waited longest first, of whatever queue.
func (h *Hall) settle(now time.Time) {
	for {
		var first *caller
		for _, l := range h.lines {
			c := l.first()
			if c != nil && (first == nil || c.came < first.came) && slices.ContainsFunc(l.agents, func(a *agent) bool { return a.free(l) }) {
				first = c
			}
		}
		if first == nil {
			return
		}
		for _, a := range h.choose(first) {
			h.offer(now, first, a)
		}
	}
}

// first is who an agent that becomes free is for: in a race the caller at the
// front, whoever rings for them already, else the first for whom nobody does.
func (l *line) first() *caller {
	for _, c := range l.callers {
		if l.Strategy == Race || len(c.offers) == 0 {
			return c
		}
	}
	return nil
}

// choose is whom to ring for a caller: all who are free, or the one whose turn
// it is. Who has missed the caller less often goes before.
func (h *Hall) choose(c *caller) []*agent {
	l := c.line
	if l.Strategy == Race {
		return slices.DeleteFunc(slices.Clone(l.agents), func(a *agent) bool { return !a.free(l) })
	}
	var best *agent
	bestMissed := 0
	for _, i := range h.turns(l) {
		a := l.agents[i]
		if !a.free(l) {
			continue
		}
		if missed := c.missed[a]; best == nil || missed < bestMissed || missed == bestMissed && h.before(l, a, best) {
			best, bestMissed = a, missed
		}
	}
	if l.Strategy == RoundRobin {
		l.turn = slices.Index(l.agents, best) + 1
	}
	return []*agent{best}
}

// turns is the order in which the agents of a line are looked at.
func (h *Hall) turns(l *line) []int {
	n := len(l.agents)
	if l.Strategy == Random {
		return h.opt.Shuffle(n)
	}
	out := make([]int, n)
	first := 0
	if l.Strategy == RoundRobin && n > 0 {
		first = l.turn % n
	}
	for i := range out {
		out[i] = (first + i) % n
	}
	return out
}

// before reports whether an agent goes before one that stands before them.
func (h *Hall) before(l *line, a, b *agent) bool {
	switch l.Strategy {
	case LeastRecent:
		return h.opt.LastCall(a.name).Before(h.opt.LastCall(b.name))
	case LongestIdle:
		return a.idle.Before(b.idle)
	}
	return false
}

func (h *Hall) offer(now time.Time, c *caller, a *agent) {
	a.offer, a.until, a.ringing = c, now.Add(c.ring), true
	c.offers = append(c.offers, a)
	h.order(Order{Caller: c.id, Agent: a.name})
	h.tell(News{Kind: Offered, Queue: c.line.Name, Caller: c.id, Agent: a.name, Waiting: len(c.line.callers)})
	h.tellAgent(a)
}
