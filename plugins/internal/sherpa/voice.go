package sherpa

import (
	"errors"
	"fmt"
	"strings"
	"unsafe"
)

// The kinds of models that speak.
const (
	VITS   = "vits" // Piper's voices are of this kind
	Kokoro = "kokoro"
	Matcha = "matcha"
)

// VoiceConfig is what makes a voice. Paths that are "" are not used.
type VoiceConfig struct {
	Kind    string
	Model   string // ….onnx
	Tokens  string // the file of what a text can be made of
	DataDir string // of espeak-ng, for models that speak what it makes of a text
	Lexicon string // how words are said, for models that want that instead
	Voices  string // of Kokoro: its speakers
	Vocoder string // of Matcha: another model, ….onnx
	Threads int
}

// Voice speaks. Its methods can be called at once by many goroutines.
type Voice struct {
	lib *Library
	tts uintptr

	Rate     int // of the sound, in Hz
	Speakers int // at least one
}

// NewVoice loads a voice, which may take seconds.
func (l *Library) NewVoice(c VoiceConfig) (*Voice, error) {
	if err := files("model", c.Model, "tokens", c.Tokens, "data_dir", c.DataDir, "voices", c.Voices, "vocoder", c.Vocoder); err != nil {
		return nil, err
	}
	// The library takes several, with a comma in between.
	for _, one := range strings.Split(c.Lexicon, ",") {
		if err := files("lexicon", one); err != nil {
			return nil, err
		}
	}
	s := &ttsConfig{threads: int32(c.Threads), provider: text("cpu"), sentences: 1, silenceScale: silence}
	switch c.Kind {
	case VITS:
		s.vits.model, s.vits.tokens, s.vits.dataDir, s.vits.lexicon = text(c.Model), text(c.Tokens), text(c.DataDir), text(c.Lexicon)
	case Kokoro:
		s.kokoro.model, s.kokoro.tokens, s.kokoro.dataDir, s.kokoro.lexicon = text(c.Model), text(c.Tokens), text(c.DataDir), text(c.Lexicon)
		s.kokoro.voices = text(c.Voices)
	case Matcha:
		s.matcha.model, s.matcha.tokens, s.matcha.dataDir, s.matcha.lexicon = text(c.Model), text(c.Tokens), text(c.DataDir), text(c.Lexicon)
		s.matcha.vocoder = text(c.Vocoder)
	default:
		return nil, fmt.Errorf("a voice of kind %q is not known", c.Kind)
	}
	tts := l.createTTS(s)
	if tts == 0 {
		return nil, fmt.Errorf("sherpa-onnx does not take the voice %s, and has said why on its standard error", c.Model)
	}
	v := &Voice{lib: l, tts: tts, Rate: int(l.ttsRate(tts)), Speakers: max(1, int(l.ttsSpeakers(tts)))}
	if v.Rate <= 0 {
		v.Close()
		return nil, fmt.Errorf("the voice %s has a rate of %d Hz", c.Model, v.Rate)
	}
	return v, nil
}

// silence is how much of the pauses of a text is kept; it is what the library takes
// itself if nobody says otherwise.
const silence = 0.2

// ErrNothing is said of a text that has nothing in it that the model can say.
var ErrNothing = errors.New("there is nothing in the text that this voice can say")

// Speak speaks a text: sound is told as soon as a sentence is made, and may not be
// kept. If told returns false, nothing more is made.
func (v *Voice) Speak(s string, speaker int, speed float32, told func(pcm []float32) bool) error {
	l, any := v.lib, false
	l.mu.Lock()
	l.texts++
	id := l.texts
	l.speaking[id] = func(pcm []float32) bool {
		any = any || len(pcm) > 0
		return told(pcm)
	}
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.speaking, id)
	}()
	how := &ttsGeneration{silenceScale: silence, speed: speed, speaker: int32(speaker)}
	l.ttsForget(l.ttsGenerate(v.tts, text(strings.ReplaceAll(s, "\x00", " ")), how, l.heard, id))
	if !any {
		return ErrNothing
	}
	return nil
}

// tell is what the library calls when a sentence is made, in the goroutine that
// called it. It returns 0 if nothing more is to be made.
func (l *Library) tell(pcm *float32, n int32, _ float32, id uintptr) int32 {
	l.mu.Lock()
	told := l.speaking[id]
	l.mu.Unlock()
	if told(unsafe.Slice(pcm, max(0, int(n)))) {
		return 1
	}
	return 0
}

// Close lets the voice go. Nobody may speak any more.
func (v *Voice) Close() { v.lib.destroyTTS(v.tts) }
