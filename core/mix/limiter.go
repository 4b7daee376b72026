package mix

import "github.com/plugboard/plugboard/sdk/audio"

// limiter turns down what is above full scale. It knows a frame at a time,
// in blocks of 1.3 ms: the gain at the border of two blocks suits both, and
// between borders it is a straight line, so within a frame it sinks before the
// loud block begins. After it the gain holds, then rises slowly back to 1.
// While nothing is above full scale and the gain is 1, sound passes untouched.
type limiter struct {
	gain float32 // at the end of the last frame
	hold int     // blocks until it may rise
}

const (
	limitBlock = 64
	limitHold  = 16       // blocks: 21 ms, half a period of 24 Hz
	limitRise  = 1. / 256 // a block: 0.34 s from 0 to 1
)

func newLimiter() limiter { return limiter{gain: 1} }

// rest lets a frame of silence pass.
func (l *limiter) rest() {
	for range audio.Samples / limitBlock {
		if l.gain == 1 {
			return
		}
		l.gain = l.next(1, 1)
	}
}

// limit returns src where it needs nothing, else dst, filled with src within
// full scale. peak is src's largest magnitude; dst may be src.
func (l *limiter) limit(dst, src *audio.Frame, peak float32) *audio.Frame {
	if peak <= 1 && l.gain == 1 {
		return src
	}
	need := needed(src[:limitBlock])
	for at := 0; at < audio.Samples; at += limitBlock {
		block, after := src[at:at+limitBlock], float32(1)
		if end := at + limitBlock; end < audio.Samples {
			after = needed(src[end : end+limitBlock])
		}
		from := l.gain
		l.gain = l.next(need, after)
		if from <= need {
			slope(dst[at:], block, from, l.gain, limitBlock)
		} else {
			// Loud from the frame's first block on, which the last frame
			// could not know: down before the first sample above.
			steep(dst[at:], block, from, need, l.gain)
		}
		need = after
	}
	return dst
}

// next is the gain at the border of two blocks that need at most these.
func (l *limiter) next(need, after float32) float32 {
	most := min(need, after)
	switch {
	case most < l.gain || most < 1 && most == l.gain:
		l.hold = limitHold
		return most
	case l.hold > 0:
		l.hold--
		return l.gain
	}
	return min(most, l.gain+limitRise)
}

// needed is the gain that brings a block within full scale.
func needed(block []float32) float32 {
	var top float32
	for _, s := range block {
		top = max(top, s, -s)
	}
	if top <= 1 {
		return 1
	}
	return 1 / top
}

// slope scales n samples by a gain that goes in a straight line.
func slope(dst, src []float32, from, to float32, n int) {
	step := (to - from) / float32(n)
	for i, s := range src[:n] {
		dst[i] = min(max(s*(from+step*float32(i)), -1), 1)
	}
}

// steep goes down from one gain to what the block needs by the first sample
// that would be too loud, and on to the last gain.
func steep(dst, src []float32, from, need, to float32) {
	first := 0
	for ; first < limitBlock-1; first++ {
		if s := src[first] * from; s > 1 || s < -1 {
			break
		}
	}
	if first > 0 {
		slope(dst, src, from, need, first)
	}
	slope(dst[first:], src[first:], need, to, limitBlock-first)
}
