// Package music is what they hear who wait: who is on hold, or alone in a
// conference. [Load] decodes every sound that a configuration names for that,
// once, whoever plays it; what was decoded for the configuration before is used
// again where the file is the same. Each call plays from a place of its own. A text
// is spoken by core/prompt; here it is only told apart.
//
// Where a configuration says nothing, a piece is played that [compose] makes.
package music

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/sdk/media/sound"
)

// The limits of what is kept in memory, at 5.8 MB a minute.
const (
	Longest = 10 * time.Minute // one sound
	Most    = 30 * time.Minute // all of a configuration
)

// Set is the music of one configuration. It never changes.
type Set struct {
	site    *config.Prompt
	sounds  map[string]kept // by what is played
	bundled func() *sound.Sound
}

// kept is a decoded sound, and which file it was.
type kept struct {
	sound *sound.Sound
	size  int64
	at    time.Time
}

// Load decodes what cfg names. An error has its place. before is the set of
// the configuration before, or nil.
func Load(cfg *config.Config, before *Set) (*Set, hcl.Diagnostics) {
	if before == nil {
		before = &Set{bundled: sync.OnceValue(compose)}
	}
	s := &Set{site: cfg.Media.Music, sounds: map[string]kept{}, bundled: before.bundled}
	var all []*config.Prompt
	all = append(all, cfg.Media.Music)
	for _, t := range cfg.Trunks {
		all = append(all, t.Music)
	}
	for _, e := range cfg.Extensions {
		all = append(all, e.Music)
	}
	for _, c := range cfg.Conferences {
		all = append(all, c.Music)
	}
	for _, q := range cfg.Queues {
		all = append(all, q.Music)
	}
	var diags hcl.Diagnostics
	var total time.Duration
	told := map[string]bool{}
	for _, p := range all {
		if p == nil || p.Silent() || p.Text != "" || told[p.File+p.Tone] {
			continue
		}
		told[p.File+p.Tone] = true
		k, err := before.load(p)
		if err == nil && total+k.sound.Duration() > Most {
			err = fmt.Errorf("with it, the music of all lasts longer than %s, which is the limit", Most)
		}
		if err != nil {
			what := "the tone"
			if p.File != "" {
				what = filepath.Base(p.File)
			}
			diags = append(diags, &hcl.Diagnostic{
				Severity: hcl.DiagError, Summary: "Music that cannot be played", Detail: fmt.Sprintf("%s: %s.", what, err), Subject: &p.At,
			})
			continue
		}
		total += k.sound.Duration()
		s.sounds[p.File+p.Tone] = k
	}
	return s, diags
}

// load decodes a sound, unless it is here already.
func (s *Set) load(p *config.Prompt) (kept, error) {
	if p.File == "" {
		return kept{sound: sound.Tone(p.Tone)}, nil
	}
	info, err := os.Stat(p.File)
	if err != nil {
		return kept{}, err
	}
	if k, ok := s.sounds[p.File]; ok && k.size == info.Size() && k.at.Equal(info.ModTime()) {
		return k, nil
	}
	k := kept{size: info.Size(), at: info.ModTime()}
	k.sound, err = sound.ReadFile(p.File, Longest)
	return k, err
}

// Text is the prompt that is spoken as music, nil if it is none that is spoken.
// Without a prompt it is the site's music.
func (s *Set) Text(p *config.Prompt) *config.Prompt {
	if p == nil {
		p = s.site
	}
	if p == nil || p.Text == "" {
		return nil
	}
	return p
}

// Of is what a prompt of the configuration sounds like: nil is silence, or a
// text. Without a prompt it is the site's music.
func (s *Set) Of(p *config.Prompt) *sound.Sound {
	if p == nil {
		p = s.site
	}
	switch {
	case p == nil:
		return s.bundled()
	case p.Silent():
		return nil
	}
	return s.sounds[p.File+p.Tone].sound
}

// Prepare makes the bundled piece, if it is the site's music: half a second of
// work that nobody who is put on hold shall wait for.
func (s *Set) Prepare() {
	if s.site == nil {
		s.bundled()
	}
}
