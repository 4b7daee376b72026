// Package vad tells whether a party speaks, by the level of its frames: good
// for showing who talks and for choosing whom to mix, and next to free. (It does
// not tell speech from other sound that comes and goes.)
//
// A voice stands out from what is always there. The floor is the quietest that
// the last one and a half to three seconds had: speech has pauses in which the
// room is heard, and noise that has become louder is the new floor after three
// seconds, not a voice.
//
//	            two frames 9 dB above the floor, and above -55 dBov
//	silent ────────────────────────────────────────────────────────▶ speaking
//	   ▲                                                                │
//	   └──── no frame 5 dB above the floor, or above -60, for 300 ms ◀──┘
//
// The two thresholds and the two times keep a voice whole from one word to the
// next; there are at most six changes in a second.
package vad

// In dB and frames of 20 ms.
const (
	rise, fall   = 9, 5     // above the floor
	loud, faint  = -55, -60 // dBov, whatever the floor
	attack, hang = 2, 15    // frames
	half         = 75       // frames, of one half of the floor's memory
	highest      = -30      // dBov, of the floor: who shouts all the time still speaks
	deepest      = -70      // dBov, of the floor: digital silence is no quieter
	smoothing    = 0.4      // of a new frame's level in the floor's
)

// Detector watches one party. The zero value is ready. It is not safe for
// concurrent use.
type Detector struct {
	speaking bool
	above    int // frames in a row over the upper threshold
	below    int // under the lower one

	frames         int     // of the present half
	smooth         float64 // 0: nothing came yet
	quietest       float64 // of the present half
	quietestBefore float64 // of the one before
}

// Step takes the level of one more frame, in dBov (audio.Frame.Level; a frame
// that did not come is audio.Silence), and reports whether the party speaks.
func (d *Detector) Step(level float64) bool {
	floor := d.floor(level)
	if level > max(floor+rise, loud) {
		d.above++
	} else {
		d.above = 0
	}
	if level > max(floor+fall, faint) {
		d.below = 0
	} else {
		d.below++
	}
	switch {
	case !d.speaking && d.above >= attack:
		d.speaking = true
	case d.speaking && d.below >= hang:
		d.speaking = false
	}
	return d.speaking
}

// Speaking is what Step said last.
func (d *Detector) Speaking() bool { return d.speaking }

// floor is the level of what is always there.
func (d *Detector) floor(level float64) float64 {
	level = max(level, deepest)
	if d.smooth == 0 { // the first frame
		d.smooth, d.quietest, d.quietestBefore = deepest, deepest, deepest
	}
	d.smooth += smoothing * (level - d.smooth)
	d.quietest = min(d.quietest, d.smooth)
	if d.frames++; d.frames == half {
		d.frames = 0
		d.quietestBefore, d.quietest = d.quietest, d.smooth
	}
	return min(d.quietest, d.quietestBefore, highest)
}
