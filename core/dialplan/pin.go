package dialplan

import (
	"crypto/subtle"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/app/step"
	"github.com/plugboard/plugboard/sdk/host"
	"github.com/plugboard/plugboard/sdk/tts"
)

const (
	// pinTries is how often a caller may enter a PIN.
	pinTries = 3
	// pinWait is how long they may take for a key.
	pinWait = 8 * time.Second
	// pinDigits is how long a PIN is at most.
	pinDigits = 16
)

// What a caller hears who has to enter a PIN, by language: the question, and the
// same after a wrong one.
var pinTexts = map[string][2]string{
	"en": {"Please enter the PIN, and then the pound key.", "This PIN is not right. Please enter it again, and then the pound key."},
	"de": {"Bitte geben Sie die PIN ein, und dann die Raute.", "Die PIN stimmt nicht. Bitte geben Sie sie noch einmal ein, und dann die Raute."},
}

// guard makes a conference ask for its PIN, in a language that there are texts
// for, else in English.
func (c *Conference) guard(pin, language string) {
	texts, ok := inLanguage(pinTexts, language)
	if !ok {
		language, texts = "en", pinTexts["en"]
	}
	ask := func(text string) step.Step {
		return step.Step{Kind: step.Gather, Prompts: []host.Prompt{{Text: text, Language: tts.Primary(language)}}, Wait: pinWait, Max: pinDigits, End: "#"}
	}
	c.pin, c.ask, c.wrong = pin, ask(texts[0]), ask(texts[1])
}

// guarded is a conference that asks for its PIN.
type guarded struct {
	of     *Conference
	follow Follow
	tried  int
}

func (g *guarded) step() Step {
	ask := &g.of.ask
	if g.tried > 0 {
		ask = &g.of.wrong
	}
	return &Reach{Of: g.of, Plugin: StepPlugin, Step: ask}
}

func (g *guarded) next(w *Walk, r Result) Step {
	if r.Cause != "" {
		return w.failed(g.follow, r)
	}
	if subtle.ConstantTimeCompare([]byte(r.Key), []byte(g.of.pin)) == 1 {
		w.at = &alone{follow: g.follow}
		return &Meet{g.of}
	}
	if g.tried++; g.tried < pinTries {
		return g.step()
	}
	return &End{Cause: Denied, Text: "the PIN of " + g.of.Path() + " was not entered"}
}

// pin enters the keys of a trial as the PIN, without any the right one: whoever
// calls a conference knows it.
func (t *trial) pin(w *Walk, c *Conference) Step {
	key := strings.Join(t.keys, "")
	if len(t.keys) == 0 {
		key = c.pin
	}
	key, rest, _ := strings.Cut(key, "#")
	t.keys = keysOf(rest)
	next := w.Next(Result{Key: key})
	then := "it is right"
	if _, in := next.(*Meet); !in {
		then = "it is wrong"
	}
	t.stop(c, "asks for the PIN", then)
	return next
}
