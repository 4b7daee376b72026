package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/host"
	"github.com/plugboard/plugboard/sdk/media/resample"
)

// Say speaks a text, in the site's voice, and returns once it was heard.
func (c *Call) Say(ctx context.Context, text string) error {
	return c.Play(ctx, host.Prompt{Text: text})
}

// Tone plays a tone, or several after each other: Hz/ms, two frequencies at once
// with +, 0 for silence, as "425/1000,0/4000". It returns once it was heard.
func (c *Call) Tone(ctx context.Context, tone string) error {
	return c.Play(ctx, host.Prompt{Tone: tone})
}

// Play plays prompts, one after the other, and returns once they were heard.
func (c *Call) Play(ctx context.Context, prompts ...host.Prompt) error {
	_, _, err := c.play(ctx, whole, prompts)
	return err
}

// PlayToKey plays prompts until a key is pressed, which [Call.Digits] takes. It
// returns how much of them was heard, and whether a key ended them.
func (c *Call) PlayToKey(ctx context.Context, prompts ...host.Prompt) (heard time.Duration, pressed bool, err error) {
	return c.play(ctx, c.port.barge(), prompts)
}

// Wait lets time pass. The caller hears silence.
func (c *Call) Wait(ctx context.Context, d time.Duration) error {
	if err := c.audible(ctx); err != nil {
		return err
	}
	alarm := time.NewTimer(d)
	defer alarm.Stop()
	select {
	case <-alarm.C:
		return nil
	case <-c.port.ended:
		return c.port.over()
	case <-ctx.Done():
		return c.port.stopped(ctx)
	}
}

// audible answers the call, unless the caller hears it already.
func (c *Call) audible(ctx context.Context) error {
	if c.open.Load() {
		return c.port.over()
	}
	return c.Answer(ctx)
}

// chunk is how many frames of a prompt are fetched at a time.
const chunk = 10

// play plays prompts. Unless it is to be whole a key ends it, and what was not
// heard is thrown away; that includes keys that were pressed before.
func (c *Call) play(ctx context.Context, barge int, prompts []host.Prompt) (heard time.Duration, barged bool, err error) {
	if err := c.audible(ctx); err != nil {
		return 0, false, err
	}
	if err := c.port.begin(ctx); err != nil {
		return 0, false, err
	}
	defer c.port.finish()
	before := c.port.given()
	for _, p := range prompts {
		if barged, err = c.prompt(ctx, barge, p); err != nil || barged {
			break
		}
	}
	if err == nil && !barged {
		barged, err = c.port.drain(ctx, barge)
	}
	given := c.port.given()
	if err != nil || barged {
		given, _ = c.port.flush()
	}
	return samples(max(0, given-before)), barged, err
}

