package codec

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// speechlike is voiced syllables of changing pitch and vowels, with hissing
// between some of them.
func speechlike(seed uint64, seconds, rate int) []float32 {
	r := rand.New(rand.NewPCG(seed, 1))
	pcm := make([]float32, seconds*rate)
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
					v += math.Sin(h*phase) * (bell((h*pitch-f1)/150) + 0.6*bell((h*pitch-f2)/200) + 0.02)
				}
			}
			pcm[at+i] = float32(0.12 * v * math.Sin(math.Pi*x))
		}
		at += n + rate*r.IntN(40)/1000
	}
	return pcm
}

func bell(x float64) float64 { return math.Exp(-x * x) }

// plc makes up for lost frames.
type plc interface {
	good(pcm []float32)
	lost(pcm []float32)
}

// silent and repeated are what does without any art.
type silent struct{}

func (silent) good([]float32)     {}
func (silent) lost(pcm []float32) { clear(pcm) }

type repeated struct{ last []float32 }

func (r *repeated) good(pcm []float32) { r.last = append(r.last[:0], pcm...) }
func (r *repeated) lost(pcm []float32) { copy(pcm, r.last) }

// appendixI is G.711 Appendix I by its description: one pitch period, found
// over 20 ms, repeated for 10 ms, two of them for the next ten, then three;
// the seams laid over each other for a quarter of a period; fading by 20 % for
// each 10 ms from the second ten on, and laid over what comes after the loss.
// For the first seam it holds back 3.75 ms, which we do not: here it may
// change what was played already, as if it had. At 16 kHz, for G.722, it is the
// same in twice as many samples.
type appendixI struct {
	rate    int
	history []float32
	buf     []float32 // of n periods
	pitch   int
	at      int
	erased  int // samples
}

func (a *appendixI) period(n int) {
	h := a.history
	k := n * a.pitch
	a.buf = append(a.buf[:0], h[len(h)-k:]...)
	q := a.pitch / 4
	for i := range q {
		w := (float32(i) + 0.5) / float32(q)
		a.buf[k-q+i] = (1-w)*h[len(h)-q+i] + w*h[len(h)-k-q+i]
	}
}

func (a *appendixI) next() float32 {
	if a.at >= len(a.buf) {
		a.at -= len(a.buf)
	}
	s := a.buf[a.at]
	a.at++
	ten := a.rate / 100 // ms
	gain := min(1, max(0, 1-0.2*float32(a.erased-ten)/float32(ten)))
	a.erased++
	return s * gain
}

func (a *appendixI) lost(pcm []float32) {
	if a.erased == 0 {
		c := concealer{rate: a.rate, history: a.history}
		a.pitch = c.pitch()
		a.at = 0
		a.period(1)
	}
	for i := range pcm {
		if ten := a.rate / 100; a.erased == ten || a.erased == 2*ten {
			old := a.at % a.pitch
			a.period(a.erased/ten + 1)
			a.at = old
		}
		pcm[i] = a.next()
	}
}

func (a *appendixI) good(pcm []float32) {
	if a.erased > 0 {
		fade := min(a.rate/250+a.erased*4/10, a.rate/100, len(pcm))
		for i := range fade {
			w := (float32(i) + 0.5) / float32(fade)
			pcm[i] = w*pcm[i] + (1-w)*a.next()
		}
		a.erased = 0
	}
	a.history = append(a.history[len(pcm):], pcm...)
}

// degrade plays pcm in packets of 20 ms, and returns what is heard and which
// packets were lost.
func degrade(p plc, rate int, pcm []float32, loss, burst float64) (out []float32, bad []bool) {
	packet := rate / 50
	r := rand.New(rand.NewPCG(5, 8))
	out = append(out, pcm...)
	lost := false
	for at := 0; at+packet <= len(out); at += packet {
		if leave := 1 / burst; lost {
			lost = r.Float64() >= leave
		} else {
			lost = r.Float64() < leave*loss/(1-loss)
		}
		lost = lost && at > rate
		bad = append(bad, lost)
		if lost {
			p.lost(out[at : at+packet])
		} else {
			p.good(out[at : at+packet])
		}
	}
	return out, bad
}

