package call

import (
	"slices"

	"github.com/plugboard/plugboard/core/dialplan"
)

// A tool with an announcement hears nobody who was not told:
//
//	announcing ──all of it was heard──▶ attached; hears who was told
//	    │ it cannot be heard                 │ somebody comes: they are told first
//	    └──────────────▶ lost ◀──────────────┘ who cannot be told
//
// The announcement is a prompt in the room, so that all who talk hear it and
// know of each other that they do. Who holds meanwhile has not heard it.

// notice is a prompt that plays to those who talk, who talk on.
type notice struct {
	speech
	tool *onCall  // that it is for, nil: none waits for it
	to   []*party // who hears it, and has from its beginning
}

// next is closed when the prompt has to tell something. Nil is nothing.
func (n *notice) next() <-chan struct{} {
	if n == nil {
		return nil
	}
	return n.speech.next()
}

// notify brings what is announced in line with who talks, and with which tools
// have not told them.
func (c *Call) notify() {
	n := c.media.notice
	if n != nil {
		n.to = slices.DeleteFunc(n.to, func(p *party) bool { return !p.listens() || !slices.Contains(c.parties, p) })
		if c.state != stateUp || len(n.to) == 0 || n.tool != nil && !n.tool.lives() {
			c.endNotice()
		} else if n.state == speechOpens {
			c.play(&n.speech)
		}
		return
	}
	if c.state != stateUp || c.given != nil || c.media.speech != nil {
		return
	}
	for _, o := range c.tools {
		if o.announce == nil || !o.lives() {
			continue
		}
		if to := c.untold(o); len(to) > 0 {
			c.announces(o, to)
			return
		}
	}
}

// listens reports whether the party hears what is said in the room.
func (p *party) listens() bool { return !p.app && p.state == up && p.port != nil && p.hears }

// untold are those who hear, and were not told of a tool; nobody as long as an
// answer is not through: they shall all hear it from its beginning.
func (c *Call) untold(o *onCall) (to []*party) {
	for _, p := range c.parties {
		if p.state == answering && !p.listener {
			return nil
		}
		if p.listens() && !p.listener && !o.told[p] {
			to = append(to, p)
		}
	}
	return to
}

// announces begins the announcement of a tool.
func (c *Call) announces(o *onCall, to []*party) {
	if c.sw.opt.Prompts == nil {
		c.untellable(o, "there are no prompts")
		return
	}
	c.media.notice = &notice{tool: o, to: to, speech: speech{of: o.announce, prompt: c.sw.opt.Prompts.Prompt(o.announce.Prompt, c.facts.ID, 1)}}
}

// signal plays tones to all who talk, unless they are told something already.
func (c *Call) signal(tones string) {
	if c.media.notice != nil || c.sw.opt.Prompts == nil {
		return
	}
	of := &dialplan.Play{Prompt: &dialplan.Prompt{Tone: tones}, Times: 1, Shown: "tone(" + tones + ")"}
	n := &notice{speech: speech{of: of, prompt: c.sw.opt.Prompts.Prompt(of.Prompt, c.facts.ID, 1)}}
	for _, p := range c.parties {
		if p.listens() && !p.listener {
			n.to = append(n.to, p)
		}
	}
	c.media.notice = n
}

// noticed takes that an announcement is ready, or over.
func (c *Call) noticed() {
	n := c.media.notice
	if n == nil { // it was stopped meanwhile
		return
	}
	o, why := n.tool, ""
	switch {
	case n.state == speechPlays && n.prompt.Err() != nil:
		why = n.prompt.Err().Error()
	case n.state == speechPlays && n.prompt.Heard() == 0:
		why = "it is silent"
	case n.state == speechPlays:
	case n.prompt.Failed() != nil:
		why = n.prompt.Failed().Error()
	default: // ready
		n.state = speechOpens
		return
	}
	c.endNotice()
	switch {
	case o == nil:
	case why != "":
		c.untellable(o, why)
	default:
		for _, p := range n.to {
			o.told[p] = true
		}
		if o.tool == nil {
			_ = c.open(o) // the call knows it as lost then
		}
	}
}

// untellable ends a tool that could not be announced.
func (c *Call) untellable(o *onCall, why string) {
	c.lost(o, "the announcement cannot be heard: "+why)
}

// endNotice ends what is announced, heard or not.
func (c *Call) endNotice() {
	if n := c.media.notice; n != nil {
		c.media.notice = nil
		c.finish(&n.speech)
	}
}
