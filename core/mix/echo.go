package mix

import "github.com/plugboard/plugboard/sdk/audio"

// NewEcho returns a line that says at each tick what it heard at the last.
func NewEcho() Line { return new(echo) }

type echo struct {
	frame audio.Frame
	next  uint64 // the tick at which frame is said
}

func (e *echo) Read(tick uint64, f *audio.Frame) bool {
	if e.next != tick || tick == 0 {
		return false
	}
	*f = e.frame
	return true
}

func (e *echo) Write(tick uint64, f *audio.Frame) { e.frame, e.next = *f, tick+1 }
