package call

import (
	"fmt"

	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/audio"
)

// Tap is given what one party says and hears, for whoever looks for the cause
// of bad sound.
type Tap interface {
	// Take is called at each tick at which the party hears something. It must
	// not wait, and the frames are lent; says is nil where it is silent.
	Take(tick uint64, says, hears *audio.Frame)
	// End is called when nothing more will come. It must not wait.
	End()
}

// Tap gives a party's sound to t, from soon on until the leg ends or Untap
// takes it away. One tap listens to a leg; another takes its place. The error
// is an [*Error] with [NotFound] if there is no such leg.
func (s *Switch) Tap(call, leg string, t Tap) error {
	s.mu.Lock()
	c := s.calls[call]
	s.mu.Unlock()
	if c == nil || !c.has(leg) || !c.inbox.Put(message{kind: gotTap, leg: leg, tap: t}) {
		return &Error{NotFound, fmt.Sprintf("there is no leg %q in a call %q", leg, call)}
	}
	return nil
}

// Untap takes a tap away, if it is still there.
func (s *Switch) Untap(call, leg string, t Tap) {
	s.mu.Lock()
	c := s.calls[call]
	s.mu.Unlock()
	if c != nil {
		c.inbox.Put(message{kind: gotUntap, leg: leg, tap: t})
	}
}

// has reports whether a leg of the call lives. It is safe at any time.
func (c *Call) has(leg string) bool {
	g := c.shown.Load()
	for _, l := range g.legs {
		if l.ID() == leg {
			return !g.over
		}
	}
	return false
}

// tap takes the wish for a tap, or for its end. The party sits down anew, with
// its line through the tap or without.
func (c *Call) tap(m message) {
	for _, p := range c.parties {
		if p.leg.ID() != m.leg || !p.live() {
			continue
		}
		switch {
		case m.kind == gotUntap && p.tap != m.tap:
			return
		case m.kind == gotUntap:
			p.tap = nil
		default:
			p.endTap()
			p.tap = m.tap
		}
		c.unseat(p)
		return
	}
	if m.kind == gotTap {
		m.tap.End()
	}
}

// endTap tells the party's tap that nothing more comes.
func (p *party) endTap() {
	if p.tap != nil {
		p.tap.End()
		p.tap = nil
	}
}

// heard is the party's line, through its tap if it has one.
func (p *party) heard(line mix.Line) mix.Line {
	if p.tap == nil {
		return line
	}
	return &tapped{Line: line, to: p.tap}
}

var _ mix.Handing = (*tapped)(nil)

// tapped is a line that somebody listens to. Its methods are the tick's.
type tapped struct {
	mix.Line
	to   Tap
	said audio.Frame
	at   uint64 // the tick of said
}

// Read implements [mix.Line].
func (t *tapped) Read(tick uint64, f *audio.Frame) bool {
	ok := t.Line.Read(tick, f)
	if ok {
		t.said, t.at = *f, tick
	}
	return ok
}

// Handed implements [mix.Handing]: until the tick after the tap came the party's
// voice may go past the mixer.
func (t *tapped) Handed(tick uint64) bool {
	h, ok := t.Line.(mix.Handing)
	return ok && h.Handed(tick)
}

// Write implements [mix.Line].
func (t *tapped) Write(tick uint64, f *audio.Frame) {
	t.Line.Write(tick, f)
	if t.at == tick {
		t.to.Take(tick, &t.said, f)
	} else {
		t.to.Take(tick, nil, f)
	}
}
