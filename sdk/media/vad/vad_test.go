package vad

import (
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
)

// steps feeds frames of one level, and says in how many the party spoke.
func (d *Detector) steps(n int, level float64) (spoke int) {
	for range n {
		if d.Step(level) {
			spoke++
		}
	}
	return spoke
}

func TestSpeechIsSeenWithinTwoFrames(t *testing.T) {
	var d Detector
	if n := d.steps(100, -65); n != 0 {
		t.Fatalf("a quiet room speaks in %d frames", n)
	}
	if d.Step(-30) {
		t.Error("one frame is speech already")
	}
	if !d.Step(-30) {
		t.Error("two frames are not yet speech")
	}
	if !d.Speaking() {
		t.Error("Speaking forgot")
	}
}

// Gaps between words do not end a turn; 300 ms do.
func TestHangover(t *testing.T) {
	var d Detector
	d.steps(100, -65)
	d.steps(50, -25)
	if n := d.steps(14, -65); n != 14 {
		t.Errorf("280 ms of pause: spoke in %d of 14 frames", n)
	}
	if d.Step(-65) {
		t.Error("after 300 ms the turn goes on")
	}
}

// Between the thresholds nothing changes, either way.
func TestHysteresis(t *testing.T) {
	var d Detector
	d.steps(200, -60)
	if n := d.steps(50, -53); n != 0 {
		t.Errorf("7 dB above the floor is speech in %d frames", n)
	}
	d = Detector{}
	d.steps(200, -60)
	d.steps(10, -40)
	if n := d.steps(50, -53); n != 50 {
		t.Errorf("7 dB above the floor ended speech: %d of 50", n)
	}
}

// Noise that begins is mistaken for a voice for three seconds at most.
func TestNoiseBecomesTheFloor(t *testing.T) {
	var d Detector
	d.steps(200, -75)
	if n := d.steps(500, -40); n > 3*50+hang+1 {
		t.Errorf("steady noise speaks in %d frames", n)
	}
	if d.Speaking() {
		t.Error("steady noise speaks for ever")
	}
	if n := d.steps(20, -25); n < 18 {
		t.Errorf("a voice in the noise is seen in %d of 20 frames", n)
	}
}

// Somebody who speaks in words and pauses is seen all the time, for a minute.
func TestLongSpeech(t *testing.T) {
	var d Detector
	d.steps(100, -62)
	spoke, all := 0, 0
	for range 100 {
		spoke += d.steps(20, -24) + d.steps(10, -58)
		all += 30
	}
	if spoke < all-attack {
		t.Errorf("spoke in %d of %d frames", spoke, all)
	}
}

// A muted line does not speak, and who is heard after it does.
func TestDigitalSilence(t *testing.T) {
	var d Detector
	if n := d.steps(500, audio.Silence); n != 0 {
		t.Errorf("nothing speaks in %d frames", n)
	}
	if n := d.steps(20, -30); n < 18 {
		t.Errorf("a voice after nothing is seen in %d of 20 frames", n)
	}
	d.steps(20, audio.Silence)
	if d.Speaking() {
		t.Error("nothing goes on speaking")
	}
}

// A phone that sends digital silence between words does not make its words the
// floor.
func TestGatedSpeech(t *testing.T) {
	var d Detector
	spoke := 0
	for range 100 {
		spoke += d.steps(20, -30) + d.steps(10, audio.Silence)
	}
	if spoke < 3000-attack {
		t.Errorf("spoke in %d of 3000 frames", spoke)
	}
}

// Whatever levels come, it changes at most six times in a second.
func TestChangesAreFew(t *testing.T) {
	var d Detector
	changes, was := 0, false
	for i := range 50 * 60 {
		level := -25.0
		if i/2%9 != 0 {
			level = -70
		}
		if now := d.Step(level); now != was {
			changes, was = changes+1, now
		}
	}
	if changes > 6*60 {
		t.Errorf("%d changes in a minute", changes)
	}
}

func BenchmarkStep(b *testing.B) {
	var d Detector
	for b.Loop() {
		d.Step(-40)
	}
}
