package plugin

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/tts"
)

// drone says one sample a second, and never comes to an end.
type drone struct{}

func (drone) Speak(ctx context.Context, r tts.Request, out tts.Out) error {
	for {
		if err := out(8000, []float32{0.5}); err != nil {
			return err
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (drone) Voices(context.Context) ([]tts.Voice, error) { return []tts.Voice{{Name: "low"}}, nil }

// speaking plays a test with a host of one engine.
func speaking(t *testing.T, play func(t *testing.T, h *Host)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := New(Options{
			Log:    hclog.NewNullLogger(),
			Launch: Memory{"voice": {Name: "drone", Version: "1.2.0", TTS: drone{}}, "broken": {Name: "broken", Version: "1.0.0", TTS: broken{}}, "mute": {Name: "mute", Version: "1.0.0"}},
		})
		defer h.Close(context.Background())
		if err := h.Start(t.Context(), []Spec{{Name: "voice"}, {Name: "broken"}, {Name: "mute"}}); err != nil {
			t.Fatal(err)
		}
		play(t, h)
	})
}

func TestSpeak(t *testing.T) {
	speaking(t, func(t *testing.T, h *Host) {
		enough := errors.New("enough")
		heard := 0
		err := h.Speak(t.Context(), "voice", tts.Request{Text: "on and on"}, func(_ int, pcm []float32) error {
			if heard += len(pcm); heard == 5 {
				return enough
			}
			return nil
		})
		if err != enough {
			t.Errorf("after %d samples: %v", heard, err)
		}
		if list, err := h.Voices(t.Context(), "voice"); err != nil || !slices.Equal(list, []tts.Voice{{Name: "low"}}) {
			t.Error(list, err)
		}
		if e := h.Engines(); len(e) != 2 || e[0].Plugin != "voice" || e[0].Version != "1.2.0" {
			t.Errorf("engines: %+v", e)
		}
		for plugin, want := range map[string]string{
			"mute": "plugin mute (mute 1.0.0) is of no kind, and tts is needed here",
			"zoe":  `no plugin "zoe" is configured`,
		} {
			if err := h.Speak(t.Context(), plugin, tts.Request{Text: "a"}, nil); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", plugin, err)
			}
		}
	})
}

// broken is an engine whose connection breaks before its end is known.
type broken struct{}

func (broken) Speak(context.Context, tts.Request, tts.Out) error { return tts.ErrGone }

func TestAnEngineWhoseConnectionBreaks(t *testing.T) {
	speaking(t, func(t *testing.T, h *Host) {
		err := h.Speak(t.Context(), "broken", tts.Request{Text: "a"}, func(int, []float32) error { return nil })
		if !errors.Is(err, tts.ErrGone) || !strings.HasSuffix(err.Error(), "plugin broken ended") {
			t.Error(err)
		}
	})
}

// An engine's end is the end of what it speaks, and of nothing else: the next
// life speaks again.
func TestAnEngineEndsWhileItSpeaks(t *testing.T) {
	speaking(t, func(t *testing.T, h *Host) {
		heard := 0
		take := func(int, []float32) error {
			if heard++; heard == 3 {
				if err := h.Kill("voice"); err != nil {
					t.Error(err)
				}
			}
			return nil
		}
		err := h.Speak(t.Context(), "voice", tts.Request{Text: "a"}, take)
		if !errors.Is(err, tts.ErrGone) || !strings.HasSuffix(err.Error(), "plugin voice ended") || heard < 3 {
			t.Errorf("after %d: %v", heard, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		heard = 10
		if err := h.Speak(ctx, "voice", tts.Request{Text: "a"}, take); !errors.Is(err, context.DeadlineExceeded) || heard < 14 {
			t.Errorf("after %d: %v", heard, err)
		}
	})
}
