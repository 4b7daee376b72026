package jitter

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

func fixed(d time.Duration) func(int) time.Duration { return func(int) time.Duration { return d } }

// A tone that is made longer and shorter stays a tone: what its own past does
// not foretell is as small as in the tone that is left alone.
func TestNoClickWhereTheDelayChanges(t *testing.T) {
	for _, c := range []struct {
		codec string
		hz    float64
	}{{"pcmu", 180}, {"pcmu", 440}, {"g722", 300}, {"opus", 250}} {
		t.Run(c.codec, func(t *testing.T) {
			rate := newRoom(t, c.codec).rate
			payloads := encode(t, c.codec, sine(40, rate, c.hz, 0.3))
			plain := newRoom(t, c.codec)
			plain.send(payloads, 7*ms, 0, fixed(10*ms))
			plain.run(40*time.Second, nil)
			own, _ := click(plain.heard[rate:39*rate], rate, c.hz)

			r := newRoom(t, c.codec)
			r.send(payloads, 7*ms, 0, func(i int) time.Duration {
				switch { // slow for a time, at the pace of packets
				case i > 200 && i < 400:
					return 10*ms + time.Duration(min(i-200, 400-i))*ms*8/10
				default:
					return 10 * ms
				}
			})
			r.run(40*time.Second, nil)
			s := r.Stats()
			worst, at := click(r.heard[rate:39*rate], rate, c.hz)
			t.Logf("stretched %v, concealed %v; foretold to %.4f, untouched %.4f", s.Stretched, s.Concealed, worst, own)
			if s.Stretched < 60*ms {
				t.Errorf("only %v was stretched", s.Stretched)
			}
			if worst > own+0.3*0.1 {
				t.Errorf("a click of %.3f at %d ms", worst, at*1000/rate+1000)
			}
		})
	}
}

// A phone whose clock is off by 200 ppm, for an hour: nothing is made up,
// nothing lost, the delay stays where it was, and there is no click. The tone
// swells and ebbs, as speech does, with a pause now and then.
func TestAnHourOfDrift(t *testing.T) {
	const minutes = 60
	for _, ppm := range []float64{-200, 200} {
		r := newRoom(t, "pcmu")
		word := sine(1, 8000, 200, 0.3)
		for i := range word {
			word[i] *= float32(min(1, 4*float64(min(i, len(word)-i))/float64(len(word))))
		}
		payloads := encode(t, "pcmu", word)
		var all [][]byte
		for len(all) < minutes*60*50 {
			all = append(all, payloads...)
		}
		r.send(all, 7*ms, ppm, fixed(10*ms))
		var longest time.Duration
		worst := 0.0
		for minute := range minutes {
			r.heard = r.heard[:0]
			r.run(time.Duration(minute+1)*time.Minute, nil)
			longest = max(longest, r.Stats().Delay)
			c, _ := click(r.heard, 8000, 200)
			worst = max(worst, c)
		}
		s := r.Stats()
		t.Logf("%+.0f ppm: %+v, longest wait %v, foretold to %.3f", ppm, s, longest, worst)
		if s.Late > 0 || s.Concealed > 20*ms || longest > 30*ms {
			t.Errorf("%+.0f ppm: %+v, longest wait %v", ppm, s, longest)
		}
		if want := 720 * ms; s.Stretched < want-60*ms || s.Stretched > 2*want {
			t.Errorf("%+.0f ppm: stretched by %v in an hour, which is off by %v", ppm, s.Stretched, want)
		}
		if worst > 0.06 {
			t.Errorf("%+.0f ppm: a click of %.3f", ppm, worst)
		}
	}
}

// Ticks that never were: nothing is dropped, what was due is played later, and
// the delay comes down again unheard.
func TestMissedTicksDropNoSpeech(t *testing.T) {
	for _, missed := range []int{1, 2, 3} {
		said := babble(9, 10, 8000)
		r := newRoom(t, "pcmu")
		r.send(encode(t, "pcmu", said), 7*ms, 0, fixed(10*ms))
		r.run(10*time.Second, func(tick int) bool { return tick >= 200 && tick < 200+missed })
		s := r.Stats()
		if s.Late != 0 || s.Concealed != 0 {
			t.Errorf("%d ticks missed: %+v", missed, s)
		}
		if s.Stretched < time.Duration(missed)*15*ms || s.Stretched > time.Duration(missed)*20*ms {
			t.Errorf("%d ticks missed: taken out afterwards: %v", missed, s.Stretched)
		}
		first, last := r.delays[150], r.delays[len(r.delays)-1]
		if last-first > 20 {
			t.Errorf("%d ticks missed: the delay has grown by %d samples", missed, last-first)
		}
	}
	// The sound comes back softly.
	tone := newRoom(t, "pcmu")
	tone.send(encode(t, "pcmu", sine(8, 8000, 190, 0.5)), 7*ms, 0, fixed(10*ms))
	tone.run(8*time.Second, func(tick int) bool { return tick == 205 })
	for i, s := range tone.heard[206*160 : 206*160+20] {
		if bound := 0.5 * (float32(i) + 1) / 20; s > bound || s < -bound {
			t.Errorf("%d samples after a missed tick: %.3f", i, s)
		}
	}
	// After a long sleep what is old is left out.
	r := newRoom(t, "pcmu")
	r.send(encode(t, "pcmu", babble(9, 10, 8000)), 7*ms, 0, fixed(10*ms))
	r.run(10*time.Second, func(tick int) bool { return tick >= 200 && tick < 225 })
	if wait := r.delays[226] - r.delays[150]; wait > 70*8 {
		t.Errorf("after half a second's sleep the delay is longer by %d samples", wait)
	}
}

