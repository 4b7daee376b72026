package call

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/tool"
)

// Tools attaches tools of plugins: core/plugin, through the daemon.
type Tools interface {
	// Attach attaches a tool, and returns at once. The error says that there is
	// no such plugin; what else becomes of it is told by calling tell, from
	// another goroutine.
	Attach(plugin string, c tool.Call, tell func(ToolNews)) (Tool, error)
}

// Tool is a tool of a plugin on one call. No method but Control waits.
type Tool interface {
	// Source adds a party that it hears.
	Source(tool.Speaker) ToolSource
	// Control tells it what to do, and returns what it says to that.
	Control(ctx context.Context, verb string) error
	// Counts are what it was given, and what it lost because it was slow, since
	// it was last attached.
	Counts() (frames, missed uint64)
	// Close ends it.
	Close()
}

// ToolSource is a party that a tool hears, until Leave. Nobody calls Hear once
// Leave was called.
type ToolSource interface {
	mix.Ear
	Leave()
}

// ToolNews is what became of a tool.
type ToolNews struct {
	What ToolWhat
	Text string // ToolDoes: a word; ToolAway, ToolLost: why
	// Frames and Missed are what it was given in this life of its plugin, and
	// what it lost.
	Frames, Missed uint64
}

// ToolWhat says what kind of news it is.
type ToolWhat int

// The kinds of news of tools.
const (
	// ToolListens: it is attached, for the first time or again.
	ToolListens ToolWhat = iota + 1
	// ToolDoes: it does what Text says.
	ToolDoes
	// ToolAway: its plugin has ended, and is being started again.
	ToolAway
	// ToolLost: it is gone for good. The last news.
	ToolLost
	// ToolEnded: it has ended, as it was told to. The last news.
	ToolEnded
)

// The states of a tool on a call. While it listens the tool may have a word of
// its own: "recording", "paused".
const (
	toolAnnounces = "announcing"
	toolBegins    = "attaching"
	toolListens   = "listening"
	toolPaused    = "paused" // a recorder's own word
	toolAway      = "away"
	toolLost      = "lost"
	toolEnded     = "ended"
)

// onCall is a tool on the call, or one that was.
type onCall struct {
	name, plugin string
	tool         Tool // nil before it is attached, and once it is lost or ended
	state, why   string
	does         string   // its own word
	route        bool     // the route has it, not somebody on demand
	room         *meeting // whose tool it is, nil: the call's own
	began, ended time.Time
	ears         map[*party]ToolSource
	// announce is what all who talk hear first, nil: nothing; told are those who
	// have.
	announce *dialplan.Play
	told     map[*party]bool
	gaps     []event.Gap
	away     time.Time // since when it is; zero: it is not

	frames, missed uint64 // of earlier lives of its plugin
}

// ToolInfo is a tool on a call as the API shows it.
type ToolInfo struct {
	Name   string `json:"name"`
	Plugin string `json:"plugin"`
	// State is "announcing", "attaching", "listening" or a word of the tool's own
	// ("recording", "paused"), "away" while its plugin is started again, "lost".
	State  string    `json:"state"`
	Reason string    `json:"reason,omitempty"` // why it is away or lost
	Since  time.Time `json:"since"`
	Missed uint64    `json:"missed"` // frames that it lost because it was slow
}

func (o *onCall) info() ToolInfo {
	i := ToolInfo{Name: o.name, Plugin: o.plugin, State: o.state, Reason: o.why, Since: o.began}
	_, i.Missed = o.counts()
	return i
}

// counts are what the tool was given so far, and what it lost. What it was given
// in a life of its plugin that is over is known already.
func (o *onCall) counts() (frames, missed uint64) {
	if o.tool != nil && o.away.IsZero() {
		frames, missed = o.tool.Counts()
	}
	return o.frames + frames, o.missed + missed
}

// lives reports whether the tool listens, or will.
func (o *onCall) lives() bool { return o.tool != nil || o.state == toolAnnounces }

// find is the tool of that name that is on the call, nil if none is.
func (c *Call) find(name string) *onCall {
	for _, o := range c.tools {
		if o.name == name && o.lives() {
			return o
		}
	}
	return nil
}

// routeTools attaches what the route says listens to its calls.
func (c *Call) routeTools(list []dialplan.Tool) {
	for _, t := range list {
		if err := c.attach(t, true); err != nil {
			c.log.Error("a tool of the route does not listen", "tool", t.Name, "plugin", t.Plugin, "error", err)
		}
	}
}

