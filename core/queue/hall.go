package queue

import (
	"slices"
	"strings"
	"time"
)

// Strategy is whom of the idle agents to ring.
type Strategy string

// The strategies. All but Race ring one agent after the other.
const (
	Race        Strategy = "race"         // all at once
	InOrder     Strategy = "in_order"     // as they are written
	RoundRobin  Strategy = "round_robin"  // beginning after who was rung last
	Random      Strategy = "random"       // in any order
	LeastRecent Strategy = "least_recent" // who has not been called for the longest time first
	LongestIdle Strategy = "longest_idle" // who has been without any call for the longest time first
)

// Queue is one as it is configured.
type Queue struct {
	Name     string
	Strategy Strategy
	Agents   []string      // their names, in order
	Ring     time.Duration // for how long an agent rings
	WrapUp   time.Duration // for how long an agent has peace after a call
	// Misses is how many calls in a row an agent may miss before they are
	// paused; 0: any number.
	Misses int
	// MaxCallers is how many wait at most; 0: any number.
	MaxCallers int
}

// Agent is how an agent wants to be treated, as far as that is set.
type Agent struct {
	LoggedOut    []string // of these queues
	Paused       bool     // has a break from all of them
	DoNotDisturb bool
}

// Rest is how long an agent is left alone after an offer that came to nothing,
// so that their phone does not ring on and on.
const Rest = 5 * time.Second

// Soon is within which a caller is well served, for the service level.
const Soon = 20 * time.Second

// Options are what a hall asks. Nil: it has no idea, and takes things as they
// stand.
type Options struct {
	// LastCall is when an agent last had a call, of a queue or not.
	LastCall func(agent string) time.Time
	// Shuffle is the numbers from 0 to n-1 in any order.
	Shuffle func(n int) []int
}

// Hall is all queues, their callers and agents. It is not safe for several
// goroutines at once.
type Hall struct {
	opt     Options
	lines   map[string]*line
	agents  map[string]*agent
	callers map[string]*caller
	came    uint64 // callers so far
	orders  []Order
	news    []News
}

// line is a queue and who waits in it.
type line struct {
	Queue
	agents  []*agent
	callers []*caller // who came first is first
	turn    int       // whose turn is next, of round_robin
	removed bool      // it is no longer configured; it goes with its last caller
	stats   Stats
	// How long the last calls kept their agents, for the expected wait.
	busy [recent]time.Duration
	kept int // of these, so far
}

// recent is how many calls an expected wait is made of, and enough from how many
// it is honest.
const (
	recent = 20
	enough = 5
)

// caller waits in a line.
type caller struct {
	id     string
	line   *line
	came   uint64 // the order in which they came to the hall
	since  time.Time
	ring   time.Duration
	offers []*agent // that ring for them
	missed map[*agent]int
}

// agent is somebody who takes callers.
type agent struct {
	name  string
	lines []*line
	Agent
	reachable bool
	calls     int // live ones, that of an offer too

	offer   *caller   // that they are rung for, nil if none
	until   time.Time // the end of that
	serves  *line     // whose caller they talk to, nil if none
	since   time.Time // that call
	rest    time.Time // until then they have peace
	wraps   bool      // because they had a call
	misses  int       // in a row
	ringing bool      // a phone of theirs may ring still, for an offer
	engaged bool      // they have had more than that
	idle    time.Time // since then without a call
	served  int
	told    map[string]State // by queue
}

// New makes a hall without queues.
func New(o Options) *Hall {
	if o.LastCall == nil {
		o.LastCall = func(string) time.Time { return time.Time{} }
	}
	if o.Shuffle == nil {
		o.Shuffle = func(n int) []int {
			out := make([]int, n)
			for i := range out {
				out[i] = i
			}
			return out
		}
	}
	return &Hall{opt: o, lines: map[string]*line{}, agents: map[string]*agent{}, callers: map[string]*caller{}}
}

// Configure takes the queues as they are configured from now on. Who waits in
// one that is left out waits on, for the agents that it had.
func (h *Hall) Configure(now time.Time, queues []Queue) {
	for _, l := range h.lines {
		l.removed = true
	}
	for _, q := range queues {
		l := h.lines[q.Name]
		if l == nil {
			l = &line{}
			h.lines[q.Name] = l
		}
		l.Queue, l.removed, l.agents = q, false, nil
		for _, name := range q.Agents {
			a := h.agents[name]
			if a == nil {
				a = &agent{name: name, idle: now, told: map[string]State{}}
				h.agents[name] = a
			}
			l.agents = append(l.agents, a)
		}
	}
	for name, l := range h.lines {
		if l.removed && len(l.callers) == 0 {
			delete(h.lines, name)
		}
	}
	for name, a := range h.agents {
		a.lines = a.lines[:0]
		for _, l := range h.lines {
			if slices.Contains(l.agents, a) {
				a.lines = append(a.lines, l)
			}
		}
		slices.SortFunc(a.lines, func(x, y *line) int { return strings.Compare(x.Name, y.Name) })
		if c := a.offer; c != nil && !slices.Contains(a.lines, c.line) {
			h.withdraw(c, a)
		}
		if len(a.lines) == 0 {
			delete(h.agents, name)
		}
	}
	h.settle(now)
}

