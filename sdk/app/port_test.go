package app

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/host"
)

// nobody is a core that says yes.
type nobody struct{ host.NoMailboxes }

func (nobody) Ask(context.Context, Wish) (Answer, error) { return Answer{}, nil }
func (nobody) Prompt(context.Context, string, host.Prompt) (host.Sound, error) {
	return nil, errors.New("no voice")
}

// talker is a call whose app listens, and never runs out of things to say.
func talker(tb testing.TB) (p *Port, stop func()) {
	tb.Helper()
	c, p := New(Facts{Answered: true}, nobody{})
	s, err := c.Stream(tb.Context(), audio.Rate)
	if err != nil {
		tb.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		pcm := make([]int16, audio.Samples)
		for s.Play(tb.Context(), pcm) == nil {
		}
	})
	all.Go(func() {
		pcm := make([]int16, audio.Samples)
		for {
			if _, err := s.Heard(tb.Context(), pcm); err != nil {
				return
			}
		}
	})
	return p, func() {
		p.End(ErrOver)
		all.Wait()
	}
}

func TestATickAllocatesNothing(t *testing.T) {
	p, stop := talker(t)
	defer stop()
	var f audio.Frame
	tick := uint64(0)
	if n := testing.AllocsPerRun(200, func() {
		p.Deliver(tick, &f)
		p.Gather(tick+1, &f)
		tick++
	}); n != 0 {
		t.Errorf("a tick allocates %v times", n)
	}
}

// BenchmarkTick is what the tick spends on one app that speaks and listens.
func BenchmarkTick(b *testing.B) {
	p, stop := talker(b)
	defer stop()
	var f audio.Frame
	b.ReportAllocs()
	for b.Loop() {
		p.Deliver(1, &f)
		p.Gather(2, &f)
	}
}
