package calltest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/tts"
)

// A conference that announces names has it spoken who comes and goes, in the
// site's language, to those who are in it.
func TestAConferenceSaysWhoComesAndGoes(t *testing.T) {
	for _, c := range []struct{ language, came, went string }{
		{"en", "Ben has joined.", "Ben has left."},
		{"de", "Ben ist dazugekommen.", "Ben ist gegangen."},
		{"fr", "Ben.", "Ben."},
	} {
		t.Run(c.language, func(t *testing.T) {
			h := &hum{slow: 300 * time.Millisecond}
			blocks := strings.NewReplacer("\n  pin      = \"2468\"", "", "announce = true", `announce = "names"`, `number = "102"`, "number = \"102\"\n  name   = \"Ben\"").Replace(guarded)
			RunAt(t, Site{PBX: `language = "` + c.language + `"`, Voices: map[string]tts.Engine{"tts-command": h}}, blocks, func(w *World) {
				a, b := w.Phone("101"), w.Phone("102")
				call := a.Dial("800")
				call.Expect("200")
				time.Sleep(2 * time.Second)
				if said := spokenTexts(h); len(said) != 0 {
					t.Errorf("who is alone is told %q", said)
				}
				other := b.Dial("800")
				other.Expect("200")
				time.Sleep(400 * time.Millisecond) // the chime comes first
				call.Hears(b, speaker)
				time.Sleep(2 * time.Second)
				call.Hears(b)
				other.Hears(a)
				other.Hangup()
				time.Sleep(400 * time.Millisecond)
				call.Hears(speaker)
				time.Sleep(2 * time.Second)
				call.Quiet(time.Second)
				call.Hangup()
				if said := spokenTexts(h); !slices.Equal(said, []string{c.came, c.went}) && !slices.Equal(said, []string{c.came}) {
					t.Errorf("spoken: %q", said)
				}
			})
		})
	}
}

// A conference ends while a name is spoken, and with a voice that says nothing:
// neither holds up anybody.
func TestAConferenceEndsWhileANameIsSpoken(t *testing.T) {
	blocks := strings.NewReplacer("\n  pin      = \"2468\"", "", "announce = true", `announce = "names"`).Replace(guarded)
	for _, slow := range []time.Duration{100 * time.Millisecond, time.Hour} {
		h := &hum{slow: slow}
		RunAt(t, Site{Voices: map[string]tts.Engine{"tts-command": h}}, blocks, func(w *World) {
			a, b := w.Phone("101"), w.Phone("102")
			call := a.Dial("800")
			call.Expect("200")
			for range 3 {
				other := b.Dial("800")
				other.Expect("200")
				time.Sleep(500 * time.Millisecond)
				other.Hangup()
			}
			call.Hangup()
		})
	}
}
