package codec

import "math"

// concealer makes up for lost sound of a waveform codec by repeating the last
// pitch period, in the manner of G.711 Appendix I but without its 3.75 ms of
// delay: the first seam is smoothed by letting the step at it fade out, later
// ones by a cross-fade inside the repeated period. The repetition fades out
// from 20 to 100 ms (Appendix I: 10 to 60; the test has what that is worth),
// and is faded over into the first good sound after it.
type concealer struct {
	rate    int
	history []float32 // the newest sound that was played, newest last
	period  []float32 // what is repeated; its capacity is the longest pitch
	at      int       // where in period we are
	done    int       // samples made up so far; 0: nothing is being concealed
	step    float32   // the step at the first seam, fading out
}

// Bounds of what is repeated, in fractions of a second.
const (
	lowestPitch  = 66  // Hz
	highestPitch = 200 // Hz
	windowsPer   = 50  // correlation over 20 ms
)

func newConcealer(rate int) *concealer {
	return &concealer{
		rate:    rate,
		history: make([]float32, rate/lowestPitch+max(rate/windowsPer, rate/lowestPitch)),
		period:  make([]float32, 0, rate/lowestPitch),
	}
}

// good takes sound that came, and smooths its beginning after a loss.
func (c *concealer) good(pcm []float32) {
	if c.done > 0 {
		// 4 ms, and 4 more for each 10 ms lost, 10 at most (Appendix I, I.2.7).
		fade := min(c.rate*4/1000+c.done*4/10, c.rate/100, len(pcm))
		for i := range fade {
			w := (float32(i) + 0.5) / float32(fade)
			pcm[i] = w*pcm[i] + (1-w)*c.next()
		}
		c.done = 0
	}
	c.remember(pcm)
}

// lost fills pcm.
func (c *concealer) lost(pcm []float32) {
	if c.done == 0 {
		c.begin()
	}
	for i := range pcm {
		pcm[i] = c.next()
	}
	c.remember(pcm)
}

func (c *concealer) remember(pcm []float32) {
	h := c.history
	if len(pcm) >= len(h) {
		copy(h, pcm[len(pcm)-len(h):])
		return
	}
	copy(h, h[len(pcm):])
	copy(h[len(h)-len(pcm):], pcm)
}

// begin chooses the period to repeat.
func (c *concealer) begin() {
	h := c.history
	n := len(h)
	p := c.pitch()
	c.period = append(c.period[:0], h[n-p:]...)
	// Let the period's end lead to its beginning.
	for i := range p / 4 {
		w := (float32(i) + 0.5) / float32(p/4)
		j := p - p/4 + i
		c.period[j] = (1-w)*h[n-p+j] + w*h[n-2*p+j]
	}
	c.at = 0
	c.step = h[n-1] - h[n-p-1]
}

// pitch finds the lag at which the newest 20 ms are most like what was before.
func (c *concealer) pitch() int {
	h := c.history
	shortest, longest := c.rate/highestPitch, c.rate/lowestPitch
	window := h[len(h)-c.rate/windowsPer:]
	best, lag := float32(-math.MaxFloat32), longest
	for l := shortest; l <= longest; l++ {
		past := h[len(h)-len(window)-l:]
		var dot, energy float32
		for i, s := range window {
			dot += s * past[i]
			energy += past[i] * past[i]
		}
		if score := dot / float32(math.Sqrt(float64(energy)+1e-9)); score > best {
			best, lag = score, l
		}
	}
	return lag
}

// next makes one sample up.
func (c *concealer) next() float32 {
	s := c.period[c.at]
	if fade := len(c.period) / 4; c.done < fade {
		s += c.step * (1 - (float32(c.done)+1)/float32(fade+1))
	}
	if c.at++; c.at == len(c.period) {
		c.at = 0
	}
	hold := c.rate / 100
	gain := 1 - float32(c.done-2*hold)/float32(8*hold)
	c.done++
	return s * max(0, min(1, gain))
}