// Another stream, with numbers of its own, begins where the one before ends.
func TestSpliceGoesOnWithoutClick(t *testing.T) {
	payloads := encode(t, "pcmu", sine(4, 8000, 200, 0.3))
	r := newRoom(t, "pcmu")
	r.send(payloads, 7*ms, 0, fixed(10*ms))
	for i := range r.way[100:] {
		p := &r.way[100+i].p
		p.Sequence += 30000
		p.Timestamp += 1 << 40
	}
	r.run(2*time.Second+20*ms, nil)
	r.Splice()
	r.run(4*time.Second, nil)
	s := r.Stats()
	worst, at := click(r.heard[800:3*8000], 8000, 200)
	if s.Late > 0 || s.Concealed > 0 || worst > 0.05 {
		t.Errorf("%+v, a click of %.3f at %d ms", s, worst, at/8+100)
	}
}

// Sound that begins or ends suddenly does so without a click.
func TestPausesHaveSoftEdges(t *testing.T) {
	r := newRoom(t, "pcmu")
	r.send(encode(t, "pcmu", sine(4, 8000, 200, 0.5)), 7*ms, 0, fixed(10*ms))
	r.way = slices.DeleteFunc(r.way, func(a arrival) bool { return a.at > time.Second && a.at < 3*time.Second })
	for i := range r.way {
		if r.way[i].at >= 3*time.Second { // as after a pause of the far side
			r.way[i].p.Sequence -= 100
		}
	}
	r.run(4*time.Second, nil)
	steepest := float32(0)
	for i := 1; i < len(r.heard); i++ {
		d := r.heard[i] - r.heard[i-1]
		steepest = max(steepest, d, -d)
	}
	if own := float32(0.5 * 2 * 3.1416 * 200 / 8000); steepest > 1.5*own {
		t.Errorf("a step of %.3f; the tone's own are %.3f", steepest, own)
	}
}

func TestPlayerAllocatesNothing(t *testing.T) {
	for _, c := range []string{"pcmu", "g722", "opus"} {
		r := newRoom(t, c)
		rnd := rand.New(rand.NewPCG(1, 1))
		payloads := encode(t, c, babble(4, 20, r.rate))
		r.send(payloads, 0, 300, func(i int) time.Duration {
			if rnd.IntN(20) == 0 {
				return -1
			}
			if i > 200 {
				return 5 * ms
			}
			return time.Duration(rnd.IntN(60)) * ms
		})
		r.run(ms, nil)
		units := r.clock / 50
		if n := testing.AllocsPerRun(900, func() {
			r.Tick(1)
			r.now += tick
			for len(r.way) > 0 && r.way[0].at <= r.now {
				r.Put(r.way[0].p, r.now-r.way[0].at)
				r.way = r.way[1:]
			}
			for got := 0; got < units; {
				_, pcm, silence := r.Next(units-got, r)
				got += silence + len(pcm)*r.clock/r.rate
			}
		}); n != 0 {
			t.Errorf("%s: %.1f allocations a tick", c, n)
		}
		if s := r.Stats(); s.Concealed == 0 || s.Stretched == 0 {
			t.Errorf("%s: nothing happened: %+v", c, s)
		}
	}
}

// What a packet costs from the buffer to samples, decoder and all.
func BenchmarkPlayer(b *testing.B) {
	for _, c := range []string{"pcmu", "g722", "opus"} {
		for name, lossy := range map[string]bool{"clean": false, "bad": true} {
			b.Run(c+"/"+name, func(b *testing.B) {
				r := newRoom(b, c)
				payloads := encode(b, c, babble(4, 10, r.rate))
				rnd := rand.New(rand.NewPCG(1, 1))
				units := r.clock / 50
				i := int64(0)
				for b.Loop() {
					r.Tick(1)
					if !lossy || rnd.IntN(20) > 0 {
						r.Put(Packet{Sequence: i, Timestamp: i * int64(units), Duration: units, Payload: payloads[int(i)%len(payloads)]}, 10*ms)
					}
					i++
					for got := 0; got < units; {
						_, pcm, silence := r.Next(units-got, r)
						got += silence + len(pcm)*r.clock/r.rate
					}
				}
			})
		}
	}
}
