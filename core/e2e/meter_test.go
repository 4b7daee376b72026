//go:build e2e

package e2e

import (
	"math"
	"testing"
)

// The meter itself: sound that was delayed by part of a sample, at either
// rate, is what was said; sound in which packets are missing mostly is; that of
// somebody else is not.
func TestMeter(t *testing.T) {
	said := babble(1, 12, 48000)
	narrow := said.at8k()
	delayed := func(samples int) sound { // of 48 kHz: 1/6 of one at 8 kHz
		return sound{48000, append(make([]float64, samples), said.pcm...)}
	}
	gaps := sound{8000, append([]float64(nil), narrow.pcm...)}
	for at := 5000; at < len(gaps.pcm); at += 4000 { // one packet each half second
		clear(gaps.pcm[at : at+160])
	}
	turned := sound{8000, append([]float64(nil), narrow.pcm[:40000]...)} // the buffer shrank in between
	turned.pcm = append(turned.pcm, narrow.pcm[40160:]...)
	noisy := sound{8000, append([]float64(nil), narrow.pcm...)}
	for i := range noisy.pcm { // 14 dB below the speech: nobody would call it the same
		noisy.pcm[i] += 0.28 * narrow.rms() * math.Sqrt2 * math.Sin(float64(i*i%7919))
	}
	for _, c := range []struct {
		name     string
		heard    sound
		from, to float64
	}{
		{"itself", said, 0.999, 1},
		{"half a sample later", delayed(3), 0.998, 1},
		{"much later, at 8 kHz", delayed(4801).at8k(), 0.998, 1},
		{"a packet lost each half second", gaps, 0.98, 1},
		{"a packet left out", turned, 0.99, 1},
		{"noise on top", noisy, 0.9, 0.978},
		{"somebody else", babble(2, 12, 8000), 0, 0.75},
	} {
		if median, _ := likeness(said, c.heard); median < c.from || median > c.to {
			t.Errorf("%s: likeness %.4f, wanted %v to %v", c.name, median, c.from, c.to)
		}
		if median, _ := likeness(narrow, c.heard); median < c.from || median > c.to {
			t.Errorf("%s, against 8 kHz: likeness %.4f, wanted %v to %v", c.name, median, c.from, c.to)
		}
	}
}
