package calltest

import (
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/dtmf"
	"github.com/plugboard/plugboard/sdk/media/resample"
)

// withoutEvents takes telephone-event out of a description.
func withoutEvents(sdp string) string {
	sdp = strings.ReplaceAll(sdp, "RTP/AVP 0 101", "RTP/AVP 0")
	sdp = strings.ReplaceAll(sdp, "a=rtpmap:101 telephone-event/8000\r\n", "")
	return strings.ReplaceAll(sdp, "a=fmtp:101 0-16\r\n", "")
}

// tones are the keys of a phone whose keys sound, and its ears for those of
// others. They belong to the goroutine of its media.
type tones struct {
	keys dtmf.Tones
	ears *dtmf.Detector
	up   *resample.Up
}

func newTones() (*tones, error) {
	ears, err := dtmf.NewDetector()
	if err != nil {
		return nil, err
	}
	up, err := resample.NewUp(8000, audio.Rate)
	return &tones{ears: ears, up: up}, err
}

// press takes keys as their events' numbers.
func (t *tones) press(events []byte) {
	for _, e := range events {
		t.keys.Queue("0123456789*#ABCD"[e], 100*time.Millisecond)
	}
}

// speak writes the key that is pressed into a packet of µ-law. It reports false
// if there is none, or only the pause after one.
func (t *tones) speak(packet []byte) bool {
	var f audio.Frame
	if !t.keys.Fill(&f) {
		return false
	}
	for i := range packet {
		packet[i] = raw.ULaw(float64(f[6*i]))
	}
	return f.Level() > audio.Silence
}

// hear returns a key that was heard, 0 if none was.
func (t *tones) hear(packet []byte) byte {
	var low [160]float32
	for i := range min(len(packet), len(low)) {
		low[i] = float32(raw.Linear(packet[i]))
	}
	var f audio.Frame
	t.up.Process(f[:], low[:])
	if d, ok, _ := t.ears.Step(&f); ok {
		return d.Key
	}
	return 0
}
