package dtmf

import (
	"math"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/audio/vector"
	"github.com/plugboard/plugboard/sdk/media/resample"
)

// Detector finds digits in the sound of a party that sends no
// telephone-events. It looks at windows of 15 ms, every 5 ms, by Goertzel's
// algorithm at 8 kHz. A window is a digit's if
//
//   - one tone of each group is above -42 dBov and 8 dB above the others of its
//     group, the higher tone at most 6 dB louder and 10 dB fainter than the
//     lower one (Q.24: 4 and 8 must be taken),
//   - neither is more than 2.5 % off (Q.24: 1.5 % must be taken, 3.5 % must not),
//     as the phases of two windows tell,
//   - and the two make up 86 % of all that is heard: speech has more in it.
//
// Four windows in a row make a digit, seven without it end one: tones of 40 ms are always
// taken and those of 24 ms never, gaps of 40 ms separate two digits and those of
// 20 ms do not (Q.24).
//
//	none ──2 windows──▶ suspected ──4 windows──▶ heard ──7 without it──▶ told
//	  ▲                     │                       ▲          │
//	  └──1 without it───────┘                       └──────────┘ another digit follows at once
//
// From suspicion on the sound is held back ([Detector.Step] says so): whoever
// is told of the digit shall not hear it too, and take it for another. What is
// let through before is too short to be one.
//
// It is not safe for concurrent use.
type Detector struct {
	down *resample.Down
	pcm  [windowSize + perFrame]float32 // the past, then a frame's, at 8 kHz

	tones [8]tone // of the last window

	candidate int // in keys, -1: none
	hits      int // windows of it in a row
	heard     int // the digit that is pressed, -1: none
	length    int // windows from its first to its last
	misses    int // windows without it since
}

const (
	detectRate = 8000
	windowSize = 120
	hop        = 40
	perFrame   = detectRate / 50
	suspicion  = 2 // windows
	proof      = 4
	enough     = 7 // windows without it
)

// The thresholds, as powers or ratios.
var (
	leastPower = float32(math.Pow(10, -42/10.))
	leastApart = float32(math.Pow(10, 8/10.))
	mostHigh   = float32(math.Pow(10, 6/10.))
	mostLow    = float32(math.Pow(10, 10/10.))
)

const (
	mostOff    = 0.025 // of a frequency
	leastShare = 0.9   // of the two tones in all that is heard
)

// tuned are the tones that are listened to, rows first.
var tuned = func() (t [8]struct {
	hz          float64
	cos, sin    float32 // of its angle a sample
	coefficient float32 // 2 cos
}) {
	for i := range t {
		t[i].hz = append(rows[:], columns[:]...)[i]
		sin, cos := math.Sincos(2 * math.Pi * t[i].hz / detectRate)
		t[i].cos, t[i].sin, t[i].coefficient = float32(cos), float32(sin), float32(2*cos)
	}
	return t
}()

// tone is what a window has of one frequency.
type tone struct{ re, im float32 }

// power is the mean square.
func (t tone) power() float32 { return 2 * (t.re*t.re + t.im*t.im) / (windowSize * windowSize) }

// NewDetector returns a detector for one party.
func NewDetector() (*Detector, error) {
	down, err := resample.NewDown(audio.Rate, detectRate)
	if err != nil {
		return nil, err
	}
	return &Detector{down: down, candidate: none, heard: none}, nil
}

const none = -1

// Step takes one more frame, nil where there was nothing. It returns a digit
// where one ended, once, with how long it was pressed; hold says that the
// frame is a digit's, or may be, and is not for others to hear. It does not
// allocate.
func (d *Detector) Step(f *audio.Frame) (digit Digit, ok, hold bool) {
	copy(d.pcm[:], d.pcm[perFrame:])
	fresh := d.pcm[windowSize:]
	if f == nil || vector.Peak(f) == 0 {
		clear(fresh)
	} else {
		d.down.Process(fresh, f[:])
	}
	for at := hop; at <= perFrame; at += hop {
		if t, told := d.window(d.key((*[windowSize]float32)(d.pcm[at:]))); told {
			digit, ok = t, true
		}
	}
	return digit, ok, d.heard != none && d.misses < enough-1 || d.hits >= suspicion
}

// Down reports whether a key is pressed now, as far as is known: some 30 ms after
// it was.
func (d *Detector) Down() bool { return d.heard != none }

