package plugin

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk/tool"
	"github.com/plugboard/plugboard/sdk/tool/remote"
)

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
