package call

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/queue"
	"github.com/plugboard/plugboard/sdk/event"
)

// A call that waits in line is one whose caller is answered and hears music,
// while the call is routing still:
//
//	          ┌── nobody answers ◀─┐
//	          ▼                    │
//	routing, in line ──offer──▶ agents ring ──one answers──▶ up
//	          │
//	          └── too long, or no agent any more ──▶ routing, elsewhere
//
// Who is offered whom is decided across calls, in core/queue. The switch keeps
// that hall under one lock; what it wants done comes into the call's inbox, and
// the call says what came of it. The phones of an agent ring as for a group.

// queues is the hall of the switch, and its clock.
type queues struct {
	sw *Switch

	mu      sync.Mutex
	hall    *queue.Hall
	callers map[string]*inQueue // by call
	numbers map[string]string   // of the queues, by name
	timer   *time.Timer         // of what the hall does by itself, nil: never yet
	news    []event.Queue       // that is to be told
	closed  bool

	telling sync.Mutex // one tells at a time, so that news stay in order

	// agents are the names of all agents, and maybe of some who no longer are: a
	// call of anybody else goes past the hall without its lock.
	agents atomic.Pointer[map[string]bool]
}

// inQueue is who waits, as others may see them.
type inQueue struct {
	call         *Call
	number, name string
}

func newQueues(s *Switch) *queues {
	q := &queues{sw: s, callers: map[string]*inQueue{}}
	q.hall = queue.New(queue.Options{LastCall: s.lines.lastCall, Shuffle: live{}.Shuffle})
	q.agents.Store(&map[string]bool{})
	s.lines.changed = q.counted
	return q
}

// do does something in the hall, and then what that wants done.
func (q *queues) do(f func(h *queue.Hall, now time.Time)) {
	q.mu.Lock()
	f(q.hall, now())
	orders, news := q.hall.Take()
	for _, o := range orders {
		if in := q.callers[o.Caller]; in != nil {
			in.call.inbox.Put(message{kind: gotAct, act: func() { in.call.ordered(o) }})
		}
	}
	for _, n := range news {
		q.news = append(q.news, q.event(n))
		if n.Kind == queue.Gone {
			delete(q.callers, n.Caller)
		}
	}
	q.wind()
	some := len(q.news) > 0
	q.mu.Unlock()
	if some {
		q.tell()
	}
}

// wind sets the clock. The lock is held.
func (q *queues) wind() {
	next := q.hall.Next()
	switch {
	case next.IsZero() || q.closed:
		if q.timer != nil {
			q.timer.Stop()
		}
	case q.timer == nil:
		q.timer = time.AfterFunc(time.Until(next), q.wake)
	default:
		q.timer.Reset(time.Until(next))
	}
}

func (q *queues) wake() {
	var pause []string
	q.do(func(h *queue.Hall, now time.Time) { pause = h.Wake(now) })
	for _, name := range pause {
		q.pause(name, "")
	}
}

func (q *queues) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.wind()
}

// tell tells what has happened.
func (q *queues) tell() {
	q.telling.Lock()
	defer q.telling.Unlock()
	q.mu.Lock()
	news := q.news
	q.news = nil
	q.mu.Unlock()
	for _, e := range news {
		q.sw.emit(event.QueueChanged, e)
	}
}

// event is news as others see it. The lock is held.
func (q *queues) event(n queue.News) event.Queue {
	e := event.Queue{
		Queue: n.Queue, Change: string(n.Kind), Waiting: n.Waiting, Call: n.Caller, Agent: q.sw.numberOf(n.Agent),
		State: string(n.State), Result: string(n.Result), WaitSeconds: n.Wait.Seconds(),
	}
	if in := q.callers[n.Caller]; in != nil {
		e.Number, e.Name = in.number, in.name
	}
	return e
}

// numberOf is the number of an extension, its name if it is gone.
func (s *Switch) numberOf(name string) string {
	if e := s.opt.Plan().ExtensionByName(name); name != "" && e != nil {
		return e.Number
	}
	return name
}

// SetQueues takes the queues of the configuration in force. Who waits, waits on.
func (s *Switch) SetQueues(all []*dialplan.Queue) {
	numbers := map[string]string{}
	var list []queue.Queue
	var agents []*dialplan.Extension
	for _, of := range all {
		q := queue.Queue{Name: of.Name, Strategy: queue.Strategy(of.Strategy), Ring: of.Ring, WrapUp: of.WrapUp, Misses: of.MaxMisses, MaxCallers: of.MaxCallers}
		numbers[of.Name] = of.Number
		for _, e := range of.Agents {
			q.Agents = append(q.Agents, e.Name)
			agents = append(agents, e)
		}
		list = append(list, q)
	}
	s.queues.do(func(h *queue.Hall, now time.Time) {
		h.Configure(now, list)
		s.queues.numbers = numbers
		names := map[string]bool{}
		for _, name := range h.Agents() {
			names[name] = true
		}
		s.queues.agents.Store(&names) // before their calls are counted: what changes from now on is told
		settings := s.opt.Settings.Settings()
		for _, e := range agents {
			h.Set(now, e.Name, agentOf(e, settings))
			h.Calls(now, e.Name, s.lines.count(e.Name))
		}
	})
}

