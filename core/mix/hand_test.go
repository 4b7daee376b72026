package mix

import (
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
)

// hander is a party of a plugin that hands over whatever it may.
type hander struct {
	party
	able    bool
	allowed map[uint64]*hander // whom what it says at a tick may go to
	handed  map[uint64]bool
	given   int // frames that it heard from the other without the mixer
}

func newHander(say func(uint64, *audio.Frame) bool) *hander {
	return &hander{party: party{say: say}, able: true, allowed: map[uint64]*hander{}, handed: map[uint64]bool{}}
}

// Handed is asked before anything else is done at a tick, so the plugin's work
// for it is done here.
func (h *hander) Handed(tick uint64) bool {
	if to := h.allowed[tick]; to != nil && h.able && !h.handed[tick] {
		h.handed[tick] = true
		to.given++
	}
	return h.handed[tick]
}

func (h *hander) Read(tick uint64, f *audio.Frame) bool {
	return !h.Handed(tick) && h.party.Read(tick, f)
}

func (h *hander) Write(tick uint64, f *audio.Frame) {
	if f == nil {
		f = new(audio.Frame)
	}
	h.party.Write(tick, f)
}

func (h *hander) WriteHand(tick uint64, f *audio.Frame, other Line) {
	h.Write(tick, f)
	h.allowed[tick+1] = other.(*hander)
}

func TestTwoAreLeftToThemselves(t *testing.T) {
	r := NewRoom()
	a, b := newHander(tone(400, 0.5)), newHander(tone(600, 0.5))
	pa := r.Join(a, Options{})
	r.Join(b, Options{})
	steps(r, 0, 10)
	if a.given != 9 || b.given != 9 {
		t.Fatalf("%d and %d of 10 frames were handed over", a.given, b.given)
	}
	if n := loudest(a.heard[1:]) + loudest(b.heard[1:]); n != 0 {
		t.Error("what was handed over is heard from the mixer, too")
	}

	// One that is not able to goes the long way; the other's go on.
	a.able = false
	steps(r, 10, 5)
	if a.given != 14 || b.given != 9 {
		t.Errorf("%d and %d frames were handed over", a.given, b.given)
	}
	if got := level(b.heard[10:], 400); got < 0.49 {
		t.Errorf("b hears a at %.3f", got)
	}
	// It was heard without the mixer before: it does not begin anew.
	if b.heard[10][24] < 0.04 { // 400 Hz, a sixth of the ramp
		t.Errorf("it fades in where it goes on: %.4f", b.heard[10][24])
	}
	a.able = true
	steps(r, 15, 5)

	// Muted: from the next step on.
	pa.SetMode(false, true)
	steps(r, 20, 3)
	if a.given != 20 || b.given != 14 {
		t.Errorf("muted: %d and %d frames were handed over", a.given, b.given)
	}
	if got := loudest(b.heard[20:]); got != 0 {
		t.Errorf("b hears who is muted, at %.3f", got)
	}
	if got := level(a.heard[21:], 600); got < 0.49 {
		t.Errorf("a hears b at %.3f", got)
	}
	pa.SetMode(true, true)
	steps(r, 23, 4)
	if b.given == 14 {
		t.Error("unmuted, nothing is handed over")
	}
}

func TestAThirdIsHeardWithinATick(t *testing.T) {
	r := NewRoom()
	a, b := newHander(tone(400, 0.3)), newHander(tone(600, 0.3))
	r.Join(a, Options{})
	r.Join(b, Options{})
	steps(r, 0, 10)
	c := newHander(tone(1000, 0.3))
	r.Join(c, Options{})
	steps(r, 10, 6)
	if a.given != 10 || b.given != 10 || c.given != 0 {
		t.Errorf("%d, %d and %d frames were handed over", a.given, b.given, c.given)
	}
	// At the tick of joining what was under way is heard, and nothing beside it.
	if n := loudest(a.heard[10:11]) + loudest(b.heard[10:11]); n != 0 {
		t.Error("a voice beside the one that was handed over")
	}
	for _, p := range []struct {
		name string
		*hander
		hears [2]float64
	}{{"a", a, [2]float64{600, 1000}}, {"b", b, [2]float64{400, 1000}}} {
		for _, hz := range p.hears {
			if got := level(p.heard[11:], hz); got < 0.29 {
				t.Errorf("%s hears %.0f Hz at %.3f", p.name, hz, got)
			}
		}
	}
	for _, hz := range []float64{400, 600} {
		if got := level(c.heard[1:], hz); got < 0.29 {
			t.Errorf("c hears %.0f Hz at %.3f", hz, got)
		}
	}
}

// listenedTo is a line that somebody listens to: it tells, and does not hand over.
type listenedTo struct {
	Line
	Handing
}

func TestWhoSitsDownAnewGoesOn(t *testing.T) {
	r := NewRoom()
	a, b := newHander(tone(400, 0.5)), newHander(tone(600, 0.5))
	p := r.Join(a, Options{})
	r.Join(b, Options{})
	steps(r, 0, 10)
	p.Leave()
	r.Join(listenedTo{Line: struct{ Line }{a}, Handing: a}, Options{})
	steps(r, 10, 6)
	if b.given != 10 || a.given != 10 {
		t.Errorf("%d and %d frames were handed over", a.given, b.given)
	}
	if got := level(b.heard[11:], 400); got < 0.49 {
		t.Errorf("b hears a at %.3f", got)
	}
	if b.heard[11][24] < 0.04 {
		t.Errorf("it fades in where it goes on: %.4f", b.heard[11][24])
	}
}

// A seat that was left, and stays in the list, is nobody; who is handed nothing
// begins to speak at once.
func TestTwoOfThreeAreLeftToThemselves(t *testing.T) {
	r := NewRoom()
	a, b := newHander(tone(400, 0.5)), newHander(nil)
	b.able = false
	r.Join(a, Options{})
	r.Join(b, Options{})
	c := r.Join(newHander(tone(1000, 0.5)), Options{})
	steps(r, 0, 5)
	c.Leave()
	steps(r, 5, 10)
	if b.given < 7 {
		t.Errorf("%d frames were handed over", b.given)
	}
	b.say = tone(600, 0.5)
	steps(r, 15, 3)
	if got := level(a.heard[16:], 600); got < 0.49 || b.given < 10 {
		t.Errorf("a hears b at %.3f, b was given %d frames", got, b.given)
	}
}
