package calltest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/tts"
)

// story is what the only call's ladder tells, and the log.
func (w *World) story() (told, log string) {
	w.t.Helper()
	var b strings.Builder
	for _, c := range w.PBX.Calls.Calls() {
		if _, err := w.PBX.Trace.Ladder(c.ID, &b); err != nil {
			w.t.Fatal(err)
		}
	}
	return b.String(), w.log.String()
}

// A text is spoken to who is held, once for all calls, and again after a pause,
// until the other party is back; the next time it begins anew.
func TestATextAsMusicOnHold(t *testing.T) {
	h := &hum{}
	RunAt(t, Site{Media: `music = say("hum 3")`, Voices: map[string]tts.Engine{"tts-command": h}}, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		for range 2 {
			call.Hold()
			ring.Hears(music)
			call.Hears()
			time.Sleep(3500 * time.Millisecond)
			ring.Hears() // the pause of 5 s
			time.Sleep(4 * time.Second)
			ring.Hears(music)
			call.Resume()
			call.Hears(b)
			ring.Hears(a)
		}
		if asked := h.spoke(); len(asked) != 1 || asked[0].Text != "hum 3" || asked[0].Language != "en" {
			t.Errorf("spoken: %+v", asked)
		}
		told, log := w.story()
		if n := strings.Count(told, `plays say("hum 3")`); n != 2 || strings.Count(told, `say("hum 3") was stopped`) != 2 || strings.Contains(log, "cannot be spoken") {
			t.Errorf("the story tells\n%s", told)
		}
		call.Hold()
		ring.Hears(music)
		ring.Hangup() // in the middle of it
		call.Expect("BYE")
	})
}

// A text that cannot be spoken, or not to its end, is silence, which is told once
// in a call, and nothing waits for it.
func TestATextAsMusicThatCannotBeSpoken(t *testing.T) {
	for text, want := range map[string]string{
		"fail 1": `say("fail 1") broke off after 1.0 s: `,
		"hang 0": `say("hang 0") cannot be heard: plugin tts-command says nothing for 5s`,
	} {
		t.Run(text, func(t *testing.T) {
			RunAt(t, Site{Media: `music = say("` + text + `")`, Voices: map[string]tts.Engine{"tts-command": &hum{}}}, office, func(w *World) {
				a, b := w.Phone("101"), w.Phone("102")
				call, ring := talk(w, a, b)
				call.Hold()
				time.Sleep(7 * time.Second)
				ring.Hears()
				call.Resume()
				call.Hears(b)
				ring.Hears(a)
				call.Hold()
				ring.Hears()
				call.Resume()
				ring.Hears(a)
				told, log := w.story()
				if strings.Count(told, want) != 1 || strings.Count(log, "the music cannot be spoken") != 1 {
					t.Errorf("the story tells\n%s\nthe log\n%s", told, log)
				}
				call.Hangup()
				ring.Expect("BYE")
			})
		})
	}
}

const recited = `
extension "a" {
  number = "191"
  secret = "k9-Vq2-hTw"
}
extension "b" {
  number = "192"
  secret = "k9-Vq2-hTw"
}
conference "board" {
  number = "801"
  music  = say("hum 3")
}
conference "mute" {
  number = "802"
  music  = say("fail 1")
}
dialplan "d" {
  from = [extension.a, extension.b]
  route "board" {
    match = "801"
    to    = conference.board
  }
  route "mute" {
    match = "802"
    to    = conference.mute
  }
}
`

// Who is alone in a conference hears the text, and only they.
func TestATextAsMusicOfAConference(t *testing.T) {
	RunAt(t, Site{Voices: map[string]tts.Engine{"tts-command": &hum{}}}, recited, func(w *World) {
		a, b := w.Phone("191"), w.Phone("192")
		x := a.Dial("801")
		x.Expect("200")
		x.Hears(music)
		time.Sleep(3500 * time.Millisecond)
		x.Hears()
		y := b.Dial("801")
		y.Expect("200")
		x.Hears(b)
		y.Hears(a)
		x.Hangup()
		y.Hears(music) // from its beginning
		y.Hangup()

		x = a.Dial("802")
		x.Expect("200")
		time.Sleep(3 * time.Second)
		x.Hears()
		told, log := w.story()
		if strings.Count(told, `say("fail 1") broke off after 1.0 s: `) != 1 || strings.Count(log, "the music cannot be spoken") != 1 {
			t.Errorf("the story tells\n%s\nthe log\n%s", told, log)
		}
		y = b.Dial("802")
		y.Expect("200")
		x.Hears(b)
		y.Hangup()
		x.Hears()
		x.Hangup()
	})
}

// Who waits in line hears a text, too.
func TestATextAsMusicOfAQueue(t *testing.T) {
	text := strings.Replace(hotlineWith(""), fmt.Sprintf("tone(\"%.0f/1000\")", musicTone.Tone), `say("hum 3")`, 1)
	RunAt(t, Site{Voices: map[string]tts.Engine{"tts-command": &hum{}}}, text, func(w *World) {
		a, boss := w.Phone("101"), w.Phone("104")
		call := boss.Dial("600")
		ring := a.Incoming()
		call.Expect("200")
		call.Hears(music)
		time.Sleep(3500 * time.Millisecond)
		call.Hears()
		ring.Answer()
		call.Hears(a)
		ring.Hears(boss)
		call.Hangup()
		ring.Expect("BYE")
	})
}
