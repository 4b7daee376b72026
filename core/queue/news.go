package queue

import (
	"slices"
	"strings"
	"time"
)

// Order is what is to be done for a caller: ring an agent, or with Withdraw
// stop that, or with Unstaffed know that no agent is logged in any more.
type Order struct {
	Caller    string
	Agent     string
	Withdraw  bool
	Unstaffed bool
}

// Kind is what news is about.
type Kind string

// The kinds of news.
const (
	Entered Kind = "entered" // a caller waits
	Offered Kind = "offered" // an agent is rung
	Missed  Kind = "missed"  // and did not answer
	Gone    Kind = "gone"    // a caller waits no longer
	Changed Kind = "agent"   // an agent's state is another
)

// News is something that happened in a queue.
type News struct {
	Kind    Kind
	Queue   string
	Caller  string        // but for Changed
	Agent   string        // Offered, Missed, Changed; Gone: who has answered
	State   State         // Changed
	Result  Result        // Gone
	Wait    time.Duration // Gone
	Waiting int           // callers in the line now
	Paused  bool          // Missed: one too many
}

// State is how an agent stands in a queue.
type State string

// The states of an agent.
const (
	LoggedOut    State = "logged_out"
	Paused       State = "paused"
	Unreachable  State = "unavailable" // no phone is registered
	DoNotDisturb State = "do_not_disturb"
	Ringing      State = "ringing" // for a caller of a queue
	Talking      State = "talking" // to one
	Busy         State = "busy"    // with a call of no queue
	WrapUp       State = "wrap_up"
	Resting      State = "resting" // a short while after a call that they did not take
	Idle         State = "idle"
)

// States are all of them.
var States = []State{Idle, Ringing, Talking, WrapUp, Resting, Busy, Paused, DoNotDisturb, Unreachable, LoggedOut}

// state is how the agent stands in a queue.
func (a *agent) state(l *line) State {
	switch {
	case a.serves != nil:
		return Talking
	case a.offer != nil:
		return Ringing
	case !a.in(l):
		return LoggedOut
	case a.engaged:
		return Busy
	case a.Paused:
		return Paused
	case a.DoNotDisturb:
		return DoNotDisturb
	case !a.reachable:
		return Unreachable
	case a.wraps:
		return WrapUp
	case !a.rest.IsZero():
		return Resting
	}
	return Idle
}

func (h *Hall) order(o Order) { h.orders = append(h.orders, o) }
func (h *Hall) tell(n News)   { h.news = append(h.news, n) }

// tellAgent tells how an agent stands, in each queue that they serve, if that is
// another than before.
func (h *Hall) tellAgent(a *agent) {
	for _, l := range a.lines {
		if is := a.state(l); a.told[l.Name] != is {
			a.told[l.Name] = is
			h.tell(News{Kind: Changed, Queue: l.Name, Agent: a.name, State: is, Waiting: len(l.callers)})
		}
	}
}

// Take takes what is to be done and what has happened, in order.
func (h *Hall) Take() (orders []Order, news []News) {
	orders, news = h.orders, h.news
	h.orders, h.news = nil, nil
	return orders, news
}

// Stats are a queue's counters since it was configured.
type Stats struct {
	Entered int
	By      map[Result]int // those who left, by what became of them
	Soon    int            // of those who were answered, within [Soon]
	Missed  int            // offers that agents did not take
	Waited  time.Duration  // all who were answered, together
}

func (s *Stats) count(why Result, waited time.Duration) {
	if s.By == nil {
		s.By = map[Result]int{}
	}
	s.By[why]++
	if why == Served {
		s.Waited += waited
		if waited <= Soon {
			s.Soon++
		}
	}
}

// View is a queue at a moment.
type View struct {
	Queue
	Callers []WaitingCaller
	Staff   []AgentView
	Stats   Stats
}

// WaitingCaller is somebody who waits.
type WaitingCaller struct {
	ID    string
	Since time.Time
	Rings []string // agents that ring for them
}

// AgentView is an agent of a queue.
type AgentView struct {
	Name   string
	State  State
	Served int // callers so far, of all queues
	Misses int // in a row
}

// Look shows the queues, by name.
func (h *Hall) Look() []View {
	out := make([]View, 0, len(h.lines))
	for _, l := range h.lines {
		v := View{Queue: l.Queue, Stats: l.stats}
		v.Stats.By = map[Result]int{}
		for why, n := range l.stats.By {
			v.Stats.By[why] = n
		}
		for _, c := range l.callers {
			w := WaitingCaller{ID: c.id, Since: c.since}
			for _, a := range c.offers {
				w.Rings = append(w.Rings, a.name)
			}
			v.Callers = append(v.Callers, w)
		}
		for _, a := range l.agents {
			v.Staff = append(v.Staff, AgentView{a.name, a.state(l), a.served, a.misses})
		}
		out = append(out, v)
	}
	slices.SortFunc(out, func(a, b View) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Place is where a caller stands, 1 at the front, 0 if they do not wait; and how
// long it will be, as far as that can be said: 0 if not. Too few calls have been
// taken then, or no agent takes any.
func (h *Hall) Place(id string) (position int, wait time.Duration) {
	c := h.callers[id]
	if c == nil {
		return 0, 0
	}
	l := c.line
	position = slices.Index(l.callers, c) + 1
	working := 0
	for _, a := range l.agents {
		if a.ready(l) && a.reachable {
			working++
		}
	}
	if l.kept < enough || working == 0 {
		return position, 0
	}
	n := min(l.kept, recent)
	var sum time.Duration
	for _, d := range l.busy[:n] {
		sum += d
	}
	return position, sum / time.Duration(n) * time.Duration(position) / time.Duration(working)
}

// Agents are the names of all agents, in no order.
func (h *Hall) Agents() []string {
	out := make([]string, 0, len(h.agents))
	for name := range h.agents {
		out = append(out, name)
	}
	return out
}
