package mix

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/audio/alarm"
)

// probe is a line that tells the tick.
type probe func(tick uint64)

func (p probe) Read(tick uint64, _ *audio.Frame) bool { p(tick); return false }
func (p probe) Write(uint64, *audio.Frame)            {}

// startClock runs a clock in virtual time until the test ends.
func startClock(t *testing.T, c ClockConfig) *Clock {
	c.Source = alarm.Plain()
	k := NewClock(c)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); k.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return k
}

func roomWith(l Line) *Room {
	r := NewRoom()
	r.Join(l, Options{})
	return r
}

func TestClockTicksByAbsoluteDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := startClock(t, ClockConfig{})
		start := time.Now()
		var ticks []uint64
		k.OnTick(func(tick uint64, at time.Time) {
			ticks = append(ticks, tick)
			if want := start.Add(time.Duration(tick) * audio.Tick); !at.Equal(want) {
				t.Errorf("tick %d was due at %v, want %v", tick, at.Sub(start), want.Sub(start))
			}
			time.Sleep(7 * time.Millisecond) // work: it must not add up
		})
		k.Add(NewRoom())
		time.Sleep(time.Second + audio.Tick/2)
		synctest.Wait()
		if len(ticks) != 50 || ticks[0] != 1 || ticks[49] != 50 {
			t.Errorf("ticks in a second: %v", ticks)
		}
		if s := k.Stats(); s.Ticks != 50 || s.Skipped != 0 || s.Rooms != 1 || s.LatenessP99 > 2*time.Microsecond || s.WorkP50 < 7*time.Millisecond || s.WorkP50 > 8*time.Millisecond {
			t.Errorf("%+v", s)
		}
	})
}

func TestLateTicksCatchUpByTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := startClock(t, ClockConfig{})
		start := time.Now()
		var ticks []uint64
		k.Add(roomWith(probe(func(tick uint64) {
			ticks = append(ticks, tick)
			switch tick {
			case 3:
				time.Sleep(25 * time.Millisecond) // the next begins 5 ms late
			case 6:
				time.Sleep(70 * time.Millisecond) // 7 and 8 pass, 9 begins 10 ms late
			}
		})))
		k.OnTick(func(tick uint64, at time.Time) {
			if want := start.Add(time.Duration(tick) * audio.Tick); !at.Equal(want) {
				t.Errorf("tick %d was due at %v, want %v", tick, at.Sub(start), want.Sub(start))
			}
		})
		time.Sleep(210 * time.Millisecond)
		synctest.Wait()
		if want := []uint64{1, 2, 3, 4, 5, 6, 9, 10}; !slices.Equal(ticks, want) {
			t.Errorf("ticks %v, want %v", ticks, want)
		}
		if s := k.Stats(); s.Skipped != 2 || s.Ticks != 8 {
			t.Errorf("%+v; want 8 ticks and 2 skipped", s)
		}
	})
}

func TestClockSleepsWithoutRooms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := startClock(t, ClockConfig{})
		var ticks []uint64
		k.OnTick(func(tick uint64, _ time.Time) { ticks = append(ticks, tick) })
		time.Sleep(time.Hour)
		r := NewRoom()
		k.Add(r)
		k.Add(r)
		time.Sleep(3*audio.Tick + time.Millisecond)
		k.Remove(r)
		k.Remove(r)
		time.Sleep(time.Hour)
		synctest.Wait()
		if want := []uint64{1, 2, 3}; !slices.Equal(ticks, want) {
			t.Errorf("ticks %v, want %v", ticks, want)
		}
		k.Add(r)
		time.Sleep(2*audio.Tick + time.Millisecond)
		synctest.Wait()
		if want := []uint64{1, 2, 3, 4, 5}; !slices.Equal(ticks, want) {
			t.Errorf("ticks %v, want %v: numbers go on", ticks, want)
		}
		if s := k.Stats(); s.Skipped != 0 {
			t.Errorf("%d ticks skipped: sleeping is not being late", s.Skipped)
		}
	})
}

func TestBellsRingAfterAllRooms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := startClock(t, ClockConfig{Shards: 3})
		var stepped atomic.Int64
		for range 10 {
			k.Add(roomWith(probe(func(uint64) { time.Sleep(time.Millisecond); stepped.Add(1) })))
		}
		var sums []int64
		k.OnTick(func(uint64, time.Time) { sums = append(sums, stepped.Load()) })
		time.Sleep(3*audio.Tick + audio.Tick/2)
		synctest.Wait()
		if want := []int64{10, 20, 30}; !slices.Equal(sums, want) {
			t.Errorf("rooms stepped before each bell: %v, want %v", sums, want)
		}
		// 4 + 3 + 3 rooms, side by side.
		if s := k.Stats(); s.WorkP50 < 4*time.Millisecond || s.WorkP50 > 5*time.Millisecond {
			t.Errorf("a tick took %v, want 4 ms", s.WorkP50)
		}
	})
}

func TestPanicIsKeptToItsRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		k := startClock(t, ClockConfig{Shards: 1, Logger: hclog.New(&hclog.LoggerOptions{Output: &log})})
		var good, bad int
		broken := roomWith(probe(func(uint64) { bad++; panic("line is bent") }))
		k.Add(broken)
		k.Add(roomWith(probe(func(uint64) { good++ })))
		time.Sleep(5*audio.Tick + audio.Tick/2)
		synctest.Wait()
		if bad != 1 || good != 5 {
			t.Errorf("the broken room was stepped %d times, the good one %d; want 1 and 5", bad, good)
		}
		if !strings.Contains(log.String(), "line is bent") {
			t.Errorf("log: %q", log.String())
		}
		k.Remove(broken)
		if p := (*broken.ports.Load())[0]; p != nil {
			p.Leave() // does not wait for the step that broke
		}
	})
}

func TestSourceThatEndsIsTold(t *testing.T) {
	var log bytes.Buffer
	source := alarm.Plain()
	source.Stop()
	k := NewClock(ClockConfig{Source: source, Logger: hclog.New(&hclog.LoggerOptions{Output: &log})})
	k.Add(NewRoom())
	k.Run(context.Background())
	if !strings.Contains(log.String(), "nothing is mixed") {
		t.Errorf("log: %q", log.String())
	}
}

func TestRemovedRoomIsNotStepped(t *testing.T) {
	k := NewClock(ClockConfig{Source: new(eager), Shards: 2})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); k.Run(ctx) }()
	k.Add(NewRoom())
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for range 100 {
				// Under -race a step after Remove is a data race on n.
				n := 0
				r := roomWith(probe(func(uint64) { n++ }))
				k.Add(r)
				k.Remove(r)
				n++
			}
		})
	}
	all.Wait()
	cancel()
	<-done
}

// eager is a source that never waits.
type eager struct{ stopped atomic.Bool }

func (e *eager) Wait(time.Time) bool { return !e.stopped.Load() }
func (e *eager) Stop()               { e.stopped.Store(true) }

func TestClockAllocatesNothing(t *testing.T) {
	k := NewClock(ClockConfig{Source: new(eager), Shards: 2})
	next, went := make(chan bool), make(chan bool)
	k.OnTick(func(uint64, time.Time) { went <- true; <-next })
	for range 4 {
		v := &voice{speaks: true}
		k.Add(roomWith(v))
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); k.Run(ctx) }()
	<-went
	if n := testing.AllocsPerRun(50, func() { next <- true; <-went }); n != 0 {
		t.Errorf("%v allocations a tick", n)
	}
	cancel()
	close(next)
	for {
		select {
		case <-went:
		case <-done:
			return
		}
	}
}

func TestClockInRealTime(t *testing.T) {
	k := NewClock(ClockConfig{})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	start := time.Now()
	k.OnTick(func(tick uint64, at time.Time) {
		if time.Now().Before(at) {
			t.Errorf("tick %d came before its time", tick)
		}
		if tick >= 5 {
			cancel()
		}
	})
	k.Add(NewRoom())
	k.Run(ctx)
	if took := time.Since(start); took < 5*audio.Tick {
		t.Errorf("5 ticks took %v", took)
	}
}

func TestHistogram(t *testing.T) {
	var h histogram
	if h.quantile(.5) != 0 {
		t.Error("a quantile of nothing")
	}
	for us := range 1000 {
		h.add(time.Duration(us) * time.Microsecond)
	}
	for _, c := range []struct {
		part float64
		want time.Duration
	}{{.01, 10}, {.5, 500}, {.99, 990}, {1, 1000}} {
		got, want := h.quantile(c.part), c.want*time.Microsecond
		if got < want || got > want*9/8+time.Microsecond {
			t.Errorf("quantile %g is %v, want %v", c.part, got, want)
		}
	}
	for d := time.Duration(0); d < 100*time.Second; d += d/7 + time.Microsecond {
		if b := bucket(d); top(b) <= d && b < len(h.buckets)-1 || b > 0 && top(b-1) > d {
			t.Fatalf("%v is in bucket %d, from %v to %v", d, b, top(max(b, 1)-1), top(b))
		}
	}
	h.add(-time.Second)
	h.add(1000 * time.Hour)
}
