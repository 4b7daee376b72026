package rtpleg

import (
	"math"
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
)

// The partials of talk, in Hz.
var partials = [...]float64{180, 1130, 2710}

// talk is a speaker's frame at a tick: tones that come and go as syllables do,
// four a second.
func talk(f *audio.Frame, tick uint64) {
	for i := range f {
		t := float64(int(tick)*audio.Samples+i) / audio.Rate
		s := 0.0
		for p, hz := range partials {
			s += 0.25 / float64(p+1) * math.Sin(2*math.Pi*hz*t)
		}
		f[i] = float32(s * (0.5 + 0.5*math.Sin(2*math.Pi*4*t)))
	}
}

// strength is the amplitude of a partial in some frames.
func strength(pcm []float32, hz float64) float64 {
	var re, im, window float64
	for i, s := range pcm {
		w := 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(len(pcm)))
		a := 2 * math.Pi * hz * float64(i) / audio.Rate
		re += w * float64(s) * math.Cos(a)
		im += w * float64(s) * math.Sin(a)
		window += w
	}
	return 2 * math.Hypot(re, im) / window
}

// unlike says how two sounds of some frames differ: signal to difference in dB,
// the largest change in strength of a partial in dB, and the largest step from
// one sample to the next in the second.
func unlike(ref, got []audio.Frame) (differ, bands, step float64) {
	var a, b []float32
	var signal, noise float64
	for k := range ref {
		a, b = append(a, ref[k][:]...), append(b, got[k][:]...)
	}
	last := b[0]
	for i, s := range a {
		signal += float64(s) * float64(s)
		noise += float64(b[i]-s) * float64(b[i]-s)
		step = max(step, math.Abs(float64(b[i]-last)))
		last = b[i]
	}
	for _, hz := range partials {
		bands = max(bands, math.Abs(20*math.Log10(strength(b, hz)/strength(a, hz))))
	}
	return 10 * math.Log10(signal/(noise+1e-12)), bands, step
}

// The change between the common encoding and one's own is not heard: what the
// far side decodes is what it would have decoded without a change. Of G.711,
// which has no memory, not a bit differs; G.722 does not take part. Two
// encoders of Opus that hear the same never agree in the waveform: a change
// makes no more of a difference than there is between any two.
func TestCommonEncodingIsNotHeard(t *testing.T) {
	for _, codec := range []string{"pcmu", "pcma", "g722", "opus"} {
		t.Run(codec, func(t *testing.T) {
			term := New()
			own, ownFar := pairOf(t, term, codec)
			other, otherFar := pairOf(t, term, codec)
			changing, changingFar := pairOf(t, term, codec)
			fellow, fellowFar := pairOf(t, term, codec)
			const ticks, frames = 900, 8
			var f, drop audio.Frame
			var ref, alike, got [ticks + 2]audio.Frame
			var changes []int
			for tick := uint64(1); tick <= ticks; tick++ {
				if talk(&f, tick+33); tick > 40 {
					talk(&f, tick)
				}
				other.Deliver(tick, &f) // heard something else before
				talk(&f, tick)
				share := uint32(0)
				if tick/100%2 == 1 {
					share = 7
				}
				along := changing.(*Leg).out.same == settle
				own.Deliver(tick, &f)
				changing.(leg.Listener).DeliverShared(tick, &f, share)
				fellow.(leg.Listener).DeliverShared(tick, &f, 7)
				if along != (changing.(*Leg).out.same == settle) {
					changes = append(changes, int(tick))
				}
				ownFar.Gather(tick+1, &ref[tick+1])
				otherFar.Gather(tick+1, &alike[tick+1])
				changingFar.Gather(tick+1, &got[tick+1])
				fellowFar.Gather(tick+1, &drop)
			}
			if n := own.(*Leg).stats.packetsOut.Load(); n != changing.(*Leg).stats.packetsOut.Load() {
				t.Errorf("%d packets were sent, %d without a change", changing.(*Leg).stats.packetsOut.Load(), n)
			}
			if codec == "g722" {
				if len(changes) != 0 || got != ref {
					t.Errorf("changes at %v", changes)
				}
				return
			}
			if len(changes) != 8 {
				t.Fatalf("changes at %v, want 8", changes)
			}
			wantDiffer, wantBands, wantStep := 90.0, 0.01, 0.0
			for at := 100; at < ticks-frames; at += 25 {
				differ, bands, _ := unlike(ref[at:at+frames], alike[at:at+frames])
				_, _, step := unlike(ref[at:at+frames], ref[at:at+frames])
				wantDiffer, wantBands, wantStep = min(wantDiffer, differ), max(wantBands, bands), max(wantStep, step)
			}
			for _, at := range changes {
				at = min(at, ticks-frames)
				differ, bands, step := unlike(ref[at:at+frames], got[at:at+frames])
				t.Logf("change at %d: signal to difference %.1f dB (any two encoders %.1f), partials by %.2f dB (%.2f), largest step %.4f (%.4f)",
					at, differ, wantDiffer, bands, wantBands, step, wantStep)
				if differ < wantDiffer-2 || bands > wantBands+1 || step > 1.1*wantStep {
					t.Errorf("the change at %d can be heard", at)
				}
			}
		})
	}
}

// Who goes along sends what one encoder made, and allocates nothing.
func TestCommonEncodingAllocatesNothing(t *testing.T) {
	term := New()
	var legs []leg.Endpoint
	for range 4 {
		a, _ := pairOf(t, term, "opus")
		legs = append(legs, a)
	}
	var f audio.Frame
	tick := uint64(0)
	one := func() {
		tick++
		talk(&f, tick)
		for _, l := range legs {
			l.(leg.Listener).DeliverShared(tick, &f, 7)
		}
	}
	for range settle + 2 {
		one()
	}
	if n := leastAllocs(50, one); n != 0 {
		t.Errorf("%.1f allocations a tick", n)
	}
	if all := term.bench.commons.all; len(all) != 1 {
		t.Errorf("%d encodings for four who hear the same", len(all))
	}
	for _, l := range legs {
		if l.(*Leg).out.common == nil {
			t.Error("a leg is on its own")
		}
	}
}
