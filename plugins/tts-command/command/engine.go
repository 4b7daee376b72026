package command

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/tts"
)

// Engine speaks by programs. It implements [tts.Lister].
type Engine struct {
	cfg   config
	slots chan struct{} // holds a token for each process that runs
	most  time.Duration // of sound that one text makes

	mu     sync.Mutex
	voices []tts.Voice // as the program lists them, nil before it was asked
}

var _ tts.Lister = (*Engine)(nil)

// New returns the engine that a plugin without a config {} block is: flite.
// [Engine.Configure] comes before the first text.
func New() *Engine { return &Engine{most: longestSound} }

// Configure takes the config {} block.
func (e *Engine) Configure(block map[string]any) error {
	c, err := read(block)
	if err != nil {
		return err
	}
	e.cfg, e.slots = c, make(chan struct{}, c.processes)
	if _, err := e.program(); err != nil { // it may come later
		hclog.Default().Warn("texts cannot be spoken yet", "error", err)
	}
	return nil
}

// paths is where programs are looked for if the plugin's env sets no PATH.
var paths = []string{"/usr/local/bin", "/usr/bin", "/bin"}

// program is the file to run.
func (e *Engine) program() (string, error) {
	name := e.cfg.command[0]
	missing := func(why error) error {
		var detail *fs.PathError
		if errors.As(why, &detail) {
			why = detail.Err
		}
		return fmt.Errorf("%s cannot be run (%w): %s", name, why, e.cfg.install)
	}
	if strings.ContainsRune(name, filepath.Separator) || os.Getenv("PATH") != "" {
		file, err := exec.LookPath(name)
		if err != nil {
			return "", missing(errors.Unwrap(err))
		}
		return file, nil
	}
	for _, dir := range paths {
		if file, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return file, nil
		}
	}
	return "", missing(fmt.Errorf("it is not in %s", strings.Join(paths, ", ")))
}

// Voices implements [tts.Lister].
func (e *Engine) Voices(ctx context.Context) ([]tts.Voice, error) {
	var list []tts.Voice
	switch {
	case len(e.cfg.voices) > 0:
		for _, v := range e.cfg.voices {
			list = append(list, tts.Voice{Name: v})
		}
	case e.cfg.list != nil:
		known, err := e.listed(ctx)
		if err != nil {
			return nil, err
		}
		list = slices.Clone(known)
	case e.cfg.voice != "":
		list = append(list, tts.Voice{Name: e.cfg.voice})
	}
	for i := range list {
		list[i].Default = list[i].Name == e.cfg.voice
	}
	return list, nil
}

// listed asks the program for its voices, until it has told them once.
func (e *Engine) listed(ctx context.Context) ([]tts.Voice, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.voices != nil {
		return e.voices, nil
	}
	var printed strings.Builder
	run := process{args: e.cfg.list, take: func(b []byte) error { printed.Write(b); return nil }, limit: 1 << 20}
	if err := e.run(ctx, run); err != nil {
		return nil, fmt.Errorf("the voices of %s: %w", e.cfg.engine, err)
	}
	e.voices = e.cfg.parse(printed.String())
	return e.voices, nil
}

// voice is which one speaks, "" for the program's choice.
func (e *Engine) voice(ctx context.Context, r tts.Request) (string, error) {
	v := r.Voice
	if v == "" {
		v = e.cfg.voice
	}
	if v == "" && e.cfg.spoken {
		return r.Language, nil
	}
	if strings.HasPrefix(v, "-") {
		return "", fmt.Errorf("%w: %q", tts.ErrVoice, v)
	}
	if v == "" || !e.cfg.strict || strings.ContainsRune(v, filepath.Separator) { // a file
		return v, nil
	}
	list, err := e.Voices(ctx)
	if err != nil {
		return "", err
	}
	var names []string
	for _, known := range list {
		if known.Name == v {
			return v, nil
		}
		names = append(names, known.Name)
	}
	return "", fmt.Errorf("%w in %s: %q; there are %s", tts.ErrVoice, e.cfg.engine, v, strings.Join(names, ", "))
}

// longestSound bounds what is made of one text.
const longestSound = 20 * time.Minute

// Speak implements [tts.Engine].
func (e *Engine) Speak(ctx context.Context, r tts.Request, out tts.Out) error {
	voice, err := e.voice(ctx, r)
	if err != nil {
		return err
	}
	heard := 0 // samples
	bounded := func(rate int, pcm []float32) error {
		if heard += len(pcm); heard > int(e.most.Seconds()*float64(rate)) {
			return fmt.Errorf("the text makes more than %v of sound: cut it in parts", e.most)
		}
		return out(rate, pcm)
	}
	for _, s := range tts.Sentences(r.Text) {
		if err := e.say(ctx, strings.Join(strings.Fields(s), " "), voice, r.Language, bounded); err != nil {
			return err
		}
	}
	return nil
}

// say speaks one sentence by one process.
func (e *Engine) say(ctx context.Context, text, voice, language string, out tts.Out) (err error) {
	values := map[string]string{"text": text, "voice": voice, "language": language}
	if strings.HasPrefix(text, "-") {
		values["text"] = " " + text // it is no option
	}
	command := e.cfg.command[1:]
	if voice != "" {
		command = slices.Concat(e.cfg.named, command)
	}
	run := process{in: text, limit: soundLimit}
	if e.cfg.mentions("{text_file}") || e.cfg.mentions("{sound_file}") {
		dir, err := os.MkdirTemp("", "plugboard-tts-")
		if err != nil {
			return fmt.Errorf("no room for the files of %s: %w", e.cfg.engine, err)
		}
		defer os.RemoveAll(dir)
		values["text_file"], values["sound_file"] = filepath.Join(dir, "text.txt"), filepath.Join(dir, "sound.wav")
		if err := os.WriteFile(values["text_file"], []byte(text+"\n"), 0o600); err != nil {
			return fmt.Errorf("no room for the files of %s: %w", e.cfg.engine, err)
		}
	}
	if e.cfg.mentions("{text}") || e.cfg.mentions("{text_file}") {
		run.in = ""
	}
	for _, w := range command {
		filled, err := fill(w, values)
		if err != nil {
			return err
		}
		run.args = append(run.args, filled)
	}
	d := &decoder{raw: e.cfg.raw, rate: e.cfg.rate, out: out}
	run.take = d.take
	if e.cfg.mentions("{sound_file}") {
		run.take, run.limit = func([]byte) error { return nil }, 1<<20 // what it prints is no sound
	}
	if err := e.run(ctx, run); err != nil {
		if errors.Is(err, tts.ErrVoice) {
			err = fmt.Errorf("%w in %s: %q; %s %s lists those that there are", tts.ErrVoice, e.cfg.engine, voice, e.cfg.command[0], strings.Join(e.cfg.list, " "))
		}
		return err
	}
	if e.cfg.mentions("{sound_file}") {
		if err := d.file(values["sound_file"]); err != nil {
			return fmt.Errorf("%s has ended well, but its sound_file: %w", e.cfg.engine, err)
		}
	}
	if err := d.end(); err != nil {
		return fmt.Errorf("what %s writes is no sound that can be read: %w", e.cfg.engine, err)
	}
	return nil
}
