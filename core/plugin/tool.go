package plugin

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/tool"
	"github.com/plugboard/plugboard/sdk/tool/remote"
)

// Tool is a tool of a plugin on one call. It outlives the plugin's process:
//
//	           attached            the process ends             the next one has it
//	waiting ────────────▶ listens ──────────────────▶ waiting ────────────────────▶ listens
//	   │                     │ it gives the call up      │ too late, refused
//	   ├─────────────────────┴───────────────────────────┴──▶ lost
//	   └─── from any: Close ──▶ closing ── its work is done ──▶ closed
//
// Its methods do not wait for the plugin, and are safe from any goroutine. News
// is told by one goroutine, in order: a [ToolNews] each time that it begins to
// listen, ceases to, changes, and the last one when it is lost or closed.
type Tool struct {
	host   *Host
	plugin string
	call   tool.Call
	tell   func(ToolNews)

	mu      sync.Mutex
	sources map[string]*ToolSource // that there are, by the leg's id
	ended   []*ToolSource          // that the plugin was not told of yet
	came    int                    // sources, ever
	life    *instance              // that it is attached in; nil while there is none
	closed  bool
	wake    chan struct{} // holds a token when something is to be done
	events  []tool.Event  // of the plugin, not told on yet
	counts  remote.Counts // of this life
}

// ToolNews is what became of a tool.
type ToolNews struct {
	Kind ToolNewsKind
	Text string // ToolChanged: a word; else why, for people
	// Frames and Missed are what the tool was given since it was last attached,
	// and what it lost because it was slow.
	Frames, Missed uint64
}

// ToolNewsKind says what kind of news it is.
type ToolNewsKind int

