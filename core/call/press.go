package call

import (
	"context"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/tool"
)

// Codes that an extension presses within a call. The keys of one are kept back
// until it is whole, so that the others of the call hear nothing of it; keys that
// turn out to be none go on to them, a moment late.

// codeWait is how long the next key of a code may take.
const codeWait = 2 * time.Second

// What somebody hears after a code: one tone for what begins, two for what ends.
const (
	toneBegins = "1400/300"
	toneEnds   = "1400/150,0/100,1400/150"
)

// commands reports whether a party may press codes: the calls that it talks in
// are recorded when it wishes.
func (c *Call) commands(p *party) bool {
	e := p.who.Extension
	return e != nil && e.RecordOnDemand && c.state == stateUp && p.leg.Kind() != KindTrunk && p.listens() &&
		(p == c.caller || p == c.peer || p.guest)
}

// pressing is what a party has pressed of a code.
type pressing struct {
	keys []News
	turn int // how often it has pressed; a timer of an earlier turn is none
}

// keepsBack takes a key that is, or may become, part of a code. It reports false
// if the key is for the others.
func (c *Call) keepsBack(p *party, n News) bool {
	if !c.commands(p) {
		c.letGo(p)
		return false
	}
	k := &p.pressing
	k.keys = append(k.keys, n)
	k.turn++
	for len(k.keys) > 0 {
		name, more := c.plan.Pressed(keysOf(k.keys))
		switch {
		case name != "":
			k.keys = nil
			c.command(p, name)
		case more:
			turn := k.turn
			time.AfterFunc(codeWait, func() {
				c.inbox.Put(message{kind: gotAct, act: func() { // a call that is over has nobody to pass it to
					if k.turn == turn && c.party(p.leg) == p {
						c.letGo(p)
					}
				}})
			})
			return true
		default:
			c.passKey(p, k.keys[0])
			k.keys = k.keys[1:]
		}
	}
	return true
}

func keysOf(news []News) string {
	keys := make([]byte, 0, 8)
	for _, n := range news {
		keys = append(keys, n.Digit)
	}
	return string(keys)
}

// letGo passes on what was kept back, as it is no code.
func (c *Call) letGo(p *party) {
	keys := p.pressing.keys
	p.pressing.keys = nil
	for _, n := range keys {
		c.passKey(p, n)
	}
}

// command does what a party has pressed.
func (c *Call) command(p *party, name string) {
	o, why := c.find(dialplan.RecordTool), ""
	switch {
	case name == dialplan.RecordCode && o == nil:
		if err := c.attach(dialplan.Tool{Name: dialplan.RecordTool, Plugin: dialplan.Recorder, Announce: c.plan.Announcement()}, false); err != nil {
			why = err.Text
		} else {
			c.tellAct(event.ActRecord, p.actor(), p, func(a *event.Act) { a.Text = "start " + dialplan.RecordTool })
		}
	case name == dialplan.RecordCode && o.route:
		why = "this call is always recorded"
	case name == dialplan.RecordCode:
		c.detach(o, p.actor())
		c.signal(toneEnds)
	case o == nil || o.tool == nil:
		why = "the call is not recorded"
	case o.state == toolPaused:
		c.control(p, o, tool.Resume, toneBegins)
	default:
		c.control(p, o, tool.Pause, toneEnds)
	}
	if why != "" {
		c.refuseCode(p, why)
	}
}

// control has a tool do something that a party has pressed, and lets all hear it
// when that is done.
func (c *Call) control(p *party, o *onCall, verb, tones string) {
	t, by := o.tool, p.actor()
	c.sw.background.Go(func() {
		ctx, cancel := context.WithTimeout(c.ctx, controlTime)
		defer cancel()
		err := t.Control(ctx, verb)
		c.inbox.Put(message{kind: gotAct, act: func() {
			switch {
			case c.state >= stateEnding:
			case err != nil:
				c.refuseCode(p, err.Error())
			default:
				c.tellAct(toolAct(o.name), by, nil, func(a *event.Act) { a.Text = verb + " " + o.name })
				c.signal(tones)
			}
		}})
	})
}

// controlTime is how long a tool may take to do what it is told.
const controlTime = 10 * time.Second

// refuseCode shows a party, if its phone can, why its code did nothing.
func (c *Call) refuseCode(p *party, why string) {
	c.log.Info("a code pressed in the call does nothing", "by", p.String(), "reason", why)
	if e := p.who.Extension; c.sw.opt.Text != nil && e != nil {
		c.sw.opt.Text(Text{To: e, Call: c.facts.ID, From: e.Number, FromName: e.Display, Text: "Recording: " + why})
	}
}
