package bus

import (
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// descriptor is an open file that is used by raw, non-blocking system calls.
// It is closed when the last use ends, so a number that the kernel has given
// away again is never used.
type descriptor struct {
	fd     int
	closed atomic.Bool
	uses   atomic.Int32 // besides the owner's own; -1 when given back
}

func (d *descriptor) acquire() bool {
	for {
		n := d.uses.Load()
		if n < 0 || d.closed.Load() {
			return false
		}
		if d.uses.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

func (d *descriptor) release() {
	if d.uses.Add(-1) < 0 {
		_, _, _ = unix.RawSyscall(unix.SYS_CLOSE, uintptr(d.fd), 0, 0)
	}
}

// close closes it, at once or after the uses that go on. Closing twice is fine.
func (d *descriptor) close() {
	if !d.closed.Swap(true) {
		d.release()
	}
}
