package call

import (
	"math"
	"sync/atomic"

	"github.com/plugboard/plugboard/sdk/audio"
)

// chime is a line that says two short notes when somebody comes into a
// conference, the higher one last, and the other way round when somebody goes.
// Those who come at once are told one after the other, a few at most.
type chime struct {
	came, went atomic.Int32

	// The tick's.
	notes [2]float64 // Hz
	at    int        // samples
	on    bool
}

const (
	chimeNote = audio.Rate * 14 / 100
	chimeLow  = 587.33 // D5
	chimeHigh = 880.0  // A5
	chimeMost = 3      // that wait to be told
)

// Read implements mix.Line.
func (c *chime) Read(_ uint64, f *audio.Frame) bool {
	if !c.on {
		switch {
		case take(&c.came):
			c.notes = [2]float64{chimeLow, chimeHigh}
		case take(&c.went):
			c.notes = [2]float64{chimeHigh, chimeLow}
		default:
			return false
		}
		c.on, c.at = true, 0
	}
	const level = 0.06 // -24 dB
	for i := range f {
		at := c.at + i
		note := min(at/chimeNote, 1)
		left := 1 - float64(at-note*chimeNote)/chimeNote // it dies away
		f[i] = float32(level * max(0, left) * math.Sin(2*math.Pi*c.notes[note]*float64(at)/audio.Rate))
	}
	c.at += audio.Samples
	c.on = c.at < 2*chimeNote
	return true
}

// take takes one of those that wait. What is beyond the most is forgotten.
func take(n *atomic.Int32) bool {
	for {
		waiting := n.Load()
		if waiting == 0 {
			return false
		}
		if n.CompareAndSwap(waiting, min(waiting, chimeMost)-1) {
			return true
		}
	}
}

// Write implements mix.Line.
func (*chime) Write(uint64, *audio.Frame) {}
