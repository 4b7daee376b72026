//go:build e2e

package sound

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"
)

// Sound is mono PCM, full scale ±1.
type Sound struct {
	Rate int
	PCM  []float64
}

// Babble is something like speech that no other babble resembles: syllables
// of changing pitch and vowels, below 3.3 kHz.
func Babble(seed uint64, seconds, rate int) Sound {
	r := rand.New(rand.NewPCG(seed, 1))
	pcm := make([]float64, seconds*rate)
	for at := 0; at < len(pcm); {
		n := rate * (80 + r.IntN(170)) / 1000
		pitch := 90 + 120*r.Float64()
		glide := 1 + 0.3*(r.Float64()-0.5)
		f1, f2 := 300+600*r.Float64(), 900+1800*r.Float64()
		phase := 0.0
		var gains []float64 // of the harmonics
		for h := 1.0; h*pitch < 3200; h++ {
			f := h * pitch
			gains = append(gains, math.Exp(-sq((f-f1)/150))+0.6*math.Exp(-sq((f-f2)/200))+0.02)
		}
		for i := range min(n, len(pcm)-at) {
			x := float64(i) / float64(n)
			phase += 2 * math.Pi * pitch * math.Pow(glide, x) / float64(rate)
			var v float64
			for h, gain := range gains {
				v += math.Sin(float64(h+1)*phase) * gain
			}
			pcm[at+i] = 0.12 * v * math.Sin(math.Pi*x)
		}
		at += n + rate*r.IntN(60)/1000
	}
	return Sound{rate, pcm}
}

func sq(x float64) float64 { return x * x }

// Likeness compares what was heard with what was said, a fifth of a second at
// a time: each piece is laid where it fits best, to a small part of a sample,
// and the result is the correlation there. It returns the median and the least
// of the pieces in which there was something to hear. A piece is short, so
// that a packet that a busy machine lost or delayed spoils few of them.
func Likeness(said, heard Sound) (median, least float64) {
	return compare(said, heard, 1600)
}

// Judged is likeness, where some of the time the machine could not keep time:
// the median of the pieces but for the worst so many.
func Judged(said, heard Sound, disturbed float64) float64 {
	all := pieces(said, heard, 1600)
	if len(all) == 0 {
		return 0
	}
	at := disturbed + (1-disturbed)/2
	return all[min(int(at*float64(len(all))), len(all)-1)]
}

// From is what was said again and again, from where it was when something was heard:
// for who comes in the middle. It is at 8 kHz.
func (s Sound) From(heard Sound) Sound {
	said, heard := s.At8k(), heard.At8k()
	again := append(append([]float64(nil), said.PCM...), said.PCM...)
	const size = 1600
	level, best, begin := heard.RMS(), 0.0, 0
	for at := 0; at+size <= len(heard.PCM) && best < 0.9; at += size {
		piece := heard.PCM[at : at+size]
		if (Sound{8000, piece}).RMS() < level/2 {
			continue
		}
		if c, lag := bestFit(again, piece, 0, len(said.PCM)+size, 0, at); c > best {
			best, begin = c, at+lag-at%len(said.PCM)
		}
	}
	begin = (begin + len(said.PCM)) % len(said.PCM)
	out := Sound{Rate: 8000}
	for len(out.PCM) < len(heard.PCM)+2*8000 {
		out.PCM = append(out.PCM, again[begin:begin+len(said.PCM)]...)
	}
	return out
}

// Presence is how much of what somebody said is in what was heard together with
// others: of the best correlations, second by second, one that a quarter of them
// passes, because a busy machine shifts the sound within many a second.
func Presence(said, heard Sound) float64 {
	all := pieces(said, heard, 8000)
	if len(all) == 0 {
		return 0
	}
	return all[len(all)*3/4]
}

// Mixed says what is wrong with what one of several heard in a call with all others:
// each of these has to be in it, and what that one said itself not. Any two babbles
// have up to a quarter in common; of two in a mix each has about 0.7 of it.
func Mixed(heard Sound, said []Sound, own int) error {
	itself := Presence(said[own], heard)
	if itself > 0.33 {
		return fmt.Errorf("hears itself: %.2f", itself)
	}
	for i, s := range said {
		if got := Presence(s, heard); i != own && got < max(0.33, 1.5*itself) {
			return fmt.Errorf("hears number %d of %d at %.2f, itself at %.2f", i+1, len(said), got, itself)
		}
	}
	return nil
}

// compare takes pieces of so many samples at 8 kHz.
func compare(said, heard Sound, size int) (median, least float64) {
	all := pieces(said, heard, size)
	if len(all) == 0 {
		return 0, 0
	}
	return all[len(all)/2], all[0]
}

