package music

import (
	"math"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/sound"
)

// The bundled piece: sixteen bars of four seconds, in which a slow arpeggio of
// bell-like notes goes over long chords. It loops without a seam, is quiet, and
// lies where a telephone carries sound (250 to 2200 Hz). It is made here, by
// this code, so that it is free to play to anybody.
const (
	bars   = 16
	bar    = 4 * audio.Rate
	peak   = 0.13 // of full scale
	length = bars * bar
)

// chords are four bars each, as notes above C4 (60): Cmaj9, Am9, Fmaj7, G6; then
// Em7, Am7, Dm9, G7 with its third left out.
var chords = [8][5]int{
	{60, 64, 67, 71, 74}, {57, 64, 67, 71, 72}, {57, 60, 65, 69, 76}, {59, 62, 67, 69, 76},
	{59, 64, 67, 71, 74}, {57, 60, 67, 72, 76}, {57, 62, 65, 72, 76}, {59, 62, 65, 74, 79},
}

// steps are which notes of the chord are struck in a bar, at eighths of it, the
// octave above: two patterns that take turns. -1 is a rest.
var steps = [2][8]int{{0, 2, 1, 3, -1, 4, 3, 2}, {4, 3, 2, -1, 1, 2, -1, 3}}

// compose makes the piece.
func compose() *sound.Sound {
	mix := make([]float32, length)
	for n := range bars {
		chord := chords[(n/2)%len(chords)]
		for i, note := range chord[:4] {
			swell(mix, n*bar, hertz(note), 0.16-0.02*float64(i))
		}
		for i, step := range steps[n%2] {
			if step < 0 || n%4 == 3 && i > 4 { // each fourth bar breathes
				continue
			}
			loud := 0.5
			if i%4 == 0 {
				loud = 0.65
			}
			strike(mix, n*bar+i*bar/8, hertz(chord[step]+12), loud)
		}
	}
	var most float32
	for _, v := range mix {
		most = max(most, v, -v)
	}
	for i := range mix {
		mix[i] *= peak / most
	}
	return sound.New(mix)
}

// hertz is the frequency of a note, as MIDI numbers it: 69 is 440 Hz.
func hertz(note int) float64 { return 440 * math.Pow(2, float64(note-69)/12) }

// strike adds a note that begins softly and dies away, as a bell or a music box.
// What sounds beyond the end sounds at the beginning.
func strike(mix []float32, at int, hz, loud float64) {
	const sounds = 2.4 // seconds
	begin := at
	for _, partial := range [...]struct{ times, loud, fades float64 }{{1, 1, 0.7}, {2, 0.18, 0.35}} {
		w := 2 * math.Pi * hz * partial.times / audio.Rate
		turn, y1, y2 := 2*math.Cos(w), math.Sin(-w), math.Sin(-2*w)
		fade, level := math.Exp(-1/(partial.fades*audio.Rate)), loud*partial.loud
		const attack = audio.Rate * 15 / 1000
		const end = audio.Rate / 10
		n := int(sounds * audio.Rate)
		at = begin
		for i := range n {
			y := turn*y1 - y2
			y1, y2 = y, y1
			level *= fade
			v := level * y
			if i < attack {
				v *= float64(i) / attack
			}
			if left := n - i; left < end {
				v *= float64(left) / end
			}
			mix[at] += float32(v)
			if at++; at == len(mix) {
				at = 0
			}
		}
	}
}

// swell adds a note that comes and goes over a bar, and a little into the next.
func swell(mix []float32, at int, hz, loud float64) {
	w := 2 * math.Pi * hz / audio.Rate
	turn, y1, y2 := 2*math.Cos(w), math.Sin(-w), math.Sin(-2*w)
	const n = bar * 5 / 4
	slow := math.Pi / n
	turnSlow, s1, s2 := 2*math.Cos(slow), math.Sin(-slow), math.Sin(-2*slow)
	for range n {
		y := turn*y1 - y2
		y1, y2 = y, y1
		s := turnSlow*s1 - s2
		s1, s2 = s, s1
		mix[at] += float32(loud * s * s * y)
		if at++; at == len(mix) {
			at = 0
		}
	}
}
