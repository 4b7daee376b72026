package mix

import (
	"math/bits"
	"sync/atomic"
	"time"
)

// histogram counts durations in buckets of an eighth of a power of two (of
// microseconds): one goroutine adds, any may ask.
type histogram struct{ buckets [8 * 24]atomic.Uint64 }

func (h *histogram) add(d time.Duration) {
	h.buckets[bucket(d)].Add(1)
}

func bucket(d time.Duration) int {
	us := uint64(max(d, 0) / time.Microsecond)
	if us < 16 {
		return int(us)
	}
	e := bits.Len64(us) - 4 // 1 and up
	return min(e*8+int(us>>e), 8*24-1)
}

// top is the upper end of a bucket.
func top(b int) time.Duration {
	if b < 16 {
		return time.Duration(b+1) * time.Microsecond
	}
	e := b/8 - 1
	return time.Duration(b-e*8+1) << e * time.Microsecond
}

// quantile is what the given part of all durations does not exceed, 0 if there
// are none.
func (h *histogram) quantile(part float64) time.Duration {
	var total, seen uint64
	for i := range h.buckets {
		total += h.buckets[i].Load()
	}
	for i := range h.buckets {
		seen += h.buckets[i].Load()
		if seen > 0 && float64(seen) >= part*float64(total) {
			return top(i)
		}
	}
	return 0
}