// attach has a tool listen: at once, or once it was announced. An error leaves it
// with the call as one that is lost, so that the record says so, unless one of
// that name listens already.
func (c *Call) attach(t dialplan.Tool, route bool) *Error {
	if c.find(t.Name) != nil {
		return &Error{NotNow, fmt.Sprintf("a tool %q listens to the call already", t.Name)}
	}
	o := &onCall{
		name: t.Name, plugin: t.Plugin, route: route, announce: t.Announce, state: toolAnnounces,
		began: now(), ears: map[*party]ToolSource{}, told: map[*party]bool{},
	}
	c.tools = append(c.tools, o)
	if o.announce != nil {
		c.tellTool(o)
		return nil
	}
	return c.open(o)
}

// open attaches a tool.
func (c *Call) open(o *onCall) *Error {
	f := tool.Call{
		Attachment: fmt.Sprintf("%s/%s/%d", c.facts.ID, o.name, slices.Index(c.tools, o)), Tool: o.name,
		ID: c.facts.ID, From: c.facts.From.Number, FromName: c.facts.From.Name, To: c.facts.To.Number,
		Route: c.record.route, Started: c.record.started,
	}
	o.state, o.began = toolBegins, now()
	tell := func(n ToolNews) { c.inbox.Put(message{kind: gotTool, tool: o, toolNews: n}) }
	var err error
	switch {
	case c.sw.opt.Tools == nil:
		err = fmt.Errorf("no plugin %q is configured", o.plugin)
	case o.room != nil:
		o.tool, err = o.room.tool.attach(c.sw.opt.Tools, o.plugin, o.room.facts(o.name), tell)
	default:
		o.tool, err = c.sw.opt.Tools.Attach(o.plugin, f, tell)
	}
	if err != nil {
		c.lost(o, err.Error())
		return &Error{NotFound, err.Error()}
	}
	c.tellTool(o)
	return nil
}

// hearTool takes news of a tool.
func (c *Call) hearTool(o *onCall, n ToolNews) {
	if o.tool == nil {
		return
	}
	switch n.What {
	case ToolListens:
		c.gap(o)
		o.state, o.why = toolListens, ""
		if o.does != "" {
			o.state = o.does
		}
	case ToolDoes:
		o.does, o.state = n.Text, n.Text
	case ToolAway:
		o.frames, o.missed = o.frames+n.Frames, o.missed+n.Missed
		o.state, o.why = toolAway, n.Text
		if o.away.IsZero() { // else its next life ended before it listened
			o.away = now()
		}
		c.log.Warn("a tool hears nothing of the call for now", "tool", o.name, "plugin", o.plugin, "reason", n.Text)
	case ToolLost:
		o.frames, o.missed = o.frames+n.Frames, o.missed+n.Missed
		c.lost(o, n.Text)
		return
	case ToolEnded:
		o.frames, o.missed = o.frames+n.Frames, o.missed+n.Missed
		c.release(o)
		o.state, o.ended = toolEnded, now()
	}
	c.tellTool(o)
}

// lost is the end of a tool that the call did not wish. The call goes on, or the
// caller goes where the route says.
func (c *Call) lost(o *onCall, why string) {
	if o.away.IsZero() {
		o.away = now()
	}
	o.state, o.why = toolLost, why
	if o.route && c.decision.OnPluginLost != nil && !c.sent {
		c.lacks = o
	}
	c.log.Error("a tool is lost: it hears nothing more of the call", "tool", o.name, "plugin", o.plugin, "reason", why)
	c.release(o)
	c.tellTool(o)
}

// withoutTool sends the caller of a call that is up to the route's on_plugin_lost,
// once, if a tool of the route is lost. Whoever answered is hung up.
func (c *Call) withoutTool() {
	o := c.lacks
	if o == nil || c.state != stateUp || c.caller == nil || c.given != nil {
		return
	}
	c.lacks, c.sent = nil, true
	next := c.walk.Lost(dialplan.Result{Cause: PluginLost, Text: "the tool " + o.name + " is lost: " + o.why})
	if next == nil {
		return
	}
	c.peer, c.state = nil, stateRouting
	for _, p := range c.parties {
		if p != c.caller {
			c.hangup(p, PluginLost)
		}
	}
	c.do(next)
}

// gap writes down a time in which a tool heard nothing.
func (c *Call) gap(o *onCall) {
	if !o.away.IsZero() {
		o.gaps = append(o.gaps, event.Gap{From: o.away, To: now(), Reason: o.why})
		o.away = time.Time{}
	}
}

// release lets go of a tool.
func (c *Call) release(o *onCall) {
	if o.tool == nil {
		return
	}
	t, ears := o.tool, o.ears
	o.tool, o.ears = nil, nil
	c.listen()
	for _, s := range ears {
		s.Leave()
	}
	t.Close()
}

// endTool ends a tool that lives.
func (c *Call) endTool(o *onCall) {
	o.frames, o.missed = o.counts()
	c.release(o)
	c.gap(o)
	o.state, o.ended = toolEnded, now()
}

