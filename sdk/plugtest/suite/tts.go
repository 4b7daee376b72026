package suite

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/tts"
	"github.com/plugboard/plugboard/sdk/tts/remote"
)

func ttsCases() []Case {
	return []Case{
		{"tts/speaks", "A text becomes sound of one rate: a tenth of a second or more, and not silence.", sdk.KindTTS, speaks},
		{"tts/whole", "It speaks texts to their end: a longer one is longer sound.", sdk.KindTTS, whole},
		{"tts/stops", "When nobody listens any more it stops and is free for others: after thirty hang-ups it speaks as before.", sdk.KindTTS, stops},
		{"tts/together", "Eight callers are spoken to at the same time.", sdk.KindTTS, together},
		{"tts/odd", "Texts of signs, options, and other scripts are spoken or refused, and never cost the process.", sdk.KindTTS, odd},
		{"tts/voices", "Each voice that it lists speaks, and one that it does not have is tts.ErrVoice.", sdk.KindTTS, voices},
	}
}

// sentence is what is spoken.
const sentence = "Welcome. For the office, press one."

// spoken is what came of a text.
type spoken struct {
	rate, samples int
	peak          float32
}

func (s spoken) lasts() time.Duration {
	return time.Duration(s.samples) * time.Second / time.Duration(max(s.rate, 1))
}

func (b *bench) speak(ctx context.Context, r tts.Request) (s spoken, err error) {
	r.Call, r.Rate = "plugtest", 48000
	err = remote.NewClient(b.Conn()).Speak(ctx, r, func(rate int, pcm []float32) error {
		s.rate, s.samples = rate, s.samples+len(pcm)
		for _, v := range pcm {
			s.peak = max(s.peak, v, -v)
		}
		return nil
	})
	return s, err
}

// audible says what is wrong with what was spoken.
func (s spoken) audible() error {
	switch {
	case s.lasts() < 100*time.Millisecond:
		return fmt.Errorf("there are %v of sound (%d samples at %d Hz)", s.lasts(), s.samples, s.rate)
	case s.peak < 0.001:
		return errors.New("it is silence")
	}
	return nil
}

func speaks(ctx context.Context, b *bench) error {
	s, err := b.speak(ctx, tts.Request{Text: sentence})
	if err != nil {
		return err
	}
	return s.audible()
}

func whole(ctx context.Context, b *bench) error {
	short, err := b.speak(ctx, tts.Request{Text: sentence})
	if err != nil {
		return err
	}
	long, err := b.speak(ctx, tts.Request{Text: strings.Repeat(sentence+" ", 4)})
	if err != nil {
		return err
	}
	if long.lasts() < 2*short.lasts() {
		return fmt.Errorf("a sentence takes %v, four of them %v", short.lasts(), long.lasts())
	}
	return nil
}

// errHungUp is that of a caller who listens no more.
var errHungUp = errors.New("the caller has hung up")

func stops(ctx context.Context, b *bench) error {
	const callers = 30
	c := remote.NewClient(b.Conn())
	for i := range callers {
		err := c.Speak(ctx, tts.Request{Call: "plugtest", Text: strings.Repeat(sentence+" ", 20), Rate: 48000},
			func(int, []float32) error { return errHungUp })
		if !errors.Is(err, errHungUp) {
			return fmt.Errorf("to caller %d, who hangs up at the first sound: %w", i+1, orNothing(err))
		}
	}
	s, err := b.speak(ctx, tts.Request{Text: sentence})
	if err != nil {
		return fmt.Errorf("after %d callers had hung up: %w", callers, err)
	}
	return s.audible()
}

func orNothing(err error) error {
	if err == nil {
		return errors.New("it says nothing at all")
	}
	return err
}

func together(ctx context.Context, b *bench) error {
	const callers = 8
	var all sync.WaitGroup
	wrong := make([]error, callers)
	for i := range callers {
		all.Go(func() {
			s, err := b.speak(ctx, tts.Request{Text: fmt.Sprintf("You are caller number %d.", i+1)})
			if wrong[i] = err; err == nil {
				wrong[i] = s.audible()
			}
		})
	}
	all.Wait()
	for i, err := range wrong {
		if err != nil {
			return fmt.Errorf("caller %d of %d: %w", i+1, callers, err)
		}
	}
	return nil
}

func odd(ctx context.Context, b *bench) error {
	for _, text := range []string{"--help", "-o /tmp/x", "$(id); `id` | id", "?!…", "☎ 😀", "你好", "שלום", "a\nb\r\n\tc", "<speak>", "%s%n", strings.Repeat("yes, ", 150)} {
		_, _ = b.speak(ctx, tts.Request{Text: text}) // whether it can say it is its own affair
		if err := b.alive(ctx); err != nil {
			return fmt.Errorf("after the text %.20q: %w", text, err)
		}
	}
	s, err := b.speak(ctx, tts.Request{Text: sentence})
	if err != nil {
		return fmt.Errorf("after odd texts: %w", err)
	}
	return s.audible()
}

func voices(ctx context.Context, b *bench) error {
	known, err := remote.NewClient(b.Conn()).Voices(ctx)
	if err != nil {
		return err
	}
	if len(known) == 0 {
		return Skip("it lists no voices")
	}
	preset := 0
	for i, v := range known {
		if v.Default {
			preset++
		}
		if i >= 8 { // enough of them
			continue
		}
		s, err := b.speak(ctx, tts.Request{Text: sentence, Voice: v.Name})
		if err == nil {
			err = s.audible()
		}
		if err != nil {
			return fmt.Errorf("voice %q: %w", v.Name, err)
		}
	}
	if preset > 1 {
		return fmt.Errorf("%d voices are each the one that is taken where none is named", preset)
	}
	if _, err := b.speak(ctx, tts.Request{Text: sentence, Voice: "no such voice"}); !errors.Is(err, tts.ErrVoice) {
		return fmt.Errorf("a voice that it does not have: %w", orNothing(err))
	}
	return nil
}
