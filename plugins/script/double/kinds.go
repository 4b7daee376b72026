package double

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/tool"
	"github.com/plugboard/plugboard/sdk/tts"
)

// wait waits for what was ordered.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run is the app.
func (d *double) run(ctx context.Context, c *app.Call) error {
	d.begin()
	if err := wait(ctx, d.answerAfter); err != nil {
		return err
	}
	if d.rejectCause != "" {
		return c.Hangup(ctx, d.rejectCause)
	}
	if err := c.Answer(ctx); err != nil {
		return err
	}
	heard := ctx
	if d.hangupAfter > 0 {
		var cancel context.CancelFunc
		heard, cancel = context.WithTimeout(ctx, d.hangupAfter)
		defer cancel()
	}
	if err := d.speak(heard, c); ctx.Err() != nil || heard.Err() == nil {
		return err
	}
	return c.Hangup(ctx, "normal")
}

// speak says the tone, or nothing, until ctx ends.
func (d *double) speak(ctx context.Context, c *app.Call) error {
	if d.tone == 0 {
		<-ctx.Done()
		return ctx.Err()
	}
	const rate = 8000
	s, err := c.Stream(ctx, rate)
	if err != nil {
		return err
	}
	defer s.Close()
	sound, pcm := make([]float32, rate), make([]int16, rate) // a second, which repeats
	d.sine(sound, 0, rate)
	for i, v := range sound {
		pcm[i] = int16(v * (1<<15 - 1))
	}
	for {
		if err := s.Play(ctx, pcm); err != nil {
			return err
		}
	}
}

// legs are those of leg-rtp but for what is ordered.
type legs struct {
	*double
	leg.Terminator
}

// Open implements [leg.Terminator].
func (l legs) Open(ctx context.Context, p leg.Params, socks []bus.Socket, tell func(leg.Event)) (leg.Endpoint, []byte, error) {
	l.begin()
	err := wait(ctx, l.answerAfter)
	if err == nil && l.rejectCause != "" {
		err = errors.New(l.rejectCause)
	}
	if err != nil {
		for _, s := range socks {
			_ = s.Close() // the leg that is not made owned them
		}
		return nil, nil, err
	}
	e, description, err := l.Terminator.Open(ctx, p, socks, tell)
	if err != nil {
		return nil, nil, err
	}
	return speaker{e, l.double}, description, nil
}

// speaker is a leg whose party says the tone, if there is one.
type speaker struct {
	leg.Endpoint
	d *double
}

// Gather implements [leg.Audio].
func (s speaker) Gather(tick uint64, f *audio.Frame) bool {
	sound := s.Endpoint.Gather(tick, f) // its packets are to be read either way
	return s.d.frame(tick, f) || sound
}

// tools hears, and keeps nothing.
type tools struct{ *double }

// Rate implements [tool.Tool].
func (tools) Rate() int { return 16000 }

// Attach implements [tool.Tool].
func (t tools) Attach(ctx context.Context, _ tool.Call, tell func(tool.Event)) (tool.Session, error) {
	t.begin()
	if err := wait(ctx, t.answerAfter); err != nil {
		return nil, err
	}
	if t.rejectCause != "" {
		return nil, errors.New(t.rejectCause)
	}
	s := &session{}
	if t.hangupAfter > 0 {
		s.end = time.AfterFunc(t.hangupAfter, func() {
			tell(tool.Event{Kind: tool.Lost, Text: fmt.Sprintf("it gives up after %s, as it was told", t.hangupAfter)})
		})
	}
	return s, nil
}

type session struct{ end *time.Timer }

// Listen implements [tool.Session].
func (s *session) Listen(_ context.Context, src *tool.Source) error {
	for range src.Frames() {
	}
	return nil
}

// Close implements [tool.Session].
func (s *session) Close(context.Context) error {
	if s.end != nil {
		s.end.Stop()
	}
	return nil
}

// voice says the tone for every text.
type voice struct{ *double }

// Speak implements [tts.Engine]. Each octet of the text takes 100 ms.
func (v voice) Speak(ctx context.Context, r tts.Request, out tts.Out) error {
	v.begin()
	if err := wait(ctx, v.answerAfter); err != nil {
		return err
	}
	if v.rejectCause != "" {
		return errors.New(v.rejectCause)
	}
	const rate, piece = 8000, 800
	pcm := make([]float32, piece)
	for i := range len(r.Text) {
		if v.hangupAfter > 0 && time.Duration(i)*100*time.Millisecond >= v.hangupAfter {
			return fmt.Errorf("it breaks off after %s, as it was told", v.hangupAfter)
		}
		v.sine(pcm, i*piece, rate)
		if err := out(rate, pcm); err != nil {
			return err
		}
	}
	return nil
}