// harm is how far what is heard is from what was said. The signal to noise
// ratio is that of the lost packets, cut to -10 to 35 dB in each; the distance
// that between the levels of 16 bands, for each 20 ms around the losses, with
// the seams at both ends. Both in dB.
func harm(rate int, said, heard []float32, bad []bool) (snr, distance float64) {
	packet := rate / 50
	n, m := 0.0, 0.0
	for at := packet / 2; at+packet <= len(bad)*packet; at += packet / 2 {
		if !bad[at/packet] && !bad[(at+packet-1)/packet] {
			continue
		}
		x, y := said[at:at+packet], heard[at:at+packet]
		var signal, noise float64
		for i := range x {
			signal += float64(x[i]) * float64(x[i])
			noise += float64(x[i]-y[i]) * float64(x[i]-y[i])
		}
		if signal < float64(packet)*1e-5 {
			continue
		}
		if at%packet == 0 {
			snr += max(-10, min(35, 10*math.Log10(signal/(noise+1e-9))))
			n++
		}
		p, q := levels(rate, x), levels(rate, y)
		for i := range p {
			distance += math.Abs(p[i]-q[i]) / float64(len(p))
		}
		m++
	}
	return snr / n, distance / m
}

func levels(rate int, x []float32) (out [16]float64) {
	n := float64(len(x))
	for k := range 32 {
		hz := 150 + 100*float64(k)
		var re, im float64
		for i, v := range x {
			w := float64(v) * (0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/n))
			s, c := math.Sincos(2 * math.Pi * hz * float64(i) / float64(rate))
			re, im = re+w*c, im+w*s
		}
		out[k/2] += re*re + im*im
	}
	for k := range out {
		out[k] = 10 * math.Log10(out[k]/n/n+1e-8)
	}
	return out
}

// What is made up is as near to what was said as what G.711 Appendix I makes, or
// nearer, and nearer than silence and the last packet once more: at the rate of
// G.711, and at that of G.722.
func TestConcealmentAgainstOthers(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		said := speechlike(3, 30, rate)
		for _, l := range []struct{ loss, burst float64 }{{0.05, 1}, {0.1, 1}, {0.1, 3}} {
			out, bad := degrade(newConcealer(rate), rate, said, l.loss, l.burst)
			snr, distance := harm(rate, said, out, bad)
			for name, p := range map[string]plc{
				"silence": silent{}, "repetition": &repeated{}, "Appendix I": &appendixI{rate: rate, history: make([]float32, rate*3/40)},
			} {
				out, bad := degrade(p, rate, said, l.loss, l.burst)
				s, d := harm(rate, said, out, bad)
				what := fmt.Sprintf("%d Hz, %.0f %% in bursts of %.0f", rate, 100*l.loss, l.burst)
				t.Logf("%s: SNR %.2f dB, distance %.2f dB; %s %.2f, %.2f", what, snr, distance, name, s, d)
				// Within 0.05 dB nobody hears a difference. Repetition that does not
				// fade keeps the level of a long loss, and little else of it.
				if distance > d+0.05 && !(name == "repetition" && snr > s+2) {
					t.Errorf("%s: a distance of %.2f dB, %s has %.2f", what, distance, name, d)
				}
				if s > snr+0.5 && name != "silence" {
					t.Errorf("%s: SNR %.2f dB, %s has %.2f", what, snr, name, s)
				}
			}
		}
	}
}

// A tone in which packets are lost has no step that is not its own.
func TestConcealmentDoesNotClick(t *testing.T) {
	for _, rate := range []int{8000, 16000} {
		for _, hz := range []float64{90, 220, 330} {
			pcm := sine(rate, hz, 0.3, 0, rate)
			c := newConcealer(rate)
			n := rate / 50
			for k := range 50 {
				if x := pcm[k*n : (k+1)*n]; k > 10 && k%7 < 2 {
					c.lost(x)
				} else {
					c.good(x)
				}
			}
			own := 0.3 * 2 * math.Pi * hz / float64(rate)
			for i := 1; i < len(pcm); i++ {
				if step := math.Abs(float64(pcm[i] - pcm[i-1])); step > 1.5*own+0.002 {
					t.Errorf("%d Hz, tone of %.0f: a step of %.3f at %d ms, its own are %.3f", rate, hz, step, i*1000/rate, own)
				}
			}
		}
	}
}
