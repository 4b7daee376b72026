package tool

import (
	"math"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/plugboard/plugboard/sdk/audio"
)

// tone is a frame of a sine that goes on from tick to tick.
func tone(tick uint64, hz float64) *audio.Frame {
	f := new(audio.Frame)
	for i := range f {
		f[i] = float32(0.5 * math.Sin(2*math.Pi*hz*(float64(tick)*audio.Samples+float64(i))/audio.Rate))
	}
	return f
}

func newSource(t *testing.T, rate int) (*Source, *Feed) {
	t.Helper()
	s, f, err := NewSource(rate, Call{}, Speaker{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	return s, f
}

// What is heard has the rate that was asked for, and the voice is all there.
func TestFramesAtEachRate(t *testing.T) {
	for _, rate := range []int{8000, 16000, 24000, 48000} {
		s, feed := newSource(t, rate)
		for tick := uint64(1); tick <= 10; tick++ {
			feed.Put(tick, tone(tick, 1000))
		}
		feed.End()
		at, energy, n := uint64(1), 0., 0
		for f := range s.Frames() {
			if f.Tick != at || len(f.Samples) != rate/50 || f.Silent || f.Missed != 0 {
				t.Fatalf("%d Hz: frame %+v, want tick %d", rate, f, at)
			}
			at++
			if at < 4 {
				continue
			}
			for _, x := range f.Samples {
				energy += float64(x) * float64(x)
				n++
			}
		}
		if rms := math.Sqrt(energy / float64(n)); at != 11 || math.Abs(rms-0.5/math.Sqrt2) > 0.003 {
			t.Errorf("%d Hz: %d frames, level %.4f", rate, at-1, rms)
		}
	}
	if _, _, err := NewSource(44100, Call{}, Speaker{}, 1); err == nil {
		t.Error("a rate that cannot be was taken")
	}
}

// What a resampler holds when a sound ends is heard in the frame after it, and
// never later, beside another sound.
func TestTheEndOfASoundIsHeardWhereItWas(t *testing.T) {
	s, feed := newSource(t, 8000)
	feed.Put(1, tone(1, 1000))
	feed.Put(2, nil)
	feed.Put(3, nil)
	feed.Put(4, tone(4, 1000))
	feed.Put(9, nil) // ticks 5 to 8 it was not in the call
	feed.End()
	var silent []bool
	for f := range s.Frames() {
		silent = append(silent, f.Silent)
		if f.Silent && slices.ContainsFunc(f.Samples, func(x float32) bool { return x != 0 }) {
			t.Errorf("tick %d is silent and is not", f.Tick)
		}
	}
	if want := []bool{false, false, true, false, true}; !slices.Equal(silent, want) {
		t.Errorf("silent: %v, want %v", silent, want)
	}
}

// A tool that takes nothing loses its own frames, and is told how many.
func TestASlowToolSeesWhatItMissed(t *testing.T) {
	s, feed := newSource(t, 16000)
	for tick := uint64(1); tick <= Depth+7; tick++ {
		feed.Put(tick, nil)
	}
	n := 0
	for f := range s.Frames() {
		if n++; f.Tick != uint64(n) {
			t.Fatalf("frame %d is of tick %d", n, f.Tick)
		}
		if n == Depth {
			break
		}
	}
	feed.Miss(3) // that the bus no longer had
	feed.Put(Depth+11, nil)
	feed.End()
	var rest []Frame
	for f := range s.Frames() {
		rest = append(rest, f)
	}
	if len(rest) != 1 || rest[0].Tick != Depth+11 || rest[0].Missed != 10 {
		t.Errorf("then came %+v", rest)
	}
	if frames, missed := feed.Counts(); frames != Depth+1 || missed != 10 {
		t.Errorf("counted %d and %d", frames, missed)
	}
}

// A tool in no hurry wakes up once for many frames, and gets the last ones too.
func TestGroup(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, feed := newSource(t, 8000)
		s.Group(10)
		wakes, frames := 0, 0
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range s.Frames() {
				frames++
			}
		}()
		synctest.Wait() // it sleeps
		for tick := uint64(1); tick <= 25; tick++ {
			before := frames
			feed.Put(tick, nil)
			synctest.Wait()
			if frames != before {
				wakes++
			}
		}
		feed.End()
		<-done
		if wakes != 2 || frames != 25 {
			t.Errorf("woke %d times for %d frames", wakes, frames)
		}
	})
}

func TestPutAllocatesNothing(t *testing.T) {
	s, feed := newSource(t, 16000)
	go func() {
		for range s.Frames() {
		}
	}()
	f, tick := tone(1, 300), uint64(0)
	if n := testing.AllocsPerRun(200, func() { tick++; feed.Put(tick, f) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
	feed.End()
}
