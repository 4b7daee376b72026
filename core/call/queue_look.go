package call

import (
	"time"

	"github.com/plugboard/plugboard/core/queue"
)

// QueueInfo is a queue as the API shows it. What is counted, is since the start.
type QueueInfo struct {
	Name     string         `json:"name"`
	Number   string         `json:"number" doc:"empty if it has none"`
	Strategy string         `json:"strategy"`
	Waiting  []QueuedCaller `json:"waiting" nullable:"false" doc:"who waits, the first one first"`
	Agents   []QueueAgent   `json:"agents" nullable:"false"`
	// LongestWaitSeconds is how long the first of them has waited.
	LongestWaitSeconds float64 `json:"longest_wait_seconds" doc:"of those who wait now"`
	Entered            int     `json:"entered" doc:"callers since the start"`
	Answered           int     `json:"answered"`
	Abandoned          int     `json:"abandoned" doc:"callers who hung up while they waited"`
	MaxWait            int     `json:"max_wait" doc:"callers who waited too long and went on"`
	Elsewhere          int     `json:"elsewhere" doc:"callers who went elsewhere for another reason: they were transferred, or the last agent logged out"`
	Missed             int     `json:"missed" doc:"how often an agent let it ring, or declined"`
	// AverageWaitSeconds is of those who were answered.
	AverageWaitSeconds float64 `json:"average_wait_seconds" doc:"until the answer"`
	// ServiceLevel is the share of those who are gone that was answered within 20
	// seconds.
	ServiceLevel *float64 `json:"service_level" doc:"the share of the callers that was answered within 20 seconds, 0 to 1; null before the first caller is gone"`
}

// QueuedCaller is somebody who waits.
type QueuedCaller struct {
	Position    int       `json:"position"`
	Call        string    `json:"call"`
	Number      string    `json:"number"`
	Name        string    `json:"name"`
	Since       time.Time `json:"since"`
	WaitSeconds float64   `json:"wait_seconds"`
	Ringing     []string  `json:"ringing" nullable:"false" doc:"the numbers of the agents that ring for them"`
}

// QueueAgent is an agent of a queue.
type QueueAgent struct {
	Number   string `json:"number"`
	Name     string `json:"name" doc:"to show"`
	State    string `json:"state" enum:"idle,ringing,talking,wrap_up,resting,busy,paused,do_not_disturb,unavailable,logged_out" doc:"resting: for a moment, after a call that they did not take; busy: with a call of no queue; unavailable: without a phone"`
	Answered int    `json:"answered" doc:"callers of all queues, since the start"`
	Missed   int    `json:"missed" doc:"in a row"`
}

// Queues are the queues, by name.
func (s *Switch) Queues() []QueueInfo {
	plan := s.opt.Plan()
	q := s.queues
	q.mu.Lock()
	defer q.mu.Unlock()
	at := now()
	out := []QueueInfo{}
	for _, v := range q.hall.Look() {
		i := QueueInfo{
			Name: v.Name, Number: q.numbers[v.Name], Strategy: string(v.Strategy), Waiting: []QueuedCaller{}, Agents: []QueueAgent{}, Entered: v.Stats.Entered, Missed: v.Stats.Missed,
			Answered: v.Stats.By[queue.Served], Abandoned: v.Stats.By[queue.Abandoned], MaxWait: v.Stats.By[queue.TooLong],
			Elsewhere: v.Stats.By[queue.Left] + v.Stats.By[queue.Unstaffed],
		}
		for n, c := range v.Callers {
			w := QueuedCaller{Position: n + 1, Call: c.ID, Since: c.Since, WaitSeconds: at.Sub(c.Since).Seconds(), Ringing: []string{}}
			if in := q.callers[c.ID]; in != nil {
				w.Number, w.Name = in.number, in.name
			}
			for _, a := range c.Rings {
				w.Ringing = append(w.Ringing, s.numberOf(a))
			}
			i.LongestWaitSeconds = max(i.LongestWaitSeconds, w.WaitSeconds)
			i.Waiting = append(i.Waiting, w)
		}
		for _, a := range v.Staff {
			x := QueueAgent{Number: a.Name, State: string(a.State), Answered: a.Served, Missed: a.Misses}
			if e := plan.ExtensionByName(a.Name); e != nil {
				x.Number, x.Name = e.Number, e.Display
			}
			i.Agents = append(i.Agents, x)
		}
		if i.Answered > 0 {
			i.AverageWaitSeconds = v.Stats.Waited.Seconds() / float64(i.Answered)
		}
		if gone := i.Entered - len(i.Waiting); gone > 0 {
			level := float64(v.Stats.Soon) / float64(gone)
			i.ServiceLevel = &level
		}
		out = append(out, i)
	}
	return out
}
