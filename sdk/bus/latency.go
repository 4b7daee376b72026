package bus

import (
	"runtime"
	"sync/atomic"
	"time"
)

// latencies is how long frames took from their tick to the guest, of the last
// minutes: a histogram in the header, which the guest writes and the host
// reads. What is in it goes into a figure for people, and nowhere else.
type latencies [latencyBuckets]atomic.Uint32

const (
	latencyBuckets = 64
	latencyStep    = 500 * time.Microsecond // a bucket's width; the last has what is over
	latencyWindow  = 6000                   // frames (two minutes), after which the past counts half
)

// Latency is the time from a tick until the guest has its frames at hand, that
// 99 of 100 kept of late (frames that it missed count as the longest); 0 before
// the first. It is what the guest says, and for people only.
func (h *Host) Latency() time.Duration {
	d := h.segment.head.latency.p99()
	runtime.KeepAlive(h.segment)
	return d
}

// add counts n frames that took d.
func (l *latencies) add(d time.Duration, n uint64) {
	l[min(max(d/latencyStep, 0), latencyBuckets-1)].Add(uint32(min(n, latencyWindow)))
	if l.total() < latencyWindow {
		return
	}
	for i := range l {
		l[i].Store(l[i].Load() / 2)
	}
}

func (l *latencies) total() uint64 {
	var sum uint64
	for i := range l {
		sum += uint64(l[i].Load())
	}
	return sum
}

// p99 is the time within which 99 of 100 frames were there, to half a
// millisecond upwards; 0 if nothing was measured.
func (l *latencies) p99() time.Duration {
	rest := l.total()
	if rest == 0 {
		return 0
	}
	over := rest / 100 // so many may take longer
	for i := latencyBuckets - 1; i >= 0; i-- {
		if n := uint64(l[i].Load()); n <= over {
			over -= n
			continue
		}
		return time.Duration(i+1) * latencyStep
	}
	return latencyStep
}
