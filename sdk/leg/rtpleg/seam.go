package rtpleg

import (
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/resample"
)

// seam joins sounds that do not go together, as at a change of codec, or where
// there is nothing: the one that ends is led on for 4 ms, its own end played
// backwards, and fades away while the other one comes.
type seam struct {
	last    [seamTime]float32 // how the sound ended, at its codec's rate; newest last
	open    bool              // a sound goes on
	ringing [ringTime]float32 // of one that ended, at 48 kHz
	left    int               // samples of it
	come    int               // samples of the other one, up to seamTime
}

const (
	seamTime = audio.Rate / 250
	ringTime = seamTime + 6*resample.Tail
)

// begin takes sound on its way into the frame: f, made of pcm.
func (s *seam) begin(f, pcm []float32) {
	if !s.open {
		s.open, s.come = true, 0
	}
	for i := 0; i < len(f) && s.come < seamTime; i++ {
		f[i] *= float32(s.come) / seamTime
		s.come++
	}
	s.ring(f)
	if n := len(s.last) - len(pcm); n > 0 {
		copy(s.last[:n], s.last[len(pcm):])
		copy(s.last[n:], pcm)
	} else {
		copy(s.last[:], pcm[-n:])
	}
}

// steady reports whether one sound goes on, with none beside it.
func (s *seam) steady() bool { return s.open && s.come >= seamTime && s.left == 0 }

// end ends the sound of d, if one goes on.
func (s *seam) end(d *decoder) {
	if !s.open || d == nil {
		return
	}
	s.open = false
	n := seamTime / d.factor
	var low [seamTime + resample.Tail]float32
	for i := range n {
		low[i] = s.last[len(s.last)-1-i] * float32(n-i) / float32(n+1)
	}
	s.left = d.up.Process(s.ringing[:], low[:n+resample.Tail])
}

// ring adds what still rings of the sound that ended to f.
func (s *seam) ring(f []float32) {
	n := min(len(f), s.left)
	for i, r := range s.ringing[:n] {
		f[i] += r
	}
	s.left -= n
	copy(s.ringing[:], s.ringing[n:n+s.left])
}
