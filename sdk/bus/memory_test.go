package bus

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
)

// timed is a worker that notes when it is called.
type timed struct {
	start              time.Time
	delivered, gathers map[uint64]time.Duration
}

func (w *timed) Deliver(tick uint64) { w.delivered[tick] = time.Since(w.start) }
func (w *timed) Gather(tick uint64)  { w.gathers[tick] = time.Since(w.start) }

func TestMemoryInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, g := NewMemory(1)
		w := &timed{start: time.Now(), delivered: map[uint64]time.Duration{}, gathers: map[uint64]time.Duration{}}
		ended := make(chan error)
		go func() { ended <- g.Run(context.Background(), w) }()
		for tick := uint64(1); tick <= 500; tick++ {
			time.Sleep(audio.Tick)
			h.Ring(tick, time.Now())
		}
		time.Sleep(time.Hour) // no bell: nothing happens
		synctest.Wait()
		if len(w.delivered) != 500 || len(w.gathers) != 500 {
			t.Fatalf("delivered %d, gathered %d, want 500 each", len(w.delivered), len(w.gathers))
		}
		for tick := uint64(1); tick <= 500; tick++ {
			at := time.Duration(tick) * audio.Tick
			if got := w.delivered[tick]; got != at {
				t.Fatalf("delivered tick %d at %v, want %v", tick, got, at)
			}
			if got, want := w.gathers[tick+1], at+audio.Tick-memoryLead; got != want {
				t.Fatalf("gathered tick %d at %v, want %v", tick+1, got, want)
			}
		}
		if s := g.Stats(); s.Ticks != 500 || s.Missed != 0 || h.Answered() != 500 {
			t.Errorf("%+v, answered %d", s, h.Answered())
		}
		h.Close()
		if err := <-ended; !errors.Is(err, ErrHostGone) {
			t.Errorf("Run ended with %v", err)
		}
		g.Close()
	})
}

// Sleep is interrupted too: a guest that waits for its lead ends at once.
func TestRunEndsWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, end := range []func(cancel func(), h *Host){
			func(cancel func(), _ *Host) { cancel() },
			func(_ func(), h *Host) { h.Close() },
		} {
			h, g := NewMemory(1)
			ctx, cancel := context.WithCancel(context.Background())
			ended := make(chan error)
			w := &timed{delivered: map[uint64]time.Duration{}, gathers: map[uint64]time.Duration{}}
			go func() { ended <- g.Run(ctx, w) }()
			h.Ring(1, time.Now())
			synctest.Wait()
			began := time.Now()
			end(cancel, h)
			if err := <-ended; err == nil || time.Since(began) != 0 || len(w.gathers) != 0 {
				t.Errorf("ended after %v with %v, %d times gathered", time.Since(began), err, len(w.gathers))
			}
			cancel()
			h.Close()
			g.Close()
		}
	})
}

func TestLeadFollowsTheWork(t *testing.T) {
	var l lead
	if got := l.now(); got != minLead {
		t.Errorf("at first %v, want %v", got, minLead)
	}
	l.took(4 * time.Millisecond)
	if got := l.now(); got != 5*time.Millisecond {
		t.Errorf("after 4 ms of work %v, want 5 ms", got)
	}
	for range 50 { // a second
		l.took(time.Millisecond)
	}
	if got := l.now(); got < 3*time.Millisecond || got > 4500*time.Microsecond {
		t.Errorf("a second later %v, want it to sink slowly", got)
	}
	for range 1000 {
		l.took(time.Millisecond)
	}
	if got := l.now(); got > 2200*time.Microsecond {
		t.Errorf("20 s later %v, want about %v", got, minLead)
	}
	l.took(time.Hour)
	if got := l.now(); got != maxLead {
		t.Errorf("after an hour of work %v, want %v", got, maxLead)
	}
}

func TestArrivalsThatNobodyTakesAreClosed(t *testing.T) {
	a := newArrivals()
	s := []*fakeSocket{{}, {}, {}, {}}
	a.put(1, []Socket{s[0]})
	a.put(1, []Socket{s[1]}) // the token is in use
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := a.take(ctx, 2, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("take: %v", err)
	}
	a.put(2, []Socket{s[2]}) // too late
	a.close()
	a.put(3, []Socket{s[3]})
	for i, s := range s {
		if s.closed != 1 {
			t.Errorf("socket %d was closed %d times", i, s.closed)
		}
	}
	if _, err := a.take(context.Background(), 3, nil); !errors.Is(err, ErrHostGone) {
		t.Errorf("take after close: %v", err)
	}
}

type fakeSocket struct {
	Socket
	closed int
}

func (f *fakeSocket) Close() error { f.closed++; return nil }