func agentOf(e *dialplan.Extension, settings map[string]map[string]string) queue.Agent {
	is := e.Standing(settings[e.Name])
	return queue.Agent{LoggedOut: is.LoggedOut, Paused: is.QueuePause, DoNotDisturb: is.DoNotDisturb}
}

// know reports whether an extension may be an agent.
func (q *queues) know(name string) bool { return (*q.agents.Load())[name] }

// set tells the hall what an extension has set.
func (q *queues) set(e *dialplan.Extension) {
	if !q.know(e.Name) {
		return
	}
	q.do(func(h *queue.Hall, now time.Time) { h.Set(now, e.Name, agentOf(e, q.sw.opt.Settings.Settings())) })
}

// counted tells the hall how many calls an extension has.
func (q *queues) counted(name string) {
	if !q.know(name) {
		return
	}
	q.do(func(h *queue.Hall, now time.Time) { h.Calls(now, name, q.sw.lines.count(name)) })
}

// Reachable says whether an extension, by its name, has a phone that can be rung.
func (s *Switch) Reachable(name string, can bool) {
	if !s.queues.know(name) {
		return
	}
	s.queues.do(func(h *queue.Hall, now time.Time) { h.Reach(now, name, can) })
}

// pause gives an agent a break who has missed too many calls.
func (q *queues) pause(name, call string) {
	e := q.sw.opt.Plan().ExtensionByName(name)
	if e == nil {
		return
	}
	if err := q.sw.Set(e, dialplan.QueuePauseSetting, dialplan.On, Actor{Kind: event.BySwitch}, call); err != nil {
		q.sw.opt.Log.Error("a break cannot be kept", "extension", e.Path(), "error", err)
	}
}