// Refusal is why a caller cannot wait in a queue; "" if they can.
type Refusal string

// The refusals.
const (
	Full    Refusal = "full"    // as many wait as may
	Empty   Refusal = "empty"   // no agent is logged in and has a phone
	Unknown Refusal = "unknown" // there is no such queue
)

// Enter puts a caller at the end of a line. ring is for how long agents ring
// for this one, 0: as the queue says.
func (h *Hall) Enter(now time.Time, queue, id string, ring time.Duration) Refusal {
	l := h.lines[queue]
	switch {
	case l == nil:
		return Unknown
	case l.MaxCallers > 0 && len(l.callers) >= l.MaxCallers:
		return Full
	case l.removed || !l.staffed(true):
		return Empty
	}
	h.Leave(now, id, Left) // a call waits in one place
	if ring == 0 {
		ring = l.Ring
	}
	h.came++
	c := &caller{id: id, line: l, came: h.came, since: now, ring: ring}
	l.callers = append(l.callers, c)
	h.callers[id] = c
	l.stats.Entered++
	h.tell(News{Kind: Entered, Queue: queue, Caller: id, Waiting: len(l.callers)})
	h.settle(now)
	return ""
}

// staffed reports whether an agent is logged in, and, if that counts, reachable.
func (l *line) staffed(phones bool) bool {
	return slices.ContainsFunc(l.agents, func(a *agent) bool { return a.in(l) && (a.reachable || !phones) })
}

// Result is what became of somebody who waited.
type Result string

// The results.
const (
	Served    Result = "answered"
	Abandoned Result = "abandoned" // they hung up
	TooLong   Result = "max_wait"
	Unstaffed Result = "unavailable" // the last agent has logged out
	Left      Result = "left"        // they went elsewhere: by a transfer, or because somebody else took the call
)

// Leave takes a caller out of their line. Whoever rings for them shall stop.
// Nothing happens if they do not wait.
func (h *Hall) Leave(now time.Time, id string, why Result) {
	c := h.callers[id]
	if c == nil {
		return
	}
	for len(c.offers) > 0 {
		h.withdraw(c, c.offers[0])
	}
	h.gone(now, c, why, "")
}

// gone takes a caller out who is offered to nobody any more.
func (h *Hall) gone(now time.Time, c *caller, why Result, by string) {
	l := c.line
	delete(h.callers, c.id)
	l.callers = slices.DeleteFunc(l.callers, func(o *caller) bool { return o == c })
	l.stats.count(why, now.Sub(c.since))
	h.tell(News{Kind: Gone, Queue: l.Name, Caller: c.id, Agent: by, Result: why, Wait: now.Sub(c.since), Waiting: len(l.callers)})
	if l.removed && len(l.callers) == 0 {
		delete(h.lines, l.Name)
		for _, a := range l.agents {
			a.lines = slices.DeleteFunc(a.lines, func(o *line) bool { return o == l })
			if len(a.lines) == 0 {
				delete(h.agents, a.name)
			}
		}
	}
	h.settle(now)
}

// Answered says that an agent talks to a caller. It holds though the offer was
// taken back meanwhile: who has answered has answered.
func (h *Hall) Answered(now time.Time, id, name string) {
	c, a := h.callers[id], h.agents[name]
	if c == nil {
		return
	}
	if a != nil {
		if other := a.offer; other != nil && other != c {
			h.withdraw(other, a)
		}
		a.endOffer()
		c.offers = slices.DeleteFunc(c.offers, func(o *agent) bool { return o == a })
		a.serves, a.since, a.rest, a.wraps, a.misses, a.engaged = c.line, now, time.Time{}, false, 0, true
		a.served++
	}
	for len(c.offers) > 0 {
		h.withdraw(c, c.offers[0])
	}
	h.gone(now, c, Served, name)
	if a != nil {
		h.tellAgent(a)
	}
}

// Refused says that an agent who was offered a caller does not ring any more,
// and has not answered. missed says that it was theirs to answer: they let it
// ring, or declined. Else their phone is not there, or busy. It reports whether the
// agent is to be paused, as this was one too many.
func (h *Hall) Refused(now time.Time, id, name string, missed bool) (pause bool) {
	c, a := h.callers[id], h.agents[name]
	if c == nil || a == nil || a.offer != c {
		return false
	}
	pause = h.passOver(now, c, a, missed)
	h.settle(now)
	return pause
}

// passOver ends an offer that came to nothing.
func (h *Hall) passOver(now time.Time, c *caller, a *agent, missed bool) (pause bool) {
	a.endOffer()
	c.offers = slices.DeleteFunc(c.offers, func(o *agent) bool { return o == a })
	if c.missed == nil {
		c.missed = map[*agent]int{}
	}
	c.missed[a]++
	a.rest, a.wraps = now.Add(Rest), false
	if missed {
		a.misses++
		c.line.stats.Missed++
		if most := c.line.Misses; most > 0 && a.misses >= most {
			a.Paused, a.misses, pause = true, 0, true
		}
		h.tell(News{Kind: Missed, Queue: c.line.Name, Caller: c.id, Agent: a.name, Waiting: len(c.line.callers), Paused: pause})
	}
	h.tellAgent(a)
	return pause
}

