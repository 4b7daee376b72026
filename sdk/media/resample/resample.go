// Package resample changes the sampling rate of a stream by a whole factor, as
// between 48 kHz, in which Plugboard mixes, and the 8, 16 or 24 kHz of a codec.
//
// The filter is a Kaiser-windowed sinc of 24 taps for each sample of the lower
// rate, in its polyphase form. For 8 kHz: flat within 0.1 dB to 3.4 kHz, and
// what would alias or mirror is more than 60 dB down outside the transition
// from 3.4 to 4.6 kHz. It is of linear phase and delays by 12 samples of the
// lower rate (1.5 ms at 8 kHz), each way.
//
// A stream may be cut into pieces of any length; the pieces join without a
// seam. Nothing is allocated after New.
package resample

import (
	"fmt"
	"math"
	"sync"
)

const (
	width = 24  // taps for each sample of the lower rate
	beta  = 5.8 // of the Kaiser window
	// edge is where the filter's -6 dB point lies, as a part of half the lower
	// rate. A little below 1 gives up flatness that nobody misses (0.08 dB at
	// 3.4 kHz) for 64 dB from 4.6 kHz up.
	edge  = 0.985
	chunk = 40 // samples of the lower rate that are worked on at once
)

// The factors that are made: 48 kHz over 24, 16, 12 and 8.
var filters = map[int]func() []float32{
	2: sync.OnceValue(func() []float32 { return design(2) }),
	3: sync.OnceValue(func() []float32 { return design(3) }),
	4: sync.OnceValue(func() []float32 { return design(4) }),
	6: sync.OnceValue(func() []float32 { return design(6) }),
}

// phases are the filters as [tap][phase], newest tap last.
var phases = map[int]func() *[width][lanes]float32{
	2: sync.OnceValue(func() *[width][lanes]float32 { return polyphase(2) }),
	3: sync.OnceValue(func() *[width][lanes]float32 { return polyphase(3) }),
	4: sync.OnceValue(func() *[width][lanes]float32 { return polyphase(4) }),
	6: sync.OnceValue(func() *[width][lanes]float32 { return polyphase(6) }),
}

// Tail is how many samples of silence, at the lower rate, it takes until nothing
// is heard any more of what came before: what a resampler still holds.
const Tail = width

// design is the prototype low-pass at the higher rate, width×factor taps,
// with unity gain at 0 Hz.
func design(factor int) []float32 {
	n := width * factor
	h := make([]float64, n)
	var sum float64
	for i := range h {
		t := float64(i) - float64(n-1)/2
		x := math.Pi * t / float64(factor) * edge
		u := 2 * t / float64(n-1)
		h[i] = math.Sin(x) / x * bessel(beta*math.Sqrt(1-u*u))
		sum += h[i]
	}
	out := make([]float32, n)
	for i := range h {
		out[i] = float32(h[i] / sum)
	}
	return out
}

// polyphase is the filter taken apart. Each phase has the same gain at 0 Hz, so
// that a constant stays one.
func polyphase(factor int) *[width][lanes]float32 {
	h, p := filters[factor](), new([width][lanes]float32)
	for phase := range factor {
		var sum float32
		for k := range width {
			sum += h[k*factor+phase]
		}
		for k := range width {
			p[width-1-k][phase] = h[k*factor+phase] / sum
		}
	}
	return p
}

// bessel is the modified Bessel function of the first kind, order 0.
func bessel(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-15*sum; k++ {
		term *= (x / 2 / k) * (x / 2 / k)
		sum += term
	}
	return sum
}

// factor checks a pair of rates.
func factor(low, high int) (int, error) {
	if low > 0 && high%low == 0 {
		if _, ok := filters[high/low]; ok || high == low {
			return high / low, nil
		}
	}
	return 0, fmt.Errorf("resample: %d to %d Hz is not a factor of 1, 2, 3, 4 or 6", low, high)
}

// Up makes more samples.
type Up struct {
	factor int
	phases *[width][lanes]float32
	buf    [width - 1 + chunk]float32
}

// NewUp returns a resampler from the rate low to the rate high, in Hz.
func NewUp(low, high int) (*Up, error) {
	f, err := factor(low, high)
	if err != nil {
		return nil, err
	}
	u := &Up{factor: f}
	if f > 1 {
		u.phases = phases[f]()
	}
	return u, nil
}

// Process writes len(src)×factor samples into dst and returns how many. It
// panics where dst is too small.
func (u *Up) Process(dst, src []float32) int {
	n := len(src) * u.factor
	dst = dst[:n]
	if u.factor == 1 {
		copy(dst, src)
		return n
	}
	for len(src) > 0 {
		m := copy(u.buf[width-1:], src)
		src = src[m:]
		u.interpolate(dst, m)
		dst = dst[m*u.factor:]
		copy(u.buf[:], u.buf[m:m+width-1])
	}
	return n
}

// interpolate makes m groups, the last ones beside dst where it has no room for
// the lanes that a group writes and does not use.
func (u *Up) interpolate(dst []float32, m int) {
	n := 0
	if len(dst) >= lanes {
		n = min(m, (len(dst)-lanes)/u.factor+1)
	}
	interpolate(dst, u.buf[:], u.phases, n, u.factor)
	if n == m {
		return
	}
	var last [2 * lanes]float32 // of at most lanes/factor groups
	interpolate(last[:], u.buf[n:], u.phases, m-n, u.factor)
	copy(dst[n*u.factor:m*u.factor], last[:])
}

// Reset forgets the past.
func (u *Up) Reset() { clear(u.buf[:]) }

// Down makes fewer samples.
type Down struct {
	factor int
	taps   []float32
	buf    []float32 // the past, then a piece
	have   int       // samples in buf
}

// NewDown returns a resampler from the rate high to the rate low, in Hz.
func NewDown(high, low int) (*Down, error) {
	f, err := factor(low, high)
	if err != nil {
		return nil, err
	}
	d := &Down{factor: f}
	if f == 1 {
		return d, nil
	}
	d.taps = filters[f]()
	d.buf = make([]float32, len(d.taps)+chunk*f)
	d.Reset()
	return d, nil
}

// Process reads src and writes the samples that have become due, about
// len(src)/factor, into dst; it returns how many. It panics where dst is too
// small.
func (d *Down) Process(dst, src []float32) int {
	if d.factor == 1 {
		return copy(dst[:len(src)], src)
	}
	n := 0
	for len(src) > 0 {
		m := copy(d.buf[d.have:], src)
		src = src[m:]
		d.have += m
		due := max(0, (d.have-len(d.taps)+d.factor)/d.factor)
		decimate(dst[n:], d.buf, d.taps, due, d.factor)
		n += due
		copy(d.buf, d.buf[due*d.factor:d.have])
		d.have -= due * d.factor
	}
	return n
}

// Reset forgets the past.
func (d *Down) Reset() {
	clear(d.buf)
	d.have = max(0, len(d.taps)-d.factor)
}
