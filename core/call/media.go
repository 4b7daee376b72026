package call

import (
	"math"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/event"
)

// media is what a call has of the mixer.
type media struct {
	room    *mix.Room // nil until somebody needs it
	meeting *meeting  // whose room it is, nil if the call's own
	extra   *mix.Port // the switch's own voice, nil if it has none
	ringing bool      // extra is the ringing tone
	hold    holding   // what is played to who is on hold
	speech  *speech   // a prompt, nil if none plays
	notice  *notice   // what those who talk are told, nil if nothing is
}

// arrange brings what the caller is told and who sits in the room in line
// with the call's state. It runs after every message, and does nothing where
// nothing changed.
func (c *Call) arrange() {
	defer c.listen()
	c.withoutTool()
	if c.state >= stateEnding || c.caller == nil {
		return
	}
	sending := c.fork.early()
	if c.page != nil || c.line != nil { // nobody is heard
		sending = nil
	}
	c.tellCaller(sending)

	c.seat(c.caller)
	runs := c.top()
	for _, p := range c.parties {
		switch {
		case p == c.caller:
		case p.app && runs != nil && runs.party == p && !c.caller.holds():
			c.seat(p)
		case p == c.peer, p == sending, p.guest, p.listener, c.page.has(p):
			c.seat(p)
		default:
			c.unseat(p)
		}
	}
	c.speak()
	c.notify()
	c.tone(c.state == stateRouting && c.caller.open() && sending == nil && c.line == nil && c.fork.rings())
	c.accompany()
}

// tellCaller tells a waiting caller that somebody rings, or opens their media
// for what sends.
func (c *Call) tellCaller(sending *party) {
	p := c.caller
	switch {
	case c.state != stateRouting:
		return
	case sending != nil && p.state < early:
		p.state = early
		p.leg.Progress()
	case p.state == fresh && c.fork.rings() && p.leg.Kind() == KindBrowser: // its page has no ringing tone: it hears ours
		p.state = early
		p.leg.Progress()
	case p.state == fresh && c.fork.rings():
		p.state, c.said = ringing, News{What: Ringing}
		p.leg.Ring()
	}
	if c.record.ringing.IsZero() && c.record.answered.IsZero() && (sending != nil || c.fork.rings()) {
		c.record.ring()
		c.emit(event.CallRinging, c.event())
	}
}

// tellOn passes on to the caller how the call gets on, if it rings in one place
// only.
func (c *Call) tellOn(n News) {
	if len(c.fork.legs) == 1 && (n.What != Proceeding || c.caller != nil && c.caller.state == fresh) {
		c.proceed(n.What, n.Text)
	}
}

// proceed tells a waiting caller how the call gets on, once. If it rings after
// that, they are told anew.
func (c *Call) proceed(how What, text string) {
	p := c.caller
	if c.state != stateRouting || !p.live() || p.state >= answering || c.said.What == how && c.said.Text == text {
		return
	}
	c.said = News{What: how, Text: text}
	if p.state == ringing {
		p.state = fresh
	}
	p.leg.Proceed(how, text)
}

// seat gives a party whose media is open its place in the room. Who holds
// neither speaks nor hears.
func (c *Call) seat(p *party) {
	line := p.leg.Line()
	if line != p.line {
		c.unseat(p)
	}
	if line == nil || !p.open() {
		return
	}
	speaks, hears := !p.holds() && !p.muted && !p.listener && !c.page.has(p), !p.holds()
	switch {
	case p.port == nil:
		p.port, p.line = c.room().Join(p.heard(line), mix.Options{Muted: !speaks, Deaf: !hears}), line
	case p.speaks != speaks || p.hears != hears:
		p.port.SetMode(speaks, hears)
	}
	p.speaks, p.hears = speaks, hears
}

// unseat takes a party's place in the room away.
func (c *Call) unseat(p *party) {
	if c.media.hold.by == p {
		c.hush() // it listens to that party's line
	}
	if p.port != nil {
		p.port.Leave()
		p.port, p.line = nil, nil
	}
}

