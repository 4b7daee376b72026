package calltest

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/tts"
)

// speaker is a voice that these tests hear: it hums the last of the tones.
var speaker = &Phone{Number: "the prompt", Tone: Tones[len(Tones)-1]}

// hum is an engine that hums: "hum 3" for three seconds. "hang 3" says no more
// after that, "fail 3" fails then.
type hum struct {
	slow time.Duration // before it begins
	ends string        // how it ends whatever it says: "hang", "fail"

	mu    sync.Mutex
	asked []tts.Request
}

// spoke is what it was asked for so far.
func (h *hum) spoke() []tts.Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.asked)
}

func (h *hum) Speak(ctx context.Context, r tts.Request, out tts.Out) error {
	h.mu.Lock()
	h.asked = append(h.asked, r)
	h.mu.Unlock()
	select {
	case <-time.After(h.slow):
	case <-ctx.Done():
		return ctx.Err()
	}
	how, seconds := "hum", 1
	if _, err := fmt.Sscan(r.Text, &how, &seconds); err != nil {
		how, seconds = "hum", 1 // any other text
	}
	if h.ends != "" {
		how = h.ends
	}
	const rate = 16000
	pcm := make([]float32, rate/10)
	for n := range seconds * 10 {
		for i := range pcm {
			pcm[i] = 0.25 * float32(math.Sin(2*math.Pi*speaker.Tone*float64(n*len(pcm)+i)/rate))
		}
		if err := out(rate, pcm); err != nil {
			return err
		}
		select {
		case <-time.After(10 * time.Millisecond): // a tenth of what it lasts
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	switch how {
	case "hang":
		<-ctx.Done()
		return ctx.Err()
	case "fail":
		return fmt.Errorf("no more memory")
	}
	return nil
}

const prompts = `
extension "a" {
  number = "101"
  secret = "k9-Vq2-hTw"
}
extension "b" {
  number      = "102"
  secret      = "k9-Vq2-hTw"
  unavailable = play(say("hum 2"), { answer = false, cause = "unavailable" })
}
dialplan "d" {
  from = [extension.a, extension.b]
  route "b" {
    match = "102"
    to    = extension.b
  }
  route "hum" {
    match = "5{n:X}"
    to    = play(say("hum ${match.n}"))
  }
  route "hang" {
    match = "60"
    to    = play(say("hang 1"))
  }
  route "fail" {
    match = "61"
    to    = play(say("fail 1"))
  }
  route "never" {
    match       = "62"
    to          = play(say("hang 0", { voice = "zoe" }))
    unavailable = play(tone("1365/1000"), { times = 3 })
  }
  route "other" {
    match = "63"
    to    = play(say("hum 1", { engine = plugin.other }))
  }
  route "tone" {
    match = "64"
    to    = play(tone("1365/1000"), { times = "forever" })
  }
}
`

func withVoice(t *testing.T, h *hum, blocks string, play func(w *World)) {
	t.Helper()
	RunAt(t, Site{Voices: map[string]tts.Engine{"tts-command": h, "other": h}}, blocks, play)
}

const other = `
plugin "other" { path = "other" }
`

// A prompt is answered, heard, and then the call ends.
func TestAPromptIsHeard(t *testing.T) {
	h := &hum{slow: 300 * time.Millisecond}
	withVoice(t, h, prompts+other, func(w *World) {
		call := w.Phone("101").Dial("53")
		call.Expect("200")
		call.Hears(speaker)
		time.Sleep(2 * time.Second)
		call.Hears(speaker)
		call.Expect("BYE")
		w.Golden("play")
		if !slices.ContainsFunc(h.spoke(), func(r tts.Request) bool { return r.Text == "hum 3" && r.Call != "" && r.Language == "en" }) {
			t.Errorf("spoke %+v", h.spoke())
		}
		// The only plugin that is configured speaks, not the bundled one.
		if list, err := w.PBX.Prompts(); err != nil || len(list) == 0 || list[0].Engine != "other" || list[0].Text != "hum 3" {
			t.Errorf("%+v %v", list, err)
		}
	})
}

// Before the answer it is early media, and the caller is then refused.
func TestAPromptBeforeTheAnswer(t *testing.T) {
	withVoice(t, &hum{}, prompts+other, func(w *World) {
		call := w.Phone("101").Dial("102")
		call.Expect("183")
		call.Hears(speaker)
		call.Expect("480")
		w.Golden("play early")
	})
}

// A caller who hangs up stops it, and hears it from the cache the next time.
func TestHangingUpStopsAPrompt(t *testing.T) {
	h := &hum{}
	withVoice(t, h, prompts+other, func(w *World) {
		a := w.Phone("101")
		for range 3 {
			call := a.Dial("52")
			call.Expect("200")
			call.Hears(speaker)
			time.Sleep(time.Second)
			call.Hangup()
		}
		n := 0
		for _, r := range h.spoke() {
			if r.Text == "hum 2" && r.Call != "" {
				n++
			}
		}
		if n != 0 { // it was prepared for extension.b, ahead
			t.Errorf("%d calls had it spoken", n)
		}
		call := a.Dial("64") // that has no end of its own
		call.Expect("200")
		time.Sleep(time.Minute)
		call.Hears(speaker)
		call.Hangup()
	})
}

// An engine that ends, hangs or fails in the middle costs the rest of the
// prompt, and is told in the story; the call goes on to its end.
func TestAnEngineThatEnds(t *testing.T) {
	for name, tt := range map[string]struct {
		number string
		kill   bool
		story  string
	}{
		"killed": {"59", true, "broke off"},
		"hangs":  {"60", false, "plugin other says nothing for 5s"},
		"fails":  {"61", false, "no more memory"},
	} {
		t.Run(name, func(t *testing.T) {
			withVoice(t, &hum{}, prompts+other, func(w *World) {
				a, b := w.Phone("101"), w.Phone("102")
				beside := b.Dial("64")
				beside.Expect("200")
				call := a.Dial(tt.number)
				call.Expect("200")
				if tt.kill {
					if err := w.PBX.KillPlugin("other"); err != nil {
						t.Fatal(err)
					}
				} else {
					call.Hears(speaker)
				}
				id := ""
				for _, c := range w.PBX.Calls.Calls() {
					if c.From == "101" {
						id = c.ID
					}
				}
				call.Expect("BYE")
				var told strings.Builder
				if _, err := w.PBX.Trace.Ladder(id, &told); err != nil {
					t.Fatal(err)
				}
				if story := told.String(); !strings.Contains(story, tt.story) {
					t.Errorf("the story does not say %q:\n%s", tt.story, story)
				}
				beside.Hears(speaker) // nobody else is disturbed
				beside.Hangup()
				call = a.Dial("51") // and the next one is well
				call.Expect("200")
				call.Hears(speaker)
				call.Expect("BYE")
			})
		})
	}
}

// What cannot be heard at all is not answered, and what follows is.
func TestAPromptThatCannotBeHeard(t *testing.T) {
	withVoice(t, &hum{}, prompts+other, func(w *World) {
		a := w.Phone("101")
		call := a.Dial("62")
		call.Expect("200") // by the tone, once the engine was given up
		call.Hears(speaker)
		call.Expect("BYE")
	})
	// An engine that is not there: the bundled one does not stand in for it.
	RunAt(t, Site{Voices: map[string]tts.Engine{"tts-command": &hum{}}}, prompts+other, func(w *World) {
		a := w.Phone("101")
		a.Dial("63").Expect("500")
		call := a.Dial("51") // who names none has the bundled one
		call.Expect("200")
		call.Hears(speaker)
		call.Expect("BYE")
	})
}

const guarded = `
extension "a" {
  number = "101"
  secret = "k9-Vq2-hTw"
}
extension "b" {
  number = "102"
  secret = "k9-Vq2-hTw"
}
conference "board" {
  number   = "800"
  pin      = "2468"
  announce = true
}
dialplan "d" {
  from = [extension.a, extension.b]
  route "board" {
    match = "800"
    to    = conference.board
  }
}
`

// enters presses keys, one each fifth of a second.
func (c *Call) enters(keys string) {
	for _, k := range []byte(keys) {
		c.Press(k)
		time.Sleep(200 * time.Millisecond)
	}
}

// A conference asks for its PIN, again after a wrong one, and who knows it is in.
func TestAConferenceAsksForItsPIN(t *testing.T) {
	h := &hum{}
	site := Site{Voices: map[string]tts.Engine{"tts-command": h}}
	RunAt(t, site, guarded, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.Dial("800")
		call.Expect("200")
		call.Hears(speaker) // it asks
		call.enters("1111#")
		call.Hears(speaker) // it asks again
		call.enters("2468#")
		other := b.Dial("800")
		other.Expect("200")
		other.enters("2468#") // who knows it does not wait for the question
		call.Hears(b)
		other.Hears(a)
		other.Hangup()
		call.Hangup()
		if said := h.spoke(); len(said) != 2 || !strings.HasPrefix(said[0].Text, "Please enter the PIN") || !strings.HasPrefix(said[1].Text, "This PIN is not right") {
			t.Errorf("spoke %+v", h.spoke())
		}
		if strings.Contains(w.log.String(), "2468") {
			t.Error("the PIN is in the log")
		}
	})
	RunAt(t, site, guarded, func(w *World) {
		call := w.Phone("101").Dial("800")
		call.Expect("200")
		for _, wrong := range []string{"1#", "24681#", "#"} {
			call.Quiet(300 * time.Millisecond)
			call.enters(wrong)
		}
		call.Expect("BYE")
	})
}
