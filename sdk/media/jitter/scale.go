package jitter

import (
	"math"

	"github.com/plugboard/plugboard/sdk/media/codec"
)

// Bounds of what is put in or taken out at once, in fractions of a second: a
// pitch period of 66 to 400 Hz. The fade over the seam is 5 ms long.
const (
	longestPer  = 66
	shortestPer = 400
	seamPer     = 200
	coarseRate  = 8000 // Hz, at which periods are looked for
)

// scaler makes sound longer or shorter by a period, where the sound is like
// itself a period later, so that the seam is not heard (WSOLA: overlap and add
// where the waveforms match).
type scaler struct {
	rate, head, seam  int // samples
	shortest, longest int
}

func newScaler(rate int) scaler {
	c := rate / coarseRate
	longest := rate / longestPer / c * c
	return scaler{rate: rate, seam: rate / seamPer, shortest: rate / shortestPer, longest: longest, head: longest}
}

// shorter looks for a lag, up to most and a multiple of step, at which the
// sound from head on resembles its own beginning; longer for one in the sound
// before that. Each returns the lag and the correlation, -1 to 1. In a pause
// long lags are preferred.
func (s *scaler) shorter(buf []float32, most, step int, pause bool) (int, float32) {
	return s.find(buf, +1, min(most, s.longest, len(buf)-s.head-s.seam), step, pause)
}

func (s *scaler) longer(buf []float32, most, step int, pause bool) (int, float32) {
	if len(buf)-s.head < s.seam {
		return 0, -1
	}
	return s.find(buf, -1, min(most, s.longest), step, pause)
}

func (s *scaler) find(buf []float32, sign, most, step int, pause bool) (int, float32) {
	if most < s.shortest {
		return 0, -1
	}
	c := s.rate / coarseRate
	low := buf
	if c > 1 {
		var coarse [coarseRate * (codec.MaxDuration + 40) / 1000]float32
		low = coarse[:0]
		for at := 0; at+c <= len(buf) && len(low) < len(coarse); at += c {
			var sum float32
			for _, v := range buf[at : at+c] {
				sum += v
			}
			low = append(low, sum)
		}
	}
	var bias float32
	if pause {
		bias = 0.3 / float32(s.longest/c)
	}
	best, lag := float32(-2), 0
	for l := s.shortest / c; l <= most/c; l++ {
		if m := match(low, s.head/c, s.head/c+sign*l, s.seam/c) + bias*float32(l); m > best {
			best, lag = m, l
		}
	}
	if c == 1 {
		lag = lag / step * step
		return lag, match(buf, s.head, s.head+sign*lag, s.seam)
	}
	center, fine := lag*c, float32(-2)
	for l := max(s.shortest, center-c); l <= min(most, center+c); l++ {
		if l%step != 0 {
			continue
		}
		if m := match(buf, s.head, s.head+sign*l, s.seam); m > fine {
			fine, lag = m, l
		}
	}
	if fine == -2 {
		return 0, -1
	}
	return lag, fine
}

// match is the correlation of n samples at two places of x.
func match(x []float32, a, b, n int) float32 {
	p, q := x[a:a+n], x[b:b+n]
	var pq, pp, qq float32
	for i, v := range p {
		w := q[i]
		pq += v * w
		pp += v * v
		qq += w * w
	}
	return pq / float32(math.Sqrt(float64(pp)*float64(qq)+1e-18))
}

// cut takes lag samples out of the sound that begins at head.
func (s *scaler) cut(buf []float32, lag int, like float32) []float32 {
	x := buf[s.head:]
	blend(x, x, x[lag:], min(s.seam, len(x)-lag), like)
	fade := min(s.seam, len(x)-lag)
	copy(x[fade:], x[fade+lag:])
	return buf[:len(buf)-lag]
}

// insert repeats the lag samples before head. buf has room for them.
func (s *scaler) insert(buf []float32, lag int, like float32) []float32 {
	n := len(buf)
	buf = buf[:n+lag]
	copy(buf[s.head+lag:], buf[s.head:n])
	copy(buf[s.head:s.head+lag], buf[s.head-lag:s.head])
	x := buf[s.head:]
	blend(x, x[lag:], x, s.seam, like)
	return buf
}

// blend fades from one sound to another over n samples, so that the power
// stays as it is, whether they are alike or not. dst may be either.
func blend(dst, from, to []float32, n int, like float32) {
	like = max(0, min(1, like))
	for i := range n {
		w := (float32(i) + 0.5) / float32(n)
		v := 1 - w
		g := 1 / float32(math.Sqrt(float64(w*w+v*v+2*w*v*like)))
		dst[i] = g * (v*from[i] + w*to[i])
	}
}
