package app

import (
	"context"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/host"
	"github.com/plugboard/plugboard/sdk/media/vad"
)

// Recording is how a caller is recorded. The zero value takes up to three
// minutes at 16 kHz, until a key is pressed or the caller says nothing for ten
// seconds.
type Recording struct {
	Rate    int           // Hz, as of [Call.Stream]
	Max     time.Duration // then it ends
	Silence time.Duration // ends it
	End     string        // keys that end it; "": any does
	// Rest is how much of a silence is handed over before the caller speaks
	// again: what is longer at the end is not. 0: all of it is.
	Rest time.Duration
	Beep bool // a short tone first
}

// Recorded is what came of a recording.
type Recorded struct {
	Length time.Duration // what was handed over
	// Voice is for how long of that the caller spoke, Quiet for how long they did
	// not at its end.
	Voice, Quiet time.Duration
	Key          byte // that ended it, 0 if none did
}

// Record hands what the caller says to keep, as it comes, until it is over or
// keep fails. After a hang-up it returns what came before, with [ErrOver].
func (c *Call) Record(ctx context.Context, r Recording, keep func(pcm []int16) error) (got Recorded, err error) {
	r = r.orUsual()
	if r.Beep {
		if err := c.Play(ctx, host.Prompt{Tone: "1000/200"}); err != nil {
			return got, err
		}
	}
	s, err := c.Stream(ctx, r.Rate)
	if err != nil {
		return got, err
	}
	defer s.Close()
	var voice vad.Detector
	pcm := make([]int16, r.Rate/50)
	var waits []int16 // a silence that may be the last
	for took := time.Duration(0); took < r.Max && got.Quiet < r.Silence; took += audio.Tick {
		if got.Key = c.port.stops(r.End); got.Key != 0 {
			break
		}
		n, err := s.Heard(ctx, pcm)
		if err != nil {
			return got, err
		}
		if voice.Step(s.frame.Level()) {
			got.Voice += audio.Tick
			got.Quiet = 0
		} else {
			got.Quiet += audio.Tick
		}
		if waits = append(waits, pcm[:n]...); r.Rest > 0 && got.Quiet > r.Rest {
			continue
		}
		if err := keep(waits); err != nil {
			return got, err
		}
		got.Length += lasts(len(waits), r.Rate)
		waits = waits[:0]
	}
	return got, nil
}

func (r Recording) orUsual() Recording {
	if r.Rate == 0 {
		r.Rate = 16000
	}
	if r.Max == 0 {
		r.Max = 3 * time.Minute
	}
	if r.Silence == 0 {
		r.Silence = 10 * time.Second
	}
	return r
}

// lasts is how long samples of a rate last.
func lasts(n, rate int) time.Duration { return time.Duration(n) * time.Second / time.Duration(rate) }

// stops takes the keys that were pressed up to one that ends a recording, which it
// returns; 0 if none does.
func (p *Port) stops(end string) byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, d := range p.digits {
		if end == "" || strings.IndexByte(end, d) >= 0 {
			p.digits = append(p.digits[:0], p.digits[i+1:]...)
			return d
		}
	}
	p.digits = p.digits[:0]
	return 0
}
