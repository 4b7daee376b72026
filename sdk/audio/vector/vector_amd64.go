package vector

import (
	"golang.org/x/sys/cpu"

	"github.com/plugboard/plugboard/sdk/audio"
)

//go:generate go run ./internal/asm -out kernels_amd64.s -stubs kernels_amd64.go -pkg vector

func add(dst, a, b *audio.Frame) {
	if !cpu.X86.HasAVX2 {
		addPlain(dst, a, b)
		return
	}
	addAVX2(&dst[0], &a[0], &b[0])
}

func sub(dst, a, b *audio.Frame) float32 {
	if !cpu.X86.HasAVX2 {
		return subPlain(dst, a, b)
	}
	return subAVX2(&dst[0], &a[0], &b[0])
}

func copyFrame(dst, src *audio.Frame) {
	if !cpu.X86.HasAVX2 {
		*dst = *src
		return
	}
	copyAVX2(&dst[0], &src[0])
}

func clean(dst, src *audio.Frame) {
	if !cpu.X86.HasAVX2 {
		cleanPlain(dst, src)
		return
	}
	cleanAVX2(&dst[0], &src[0])
}

func peak(f *audio.Frame) float32 {
	if !cpu.X86.HasAVX2 {
		return peakPlain(f)
	}
	return peakAVX2(&f[0])
}
