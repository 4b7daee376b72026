//go:build e2e

package sound

import (
	"math"
	"testing"
)

// The meter itself: sound that was delayed by part of a sample, at either
// rate, is what was said; sound in which packets are missing mostly is; that of
// somebody else is not.
func TestMeter(t *testing.T) {
	said := Babble(1, 12, 48000)
	narrow := said.At8k()
	delayed := func(samples int) Sound { // of 48 kHz: 1/6 of one at 8 kHz
		return Sound{48000, append(make([]float64, samples), said.PCM...)}
	}
	gaps := Sound{8000, append([]float64(nil), narrow.PCM...)}
	for at := 5000; at < len(gaps.PCM); at += 4000 { // one packet each half second
		clear(gaps.PCM[at : at+160])
	}
	turned := Sound{8000, append([]float64(nil), narrow.PCM[:40000]...)} // the buffer shrank in between
	turned.PCM = append(turned.PCM, narrow.PCM[40160:]...)
	noisy := Sound{8000, append([]float64(nil), narrow.PCM...)}
	level := narrow.RMS()
	for i := range noisy.PCM { // 14 dB below the speech: nobody would call it the same
		noisy.PCM[i] += 0.28 * level * math.Sqrt2 * math.Sin(float64(i*i%7919))
	}
	for _, c := range []struct {
		name     string
		heard    Sound
		from, to float64
	}{
		{"itself", said, 0.999, 1},
		{"half a sample later", delayed(3), 0.998, 1},
		{"much later, at 8 kHz", delayed(4801).At8k(), 0.998, 1},
		{"a packet lost each half second", gaps, 0.98, 1},
		{"a packet left out", turned, 0.99, 1},
		{"noise on top", noisy, 0.9, 0.978},
		{"somebody else", Babble(2, 12, 8000), 0, 0.75},
	} {
		if median, _ := Likeness(said, c.heard); median < c.from || median > c.to {
			t.Errorf("%s: likeness %.4f, wanted %v to %v", c.name, median, c.from, c.to)
		}
		if median, _ := Likeness(narrow, c.heard); median < c.from || median > c.to {
			t.Errorf("%s, against 8 kHz: likeness %.4f, wanted %v to %v", c.name, median, c.from, c.to)
		}
	}
	late := Sound{8000, append(append([]float64(nil), narrow.PCM[70000:]...), narrow.PCM[:60000]...)}
	if median, _ := Likeness(said.From(late), late); median < 0.98 {
		t.Errorf("from the middle on, and again: likeness %.4f", median)
	}
}
