package neural

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/plugboard/plugboard/plugins/internal/sherpa"
	"github.com/plugboard/plugboard/sdk/schema"
)

// Schema is what a config {} block may hold.
func Schema() []schema.Attribute {
	return []schema.Attribute{
		{Name: "library", Type: schema.String, Doc: "the folder of sherpa-onnx " + sherpa.Version + " (" + sherpa.Dir + ")"},
		{Name: "kind", Type: schema.String, Doc: `what the model is: "vits" (also Piper's; the default), "kokoro" or "matcha"`},
		{Name: "model", Type: schema.String, Doc: "the file of the model, ….onnx"},
		{Name: "tokens", Type: schema.String, Doc: "the file of its tokens (tokens.txt beside the model)"},
		{Name: "data_dir", Type: schema.String, Doc: "the data of espeak-ng, for models that need it (espeak-ng-data beside the model, if it is there)"},
		{Name: "lexicon", Type: schema.String, Doc: "the file of how words are said, for models that need it; several with commas"},
		{Name: "voices", Type: schema.String, Doc: "of kokoro: the file of its speakers (voices.bin beside the model)"},
		{Name: "vocoder", Type: schema.String, Doc: "of matcha: the file of its vocoder, ….onnx"},
		{Name: "speaker", Type: schema.Number, Doc: "who speaks texts that name no voice, of the model's speakers (0)"},
		{Name: "speed", Type: schema.Number, Doc: "how fast, from 0.25 to 4 (1)"},
		{Name: "threads", Type: schema.Number, Doc: "how many processor cores one text may take (2)"},
		{Name: "texts", Type: schema.Number, Doc: "how many are spoken at once (2)"},
	}
}

// config is a config {} block.
type config struct {
	library string
	voice   sherpa.VoiceConfig
	speaker int
	speed   float32
	texts   int
}

const (
	maxSpeakers = 10000
	maxThreads  = 64
	maxTexts    = 64
)

// read reads a config {} block. Its types were checked by the schema.
func read(block map[string]any) (c config, err error) {
	text := func(name string) string { s, _ := block[name].(string); return s }
	model := text("model")
	if model == "" {
		return c, errors.New("model is needed: the file of a voice, ….onnx")
	}
	beside := func(name, usual string) string {
		return cmp.Or(text(name), filepath.Join(filepath.Dir(model), usual))
	}
	c.library = cmp.Or(text("library"), sherpa.Dir)
	c.voice = sherpa.VoiceConfig{
		Kind: cmp.Or(text("kind"), sherpa.VITS), Model: model, Tokens: beside("tokens", "tokens.txt"),
		DataDir: text("data_dir"), Lexicon: text("lexicon"), Vocoder: text("vocoder"),
	}
	if usual := beside("data_dir", "espeak-ng-data"); c.voice.DataDir == "" {
		if _, err := os.Stat(usual); err == nil {
			c.voice.DataDir = usual
		}
	}
	switch c.voice.Kind {
	case sherpa.VITS:
	case sherpa.Kokoro:
		c.voice.Voices = beside("voices", "voices.bin")
	case sherpa.Matcha:
		if c.voice.Vocoder == "" {
			return c, errors.New(`kind = "matcha" needs vocoder, another file ….onnx`)
		}
	default:
		return c, fmt.Errorf("kind is %q; it is %q, %q or %q", c.voice.Kind, sherpa.VITS, sherpa.Kokoro, sherpa.Matcha)
	}
	if text("voices") != "" && c.voice.Kind != sherpa.Kokoro {
		return c, errors.New(`voices is for kind = "kokoro"`)
	}
	if text("vocoder") != "" && c.voice.Kind != sherpa.Matcha {
		return c, errors.New(`vocoder is for kind = "matcha"`)
	}
	c.speed = 1
	if s, given := block["speed"].(float64); given {
		if !(s >= 0.25 && s <= 4) {
			return c, fmt.Errorf("speed is %v; it is from 0.25 to 4", s)
		}
		c.speed = float32(s)
	}
	for _, n := range []struct {
		name               string
		usual, least, most int
		to                 *int
	}{
		{"speaker", 0, 0, maxSpeakers, &c.speaker},
		{"threads", 2, 1, maxThreads, &c.voice.Threads},
		{"texts", 2, 1, maxTexts, &c.texts},
	} {
		*n.to = n.usual
		if v, given := block[n.name].(float64); given {
			if v != math.Trunc(v) || v < float64(n.least) || v > float64(n.most) {
				return c, fmt.Errorf("%s is %v; it is a whole number from %d to %d", n.name, v, n.least, n.most)
			}
			*n.to = int(v)
		}
	}
	return c, nil
}
