package plugin

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/leg/remote"
)

// legs is the part of kind leg of one life of a plugin.
type legs struct {
	*instance
	client *remote.Client
	closer closer

	mu    sync.Mutex
	seats map[string]*seat // by the leg's id; nil once it ended

	suspect atomic.Pointer[seat] // of a leg that may have ended the life before
}

func newLegs(i *instance) *legs {
	client := remote.NewClient(i.process.Conn())
	return &legs{
		instance: i,
		client:   client,
		closer:   closer{in: i, legs: client, queue: make(chan ending)},
		seats:    make(map[string]*seat),
	}
}

// run implements [part].
func (i *legs) run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { i.listen(ctx) })
	all.Go(func() { i.closer.run(ctx) })
	all.Go(func() { i.survey(ctx) })
	if i.info.Accepts && i.host.opt.Arrived != nil {
		all.Go(func() { i.arrivals(ctx) })
	}
	all.Wait()
}

// listen hands news from the plugin to its legs.
func (i *legs) listen(ctx context.Context) {
	err := i.client.Events(ctx, func(id string, e leg.Event) {
		if s := i.find(id); s != nil {
			s.hear(e)
		}
	})
	if ctx.Err() == nil {
		i.condemnSoon(ctx, fmt.Sprintf("the stream of its events broke: %v", err))
	}
}

// vacate implements [part].
func (i *legs) vacate(reason string) {
	i.mu.Lock()
	seats := i.seats
	i.seats = nil
	i.mu.Unlock()
	i.lines.Add(-int32(len(seats)))
	i.blame(seats)
	for _, s := range seats {
		s.leg.strand(s, reason)
	}
}

// add takes a leg in; false if the instance ended.
func (i *legs) add(s *seat) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.seats == nil {
		return false
	}
	if i.seats[s.leg.id] == nil {
		i.lines.Add(1)
	}
	i.seats[s.leg.id] = s
	return true
}

func (i *legs) remove(s *seat) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.seats[s.leg.id] == s {
		delete(i.seats, s.leg.id)
		i.lines.Add(-1)
	}
}

func (i *legs) find(id string) *seat {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.seats[id]
}

func (i *legs) count() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.seats)
}
