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
	Beep    bool          // a short tone first
}

// Record hands what the caller says to keep, 20 ms at a time, until it is over or
// keep fails. It returns how much that was. After a hang-up that is what came
// before, with [ErrOver].
func (c *Call) Record(ctx context.Context, r Recording, keep func(pcm []int16) error) (time.Duration, error) {
	r = r.orUsual()
	if r.Beep {
		if err := c.Play(ctx, host.Prompt{Tone: "1000/200"}); err != nil {
			return 0, err
		}
	}
	s, err := c.Stream(ctx, r.Rate)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	var voice vad.Detector
	var kept, quiet time.Duration
	pcm := make([]int16, r.Rate/50)
	for kept < r.Max && quiet < r.Silence && !c.port.stops(r.End) {
		n, err := s.Heard(ctx, pcm)
		if err != nil {
			return kept, err
		}
		if err := keep(pcm[:n]); err != nil {
			return kept, err
		}
		kept += audio.Tick
		if quiet += audio.Tick; voice.Step(s.frame.Level()) {
			quiet = 0
		}
	}
	return kept, nil
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

// stops takes the keys that were pressed, and says whether one of them ends a
// recording.
func (p *Port) stops(end string) (stops bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range p.digits {
		stops = stops || end == "" || strings.IndexByte(end, d) >= 0
	}
	p.digits = p.digits[:0]
	return stops
}