// prompt queues one.
func (c *Call) prompt(ctx context.Context, barge int, p host.Prompt) (barged bool, err error) {
	var sound host.Sound
	if p.Kept != "" {
		sound, err = c.link.Kept(ctx, c.Leg, p)
	} else {
		sound, err = c.link.Prompt(ctx, c.ID, p)
	}
	if err != nil {
		if over := c.port.over(); over != nil {
			return false, over
		}
		return false, fmt.Errorf("a prompt of %s: %w", c.At, err)
	}
	defer sound.Close()
	var frames [chunk]audio.Frame
	for {
		n, err := sound.Next(ctx, frames[:])
		for i := range n {
			if barged, err := c.port.put(ctx, frames[i][:], barge); err != nil || barged {
				return barged, err
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return false, nil
		case c.port.over() != nil:
			return false, c.port.over()
		case err != nil:
			return false, fmt.Errorf("a prompt of %s broke off: %w", c.At, err)
		}
	}
}

// Stream is a call's sound in both directions, as it comes: for voice agents,
// which think of it as samples. Heard and Play may be used by two goroutines.
type Stream struct {
	c    *Call
	rate int
	ear  *ear

	down  *resample.Down // nil at 48 kHz
	frame audio.Frame
	low   []float32

	up   *resample.Up // nil at 48 kHz
	in   []float32
	high []float32
}

// Stream opens the call's sound at a rate: 8000, 16000, 24000 or 48000 Hz, mono.
func (c *Call) Stream(ctx context.Context, rate int) (*Stream, error) {
	if err := c.audible(ctx); err != nil {
		return nil, err
	}
	s := &Stream{c: c, rate: rate}
	switch rate {
	case audio.Rate:
	case 8000, 16000, 24000:
		var err error
		if s.up, err = resample.NewUp(rate, audio.Rate); err != nil {
			return nil, err
		}
		if s.down, err = resample.NewDown(audio.Rate, rate); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("a stream of %d Hz: it can have 8000, 16000, 24000 or 48000", rate)
	}
	s.low = make([]float32, rate/50)
	s.in, s.high = make([]float32, rate/50), make([]float32, audio.Samples)
	s.ear = c.port.listen()
	return s, nil
}

// Close ends the listening. What is queued is heard still.
func (s *Stream) Close() { s.c.port.close(s.ear) }

// Heard waits for the next 20 ms of what the caller says, and fills pcm, which is
// of rate/50 samples or more, with it. Who is too slow by half a second misses
// the oldest, see [Stream.Missed].
func (s *Stream) Heard(ctx context.Context, pcm []int16) (int, error) {
	n := s.rate / 50
	if len(pcm) < n {
		return 0, fmt.Errorf("%d samples are to take 20 ms of %d Hz", len(pcm), s.rate)
	}
	if err := s.c.port.next(ctx, s.ear, &s.frame); err != nil {
		return 0, err
	}
	low := s.frame[:]
	if s.down != nil {
		s.down.Process(s.low, s.frame[:])
		low = s.low
	}
	for i := range n {
		pcm[i] = toInt16(low[i])
	}
	return n, nil
}

// Missed is how many frames of 20 ms were lost, because they were fetched too
// late.
func (s *Stream) Missed() int {
	s.c.port.mu.Lock()
	defer s.c.port.mu.Unlock()
	return s.ear.missed
}

// Play queues samples to be heard, as many as there are, and returns when the
// last of them is queued: while 400 ms are, it waits.
func (s *Stream) Play(ctx context.Context, pcm []int16) error {
	if err := s.c.port.begin(ctx); err != nil {
		return err
	}
	defer s.c.port.finish()
	for len(pcm) > 0 {
		n := min(len(pcm), len(s.in))
		for i, v := range pcm[:n] {
			s.in[i] = float32(v) / (1 << 15)
		}
		pcm = pcm[n:]
		high := s.in[:n]
		if s.up != nil {
			high = s.high[:s.up.Process(s.high, s.in[:n])]
		}
		if _, err := s.c.port.put(ctx, high, whole); err != nil {
			return err
		}
	}
	return nil
}

// Flushed is what became of what was played.
type Flushed struct {
	Heard   time.Duration // the caller was given since the last Flush
	Dropped time.Duration // and was not, and will not be
}

// Flush throws away what is queued, because the caller speaks (barge-in), and
// says how much of what was played since the last Flush was heard. It is not
// quite the same as what the caller's ear got: some 40 ms are still on their way.
// A Play that waits goes on after it, with what it has left: who flushes ends
// that first.
func (s *Stream) Flush() Flushed {
	heard, dropped := s.c.port.flush()
	return Flushed{Heard: samples(heard), Dropped: samples(dropped)}
}

// Wait waits until all that was played is heard.
func (s *Stream) Wait(ctx context.Context) error {
	if err := s.c.port.begin(ctx); err != nil {
		return err
	}
	defer s.c.port.finish()
	_, err := s.c.port.drain(ctx, whole)
	return err
}

func samples(n int) time.Duration { return time.Duration(n) * time.Second / audio.Rate }

// toInt16 saturates.
func toInt16(v float32) int16 { return int16(max(-1<<15, min(1<<15-1, v*(1<<15)))) }

// Say is a text as a prompt, in the site's voice.
func Say(text string) []host.Prompt { return []host.Prompt{{Text: text}} }