// pieces are the correlations of all pieces, sorted.
func pieces(said, heard Sound, size int) []float64 {
	said, heard = said.At8k(), heard.At8k()
	level := heard.RMS()
	const second = 8000
	var all []float64
	find := finder{said: said.PCM}
	for at := second; at+size <= len(heard.PCM)-second/2; at += size {
		piece := heard.PCM[at : at+size]
		if (Sound{8000, piece}).RMS() < level/4 {
			continue
		}
		best, _ := find.place(piece, at)
		all = append(all, best)
	}
	slices.Sort(all)
	return all
}

// finder finds the pieces of a sound, one after the other, in what was said.
type finder struct {
	said  []float64
	lag   int // of the last piece
	known bool
}

// place is how well a piece from that place fits where it fits best, and where that
// is, against its own place.
func (f *finder) place(piece []float64, at int) (best float64, lag int) {
	if f.known { // mostly it is where the last one was
		best, f.lag = bestFit(f.said, piece, at+f.lag-200, at+f.lag+200, f.lag, at)
	}
	if f.known = best > 0.9; !f.known {
		if c, l := bestFit(f.said, piece, at-12000, at+12000, f.lag, at); c > best {
			best, f.lag = c, l
		}
		f.known = best > 0.9
	}
	return best, f.lag
}

// bestFit slides a piece over what was said, between two places, and returns
// the best correlation and where that is, against the piece's own place.
func bestFit(said, piece []float64, from, to, lag, at int) (float64, int) {
	from, to = max(0, from), min(to, len(said)-len(piece))
	if from > to {
		return 0, lag
	}
	within := said[from : to+len(piece)]
	var own, energy float64
	for i, v := range piece {
		own += v * v
		energy += within[i] * within[i]
	}
	best, where := 0.0, -1
	for off, dot := range products(within, piece) {
		if off > 0 {
			energy += sq(within[off+len(piece)-1]) - sq(within[off-1])
		}
		if own*energy > 1e-9 && dot > best*math.Sqrt(own*energy) {
			best, where = dot/math.Sqrt(own*energy), from+off
		}
	}
	if where < 0 {
		return 0, lag
	}
	return min(max(best, between(said, piece, where)), 1), where - at
}

// products are the scalar products of a piece with a sound, from each place where it
// fits.
func products(sound, piece []float64) []float64 {
	n := 1
	for n < len(sound) {
		n *= 2
	}
	a, b := make([]complex128, n), make([]complex128, n)
	for i, v := range sound {
		a[i] = complex(v, 0)
	}
	for i, v := range piece {
		b[i] = complex(v, 0)
	}
	transform(a)
	transform(b)
	for i := range a {
		a[i] = cmplx.Conj(a[i]) * b[i] // transformed once more, it is the product itself
	}
	transform(a)
	all := make([]float64, len(sound)-len(piece)+1)
	for i := range all {
		all[i] = real(a[i]) / float64(n)
	}
	return all
}

// transform is the Fourier transform of a power of two of numbers, in their place.
func transform(x []complex128) {
	n := len(x)
	for i, j := 1, 0; i < n; i++ {
		bit := n >> 1
		for ; j&bit != 0; bit >>= 1 {
			j ^= bit
		}
		if j |= bit; i < j {
			x[i], x[j] = x[j], x[i]
		}
	}
	turns := make([]complex128, n/2)
	for i := range turns {
		turns[i] = cmplx.Rect(1, -2*math.Pi*float64(i)/float64(n))
	}
	for size := 2; size <= n; size *= 2 {
		for at := 0; at < n; at += size {
			for k := range size / 2 {
				u, v := x[at+k], x[at+k+size/2]*turns[k*(n/size)]
				x[at+k], x[at+k+size/2] = u+v, u-v
			}
		}
	}
}

// around is how many lags on each side tell what lies between two of them.
const around = 16