// The kinds of news.
const (
	// ToolListens: it is attached, and hears the sources.
	ToolListens ToolNewsKind = iota + 1
	// ToolAway: the plugin's process has ended, and its next one is waited for.
	ToolAway
	// ToolChanged: it does something else.
	ToolChanged
	// ToolNote: something that people should know.
	ToolNote
	// ToolLost: it is gone for good. The last news.
	ToolLost
	// ToolClosed: it has ended as it was told to. The last news.
	ToolClosed
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

// OpenTool attaches a tool of the named plugin to a call, and returns at once.
// The error is that there is no such plugin; what else can go wrong is told by
// calling tell, which must not block. Close ends it.
func (h *Host) OpenTool(plugin string, c tool.Call, tell func(ToolNews)) (*Tool, error) {
	k, err := h.enter(plugin)
	if err != nil {
		return nil, err
	}
	t := &Tool{
		host: h, plugin: plugin, call: c, tell: tell,
		sources: make(map[string]*ToolSource), wake: make(chan struct{}, 1),
	}
	h.tools.Go(func() {
		defer k.exit()
		t.run(k)
	})
	return t, nil
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

// Control tells the tool what to do ([tool.Pause]), and returns what it says to
// that.
func (t *Tool) Control(ctx context.Context, verb string) error {
	t.mu.Lock()
	life := t.life
	t.mu.Unlock()
	if life == nil {
		return fmt.Errorf("plugin %s does not listen to the call at present: %w", t.plugin, leg.ErrGone)
	}
	return life.call(ctx, "Control of a tool", func(ctx context.Context) error {
		return life.tools.client.Control(ctx, t.call.Attachment, verb)
	})
}

// Close ends the tool. It returns at once.
func (t *Tool) Close() {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.rouse()
}

func (t *Tool) rouse() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

func (t *Tool) isClosed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.closed
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

// run is the tool's goroutine: it brings what each life of the plugin knows in
// line with what there is.
func (t *Tool) run(k *keeper) {
	for lives := 0; ; lives++ {
		i, why := t.next(k)
		if i == nil {
			t.finish(ToolNews{Kind: ToolLost, Text: why})
			return
		}
		if t.isClosed() {
			t.finish(ToolNews{Kind: ToolClosed})
			return
		}
		last, over := t.live(i, lives > 0)
		if over {
			t.finish(last)
			return
		}
		t.tell(last)
	}
}

// next waits for a life of the plugin, but not for ever.
func (t *Tool) next(k *keeper) (*instance, string) {
	ctx, cancel := context.WithTimeout(t.host.run, strandTimeout)
	defer cancel()
	for ctx.Err() == nil && !t.isClosed() {
		if i := k.await(ctx); i != nil {
			if i.tools == nil {
				return nil, fmt.Sprintf("plugin %s is %s, and no tool", t.plugin, kindsOf(i.info))
			}
			return i, ""
		}
		if s := k.info(); s.State == Failed || s.State == Stopped {
			return nil, fmt.Sprintf("plugin %s is %s: %s", t.plugin, s.State, s.Reason)
		}
	}
	if t.isClosed() {
		return nil, "it was not attached before the end"
	}
	return nil, fmt.Sprintf("plugin %s was not up within %v", t.plugin, strandTimeout)
}

// live is the tool in one life of the plugin. It returns what to tell when that
// is over, and whether the tool is.
func (t *Tool) live(i *instance, again bool) (last ToolNews, over bool) {
	c := t.call
	c.Resumed = again
	c.Tick, c.At = t.host.newest()
	away := ToolNews{Kind: ToolAway, Text: "the plugin ended"}
	if !i.tools.add(t) {
		return away, false
	}
	defer i.tools.remove(t)
	err := i.call(context.Background(), "Attach of a tool", func(ctx context.Context) error { return i.tools.client.Attach(ctx, c) })
	switch {
	case i.dies(err):
		return away, false
	case err != nil:
		return ToolNews{Kind: ToolLost, Text: err.Error()}, true
	}
	now, _ := t.host.newest()
	t.mu.Lock()
	t.life, t.counts = i, remote.Counts{}
	there := make([]*ToolSource, 0, len(t.sources))
	for _, s := range t.sources {
		s.told, s.first = false, max(s.first, now+1)
		there = append(there, s)
	}
	t.ended = nil
	t.mu.Unlock()
	for _, s := range there {
		s.open()
	}
	t.tell(ToolNews{Kind: ToolListens})
	last, over = t.serve(i)
	t.mu.Lock()
	t.life = nil
	all := append(t.ended, there...)
	for _, s := range t.sources {
		all = append(all, s)
	}
	t.ended = nil
	t.mu.Unlock()
	for _, s := range all {
		s.drop(i)
	}
	return last, over
}

// serve tells the plugin of what comes and goes, until this life or the tool is
// over.
func (t *Tool) serve(i *instance) (last ToolNews, over bool) {
	detached := false
	var limit <-chan time.Time
	for {
		for _, e := range t.take() {
			switch e.Kind {
			case tool.Changed:
				t.tell(ToolNews{Kind: ToolChanged, Text: e.Text})
			case tool.Note:
				t.tell(ToolNews{Kind: ToolNote, Text: e.Text})
			case tool.Lost:
				return t.news(ToolLost, e.Text), true
			case tool.Ended:
				return ToolNews{Kind: ToolClosed, Frames: e.Frames, Missed: e.Missed}, true
			}
		}
		switch err := t.update(i); {
		case i.dies(err):
		case err != nil:
			t.detach(i)
			return t.news(ToolLost, err.Error()), true
		}
		if t.isClosed() && !detached {
			detached = true
			limit = time.After(endPatience)
			t.detach(i)
		}
		select {
		case <-t.wake:
		case <-limit:
			return t.news(ToolClosed, "it still works on the call"), true
		case <-i.condemned.Done():
			<-i.over
			return t.news(ToolAway, "the plugin ended"), false
		}
	}
}

// dies reports whether a control call failed because this life is at its end,
// and waits for that.
func (i *instance) dies(err error) bool {
	if err == nil || !i.ended() && !errors.Is(err, leg.ErrGone) {
		return false
	}
	<-i.over
	return true
}

// endPatience is how long a tool that was told to end is waited for: as long as
// the plugin gives its session.
const endPatience = 75 * time.Second

func (t *Tool) detach(i *instance) {
	err := i.call(context.Background(), "Detach of a tool", func(ctx context.Context) error {
		return i.tools.client.Detach(ctx, t.call.Attachment)
	})
	if err != nil && !i.ended() && !errors.Is(err, leg.ErrGone) {
		i.log.Warn("a tool was not detached well", "call", t.call.ID, "tool", t.call.Tool, "error", err)
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

func (t *Tool) take() []tool.Event {
	t.mu.Lock()
	defer t.mu.Unlock()
	events := t.events
	t.events = nil
	return events
}

// news is what becomes of the tool, with its counters.
func (t *Tool) news(kind ToolNewsKind, text string) ToolNews {
	c := t.counted()
	return ToolNews{Kind: kind, Text: text, Frames: c.Frames, Missed: c.Missed}
}

func (t *Tool) counted() remote.Counts {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counts
}

// finish tells the last news.
func (t *Tool) finish(n ToolNews) {
	t.mu.Lock()
	t.closed = true
	t.mu.Unlock()
	t.tell(n)
}

// Counts are what the tool was given since it was last attached, and what it
// lost because it was slow, as of about a second ago.
func (t *Tool) Counts() (frames, missed uint64) {
	c := t.counted()
	return c.Frames, c.Missed
}

// tools is the part of kind tool of one life of a plugin.
type tools struct {
	*instance
	client *remote.Client

	mu   sync.Mutex
	open map[string]*Tool // by the attachment's id; nil once it ended
}

func newTools(i *instance) *tools {
	return &tools{instance: i, client: remote.NewClient(i.process.Conn()), open: make(map[string]*Tool)}
}

// add takes a tool in; false if the life has ended.
func (i *tools) add(t *Tool) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.open == nil {
		return false
	}
	i.open[t.call.Attachment] = t
	t.mu.Lock()
	t.events = nil // of an earlier life
	t.mu.Unlock()
	return true
}

func (i *tools) remove(t *Tool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.open, t.call.Attachment)
}

func (i *tools) present() map[string]*Tool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return maps.Clone(i.open)
}

// run implements [part].
func (i *tools) run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { i.listen(ctx) })
	all.Go(func() { i.survey(ctx) })
	all.Wait()
}

