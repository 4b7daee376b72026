//go:build e2e

package e2e

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

// sound is mono PCM, full scale ±1.
type sound struct {
	rate int
	pcm  []float64
}

// babble is something like speech that no other babble resembles: syllables
// of changing pitch and vowels, below 3.3 kHz.
func babble(seed uint64, seconds, rate int) sound {
	r := rand.New(rand.NewPCG(seed, 1))
	pcm := make([]float64, seconds*rate)
	for at := 0; at < len(pcm); {
		n := rate * (80 + r.IntN(170)) / 1000
		pitch := 90 + 120*r.Float64()
		glide := 1 + 0.3*(r.Float64()-0.5)
		f1, f2 := 300+600*r.Float64(), 900+1800*r.Float64()
		phase := 0.0
		for i := range min(n, len(pcm)-at) {
			x := float64(i) / float64(n)
			phase += 2 * math.Pi * pitch * math.Pow(glide, x) / float64(rate)
			var v float64
			for h := 1.0; h*pitch < 3200; h++ {
				f := h * pitch
				v += math.Sin(h*phase) * (math.Exp(-sq((f-f1)/150)) + 0.6*math.Exp(-sq((f-f2)/200)) + 0.02)
			}
			pcm[at+i] = 0.12 * v * math.Sin(math.Pi*x)
		}
		at += n + rate*r.IntN(60)/1000
	}
	return sound{rate, pcm}
}

func sq(x float64) float64 { return x * x }

// likeness compares what was heard with what was said, second by second: each
// second of hearing is laid where it fits best, and the result is the
// correlation there. It returns the median and the least, of the seconds in
// which there was something to hear.
func likeness(said, heard sound) (median, least float64) {
	said, heard = said.at8k(), heard.at8k()
	const second = 8000
	var all []float64
	for at := second; at+second <= len(heard.pcm)-second/2; at += second {
		best := bestFit(said.pcm, heard.pcm[at:at+second], at)
		all = append(all, best)
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return all[len(all)/2], all[0]
}

// bestFit slides a second of hearing over what was said, within 1.5 s around
// its own place: in whole samples first, then, since no delay is a whole number
// of samples, in quarters around the best of them.
func bestFit(said, piece []float64, near int) float64 {
	best, place := 0.0, 0
	for off := max(0, near-12000); off+len(piece) <= min(len(said), near+12000+len(piece)); off++ {
		// A cheap look first: a sixteenth of the samples.
		if c := correlation(said[off:off+len(piece)], piece, 16); c > 0.5 || c > best-0.2 {
			if c = correlation(said[off:off+len(piece)], piece, 1); c > best {
				best, place = c, off
			}
		}
	}
	for _, quarter := range []float64{-0.5, -0.25, 0.25, 0.5} {
		best = max(best, correlation(between(said, place, len(piece), quarter), piece, 1))
	}
	return best
}

// between is n samples of pcm from at+fraction on, by a windowed sinc.
func between(pcm []float64, at, n int, fraction float64) []float64 {
	const reach = 12
	var taps [2*reach + 1]float64
	for k := range taps {
		x := float64(k-reach) - fraction
		taps[k] = math.Sin(math.Pi*x) / (math.Pi * x) * sq(math.Cos(math.Pi*x/2/(reach+1)))
	}
	out := make([]float64, n)
	for i := range out {
		for k, w := range taps {
			if j := at + i + k - reach; j >= 0 && j < len(pcm) {
				out[i] += w * pcm[j]
			}
		}
	}
	return out
}

func correlation(a, b []float64, step int) float64 {
	var ab, aa, bb float64
	for i := 0; i < len(b); i += step {
		ab += a[i] * b[i]
		aa += a[i] * a[i]
		bb += b[i] * b[i]
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// presence is how much of what somebody said is in what was heard together
// with others: the median of the best correlations, second by second.
func presence(said, heard sound) float64 {
	median, _ := likeness(said, heard)
	return median
}

// at8k takes every n-th sample after a simple low-pass: enough to compare
// sound that has nothing above 3.3 kHz.
func (s sound) at8k() sound {
	n := s.rate / 8000
	if n == 1 {
		return s
	}
	out := make([]float64, len(s.pcm)/n)
	for i := range out {
		for _, v := range s.pcm[i*n : (i+1)*n] {
			out[i] += v / float64(n)
		}
	}
	return sound{8000, out}
}

func (s sound) rms() float64 {
	var sum float64
	for _, v := range s.pcm {
		sum += v * v
	}
	return math.Sqrt(sum / float64(max(1, len(s.pcm))))
}

// writeWAV writes 16-bit PCM, the same on each channel.
func (s sound) writeWAV(t *testing.T, name string, channels int) {
	t.Helper()
	b := make([]byte, 44, 44+2*channels*len(s.pcm))
	le := binary.LittleEndian
	copy(b, "RIFF")
	le.PutUint32(b[4:], uint32(36+2*channels*len(s.pcm)))
	copy(b[8:], "WAVEfmt ")
	le.PutUint32(b[16:], 16)
	le.PutUint16(b[20:], 1)
	le.PutUint16(b[22:], uint16(channels))
	le.PutUint32(b[24:], uint32(s.rate))
	le.PutUint32(b[28:], uint32(2*channels*s.rate))
	le.PutUint16(b[32:], uint16(2*channels))
	le.PutUint16(b[34:], 16)
	copy(b[36:], "data")
	le.PutUint32(b[40:], uint32(2*channels*len(s.pcm)))
	for _, v := range s.pcm {
		for range channels {
			b = le.AppendUint16(b, uint16(int16(max(-1, min(1, v))*32767)))
		}
	}
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// readWAV reads 16-bit PCM; of several channels the first.
func readWAV(t *testing.T, name string) sound {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	if len(b) < 44 || string(b[:4]) != "RIFF" {
		t.Fatalf("%s: not a WAV file", name)
	}
	var s sound
	channels := 1
	for at := 12; at+8 <= len(b); {
		id, size := string(b[at:at+4]), int(le.Uint32(b[at+4:]))
		body := b[at+8 : min(len(b), at+8+size)]
		switch id {
		case "fmt ":
			channels, s.rate = int(le.Uint16(body[2:])), int(le.Uint32(body[4:]))
		case "data":
			if size == 0 { // still being written
				body = b[at+8:]
			}
			for i := 0; i+2*channels <= len(body); i += 2 * channels {
				s.pcm = append(s.pcm, float64(int16(le.Uint16(body[i:])))/32768)
			}
			return s
		}
		at += 8 + size + size&1
	}
	t.Fatalf("%s: no sound in it", name)
	return s
}
