package denoise

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/resample"
)

// voiced is something like speech: syllables of a buzz through two formants,
// with pauses, at about -23 dBov.
func voiced(seconds int) []float32 {
	r := rand.New(rand.NewPCG(3, 1))
	pcm := make([]float32, seconds*audio.Rate)
	for at := 0; at < len(pcm); {
		n := audio.Rate * (120 + r.IntN(180)) / 1000
		pitch, f1, f2 := 95+60*r.Float64(), 300+500*r.Float64(), 1000+1300*r.Float64()
		glide, phase := 1+0.3*(r.Float64()-0.5), 0.0
		for i := range min(n, len(pcm)-at) {
			x := float64(i) / float64(n)
			phase += 2 * math.Pi * pitch * math.Pow(glide, x) / audio.Rate
			var v float64
			for h := 1.0; h*pitch < 3800; h++ {
				f := h * pitch
				v += math.Sin(h*phase) * (math.Exp(-(f-f1)*(f-f1)/22500) + 0.6*math.Exp(-(f-f2)*(f-f2)/40000) + 0.03)
			}
			pcm[at+i] = float32(0.15 * v * math.Sin(math.Pi*x))
		}
		at += n + audio.Rate*r.IntN(120)/1000
	}
	return pcm
}

// hiss is noise up to half of rate, at the given level in dBov.
func hiss(rate, seconds int, dBov float64) []float32 {
	r := rand.New(rand.NewPCG(5, 2))
	low := make([]float32, seconds*rate)
	for i := range low {
		low[i] = float32(r.NormFloat64() * math.Pow(10, dBov/20))
	}
	up, err := resample.NewUp(rate, audio.Rate)
	if err != nil {
		panic(err)
	}
	pcm := make([]float32, seconds*audio.Rate)
	up.Process(pcm, low)
	return pcm
}

// fan is noise that falls by 6 dB an octave from 230 Hz on.
func fan(seconds int, dBov float64) []float32 {
	pcm := hiss(audio.Rate, seconds, 0)
	var y float32
	for i, s := range pcm {
		y = 0.97*y + s
		pcm[i] = y
	}
	gain := float32(math.Pow(10, (dBov-level(pcm))/20))
	for i := range pcm {
		pcm[i] *= gain
	}
	return pcm
}

func clean(t testing.TB, s Suppressor, in []float32) []float32 {
	t.Helper()
	out := make([]float32, 0, len(in))
	var f audio.Frame
	for at := 0; at+len(f) <= len(in); at += len(f) {
		copy(f[:], in[at:])
		s.Process(&f)
		out = append(out, f[:]...)
	}
	return out
}

func level(pcm []float32) float64 {
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return 10 * math.Log10(sum/float64(len(pcm))+1e-20)
}

func TestNoiseGoesAndVoiceStays(t *testing.T) {
	e := New()
	defer e.Close()
	for _, c := range []struct {
		kind string
		down float64 // by how many dB noise alone sinks
	}{{"full", 20}, {"light", 8}} {
		t.Run(c.kind, func(t *testing.T) {
			second := 2 * audio.Rate
			for what, noise := range map[string][]float32{
				"noise in a telephone's band": hiss(8000, 6, -35), "noise in G.722's band": hiss(16000, 6, -35), "a fan": fan(6, -35),
			} {
				s, err := e.Suppressor(c.kind)
				if err != nil {
					t.Fatal(err)
				}
				cleaned := clean(t, s, noise)
				down := level(noise[second:]) - level(cleaned[second:])
				t.Logf("%s sinks by %.1f dB", what, down)
				if down < c.down {
					t.Errorf("%s sinks by %.1f dB, want %v", what, down, c.down)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}

			voice := voiced(6)
			for _, noisy := range []struct {
				what string
				at   float64
			}{{"alone", -120}, {"in noise", -45}} {
				s, err := e.Suppressor(c.kind)
				if err != nil {
					t.Fatal(err)
				}
				in := make([]float32, len(voice))
				for i, n := range hiss(8000, 6, noisy.at) {
					in[i] = voice[i] + n
				}
				out := clean(t, s, in)
				change := level(out[second:]) - level(voice[second:])
				t.Logf("a voice %s changes by %.1f dB", noisy.what, change)
				if math.Abs(change) > 3 {
					t.Errorf("a voice %s changes by %.1f dB, want 3 at most", noisy.what, change)
				}
				s.Close()
			}
		})
	}
}

// Sound comes out 10 ms late, and voices of one engine do not mix.
func TestVoicesAreApart(t *testing.T) {
	e := New()
	defer e.Close()
	for _, kind := range []string{"full", "light"} {
		a, err := e.Suppressor(kind)
		if err != nil {
			t.Fatal(err)
		}
		b, err := e.Suppressor(kind)
		if err != nil {
			t.Fatal(err)
		}
		alone, err := e.Suppressor(kind)
		if err != nil {
			t.Fatal(err)
		}
		voice, noise := voiced(1), hiss(8000, 1, -20)
		want := clean(t, alone, voice)
		var x, y audio.Frame
		for at := 0; at+len(x) <= len(voice); at += len(x) {
			copy(x[:], voice[at:])
			copy(y[:], noise[at:])
			a.Process(&x)
			b.Process(&y)
			if x != audio.Frame(want[at:at+len(x)]) {
				t.Fatalf("%s: a voice sounds otherwise beside another, at %d", kind, at)
			}
		}
		for _, s := range []Suppressor{a, b, alone} {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			s.Process(&x) // closed: as it is
		}
	}
}

func TestUnknownKind(t *testing.T) {
	if _, err := New().Suppressor("heavy"); err == nil {
		t.Error("there is a suppressor of kind heavy")
	}
}

func TestProcessAllocatesNothing(t *testing.T) {
	e := New()
	defer e.Close()
	for _, kind := range []string{"full", "light"} {
		s, err := e.Suppressor(kind)
		if err != nil {
			t.Fatal(err)
		}
		f := audio.Frame(voiced(1)[:audio.Samples])
		if n := testing.AllocsPerRun(50, func() { s.Process(&f) }); n != 0 {
			t.Errorf("%s: %v allocations a frame", kind, n)
		}
	}
}

// 50 frames are a leg-second.
func BenchmarkLegSecond(b *testing.B) {
	e := New()
	defer e.Close()
	voice := voiced(1)
	for _, kind := range []string{"full", "light"} {
		b.Run(kind, func(b *testing.B) {
			s, err := e.Suppressor(kind)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				clean(b, s, voice)
			}
		})
	}
}

func BenchmarkInstance(b *testing.B) {
	e := New()
	defer e.Close()
	for b.Loop() {
		s, err := e.Suppressor("full")
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
