package resample

// lanes is how many sums run side by side. The order of additions below is
// fixed, so that a vector unit of eight lanes gives the same bits; the
// conversions keep compilers from fusing a multiplication and an addition.
const lanes = 8

// interpolatePlain writes, for each of n samples after the first width-1 of
// src, factor samples: the width newest ones weighed by each phase's taps. dst
// has room for lanes samples from the beginning of the last group on.
func interpolatePlain(dst, src []float32, phases *[width][lanes]float32, n, factor int) {
	for i := range n {
		x := (*[width]float32)(src[i:])
		var s [lanes]float32
		for k, v := range x {
			p := &phases[k]
			s[0] += float32(v * p[0])
			s[1] += float32(v * p[1])
			if factor > 2 {
				s[2] += float32(v * p[2])
				s[3] += float32(v * p[3])
			}
			if factor > 4 {
				s[4] += float32(v * p[4])
				s[5] += float32(v * p[5])
			}
		}
		copy(dst[i*factor:i*factor+lanes], s[:])
	}
}

// decimatePlain writes n samples: each the sum of taps times as many of src,
// every factor samples on. len(taps) is a multiple of width.
func decimatePlain(dst, src, taps []float32, n, factor int) {
	for i := range n {
		dst[i] = dot(taps, src[i*factor:i*factor+len(taps)])
	}
}

func dot(a, b []float32) float32 {
	var s [lanes]float32
	for len(a) >= lanes && len(b) >= lanes {
		x, y := (*[lanes]float32)(a), (*[lanes]float32)(b)
		s[0] += float32(x[0] * y[0])
		s[1] += float32(x[1] * y[1])
		s[2] += float32(x[2] * y[2])
		s[3] += float32(x[3] * y[3])
		s[4] += float32(x[4] * y[4])
		s[5] += float32(x[5] * y[5])
		s[6] += float32(x[6] * y[6])
		s[7] += float32(x[7] * y[7])
		a, b = a[lanes:], b[lanes:]
	}
	return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
}
