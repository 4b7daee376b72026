package transcribing

import (
	"context"
	"math"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/vad"
	"github.com/plugboard/plugboard/sdk/tool"
)

// In frames of 20 ms.
const (
	group   = 6         // frames that Listen takes at once
	before  = 15        // of an utterance, before its voice was noticed
	pause   = 20        // of silence that end an utterance, after the detector's own 300 ms
	bridged = 25        // that are missing, and end no utterance: a busy moment of the switch
	longest = 29 * 50   // of an utterance: no Whisper hears more than half a minute
	perTick = Rate / 50 // samples
)

// What a session does, for people.
const (
	wordWrites = "transcribing"
	wordLags   = "lagging"
)

// session is the transcriber on one call.
type session struct {
	t    *Transcriber
	call tool.Call
	tell func(tool.Event)
	log  hclog.Logger

	mu   sync.Mutex
	word string
	over bool // nothing may be told any more
}

// say tells what is done now.
func (s *session) say(word string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.word != word && !s.over {
		s.word = word
		s.tell(tool.Event{Kind: tool.Changed, Text: word})
	}
}

// lags takes how late the texts of the call are.
func (s *session) lags(by time.Duration) {
	s.mu.Lock()
	was := s.word
	s.mu.Unlock()
	switch {
	case by > lagging && was == wordWrites:
		s.log.Warn("the transcript lags behind the call", "seconds", math.Round(by.Seconds()))
		s.say(wordLags)
	case by <= lagging && was == wordLags:
		s.say(wordWrites)
	}
}

// Listen implements [tool.Session].
func (s *session) Listen(_ context.Context, src *tool.Source) error {
	c := cutter{s: s, who: src.Speaker}
	src.Group(group)
	for f := range src.Frames() {
		c.take(f)
	}
	c.end()
	return nil
}

// Close implements [tool.Session]. What was said last is still written down.
func (s *session) Close(context.Context) error {
	s.t.mu.Lock()
	delete(s.t.sessions, s)
	s.t.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	return nil
}

// cutter cuts what one party says into utterances.
type cutter struct {
	s       *session
	who     tool.Speaker
	written func(text, missing string) // of a recording; see utterance

	vad   vad.Detector
	last  uint64     // the newest tick
	held  []int16    // what came before a voice, of before frames at most
	now   *utterance // nil while the party is quiet
	quiet int        // frames
}

// take takes a frame.
func (c *cutter) take(f tool.Frame) {
	if gap := f.Tick - c.last - 1; gap > 0 { // what is in between was not heard
		if c.now != nil && gap <= bridged {
			c.now.add(make([]int16, gap*perTick))
		} else {
			c.end()
		}
		c.held = c.held[:0]
	}
	c.last = f.Tick
	speaks := c.vad.Step(level(f.Samples))
	if c.now == nil {
		if len(c.held) >= before*perTick {
			c.held = c.held[:copy(c.held, c.held[perTick:])]
		}
		c.held = samples(c.held, f.Samples)
		if !speaks {
			return
		}
		frames := len(c.held) / perTick
		c.now, c.quiet = newUtterance(c.s, c.who, f.Tick+1-uint64(frames)), 0
		c.now.written = c.written
		c.now.add(c.held)
		c.held = c.held[:0]
		c.s.t.add(c.now)
		return
	}
	c.now.add(samples(nil, f.Samples))
	if c.quiet++; speaks {
		c.quiet = 0
	}
	if c.quiet >= pause || c.now.ticks() >= longest {
		c.end()
	}
}

// end ends the utterance.
func (c *cutter) end() {
	c.held = c.held[:0]
	if c.now == nil {
		return
	}
	c.now.finish()
	c.now = nil
	c.s.t.mu.Lock()
	defer c.s.t.mu.Unlock()
	c.s.t.rouse()
}

// samples appends a frame as samples of 16 bits.
func samples(to []int16, frame []float32) []int16 {
	for _, x := range frame {
		to = append(to, int16(max(-32768, min(32767, x*32768))))
	}
	return to
}

// level is that of a frame in dBov, as audio.Frame's.
func level(frame []float32) float64 {
	sum := 0.0
	for _, x := range frame {
		sum += float64(x) * float64(x)
	}
	if sum == 0 {
		return audio.Silence
	}
	return max(audio.Silence, 10*math.Log10(sum/float64(len(frame))))
}
