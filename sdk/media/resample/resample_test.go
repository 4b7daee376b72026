package resample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func sine(rate int, hz float64, n int) []float32 {
	pcm := make([]float32, n)
	for i := range pcm {
		pcm[i] = float32(math.Sin(2 * math.Pi * hz * float64(i) / float64(rate)))
	}
	return pcm
}

// part is the amplitude in dB of a tone of hz in pcm, by a windowed Fourier sum.
func part(pcm []float32, rate int, hz float64) float64 {
	var re, im, w float64
	for i, s := range pcm {
		x := 2 * math.Pi * (float64(i) + 0.5) / float64(len(pcm))
		window := 0.35875 - 0.48829*math.Cos(x) + 0.14128*math.Cos(2*x) - 0.01168*math.Cos(3*x)
		p := 2 * math.Pi * hz * float64(i) / float64(rate)
		re += window * float64(s) * math.Cos(p)
		im += window * float64(s) * math.Sin(p)
		w += window
	}
	return 20 * math.Log10(2*math.Hypot(re, im)/w+1e-12)
}

// The bounds scale with the lower rate; in words they are those of 8 kHz.
var bounds = []struct{ low, high int }{{8000, 48000}, {12000, 48000}, {16000, 48000}, {24000, 48000}}

func TestGainIsFlatInBand(t *testing.T) {
	for _, r := range bounds {
		k := float64(r.low) / 8000
		up, _ := NewUp(r.low, r.high)
		down, _ := NewDown(r.high, r.low)
		for _, hz := range []float64{100, 300, 1000, 2000, 3000, 3300, 3400} {
			in := sine(r.low, hz*k, r.low/4)
			out := make([]float32, len(in)*r.high/r.low)
			up.Process(out, in)
			if g := part(out[2000:], r.high, hz*k); math.Abs(g) > 0.1 {
				t.Errorf("%d to %d: %.0f Hz comes out at %.3f dB", r.low, r.high, hz*k, g)
			}
			in = sine(r.high, hz*k, r.high/4)
			n := down.Process(out, in)
			if g := part(out[1000:n], r.low, hz*k); math.Abs(g) > 0.1 {
				t.Errorf("%d to %d: %.0f Hz comes out at %.3f dB", r.high, r.low, hz*k, g)
			}
		}
	}
}

func TestAliasesAreBelow60dB(t *testing.T) {
	for _, r := range bounds {
		k := float64(r.low) / 8000
		down, _ := NewDown(r.high, r.low)
		out := make([]float32, r.high)
		for hz := 4600.0; hz*k < float64(r.high)/2; hz += 370 {
			n := down.Process(out, sine(r.high, hz*k, r.high/4))
			folded := math.Abs(hz*k - math.Round(hz*k/float64(r.low))*float64(r.low))
			if g := part(out[1000:n], r.low, folded); g > -60 {
				t.Errorf("%d to %d: %.0f Hz is heard as %.0f Hz at %.1f dB", r.high, r.low, hz*k, folded, g)
			}
			down.Reset()
		}
		// Upwards, a tone has mirrors around the multiples of the lower rate.
		up, _ := NewUp(r.low, r.high)
		for _, hz := range []float64{300, 1000, 2500, 3400} {
			up.Process(out, sine(r.low, hz*k, r.low/4))
			for m := r.low; m < r.high; m += r.low {
				for _, mirror := range []float64{float64(m) - hz*k, float64(m) + hz*k} {
					if g := part(out[2000:r.high/4], r.high, mirror); mirror < float64(r.high)/2 && g > -60 {
						t.Errorf("%d to %d: %.0f Hz has a mirror at %.0f Hz of %.1f dB", r.low, r.high, hz*k, mirror, g)
					}
				}
			}
		}
	}
}

func TestDelayIsThreeMillisecondsBothWays(t *testing.T) {
	up, _ := NewUp(8000, 48000)
	down, _ := NewDown(48000, 8000)
	impulse := make([]float32, 960)
	impulse[0] = 1
	low, out := make([]float32, 160), make([]float32, 960)
	down.Process(low, impulse)
	up.Process(out, low)
	at, top := 0, float32(0)
	for i, s := range out {
		if s > top {
			at, top = i, s
		}
	}
	if ms := float64(at) / 48; ms < 2.5 || ms > 3.1 {
		t.Errorf("an impulse comes out after %.2f ms", ms)
	}
}