// tone plays the ringing tone to a caller who no longer hears their own
// phone's: one who was shown early media before, or who was rung first.
func (c *Call) tone(on bool) {
	if on == c.media.ringing {
		return
	}
	c.media.ringing = on
	if on {
		c.media.extra = c.room().Join(&ringing425{}, mix.Options{})
		return
	}
	c.silence()
}

// silence ends the switch's own voice.
func (c *Call) silence() {
	c.endSpeech()
	if c.media.extra != nil {
		c.media.extra.Leave()
		c.media.extra = nil
	}
	c.media.ringing = false
}

// digit takes a key: it is for the others of the call, or part of a code.
func (c *Call) digit(p *party, n News) {
	d := event.Digit{Call: c.facts.ID, Leg: p.leg.ID(), Digit: string(n.Digit), DurationMs: n.Duration.Milliseconds()}
	c.emit(event.DTMF, d)
	if !c.keepsBack(p, n) {
		c.passKey(p, n)
	}
}

// passKey passes a key on to those who hear the party.
func (c *Call) passKey(p *party, n News) {
	if p.port == nil || p.holds() || p.listener || c.page.has(p) {
		return
	}
	for _, other := range c.parties {
		if other != p && other.port != nil && !other.holds() && !other.listener {
			other.leg.Digit(n.Digit, n.Duration)
		}
	}
}

// text passes a text on to the other parties of the call.
func (c *Call) text(p *party, n News) {
	for _, other := range c.parties {
		if other != p && other.state == up && !p.listener && !other.listener {
			other.leg.Text(n.Text)
		}
	}
}

// room is where the call's parties meet. It is stepped from its first use.
func (c *Call) room() *mix.Room {
	if c.media.room == nil {
		c.media.room = mix.NewRoom()
		c.sw.opt.Rooms.Add(c.media.room)
	}
	return c.media.room
}

// attend makes the call a member of a conference. The text says why that takes
// nobody.
func (c *Call) attend(to *dialplan.Conference) string {
	m, why := c.sw.meetings.enter(to, c.calling(), c.plan)
	if m == nil {
		return why
	}
	c.vacate()
	c.media.meeting, c.media.room = m, m.room
	c.sw.tellConference(m.name)
	return ""
}

// calling is who the caller is, nobody if they have gone into another call.
func (c *Call) calling() dialplan.Party {
	if c.caller == nil {
		return dialplan.Party{}
	}
	return c.caller.who
}

// vacate leaves the room with everybody, and ends it if it was the call's own.
func (c *Call) vacate() {
	c.silence()
	c.endNotice()
	c.leaveTool()
	c.hush()
	for _, p := range c.parties {
		c.unseat(p)
		if p.guest && p.state != gone {
			c.guestLeaves(p.who)
		}
	}
	switch {
	case c.media.meeting != nil:
		c.sw.meetings.leave(c.media.meeting, c.calling())
		c.sw.tellConference(c.media.meeting.name)
	case c.media.room != nil:
		c.sw.opt.Rooms.Remove(c.media.room)
	}
	c.media.meeting, c.media.room = nil, nil
}

// ringing425 is the ringing tone, as a line that says and hears nothing else:
// 425 Hz, one second in five (ITU-T E.180, and most of Europe's).
type ringing425 struct{ at int }

// Read implements mix.Line.
func (r *ringing425) Read(_ uint64, f *audio.Frame) bool {
	const (
		hz    = 425
		level = 0.1 // -20 dB
		cycle = 5 * audio.Rate
	)
	at := r.at
	r.at = (at + audio.Samples) % cycle
	if at >= audio.Rate {
		return false
	}
	for i := range f {
		f[i] = level * float32(math.Sin(2*math.Pi*hz*float64(at+i)/audio.Rate))
	}
	return true
}

// Write implements mix.Line.
func (*ringing425) Write(uint64, *audio.Frame) {}
