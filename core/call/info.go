package call

import (
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/leg"
)

// Info is a live call as the API shows it.
type Info struct {
	ID    string `json:"id"`
	From  string `json:"from"` // the caller's number
	To    string `json:"to"`   // what was dialled
	Route string `json:"route"`
	// Conference is the name of the one that the caller is in.
	Conference string     `json:"conference,omitempty"`
	Queue      string     `json:"queue,omitempty"` // the name of the one that the caller waits in
	State      string     `json:"state"`           // "ringing" or "up"
	Started    time.Time  `json:"started"`
	Answered   *time.Time `json:"answered"` // null until then
	Legs       []LegInfo  `json:"legs"`     // those that have not ended
	Tools      []ToolInfo `json:"tools"`    // what listens to it
}

// glance is what others may see of a call. The call's goroutine makes a new
// one when something in it changes, and never changes one that it has shown.
type glance struct {
	route, conference string
	queue             string
	answered          time.Time
	legs              []Leg
	marks             []marks // of each leg
	rung              rung
	tools             []ToolInfo
	over              bool // the call is ending
}

// show makes the call's present state visible, if it has changed.
func (c *Call) show() {
	if !c.changed {
		return
	}
	c.changed = false
	g := &glance{route: c.record.route, answered: c.record.answered, rung: c.rung(), over: c.state >= stateEnding}
	if c.media.meeting != nil {
		g.conference = c.media.meeting.name
	}
	if c.line != nil {
		g.queue = c.line.Queue.Name
	}
	g.legs = make([]Leg, 0, len(c.parties))
	for _, p := range c.parties {
		if p.live() {
			g.legs = append(g.legs, p.leg)
			g.marks = append(g.marks, p.marks())
		}
	}
	for _, o := range c.tools {
		if o.state != toolEnded {
			g.tools = append(g.tools, o.info())
		}
	}
	c.shown.Store(g)
}

// info is the call's picture. It reports false for a call that is ending. It
// is safe at any time.
func (c *Call) info() (Info, bool) {
	g := c.shown.Load()
	if g.over {
		return Info{}, false
	}
	i := Info{
		ID: c.facts.ID, From: c.facts.From.Number, To: c.facts.To.Number, Route: g.route, Conference: g.conference, Queue: g.queue,
		State: "ringing", Started: c.record.started, Answered: when(g.answered), Legs: []LegInfo{}, Tools: append([]ToolInfo{}, g.tools...),
	}
	if i.Answered != nil {
		i.State = "up"
	}
	for n, l := range g.legs {
		i.Legs = append(i.Legs, g.marks[n].on(l.Info()))
	}
	return i, true
}

// Hear takes what a plugin tells of the leg's media into the picture, and returns
// what the hub is to hear of it. It reports false for what is no news to the hub:
// what is of a leg's signalling, and its end, is for the leg to judge.
func (i *LegInfo) Hear(e leg.Event) (n News, ok bool) {
	switch e.Kind {
	case leg.Changed:
		i.Codec = e.Codec
		i.Held = e.Direction == leg.RecvOnly || e.Direction == leg.Inactive
		if e.Remote.IsValid() {
			i.Remote = e.Remote.String()
		}
	case leg.Source:
		i.Remote = e.Remote.String()
	case leg.Speaking:
		i.Speaking, i.Level = e.Speaking, e.Level
	case leg.Pressed:
		return News{What: Pressed}, true
	case leg.Digit:
		if strings.IndexByte(keys, e.Digit) < 0 {
			return News{}, false // no key of any phone
		}
		return News{What: Digit, Digit: e.Digit, Duration: min(max(e.Duration, 0), longestPress)}, true
	default:
		return News{}, false
	}
	return News{What: Changed}, true
}

const (
	keys         = "0123456789*#ABCD" // of a phone (ITU-T Q.23)
	longestPress = 10 * time.Second
)
