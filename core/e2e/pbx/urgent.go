//go:build e2e

package pbx

import (
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// StartUrgent starts a phone before all that is not audio, where we may: a real
// one has a processor of its own, and what it says and hears is to be judged, not
// how busy the machine of the tests is.
func StartUrgent(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	was, err := unix.SchedGetAttr(0, 0)
	if err != nil {
		return cmd.Start()
	}
	// The process inherits what the thread has that starts it.
	urgent := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: 1}
	if unix.SchedSetAttr(0, &urgent, 0) != nil {
		urgent = unix.SchedAttr{Size: unix.SizeofSchedAttr, Nice: -15}
		if unix.SchedSetAttr(0, &urgent, 0) != nil {
			return cmd.Start()
		}
	}
	err = cmd.Start()
	_ = unix.SchedSetAttr(0, was, 0)
	return err
}
