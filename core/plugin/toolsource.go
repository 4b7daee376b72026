package plugin

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/tool"
	"github.com/plugboard/plugboard/sdk/tool/remote"
)

// ToolSource is a source of a tool. It is an ear of the mixer.
type ToolSource struct {
	tool    *Tool
	speaker tool.Speaker
	first   uint64                   // tick that it can be heard at
	line    atomic.Pointer[bus.Line] // in the present life
	last    atomic.Uint64            // the tick that was written last

	// Guarded by the tool's mu.
	n    int  // of the tool's sources, in the order in which they came
	told bool // to the present life
}

// Source adds a party that the tool hears from now on, until
// [ToolSource.Leave]. A party that is there already takes the place of itself.
func (t *Tool) Source(s tool.Speaker) *ToolSource {
	tick, _ := t.host.newest()
	n := &ToolSource{tool: t, speaker: s, first: tick + 1}
	t.mu.Lock()
	if old := t.sources[s.Leg]; old != nil {
		t.ended = append(t.ended, old)
	}
	t.came++
	n.n = t.came
	t.sources[s.Leg] = n
	t.mu.Unlock()
	n.open()
	t.rouse()
	return n
}

// Hear takes what the party says at a tick; nil is silence. It is called by the
// tick, and never again once Leave was called.
func (s *ToolSource) Hear(tick uint64, f *audio.Frame) {
	if l := s.line.Load(); l != nil {
		l.Write(tick, f)
		s.last.Store(tick)
	}
}

// Leave ends the source.
func (s *ToolSource) Leave() {
	t := s.tool
	t.mu.Lock()
	if t.sources[s.speaker.Leg] == s {
		delete(t.sources, s.speaker.Leg)
		t.ended = append(t.ended, s)
	}
	t.mu.Unlock()
	t.rouse()
}

// open takes a line for the source in the present life, if there is one.
func (s *ToolSource) open() {
	t := s.tool
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.life == nil || s.line.Load() != nil || t.sources[s.speaker.Leg] != s {
		return
	}
	l, err := t.life.process.Bus().Open()
	if err != nil { // said when the plugin is told of it
		return
	}
	t.life.lines.Add(1)
	s.line.Store(l)
}

// drop gives the source's line back.
func (s *ToolSource) drop(i *instance) {
	if l := s.line.Swap(nil); l != nil {
		l.Close()
		i.lines.Add(-1)
	}
}

// update tells the plugin of sources that ended, and of those that came.
func (t *Tool) update(i *instance) error {
	t.mu.Lock()
	gone := t.ended
	t.ended = nil
	var fresh []*ToolSource
	for _, s := range t.sources {
		if !s.told {
			s.told = true
			fresh = append(fresh, s)
		}
	}
	t.mu.Unlock()
	slices.SortFunc(fresh, func(a, b *ToolSource) int { return a.n - b.n })
	ends := make(map[string]uint64)
	for _, s := range gone {
		if s.told {
			ends[s.speaker.Leg] = s.last.Load()
		}
	}
	var err error
	if len(ends) > 0 {
		err = i.call(context.Background(), "End of a source", func(ctx context.Context) error {
			return i.tools.client.End(ctx, t.call.Attachment, ends)
		})
	}
	for _, s := range gone { // the plugin has fetched what it was to have
		s.drop(i)
	}
	if err != nil {
		return err
	}
	for _, s := range fresh {
		if err := t.source(i, s); err != nil {
			return err
		}
	}
	return nil
}

// source tells the plugin of one source.
func (t *Tool) source(i *instance, s *ToolSource) error {
	s.open()
	l := s.line.Load()
	if l == nil {
		return fmt.Errorf("plugin %s has no room for another source: %w", t.plugin, bus.ErrFull)
	}
	return i.call(context.Background(), "Source of a tool", func(ctx context.Context) error {
		return i.tools.client.Source(ctx, s.speaker, remote.Place{Attachment: t.call.Attachment, Line: l.ID(), Tick: s.first})
	})
}