// between is the best correlation within one sample of a place. The
// correlation of two sounds without anything above 4 kHz has nothing above it
// either, so what it is between two samples follows from what it is at them.
func between(said, piece []float64, where int) float64 {
	if where < around+1 || where+len(piece)+around+1 > len(said) {
		return 0
	}
	var at [2*around + 3]float64
	for i := range at {
		off := where + i - around - 1
		at[i] = correlation(said[off:off+len(piece)], piece, 1)
	}
	best := 0.0
	for step := -11; step <= 11; step++ {
		x := float64(step)/12 + around + 1
		sum := 0.0
		for i, c := range at {
			d := x - float64(i)
			sum += c * sinc(d) * hann(d/(around+1))
		}
		best = max(best, sum)
	}
	return min(best, 1)
}

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// hann is a window over -1 to 1.
func hann(x float64) float64 {
	if math.Abs(x) >= 1 {
		return 0
	}
	return 0.5 + 0.5*math.Cos(math.Pi*x)
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

// At8k is the sound at 8 kHz, without what that rate cannot hold.
func (s Sound) At8k() Sound {
	n := s.Rate / 8000
	if n == 1 {
		return s
	}
	// Windowed sinc, 3.7 kHz at -6 dB, 48 samples of 8 kHz long.
	const cut = 3700.0 / 4000
	half := 24 * n
	taps := make([]float64, 2*half+1)
	for i := range taps {
		x := float64(i-half) / float64(n)
		taps[i] = cut * sinc(cut*x) * hann(x/24) / float64(n)
	}
	out := make([]float64, len(s.PCM)/n)
	for i := range out {
		first := i*n - half
		var sum float64
		for j, v := range s.PCM[max(0, first):min(len(s.PCM), first+len(taps))] {
			sum += v * taps[j+max(0, first)-first]
		}
		out[i] = sum
	}
	return Sound{8000, out}
}

// RMS is the level, of 1.
func (s Sound) RMS() float64 {
	var sum float64
	for _, v := range s.PCM {
		sum += v * v
	}
	return math.Sqrt(sum / float64(max(1, len(s.PCM))))
}

// WriteWAV writes 16-bit PCM, the same on each channel.
func (s Sound) WriteWAV(t *testing.T, name string, channels int) {
	t.Helper()
	b := make([]byte, 44, 44+2*channels*len(s.PCM))
	le := binary.LittleEndian
	copy(b, "RIFF")
	le.PutUint32(b[4:], uint32(36+2*channels*len(s.PCM)))
	copy(b[8:], "WAVEfmt ")
	le.PutUint32(b[16:], 16)
	le.PutUint16(b[20:], 1)
	le.PutUint16(b[22:], uint16(channels))
	le.PutUint32(b[24:], uint32(s.Rate))
	le.PutUint32(b[28:], uint32(2*channels*s.Rate))
	le.PutUint16(b[32:], uint16(2*channels))
	le.PutUint16(b[34:], 16)
	copy(b[36:], "data")
	le.PutUint32(b[40:], uint32(2*channels*len(s.PCM)))
	for _, v := range s.PCM {
		for range channels {
			b = le.AppendUint16(b, uint16(int16(max(-1, min(1, v))*32767)))
		}
	}
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// ReadWAV reads 16-bit PCM; of several channels the first.
func ReadWAV(t *testing.T, name string) Sound {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	if len(b) < 44 || string(b[:4]) != "RIFF" {
		t.Fatalf("%s: not a WAV file", name)
	}
	var s Sound
	channels := 1
	for at := 12; at+8 <= len(b); {
		id, size := string(b[at:at+4]), int(le.Uint32(b[at+4:]))
		body := b[at+8 : min(len(b), at+8+size)]
		switch id {
		case "fmt ":
			channels, s.Rate = int(le.Uint16(body[2:])), int(le.Uint32(body[4:]))
		case "data":
			if size == 0 { // still being written
				body = b[at+8:]
			}
			for i := 0; i+2*channels <= len(body); i += 2 * channels {
				s.PCM = append(s.PCM, float64(int16(le.Uint16(body[i:])))/32768)
			}
			return s
		}
		at += 8 + size + size&1
	}
	t.Fatalf("%s: no sound in it", name)
	return s
}

// Part is what of a sound lies between two moments.
func (s Sound) Part(from, to time.Duration) Sound {
	at := func(d time.Duration) int { return min(int(d.Seconds()*float64(s.Rate)), len(s.PCM)) }
	return Sound{s.Rate, s.PCM[at(from):at(to)]}
}

// End is the last part of a sound, the rest of it silent, moved in time.
func (s Sound) End(last, later time.Duration) Sound {
	moved := make([]float64, max(0, len(s.PCM)+int(later.Seconds()*float64(s.Rate))))
	n := min(int(last.Seconds())*s.Rate, len(s.PCM), len(moved))
	copy(moved[len(moved)-n:], s.PCM[len(s.PCM)-n:])
	return Sound{s.Rate, moved}
}

// Lost is the lag of a stretch that is nowhere.
const Lost = math.MaxInt

// Stretch is how much is laid at once, in samples at 8 kHz: half a second.
const Stretch = 4000

// Lags are where each stretch of a sound lies in what was said, against its own place:
// lost, where nobody speaks or something is missing.
func Lags(said, heard Sound) (lags []int) {
	find, level := finder{said: said.PCM}, heard.RMS()
	for at := 0; at+Stretch <= len(heard.PCM); at += Stretch {
		piece, lag := heard.PCM[at:at+Stretch], Lost
		if (Sound{8000, piece}).RMS() > level/4 {
			if fit, where := find.place(piece, at); fit > 0.9 {
				lag = where
			}
		}
		lags = append(lags, lag)
	}
	return lags
}

// Leak is how much of what somebody says is on another channel than their own: the
// correlation over all of the call, where it is on their own.
func Leak(said, own, other Sound) float64 {
	said, own, other = said.At8k(), own.At8k(), other.At8k()
	var x, y []float64
	for n, lag := range Lags(said, own) {
		if at := n * Stretch; lag != Lost {
			x = append(x, said.PCM[at+lag:at+lag+Stretch]...)
			y = append(y, other.PCM[at:at+Stretch]...)
		}
	}
	return math.Abs(correlation(x, y, 1))
}