// listen brings who is heard by which tool in line with who sits in the room:
// each party that talks is heard by each tool.
func (c *Call) listen() {
	if len(c.tools) == 0 {
		return
	}
	for _, p := range c.parties {
		c.listenTo(p)
	}
	for _, o := range c.tools {
		for p, s := range o.ears {
			if !p.live() || !slices.Contains(c.parties, p) {
				delete(o.ears, p)
				s.Leave() // its seat is gone already, and the ears with it
			}
		}
	}
}

// listenTo gives a party's seat its ears.
func (c *Call) listenTo(p *party) {
	var want []mix.Ear
	if p.port != nil && c.state == stateUp && p.live() && !p.listener {
		for _, o := range c.tools {
			if o.tool == nil || o.announce != nil && !o.told[p] && !p.app {
				continue
			}
			s := o.ears[p]
			if s == nil {
				i := p.leg.Info()
				s = o.tool.Source(tool.Speaker{Leg: i.ID, Kind: string(i.Kind), Name: i.Name, Number: i.Number, Since: p.added})
				o.ears[p] = s
			}
			want = append(want, s)
		}
	}
	if p.port != p.listened || !slices.Equal(want, p.ears) {
		if p.port != nil {
			p.port.Listen(want...)
		}
		p.listened, p.ears = p.port, want
	}
}

// endTools ends all tools of a call that is over, and returns what its record
// says of them.
func (c *Call) endTools() (records []event.CDRTool) {
	for _, o := range c.tools {
		if o.state == toolAnnounces {
			o.why = "the call was over before it was announced: nothing was heard"
		}
		switch {
		case o.lives():
			c.endTool(o)
		case o.ended.IsZero(): // it is lost
			c.gap(o)
			o.ended = now()
		}
		records = append(records, event.CDRTool{
			Name: o.name, Plugin: o.plugin, State: o.state, Reason: o.why, Began: o.began, Ended: o.ended,
			Frames: o.frames, Missed: o.missed, Gaps: o.gaps,
		})
	}
	return records
}

// tellTool tells what a tool does now.
func (c *Call) tellTool(o *onCall) {
	c.changed = true
	c.emit(event.ToolChanged, event.Tool{Call: c.facts.ID, Name: o.name, Plugin: o.plugin, State: o.state, Reason: o.why})
}

// ToolWish is a tool that shall listen to a call.
type ToolWish struct {
	Name, Plugin string
	// Announce: all who talk hear first what the site says of recordings.
	Announce bool
}

// AttachTool has a tool listen to a call from now on, or from when those who talk
// have heard its announcement. The error is an [*Error]: [NotFound] if there is no
// such call or plugin, [NotNow] if a tool of that name listens already.
func (s *Switch) AttachTool(id string, w ToolWish, by Actor) (info ToolInfo, err error) {
	err = s.act(id, func(c *Call) *Error {
		t := dialplan.Tool{Name: w.Name, Plugin: w.Plugin}
		if w.Announce {
			t.Announce = c.plan.Announcement()
		}
		if err := c.attach(t, false); err != nil {
			return err
		}
		info = c.find(t.Name).info()
		c.tellAct(toolAct(t.Name), by, nil, func(a *event.Act) { a.Text = "start " + t.Name })
		return nil
	})
	return info, err
}

// DetachTool ends a tool on a call.
func (s *Switch) DetachTool(id, name string, by Actor) error {
	return s.act(id, func(c *Call) *Error {
		o := c.find(name)
		if o == nil {
			return noTool(id, name)
		}
		c.detach(o, by)
		return nil
	})
}

// detach ends a tool for somebody.
func (c *Call) detach(o *onCall, by Actor) {
	c.endTool(o)
	c.tellAct(toolAct(o.name), by, nil, func(a *event.Act) { a.Text = "stop " + o.name })
	c.tellTool(o)
}

// ControlTool tells a tool on a call what to do: [tool.Pause], [tool.Resume] or a
// word of its own.
func (s *Switch) ControlTool(ctx context.Context, id, name, verb string, by Actor) error {
	var t Tool
	if err := s.act(id, func(c *Call) *Error {
		o := c.find(name)
		switch {
		case o == nil:
			return noTool(id, name)
		case o.tool == nil:
			return &Error{NotNow, "it is announced, and listens after that"}
		}
		t = o.tool
		return nil
	}); err != nil {
		return err
	}
	if err := t.Control(ctx, verb); err != nil {
		return &Error{NotNow, err.Error()}
	}
	return s.act(id, func(c *Call) *Error {
		c.tellAct(toolAct(name), by, nil, func(a *event.Act) { a.Text = verb + " " + name })
		return nil
	})
}

// toolAct is how an act on a tool is called.
func toolAct(name string) string {
	if name == dialplan.RecordTool {
		return event.ActRecord
	}
	return event.ActTool
}

func noTool(id, name string) *Error {
	return &Error{NotFound, fmt.Sprintf("no tool %q listens to call %s", name, id)}
}
