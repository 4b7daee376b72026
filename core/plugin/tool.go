package plugin

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

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
