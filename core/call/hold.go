package call

import (
	"fmt"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/media/sound"
)

// A party that holds neither speaks nor hears. Its own phone has done that, and
// the leg says so, or somebody has, by [Switch.Hold], and the phone knows
// nothing of it. If one other is left to hear, and nobody else to talk to, it
// hears music. The way of its sound stays open both ways, so that resuming takes
// no more than a tick here.

// holding is the music of a call.
type holding struct {
	port   *mix.Port // nil: none is played
	by     *party    // who holds
	sound  *sound.Sound
	player *sound.Player // keeps its place from one hold to the next
	speech *speech       // a text in place of it, nil if none plays
	// broken is a text that could not be spoken: in this call it is silence.
	broken *dialplan.Prompt
}

// changedLeg takes what has changed on a party's leg.
func (c *Call) changedLeg(p *party) {
	held := p.leg.Info().Held
	if p.held && !held { // its own key resumes whatever was held for it
		p.kept = false
	}
	was := p.held
	p.held, p.last = held, p.info()
	c.changed = true
	c.tellLeg(event.LegChanged, p)
	switch {
	case held && !was:
		c.tellAct(event.ActHold, p.actor(), p)
	case was && !held:
		c.tellAct(event.ActResume, p.actor(), p)
	}
}

// accompany brings the music in line with who holds.
func (c *Call) accompany() {
	by, to := c.waits()
	h := &c.media.hold
	if by == h.by {
		return
	}
	c.hush()
	if by == nil {
		return
	}
	m := c.plan.Music(c.musicOf(by, to))
	h.by = by
	line := &holdLine{}
	switch s := m.Sound; {
	case m.Text != nil && m.Text.Prompt != h.broken && c.sw.opt.Prompts != nil:
		h.speech = &speech{of: m.Text, prompt: c.sw.opt.Prompts.Music(m.Text.Prompt, c.facts.ID), state: speechPlays}
		c.emit(event.PromptStarted, event.Prompt{Call: c.facts.ID, Prompt: m.Text.Shown})
		line.music = h.speech.prompt
	case s != nil:
		if h.player == nil || h.sound != s {
			h.sound, h.player = s, s.Player(true)
		}
		line.music = played{h.player}
	}
	if by != to && by.leg.Kind() == KindTrunk {
		line.far = by.line
	}
	if line.music != nil || line.far != nil {
		h.port = c.room().Join(line, mix.Options{Deaf: true})
	}
}

// loseMusic takes that the text has broken off, or never came: from now on it is
// silence, which the log and the call's story tell.
func (c *Call) loseMusic() {
	if s := c.media.hold.speech; s != nil {
		c.media.hold.broken = s.of.Prompt
		c.log.Warn("the music cannot be spoken: who waits hears nothing", "music", s.of.Shown, "error", s.prompt.Err())
		c.hush()
	}
}

// waits finds who holds and who waits for them: nobody if nobody holds, or if
// others are there to talk to. In a conference nobody waits; who is parked, or in
// line, waits for somebody yet to come.
func (c *Call) waits() (by, to *party) {
	if c.line != nil && c.caller.port != nil && !c.caller.holds() {
		if s := c.media.speech; s != nil && s.state != speechWaits { // they hear where they stand
			return nil, nil
		}
		return c.caller, c.caller
	}
	if c.state != stateUp || c.media.meeting != nil {
		return nil, nil
	}
	if c.parked != nil && c.caller.port != nil && !c.caller.holds() {
		if c.media.speech != nil { // first they hear where they are
			return nil, nil
		}
		return c.caller, c.caller
	}
	for _, p := range c.parties {
		switch {
		case p.port == nil || p.listener:
		case p.holds() && by == nil:
			by = p
		case !p.holds() && to != nil:
			return nil, nil
		case !p.holds():
			to = p
		}
	}
	if to == nil {
		return nil, nil
	}
	return by, to
}

// musicOf is what one party hears whom another holds: the music of the queue that
// they wait in, or of the extension that holds, else that of the trunk that the call goes over, else
// (nil) the site's.
func (c *Call) musicOf(by, to *party) *dialplan.Prompt {
	if c.line != nil && c.line.Queue.Music != nil {
		return c.line.Queue.Music
	}
	if e := c.plan.ExtensionByName(by.leg.Name()); e != nil && by != to && by.leg.Kind() != KindTrunk && e.Music != nil {
		return e.Music
	}
	if t := c.plan.TrunkByName(to.leg.Name()); t != nil && to.leg.Kind() == KindTrunk {
		return t.Music
	}
	return nil
}

// hush ends the music.
func (c *Call) hush() {
	h := &c.media.hold
	if h.port != nil {
		h.port.Leave()
	}
	if h.speech != nil {
		c.finish(h.speech)
	}
	h.port, h.by, h.speech = nil, nil, nil
}

// holdLine plays music. Where a trunk holds, what its far side itself plays goes
// before: another switch has music of its own, or says how long to wait. Its
// methods are the tick's.
type holdLine struct {
	music mix.Line // nil: silence
	far   mix.Line // nil: what comes from there is not heard
	own   int      // for how many ticks more the far side goes before
}

// played is a sound as a line that hears nothing.
type played struct{ player *sound.Player }

// Read implements [mix.Line].
func (p played) Read(_ uint64, f *audio.Frame) bool { return p.player.Next(f) }

// Write implements [mix.Line].
func (played) Write(uint64, *audio.Frame) {}

