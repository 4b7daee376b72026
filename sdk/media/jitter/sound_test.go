package jitter

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/media/codec"
)

// babble is something like speech: voiced syllables of changing pitch and
// vowels, hissing between some of them, and pauses with a little noise.
func babble(seed uint64, seconds, rate int) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	pcm := make([]float32, seconds*rate)
	for i := range pcm {
		pcm[i] = float32(r.NormFloat64()) * 3e-4
	}
	for at := 0; at < len(pcm); {
		n := rate * (90 + r.IntN(170)) / 1000
		pitch := 90 + 120*r.Float64()
		glide := 1 + 0.3*(r.Float64()-0.5)
		f1, f2 := 300+600*r.Float64(), 900+1800*r.Float64()
		hiss := r.IntN(4) == 0
		phase, before := 0.0, 0.0
		for i := range min(n, len(pcm)-at) {
			x := float64(i) / float64(n)
			phase += 2 * math.Pi * pitch * math.Pow(glide, x) / float64(rate)
			var v float64
			if hiss {
				white := r.NormFloat64()
				v, before = 0.4*(white-before), white
			} else {
				for h := 1.0; h*pitch < 3300; h++ {
					f := h * pitch
					v += math.Sin(h*phase) * (math.Exp(-sq((f-f1)/150)) + 0.6*math.Exp(-sq((f-f2)/200)) + 0.02)
				}
			}
			pcm[at+i] += float32(0.12 * v * math.Sin(math.Pi*x))
		}
		at += n + rate*r.IntN(40)/1000
		if r.IntN(8) == 0 {
			at += rate * (150 + r.IntN(500)) / 1000
		}
	}
	return pcm
}

func sq(x float64) float64 { return x * x }

// room is a Player with what it needs to play: packets made of sound, which
// are on their way for as long as a network says, and what was heard.
type room struct {
	*Player
	codec  codec.Codec
	voice  *Voice
	clock  int
	rate   int
	now    time.Duration
	way    []arrival
	heard  []float32
	delays []int64 // playing behind timestamps, in units, at each tick
}

func newRoom(t testing.TB, name string) *room {
	t.Helper()
	c, _ := codec.Standard().Lookup(name)
	d, err := c.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	f := c.Format()
	r := &room{Player: NewPlayer(), codec: c, clock: f.ClockRate, rate: f.SampleRate}
	_, able := d.(codec.Recoverer)
	r.Configure(Config{Clock: f.ClockRate, Guard: ms, Max: 200 * ms, Recover: able})
	r.voice = NewVoice(d, f.ClockRate, f.SampleRate)
	return r
}

func (r *room) Voice(uint8) *Voice { return r.voice }

// encode makes packets of 20 ms.
func encode(t testing.TB, name string, pcm []float32) (payloads [][]byte) {
	t.Helper()
	c, _ := codec.Standard().Lookup(name)
	e, err := c.NewEncoder("useinbandfec=1")
	if err != nil {
		t.Fatal(err)
	}
	for n := c.Format().SampleRate / 50; len(pcm) >= n; pcm = pcm[n:] {
		payload, err := e.Encode(nil, pcm[:n])
		if err != nil {
			t.Fatal(err)
		}
		payloads = append(payloads, payload)
	}
	return payloads
}

// send puts packets of 20 ms on their way, the first arriving at begin if the
// network takes no time. travel is asked for each, negative: for ever. ppm is
// by how much the far side's clock is fast.
func (r *room) send(payloads [][]byte, begin time.Duration, ppm float64, travel func(i int) time.Duration) {
	for i, payload := range payloads {
		d := travel(i)
		if d < 0 {
			continue
		}
		at := begin + d + time.Duration(float64(i)*float64(tick)/(1+ppm/1e6))
		r.way = append(r.way, arrival{at, Packet{
			Sequence: int64(1000 + i), Timestamp: 1<<32 + int64(i)*int64(r.clock/50), Duration: r.clock / 50, Payload: payload,
		}})
	}
	slices.SortStableFunc(r.way, func(a, b arrival) int { return int(a.at - b.at) })
}

// run lets time pass until the given end, missing the ticks that miss names.
func (r *room) run(end time.Duration, miss func(tick int) bool) {
	units := r.clock / 50
	ticks := 1
	for ; r.now < end; r.now += tick {
		if miss != nil && miss(int(r.now/tick)) {
			ticks++
			r.heard = append(r.heard, make([]float32, r.rate/50)...)
			r.delays = append(r.delays, r.buffer.delay())
			continue
		}
		r.Tick(ticks)
		ticks = 1
		for len(r.way) > 0 && r.way[0].at <= r.now {
			r.Put(r.way[0].p, r.now-r.way[0].at)
			r.way = r.way[1:]
		}
		r.delays = append(r.delays, r.buffer.delay())
		for got := 0; got < units; {
			v, pcm, silence := r.Next(units-got, r)
			if len(pcm) == 0 {
				r.heard = append(r.heard, make([]float32, silence*r.rate/r.clock)...)
				got += silence
				continue
			}
			r.heard = append(r.heard, pcm...)
			got += len(pcm) / v.Scale()
		}
	}
}

