//go:build !amd64

package resample

func interpolate(dst, src []float32, phases *[width][lanes]float32, n, factor int) {
	interpolatePlain(dst, src, phases, n, factor)
}

func decimate(dst, src, taps []float32, n, factor int) {
	decimatePlain(dst, src, taps, n, factor)
}
