package dialplan

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Queue is where callers wait in line for agents: the extensions that are its
// members, and those of the groups among its members.
type Queue struct {
	Name                         string
	Number                       string
	Display                      string        // before the caller's name, on the agents' phones
	Strategy                     Strategy      // as of a group, or [LongestIdle]
	Members                      []Destination // as they are written
	Agents                       []*Extension  // of them, in order, each once
	Music                        *Prompt       // nil: the site's
	Position                     time.Duration // how often callers hear where they stand, 0: never
	Ring                         time.Duration // how long an agent rings
	WrapUp                       time.Duration // how long an agent has peace after a call
	MaxMisses                    int           // calls that an agent may miss in a row before they are paused, 0: any number
	MaxWait                      time.Duration // 0: as long as the caller likes
	MaxCallers                   int           // that wait at most, 0: any number
	OnMaxWait, Busy, Unavailable Destination

	texts queueTexts
}

// LongestIdle is a strategy that only queues have: who has had no call for the
// longest time first.
const LongestIdle Strategy = "longest_idle"

// queueTexts are how callers hear where they stand.
type queueTexts struct{ first, at, minute, minutes string }

// spokenQueues are they by language. In any other nobody hears it, and the
// configuration is warned of.
var spokenQueues = map[string]queueTexts{
	"en": {
		first: "You are next in line.", at: "You are number %d in line.",
		minute: " The expected wait is about one minute.", minutes: " The expected wait is about %d minutes.",
	},
	"de": {
		first: "Sie sind als Nächstes an der Reihe.", at: "Sie sind an Position %d.",
		minute: " Die Wartezeit beträgt voraussichtlich etwa eine Minute.", minutes: " Die Wartezeit beträgt voraussichtlich etwa %d Minuten.",
	},
}

// Path implements Destination.
func (q *Queue) Path() string { return "queue." + q.Name }

// Says tells a caller their position, 1 at the front, and how long it will be, if
// that is known and a minute or more. Nil: callers do not hear it.
func (q *Queue) Says(position int, wait time.Duration) *Play {
	if q.Position == 0 || q.texts.at == "" || position < 1 {
		return nil
	}
	text := q.texts.first
	if position > 1 {
		text = fmt.Sprintf(q.texts.at, position)
	}
	switch minutes := int(math.Round(wait.Minutes())); {
	case minutes == 1:
		text += q.texts.minute
	case minutes > 1:
		text += fmt.Sprintf(q.texts.minutes, minutes)
	}
	return &Play{Prompt: &Prompt{Text: text}, Times: 1, Shown: text, path: q.Path()}
}

// Wait has the caller, who is answered, wait in line until an agent answers. What
// is told is that they cannot wait there ([Busy]: as many wait as may;
// [Unavailable]: no agent is logged in), or that [Queue.MaxWait] has passed, by
// [Result.Elapsed].
type Wait struct {
	Queue    *Queue
	Ring     time.Duration // of each agent
	CallerID string
	// Leaves: who waits goes on when the last agent logs out, told as
	// [Unavailable]; else they wait for one who logs in.
	Leaves bool
}

func (*Wait) isStep() {}

// queues makes the queues.
func (c *compiler) queues() {
	p := c.plan
	for _, q := range c.cfg.Queues {
		out := &Queue{Name: q.Name, Number: q.Number, Display: q.Display, Strategy: Strategy(q.Strategy), Music: q.Music, Position: q.AnnouncePosition,
			Ring: q.Ring, WrapUp: q.WrapUp, MaxMisses: q.MaxMisses, MaxWait: q.MaxWait, MaxCallers: q.MaxCallers}
		out.texts, _ = inLanguage(spokenQueues, c.cfg.PBX.Language)
		if out.Position > 0 && out.texts.at == "" {
			c.warnAt(q.Range("announce_position"), "Nobody hears it", "Where a caller stands is said in English and German; pbx.language is %q.", c.cfg.PBX.Language)
		}
		p.queues, p.of[q] = append(p.queues, out), out
	}
}

// joinQueues lets the queues lead to whatever there is.
func (c *compiler) joinQueues() {
	p := c.plan
	for i, q := range c.cfg.Queues {
		out := p.queues[i]
		out.Members = p.compiled(q.Members)
		out.Agents = everybody(out.Members, &roll{})
		out.OnMaxWait, out.Busy, out.Unavailable = p.destination(q.OnMaxWait), p.destination(q.Busy), p.destination(q.Unavailable)
	}
}

// Queues are all queues, as they are written.
func (p *Plan) Queues() []*Queue { return p.queues }

// Queue is the one with a name, nil if there is none.
func (p *Plan) Queue(name string) *Queue {
	for _, q := range p.queues {
		if q.Name == name {
			return q
		}
	}
	return nil
}

// QueuesOf are those that an extension is an agent of.
func (p *Plan) QueuesOf(e *Extension) (out []*Queue) {
	for _, q := range p.queues {
		if slices.Contains(q.Agents, e) {
			out = append(out, q)
		}
	}
	return out
}

// wait comes to a queue.
func (w *Walk) wait(to *Queue, route Follow) Step {
	follow := Follow{Ring: to.Ring, NoAnswer: to.OnMaxWait, Busy: to.Busy, Unavailable: to.Unavailable}.override(route)
	w.at = &waiting{to, follow}
	return &Wait{Queue: to, Ring: follow.Ring, CallerID: w.callerID(nil), Leaves: follow.Unavailable != nil}
}