// distance compares 20 ms after 20 ms of what was heard with what was said at
// that time or up to 15 ms beside it (where stretching has put it): the mean
// difference of the levels of 16 bands up to 3.4 kHz, in dB, over the frames in
// which something was said.
func (r *room) distance(said []float32) float64 {
	const n, side = 160, 120 // at 8 kHz
	said, heard := at8k(said, r.rate), at8k(r.heard, r.rate)
	sum, frames := 0.0, 0
	b := newBands(8000, n)
	for k, delay := range r.delays {
		// What plays at playing time T has the timestamp T − delay.
		place := (k+1)*n - int((delay+1<<32)*8000/int64(r.clock))
		if place-side < 0 || place+side+n > len(said) || (k+1)*n > len(heard) || level(said[place:place+n]) < 1e-4 {
			continue
		}
		frame := heard[k*n : (k+1)*n]
		best, at := -1.0, place
		for p := place - side; p <= place+side; p += 2 {
			if c := resemblance(said[p:p+n], frame); c > best {
				best, at = c, p
			}
		}
		sum += b.distance(said[at:at+n], frame)
		frames++
	}
	return sum / float64(max(1, frames))
}

func at8k(pcm []float32, rate int) []float32 {
	n := rate / 8000
	out := make([]float32, len(pcm)/n)
	for i := range out {
		for _, v := range pcm[i*n : (i+1)*n] {
			out[i] += v / float32(n)
		}
	}
	return out
}

func level(x []float32) float64 {
	var sum float64
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum / float64(len(x))
}

func resemblance(a, b []float32) float64 {
	var ab, aa, bb float32
	for i, x := range a {
		y := b[i]
		ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
	}
	return float64(ab) / math.Sqrt(float64(aa*bb)+1e-12)
}

// bands are the frequencies at which two frames are compared.
type bands struct {
	window   []float64
	cos, sin [][]float64
}

func newBands(rate, n int) *bands {
	b := &bands{window: make([]float64, n)}
	for i := range b.window {
		b.window[i] = 0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/float64(n))
	}
	for hz := 150.0; hz < 3400; hz += 100 {
		c, s := make([]float64, n), make([]float64, n)
		for i := range n {
			s[i], c[i] = math.Sincos(2 * math.Pi * hz * float64(i) / float64(rate))
		}
		b.cos, b.sin = append(b.cos, c), append(b.sin, s)
	}
	return b
}

func (b *bands) spectrum(x []float32) []float64 {
	const perBand = 2
	out := make([]float64, (len(b.cos)+perBand-1)/perBand)
	for k := range b.cos {
		var re, im float64
		for i, v := range x {
			w := float64(v) * b.window[i]
			re, im = re+w*b.cos[k][i], im+w*b.sin[k][i]
		}
		out[k/perBand] += re*re + im*im
	}
	n2 := float64(len(x)) * float64(len(x))
	for k := range out {
		out[k] = 10 * math.Log10(out[k]/n2+1e-8) // -80 dB is nothing
	}
	return out
}

func (b *bands) distance(x, y []float32) float64 {
	p, q := b.spectrum(x), b.spectrum(y)
	var sum float64
	for k := range p {
		sum += math.Abs(p[k] - q[k])
	}
	return sum / float64(len(p))
}

// click is the largest deviation of pcm from a tone of hz, of any level, phase
// and small change of frequency: what its two neighbours do not foretell.
func click(pcm []float32, rate int, hz float64) (worst float64, at int) {
	c := 2 * math.Cos(2*math.Pi*hz/float64(rate))
	for i := 2; i < len(pcm); i++ {
		if e := math.Abs(float64(pcm[i]) - c*float64(pcm[i-1]) + float64(pcm[i-2])); e > worst {
			worst, at = e, i
		}
	}
	return worst, at
}

func sine(seconds float64, rate int, hz, amplitude float64) []float32 {
	pcm := make([]float32, int(seconds*float64(rate)))
	for i := range pcm {
		pcm[i] = float32(amplitude * math.Sin(2*math.Pi*hz*float64(i)/float64(rate)))
	}
	return pcm
}