// listen hands news from the plugin to its tools.
func (i *tools) listen(ctx context.Context) {
	err := i.client.Events(ctx, func(attachment string, e tool.Event) {
		i.mu.Lock()
		t := i.open[attachment]
		i.mu.Unlock()
		if t == nil {
			return
		}
		t.mu.Lock()
		if len(t.events) < mostEvents {
			t.events = append(t.events, e)
		}
		t.mu.Unlock()
		t.rouse()
	})
	if ctx.Err() == nil {
		i.condemnSoon(ctx, fmt.Sprintf("the stream of its tools' news broke: %v", err))
	}
}

// mostEvents bounds what one attachment may have told before it is heard.
const mostEvents = 1000

// survey asks for the counters of the plugin's tools.
func (i *tools) survey(ctx context.Context) {
	tick := time.NewTicker(surveyEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		open := i.present()
		if len(open) == 0 {
			continue
		}
		ids := make([]string, 0, len(open))
		for id := range open {
			ids = append(ids, id)
		}
		call, cancel := context.WithTimeout(ctx, callTimeout)
		found, err := i.client.Survey(call, ids)
		cancel()
		if err != nil {
			continue // one that does not answer is the health check's affair
		}
		for id, c := range found {
			t := open[id]
			if t == nil {
				continue
			}
			t.mu.Lock()
			i.missed.Add(c.Missed - min(c.Missed, t.counts.Missed))
			t.counts = c
			t.mu.Unlock()
		}
	}
}

// vacate implements [part]. The tools see that this life has ended, and wait for
// the next one.
func (i *tools) vacate(string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.open = nil
}

// newest is the newest tick, and when it was due. While nothing is mixed no tick
// passes, and the last one counts as of now.
func (h *Host) newest() (uint64, time.Time) {
	now := time.Now()
	for {
		tick := h.tick.Load()
		at := time.Unix(0, h.due.Load())
		switch {
		case h.tick.Load() != tick: // it passed meanwhile
		case now.Sub(at) > 2*audio.Tick:
			return tick, now
		default:
			return tick, at
		}
	}
}
