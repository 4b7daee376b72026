package command

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/plugboard/plugboard/sdk/schema"
	"github.com/plugboard/plugboard/sdk/tts"
)

// Schema is what a config {} block may hold.
func Schema() []schema.Attribute {
	return []schema.Attribute{
		{Name: "engine", Type: schema.String, Doc: `the program: "flite", "espeak-ng", "piper", or "command" with a command of its own`},
		{Name: "voice", Type: schema.String, Doc: "the voice for texts that name none"},
		{Name: "model", Type: schema.String, Doc: "of piper: the file of the voice, ….onnx"},
		{Name: "command", Type: schema.Strings, Doc: "the program and its arguments; {text}, {text_file}, {sound_file}, {voice} and {language} are filled in"},
		{Name: "format", Type: schema.String, Doc: `what the command writes: "wav" or "raw" (16 bits, little-endian, one channel)`},
		{Name: "rate", Type: schema.Number, Doc: "of raw sound, in Hz"},
		{Name: "voices", Type: schema.Strings, Doc: "the voices that the command has; a text that names another is refused"},
		{Name: "processes", Type: schema.Number, Doc: "how many may run at once"},
		{Name: "timeout", Type: schema.Duration, Doc: "how long one may take for a sentence"},
	}
}

// config is a config {} block, with what follows from it.
type config struct {
	engine    string // for messages
	command   []string
	voice     string
	raw       bool
	rate      int      // of raw sound
	voices    []string // all that there are, nil if that is not known
	processes int
	timeout   time.Duration
	install   string // what to do if the program is missing
	// list are the arguments of the program that make it list its voices, and
	// parse reads them; nil if it cannot.
	list  []string
	parse func(string) []tts.Voice
	// named is the option that names a voice; nothing stands there without one.
	named []string
	// spoken: a language is a voice. strict: a voice that is not listed is
	// refused here, because the program would take another.
	spoken, strict bool
	// noVoice is what the program says, among other words, of a voice that it
	// does not have; "" if it is not known.
	noVoice string
}

const (
	maxProcesses = 64
	maxTimeout   = 10 * time.Minute
)

// engines are the programs whose ways are known.
func engines(name, model string) (config, error) {
	switch name {
	case "flite":
		return config{
			// It cannot write to a pipe what has several utterances.
			command: []string{"flite", "-f", "{text_file}", "-o", "{sound_file}"}, named: []string{"-voice", "{voice}"},
			voice: "rms", list: []string{"-lv"}, parse: fliteVoices, strict: true,
			install: "install the Debian package flite, or name another engine in the plugin's config",
		}, nil
	case "espeak-ng":
		return config{
			command: []string{"espeak-ng", "--stdin", "--stdout"}, named: []string{"-v", "{voice}"},
			list: []string{"--voices"}, parse: espeakVoices, spoken: true,
			// It takes files and variants that it does not list ("de+f3"), so it is
			// asked with each text.
			noVoice: "voice does not exist",
			install: "install the Debian package espeak-ng, or name another engine in the plugin's config",
		}, nil
	case "piper":
		if model == "" {
			return config{}, errors.New(`engine = "piper" needs model, the file of a voice (….onnx, with ….onnx.json beside it)`)
		}
		return config{
			command: []string{"piper", "--model", model, "--output_file", "{sound_file}"}, named: []string{"--speaker", "{voice}"},
			install: "install piper (https://github.com/OHF-Voice/piper1-gpl), or name another engine in the plugin's config",
		}, nil
	case "command":
		return config{}, errors.New(`engine = "command" needs command, the program and its arguments`)
	default:
		return config{}, fmt.Errorf(`engine is %q; it is "flite", "espeak-ng", "piper", or "command" with a command of its own`, name)
	}
}

