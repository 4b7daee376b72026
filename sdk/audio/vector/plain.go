package vector

import (
	"math"

	"github.com/plugboard/plugboard/sdk/audio"
)

func addPlain(dst, a, b *audio.Frame) {
	for i := range dst {
		dst[i] = a[i] + b[i]
	}
}

func subPlain(dst, a, b *audio.Frame) float32 {
	var top float32
	for i := range dst {
		d := a[i] - b[i]
		dst[i] = d
		if m := abs(d); m > top {
			top = m
		}
	}
	return top
}

func cleanPlain(dst, src *audio.Frame) {
	for i := range dst {
		s := src[i]
		switch {
		case s != s:
			s = 0
		case s > Limit:
			s = Limit
		case s < -Limit:
			s = -Limit
		}
		dst[i] = s
	}
}

func peakPlain(f *audio.Frame) float32 {
	var top float32
	for _, s := range f {
		if m := abs(s); m > top {
			top = m
		}
	}
	return top
}

func abs(s float32) float32 {
	return math.Float32frombits(math.Float32bits(s) &^ (1 << 31))
}