// waiting is a call that waits in line.
type waiting struct {
	of     *Queue
	follow Follow
}

func (q *waiting) next(w *Walk, r Result) Step {
	if r.Elapsed {
		w.visited = w.visited[:0] // the caller has waited: this is no loop
		r.Cause, r.Text = NoAnswer, fmt.Sprintf("nobody of %s answered within %s", q.of.Path(), q.of.MaxWait)
	}
	if q.follow.next(r.Cause) != nil {
		w.divert(q.of, r.Cause)
	}
	return w.failed(q.follow, r)
}

// QueueLogin is the code by which an agent leaves queues and comes back, and with
// a colon and a queue's number the lamp of one.
const QueueLogin = "queue_login"

// Settings of agents.
const (
	QueuePauseSetting = "queue_pause" // "on"
	LoggedOutSetting  = "logged_out"  // the names of queues, with blanks between them
)

// LoggedOut are the queues that an extension does not take callers of, by their
// names.
func LoggedOut(set map[string]string) []string { return strings.Fields(set[LoggedOutSetting]) }

// attends is the step by which an agent leaves queues, or comes back to them: all
// that they are a member of, or one. Who is logged in to any of them leaves.
func (w *Walk) attends(by *Feature) Step {
	e, p := w.facts.From.Extension, w.decision.plan
	var these []*Queue
	if p != nil {
		these = p.QueuesOf(e)
	}
	if by.Number != "" && p != nil {
		n := p.Normalize(by.Number)
		these = slices.DeleteFunc(these, func(q *Queue) bool { return q.Number != n })
	}
	if len(these) == 0 {
		return &End{Cause: NotFound, Text: e.Path() + " is in no such queue", Phrase: "You are in no such queue"}
	}
	out := LoggedOut(w.set(e))
	on := !slices.ContainsFunc(these, func(q *Queue) bool { return !slices.Contains(out, q.Name) })
	return w.change(by, LoggedOutSetting, p.Attending(e, out, these, on), on)
}

// Attending is the setting of an extension that was logged out of some queues, once it is
// logged in to these, or logged out of them.
func (p *Plan) Attending(e *Extension, out []string, these []*Queue, in bool) string {
	var names []string
	for _, q := range p.QueuesOf(e) { // what is no longer configured is forgotten
		if slices.Contains(these, q) && !in || !slices.Contains(these, q) && slices.Contains(out, q.Name) {
			names = append(names, q.Name)
		}
	}
	return strings.Join(names, " ")
}

// attending checks the setting.
func (p *Plan) attending(e *Extension, value string) (string, *End) {
	names := strings.Fields(value)
	for _, n := range names {
		if !slices.ContainsFunc(p.QueuesOf(e), func(q *Queue) bool { return q.Name == n }) {
			return "", refusal(NotFound, "%s is no member of a queue %s", e.Path(), n)
		}
	}
	return strings.Join(names, " "), nil
}

// wait lets the caller wait in line: whoever is not given answers.
func (t *trial) wait(w *Walk, s *Wait) Step {
	q := s.Queue
	if o, given := t.outcome(q); given && o.What != "answer" {
		if o.What == "no_answer" {
			if q.MaxWait == 0 {
				return t.takes(q, "keeps the caller waiting")
			}
			t.stop(q, "keeps the caller waiting", fmt.Sprintf("nobody answers within %s", q.MaxWait))
			return w.Next(Result{Elapsed: true})
		}
		t.stop(q, "does not take the call", o.What)
		return w.Next(Result{Cause: o.cause()})
	}
	t.out.CallerID = t.plan.redact(s.CallerID)
	present := false
	for _, e := range q.Agents {
		t.out.rang[e] = true
		o, given := t.outcome(e)
		if !given && t.down(e) {
			o.What = string(Unavailable)
		}
		if o == (GivenOutcome{}) || o.What == "answer" {
			t.stop(q, fmt.Sprintf("lets the caller wait, and rings for %s each time", s.Ring), e.Path()+" answers")
			t.out.Answered, t.out.Cause = e.Path(), Normal
			return nil
		}
		present = present || o.What != string(Unavailable)
	}
	switch {
	case !present:
		t.stop(q, "does not take the call", string(Unavailable))
		return w.Next(Result{Cause: Unavailable})
	case q.MaxWait > 0:
		t.stop(q, "keeps the caller waiting", fmt.Sprintf("nobody answers within %s", q.MaxWait))
		return w.Next(Result{Elapsed: true})
	}
	return t.takes(q, "keeps the caller waiting")
}

// queue draws a queue.
func (b *graphBuilder) queue(id string, q *Queue) {
	lines := []string{q.Path()}
	if q.Strategy != Race {
		lines = append(lines, string(q.Strategy))
	}
	b.node(id, "queue", append(lines, numbered(q.Number)...)...)
	for _, m := range q.Members {
		b.aside(id, b.destination(m), "")
	}
	b.then(id, q.OnMaxWait, "max_wait")
	b.then(id, q.Busy, "busy")
	b.then(id, q.Unavailable, "unavailable")
}