const (
	holdGate = 1. / 256 // -48 dB: below, the far side is silent
	holdOwn  = 100      // ticks: 2 s
)

// Read implements [mix.Line].
func (l *holdLine) Read(tick uint64, f *audio.Frame) bool {
	if l.far != nil {
		if sounds := l.far.Read(tick, f); sounds && loud(f) {
			l.own = holdOwn
			return true
		} else if l.own > 0 {
			l.own--
			return sounds
		}
	}
	return l.music != nil && l.music.Read(tick, f)
}

func loud(f *audio.Frame) bool {
	for _, v := range f {
		if v > holdGate || v < -holdGate {
			return true
		}
	}
	return false
}

// Write implements [mix.Line].
func (*holdLine) Write(uint64, *audio.Frame) {}

// Hold has a party hold, as if it had pressed its phone's key, until Resume, or
// until it does both itself. The error is an [*Error].
func (s *Switch) Hold(call, leg string, by Actor) error {
	return s.onParty(call, leg, func(c *Call, p *party) *Error {
		if p.holds() {
			return &Error{NotNow, p.String() + " holds already"}
		}
		p.keepOnHold(true)
		c.mark(event.ActHold, by, p)
		return nil
	})
}

// Resume ends what Hold did.
func (s *Switch) Resume(call, leg string, by Actor) error {
	return s.onParty(call, leg, func(c *Call, p *party) *Error {
		switch {
		case p.held:
			return &Error{NotNow, p.String() + " holds by its own phone: only that can resume"}
		case !p.kept:
			return &Error{NotNow, p.String() + " does not hold"}
		}
		p.keepOnHold(false)
		c.mark(event.ActResume, by, p)
		return nil
	})
}

// keepOnHold holds for the party, or no more. A phone is not told.
func (p *party) keepOnHold(on bool) {
	p.kept = on
	if h, ok := p.leg.(Holder); ok {
		h.Hold(on)
	}
}

// Mute keeps a party from being heard. It hears as before.
func (s *Switch) Mute(call, leg string, on bool, by Actor) error {
	return s.onParty(call, leg, func(c *Call, p *party) *Error {
		act, is := event.ActUnmute, "is not muted"
		if on {
			act, is = event.ActMute, "is muted already"
		}
		if p.muted == on {
			return &Error{NotNow, p.String() + " " + is}
		}
		p.muted = on
		c.mark(act, by, p)
		return nil
	})
}

// DTMF sends digits to a party, as if the others had pressed them.
func (s *Switch) DTMF(call, leg, digits string, by Actor) error {
	const most = 32
	switch {
	case digits == "" || len(digits) > most:
		return &Error{NotNow, fmt.Sprintf("1 to %d digits are sent at once", most)}
	case strings.Trim(digits, "0123456789*#ABCD") != "":
		return &Error{NotNow, "a digit is one of 0-9, *, # and A-D"}
	}
	return s.onParty(call, leg, func(c *Call, p *party) *Error {
		for _, d := range []byte(digits) {
			p.leg.Digit(d, digitTime)
		}
		// Which they were is not told: they may be a PIN.
		c.tellAct(event.ActDTMF, by, p, func(a *event.Act) { a.Text = fmt.Sprintf("%d digits", len(digits)) })
		return nil
	})
}

const digitTime = 160 * time.Millisecond

// Kick ends the leg of one party. The others talk on, if there are enough of
// them. act says in which words: hangup, or kick out of a conference.
func (s *Switch) Kick(call, leg, act string, cause Cause, by Actor) error {
	return s.onParty(call, leg, func(c *Call, p *party) *Error {
		c.tellAct(act, by, p, func(a *event.Act) { a.Text = string(cause) })
		if p.listener || c.goesOn(p) || c.enough(p) { // whoever takes the place has it at once
			c.hangup(p, cause)
		} else {
			c.end(cause, "", byOperator)
		}
		return nil
	})
}

// mark tells that somebody has marked a party.
func (c *Call) mark(act string, by Actor, p *party) {
	c.changed = true
	p.last = p.info()
	c.tellLeg(event.LegChanged, p)
	c.tellAct(act, by, p)
}

// onParty has a call do something with one of its parties that talk. leg is the
// leg's id, or the number or name of a party that is there once.
func (s *Switch) onParty(call, leg string, do func(*Call, *party) *Error) error {
	return s.act(call, func(c *Call) *Error {
		if c.state != stateUp {
			return &Error{NotNow, fmt.Sprintf("the call is not up: it is %s", c.state)}
		}
		p, err := c.named(leg)
		if err != nil {
			return err
		}
		if p.state != up && p.state != answering {
			return &Error{NotNow, p.String() + " has not answered"}
		}
		return do(c, p)
	})
}

// named finds a live party by its leg's id, or by its number or name.
func (c *Call) named(leg string) (*party, *Error) {
	var found *party
	for _, p := range c.parties {
		i := p.leg.Info()
		switch {
		case !p.live():
		case i.ID == leg:
			return p, nil
		case leg != "" && (i.Number == leg || i.Name == leg):
			if found != nil {
				return nil, &Error{NotNow, fmt.Sprintf("the call has several parties %s: name one by its leg's id", leg)}
			}
			found = p
		}
	}
	if found == nil {
		return nil, &Error{NotFound, fmt.Sprintf("the call has no party %q", leg)}
	}
	return found, nil
}

// String is the party for people.
func (p *party) String() string {
	i := p.leg.Info()
	if i.Number != "" {
		return i.Number
	}
	return i.Name
}
