package mix

import (
	"context"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/audio/alarm"
)

// Source wakes the clock at absolute times. alarm.New and alarm.Plain make
// some; the latter runs in virtual time.
type Source interface {
	// Wait returns true at the given time, or at once when it has passed, and
	// false after Stop.
	Wait(until time.Time) bool
	// Stop ends the present Wait and each later one.
	Stop()
}

// ClockConfig is what a clock is made with. The zero value is the ordinary one.
type ClockConfig struct {
	Source Source       // nil: alarm.New
	Shards int          // goroutines that step rooms; 0: half the processors, 4 at most
	Logger hclog.Logger // nil: none
}

// Clock steps every room at every tick of 20 ms. Deadlines are absolute: a
// late tick does not make the next one late, and ticks that have passed whole
// are skipped and counted. Without a room it sleeps; tick numbers go on where
// they were.
type Clock struct {
	source Source
	urgent bool // source holds a thread
	log    hclog.Logger
	shards []*shard
	wake   chan struct{} // a first room has come

	mu    sync.Mutex // of whoever adds and removes
	home  map[*Room]*shard
	bells atomic.Pointer[[]func(uint64, time.Time)]

	rooms          atomic.Int64
	ticks, skipped atomic.Uint64
	lateness, work histogram
}

// shard is the rooms that are stepped on one goroutine.
type shard struct {
	rooms   atomic.Pointer[[]*Room] // replaced as a whole, never changed
	grace   grace
	scratch scratch
	start   chan uint64
}

// ClockStats are a clock's figures since it was made.
type ClockStats struct {
	Rooms   int
	Ports   int // in all rooms
	Shards  int
	Ticks   uint64
	Skipped uint64 // ticks that passed before the clock got to them
	// How long after its deadline a tick began, at the median and at 99 %.
	LatenessP50, LatenessP99 time.Duration
	// How long all rooms and bells of a tick took.
	WorkP50, WorkP99 time.Duration
}

// NewClock returns a clock, which stands until [Clock.Run].
func NewClock(c ClockConfig) *Clock {
	urgent := c.Source == nil
	if urgent {
		c.Source = alarm.New()
	}
	if c.Logger == nil {
		c.Logger = hclog.NewNullLogger()
	}
	if c.Shards == 0 {
		c.Shards = min(max(runtime.GOMAXPROCS(0)/2, 1), 4)
	}
	k := &Clock{source: c.Source, urgent: urgent, log: c.Logger, wake: make(chan struct{}, 1), home: make(map[*Room]*shard)}
	k.bells.Store(new([]func(uint64, time.Time)))
	for range c.Shards {
		s := &shard{start: make(chan uint64)}
		s.rooms.Store(new([]*Room))
		k.shards = append(k.shards, s)
	}
	return k
}

// Add has the room stepped from the next tick on. Adding it twice is fine.
func (c *Clock) Add(r *Room) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.home[r] != nil {
		return
	}
	s := slices.MinFunc(c.shards, func(a, b *shard) int { return len(*a.rooms.Load()) - len(*b.rooms.Load()) })
	rooms := append(slices.Clone(*s.rooms.Load()), r)
	s.rooms.Store(&rooms)
	c.home[r] = s
	c.rooms.Add(1)
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Remove ends the stepping of a room: once it returns the room is not stepped
// any more. It waits for a step that is under way and so must not be called
// from a Line's methods. Removing a room that is not there is fine.
func (c *Clock) Remove(r *Room) {
	c.mu.Lock()
	s := c.drop(r)
	var under <-chan struct{}
	if s != nil {
		under = s.grace.under()
	}
	c.mu.Unlock()
	if under != nil {
		<-under
	}
}

// drop takes a room out of its shard. The caller holds the lock.
func (c *Clock) drop(r *Room) *shard {
	s := c.home[r]
	if s == nil {
		return nil
	}
	delete(c.home, r)
	rooms := slices.DeleteFunc(slices.Clone(*s.rooms.Load()), func(o *Room) bool { return o == r })
	s.rooms.Store(&rooms)
	c.rooms.Add(-1)
	return s
}

