package gain

import (
	"math"
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
)

// play feeds seconds of a tone of the given level, in dBov, and returns the
// level that comes out at the end.
func (a *Auto) play(seconds int, level float64, speaking bool) float64 {
	var f audio.Frame
	amplitude := math.Sqrt2 * math.Pow(10, level/20)
	at := 0
	for range seconds * 50 {
		for i := range f {
			f[i] = float32(amplitude * math.Sin(2*math.Pi*300*float64(at)/audio.Rate))
			at++
		}
		a.Process(&f, speaking)
	}
	return f.Level()
}

func TestVoicesComeToOneLevel(t *testing.T) {
	for _, level := range []float64{-38, -30, -23, -15, -10} {
		var a Auto
		if got := a.play(10, level, true); math.Abs(got-target) > 2 {
			t.Errorf("a voice at %v dBov comes to %.1f, want %v", level, got, target)
		}
	}
}

func TestBounds(t *testing.T) {
	var a Auto
	if got := a.play(20, -60, true); math.Abs(got-(-60+most)) > 0.5 {
		t.Errorf("a whisper at -60 dBov comes to %.1f", got)
	}
}

func TestPausesAreLeftAlone(t *testing.T) {
	var a Auto
	a.play(10, -35, true)
	before := a.Gain()
	a.play(10, -70, false)
	if a.Gain() != before {
		t.Errorf("the gain goes from %.1f to %.1f dB in a pause", before, a.Gain())
	}
}

// After a whisper, a shout is not clipped but for its first millisecond, and nothing steps by more than the
// voice itself does.
func TestShoutAfterWhisper(t *testing.T) {
	var a Auto
	a.play(10, -45, true)
	var f audio.Frame
	last, top := float32(0), float32(0)
	for frame := range 10 {
		for i := range f {
			f[i] = float32(0.7 * math.Sin(2*math.Pi*300*float64(frame*audio.Samples+i)/audio.Rate))
		}
		a.Process(&f, true)
		for i, s := range f {
			if frame > 0 || i >= steep {
				top = max(top, s, -s)
			}
			if step := s - last; frame > 0 && (step > 0.06 || step < -0.06) {
				t.Fatalf("a step of %.3f at sample %d of frame %d", step, i, frame)
			}
			last = s
		}
	}
	if top > 1 || a.Gain() > 2.3 {
		t.Errorf("the shout reaches %.2f, the gain is then %.1f dB", top, a.Gain())
	}
}

func TestProcessAllocatesNothing(t *testing.T) {
	var a Auto
	var f audio.Frame
	if n := testing.AllocsPerRun(100, func() { a.Process(&f, true) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

func BenchmarkProcess(b *testing.B) {
	var a Auto
	var f audio.Frame
	for i := range f {
		f[i] = float32(i%100) / 1000
	}
	for b.Loop() {
		a.Process(&f, false)
	}
}
