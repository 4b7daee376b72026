//go:build !amd64

package vector

import "github.com/plugboard/plugboard/sdk/audio"

func add(dst, a, b *audio.Frame)         { addPlain(dst, a, b) }
func sub(dst, a, b *audio.Frame) float32 { return subPlain(dst, a, b) }
func copyFrame(dst, src *audio.Frame)    { *dst = *src }
func clean(dst, src *audio.Frame)        { cleanPlain(dst, src) }
func peak(f *audio.Frame) float32        { return peakPlain(f) }
