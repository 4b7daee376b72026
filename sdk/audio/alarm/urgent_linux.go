package alarm

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// What audio runs at, where the process may ask for it: before all that is not
// audio. A nice value alone does not reach beyond the process's own session or
// control group, between which the kernel shares first.
const (
	realtime = 1   // of 99, SCHED_RR
	nice     = -15 // where that is refused
)

// Urgent is for the goroutine that waits on a [Thread] and does the audio of a
// process. It gives it a thread of its own, which the kernel runs before others,
// where the process may ask for that (CAP_SYS_NICE, or systemd's LimitRTPRIO or
// LimitNICE), and the runtime one more processor for all the rest. The same goroutine calls ordinary when it is not urgent any more.
func Urgent() (ordinary func()) {
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	runtime.LockOSThread()
	// Threads that the runtime starts from this one are ordinary.
	const flags = unix.SCHED_FLAG_RESET_ON_FORK
	was, err := unix.SchedGetAttr(0, 0)
	raised := err == nil &&
		(unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: realtime, Flags: flags}, 0) == nil ||
			unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Nice: nice, Flags: flags}, 0) == nil)
	if !raised { // then a thread of its own only costs
		runtime.UnlockOSThread()
	}
	return func() {
		if raised {
			was.Flags |= flags               // taking it back is a right of its own
			_ = unix.SchedSetAttr(0, was, 0) // less urgent is always allowed
			runtime.UnlockOSThread()
		}
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) - 1)
	}
}
