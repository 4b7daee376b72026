package rtpleg

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/dtmf"
	"github.com/plugboard/plugboard/sdk/media/gain"
)

// bridge is a call of two as the core sees it: two legs, x and y, of one
// process, and their parties a and b beyond the network.
type bridge struct {
	a, b, x, y *party
	tick       uint64
	toX, toY   audio.Frame // from the mixer
	handed     int         // frames
	allowed    func(tick uint64) bool
	mixed      func(tick uint64, f *audio.Frame) // what else y hears
}

func newBridge(t *testing.T, n *network, codecsX, codecsY string) *bridge {
	t.Helper()
	return newBridgeOf(t, n, leg.Params{Codecs: fields(codecsX)}, leg.Params{Codecs: fields(codecsY)})
}

func newBridgeOf(t *testing.T, n *network, px, py leg.Params) *bridge {
	t.Helper()
	term := New()
	join := func(p *party, remote []byte, params leg.Params, addr string) *party {
		l := &party{sock: n.socket(addr)}
		params.Leg, params.Address, params.Symmetric, params.Remote = addr, l.sock.addr.Addr(), true, remote
		e, description, err := term.Open(context.Background(), params, []bus.Socket{l.sock}, l.hear)
		if err != nil {
			t.Fatal(err)
		}
		l.Leg = e.(*Leg)
		t.Cleanup(func() { l.Close(context.Background()) })
		if err := p.Accept(context.Background(), description); err != nil {
			t.Fatal(err)
		}
		return l
	}
	b := &bridge{allowed: func(uint64) bool { return true }, mixed: func(uint64, *audio.Frame) {}}
	var offer []byte
	px.Symmetric, py.Symmetric = true, true
	b.a, offer = openWith(t, n, "127.0.0.1:4000", px)
	b.x = join(b.a, offer, px, "127.0.0.3:6000")
	b.b, offer = openWith(t, n, "127.0.0.2:4000", py)
	b.y = join(b.b, offer, py, "127.0.0.3:7000")
	return b
}

// run lets ticks pass.
func (r *bridge) run(ticks int) {
	for range ticks {
		r.tick++
		r.a.deliver()
		r.b.deliver()
		fromX, fromY := r.toY, r.toX
		r.mixed(r.tick, &fromX)
		r.y.Deliver(r.tick, &fromX)
		r.x.Deliver(r.tick, &fromY)
		time.Sleep(15 * time.Millisecond)
		r.toY, r.toX = r.gather(r.x, r.y), r.gather(r.y, r.x)
		r.a.gather()
		r.b.gather()
		time.Sleep(5 * time.Millisecond)
	}
}

// gather is what the core gets of a leg for the other.
func (r *bridge) gather(from, to *party) (f audio.Frame) {
	if !r.allowed(r.tick) {
		if !from.Gather(r.tick+1, &f) {
			f = audio.Frame{}
		}
		return f
	}
	sound, handed := from.GatherTo(r.tick+1, &f, to.Leg)
	if handed {
		r.handed++
	}
	if !sound {
		f = audio.Frame{}
	}
	return f
}

// breaks is how far, at worst, a sample is from what the two before it foretell
// of a tone of hz.
func breaks(pcm []float32, hz float64) float64 {
	c, worst := 2*math.Cos(2*math.Pi*hz/audio.Rate), 0.
	for i := 2; i < len(pcm); i++ {
		worst = max(worst, math.Abs(float64(pcm[i])-c*float64(pcm[i-1])+float64(pcm[i-2])))
	}
	return worst
}

func TestHandedOverSoundsAsMixed(t *testing.T) {
	for _, codecs := range []string{"pcmu", "pcma"} {
		synctest.Test(t, func(t *testing.T) {
			r := newBridge(t, newNetwork(), codecs, codecs)
			r.a.says, r.b.says = tone(700), tone(1100)
			r.allowed = func(uint64) bool { return false }
			r.run(100)
			mixed := breaks(r.b.heard[len(r.b.heard)-48000:], 700)
			if r.handed != 0 {
				t.Fatalf("%d frames were handed over", r.handed)
			}
			// To and fro, at all distances.
			r.allowed = func(tick uint64) bool { return tick/7%2 == 0 || tick%3 == 0 }
			r.run(200)
			if r.handed < 200 {
				t.Errorf("%s: %d frames were handed over", codecs, r.handed)
			}
			for _, p := range []struct {
				*party
				hz float64
			}{{r.b, 700}, {r.a, 1100}} {
				p.hears(t, codecs, 150, p.hz, 30)
			}
			if got := breaks(r.b.heard[len(r.b.heard)-96000:], 700); got > 1.3*mixed {
				t.Errorf("%s: the sound breaks by %.4f, and by %.4f where it is mixed", codecs, got, mixed)
			}
			for _, p := range []*party{r.a, r.b, r.x, r.y} {
				if s := p.stats(t); s.Lost+s.Late+s.Duplicate+s.Concealed > 0 || s.PacketsIn < 295 || s.PacketsOut < 295 || s.LevelIn < -10 || s.LevelOut < -10 {
					t.Errorf("%s: %+v", codecs, s)
				}
			}
		})
	}
}

