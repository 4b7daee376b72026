package call

import (
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/event"
)

// Prompts makes prompts heard: [*prompt.Prompts] of core/prompt does.
type Prompts interface {
	// Prompt begins a prompt and returns at once. call is for logs; times is how
	// often it plays, 0: until it is stopped.
	Prompt(p *dialplan.Prompt, call string, times int) Prompt
	// Music is the same for a text that who waits hears: over and over, with a
	// pause between. It is done only if it breaks off.
	Music(p *dialplan.Prompt, call string) Prompt
}

// Prompt is one playing of a prompt: a line that says it and hears nothing.
type Prompt interface {
	mix.Line
	// Ready is closed when there is something to hear, or when it is known that
	// there will not be; Failed then says why.
	Ready() <-chan struct{}
	Failed() error
	// Done is closed when all of it was said to who reads the line, or it broke
	// off; Err then says why.
	Done() <-chan struct{}
	Err() error
	// Heard is how long it was heard so far, Missed for how long it was silent
	// because its sound did not come in time.
	Heard() time.Duration
	Missed() time.Duration
	// Stop ends it, heard or not. Nobody reads the line any more.
	Stop()
}

// speech is a prompt that plays in a call:
//
//	waits ──Ready──▶ opens ──the caller's media is open──▶ plays ──Done──▶ the walk goes on
//	  │ Failed
//	  └──▶ the walk goes on
//
// The call is answered when the prompt is ready, and not before: so nobody pays
// for silence, and what follows when it cannot be heard is still open. One that
// plays aside, in a call that is up, leaves the walk where it is.
type speech struct {
	prompt Prompt
	of     *dialplan.Play
	state  speechState
	port   *mix.Port
	// aside: it plays in a call that is up and goes on after it.
	aside bool
	// failed is what is done if it cannot be heard. Nil: the walk goes on.
	failed func()
	// then is what is done after it in any case, in place of what the walk says.
	// unheard says why not all of it was heard, "" if it was.
	then func(unheard string)
}

type speechState int

const (
	speechWaits speechState = iota
	speechOpens
	speechPlays
)

const (
	// leadIn is for how long a caller who was just answered hears nothing: a
	// phone takes a moment to open its sound, and the first word would be lost.
	leadIn = 200 * time.Millisecond
	// openTime is how long the caller's media may take to open.
	openTime = 10 * time.Second
)

// next is closed when the prompt has to tell something. Nil is nothing.
func (s *speech) next() <-chan struct{} {
	switch {
	case s == nil:
		return nil
	case s.state == speechWaits:
		return s.prompt.Ready()
	case s.state == speechPlays:
		return s.prompt.Done()
	}
	return nil
}

// announce plays a prompt to the caller.
func (c *Call) announce(to *dialplan.Play) {
	c.silence()
	if c.sw.opt.Prompts == nil {
		c.do(c.walk.Next(dialplan.Result{Cause: Failed, Text: "there are no prompts"}))
		return
	}
	c.media.speech = &speech{prompt: c.sw.opt.Prompts.Prompt(to.Prompt, c.facts.ID, to.Times), of: to}
}

// inform lets the caller hear where they have parked a call: in this one, which is
// theirs, or (aside) in the slot, where they wait themselves. It reports false if
// nobody can say it.
func (c *Call) inform(to *dialplan.Play, aside bool) bool {
	if to == nil || c.sw.opt.Prompts == nil {
		return false
	}
	c.announce(to)
	c.media.speech.aside = aside
	return true
}

// spoken takes that the prompt is ready, or over.
func (c *Call) spoken() {
	s := c.media.speech
	switch {
	case s == nil || c.state >= stateEnding: // it was stopped meanwhile
	case s.aside && (s.state == speechPlays || s.prompt.Failed() != nil):
		c.silence()
	case s.state == speechPlays:
		text := ""
		if err := s.prompt.Err(); err != nil {
			text = "the prompt broke off: " + err.Error()
		}
		heard := s.prompt.Heard()
		c.silence()
		if s.then != nil {
			if heard == 0 && text == "" {
				text = "it is silent"
			}
			s.then(text)
			return
		}
		c.leavePrompt(dialplan.Result{Text: text, Talked: heard})
	case s.prompt.Failed() != nil:
		text := "the prompt cannot be heard: " + s.prompt.Failed().Error()
		c.silence()
		if s.then != nil {
			s.then(text)
			return
		}
		if s.failed != nil {
			s.failed()
			return
		}
		c.leavePrompt(dialplan.Result{Cause: PluginLost, Text: text})
	case s.aside:
		s.state = speechOpens
	default:
		s.state = speechOpens
		c.timer.Reset(openTime)
		switch p := c.caller; {
		case !s.of.Early:
			c.answer(nil)
		case p.state < early:
			p.state = early
			p.leg.Progress()
			c.record.ring()
			c.emit(event.CallRinging, c.event())
		}
	}
}

// leavePrompt goes on after a prompt. A call that was answered ends: nothing
// follows a conversation, unless a flow or an app waits for its end.
func (c *Call) leavePrompt(r dialplan.Result) {
	switch {
	case c.state == stateUp && c.walk.Awaited():
		c.state = stateRouting
		r.Cause = Normal
		c.do(c.walk.Back(r))
	case c.state == stateUp:
		c.end(Normal, r.Text, bySwitch)
	default:
		c.do(c.walk.Next(r))
	}
}

// speak begins a prompt that only waits for the caller's media.
func (c *Call) speak() {
	s := c.media.speech
	if s == nil || s.state != speechOpens || c.caller.port == nil {
		return
	}
	if !s.aside {
		c.timer.Stop()
	}
	c.play(s)
}

// play lets all in the room hear a prompt that is ready.
func (c *Call) play(s *speech) {
	s.state = speechPlays
	var line mix.Line = s.prompt
	if !s.of.Early {
		line = &late{Line: line, ticks: int(leadIn / audio.Tick)}
	}
	s.port = c.room().Join(line, mix.Options{Deaf: true})
	c.emit(event.PromptStarted, event.Prompt{Call: c.facts.ID, Prompt: s.of.Shown})
}

// endSpeech ends a prompt, heard or not.
func (c *Call) endSpeech() {
	if s := c.media.speech; s != nil {
		c.media.speech = nil
		c.finish(s)
	}
}

// finish takes a prompt that nobody is to hear any more out of the room.
func (c *Call) finish(s *speech) {
	if s.port != nil {
		s.port.Leave()
	}
	e := event.Prompt{Call: c.facts.ID, Prompt: s.of.Shown, HeardMs: s.prompt.Heard().Milliseconds(), MissedMs: s.prompt.Missed().Milliseconds()}
	err := s.prompt.Failed()
	select {
	case <-s.prompt.Done():
		err = s.prompt.Err()
	default:
		e.Stopped = err == nil
	}
	if err != nil {
		e.Error = err.Error()
	}
	s.prompt.Stop()
	c.emit(event.PromptEnded, e)
}

// late is a line that is silent for some ticks before it begins.
type late struct {
	mix.Line
	ticks int
}

// Read implements [mix.Line].
func (l *late) Read(tick uint64, f *audio.Frame) bool {
	if l.ticks > 0 {
		l.ticks--
		return false
	}
	return l.Line.Read(tick, f)
}
