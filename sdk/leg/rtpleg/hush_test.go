package rtpleg

import (
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/codec"
	"github.com/plugboard/plugboard/sdk/media/rtp"
)

// RFC 3389: while the mix is silent its level is sent, and nothing else, to who
// offered comfort noise; time goes on, and speech begins with the marker.
func TestSilenceIsNotSent_RFC3389(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		var sent []rtp.Header
		n.rule = func(from, _ netip.AddrPort, b []byte) []time.Duration {
			if h, _, err := rtp.Parse(b); err == nil && from.Port() == 4000 && h.PayloadType < 64 {
				sent = append(sent, h)
			}
			return []time.Duration{0}
		}
		a, answer := open(t, n, "127.0.0.1:4000", "pcmu", []byte(pcmuOffer))
		if !strings.Contains(string(answer), "RTP/AVP 0 13 101") || !strings.Contains(string(answer), "a=rtpmap:13 CN/8000") {
			t.Fatalf("the answer is %s", answer)
		}
		n.socket("127.0.0.2:5000")
		a.says = tone(500)
		run(50, a)
		a.says = nil
		run(200, a)
		a.says = tone(500)
		run(50, a)
		speech, noise := 0, 0
		for i, h := range sent {
			switch {
			case h.PayloadType == codec.NoiseType:
				noise++
			case i > 0 && sent[i-1].PayloadType == codec.NoiseType:
				if !h.Marker {
					t.Error("speech begins without the marker")
				}
				fallthrough
			default:
				speech++
			}
			if h.Sequence != sent[0].Sequence+uint16(i) {
				t.Fatalf("packet %d has number %d after %d", i, h.Sequence, sent[0].Sequence)
			}
		}
		if last := sent[len(sent)-1]; last.Timestamp-sent[0].Timestamp != 299*160 {
			t.Errorf("299 ticks are %d units", last.Timestamp-sent[0].Timestamp)
		}
		if speech < 110 || speech > 112 || noise != 4 {
			t.Errorf("%d packets of sound and %d of noise, want 111 and 4", speech, noise)
		}
	})
}

// And it is not done to who did not offer it.
func TestSilenceIsSentToOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, _ := open(t, n, "127.0.0.1:4000", "pcmu", []byte(strings.Replace(pcmuOffer, " 13", "", 1)))
		run(100, a)
		if s := a.stats(t); s.PacketsOut < 99 {
			t.Errorf("%d packets in 100 ticks of silence", s.PacketsOut)
		}
	})
}

// Comfort noise that comes is heard at its level until speech is back, without
// a click or a hole.
func TestComfortNoiseIsHeard_RFC3389(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, _ := open(t, n, "127.0.0.1:4000", "pcmu", []byte(pcmuOffer))
		f := newFar(n, "127.0.0.2:5000", a.sock.addr)
		f.talk(50, a, 500)
		h := f.send.Next(codec.NoiseType)
		if err := f.sock.Send(codec.AppendNoise(h.Append(nil), -40), a.sock.addr); err != nil {
			t.Fatal(err)
		}
		f.send.Advance(160)
		run(1, a)
		for range 149 {
			f.send.Advance(160)
			run(1, a)
		}
		f.send.Pause()
		f.talk(50, a, 500)
		quiet, loud := 0, 0
		for tick := 60; tick < 190; tick++ {
			switch level := (*audio.Frame)(a.heard[tick*audio.Samples:]).Level(); {
			case level < -46:
				quiet++
			case level > -37:
				loud++
			}
		}
		if quiet > 3 || loud > 0 {
			t.Errorf("of 130 frames of noise at -40 dBov %d are fainter than -46, %d louder than -37", quiet, loud)
		}
		a.hears(t, "A", 40, 500, 30)
		usual, _ := jump(a.heard[20*audio.Samples : 45*audio.Samples])
		if worst, at := jump(a.heard[45*audio.Samples : 230*audio.Samples]); worst > usual+0.02 {
			t.Errorf("a step of %.3f at %d ms", worst, 900+at/48)
		}
		if s := a.stats(t); s.Lost != 0 || s.ConcealedMs > 60 {
			t.Errorf("%+v", s)
		}
	})
}
