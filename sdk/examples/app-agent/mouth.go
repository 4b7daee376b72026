package main

import (
	"context"
	"encoding/binary"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk/app"
)

// mouth says what the agent sends, which may be far ahead of what is heard.
type mouth struct {
	s    *app.Stream
	wake chan struct{} // a token: there is something to say

	mu    sync.Mutex
	queue []int16
	stop  context.CancelCauseFunc // of what is being said, nil if nothing is
}

// longest is how much the agent may be ahead: what is older is forgotten.
const longest = 5 * 60 * rate

// say queues what the agent sends.
func (m *mouth) say(b []byte) {
	m.mu.Lock()
	for ; len(b) > 1; b = b[2:] {
		m.queue = append(m.queue, int16(binary.LittleEndian.Uint16(b)))
	}
	m.queue = m.queue[max(0, len(m.queue)-longest):]
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// run says it, until ctx ends.
func (m *mouth) run(ctx context.Context) {
	for {
		m.mu.Lock()
		pcm := m.queue
		m.queue = nil
		saying, stop := context.WithCancelCause(ctx)
		m.stop = stop
		m.mu.Unlock()
		_ = m.s.Play(saying, pcm) // its errors are the call's end, or a flush
		stop(nil)
		select {
		case <-m.wake:
		case <-ctx.Done():
			return
		}
	}
}

// flush silences it, and says how much was heard since the last time.
func (m *mouth) flush() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.queue = nil
	if m.stop != nil {
		m.stop(errFlushed)
	}
	return m.s.Flush().Heard
}
