package call

import (
	"math"
	"testing"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/audio"
)

// Who is in a conference that announces hears two notes when somebody comes, and
// the other way round when somebody goes; who is alone hears nothing.
func TestAConferenceAnnounces(t *testing.T) {
	within(t, func(b *bed) {
		b.to["800"] = to(&dialplan.Conference{Name: "daily", Announce: true})
		anna := b.calls("anna", "800")
		b.rooms.step(3)
		if got := anna.hears(); got != 0 {
			t.Errorf("anna is alone and hears %v", got)
		}
		ben := b.calls("ben", "800")
		b.after(100 * ms)
		low, high := anna.notes(b)
		if low > 2 || high < 6 || low < 0 {
			t.Errorf("who comes is told as %d, %d", low, high)
		}
		ben.hangsUp()
		b.after(100 * ms)
		low, high = anna.notes(b)
		if high > 2 || low < 6 || high < 0 {
			t.Errorf("who goes is told as %d, %d", low, high)
		}
		b.rooms.step(20)
		if got := anna.hears(); got != 0 {
			t.Errorf("anna is alone and hears %v", got)
		}
	})
}

// notes lets both notes be heard, and says at which tick each began; -1 if it did
// not.
func (p *phone) notes(b *bed) (low, high int) {
	low, high = -1, -1
	for tick := range 2*chimeNote/audio.Samples + 2 {
		b.rooms.step(1)
		if low < 0 && p.amplitude(chimeLow) > 0.03 && p.amplitude(chimeLow) > 3*p.amplitude(chimeHigh) {
			low = tick
		}
		if high < 0 && p.amplitude(chimeHigh) > 0.03 && p.amplitude(chimeHigh) > 3*p.amplitude(chimeLow) {
			high = tick
		}
	}
	return low, high
}

// Many who come at once make no concert.
func TestAChimeIsShort(t *testing.T) {
	c := &chime{}
	c.came.Add(100)
	var f audio.Frame
	said, loudest := 0, 0.
	for range 1000 {
		if c.Read(0, &f) {
			said++
		}
		for _, v := range f {
			loudest = max(loudest, math.Abs(float64(v)))
		}
	}
	if most := chimeMost * (2*chimeNote/audio.Samples + 1); said > most || said < most/2 || loudest > 0.07 {
		t.Errorf("it said %d frames, at most %.3f", said, loudest)
	}
}
