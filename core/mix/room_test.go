package mix

import (
	"fmt"
	"math"
	"sync"
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
)

// party says what its function gives and keeps what it hears.
type party struct {
	say   func(tick uint64, f *audio.Frame) bool
	heard []audio.Frame
	at    []*audio.Frame // where each frame lay when it was written
}

func (p *party) Read(tick uint64, f *audio.Frame) bool { return p.say != nil && p.say(tick, f) }

func (p *party) Write(_ uint64, f *audio.Frame) {
	p.heard = append(p.heard, *f)
	p.at = append(p.at, f)
}

// tone is a sine without end.
func tone(hz, level float64) func(uint64, *audio.Frame) bool {
	return func(tick uint64, f *audio.Frame) bool {
		for i := range f {
			n := float64(tick)*audio.Samples + float64(i)
			f[i] = float32(level * math.Sin(2*math.Pi*hz*n/audio.Rate))
		}
		return true
	}
}

// level says how loud a tone is in what was heard (Goertzel's algorithm, over
// whole periods: 50 Hz and its multiples fit a frame).
func level(frames []audio.Frame, hz float64) float64 {
	w := 2 * math.Pi * hz / audio.Rate
	var s1, s2 float64
	n := 0
	for i := range frames {
		for _, x := range frames[i] {
			s1, s2 = float64(x)+2*math.Cos(w)*s1-s2, s1
			n++
		}
	}
	return 2 / float64(n) * math.Sqrt(s1*s1+s2*s2-2*math.Cos(w)*s1*s2)
}

func steps(r *Room, from, n uint64) {
	for tick := from; tick < from+n; tick++ {
		r.Step(tick)
	}
}

// loudest is the largest magnitude in what was heard.
func loudest(frames []audio.Frame) (top float64) {
	for i := range frames {
		for _, s := range frames[i] {
			top = max(top, math.Abs(float64(s)))
		}
	}
	return top
}

// jump is the largest step from one sample to the next.
func jump(frames []audio.Frame) (top float64) {
	last := frames[0][0]
	for i := range frames {
		for _, s := range frames[i] {
			top = max(top, math.Abs(float64(s-last)))
			last = s
		}
	}
	return top
}

func TestEachHearsAllOthersAndNotItself(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 10, 40} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			r, hz, lev := NewRoom(), func(i int) float64 { return 300 + 50*float64(i) }, 0.6/float64(n)
			parties := make([]*party, n)
			for i := range parties {
				parties[i] = &party{say: tone(hz(i), lev)}
				r.Join(parties[i], Options{})
			}
			listener := &party{say: tone(5000, 1)}
			r.Join(listener, Options{Muted: true})
			steps(r, 1, 10)
			for i, p := range append(parties, listener) {
				heard := p.heard[1:] // the first is ramped up
				for j := range parties {
					got, want := level(heard, hz(j)), lev
					if i == j {
						want = 0
					}
					if math.Abs(got-want) > 1e-4 {
						t.Errorf("party %d hears the tone of %d at %.6f, want %.6f", i, j, got, want)
					}
				}
				if got := level(heard, 5000); got > 1e-6 {
					t.Errorf("party %d hears the muted one at %.6f", i, got)
				}
			}
		})
	}
}

func TestAloneHearsSilence(t *testing.T) {
	r, p := NewRoom(), &party{say: tone(440, 1)}
	r.Join(p, Options{})
	steps(r, 1, 3)
	if len(p.heard) != 3 || loudest(p.heard) != 0 {
		t.Fatalf("heard %d frames, the loudest sample %g; want 3 of silence", len(p.heard), loudest(p.heard))
	}
}

func TestTwoPartiesPassUntouched(t *testing.T) {
	r, a, b := NewRoom(), &party{say: tone(440, 1)}, &party{say: tone(1000, 0.3)}
	r.Join(a, Options{})
	r.Join(b, Options{})
	steps(r, 1, 3)
	var want audio.Frame
	a.say(3, &want)
	if b.heard[2] != want {
		t.Error("b does not hear a's samples as they were said")
	}
	b.say(3, &want)
	if a.heard[2] != want {
		t.Error("a does not hear b's samples as they were said")
	}
}

func TestThoseWhoSaidNothingHearTheSameFrame(t *testing.T) {
	r := NewRoom()
	for i := range 3 {
		r.Join(&party{say: tone(300+float64(i)*50, 0.7)}, Options{}) // above full scale together
	}
	a, b, c := &party{}, &party{}, &party{say: tone(900, 1)}
	r.Join(a, Options{})
	r.Join(b, Options{})
	r.Join(c, Options{Muted: true})
	steps(r, 1, 20)
	for i := range a.at {
		if a.at[i] != b.at[i] || a.at[i] != c.at[i] {
			t.Fatalf("tick %d: the listeners were handed frames of their own", i+1)
		}
	}
}

