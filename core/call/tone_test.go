package call

import (
	"fmt"
	"math"
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
)

// hums makes a phone say a sine.
func (p *phone) hums(hz float64) {
	p.line.mu.Lock()
	defer p.line.mu.Unlock()
	p.line.tone = func(tick uint64, f *audio.Frame) {
		for i := range f {
			f[i] = 0.25 * float32(math.Sin(2*math.Pi*hz*float64(int(tick)*audio.Samples+i)/audio.Rate))
		}
	}
}

// amplitude is how loud a sine is in the frame that the phone last heard.
func (p *phone) amplitude(hz float64) float64 {
	p.line.mu.Lock()
	defer p.line.mu.Unlock()
	var re, im float64
	for i, s := range p.line.heard {
		at := 2 * math.Pi * hz * float64(i) / audio.Rate
		re += float64(s) * math.Cos(at)
		im += float64(s) * math.Sin(at)
	}
	return 2 * math.Hypot(re, im) / audio.Samples
}

// TestThreeTones: each party says a tone of its own, and must hear those of
// all the others and not itself.
func TestThreeTones(t *testing.T) {
	// Multiples of 50 Hz are whole in a frame.
	tones := []float64{400, 700, 1150}
	within(t, func(b *bed) {
		b.to["800"] = to(daily)
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{answers(sec)}}
		var phones []*phone
		for i, hz := range tones {
			phones = append(phones, b.calls(fmt.Sprint(i), "800"))
			phones[i].hums(hz)
		}
		// A call beside the conference, of which it must hear nothing.
		anna := b.calls("anna", "102")
		anna.hums(2000)
		b.after(2 * sec)
		beside := b.legs[len(b.legs)-1]
		beside.hums(3000)
		b.rooms.step(5)
		hears := func(p *phone, all ...float64) {
			t.Helper()
			for _, hz := range append([]float64{2000, 3000}, tones...) {
				want := 0.0
				for _, other := range all {
					if other == hz {
						want = 0.25
					}
				}
				if got := p.amplitude(hz); math.Abs(got-want) > 0.001 {
					t.Errorf("%s hears %g Hz at %.3f, want %.3f", p.label, hz, got, want)
				}
			}
		}
		hears(phones[0], tones[1], tones[2])
		hears(phones[1], tones[0], tones[2])
		hears(phones[2], tones[0], tones[1])
		hears(anna, 3000)
		hears(beside, 2000)
	})
}