// However a stream is cut, it comes out the same.
func TestPiecesJoinWithoutSeam(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, rate := range bounds {
		t.Run(fmt.Sprint(rate.low), func(t *testing.T) {
			in := make([]float32, 48000)
			for i := range in {
				in[i] = r.Float32()*2 - 1
			}
			factor := rate.high / rate.low
			whole, pieces := make([]float32, len(in)*factor), make([]float32, len(in)*factor)
			up, _ := NewUp(rate.low, rate.high)
			up.Process(whole, in)
			up.Reset()
			for at := 0; at < len(in); {
				n := min(1+r.IntN(700), len(in)-at)
				if got := up.Process(pieces[at*factor:], in[at:at+n]); got != n*factor {
					t.Fatalf("%d samples became %d", n, got)
				}
				at += n
			}
			same(t, whole, pieces)

			down, _ := NewDown(rate.high, rate.low)
			n := down.Process(whole, in)
			if n != len(in)/factor {
				t.Errorf("%d samples became %d", len(in), n)
			}
			down.Reset()
			m := 0
			for at := 0; at < len(in); {
				n := min(1+r.IntN(2000), len(in)-at)
				m += down.Process(pieces[m:], in[at:at+n])
				at += n
			}
			same(t, whole[:n], pieces[:m])
		})
	}
}

func same(t *testing.T, a, b []float32) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%d samples whole, %d in pieces", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("sample %d is %g whole, %g in pieces", i, a[i], b[i])
		}
	}
}

func TestOneToOneAndRefused(t *testing.T) {
	up, err := NewUp(48000, 48000)
	if err != nil {
		t.Fatal(err)
	}
	in, out := sine(48000, 1000, 960), make([]float32, 960)
	up.Process(out, in)
	same(t, in, out)
	if _, err := NewUp(44100, 48000); err == nil {
		t.Error("44.1 kHz is taken")
	}
	if _, err := NewDown(48000, 0); err == nil {
		t.Error("0 Hz is taken")
	}
}

func TestKernelsGiveTheBitsOfPlainGo(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	random := func(n int) []float32 {
		v := make([]float32, n)
		for i := range v {
			v[i] = (r.Float32()*2 - 1) * float32(math.Pow(10, float64(r.IntN(6)-4)))
		}
		return v
	}
	for _, factor := range []int{2, 3, 4, 6} {
		for _, n := range []int{0, 1, 7, chunk} {
			src := random(width - 1 + chunk)
			var phases [width][lanes]float32
			for k := range phases {
				copy(phases[k][:factor], random(factor))
			}
			a, b := make([]float32, chunk*factor+lanes), make([]float32, chunk*factor+lanes)
			interpolate(a, src, &phases, n, factor)
			interpolatePlain(b, src, &phases, n, factor)
			same(t, b[:n*factor], a[:n*factor])

			taps, src := random(width*factor), random((width+chunk)*factor)
			decimate(a, src, taps, n, factor)
			decimatePlain(b, src, taps, n, factor)
			same(t, b[:n], a[:n])
		}
	}
}

func TestConstantStaysConstant(t *testing.T) {
	up, _ := NewUp(8000, 48000)
	in, out := make([]float32, 160), make([]float32, 960)
	for i := range in {
		in[i] = 0.25
	}
	up.Process(out, in)
	up.Process(out, in)
	for i, s := range out {
		if math.Abs(float64(s)-0.25) > 1e-6 {
			t.Fatalf("sample %d of a constant 0.25 is %g", i, s)
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	up, _ := NewUp(8000, 48000)
	down, _ := NewDown(48000, 8000)
	low, high := make([]float32, 160), make([]float32, 960)
	if n := testing.AllocsPerRun(100, func() { up.Process(high, low); down.Process(low, high) }); n != 0 {
		t.Errorf("%.0f allocations a frame", n)
	}
}

func BenchmarkResample(b *testing.B) {
	for _, r := range bounds {
		low, high := sine(r.low, 500, r.low/50), sine(r.high, 500, r.high/50)
		b.Run(fmt.Sprintf("%d-%d", r.low, r.high), func(b *testing.B) {
			up, _ := NewUp(r.low, r.high)
			for b.Loop() {
				up.Process(high, low)
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e3*50/float64(b.N), "cpu-ms/leg-s")
		})
		b.Run(fmt.Sprintf("%d-%d", r.high, r.low), func(b *testing.B) {
			down, _ := NewDown(r.high, r.low)
			for b.Loop() {
				down.Process(low, high)
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e3*50/float64(b.N), "cpu-ms/leg-s")
		})
	}
}
