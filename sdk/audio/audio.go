// Package audio holds the one form that sound has inside Plugboard: a [Frame]
// of 20 ms, 48 kHz, mono, 32-bit float. Everything else (8 kHz µ-law, Opus,
// 44.1 kHz files) is turned into frames at the edge, by a leg or a tool, and
// back again on its way out.
//
// Full scale is ±1. Between the edges samples may go beyond it: a mixer sums
// in full precision and only the encoder at the edge saturates, once.
package audio

import (
	"math"
	"time"
)

const (
	// Rate is the number of samples in a second, in Hz.
	Rate = 48000
	// Tick is how long a frame lasts, and how often one is made.
	Tick = 20 * time.Millisecond
	// Samples is the number of samples in a frame: Rate × Tick.
	Samples = 960
)

// Frame is 20 ms of mono sound at 48 kHz, full scale ±1.
type Frame [Samples]float32

// Silence is the level, in dBov, of a frame with nothing in it: the lowest
// that RFC 6464 can say.
const Silence = -127

// Level returns the frame's RMS level in dBov (RFC 6464: 0 is a full-scale
// square wave, -127 is silence or less).
func (f *Frame) Level() float64 {
	var sum float64
	for _, s := range f {
		sum += float64(s) * float64(s)
	}
	if sum == 0 {
		return Silence
	}
	return max(Silence, 10*math.Log10(sum/Samples))
}
