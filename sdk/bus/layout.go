package bus

import (
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/plugboard/plugboard/sdk/audio"
)

const (
	layoutVersion = 3
	slots         = 4 // each way; slot = tick mod slots
	pageSize      = 4096

	// MaxLines is the most lines that a bus can have.
	MaxLines = 1 << 16
)

// header is the first page.
type header struct {
	version uint32
	lines   uint32
	_       [56]byte

	// Written by the host. tick is the newest tick plus one, 0 before the
	// first, stored after due[tick mod slots], its time in CLOCK_MONOTONIC ns.
	tick atomic.Uint64
	due  [slots]atomic.Int64
	_    [24]byte

	// Written by the guest: the newest tick that it has worked on, plus one,
	// and how long frames took to reach it.
	answered atomic.Uint64
	latency  latencies
	_        [pageSize - 136 - 4*latencyBuckets]byte
}

// mark says what is in the frame of a slot. It is a cache line.
type mark struct {
	stamp atomic.Uint64
	flags atomic.Uint64
	share atomic.Uint64 // which shared frame it is, see Line.WriteShared; 0: none
	peer  atomic.Uint64 // the line that may be handed what this one says, see Line.WriteHand; 0: none
	_     [32]byte
}

// What mark.flags say.
const (
	silent    = 1 << iota // the frame is silence, and its samples are not stored
	elsewhere             // they are in the slot of another line
	handed                // silence here: the guest handed the frame to another line's leg
)

// block is one line: guest to host, host to guest. The marks stand together, so
// that a line that is silent, or hears what another has been given, touches no
// more than a page.
type block struct {
	marks  struct{ up, down [slots]mark }
	frames struct{ up, down [slots]audio.Frame }
	_      [blockSize - 2*slots*(markSize+4*audio.Samples)]byte
}

// way is one direction of a block.
type way struct {
	marks  *[slots]mark
	frames *[slots]audio.Frame
}

func (b *block) up() way   { return way{&b.marks.up, &b.frames.up} }
func (b *block) down() way { return way{&b.marks.down, &b.frames.down} }

// at is the slot of a tick.
func (w way) at(tick uint64) (*mark, *audio.Frame) {
	return &w.marks[tick%slots], &w.frames[tick%slots]
}

const (
	markSize  = 64
	blockSize = (2*slots*(markSize+4*audio.Samples) + pageSize - 1) &^ (pageSize - 1)
)

// The layout is shared between processes: a size that is not as meant does
// not compile.
var (
	_ [unsafe.Sizeof(header{})]byte = [pageSize]byte{}
	_ [unsafe.Sizeof(mark{})]byte   = [markSize]byte{}
	_ [unsafe.Sizeof(block{})]byte  = [blockSize]byte{}
)

// segment is the memory, and what both ends agree on about time.
type segment struct {
	head   *header
	blocks []block
	base   time.Time // base and mono are the same moment
	mono   int64
}

// newHeap is a segment for both ends in one process.
func newHeap(lines int) *segment {
	return &segment{
		head:   &header{version: layoutVersion, lines: uint32(lines)},
		blocks: make([]block, lines),
		base:   time.Now(),
	}
}

// publish makes tick the newest one, due at the given time.
func (s *segment) publish(tick uint64, at time.Time) {
	s.head.due[tick%slots].Store(s.mono + int64(at.Sub(s.base)))
	s.head.tick.Store(tick + 1)
	runtime.KeepAlive(s)
}

// newest returns the tick that was published last.
func (s *segment) newest() (tick uint64, at time.Time, ok bool) {
	t := s.head.tick.Load()
	if t == 0 {
		return 0, time.Time{}, false
	}
	return t - 1, s.due(t - 1), true
}

// due is when a tick was due that was published of late.
func (s *segment) due(tick uint64) time.Time {
	ns := s.head.due[tick%slots].Load()
	return s.base.Add(time.Duration(ns - s.mono))
}
