package call

import (
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/tool"
)

// roomTool is a tool that hears all who are in a conference, in whatever calls. Each
// of these calls has it as a tool of its own, a share, so that it shows and writes
// down what becomes of it; the first share attaches it, and the last one ends it.
type roomTool struct {
	mu     sync.Mutex
	tool   Tool // nil before the first share, and once it is lost
	shares map[*share]bool
	now    []ToolNews // what who comes has to know: that it listens, and what it does
	lost   *ToolNews  // nil: it is not
}

// share is a roomTool as the tool of one call.
type share struct {
	Tool
	of   *roomTool
	tell func(ToolNews)
}

// attach gives a call its share.
func (r *roomTool) attach(tools Tools, plugin string, f tool.Call, tell func(ToolNews)) (Tool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lost != nil { // it does not come back before the conference is over
		return nil, errors.New(r.lost.Text)
	}
	if r.tool == nil {
		t, err := tools.Attach(plugin, f, r.news)
		if err != nil {
			return nil, err
		}
		r.tool, r.shares = t, map[*share]bool{}
	}
	s := &share{of: r, tell: tell, Tool: r.tool}
	r.shares[s] = true
	for _, n := range r.now {
		tell(n)
	}
	return s, nil
}

// news tells all calls what became of the tool.
func (r *roomTool) news(n ToolNews) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch n.What {
	case ToolListens, ToolAway:
		r.now = []ToolNews{n}
	case ToolDoes:
		r.now = append(slices.DeleteFunc(r.now, func(o ToolNews) bool { return o.What == ToolDoes }), n)
	case ToolLost:
		r.tool, r.lost = nil, &n
	case ToolEnded:
		return // each call has ended its share itself
	}
	for s := range maps.Keys(r.shares) {
		s.tell(n)
	}
}

// Close implements [Tool].
func (s *share) Close() {
	r := s.of
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.shares[s] {
		return
	}
	delete(r.shares, s)
	if len(r.shares) == 0 && r.tool != nil {
		r.tool.Close()
		r.tool, r.now = nil, nil
	}
}

// meet has the call come into a conference. It returns what follows if that takes
// nobody.
func (c *Call) meet(s *dialplan.Meet, unheard string) dialplan.Step {
	if why := c.attend(s.Conference); why != "" {
		return c.walk.Next(dialplan.Result{Cause: Busy, Text: why})
	}
	c.recordRoom(s.Conference, unheard)
	c.answer(nil)
	return nil
}

// prefaced plays to who is about to come into a conference that it is recorded,
// while they are still alone, and then has them come in. It reports false if
// nothing is to be said.
func (c *Call) prefaced(s *dialplan.Meet) bool {
	t := s.Conference.Tool
	if t == nil || t.Announce == nil || c.sw.opt.Prompts == nil {
		return false
	}
	c.announce(t.Announce)
	c.media.speech.then = func(unheard string) {
		c.state = stateRouting
		if next := c.meet(s, unheard); next != nil {
			c.do(next)
		}
	}
	return true
}

// recordRoom has the tool of a conference hear who of the call is in it, unless
// they could not be told: unheard says why not.
func (c *Call) recordRoom(of *dialplan.Conference, unheard string) {
	t := of.Tool
	if t == nil {
		return
	}
	o := &onCall{
		name: t.Name, plugin: t.Plugin, announce: t.Announce, room: c.media.meeting, state: toolAnnounces,
		began: now(), ears: map[*party]ToolSource{}, told: map[*party]bool{c.caller: true},
	}
	c.tools = append(c.tools, o)
	switch {
	case t.Announce != nil && c.sw.opt.Prompts == nil:
		c.untellable(o, "there are no prompts")
	case unheard != "":
		c.untellable(o, unheard)
	default:
		_ = c.open(o) // the call knows it as lost then
	}
}

// leaveTool ends the call's share of the tool of the conference that it leaves.
func (c *Call) leaveTool() {
	for _, o := range c.tools {
		if o.room != nil && o.room == c.media.meeting && o.lives() {
			c.endTool(o)
			c.tellTool(o)
		}
	}
}

// facts are what the tool of a conference is told of it.
func (m *meeting) facts(of string) tool.Call {
	return tool.Call{Attachment: m.id + "/" + of, Tool: of, ID: m.id, From: "conference." + m.name, To: m.number, Started: m.started}
}
