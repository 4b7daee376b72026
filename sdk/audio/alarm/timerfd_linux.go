package alarm

import (
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// New returns the alarm that is least late here: a timerfd, or [Plain] where
// the kernel has none left to give.
func New() Alarm {
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return Plain()
	}
	return &timerfd{fd: fd, file: os.NewFile(uintptr(fd), "timerfd"), count: make([]byte, 8)}
}

// timerfd hands its descriptor to nobody but the waiting goroutine, which also
// closes it: Stop only ends the read, so a number is never used after it was
// given away again.
type timerfd struct {
	fd      int
	file    *os.File
	count   []byte
	stopped atomic.Bool
}

func (t *timerfd) Stop() {
	t.stopped.Store(true)
	// Fails only where the waiting goroutine has closed it already.
	_ = t.file.SetReadDeadline(time.Unix(1, 0))
}

func (t *timerfd) Wait(at time.Time) bool {
	for !t.stopped.Load() {
		left := time.Until(at)
		if left <= 0 {
			return true
		}
		spec := unix.ItimerSpec{Value: unix.NsecToTimespec(int64(left))}
		if unix.TimerfdSettime(t.fd, 0, &spec, nil) != nil {
			break
		}
		if _, err := t.file.Read(t.count); err != nil {
			break
		}
	}
	t.stopped.Store(true)
	_ = t.file.Close()
	return false
}
