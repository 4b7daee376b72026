package resample

import (
	"fmt"
	"math"
)

// MaxRate is the highest rate, in Hz, that [Whole] converts from or to.
const MaxRate = 192000

// Whole converts a whole sound between any two rates, such as a file of 44.1 kHz
// to the 48 kHz of the mixer. It allocates, and takes some 50 multiplications
// for each sample: it is for files, not for the tick. A constant stays one, and
// nothing is delayed: sample 0 is the same moment before and after.
//
// The filter is a Kaiser-windowed sinc of 48 taps of the lower rate; what would
// alias or mirror is more than 60 dB down outside of the last tenth of the band.
func Whole(in []float32, from, to int) ([]float32, error) {
	switch {
	case from < 1 || to < 1 || from > MaxRate || to > MaxRate:
		return nil, fmt.Errorf("resample: %d to %d Hz: a rate is 1 to %d Hz", from, to, MaxRate)
	case from == to || len(in) == 0:
		return append([]float32(nil), in...), nil
	}
	g := gcd(from, to)
	up, down := to/g, from/g
	half := wholeTaps / 2
	if from > to { // the filter is longer, to cut at the lower rate
		half = half * from / to
	}
	taps := 2 * half
	// Output n lies at n·down/up of the input; its phase is n·down mod up.
	table := map[int][]float32{}
	out := make([]float32, int((int64(len(in))*int64(up)+int64(down)-1)/int64(down)))
	for n := range out {
		pos := int64(n) * int64(down)
		at, phase := int(pos/int64(up)), int(pos%int64(up))
		h := table[phase]
		if h == nil {
			h = wholePhase(float64(phase)/float64(up), taps, min(1, float64(to)/float64(from)))
			if len(table) < maxPhases {
				table[phase] = h
			}
		}
		first := at - half + 1
		var sum float32
		for k := max(0, -first); k < taps && first+k < len(in); k++ {
			sum += h[k] * in[first+k]
		}
		out[n] = sum
	}
	return out, nil
}

const (
	wholeTaps = 48
	// maxPhases is how many phases of the filter are kept: rates with no simple
	// ratio have as many as samples in a second.
	maxPhases = 4096
)

// wholePhase is the filter for an output sample that lies frac after the input
// sample half-1 of its taps. cut is the pass band, as a part of the input's.
func wholePhase(frac float64, taps int, cut float64) []float32 {
	half := taps / 2
	h := make([]float64, taps)
	var sum float64
	for k := range h {
		t := float64(k-half+1) - frac
		x := math.Pi * t * cut * edge
		u := t / float64(half)
		h[k] = 1
		if x != 0 {
			h[k] = math.Sin(x) / x
		}
		h[k] *= bessel(beta * math.Sqrt(max(0, 1-u*u)))
		sum += h[k]
	}
	out := make([]float32, taps)
	for k := range h {
		out[k] = float32(h[k] / sum)
	}
	return out
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
