package plugin

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// stopped reports whether a signal has stopped the process: job control's, not
// a debugger's.
func (c *child) stopped() bool {
	state, _ := standing(fmt.Sprintf("/proc/%d/stat", c.pid()))
	return state == 'T'
}

// starved looks for a moment whether a thread would run all the while, and does so
// for less than half of it.
func (c *child) starved(ctx context.Context) bool {
	const moment = 200 * time.Millisecond
	before := c.ready()
	sleep(ctx, moment)
	for thread, ran := range c.ready() {
		if was, ok := before[thread]; ok && ran-was < moment/2 {
			return true
		}
	}
	return false
}

// ready are the threads of the process that run or could, and how long each has run.
func (c *child) ready() map[string]time.Duration {
	stats, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", c.pid())) // the pattern is good
	ready := make(map[string]time.Duration)
	for _, path := range stats {
		if state, ran := standing(path); state == 'R' {
			ready[path] = ran
		}
	}
	return ready
}

// standing is the state of a process or thread by its stat file, and how long it has
// run. Zero: it is gone.
func standing(path string) (state byte, ran time.Duration) {
	b, err := os.ReadFile(path)
	if err != nil {
		return 0, 0
	}
	// proc(5): "pid (name) state ...", and the name may hold anything.
	_, rest, ok := bytes.Cut(b[max(0, bytes.LastIndexByte(b, ')')):], []byte(" "))
	fields := bytes.Fields(rest)
	if !ok || len(fields) < 13 {
		return 0, 0
	}
	for _, f := range fields[11:13] { // user and system, in units of 10 ms
		n, _ := strconv.ParseInt(string(f), 10, 64)
		ran += time.Duration(n) * 10 * time.Millisecond
	}
	return fields[0][0], ran
}
