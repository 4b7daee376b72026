package bus

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Host is the core's end of a bus: one for each plugin process.
type Host struct {
	segment *segment
	link    hostLink
	shares  atomic.Uint32            // numbers of shared frames given away
	rung    atomic.Uint64            // the newest tick plus one: in the memory a guest could change it
	road    atomic.Pointer[HostRoad] // nil: the guest has the memory

	mu     sync.Mutex
	closed bool
	fresh  int      // the first block that was never opened
	free   []uint16 // those that were and are closed, the longest first
	uses   []uint16 // how often each block was opened
}

// hostLink is what the two forms of a bus do not share, seen from the core.
type hostLink interface {
	// ring wakes the guest. It never blocks.
	ring()
	pass(token uint64, socks []Socket) error
	// done is closed when the guest's end is gone, or this one closed.
	done() <-chan struct{}
	close() error
}

// Failures of a bus.
var (
	ErrFull   = errors.New("all lines of the media bus are in use")
	ErrClosed = errors.New("the media bus is closed")
	// ErrHostGone is what the guest gets when the core has ended.
	ErrHostGone = errors.New("the core is gone")
)

// cooling is how many closed lines are left alone while there are others: a
// leg that is late to end still writes on its line.
const cooling = 16

func newHost(s *segment, link hostLink) *Host {
	return &Host{segment: s, link: link, uses: make([]uint16, len(s.blocks))}
}

func checkLines(lines int) error {
	if lines < 1 || lines > MaxLines {
		return fmt.Errorf("a media bus of %d lines: it can have 1 to %d", lines, MaxLines)
	}
	return nil
}

// Open takes a line: the one that was closed longest ago, once some were, so
// that memory which was touched is used again. The error is [ErrFull] or
// [ErrClosed].
func (h *Host) Open() (*Line, error) {
	i, use, err := h.take()
	if err != nil {
		return nil, err
	}
	l := &Line{host: h}
	b := &h.segment.blocks[i]
	l.segment, l.in, l.out, l.id = h.segment, b.up(), b.down(), lineID(use, i)
	return l, nil
}

func (h *Host) take() (line int, use uint16, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch all := h.fresh == len(h.uses); {
	case h.closed:
		return 0, 0, ErrClosed
	case len(h.free) > cooling, all && len(h.free) > 0:
		line = int(h.free[0])
		h.free = h.free[:copy(h.free, h.free[1:])]
	case all:
		return 0, 0, ErrFull
	default:
		line = h.fresh
		h.fresh++
	}
	h.uses[line]++
	if h.uses[line] == 0 { // 0 is no use: no line has the id 0
		h.uses[line] = 1
	}
	return line, h.uses[line], nil
}

func (h *Host) giveBack(line int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.free = append(h.free, uint16(line))
}

// Ring publishes the tick, which was due at the given time, and wakes the
// guest. It never blocks and allocates nothing.
func (h *Host) Ring(tick uint64, at time.Time) {
	h.rung.Store(tick + 1)
	h.segment.publish(tick, at)
	if r := h.road.Load(); r != nil {
		r.ring()
		return
	}
	h.link.ring()
}

// opened returns how often each block was opened that ever was, in the room of list.
func (h *Host) opened(list []uint16) []uint16 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append(list[:0], h.uses[:h.fresh]...)
}

// Answered returns the newest tick that the guest has worked on, 0 before the
// first. It never passes the tick that was rung last, whatever the guest says.
func (h *Host) Answered() uint64 {
	n := min(h.segment.head.answered.Load(), h.rung.Load())
	runtime.KeepAlive(h.segment)
	return max(n, 1) - 1
}

// Pass hands sockets to the guest, which fetches them by [Guest.Take] with the
// same token. The core keeps its own; each side closes its own. Over a road there is
// no way: [ErrNoSockets].
func (h *Host) Pass(token uint64, socks []Socket) error {
	if h.road.Load() != nil && len(socks) > 0 {
		return ErrNoSockets
	}
	return h.link.pass(token, socks)
}

// Done is closed when the guest's end is gone, or the host is closed.
func (h *Host) Done() <-chan struct{} { return h.link.done() }

// Close ends the bus: the guest is told. Lines that are still open are silent
// from then on; closing them later is fine, and so is closing twice.
func (h *Host) Close() error {
	h.mu.Lock()
	was := h.closed
	h.closed = true
	h.mu.Unlock()
	if was {
		return nil
	}
	return h.link.close()
}