// read reads a config {} block. Its types were checked by the schema.
func read(block map[string]any) (config, error) {
	text := func(name string) string { s, _ := block[name].(string); return s }
	own := words(block["command"])
	name := text("engine")
	if name == "" {
		name = "flite"
		if len(own) > 0 {
			name = "command"
		}
	}
	var c config
	var err error
	switch {
	case len(own) > 0 && name != "command":
		return c, fmt.Errorf(`command is for engine = "command"; it does not go with engine = %q`, name)
	case len(own) > 0:
		c = config{command: own, install: "install it, or write its whole path in command"}
	default:
		if c, err = engines(name, text("model")); err != nil {
			return c, err
		}
	}
	if text("model") != "" && name != "piper" {
		return c, errors.New(`model is for engine = "piper"`)
	}
	c.engine, c.voice, c.voices = name, cmp.Or(text("voice"), c.voice), words(block["voices"])
	c.strict = c.strict || len(c.voices) > 0
	if err := c.form(text("format"), block["rate"], name); err != nil {
		return c, err
	}
	if err := c.check(name); err != nil {
		return c, err
	}
	if c.processes, err = whole(block, "processes", 4, maxProcesses); err != nil {
		return c, err
	}
	c.timeout = 30 * time.Second
	if t := text("timeout"); t != "" {
		c.timeout, _ = time.ParseDuration(t) // the schema has
	}
	if c.timeout <= 0 || c.timeout > maxTimeout {
		return c, fmt.Errorf("timeout is %v; it is more than 0s and at most %v", c.timeout, maxTimeout)
	}
	return c, nil
}

// form reads what the program writes.
func (c *config) form(format string, rate any, name string) error {
	hz, given := rate.(float64)
	switch {
	case name != "command" && (format != "" || given):
		return errors.New(`format and rate are for engine = "command"; what the others write is known`)
	case format == "raw" && !given:
		return errors.New(`format = "raw" needs rate, in Hz`)
	case format == "raw" && (hz != math.Trunc(hz) || hz < tts.MinRate || hz > tts.MaxRate):
		return fmt.Errorf("rate is %v; it is a whole number of Hz from %d to %d", hz, tts.MinRate, tts.MaxRate)
	case format != "raw" && given:
		return errors.New(`rate is for format = "raw"; a WAV says its own`)
	case format != "" && format != "wav" && format != "raw":
		return fmt.Errorf(`format is %q; it is "wav" or "raw"`, format)
	}
	c.raw, c.rate = format == "raw", int(hz)
	return nil
}

// check looks at the words of a command.
func (c *config) check(name string) error {
	if c.command[0] == "" || strings.ContainsAny(c.command[0], "{}") {
		return fmt.Errorf("command begins with %q; it begins with the program", c.command[0])
	}
	for _, w := range c.command {
		if _, err := fill(w, nil); err != nil {
			return err
		}
	}
	if strings.HasPrefix(c.voice, "-") {
		return fmt.Errorf("voice is %q, which its program would take for an option", c.voice)
	}
	if len(c.voices) > 0 && name != "command" {
		return errors.New(`voices are for engine = "command"; those of the others are known`)
	}
	if len(c.voices) > 0 && c.voice != "" && !slices.Contains(c.voices, c.voice) {
		return fmt.Errorf("voice is %q, which is not one of voices (%s)", c.voice, strings.Join(c.voices, ", "))
	}
	if (len(c.voices) > 0 || c.voice != "") && name == "command" && !c.mentions("{voice}") {
		return errors.New("a voice is named, but command does not say {voice}")
	}
	return nil
}

func (c *config) mentions(place string) bool {
	return slices.ContainsFunc(c.command, func(w string) bool { return strings.Contains(w, place) })
}

// whole reads a number of things.
func whole(block map[string]any, name string, usual, most int) (int, error) {
	v, given := block[name].(float64)
	if !given {
		return usual, nil
	}
	if v != math.Trunc(v) || v < 1 || v > float64(most) {
		return 0, fmt.Errorf("%s is %v; it is a whole number from 1 to %d", name, v, most)
	}
	return int(v), nil
}

func words(v any) (out []string) {
	list, _ := v.([]any)
	for _, w := range list {
		s, _ := w.(string)
		out = append(out, s)
	}
	return out
}

// places are what may stand in braces in a command.
var places = []string{"text", "text_file", "sound_file", "voice", "language"}

// fill puts values in the place of what stands in braces in a word. What a value
// says is not looked at again. Without values it only checks.
func fill(word string, values map[string]string) (string, error) {
	var out strings.Builder
	rest := word
	for {
		before, after, found := strings.Cut(rest, "{")
		out.WriteString(before)
		if !found {
			return out.String(), nil
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed || !slices.Contains(places, name) {
			return "", fmt.Errorf("command has %q, in which {%s} is not known: there are {%s}", word, cmp.Or(name, "…"), strings.Join(places, "}, {"))
		}
		out.WriteString(values[name])
		rest = tail
	}
}
