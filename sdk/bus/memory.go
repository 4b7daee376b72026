package bus

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/plugboard/plugboard/sdk/audio/alarm"
)

// memoryLead is the lead of a bus in memory: virtual time is never late.
const memoryLead = 4 * time.Millisecond

// NewMemory returns both ends of a bus within this process: for tests in
// virtual time, with the slots and rules of [NewShared]. lines is 1 to
// [MaxLines]; anything else panics.
func NewMemory(lines int) (*Host, *Guest) {
	if err := checkLines(lines); err != nil {
		panic(err)
	}
	s := newHeap(lines)
	m := &memory{bells: make(chan struct{}, 1), ended: make(chan struct{}), arrivals: newArrivals()}
	g := &Guest{segment: s, link: &memoryGuest{memory: m}, arrivals: m.arrivals}
	g.lead.fixed = memoryLead
	return newHost(s, m), g
}

// memory joins the two ends. It is the host's link, and most of the guest's.
type memory struct {
	bells    chan struct{}
	once     sync.Once
	ended    chan struct{}
	arrivals *arrivals
}

func (m *memory) ring() {
	select {
	case m.bells <- struct{}{}:
	default: // it rings already
	}
}

func (m *memory) pass(token uint64, socks []Socket) error {
	select {
	case <-m.ended:
		return ErrClosed
	default:
	}
	copies := make([]Socket, len(socks))
	for i, s := range socks {
		copies[i] = &memorySocket{Socket: s}
	}
	m.arrivals.put(token, copies)
	return nil
}

// memorySocket is the guest's own copy of a socket, as a process has one.
type memorySocket struct {
	Socket
	closed atomic.Bool
}

func (s *memorySocket) Recv(b []byte) (int, netip.AddrPort, time.Time, error) {
	if s.closed.Load() {
		return 0, netip.AddrPort{}, time.Time{}, net.ErrClosed
	}
	return s.Socket.Recv(b)
}

func (s *memorySocket) Send(b []byte, to netip.AddrPort) error {
	if s.closed.Load() {
		return net.ErrClosed
	}
	return s.Socket.Send(b, to)
}

func (s *memorySocket) Close() error {
	s.closed.Store(true)
	return nil
}

func (m *memory) done() <-chan struct{} { return m.ended }

func (m *memory) close() error {
	m.once.Do(func() { close(m.ended) })
	return nil
}

// memoryGuest adds what one run of the guest waits on.
type memoryGuest struct {
	*memory
	alarm alarm.Alarm
	quit  <-chan struct{}
}

func (m *memoryGuest) gone() <-chan struct{} { return m.ended }

func (m *memoryGuest) start(ctx context.Context) (func(), error) {
	ctx, cancel := context.WithCancel(ctx)
	m.alarm, m.quit = alarm.Plain(), ctx.Done()
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-m.ended:
		case <-ctx.Done():
		}
		m.alarm.Stop()
	}()
	return func() { cancel(); <-watched }, nil
}

func (m *memoryGuest) bell() bool {
	select {
	case <-m.ended:
		return false
	case <-m.quit:
		return false
	default:
	}
	select {
	case <-m.bells:
		return true
	case <-m.ended:
		return false
	case <-m.quit:
		return false
	}
}

func (m *memoryGuest) sleep(until time.Time) bool { return m.alarm.Wait(until) }
