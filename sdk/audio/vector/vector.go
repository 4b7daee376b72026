// Package vector does arithmetic on whole frames: what the mixer and the media
// bus do for each leg and tick, and nothing else.
//
// On amd64 with AVX2 the work is done by kernels that internal/asm generates;
// elsewhere, and in the tests beside them, by plain Go. Both give the same
// bits. No function allocates; dst may be one of the sources.
package vector

import "github.com/plugboard/plugboard/sdk/audio"

// Limit is how far [Clean] lets a sample go, either way: 12 dB over full scale.
const Limit = 4

// Add stores a + b in dst.
func Add(dst, a, b *audio.Frame) { add(dst, a, b) }

// Sub stores a - b in dst and returns the largest magnitude in it, 0 or more.
// A NaN counts as nothing.
func Sub(dst, a, b *audio.Frame) float32 { return sub(dst, a, b) }

// Copy copies src to dst.
func Copy(dst, src *audio.Frame) { copyFrame(dst, src) }

// Clean copies src, which may hold anything, to dst: NaN becomes 0, and what
// lies beyond ±[Limit], infinity too, becomes ±Limit.
//
// src may change while it is copied: each sample is loaded once.
func Clean(dst, src *audio.Frame) { clean(dst, src) }

// Peak returns the largest magnitude in f. A NaN counts as nothing.
func Peak(f *audio.Frame) float32 { return peak(f) }
