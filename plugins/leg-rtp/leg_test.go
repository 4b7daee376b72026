package main

import (
	"testing"
	"testing/synctest"
)

func TestToneBothWays(t *testing.T) {
	for _, c := range []struct {
		codec string
		snr   float64
	}{{"pcmu", 30}, {"pcma", 30}, {"opus", 15}} {
		t.Run(c.codec, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := connect(t, newNetwork(), c.codec, c.codec)
				a.says, b.says = tone(440), tone(1000)
				run(100, a, b)
				for _, h := range []struct {
					name string
					pcm  []float32
					hz   float64
				}{{"A", a.heard, 1000}, {"B", b.heard, 440}} {
					snr, level := tones(h.pcm[48000:len(h.pcm)-4800], h.hz)
					if snr < c.snr || level < -7 || level > -5 {
						t.Errorf("%s hears the other's tone with SNR %.1f dB at %.1f dB; want at least %.0f dB, at -6 dB", h.name, snr, level, c.snr)
					}
					t.Logf("%s: SNR %.1f dB, level %.2f dB", h.name, snr, level)
				}
				s, _ := a.Stats(t.Context())
				t.Logf("%+v", s)
				if s.PacketsOut != 100 || s.PacketsIn < 99 || s.Lost+s.Late+s.Concealed+s.Refused != 0 || s.Codec != c.codec {
					t.Errorf("stats of a clean call: %+v", s)
				}
			})
		})
	}
}