// The mixer may have nothing to go on with: the other one left, or holds.
func TestWhatWasHandedOverEndsWithoutAClick(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newBridge(t, newNetwork(), "pcmu", "pcmu")
		r.a.says = tone(700)
		r.run(100)
		if r.handed < 60 {
			t.Fatalf("%d frames were handed over", r.handed)
		}
		r.allowed = func(uint64) bool { return false }
		gone := r.tick + 1
		r.mixed = func(tick uint64, f *audio.Frame) {
			if tick > gone {
				*f = audio.Frame{}
			}
		}
		r.run(20)
		r.b.hearsNothing(t, "b", 10)
		// A cut at the top of the tone would be a step of 0.5.
		pcm, worst := r.b.heard[len(r.b.heard)-30*audio.Samples:], 0.
		for i := 6; i < len(pcm); i++ {
			worst = max(worst, math.Abs(float64(pcm[i]-pcm[i-6])))
		}
		if worst > 0.32 { // 0.5·2·sin(π·700/8000) is 0.27
			t.Errorf("it ends with a step of %.2f", worst)
		}
	})
}

// What a third party says, the mixer has the handed one's party hear, too.
func TestHandedOverThenMixedWithAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newBridge(t, newNetwork(), "pcmu", "pcmu")
		r.a.says = tone(700)
		r.run(100)
		r.allowed = func(uint64) bool { return false }
		joined := r.tick + 2
		third := tone(1900)
		r.mixed = func(tick uint64, f *audio.Frame) {
			for i := range f {
				if at := int(tick-joined)*audio.Samples + i; tick >= joined {
					f[i] += third(at) * min(1, float32(at)/4800)
				}
			}
		}
		r.run(60)
		last := r.b.heard[len(r.b.heard)-40*audio.Samples:]
		for _, hz := range []float64{700, 1900} {
			if _, level := tones(last, hz); level < -4 || level > -2 {
				t.Errorf("the whole is %.1f dB loud", level)
			}
			if snr, _ := tones(last, hz); snr < -1 {
				t.Errorf("%.0f Hz has %.1f dB", hz, snr)
			}
		}
	})
}

// A key goes its own way, and once: it is told, and what is told is sent on.
func TestDigitsBesideWhatIsHandedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newBridge(t, newNetwork(), "pcmu", "pcmu")
		r.a.says = tone(700)
		r.run(50)
		if err := r.a.Digit(t.Context(), '5', 100*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		passed := 0
		for range 60 {
			r.run(1)
			if told := r.x.told(leg.Digit); len(told) > passed {
				passed++
				if err := r.y.Digit(t.Context(), told[0].Digit, told[0].Duration); err != nil {
					t.Fatal(err)
				}
			}
		}
		for name, p := range map[string]*party{"the core": r.x, "the far party": r.b} {
			if told := p.told(leg.Digit); len(told) != 1 || told[0].Digit != '5' {
				t.Errorf("%s was told %+v", name, told)
			}
		}
		r.b.hears(t, "b", 20, 700, 30)
		if r.handed < 60 {
			t.Errorf("%d frames were handed over", r.handed)
		}
	})
}

// What stands in the way: another rate, treatment, a key that is listened for.
func TestWhatIsNotHandedOver(t *testing.T) {
	for name, c := range map[string]struct {
		x, y string
		edit func(r *bridge)
	}{
		"g722":                  {"g722", "pcmu", func(*bridge) {}},
		"opus":                  {"opus", "opus", func(*bridge) {}},
		"no telephone-events":   {"pcmu", "pcmu", func(r *bridge) { r.replan(func(p *plan) { p.detector, _ = dtmf.NewDetector() }) }},
		"the other is on hold":  {"pcmu", "pcmu", func(r *bridge) { r.replan(func(p *plan) { p.sending = false }) }},
		"an even level is made": {"pcmu", "pcmu", func(r *bridge) { r.x.in.voice.gain, r.y.in.voice.gain = &gain.Auto{}, &gain.Auto{} }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newBridge(t, newNetwork(), c.x, c.y)
				r.a.says, r.b.says = tone(700), tone(1100)
				c.edit(r)
				r.run(60)
				if r.handed > 0 {
					t.Errorf("%d frames were handed over", r.handed)
				}
			})
		})
	}
}

// replan changes the plans of both legs.
func (r *bridge) replan(edit func(*plan)) {
	for _, l := range []*party{r.x, r.y} {
		p := *l.plan.Load()
		edit(&p)
		l.plan.Store(&p)
	}
}

// One side is encrypted: keys are a leg's own.
func TestHandedOverFromSRTPToRTP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		r := newBridgeOf(t, n, leg.Params{Codecs: []string{"pcmu"}, Encryption: "required"}, leg.Params{Codecs: []string{"pcma"}})
		r.a.says, r.b.says = tone(700), tone(1100)
		r.run(100)
		r.b.hears(t, "b", 60, 700, 30)
		r.a.hears(t, "a", 60, 1100, 30)
		if s, plain := r.x.stats(t), r.y.stats(t); s.Secure == "" || plain.Secure != "" || r.handed < 140 {
			t.Errorf("%q and %q; %d frames were handed over", s.Secure, plain.Secure, r.handed)
		}
	})
}

func TestHandingOverAllocatesNothing(t *testing.T) {
	term := New()
	a, x := pairOf(t, term, "pcmu")
	y, b := pairOf(t, term, "pcmu")
	var in, out audio.Frame
	speech(&in)
	tick, handed := uint64(0), 0
	one := func() {
		tick++
		a.Deliver(tick, &in)
		b.Deliver(tick, &in)
		x.Deliver(tick, nil)
		y.Deliver(tick, nil)
		if _, ok := x.(leg.Hander).GatherTo(tick+1, &out, y); ok {
			handed++
		}
		if _, ok := y.(leg.Hander).GatherTo(tick+1, &out, x); ok {
			handed++
		}
		a.Gather(tick+1, &out)
		b.Gather(tick+1, &out)
	}
	for range 20 {
		one()
	}
	if n := leastAllocs(70, one); n != 0 {
		t.Errorf("%.1f allocations a tick", n)
	}
	if handed < 400 {
		t.Errorf("%d frames were handed over", handed)
	}
}
