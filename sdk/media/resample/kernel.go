package resample

// lanes is how many sums run side by side. The order of additions below is
// fixed, so that a vector unit of eight lanes gives the same bits.
const lanes = 8

// dot is the sum of a×b. The length is a multiple of [lanes].
func dot(a, b []float32) float32 {
	var s [lanes]float32
	b = b[:len(a)]
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

// upsample writes, for each sample of src after the first width-1, the sum
// over its width newest samples times each phase's taps: factor outputs.
func upsample(dst, src []float32, phases *[width][lanes]float32, factor int) {
	for i := 0; i+width <= len(src); i++ {
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