// window moves the machine that is drawn above by one window's key.
func (d *Detector) window(key int) (told Digit, ok bool) {
	switch {
	case key == none:
		d.candidate, d.hits = none, 0
	case key == d.candidate:
		d.hits++
	default:
		d.candidate, d.hits = key, 1
	}
	if d.heard == none {
		if d.hits == proof {
			d.heard, d.length, d.misses = key, proof, 0
		}
		return told, false
	}
	if key == d.heard {
		d.length += d.misses + 1 // a gap that was none belongs to it
		d.misses = 0
		return told, false
	}
	if d.misses++; d.misses < enough {
		return told, false
	}
	// A window counts once six sevenths of it are the tone's.
	told = Digit{Key: keys[d.heard], Duration: time.Duration(d.length*hop+windowSize*7/10) * time.Second / detectRate}
	d.heard = none
	if d.hits >= proof {
		d.heard, d.length, d.misses = d.candidate, d.hits, 0
	}
	return told, true
}

// Reset forgets what came: the stream begins anew. A digit that was running is
// told.
func (d *Detector) Reset() (digit Digit, ok bool) {
	for range enough {
		if digit, ok = d.window(none); ok {
			break
		}
	}
	clear(d.pcm[:])
	d.down.Reset()
	return digit, ok
}

// key says which key a window holds.
func (d *Detector) key(pcm *[windowSize]float32) int {
	var all float32
	for _, s := range pcm {
		all += s * s
	}
	if all < 2*leastPower*windowSize {
		d.tones = [8]tone{}
		return none
	}
	before := d.tones
	d.tones = goertzel(pcm)
	var power [8]float32
	for i, t := range d.tones {
		power[i] = t.power()
	}
	row, column := strongest(power[:4]), strongest(power[4:])
	if row == none || column == none {
		return none
	}
	low, high := power[row], power[4+column]
	if high > mostHigh*low || low > mostLow*high {
		return none
	}
	share := 0.0
	for _, i := range [2]int{row, 4 + column} {
		off := d.tones[i].off(before[i], i)
		if math.Abs(off) > mostOff*tuned[i].hz {
			return none
		}
		share += float64(power[i]*windowSize/all) / loss(off)
	}
	if share < leastShare {
		return none
	}
	return row*4 + column
}

// off is by how many Hz the tone that was before in the window of a hop ago is
// off its frequency: in a hop the phase goes on by its angle.
func (t tone) off(before tone, i int) float64 {
	turned := math.Atan2(float64(t.im*before.re-t.re*before.im), float64(t.re*before.re+t.im*before.im))
	turned -= 2 * math.Pi * tuned[i].hz * hop / detectRate
	return math.Remainder(turned, 2*math.Pi) * detectRate / hop / (2 * math.Pi)
}

// loss is the part of a tone's power that a window sees that is off by so many
// Hz.
func loss(off float64) float64 {
	x := math.Pi * off * windowSize / detectRate
	if math.Abs(x) < 1e-3 {
		return 1
	}
	return math.Pow(math.Sin(x)/x, 2)
}

// goertzel is the Fourier sum of a window at each frequency, with the phase at
// its end.
func goertzel(pcm *[windowSize]float32) (t [8]tone) {
	for first := 0; first < len(t); first += 4 {
		four(pcm, t[first:first+4], first)
	}
	return t
}

// four does as many frequencies as fit into registers.
func four(pcm *[windowSize]float32, t []tone, first int) {
	c0, c1, c2, c3 := tuned[first].coefficient, tuned[first+1].coefficient, tuned[first+2].coefficient, tuned[first+3].coefficient
	var a0, b0, a1, b1, a2, b2, a3, b3 float32
	for _, s := range pcm {
		a0, b0 = s+c0*a0-b0, a0
		a1, b1 = s+c1*a1-b1, a1
		a2, b2 = s+c2*a2-b2, a2
		a3, b3 = s+c3*a3-b3, a3
	}
	a, b := [4]float32{a0, a1, a2, a3}, [4]float32{b0, b1, b2, b3}
	for k := range t {
		w := &tuned[first+k]
		t[k] = tone{a[k] - w.cos*b[k], w.sin * b[k]}
	}
}

// strongest is the tone that stands out in its group.
func strongest(group []float32) int {
	best := 0
	for i, p := range group {
		if p > group[best] {
			best = i
		}
	}
	for i, p := range group {
		if i != best && p*leastApart > group[best] {
			return none
		}
	}
	if group[best] < leastPower {
		return none
	}
	return best
}