func (a *agent) endOffer() {
	a.offer, a.until = nil, time.Time{}
	a.ringing = a.calls > 0 // until that is taken back everywhere
}

// Offers reports whether an agent is offered a caller still.
func (h *Hall) Offers(id, name string) bool {
	a := h.agents[name]
	return a != nil && a.offer != nil && a.offer.id == id
}

// withdraw takes an offer back.
func (h *Hall) withdraw(c *caller, a *agent) {
	a.endOffer()
	c.offers = slices.DeleteFunc(c.offers, func(o *agent) bool { return o == a })
	h.order(Order{Caller: c.id, Withdraw: true, Agent: a.name})
	h.tellAgent(a)
}

// Set says how an agent wants to be treated.
func (h *Hall) Set(now time.Time, name string, is Agent) {
	a := h.agents[name]
	if a == nil || slices.Equal(a.LoggedOut, is.LoggedOut) && a.Paused == is.Paused && a.DoNotDisturb == is.DoNotDisturb {
		return
	}
	was := *a
	a.Agent = is
	if was.Paused && !is.Paused || len(was.LoggedOut) > len(is.LoggedOut) { // back from a break: as one who has just hung up
		a.idle, a.misses = now, 0
	}
	if c := a.offer; c != nil && !a.ready(c.line) {
		h.withdraw(c, a)
	}
	h.tellAgent(a)
	for _, l := range a.lines {
		if !l.staffed(false) && len(was.LoggedOut) < len(is.LoggedOut) {
			for _, c := range l.callers {
				h.order(Order{Caller: c.id, Unstaffed: true})
			}
		}
	}
	h.settle(now)
}

// Reach says whether an agent has a phone that can be rung.
func (h *Hall) Reach(now time.Time, name string, can bool) {
	if a := h.agents[name]; a != nil && a.reachable != can {
		a.reachable = can
		h.tellAgent(a)
		h.settle(now)
	}
}

// Calls says how many live calls an agent has, those that ring too.
func (h *Hall) Calls(now time.Time, name string, n int) {
	a := h.agents[name]
	if a == nil || a.calls == n {
		return
	}
	before := a.calls
	a.calls = n
	own := 0
	if a.ringing {
		own = 1
	}
	switch {
	case n > own:
		a.engaged = true
	case n == 0:
		if a.offer == nil {
			a.ringing = false
		}
		if a.engaged {
			a.idle, a.engaged = now, false
		}
		if l := a.serves; l != nil {
			a.serves = nil
			if l.WrapUp > 0 {
				a.rest, a.wraps = now.Add(l.WrapUp), true
			}
			l.busy[l.kept%recent] = now.Sub(a.since) + l.WrapUp
			l.kept++
		}
	}
	if before == 0 || n == 0 {
		h.tellAgent(a)
	}
	h.settle(now)
}

// Next is when the hall wants to be woken, zero if nothing is to come by itself.
func (h *Hall) Next() time.Time {
	var next time.Time
	for _, a := range h.agents {
		for _, t := range [...]time.Time{a.until, a.rest} {
			if !t.IsZero() && (next.IsZero() || t.Before(next)) {
				next = t
			}
		}
	}
	return next
}

// Wake does what has become due, and names the agents that are to be paused.
func (h *Hall) Wake(now time.Time) (pause []string) {
	for _, a := range h.byName() {
		if !a.rest.IsZero() && !a.rest.After(now) {
			a.rest, a.wraps = time.Time{}, false
			h.tellAgent(a)
		}
		if c := a.offer; c != nil && !a.until.After(now) {
			h.order(Order{Caller: c.id, Withdraw: true, Agent: a.name})
			if h.passOver(now, c, a, true) {
				pause = append(pause, a.name)
			}
		}
	}
	h.settle(now)
	return pause
}

// byName are the agents that have something due, in an order that is the same
// each time.
func (h *Hall) byName() []*agent {
	var out []*agent
	for _, a := range h.agents {
		if !a.until.IsZero() || !a.rest.IsZero() {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(x, y *agent) int { return strings.Compare(x.name, y.name) })
	return out
}

// in reports whether the agent is logged in to a queue.
func (a *agent) in(l *line) bool { return !slices.Contains(a.LoggedOut, l.Name) }

// ready reports whether the agent wants callers of a queue.
func (a *agent) ready(l *line) bool { return a.in(l) && !a.Paused && !a.DoNotDisturb }

// free reports whether the agent can be offered one now.
func (a *agent) free(l *line) bool {
	return a.ready(l) && a.reachable && a.calls == 0 && a.offer == nil && a.serves == nil && a.rest.IsZero()
}
