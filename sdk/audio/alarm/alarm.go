// Package alarm waits for absolute times, on time: the tick of the core and
// the moment when a plugin must place its frame.
//
// [New] waits in the kernel itself; [Plain] is the same on package time, for
// tests in virtual time (testing/synctest) and for other systems.
package alarm

import (
	"sync"
	"time"
)

// Alarm wakes one goroutine.
type Alarm interface {
	// Wait returns true at t, or at once when t has passed, and false after
	// Stop. It is called by one goroutine at a time and allocates nothing.
	Wait(t time.Time) bool
	// Stop ends the present Wait and each later one. It is safe from any
	// goroutine, and may be called more than once.
	Stop()
}

// Plain is an alarm on package time.
func Plain() Alarm {
	return &plain{stopped: make(chan struct{})}
}

type plain struct {
	timer   *time.Timer
	once    sync.Once
	stopped chan struct{}
}

func (p *plain) Stop() { p.once.Do(func() { close(p.stopped) }) }

func (p *plain) Wait(t time.Time) bool {
	select {
	case <-p.stopped:
		return false
	default:
	}
	left := time.Until(t)
	if left <= 0 {
		return true
	}
	if p.timer == nil {
		p.timer = time.NewTimer(left)
	} else {
		p.timer.Reset(left)
	}
	select {
	case <-p.timer.C:
		return true
	case <-p.stopped:
		p.timer.Stop()
		return false
	}
}
