package bus

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
)

// Worker is what a plugin does at each tick. Both methods are called on the
// goroutine of [Guest.Run], one after the other.
type Worker interface {
	// Deliver fetches what each leg hears at the given tick, encodes it and
	// sends it.
	Deliver(tick uint64)
	// Gather reads what came in for each leg, decodes it and places it as the
	// frame of the given tick, which is about to be due.
	Gather(tick uint64)
}

// Guest is the plugin's end of a bus.
type Guest struct {
	segment  *segment
	link     guestLink
	arrivals *arrivals
	lead     lead
	road     *GuestRoad // nil: the memory is the core's too

	ticks, missed atomic.Uint64
}

// guestLink is what the two forms of a bus do not share, seen from the plugin.
type guestLink interface {
	// start arms the two waits below for one Run, until the context ends.
	start(ctx context.Context) (stop func(), err error)
	// bell waits for the next ring; false when the run ends.
	bell() bool
	// sleep waits until the given time; false when the run ends.
	sleep(until time.Time) bool
	// gone is closed when the host's end is gone, or this one closed.
	gone() <-chan struct{}
	close() error
}

// GuestStats count what a guest has done.
type GuestStats struct {
	Ticks  uint64        // that it worked on
	Missed uint64        // that came and went while it was busy, or stopped
	Lead   time.Duration // how long before the tick Gather begins, at present
}

// Line is the guest's end of the line that the core calls id. The error says
// that the bus cannot have such a line.
func (g *Guest) Line(id uint32) (*GuestLine, error) {
	i := int(id % MaxLines)
	if i >= len(g.segment.blocks) || id>>16 == 0 {
		return nil, fmt.Errorf("line %#x: this bus has none such (it has %d lines)", id, len(g.segment.blocks))
	}
	if g.road != nil {
		g.road.has(id)
	}
	b := &g.segment.blocks[i]
	l := new(GuestLine)
	l.segment, l.in, l.out, l.id, l.trusted = g.segment, b.down(), b.up(), id, true
	return l, nil
}

// Take waits for the sockets that the core passes with the token. The caller
// owns them. The error is the context's, or [ErrHostGone]; sockets that come
// after it are closed.
func (g *Guest) Take(ctx context.Context, token uint64) ([]Socket, error) {
	return g.arrivals.take(ctx, token, g.link.gone())
}

// Run works until the context ends, whose error it returns, or until the core
// is gone: [ErrHostGone]. While the core rings no bell it sleeps. There is one
// Run at a time.
func (g *Guest) Run(ctx context.Context, w Worker) error {
	stop, err := g.link.start(ctx)
	if err != nil {
		return err
	}
	defer stop()
	for next := uint64(0); g.link.bell(); {
		// A tick that came while the last one was worked on needs no bell.
		for {
			n, at, ok := g.segment.newest()
			if !ok || n < next {
				break
			}
			if gap := n - next; next != 0 && gap < idleGap {
				g.missed.Add(gap)
				g.segment.head.latency.add(latencyBuckets*latencyStep, gap)
				// What is still there is rather heard late than never.
				for late := min(gap, slots-2); late > 0; late-- {
					w.Deliver(n - late)
				}
			}
			next = n + 1
			if !g.tick(w, n, at) {
				return g.ended(ctx)
			}
		}
	}
	return g.ended(ctx)
}

// idleGap is the number of ticks without a ring that is no hiccup any more: the
// core rings no guest that has no lines in use, and kills one that is deaf for
// that long.
const idleGap = 50

// tick does the work of one tick; false when the run ends.
func (g *Guest) tick(w Worker, n uint64, at time.Time) bool {
	g.segment.head.latency.add(time.Since(at), 1)
	w.Deliver(n)
	wake := at.Add(audio.Tick - g.lead.now())
	if !g.link.sleep(wake) {
		return false
	}
	if g.segment.head.tick.Load() == n+1 {
		w.Gather(n + 1)
		g.lead.took(time.Since(wake))
	} else {
		// The next tick has been: what Gather would place comes too late.
		g.lead.took(maxLead)
	}
	g.segment.head.answered.Store(n + 1)
	if g.road != nil {
		g.road.tell()
	}
	g.ticks.Add(1)
	return true
}

func (g *Guest) ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return ErrHostGone
}

// Stats may be read at any time.
func (g *Guest) Stats() GuestStats {
	return GuestStats{Ticks: g.ticks.Load(), Missed: g.missed.Load(), Lead: g.lead.now()}
}

// Done is closed when the core's end is gone, or the guest is closed.
func (g *Guest) Done() <-chan struct{} { return g.link.gone() }

// Close ends the guest's end; sockets that nobody took are closed. Run must
// have returned, or returns soon. Closing twice is fine.
func (g *Guest) Close() error {
	err := g.link.close()
	g.arrivals.close()
	return err
}

const (
	minLead    = 2 * time.Millisecond
	maxLead    = 8 * time.Millisecond
	leadMargin = time.Millisecond
)

// lead is how long before its tick a frame is gathered: what gathering took of
// late, counted from when it should have begun, and a margin. It rises at once
// and sinks over some seconds.
type lead struct {
	fixed time.Duration // instead, if not 0
	worst atomic.Int64  // ns, of late
}

func (l *lead) now() time.Duration {
	if l.fixed != 0 {
		return l.fixed
	}
	return min(max(time.Duration(l.worst.Load())+leadMargin, minLead), maxLead)
}

func (l *lead) took(d time.Duration) {
	worst := time.Duration(l.worst.Load())
	if d < worst {
		d = worst - (worst-d)/128
	}
	l.worst.Store(int64(min(d, maxLead)))
}
