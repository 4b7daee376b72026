package alarm

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// New returns the alarm that is least late and costs least here: a [Thread],
// or [Plain] where the kernel has no descriptor left to give.
func New() Alarm {
	t, err := NewThread()
	if err != nil {
		return Plain()
	}
	return t
}

// Thread is an Alarm that waits in ppoll(2) itself, without a word to Go's
// scheduler. A goroutine that parks for 10 ms a hundred times a second costs
// more than the work it does then: the runtime's poller, two threads that wake
// each other, and its monitor, which looks around every 20 µs for a while
// after each wake-up. One that sits in a system call that the runtime does not
// know of has none of that, but keeps one of the GOMAXPROCS: [Urgent] adds one
// for it. When the runtime wants the thread, to collect garbage or because
// 10 ms have passed, it sends a signal, and that ends the call.
//
// Waits longer than a few ticks are ordinary ones: whoever has nothing to do
// keeps nothing.
type Thread struct {
	stop    int // an eventfd
	stopped atomic.Bool

	mu     sync.Mutex // of what must not meet the closing of stop
	closed bool
}

// patience is the longest wait that keeps a processor.
const patience = 50 * time.Millisecond

// NewThread returns a Thread. Its descriptor is closed by a Wait or Await that
// returns false.
func NewThread() (*Thread, error) {
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		return nil, err
	}
	return &Thread{stop: fd}, nil
}

// Stop implements [Alarm].
func (t *Thread) Stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped.Store(true)
	if !t.closed {
		one := uint64(1)
		_, _ = unix.Write(t.stop, unsafe.Slice((*byte)(unsafe.Pointer(&one)), unsafe.Sizeof(one)))
	}
}

// Wait implements [Alarm].
func (t *Thread) Wait(at time.Time) bool {
	for !t.stopped.Load() {
		left := time.Until(at)
		if left <= 0 {
			return true
		}
		t.poll(-1, left, left > patience)
	}
	t.close()
	return false
}

// Await waits until the descriptor can be read, or is at its end: true. It is
// false after Stop.
func (t *Thread) Await(fd int) bool {
	for long := false; !t.stopped.Load(); long = true {
		if t.poll(int32(fd), patience, long) {
			return true
		}
	}
	t.close()
	return false
}

func (t *Thread) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed {
		t.closed = true
		_ = unix.Close(t.stop)
	}
}

// poll waits for the descriptor, if not -1, for so long, and reports whether
// it has something. An ordinary wait lets other goroutines run meanwhile; with
// a descriptor it has no end in time.
func (t *Thread) poll(fd int32, timeout time.Duration, ordinary bool) bool {
	fds := [2]unix.PollFd{{Fd: fd, Events: unix.POLLIN}, {Fd: int32(t.stop), Events: unix.POLLIN}}
	ts := unix.NsecToTimespec(int64(timeout))
	if ordinary {
		limit := &ts
		if fd >= 0 {
			limit = nil
		}
		n, _ := unix.Ppoll(fds[:], limit, nil)
		return n > 0 && fds[0].Revents != 0
	}
	n, _, e := unix.RawSyscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&fds)), uintptr(len(fds)), uintptr(unsafe.Pointer(&ts)), 0, 0, 0)
	if e != 0 {
		runtime.Gosched() // a signal: the runtime's, most likely
		return false
	}
	return n > 0 && fds[0].Revents != 0
}
