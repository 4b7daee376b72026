package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime is what a process used so far, to the nanosecond: its CPU clock
// (clock_getcpuclockid(3)), finer than the ticks of /proc/PID/stat.
func cpuTime(pid int) time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(int32(^pid)<<3|2, &ts); err != nil {
		return 0
	}
	return time.Duration(ts.Nano())
}
