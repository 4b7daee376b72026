package transcribing

import (
	"fmt"
	"time"

	"github.com/plugboard/plugboard/sdk/schema"
)

// Config is how it transcribes.
type Config struct {
	Model   Model
	Engines int           // how many work at once
	MaxLag  time.Duration // after which an utterance is left out
	Partial bool          // texts are told while somebody speaks
}

// Model is what pocketsphinx knows of a language.
type Model struct {
	Acoustic   string `json:"acoustic"`   // a directory
	Language   string `json:"language"`   // a file
	Dictionary string `json:"dictionary"` // a file
}

const models = "/usr/share/pocketsphinx/model/en-us/"

// Attributes are what config {} may hold.
func Attributes() []schema.Attribute {
	return []schema.Attribute{
		{Name: "engines", Type: schema.Number, Doc: "how many parties are written down at the same moment (2); each takes about 130 MB, and a third of a processor core while somebody speaks"},
		{Name: "max_lag", Type: schema.Duration, Doc: `how long something said may wait for an engine ("20s"); what waits longer is left out`},
		{Name: "partial", Type: schema.Bool, Doc: "whether texts are told while they are spoken, too (true)"},
		{Name: "acoustic_model", Type: schema.String, Doc: "the directory of another acoustic model of pocketsphinx, of 16 kHz, than that of Debian's pocketsphinx-en-us"},
		{Name: "language_model", Type: schema.String, Doc: "the file of another language model"},
		{Name: "dictionary", Type: schema.String, Doc: "the file of another dictionary"},
	}
}

// defaults are what holds without a config {}.
func defaults() Config {
	return Config{
		Model:   Model{Acoustic: models + "en-us", Language: models + "en-us.lm.bin", Dictionary: models + "cmudict-en-us.dict"},
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
	// A part of one language does not fit those of another.
	given := 0
	for name, to := range map[string]*string{"acoustic_model": &out.Model.Acoustic, "language_model": &out.Model.Language, "dictionary": &out.Model.Dictionary} {
		if s, ok := c[name].(string); ok {
			*to = s
			given++
		}
	}
	if _, all := c["acoustic_model"]; all && given < 3 {
		return out, fmt.Errorf("acoustic_model needs language_model and dictionary of its language beside it")
	}
	return out, nil
}
