// Package gain brings voices to an even level, so that nobody reaches for the
// volume when another one speaks.
//
// Automatic gain follows the level of speech alone: it stands still in pauses,
// which would otherwise fill with noise. It rises slowly, sinks quickly, and at
// once where a peak would be clipped. It changes along straight lines, so the
// change itself is not heard.
package gain

import (
	"math"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/audio/vector"
)

// The aims, in dB.
const (
	target  = -23. // dBov, of speech: 3 dB over ITU-T P.56's nominal level, as our mixes are not summed again
	most    = 18.
	least   = -15.
	up      = 0.08 // a frame: 4 dB/s
	down    = 0.4  // a frame: 20 dB/s
	margin  = 1.5  // around the target nothing moves
	memory  = 0.04 // of a frame in the measured level: half a second
	ceiling = 0.9  // of full scale, that a peak may reach
)

// Auto is the automatic gain of one voice. The zero value is ready, at 0 dB. It
// is not safe for concurrent use.
type Auto struct {
	gain   float64 // dB, at the end of the last frame
	power  float64 // mean square of speech, as it came
	speech int     // frames of speech measured
}

// Process scales f. speaking says that there is a voice in it (package vad).
func (a *Auto) Process(f *audio.Frame, speaking bool) {
	from := a.gain
	if speaking {
		a.measure(f)
		level := 10*math.Log10(a.power+1e-12) + a.gain
		switch {
		case level < target-margin:
			a.gain = min(a.gain+up, most)
		case level > target+margin:
			a.gain = max(a.gain-down, least)
		}
	}
	over := audio.Samples
	// A voice that comes too loud already is the limiter's to handle.
	if peak := float64(vector.Peak(f)); peak*amplitude(a.gain) > max(ceiling, peak) {
		a.gain = 20 * math.Log10(max(ceiling, peak)/peak)
		over = steep
	}
	scale(f, amplitude(from), amplitude(a.gain), over)
}

// steep is how many samples the gain takes to sink below a sudden peak: 1 ms.
const steep = 48

// Gain is the present one, in dB.
func (a *Auto) Gain() float64 { return a.gain }

// measure averages the power of speech: quickly at first.
func (a *Auto) measure(f *audio.Frame) {
	var sum float32
	for _, s := range f {
		sum += s * s
	}
	a.speech++
	weight := max(memory, 1/float64(a.speech))
	a.power += weight * (float64(sum)/audio.Samples - a.power)
}

func amplitude(dB float64) float64 { return math.Pow(10, dB/20) }

// scale goes from one amplitude to the other over the first samples.
func scale(f *audio.Frame, from, to float64, over int) {
	if from == 1 && to == 1 {
		return
	}
	g, step := float32(from), float32((to-from)/float64(over))
	for i := range f[:over] {
		f[i] *= g
		g += step
	}
	for i := over; i < len(f); i++ {
		f[i] *= float32(to)
	}
}
