package rtpleg

import (
	"math"
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
)

// talk is one speaker's frame at a tick: tones whose strength changes as in
// syllables, at 4 Hz.
func talk(f *audio.Frame, tick uint64) {
	for i := range f {
		n := int(tick)*audio.Samples + i
		t := float64(n) / audio.Rate
		e := 0.5 + 0.5*math.Sin(2*math.Pi*4*t)
		f[i] = float32(e * (0.25*math.Sin(2*math.Pi*180*t) + 0.15*math.Sin(2*math.Pi*1130*t) + 0.08*math.Sin(2*math.Pi*2710*t)))
	}
}

// The change between the common encoding and one's own is not heard: what the
// far side decodes is what it would have decoded without any change, up to
// what the codec itself loses.
func TestCommonEncodingIsNotHeard(t *testing.T) {
	for codec, want := range map[string]float64{"pcmu": 90, "pcma": 90, "g722": 25, "opus": 20} {
		t.Run(codec, func(t *testing.T) {
			term := New()
			own, ownFar := pairOf(t, term, codec)
			changing, changingFar := pairOf(t, term, codec)
			fellow, fellowFar := pairOf(t, term, codec)
			var f, ref, got, drop audio.Frame
			var signal, noise [2]float64 // over all ticks, and over those around a change
			var steps, refSteps float64
			var last, lastRef float32
			for tick := uint64(1); tick < 900; tick++ {
				talk(&f, tick)
				own.Deliver(tick, &f)
				share := uint32(0)
				if tick/100%2 == 1 {
					share = 7
				}
				changing.(leg.Listener).DeliverShared(tick, &f, share)
				fellow.(leg.Listener).DeliverShared(tick, &f, 7)
				heardRef := ownFar.Gather(tick+1, &ref)
				heard := changingFar.Gather(tick+1, &got)
				fellowFar.Gather(tick+1, &drop)
				if heard != heardRef {
					t.Fatalf("tick %d: heard %v, without the change %v", tick, heard, heardRef)
				}
				if !heard || tick < 50 {
					continue
				}
				near := tick%100 < 5 || tick%100 >= settle && tick%100 < settle+5
				for i := range ref {
					s, d := float64(ref[i]), float64(got[i]-ref[i])
					signal[0] += s * s
					noise[0] += d * d
					if near {
						signal[1] += s * s
						noise[1] += d * d
						steps = max(steps, math.Abs(float64(got[i]-last)))
					}
					refSteps = max(refSteps, math.Abs(float64(ref[i]-lastRef)))
					last, lastRef = got[i], ref[i]
				}
			}
			db := func(i int) float64 { return 10 * math.Log10(signal[i]/(noise[i]+1e-12)) }
			t.Logf("signal to difference: %.1f dB, around the changes %.1f dB; largest step %.4f, without a change %.4f", db(0), db(1), steps, refSteps)
			if db(1) < want {
				t.Errorf("around the changes the sound differs: %.1f dB, want %.0f", db(1), want)
			}
			if steps > 1.1*refSteps {
				t.Errorf("a click: a step of %.4f, without a change %.4f", steps, refSteps)
			}
			if n := own.(*rtpLeg).stats.packetsOut.Load(); n != changing.(*rtpLeg).stats.packetsOut.Load() {
				t.Errorf("%d packets sent, %d without a change", changing.(*rtpLeg).stats.packetsOut.Load(), n)
			}
		})
	}
}
