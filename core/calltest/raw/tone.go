package raw

import "math"

// Goertzel is the amplitude (1: full scale) of one frequency, in Hz, in 8 kHz sound.
func Goertzel(pcm []float64, hz float64) float64 {
	w := 2 * math.Cos(2*math.Pi*hz/8000)
	var a, b float64
	for _, x := range pcm {
		a, b = x+w*a-b, a
	}
	return 2 * math.Sqrt(max(0, a*a+b*b-w*a*b)) / float64(len(pcm))
}

// ULaw encodes one sample (full scale ±1) by G.711's formula.
func ULaw(x float64) byte {
	sign := byte(0x80)
	if x < 0 {
		x, sign = -x, 0
	}
	v := min(int(x*32768), 32635) + 132
	exp := 7
	for ; exp > 0 && v < 1<<(exp+7); exp-- {
	}
	return ^(^sign&0x80 | byte(exp)<<4 | byte(v>>(exp+3)&15))
}

// Linear decodes one µ-law byte to full scale ±1.
func Linear(u byte) float64 {
	u = ^u
	v := (int(u&15)<<3+132)<<(u>>4&7) - 132
	if u&0x80 != 0 {
		v = -v
	}
	return float64(v) / 32768
}
