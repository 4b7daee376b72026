package vector

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
)

// wild fills a frame with sound and with every kind of number that is none.
func wild(r *rand.Rand) *audio.Frame {
	odd := []float32{
		0, float32(math.Copysign(0, -1)), float32(math.NaN()), math.Float32frombits(0xffc12345), math.Float32frombits(0x7f800001),
		float32(math.Inf(1)), float32(math.Inf(-1)), math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32,
		4, -4, math.Nextafter32(4, 5), math.Nextafter32(-4, -5),
	}
	f := new(audio.Frame)
	for i := range f {
		switch r.IntN(4) {
		case 0:
			f[i] = odd[r.IntN(len(odd))]
		case 1:
			f[i] = math.Float32frombits(r.Uint32())
		default:
			f[i] = r.Float32()*2 - 1
		}
	}
	return f
}

// tame is a frame of finite sound, louder now and then.
func tame(r *rand.Rand) *audio.Frame {
	f := new(audio.Frame)
	for i := range f {
		f[i] = (r.Float32()*2 - 1) * float32(int(1)<<r.IntN(4))
	}
	return f
}

func same(t *testing.T, what string, got, want *audio.Frame) {
	t.Helper()
	for i := range got {
		if g, w := math.Float32bits(got[i]), math.Float32bits(want[i]); g != w {
			t.Fatalf("%s: sample %d is %x (%g), plain Go has %x (%g)", what, i, g, got[i], w, want[i])
		}
	}
}

func TestKernelsGiveTheBitsOfPlainGo(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		for _, make := range []func(*rand.Rand) *audio.Frame{wild, tame} {
			a := make(r)
			var got, want audio.Frame
			Clean(&got, a)
			cleanPlain(&want, a)
			same(t, "Clean", &got, &want)
			Copy(&got, a)
			same(t, "Copy", &got, a)
			if gp, wp := Peak(a), peakPlain(a); gp != wp {
				t.Fatalf("Peak: %g, plain Go has %g", gp, wp)
			}
		}
		a, b := tame(r), tame(r)
		var got, want audio.Frame
		Add(&got, a, b)
		addPlain(&want, a, b)
		same(t, "Add", &got, &want)
		gp, wp := Sub(&got, a, b), subPlain(&want, a, b)
		same(t, "Sub", &got, &want)
		if gp != wp {
			t.Fatalf("Sub: peak %g, plain Go has %g", gp, wp)
		}
	}
}

func TestPeakIsFoundAtEachPlace(t *testing.T) {
	var f, zero, out audio.Frame
	for i := range f {
		f[i] = -2
		if p := Peak(&f); p != 2 {
			t.Errorf("Peak with -2 at %d: %g", i, p)
		}
		if p := Sub(&out, &zero, &f); p != 2 {
			t.Errorf("Sub with -2 at %d: %g", i, p)
		}
		f[i] = 0
	}
}

func TestClean(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct{ in, want float32 }{
		{float32(math.NaN()), 0}, {inf, 4}, {-inf, -4}, {4.5, 4}, {-1e30, -4}, {0.25, 0.25}, {-3.9, -3.9},
	} {
		var f audio.Frame
		for i := range f {
			f[i] = c.in
		}
		Clean(&f, &f)
		if f[0] != c.want || f[audio.Samples-1] != c.want {
			t.Errorf("Clean(%g) = %g … %g, want %g", c.in, f[0], f[audio.Samples-1], c.want)
		}
	}
}

func BenchmarkKernels(b *testing.B) {
	var x, y, z audio.Frame
	for i := range x {
		x[i], y[i] = float32(i)/audio.Samples, -0.5
	}
	for _, k := range []struct {
		name string
		do   func()
	}{
		{"Add", func() { Add(&z, &x, &y) }},
		{"Add/plain", func() { addPlain(&z, &x, &y) }},
		{"Sub", func() { Sub(&z, &x, &y) }},
		{"Sub/plain", func() { subPlain(&z, &x, &y) }},
		{"Copy", func() { Copy(&z, &x) }},
		{"Copy/plain", func() { z = x }},
		{"Clean", func() { Clean(&z, &x) }},
		{"Clean/plain", func() { cleanPlain(&z, &x) }},
		{"Peak", func() { Peak(&x) }},
		{"Peak/plain", func() { peakPlain(&x) }},
	} {
		b.Run(k.name, func(b *testing.B) {
			for b.Loop() {
				k.do()
			}
		})
	}
}
