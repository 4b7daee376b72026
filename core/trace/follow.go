package trace

import (
	"strconv"
	"sync/atomic"
)

// readerQueue is how many entries a reader may be behind.
const readerQueue = 256

// Reader follows a story: the entries so far, then each new one.
type Reader struct {
	// Past is what was there when the reading began.
	Past []Entry
	// News are the entries since.
	News <-chan Entry
	// Ended is closed when the call ends. A few messages may follow it.
	Ended <-chan struct{}

	news   chan Entry
	missed atomic.Uint64
	close  func()
}

// Follow begins to read a call's story; false if the Book knows no such call.
// The reader must be closed.
func (b *Book) Follow(callID string) (*Reader, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.stories[callID]
	if s == nil {
		return nil, false
	}
	news := make(chan Entry, readerQueue)
	r := &Reader{Past: s.entries(), News: news, Ended: s.ended, news: news}
	s.readers[r] = struct{}{}
	r.close = func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(s.readers, r)
	}
	return r, true
}

// Missed is how many entries came while the queue was full, and resets the count.
func (r *Reader) Missed() uint64 { return r.missed.Swap(0) }

// Close ends the reading.
func (r *Reader) Close() { r.close() }

// offer never waits: the reader that does not keep up loses entries.
func (r *Reader) offer(e Entry) {
	select {
	case r.news <- e:
	default:
		r.missed.Add(1)
	}
}

func leftOut(n uint64) string {
	return strconv.FormatUint(n, 10) + " entries of a long call left out"
}

func numbered(name string, n int) string { return name + " (" + strconv.Itoa(n) + ")" }
