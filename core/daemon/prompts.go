package daemon

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/plugin"
	"github.com/plugboard/plugboard/core/prompt"
	"github.com/plugboard/plugboard/sdk/host"
	"github.com/plugboard/plugboard/sdk/tts"
)

// startPrompts opens the prompts. Plugins may ask for them from their first
// moment.
func (d *Daemon) startPrompts() {
	d.prompts = prompt.New(prompt.Options{
		Dir: filepath.Join(d.cfg().PBX.DataDir, "prompts"), Speech: speech{d}, Log: d.log.Named("prompt"),
		Redact: func(text string) string { return d.cfg().Redact(text) },
	})
}

// warm prepares what a configuration has to say, beside all that goes on.
func (d *Daemon) warm(c *config.Config) {
	texts := spokenIn(c)
	if len(texts) == 0 {
		return
	}
	d.wg.Go(func() {
		ready, err := d.prompts.Warm(d.run, texts, c.PBX.Language)
		if err == nil { // else each failure was told
			d.log.Debug("prompts are ready", "prompts", ready)
		}
	})
}

// spokenIn are the texts of a configuration that are known before any call.
func spokenIn(c *config.Config) (texts []*config.Prompt) {
	for _, p := range c.Prompts() {
		if p.Text != "" {
			texts = append(texts, p.Prompt)
		}
	}
	return texts
}

// Prompts lists what was spoken and is kept, what was used last first.
func (d *Daemon) Prompts() ([]prompt.Entry, error) { return d.prompts.List() }

// warmTime is how long a request to prepare texts may take.
const warmTime = 10 * time.Second

// promptsAPI is the prompts as the HTTP API acts on them.
func (d *Daemon) promptsAPI() api.Prompts {
	return api.Prompts{
		List: func() ([]api.Prompt, error) {
			var list []api.Prompt
			kept, err := d.prompts.List()
			for _, e := range kept {
				p := api.Prompt(e)
				p.Text = d.cfg().Redact(p.Text)
				list = append(list, p)
			}
			return list, err
		},
		Warm: func(ctx context.Context) (int, error) {
			c := d.cfg()
			ctx, cancel := context.WithTimeout(ctx, warmTime)
			defer cancel()
			ready, err := d.prompts.Warm(ctx, spokenIn(c), c.PBX.Language)
			switch {
			case errors.Is(err, context.DeadlineExceeded):
				err = fmt.Errorf("%d of %d texts are ready, the rest takes longer than %v: ask again", ready, len(spokenIn(c)), warmTime)
			case err != nil:
				err = errors.New(c.Redact(err.Error()))
			}
			return ready, err
		},
		Clear:  d.prompts.Clear,
		Voices: d.voices,
	}
}

// voices are those of all plugins that speak.
func (d *Daemon) voices(ctx context.Context) (list []api.Voice, err error) {
	ctx, cancel := context.WithTimeout(ctx, warmTime)
	defer cancel()
	for _, e := range d.plugins.Engines() {
		of, cannot := d.plugins.Voices(ctx, e.Plugin)
		if cannot != nil {
			err = errors.Join(err, fmt.Errorf("plugin %s: %w", e.Plugin, cannot))
		}
		for _, v := range of {
			list = append(list, api.Voice{Engine: e.Plugin, Name: v.Name, Language: v.Language, Default: v.Default})
		}
	}
	return list, err
}

// promptStats are the counters of prompts.
func (d *Daemon) promptStats() api.PromptStats {
	s := d.prompts.Stats()
	return api.PromptStats{
		Plays: s.Plays, FromMemory: s.FromMemory, FromDisk: s.FromDisk, Spoken: s.Spoken, Failed: s.Failed,
		Missed: s.Missed, Firsts: s.Firsts, FirstsTook: s.FirstsTook, MemoryBytes: s.Memory,
	}
}

// speech is the plugins that speak.
type speech struct{ d *Daemon }

// Engine implements [prompt.Speech]: the one named, else the only one of the
// configuration, else the bundled.
func (s speech) Engine(named string) (prompt.Engine, error) {
	var own []plugin.Engine
	var bundled *plugin.Engine
	var names []string
	for _, e := range s.d.plugins.Engines() {
		names = append(names, e.Plugin)
		switch {
		case e.Plugin == named:
			return engine(e), nil
		case s.d.configured(e.Plugin):
			own = append(own, e)
		case e.Plugin == SpeechPlugin:
			bundled = &e
		}
	}
	switch {
	case named != "":
		return prompt.Engine{}, fmt.Errorf("plugin %s does not speak: it is of another kind, or not up (these speak: %s)", named, cmp.Or(strings.Join(names, ", "), "none"))
	case len(own) == 1:
		return engine(own[0]), nil
	case bundled != nil:
		return engine(*bundled), nil
	case len(own) > 1:
		return prompt.Engine{}, fmt.Errorf("several plugins speak (%s): say which, with say(\"…\", { engine = plugin.NAME })", strings.Join(names, ", "))
	}
	return prompt.Engine{}, errors.New("no plugin that speaks is up: see plugboard plugins")
}

// configured reports whether a plugin has a block.
func (d *Daemon) configured(name string) bool {
	return slices.ContainsFunc(d.cfg().Plugins, func(p *config.Plugin) bool { return p.Name == name })
}

// engine is a plugin as what it says is kept: another configuration of it says
// it otherwise.
func engine(e plugin.Engine) prompt.Engine {
	form, err := json.Marshal(e.Spec)
	if err != nil { // it came from JSON
		form = []byte(err.Error())
	}
	sum := sha256.Sum256(form)
	return prompt.Engine{Plugin: e.Plugin, Version: e.Version, Form: hex.EncodeToString(sum[:8])}
}

// Speak implements [prompt.Speech].
func (s speech) Speak(ctx context.Context, plugin string, r tts.Request, out tts.Out) error {
	return s.d.plugins.Speak(ctx, plugin, r, out)
}

// heard makes prompts heard in calls.
type heard struct{ d *Daemon }

// Prompt implements [call.Prompts].
func (h heard) Prompt(p *dialplan.Prompt, call string, times int) call.Prompt {
	return h.d.prompts.Open(p, prompt.Play{Call: call, Language: h.d.cfg().PBX.Language, Times: times})
}

// musicPause is how long who waits hears nothing before a text begins anew.
const musicPause = 5 * time.Second

// Music implements [call.Prompts].
func (h heard) Music(p *dialplan.Prompt, call string) call.Prompt {
	return h.d.prompts.Open(p, prompt.Play{Call: call, Language: h.d.cfg().PBX.Language, Pause: musicPause})
}

// asked makes prompts heard that plugins ask for.
type asked struct{ d *Daemon }

// Prompt implements [host.Prompts].
func (a asked) Prompt(ctx context.Context, call string, p host.Prompt) (host.Sound, error) {
	c := a.d.cfg()
	if p.File != "" && !slices.ContainsFunc(c.Prompts(), func(h config.Heard) bool { return h.File == p.File }) {
		return nil, fmt.Errorf("the configuration names no sound file %s, and others are not read for a plugin", p.File)
	}
	s := a.d.prompts.Open(&config.Prompt{Text: p.Text, Voice: p.Voice, Engine: p.Engine, File: p.File, Tone: p.Tone},
		prompt.Play{Call: call, Language: cmp.Or(p.Language, c.PBX.Language), Times: 1})
	select {
	case <-s.Ready():
	case <-ctx.Done():
		s.Stop()
		return nil, ctx.Err()
	}
	if err := s.Failed(); err != nil {
		s.Stop()
		return nil, err
	}
	return s, nil
}
