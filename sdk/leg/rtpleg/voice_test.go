package rtpleg

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
)

// without takes what is named so out of a description, with its numbers.
func without(sdp []byte, name string, numbers ...string) []byte {
	var out [][]byte
	for _, line := range bytes.Split(sdp, []byte("\r\n")) {
		gone := bytes.Contains(line, []byte(name+"/"))
		for _, n := range numbers {
			gone = gone || bytes.HasPrefix(line, []byte("a=fmtp:"+n+" "))
			if bytes.HasPrefix(line, []byte("m=")) {
				line = bytes.Replace(append(line, ' '), []byte(" "+n+" "), []byte(" "), 1)
				line = bytes.TrimSuffix(line, []byte(" "))
			}
		}
		if !gone {
			out = append(out, line)
		}
	}
	return bytes.Join(out, []byte("\r\n"))
}

// connectWithout makes a call in which no telephone-event was negotiated.
func connectWithout(t testing.TB, n *network, codec string) (a, b *party) {
	t.Helper()
	a, offer := open(t, n, "127.0.0.1:4000", codec, nil)
	b, answer := open(t, n, "127.0.0.2:5000", codec, without(offer, "telephone-event", "101", "102"))
	if err := a.Accept(context.Background(), without(answer, "telephone-event", "101", "102")); err != nil {
		t.Fatal(err)
	}
	return a, b
}

// Digits go as sound where nothing else was negotiated (Q.23, Q.24): both ways,
// exactly once, with their length, in every codec; and those who are told do not
// hear them.
func TestDigitsAsSound(t *testing.T) {
	for _, codec := range []string{"pcmu", "pcma", "g722", "opus"} {
		t.Run(codec, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, b := connectWithout(t, newNetwork(), codec)
				run(20, a, b)
				for _, d := range []byte("159#") {
					if err := a.Digit(t.Context(), d, 100*ms); err != nil {
						t.Fatal(err)
					}
				}
				for _, d := range []byte("2A") {
					if err := b.Digit(t.Context(), d, 400*ms); err != nil {
						t.Fatal(err)
					}
				}
				run(100, a, b)
				atA, atB := "", ""
				for _, e := range a.told(leg.Digit) {
					atA += string(e.Digit)
					if off := e.Duration - 400*ms; off.Abs() > 15*ms {
						t.Errorf("a digit of 400 ms lasted %v", e.Duration)
					}
				}
				for _, e := range b.told(leg.Digit) {
					atB += string(e.Digit)
					if off := e.Duration - 100*ms; off.Abs() > 15*ms {
						t.Errorf("a digit of 100 ms lasted %v", e.Duration)
					}
				}
				if atB != "159#" || atA != "2A" {
					t.Errorf("B was told %q, A %q", atB, atA)
				}
				loud := 0
				for at := 0; at+audio.Samples <= len(b.heard); at += audio.Samples {
					if f := audio.Frame(b.heard[at:]); f.Level() > -40 {
						loud++
					}
				}
				if loud > 4*2 {
					t.Errorf("%d frames of the digits are heard", loud)
				}
			})
		})
	}
}

func TestNoSoundIsTakenForDigitsBesideEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := connect(t, newNetwork(), "pcmu", "pcmu")
		a.says = func(i int) float32 { // a 1
			x := 2 * math.Pi * float64(i) / audio.Rate
			return float32(0.2*math.Sin(697*x) + 0.2*math.Sin(1209*x))
		}
		run(100, a, b)
		if d := b.told(leg.Digit); len(d) != 0 {
			t.Errorf("told %+v, though events were negotiated", d)
		}
	})
}

// A party that speaks, with pauses between its sentences, is told once to speak,
// and once to have ceased.
func TestWhoSpeaksIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := connect(t, newNetwork(), "pcmu", "pcmu")
		run(100, a, b)
		a.says = func(i int) float32 {
			if i/audio.Samples%40 >= 30 { // 0.2 s in 0.8
				return 0
			}
			return tone(300)(i)
		}
		run(200, a, b)
		a.says = nil
		run(150, a, b)
		told := b.told(leg.Speaking)
		if len(told) != 2 || !told[0].Speaking || told[1].Speaking {
			t.Fatalf("told %+v", told)
		}
		if l := told[1].Level; l < -12 || l > -6 {
			t.Errorf("the level is %v dBov, want about -9", l)
		}
		if other := a.told(leg.Speaking); len(other) != 0 {
			t.Errorf("who listened is told to speak: %+v", other)
		}
	})
}

func TestGainEvensOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := newNetwork()
		a, offer := open(t, n, "127.0.0.1:4000", "pcmu", nil)
		b, answer := openWith(t, n, "127.0.0.2:5000", leg.Params{Codecs: []string{"pcmu"}, Symmetric: true, Remote: offer, Gain: "auto"})
		if err := a.Accept(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		a.says = func(i int) float32 {
			if i/audio.Samples%40 >= 30 {
				return 0
			}
			return tone(300)(i) / 20 // -35 dBov
		}
		run(600, a, b)
		if _, level := tones(b.heard[584*audio.Samples:585*audio.Samples], 300); level < -26 || level > -17 {
			t.Errorf("a faint voice comes at %.1f dB of full scale", level)
		}
	})
}

// A party in noise is cleaned; what it says goes through.
func TestDenoise(t *testing.T) {
	for _, c := range []struct {
		kind string
		down float64
	}{{"full", 20}, {"light", 8}} {
		t.Run(c.kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork()
				a, offer := open(t, n, "127.0.0.1:4000", "pcmu", nil)
				b, answer := openWith(t, n, "127.0.0.2:5000", leg.Params{Codecs: []string{"pcmu"}, Symmetric: true, Remote: offer, Denoise: c.kind})
				if err := a.Accept(t.Context(), answer); err != nil {
					t.Fatal(err)
				}
				r := rand.New(rand.NewPCG(1, 1))
				a.says = func(int) float32 { return float32(0.03 * r.NormFloat64()) }
				run(250, a, b)
				before := audio.Frame(a.said[200*audio.Samples:])
				after := audio.Frame(b.heard[240*audio.Samples:])
				if down := before.Level() - after.Level(); down < c.down {
					t.Errorf("noise goes down by %.1f dB, want %v", down, c.down)
				}
			})
		})
	}
}

func TestUnknownDenoise(t *testing.T) {
	s := newNetwork().socket("127.0.0.1:4000")
	_, _, err := New().Open(context.Background(), leg.Params{Address: s.addr.Addr(), Codecs: []string{"pcmu"}, Denoise: "heavy"}, []bus.Socket{s}, func(leg.Event) {})
	if err == nil || !s.closed {
		t.Errorf("heavy is known: %v, the socket is closed: %v", err, s.closed)
	}
}

// No tick allocates with everything on.
func TestVoiceAllocatesNothing(t *testing.T) {
	for _, kind := range []string{"full", "light"} {
		p := leg.Params{Denoise: kind, Gain: "auto"}
		v, err := newVoice(p, New().denoise)
		if err != nil {
			t.Fatal(err)
		}
		defer v.close()
		var f audio.Frame
		i := 0
		if n := leastAllocs(50, func() {
			for k := range f {
				f[k] = tone(400)(i)
				i++
			}
			v.treat(&f, true, 0.1)
		}); n != 0 {
			t.Errorf("%s: %v allocations a frame", kind, n)
		}
	}
}

// jump is the largest step between neighbours that a band-limited sound of the
// same loudness could not make: the second difference.
func jump(pcm []float32) (worst float64, at int) {
	for i := 2; i < len(pcm); i++ {
		if d := math.Abs(float64(pcm[i] - 2*pcm[i-1] + pcm[i-2])); d > worst {
			worst, at = d, i
		}
	}
	return worst, at
}

// Neither a change of codec, nor hold, nor the end of hold clicks.
func TestNothingClicks(t *testing.T) {
	for _, c := range []struct{ from, to string }{
		{"pcmu", "g722"}, {"g722", "pcmu"}, {"pcmu", "opus"}, {"opus", "g722"}, {"g722", "opus"},
	} {
		t.Run(fmt.Sprint(c.from, " to ", c.to), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				n := newNetwork()
				both := c.from + " " + c.to
				a, b := connect(t, n, both, both)
				a.says, b.says = tone(300), tone(300)
				run(100, a, b)
				offer, err := a.Offer(t.Context(), leg.SendRecv)
				if err != nil {
					t.Fatal(err)
				}
				numbers := map[string]string{"pcmu": "0", "g722": "9", "opus": "107"}
				encoding := map[string]string{"pcmu": "PCMU", "g722": "G722", "opus": "opus"}
				answer, err := b.Answer(t.Context(), without(offer, encoding[c.from], numbers[c.from]), leg.SendRecv)
				if err != nil {
					t.Fatal(err)
				}
				if err := a.Accept(t.Context(), answer); err != nil {
					t.Fatal(err)
				}
				run(100, a, b)
				if got := a.plan.Load().codecName(); got != c.to {
					t.Fatalf("A sends %s", got)
				}
				for _, p := range []*party{a, b} {
					usual, _ := jump(p.heard[60*audio.Samples : 95*audio.Samples])
					worst, at := jump(p.heard[95*audio.Samples : 190*audio.Samples])
					// A tone of 300 Hz and full scale 0.5 has 0.0008; a click 0.1 and more.
					if worst > usual+0.02 {
						t.Errorf("a step of %.3f, %d ms after the change", worst, at/48-100)
					}
				}
			})
		})
	}
}
