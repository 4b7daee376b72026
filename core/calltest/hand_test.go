package calltest

import (
	"math"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/daemon"
)

// period is in how many samples the tone of every phone comes round.
const period = 1600

// sound is the last second of what the phone heard.
func (c *Call) sound() []float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.media.mu.Lock()
	defer c.media.mu.Unlock()
	return append([]float64(nil), c.media.pcm...)
}

// untouched reports whether the last n samples are those that the other phone
// sent, to the bit: they went past the mixer.
func (c *Call) untouched(other *Phone, n int) bool {
	said := make([]float64, period)
	for i := range said {
		said[i] = raw.Linear(raw.ULaw(0.25 * math.Sin(2*math.Pi*other.Tone*float64(i)/8000)))
	}
	pcm := c.sound()
	if len(pcm) < n {
		return false
	}
	pcm = pcm[len(pcm)-n:]
	for shift := range said {
		at := 0
		for at < n && pcm[at] == said[(shift+at)%period] {
			at++
		}
		if at == n {
			return true
		}
	}
	return false
}

// How far a sample may be from what the two before it foretell of a tone: µ-law
// alone, and where the mixer fades one seat of a party into its next.
const (
	seamless = 0.05
	faded    = 0.2
)

// smooth fails the test if what the phone heard of the last second is anywhere
// no tone of the other's: a click, a gap, a piece twice.
func (c *Call) smooth(t *testing.T, when string, other *Phone, most float64) {
	t.Helper()
	k, pcm := 2*math.Cos(2*math.Pi*other.Tone/8000), c.sound()
	for i := 2; i < len(pcm); i++ {
		if off := math.Abs(pcm[i] - k*pcm[i-1] + pcm[i-2]); off > most {
			t.Errorf("%s: phone %s hears a break of %.3f, %d samples ago", when, c.Phone.Number, off, len(pcm)-i)
			return
		}
	}
	if n := c.Missed(); n > 0 || len(pcm) < 7800 {
		t.Errorf("%s: phone %s misses %d packets, and heard %d samples", when, c.Phone.Number, n, len(pcm))
	}
}

// Two phones that speak the same hear each other's own samples, until somebody
// listens in, and again when they are gone. Nobody hears either.
func TestHandedOver(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		whole := func(when string, want bool) {
			t.Helper()
			if x, y := call.untouched(b, 4000), ring.untouched(a, 4000); x != want || y != want {
				t.Errorf("%s: untouched %v and %v, want %v", when, x, y, want)
			}
		}
		time.Sleep(1100 * time.Millisecond)
		whole("at first", true)
		call.smooth(t, "at first", b, seamless)

		c := w.Calls()[0]
		if _, err := w.PBX.Dump(c.ID, c.Legs[0].ID, 1200*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		time.Sleep(700 * time.Millisecond)
		call.smooth(t, "a dump began", b, seamless)
		ring.smooth(t, "a dump began", a, seamless)
		whole("dumped", false)
		time.Sleep(1000 * time.Millisecond)
		call.smooth(t, "the dump is over", b, faded)
		ring.smooth(t, "the dump is over", a, faded)
		time.Sleep(500 * time.Millisecond)
		whole("after the dump", true)

		call.Press('7')
		time.Sleep(1500 * time.Millisecond)
		if got := ring.Digits(); got != "7" {
			t.Errorf("102 was sent %q", got)
		}
		whole("after a key", true)

		call.Hold()
		ring.Hears()
		call.Resume()
		call.Hears(b)
		ring.Hears(a)
		time.Sleep(1100 * time.Millisecond)
		whole("after hold", true)

		for _, l := range w.Calls()[0].Legs {
			if s := l.Stats; s == nil || s.PacketsIn < 300 || s.Lost > 0 || s.Concealed > 0 || s.LevelIn > -10 || s.LevelIn < -20 || s.LevelOut > -10 || s.LevelOut < -20 || s.MOSIn < 4 {
				t.Errorf("leg of %s: %+v", l.Number, s)
			}
		}
		call.Hangup()
		ring.Expect("BYE")
	})
}

// Its plugin dies under a call that goes past the mixer: it goes on so.
func TestHandedOverAgainInAnotherProcess(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		time.Sleep(2 * time.Second)
		if err := w.PBX.KillPlugin(daemon.LegPlugin); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		if !call.untouched(b, 4000) || !ring.untouched(a, 4000) {
			t.Error("they do not hear each other's own samples")
		}
		call.Hangup()
		ring.Expect("BYE")
	})
}
