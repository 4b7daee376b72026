package mix

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/audio/vector"
)

// limited runs a limiter over a signal, frame by frame, in place or not.
func limited(t *testing.T, frames int, inPlace bool, say func(n int) float64) (in, out []audio.Frame, gains []float32) {
	t.Helper()
	l := newLimiter()
	for k := range frames {
		var f, dst audio.Frame
		for i := range f {
			f[i] = float32(say(k*audio.Samples + i))
		}
		in = append(in, f)
		to := &dst
		if inPlace {
			to = &f
		}
		out = append(out, *l.limit(to, &f, vector.Peak(&f)))
		gains = append(gains, l.gain)
	}
	return in, out, gains
}

func sine(hz, level float64) func(int) float64 {
	return func(n int) float64 { return level * math.Sin(2*math.Pi*hz*float64(n)/audio.Rate) }
}

func TestBelowFullScaleNothingIsTouched(t *testing.T) {
	in, out, gains := limited(t, 50, false, sine(440, 1))
	for i := range in {
		if in[i] != out[i] || gains[i] != 1 {
			t.Fatalf("frame %d was changed, gain %g", i, gains[i])
		}
	}
}

func TestNothingComesOutAboveFullScale(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, inPlace := range []bool{false, true} {
		level := 1.
		_, out, _ := limited(t, 400, inPlace, func(n int) float64 {
			if n%100 == 0 {
				level = math.Exp(4*r.Float64() - 2) // -17 to +17 dB
			}
			return level * (2*r.Float64() - 1)
		})
		if got := loudest(out); got > 1 {
			t.Errorf("in place %v: a sample of %g", inPlace, got)
		}
	}
}

func TestInPlaceIsTheSame(t *testing.T) {
	_, a, _ := limited(t, 40, false, sine(330, 1.7))
	_, b, _ := limited(t, 40, true, sine(330, 1.7))
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("frame %d differs", i)
		}
	}
}

// A tone of twice full scale comes out as a tone, not as a square: 0.1 % of
// distortion, where clipping gives 20 %.
func TestLoudIsTurnedDownNotClipped(t *testing.T) {
	for _, hz := range []float64{50, 100, 250, 1000, 3400} {
		_, out, _ := limited(t, 100, false, sine(hz, 2))
		tail := out[50:]
		var all float64
		for i := range tail {
			for _, s := range tail[i] {
				all += float64(s) * float64(s)
			}
		}
		all /= float64(len(tail) * audio.Samples)
		tone := level(tail, hz)
		rest := all - tone*tone/2
		if thd := math.Sqrt(max(rest, 0) / all); thd > 0.01 || tone < 0.95 {
			t.Errorf("%g Hz: comes out at %.3f with %.2f %% distortion", hz, tone, 100*thd)
		}
	}
}

func TestTheGainComesBack(t *testing.T) {
	say := sine(440, 0.5)
	in, out, gains := limited(t, 60, false, func(n int) float64 {
		if n > 5*audio.Samples+100 && n < 6*audio.Samples+500 {
			return 4 * say(n)
		}
		return say(n)
	})
	if gains[5] >= 1 || gains[6] >= 1 {
		t.Errorf("gains while it is loud: %g, %g", gains[5], gains[6])
	}
	for i := 1; i < len(gains); i++ {
		if i > 7 && gains[i] < gains[i-1] {
			t.Errorf("the gain sinks from %g to %g after the noise", gains[i-1], gains[i])
		}
	}
	if gains[40] != 1 || in[41] != out[41] {
		t.Errorf("0.7 s after the noise the gain is %g", gains[40])
	}
	var l limiter
	for l = (limiter{gain: 0.3, hold: 3}); l.gain != 1; l.rest() {
	}
}

// Who speaks among the listeners of a loud mix does not hear the level jump
// when it falls silent again.
func TestListenersGainIsTakenOver(t *testing.T) {
	r := NewRoom()
	for i := range 3 {
		r.Join(&party{say: tone(200+50*float64(i), 0.8)}, Options{})
	}
	listener, quiet := &party{}, tone(1000, 1)
	r.Join(listener, Options{})
	loud := &party{say: func(tick uint64, f *audio.Frame) bool {
		return tick >= 10 && tick < 20 && quiet(tick, f)
	}}
	r.Join(loud, Options{})
	steps(r, 1, 200)
	// Without the loud one's own voice the gain is another than the listener's
	// at first, and the same in the end.
	if loud.at[15] == listener.at[15] || loud.heard[199] != listener.heard[199] || loud.at[199] != listener.at[199] {
		t.Error("the frames are not apart while one speaks, and shared in the end")
	}
	if got := jump(loud.heard); got > 0.12 {
		t.Errorf("a jump of %.3f", got)
	}
}