// OnTick has f called once each tick, after all rooms were stepped, with the
// tick's number and the time at which it was due. f must not block.
func (c *Clock) OnTick(f func(tick uint64, at time.Time)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	bells := append(slices.Clone(*c.bells.Load()), f)
	c.bells.Store(&bells)
}

// Stats may be read at any time.
func (c *Clock) Stats() ClockStats {
	ports := 0
	for _, s := range c.shards {
		for _, r := range *s.rooms.Load() {
			ports += len(*r.ports.Load())
		}
	}
	return ClockStats{
		Rooms: int(c.rooms.Load()), Ports: ports, Shards: len(c.shards),
		Ticks: c.ticks.Load(), Skipped: c.skipped.Load(),
		LatenessP50: c.lateness.quantile(.5), LatenessP99: c.lateness.quantile(.99),
		WorkP50: c.work.quantile(.5), WorkP99: c.work.quantile(.99),
	}
}

// Run ticks until the context ends, or its source does. A clock runs once.
func (c *Clock) Run(ctx context.Context) {
	stop := context.AfterFunc(ctx, c.source.Stop)
	defer stop()
	if c.urgent {
		defer alarm.Urgent()()
	}
	var workers, busy sync.WaitGroup
	defer workers.Wait()
	for _, s := range c.shards[1:] {
		workers.Go(func() {
			for tick := range s.start {
				c.step(s, tick)
				busy.Done()
			}
		})
		defer close(s.start)
	}
	for tick, more := uint64(0), true; more && c.await(ctx); {
		tick, more = c.run(tick, &busy)
	}
	if ctx.Err() == nil {
		c.log.Error("the clock's source of time has ended: nothing is mixed any more")
	}
}

// await sleeps until there is a room; false when the clock ends.
func (c *Clock) await(ctx context.Context) bool {
	for c.rooms.Load() == 0 {
		select {
		case <-c.wake:
		case <-ctx.Done():
			return false
		}
	}
	return ctx.Err() == nil
}

// run ticks while there are rooms. It takes and returns the last tick; false
// when the source has ended.
func (c *Clock) run(tick uint64, busy *sync.WaitGroup) (uint64, bool) {
	for at := time.Now().Add(audio.Tick); c.rooms.Load() > 0; at = at.Add(audio.Tick) {
		if !c.source.Wait(at) {
			return tick, false
		}
		if c.rooms.Load() == 0 {
			break
		}
		began := time.Now()
		late := began.Sub(at)
		c.lateness.add(late)
		if n := late / audio.Tick; n > 0 {
			c.skipped.Add(uint64(n))
			tick += uint64(n)
			at = at.Add(n * audio.Tick)
		}
		tick++
		busy.Add(len(c.shards) - 1)
		for _, s := range c.shards[1:] {
			s.start <- tick
		}
		c.step(c.shards[0], tick)
		busy.Wait()
		for _, ring := range *c.bells.Load() {
			ring(tick, at)
		}
		c.ticks.Add(1)
		c.work.add(time.Since(began))
	}
	return tick, true
}

func (c *Clock) step(s *shard, tick uint64) {
	s.grace.enter()
	defer s.grace.exit()
	for _, r := range *s.rooms.Load() {
		c.stepRoom(r, tick, &s.scratch)
	}
}

// stepRoom keeps a panic to its room, which is not stepped again.
func (c *Clock) stepRoom(r *Room, tick uint64, s *scratch) {
	defer func() {
		if p := recover(); p != nil {
			c.log.Error("a room panicked and is not mixed any more", "panic", p, "tick", tick, "stack", string(debug.Stack()))
			c.mu.Lock()
			defer c.mu.Unlock()
			c.drop(r)
		}
	}()
	r.step(tick, s)
}
