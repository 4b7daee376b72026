package resample

import "golang.org/x/sys/cpu"

//go:generate go run ./internal/asm -out kernels_amd64.s -stubs kernels_amd64.go -pkg resample

func interpolate(dst, src []float32, phases *[width][lanes]float32, n, factor int) {
	if !cpu.X86.HasAVX2 || n <= 0 {
		interpolatePlain(dst, src, phases, n, factor)
		return
	}
	_, _ = dst[(n-1)*factor+lanes-1], src[n+width-2] // the kernel looks at no bounds
	interpolateAVX2(&dst[0], &src[0], &phases[0][0], n, factor)
}

func decimate(dst, src, taps []float32, n, factor int) {
	if !cpu.X86.HasAVX2 || n <= 0 {
		decimatePlain(dst, src, taps, n, factor)
		return
	}
	_, _ = dst[n-1], src[(n-1)*factor+len(taps)-1]
	decimateAVX2(&dst[0], &src[0], &taps[0], n, factor, len(taps))
}