// 30000 + 30000 - 30000 in 16 bits, saturated too soon, is 2767.
// sharer is a party that tells what it shared.
type sharer struct {
	party
	shares []*audio.Share // nil: not at that tick
}

func (p *sharer) Write(tick uint64, f *audio.Frame) {
	p.party.Write(tick, f)
	p.shares = append(p.shares, nil)
}

func (p *sharer) WriteShared(tick uint64, f *audio.Frame, s *audio.Share) {
	p.party.Write(tick, f)
	p.shares = append(p.shares, s)
}

// In a large room those who do not speak share, by one note of the room, from
// the step on in which they fell silent, and faint noise is no speaking.
func TestListenersShare(t *testing.T) {
	r := NewRoom()
	speaking := true
	talker := &sharer{party: party{say: tone(400, 0.3)}}
	now := &sharer{party: party{say: func(tick uint64, f *audio.Frame) bool { return speaking && tone(800, 0.2)(tick, f) }}}
	noisy := &sharer{party: party{say: tone(1000, 0.0005)}}
	parties := []*sharer{talker, now, noisy, {}, {}}
	for _, p := range parties {
		r.Join(p, Options{})
	}
	steps(r, 0, 60)
	speaking = false
	steps(r, 60, 60)
	share := noisy.shares[119]
	if share == nil {
		t.Fatal("noise is taken for a voice: who makes it does not share")
	}
	for i, p := range parties {
		for _, c := range []struct {
			step int
			want bool
		}{{gateTicks, p != talker && p != now}, {59, p != talker && p != now}, {61, p != talker}, {119, p != talker}} {
			want := (*audio.Share)(nil)
			if c.want {
				want = share
			}
			if p.shares[c.step] != want {
				t.Errorf("party %d at step %d: shares %p, want %p", i, c.step, p.shares[c.step], want)
			}
		}
	}
	if l := level(parties[3].heard[100:], 1000); l > 1e-4 {
		t.Errorf("the noise is heard at %.5f", l)
	}
	if l := level(talker.heard[30:59], 800); math.Abs(l-0.2) > 0.001 {
		t.Errorf("a voice is heard at %.3f, want 0.2", l)
	}
}

// In a call of two or three nothing is left out and nobody shares.
func TestSmallRoomsDoNotShare(t *testing.T) {
	r := NewRoom()
	noisy, a, b := &sharer{party: party{say: tone(1000, 0.0005)}}, &sharer{}, &sharer{}
	for _, p := range []*sharer{noisy, a, b} {
		r.Join(p, Options{})
	}
	steps(r, 0, 60)
	if a.shares[59] != nil {
		t.Error("two listeners share")
	}
	if l := level(a.heard[30:], 1000); math.Abs(l-0.0005) > 1e-5 {
		t.Errorf("the noise of a party of three is heard at %.5f, want 0.0005", l)
	}
}

func TestSaturatesAfterSubtracting(t *testing.T) {
	const loud = 30000. / 32768
	r := NewRoom()
	dc := func(v float32) func(uint64, *audio.Frame) bool {
		return func(_ uint64, f *audio.Frame) bool {
			for i := range f {
				f[i] = v
			}
			return true
		}
	}
	a, b, c := &party{say: dc(loud)}, &party{say: dc(loud)}, &party{say: dc(-loud)}
	for _, p := range []*party{a, b, c} {
		r.Join(p, Options{})
	}
	steps(r, 1, 30)
	last := func(p *party) float32 { return p.heard[29][audio.Samples-1] }
	if got := last(a); got != 0 {
		t.Errorf("a hears %g, want %g - %g = 0", got, loud, loud)
	}
	if got := last(c); math.Abs(float64(got)-1) > 1e-6 {
		t.Errorf("c hears %g, want 2 × %g turned down to 1", got, loud)
	}
}

func TestModes(t *testing.T) {
	r, a, b := NewRoom(), &party{say: tone(500, 0.5)}, &party{say: tone(700, 0.5)}
	pa := r.Join(a, Options{})
	r.Join(b, Options{})
	steps(r, 1, 2)
	pa.SetMode(false, true)
	steps(r, 3, 3)
	if got := loudest(b.heard[3:]); got != 0 {
		t.Errorf("b hears %g of the muted a", got)
	}
	if got := level(a.heard[3:], 700); got < 0.49 {
		t.Errorf("the muted a hears b at %g, want 0.5", got)
	}
	pa.SetMode(true, false)
	heard := len(a.heard)
	steps(r, 6, 3)
	if got := level(b.heard[6:], 500); got < 0.49 {
		t.Errorf("b hears the deaf a at %g, want 0.5", got)
	}
	if len(a.heard) != heard {
		t.Errorf("the deaf a was handed %d frames", len(a.heard)-heard)
	}
}

