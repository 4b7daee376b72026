package call

import (
	"cmp"
	"time"

	"github.com/plugboard/plugboard/core/verdict"
	"github.com/plugboard/plugboard/sdk/event"
)

// lookEvery is how often a call looks at how its legs do.
const lookEvery = time.Second

// look judges the media of every party that talks.
func (c *Call) look() {
	if c.state >= stateEnding {
		return
	}
	c.changed = c.changed || len(c.tools) > 0 // what they missed counts up
	for _, p := range c.parties {
		if p.live() && p.open() && !p.app {
			c.judge(p)
		}
	}
}

// judge looks at one party, and tells what changed.
func (c *Call) judge(p *party) {
	i := p.info()
	if p.judge == nil {
		p.judge = verdict.New(cmp.Or(i.Number, i.Name))
	}
	f := verdict.Facts{
		At: time.Now(), Up: p.state == up, Since: p.answered, Held: i.Held, Codec: i.Codec,
		Remote: i.Remote, Local: i.Local, Peer: i.Peer, Stats: i.Stats,
		Streamed: i.Kind == KindLeg,
	}
	changes := p.judge.See(f)
	p.verdicts, p.last = p.judge.Now(), i
	c.changed = c.changed || len(changes) > 0
	if p.listener { // it is no news to those who talk
		return
	}
	for _, v := range changes {
		c.emit(event.LegVerdicts, event.LegVerdict{
			Call: c.facts.ID, Leg: i.ID, Name: i.Name, Number: i.Number, Verdict: v,
		})
	}
}

// allVerdicts are those of the party's whole life.
func (p *party) allVerdicts() []event.Verdict {
	if p.judge == nil {
		return nil
	}
	return p.judge.All()
}
