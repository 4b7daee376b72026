//go:build e2e

package pbx

import (
	"sync"
	"testing"
	"time"
)

// Metronome watches whether the machine keeps time: it wants to be woken every
// 10 ms. Where it is not, phones are not either, and what they play then says
// nothing about us.
type Metronome struct {
	began time.Time
	quit  chan struct{}
	over  sync.WaitGroup

	mu   sync.Mutex
	late map[int]bool // pieces of 200 ms since the beginning
}

const (
	beat   = 10 * time.Millisecond
	tardy  = 10 * time.Millisecond // as long as half a packet
	period = 200 * time.Millisecond
)

func startMetronome(t *testing.T) *Metronome {
	m := &Metronome{began: time.Now(), quit: make(chan struct{}), late: make(map[int]bool)}
	m.over.Go(m.run)
	t.Cleanup(func() {
		close(m.quit)
		m.over.Wait()
	})
	return m
}

func (m *Metronome) run() {
	for {
		due := time.Now().Add(beat)
		select {
		case <-m.quit:
			return
		case <-time.After(beat):
		}
		if now := time.Now(); now.Sub(due) > tardy {
			m.mu.Lock()
			for i := m.piece(due); i <= m.piece(now); i++ {
				m.late[i] = true
			}
			m.mu.Unlock()
		}
	}
}

func (m *Metronome) piece(t time.Time) int { return int(t.Sub(m.began) / period) }

// Disturbed is the part of the last so many seconds in which the machine was
// late.
func (m *Metronome) Disturbed(last time.Duration) float64 {
	now := time.Now()
	return m.between(now.Add(-last), now)
}

// between is the part of that time in which the machine was late.
func (m *Metronome) between(from, to time.Time) float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, late := 0, 0
	for i := max(0, m.piece(from)); i <= m.piece(to); i++ {
		if n++; m.late[i] {
			late++
		}
	}
	return float64(late) / float64(max(1, n))
}
