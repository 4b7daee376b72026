package prompt

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/resample"
	"github.com/plugboard/plugboard/sdk/media/sound"
	"github.com/plugboard/plugboard/sdk/tts"
)

// source finds what a prompt is to be made of: what names its sound, and who
// fills the track.
func (p *Prompts) source(what *config.Prompt, how Play) (key string, fill func(*track) error, err error) {
	switch {
	case what.Tone != "":
		return hash("tone", what.Tone), func(t *track) error { return pour(t, sound.Tone(what.Tone)) }, nil
	case what.File != "":
		info, err := os.Stat(what.File)
		if err != nil {
			return "", nil, err
		}
		return hash("sound", what.File, fmt.Sprint(info.Size()), info.ModTime().String()), func(t *track) error { return p.file(t, what.File) }, nil
	case what.Text != "":
		e, err := p.opt.Speech.Engine(what.Engine)
		if err != nil {
			return "", nil, err
		}
		u := utterance{Text: what.Text, Voice: what.Voice, Language: how.Language, Engine: e.Plugin, Version: e.Version, Form: e.Form}
		return u.hash(), func(t *track) error { return p.utter(t, u, how.Call) }, nil
	default:
		return "", nil, errors.New("there is no sound in it")
	}
}

// hash names a sound.
func hash(parts ...string) string {
	b, _ := json.Marshal(parts) // texts always can
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// utterance is a text that is spoken, and all that decides how it sounds. It is
// kept beside its sound.
type utterance struct {
	Text     string `json:"text"`
	Voice    string `json:"voice,omitempty"`
	Language string `json:"language,omitempty"`
	Engine   string `json:"engine"`
	Version  string `json:"version"`
	Form     string `json:"form,omitempty"`
}

func (u utterance) hash() string {
	return hash("say", u.Text, u.Voice, u.Language, u.Engine, u.Version, u.Form)
}

// pour fills a track with a sound.
func pour(t *track, s *sound.Sound) error {
	player := s.Player(false)
	var f audio.Frame
	for left := int(s.Duration() * audio.Rate / time.Second); left > 0 && player.Next(&f); left -= audio.Samples {
		if err := t.add(f[:min(left, audio.Samples)]); err != nil {
			return err
		}
	}
	return nil
}

func (p *Prompts) file(t *track, path string) error {
	s, err := sound.ReadFile(path, Longest)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return pour(t, s)
}

// mouth turns what comes at an engine's rate into the track's.
type mouth struct {
	track *track
	up    *resample.Stream
	buf   []float32
}

func (m *mouth) take(rate int, pcm []float32) (err error) {
	if m.up == nil {
		if m.up, err = resample.NewStream(rate, audio.Rate); err != nil {
			return err
		}
	}
	m.buf = m.up.Append(m.buf[:0], pcm)
	return m.track.add(m.buf)
}

func (m *mouth) end() error {
	if m.up != nil {
		m.buf = m.up.Flush(m.buf[:0])
	}
	if err := m.track.add(m.buf); err != nil {
		return err
	}
	if m.track.avail.Load() == 0 {
		return errors.New("the engine has ended well, but said nothing")
	}
	return nil
}

// utter fills a track with a text: from the cache, or by an engine.
func (p *Prompts) utter(t *track, u utterance, call string) error {
	m := &mouth{track: t}
	if found, err := p.disk.load(u.hash(), m.take); err != nil {
		p.log.Warn("a file of the cache of prompts is damaged: it is spoken anew", "file", u.hash(), "error", err)
		if t.avail.Load() > 0 {
			return err // it was heard already
		}
	} else if found {
		p.counts.fromDisk.Add(1)
		return m.end()
	}
	p.counts.spoken.Add(1)
	ctx, cancel := context.WithCancelCause(t.ctx)
	defer cancel(nil)
	watch := time.AfterFunc(stall, func() { cancel(fmt.Errorf("plugin %s says nothing for %v", u.Engine, stall)) })
	defer watch.Stop()
	to := p.disk.create(u)
	err := p.opt.Speech.Speak(ctx, u.Engine, tts.Request{Call: call, Text: u.Text, Voice: u.Voice, Language: u.Language, Rate: audio.Rate},
		func(rate int, pcm []float32) error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			watch.Reset(stall)
			to.write(rate, pcm)
			return m.take(rate, pcm)
		})
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		err = m.end()
	}
	if err != nil {
		to.discard()
		return err
	}
	if err := to.keep(); err != nil {
		p.log.Warn("what was spoken cannot be kept", "error", err)
	}
	return nil
}
