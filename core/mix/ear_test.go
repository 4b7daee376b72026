package mix

import (
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
)

// ear keeps what it hears.
type ear struct {
	ticks  []uint64
	frames []audio.Frame
	silent []bool
}

func (e *ear) Hear(tick uint64, f *audio.Frame) {
	e.ticks, e.silent = append(e.ticks, tick), append(e.silent, f == nil)
	if f == nil {
		f = new(audio.Frame)
	}
	e.frames = append(e.frames, *f)
}

// Each ear hears its own port and no other, at every tick.
func TestAnEarHearsOneParty(t *testing.T) {
	for _, n := range []int{1, 2, 3, 5} {
		r := NewRoom()
		ears := make([]*ear, n)
		for i := range ears {
			ears[i] = new(ear)
			r.Join(&party{say: tone(300+50*float64(i), 0.3)}, Options{}).Listen(ears[i])
		}
		steps(r, 7, 10)
		for i, e := range ears {
			if len(e.ticks) != 10 || e.ticks[0] != 7 || e.ticks[9] != 16 {
				t.Fatalf("of %d: ear %d heard ticks %v", n, i, e.ticks)
			}
			for j := range ears {
				want := 0.
				if i == j {
					want = 0.3
				}
				if got := level(e.frames[1:], 300+50*float64(j)); got < want-1e-4 || got > want+1e-4 {
					t.Errorf("of %d: ear %d hears party %d at %.5f, want %.1f", n, i, j, got, want)
				}
			}
		}
	}
}

// Who is muted, on hold or gone is not heard.
func TestAnEarHearsWhatTheRoomHears(t *testing.T) {
	r, e := NewRoom(), new(ear)
	p := r.Join(&party{say: tone(400, 0.5)}, Options{})
	r.Join(&party{}, Options{})
	p.Listen(e)
	steps(r, 1, 5)
	p.SetMode(false, true)
	steps(r, 6, 5)
	p.SetMode(true, true)
	steps(r, 11, 5)
	p.Leave()
	steps(r, 16, 5)
	if len(e.ticks) != 15 {
		t.Fatalf("heard %d ticks, want 15", len(e.ticks))
	}
	for i, silent := range e.silent {
		if want := i >= 6 && i < 10; silent != want { // the fifth fades away
			t.Errorf("tick %d: silent is %v", i+1, silent)
		}
	}
	other := new(ear)
	q := r.Join(&party{say: tone(400, 0.5)}, Options{})
	q.Listen(e, other)
	q.Listen(other)
	steps(r, 21, 1)
	q.Listen()
	steps(r, 22, 1)
	if len(e.ticks) != 15 || len(other.ticks) != 1 {
		t.Errorf("heard %d and %d ticks after the change", len(e.ticks), len(other.ticks))
	}
}

// Two that hand their voices to each other cease to while somebody listens.
func TestAnEarTakesTheHandOverBack(t *testing.T) {
	r, e := NewRoom(), new(ear)
	a, b := newHander(tone(400, 0.5)), newHander(tone(600, 0.5))
	pa := r.Join(a, Options{})
	r.Join(b, Options{})
	steps(r, 1, 5)
	if !a.Handed(5) {
		t.Fatal("nothing is handed over without an ear")
	}
	pa.Listen(e)
	steps(r, 6, 5)
	if a.Handed(10) {
		t.Error("it is handed over beside the ear")
	}
	if n := len(e.ticks); n != 5 || e.silent[n-1] {
		t.Errorf("heard %d ticks, silent: %v", n, e.silent)
	}
	pa.Listen()
	steps(r, 11, 5)
	if !a.Handed(15) {
		t.Error("it is not handed over again")
	}
}

func TestEarsAllocateNothing(t *testing.T) {
	r := NewRoom()
	for i := range 4 {
		v := &voice{speaks: true}
		tone(300, 0.2)(uint64(i), &v.frame)
		r.Join(v, Options{}).Listen(deafEar{})
	}
	tick := uint64(1)
	r.Step(0)
	if n := testing.AllocsPerRun(100, func() { r.Step(tick); tick++ }); n != 0 {
		t.Errorf("%v allocations a step", n)
	}
}

type deafEar struct{}

func (deafEar) Hear(uint64, *audio.Frame) {}