// is takes who waits in a call's place in line.
func (q *queues) is(c *Call) {
	who := c.caller.who
	if who.Private {
		who = dialplan.Party{Number: dialplan.Anonymous}
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.callers[c.facts.ID] = &inQueue{call: c, number: who.Number, name: cmp.Or(who.Name, display(who))}
}

// inLine is a call's place in a queue.
type inLine struct {
	*dialplan.Wait
	since time.Time
	until time.Time // then it goes on; zero: never
	says  time.Time // then the caller hears where they stand; zero: never
}

// sayAfter is how soon the caller hears that for the first time: who is about to
// be answered does not.
const sayAfter = time.Second

// wait puts the caller at the end of a line, and answers them.
func (c *Call) wait(s *dialplan.Wait) dialplan.Step {
	q := s.Queue
	var why queue.Refusal
	c.sw.queues.is(c)
	c.sw.queues.do(func(h *queue.Hall, now time.Time) {
		if why = h.Enter(now, q.Name, c.facts.ID, s.Ring); why != "" {
			delete(c.sw.queues.callers, c.facts.ID)
		}
	})
	switch why {
	case "":
	case queue.Full:
		return c.walk.Next(dialplan.Result{Cause: Busy, Text: "as many callers wait in " + q.Path() + " as may"})
	default:
		return c.walk.Next(dialplan.Result{Cause: Unavailable, Text: "no agent of " + q.Path() + " is logged in and has a phone"})
	}
	c.silence()
	c.line = &inLine{Wait: s, since: now()}
	if q.MaxWait > 0 {
		c.line.until = c.line.since.Add(q.MaxWait)
	}
	if q.Position > 0 {
		c.line.says = c.line.since.Add(sayAfter)
	}
	c.changed = true
	c.appAnswers()
	c.windLine()
	return nil
}

// windLine sets the call's timer to what is due next for who waits.
func (c *Call) windLine() {
	l := c.line
	if l == nil {
		return
	}
	next := l.until
	if !l.says.IsZero() && (next.IsZero() || l.says.Before(next)) {
		next = l.says
	}
	if next.IsZero() {
		c.timer.Stop()
		return
	}
	c.timer.Reset(time.Until(next))
}

// lineDue does what is due for who waits.
func (c *Call) lineDue() {
	l := c.line
	if at := now(); !l.until.IsZero() && !l.until.After(at) {
		c.leaveLine(queue.TooLong)
		c.do(c.walk.Next(dialplan.Result{Elapsed: true}))
		return
	} else if !l.says.IsZero() && !l.says.After(at) {
		l.says = at.Add(l.Queue.Position)
		c.sayPosition()
	}
	c.windLine()
}

// sayPosition lets the caller hear where they stand, unless they hear something
// already, or an agent rings for them.
func (c *Call) sayPosition() {
	if c.media.speech != nil || c.fork != nil {
		return
	}
	position, wait := 0, time.Duration(0)
	c.sw.queues.do(func(h *queue.Hall, _ time.Time) { position, wait = h.Place(c.facts.ID) })
	c.inform(c.line.Queue.Says(position, wait), true)
}

// leaveLine takes the caller out of line, if they wait.
func (c *Call) leaveLine(why queue.Result) {
	if c.line == nil {
		return
	}
	c.outLine(string(why), nil, func(h *queue.Hall, now time.Time) { h.Leave(now, c.facts.ID, why) })
	c.leave(nil, NoAnswer)
	c.timer.Stop()
}

// outOfLine is leaveLine at the end of the call, by somebody.
func (c *Call) outOfLine(by string) {
	why := queue.Left
	if by == byCaller {
		why = queue.Abandoned
	}
	c.leaveLine(why)
}

// served is the good end of a wait: somebody has answered, an agent or one who
// has picked up the call.
func (c *Call) served(p *party) {
	if c.line == nil {
		return
	}
	by := (*dialplan.Extension)(nil)
	if p != nil {
		by = p.who.Extension
	}
	name := ""
	if by != nil {
		name = by.Name
	}
	c.outLine(string(queue.Served), by, func(h *queue.Hall, now time.Time) { h.Answered(now, c.facts.ID, name) })
	if c.asked.Sent || c.caller.who.Number != c.facts.From.Number { // whose phone knows nothing of the way here
		c.caller.tellConnected(p)
	}
}

// outLine ends the wait, and writes it down.
func (c *Call) outLine(why string, by *dialplan.Extension, leave func(*queue.Hall, time.Time)) {
	l := c.line
	c.line, c.changed = nil, true
	c.endSpeech()
	in := event.CDRQueue{Queue: l.Queue.Name, Entered: l.since, WaitSeconds: now().Sub(l.since).Seconds(), Result: why}
	if by != nil {
		in.Agent = by.Number
	}
	c.record.queues = append(c.record.queues, in)
	c.sw.queues.do(leave)
}

// ordered does what the hall wants done for the caller. It may be about a place
// that they have left.
func (c *Call) ordered(o queue.Order) {
	switch {
	case c.line == nil:
	case o.Unstaffed && c.line.Leaves:
		c.leaveLine(queue.Unstaffed)
		c.do(c.walk.Next(dialplan.Result{Cause: Unavailable, Text: "the last agent has logged out"}))
	case o.Unstaffed:
	case o.Withdraw:
		c.withdraw(o.Agent)
	default:
		c.offer(o.Agent)
	}
}

// offer rings the phones of an agent.
func (c *Call) offer(name string) {
	holds := false
	c.sw.queues.do(func(h *queue.Hall, _ time.Time) { holds = h.Offers(c.facts.ID, name) })
	if !holds {
		return
	}
	e := c.sw.opt.Plan().ExtensionByName(name)
	if e == nil || !(live{c}).Take(e, 1) {
		c.notTaken(name, false)
		return
	}
	if c.fork == nil {
		c.fork = &fork{step: &dialplan.Ring{Of: c.line.Queue, CallerID: c.line.CallerID, For: c.line.Ring}, causes: map[*dialplan.Extension][]Cause{}}
	}
	delete(c.fork.causes, e)
	c.changed = true
	if _, ok := c.dial(c.dialExtension(e, c.fork.step)); !ok {
		c.unring(name)
		c.free()
		c.notTaken(name, false)
	}
}

// withdraw ends the ringing at an agent.
func (c *Call) withdraw(name string) {
	if c.fork == nil {
		return
	}
	for _, p := range c.fork.legs {
		if p.of.Name == name {
			c.hangup(p, NoAnswer)
		}
	}
	c.unring(name)
}

// unring takes an agent out of the fork, and ends that with its last one.
func (c *Call) unring(name string) {
	f := c.fork
	f.legs = slices.DeleteFunc(slices.Clone(f.legs), func(p *party) bool { return p.of.Name == name })
	if len(f.legs) == 0 {
		c.fork = nil
	}
	c.changed = true
}

// agentEnded takes the end of an agent's phone that rang.
func (c *Call) agentEnded(p *party, cause Cause) {
	f := c.fork
	f.causes[p.of] = append(f.causes[p.of], cause)
	if f.rung(p.of) {
		return
	}
	why := dialplan.Outcome(f.causes[p.of])
	c.unring(p.of.Name)
	// A phone of somebody who has no call says that it is busy at the press of a key.
	c.notTaken(p.of.Name, why == NoAnswer || why == Declined || why == Busy || why == DoNotDisturb)
}

// notTaken tells the hall that an agent does not answer.
func (c *Call) notTaken(name string, missed bool) {
	pause := false
	c.sw.queues.do(func(h *queue.Hall, now time.Time) { pause = h.Refused(now, c.facts.ID, name, missed) })
	if pause {
		c.sw.queues.pause(name, c.facts.ID)
	}
}

// shows lets an agent's phone show who waits, and for what.
func (l *inLine) shows(c *Call, d *Dial) {
	who := c.caller.who
	if who.Number != c.asked.From.Number && c.decision.CallerID == "" {
		d.CallerNumber = who.Number
	}
	name := cmp.Or(who.Name, display(who), d.CallerNumber)
	if who.Private {
		name = dialplan.Anonymous
	}
	d.CallerName, d.Private = l.Queue.Display+": "+name, who.Private
}
