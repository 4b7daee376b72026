package transcribing

import (
	"cmp"
	"fmt"
	"path/filepath"
	"time"

	"github.com/plugboard/plugboard/plugins/internal/sherpa"
	"github.com/plugboard/plugboard/sdk/schema"
)

// Config is how it transcribes.
type Config struct {
	Model   Model
	Engines int           // how many work at once
	MaxLag  time.Duration // after which an utterance is left out
	Partial bool          // texts are told while somebody speaks
}

// Model is an engine with what it knows of a language.
type Model struct {
	Engine string `json:"engine"`

	// Of pocketsphinx.
	Acoustic   string `json:"acoustic"`   // a directory
	Language   string `json:"language"`   // a file
	Dictionary string `json:"dictionary"` // a file

	// Of sherpa-onnx.
	Library string                  `json:"library"`
	Sherpa  sherpa.RecognizerConfig `json:"sherpa"`
}

// The engines.
const (
	enginePocketsphinx = "pocketsphinx"
	engineSherpa       = "sherpa-onnx"
)

const models = "/usr/share/pocketsphinx/model/en-us/"

// Attributes are what config {} may hold.
func Attributes() []schema.Attribute {
	return []schema.Attribute{
		{Name: "engine", Type: schema.String, Doc: `what recognizes speech: "pocketsphinx" (the default) or "sherpa-onnx" with a model of yours`},
		{Name: "engines", Type: schema.Number, Doc: "how many parties are written down at the same moment (2); each has the model in memory, and takes a processor core or a part of one while somebody speaks"},
		{Name: "max_lag", Type: schema.Duration, Doc: `how long something said may wait for an engine ("20s"); what waits longer is left out`},
		{Name: "partial", Type: schema.Bool, Doc: "whether texts are told while they are spoken, too (true)"},
		{Name: "acoustic_model", Type: schema.String, Doc: "the directory of another acoustic model of pocketsphinx, of 16 kHz, than that of Debian's pocketsphinx-en-us"},
		{Name: "language_model", Type: schema.String, Doc: "the file of another language model"},
		{Name: "dictionary", Type: schema.String, Doc: "the file of another dictionary"},
		{Name: "kind", Type: schema.String, Doc: `of sherpa-onnx, what the model is: "streaming" (a transducer that understands while somebody speaks; the default), "transducer" (one that understands what is over), or "whisper"`},
		{Name: "encoder", Type: schema.String, Doc: "of sherpa-onnx: the file of the model's encoder, ….onnx"},
		{Name: "decoder", Type: schema.String, Doc: "the file of its decoder, ….onnx"},
		{Name: "joiner", Type: schema.String, Doc: "the file of its joiner, ….onnx; whisper has none"},
		{Name: "tokens", Type: schema.String, Doc: "the file of its tokens (tokens.txt beside the encoder)"},
		{Name: "language", Type: schema.String, Doc: `of whisper: the language that is spoken, as "de"; without it each utterance is looked at for that`},
		{Name: "threads", Type: schema.Number, Doc: "of sherpa-onnx: how many processor cores one engine may take (1)"},
		{Name: "library", Type: schema.String, Doc: "the folder of sherpa-onnx " + sherpa.Version + " (" + sherpa.Dir + ")"},
	}
}

// defaults are what holds without a config {}.
func defaults() Config {
	return Config{
		Model:   Model{Engine: enginePocketsphinx, Acoustic: models + "en-us", Language: models + "en-us.lm.bin", Dictionary: models + "cmudict-en-us.dict"},
		Engines: 2, MaxLag: 20 * time.Second, Partial: true,
	}
}

// parse reads a config {} that fits [Attributes].
func parse(c map[string]any) (Config, error) {
	out := defaults()
	if n, ok := c["engines"].(float64); ok {
		if out.Engines = int(n); float64(out.Engines) != n || n < 1 || n > 64 {
			return out, fmt.Errorf("engines is %v; it is a whole number from 1 to 64", n)
		}
	}
	if s, ok := c["max_lag"].(string); ok {
		d, err := time.ParseDuration(s)
		if err != nil || d < time.Second || d > 10*time.Minute {
			return out, fmt.Errorf(`max_lag is %q; it is from "1s" to "10m"`, s)
		}
		out.MaxLag = d
	}
	if b, ok := c["partial"].(bool); ok {
		out.Partial = b
	}
	switch engine, _ := c["engine"].(string); engine {
	case "", enginePocketsphinx:
		return out, out.Model.pocketsphinx(c)
	case engineSherpa:
		out.Model = Model{Engine: engineSherpa}
		return out, out.Model.sherpa(c)
	default:
		return out, fmt.Errorf("engine is %q; it is %q or %q", engine, enginePocketsphinx, engineSherpa)
	}
}

// none refuses attributes that are for another engine.
func none(c map[string]any, engine string, names ...string) error {
	for _, name := range names {
		if _, given := c[name]; given {
			return fmt.Errorf("%s is for engine = %q", name, engine)
		}
	}
	return nil
}

// pocketsphinx reads what is pocketsphinx's.
func (m *Model) pocketsphinx(c map[string]any) error {
	if err := none(c, engineSherpa, "kind", "encoder", "decoder", "joiner", "tokens", "language", "threads", "library"); err != nil {
		return err
	}
	// A part of one language does not fit those of another.
	given := 0
	for name, to := range map[string]*string{"acoustic_model": &m.Acoustic, "language_model": &m.Language, "dictionary": &m.Dictionary} {
		if s, ok := c[name].(string); ok {
			*to = s
			given++
		}
	}
	if _, all := c["acoustic_model"]; all && given < 3 {
		return fmt.Errorf("acoustic_model needs language_model and dictionary of its language beside it")
	}
	return nil
}

// sherpa reads what is sherpa-onnx's.
func (m *Model) sherpa(c map[string]any) error {
	if err := none(c, enginePocketsphinx, "acoustic_model", "language_model", "dictionary"); err != nil {
		return err
	}
	text := func(name string) string { s, _ := c[name].(string); return s }
	r := sherpa.RecognizerConfig{
		Kind: cmp.Or(text("kind"), sherpa.Streaming), Encoder: text("encoder"), Decoder: text("decoder"), Joiner: text("joiner"),
		Language: text("language"), Rate: Rate, Threads: 1,
	}
	needed := []string{"encoder", "decoder", "joiner"}
	switch r.Kind {
	case sherpa.Streaming, sherpa.Transducer:
		if r.Language != "" {
			return fmt.Errorf("language is for kind = %q", sherpa.Whisper)
		}
	case sherpa.Whisper:
		if r.Joiner != "" {
			return fmt.Errorf("joiner is not for kind = %q", sherpa.Whisper)
		}
		needed = needed[:2]
	default:
		return fmt.Errorf("kind is %q; it is %q, %q or %q", r.Kind, sherpa.Streaming, sherpa.Transducer, sherpa.Whisper)
	}
	for _, name := range needed {
		if text(name) == "" {
			return fmt.Errorf("engine = %q with kind = %q needs %s, a file ….onnx", engineSherpa, r.Kind, name)
		}
	}
	r.Tokens = cmp.Or(text("tokens"), filepath.Join(filepath.Dir(r.Encoder), "tokens.txt"))
	if n, given := c["threads"].(float64); given {
		if r.Threads = int(n); float64(r.Threads) != n || n < 1 || n > 64 {
			return fmt.Errorf("threads is %v; it is a whole number from 1 to 64", n)
		}
	}
	m.Sherpa, m.Library = r, cmp.Or(text("library"), sherpa.Dir)
	return nil
}