func TestBeginningAndEndDoNotClick(t *testing.T) {
	// 100 Hz moves by 0.0131 from sample to sample at full scale.
	const most = 0.03
	for _, c := range []struct {
		name string
		do   func(r *Room, a *party, p *Port)
	}{
		{"leave", func(r *Room, _ *party, p *Port) { p.Leave() }},
		{"mute", func(r *Room, _ *party, p *Port) { p.SetMode(false, true) }},
		{"a frame that does not come", func(_ *Room, a *party, _ *Port) {
			say := a.say
			a.say = func(tick uint64, f *audio.Frame) bool {
				f[0] = 4 // what is in f when Read fails is not to be heard
				return tick != 5 && say(tick, f)
			}
		}},
	} {
		for _, others := range []int{0, 2} {
			t.Run(fmt.Sprint(c.name, " with ", others), func(t *testing.T) {
				r, b := NewRoom(), &party{}
				r.Join(b, Options{})
				for range others {
					r.Join(&party{say: tone(50, 0.01)}, Options{})
				}
				steps(r, 0, 1)
				cosine := func(tick uint64, f *audio.Frame) bool {
					for i := range f {
						n := float64(tick)*audio.Samples + float64(i)
						f[i] = float32(math.Cos(2 * math.Pi * 100 * n / audio.Rate))
					}
					return true
				}
				a := &party{say: cosine}
				p := r.Join(a, Options{})
				steps(r, 1, 4)
				c.do(r, a, p)
				steps(r, 5, 4)
				if got := jump(b.heard); got > most {
					t.Errorf("heard a jump of %.3f", got)
				}
				if got := loudest(b.heard); got < 0.9 {
					t.Errorf("heard nothing louder than %.3f", got)
				}
			})
		}
	}
}

func TestAfterLeaveTheLineIsNotTouched(t *testing.T) {
	r := NewRoom()
	r.Join(&party{say: tone(440, 0.5)}, Options{})
	stop, stepped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stepped)
		for tick := uint64(1); ; tick++ {
			select {
			case <-stop:
				return
			default:
				r.Step(tick)
			}
		}
	}()
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 200 {
				// Under -race a touch after Leave is a data race on n.
				l := &countingLine{}
				p := r.Join(l, Options{})
				p.SetMode(true, true)
				p.Leave()
				l.n++
				p.Leave()
			}
		})
	}
	all.Wait()
	close(stop)
	<-stepped
	r.Step(1e6)
	r.Step(1e6 + 1)
	if n := len(r.present()); n != 1 {
		t.Errorf("%d ports are left, want 1", n)
	}
}

type countingLine struct{ n int }

func (c *countingLine) Read(uint64, *audio.Frame) bool { c.n++; return true }
func (c *countingLine) Write(uint64, *audio.Frame)     { c.n++ }

// voice is a line that costs nothing itself.
type voice struct {
	frame  audio.Frame
	speaks bool
}

func (v *voice) Read(_ uint64, f *audio.Frame) bool {
	if v.speaks {
		*f = v.frame
	}
	return v.speaks
}
func (v *voice) Write(uint64, *audio.Frame) {}

func TestStepAllocatesNothing(t *testing.T) {
	r := NewRoom()
	for i := range 20 {
		v := &voice{speaks: i%3 != 0}
		tone(300, 0.8)(uint64(i), &v.frame)
		r.Join(v, Options{})
	}
	tick := uint64(1)
	r.Step(0)
	if n := testing.AllocsPerRun(100, func() { r.Step(tick); tick++ }); n != 0 {
		t.Errorf("%v allocations a step", n)
	}
}

func TestEcho(t *testing.T) {
	r, p := NewRoom(), &party{say: tone(440, 0.5)}
	r.Join(p, Options{})
	r.Join(NewEcho(), Options{})
	steps(r, 1, 5)
	var want audio.Frame
	for tick := uint64(3); tick <= 5; tick++ {
		p.say(tick-1, &want)
		if got := p.heard[tick-1]; got != want {
			t.Fatalf("tick %d: what comes back is not what was said at the last tick", tick)
		}
	}
}

// BenchmarkRoom is what mixing costs for each port and tick.
func BenchmarkRoom(b *testing.B) {
	for _, c := range []struct{ ports, voices int }{{2, 2}, {10, 10}, {100, 100}, {1000, 1000}, {100, 3}, {1000, 3}} {
		b.Run(fmt.Sprintf("ports=%d/voices=%d", c.ports, c.voices), func(b *testing.B) {
			r := NewRoom()
			for i := range c.ports {
				v := &voice{speaks: i < c.voices}
				tone(300, 0.5/float64(c.ports))(uint64(i), &v.frame)
				r.Join(v, Options{})
			}
			tick := uint64(0)
			b.ReportAllocs()
			for b.Loop() {
				r.Step(tick)
				tick++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*c.ports), "ns/port-tick")
		})
	}
}
