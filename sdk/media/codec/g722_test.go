package codec

import (
	"math"
	"testing"
)

// through encodes and decodes in packets, and returns what comes out.
func through(t *testing.T, c Codec, in []float32, packet int) []float32 {
	t.Helper()
	enc, err := c.NewEncoder("")
	if err != nil {
		t.Fatal(err)
	}
	dec, err := c.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	var out []float32
	pcm := make([]float32, c.Format().SampleRate*MaxDuration/1000)
	for at := 0; at+packet <= len(in); at += packet {
		payload, err := enc.Encode(nil, in[at:at+packet])
		if err != nil {
			t.Fatal(err)
		}
		n, err := dec.Decode(pcm, payload)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, pcm[:n]...)
	}
	return out
}

// toneIn is the amplitude of a frequency in pcm, and the power of all else
// below it, in dB.
func toneIn(pcm []float32, rate int, hz float64) (amplitude, snr float64) {
	var re, im, all float64
	for i, s := range pcm {
		sin, cos := math.Sincos(2 * math.Pi * hz * float64(i) / float64(rate))
		re += float64(s) * cos
		im += float64(s) * sin
		all += float64(s) * float64(s)
	}
	n := float64(len(pcm))
	amplitude = 2 * math.Hypot(re, im) / n
	tone := amplitude * amplitude / 2
	return amplitude, 10 * math.Log10(tone/math.Max(all/n-tone, 1e-12))
}

// RFC 3551, 4.5.2: 8000 units a second, though there are 16000 samples.
func TestG722CountsAt8000(t *testing.T) {
	f := G722().Format()
	if f.ClockRate != 8000 || f.SampleRate != 16000 || f.PayloadType != 9 || !f.Static {
		t.Errorf("the format is %+v", f)
	}
	enc, _ := G722().NewEncoder("")
	payload, err := enc.Encode(nil, make([]float32, 320))
	if err != nil || len(payload) != 160 || G722().Duration(payload) != 160 {
		t.Errorf("20 ms are %d bytes that last %d units, %v", len(payload), G722().Duration(payload), err)
	}
}

// G.722, 2.5.2: flat within the band; what comes out is as loud as what went
// in, so that it is on a par with the other codecs.
func TestG722Quality(t *testing.T) {
	for _, c := range []struct{ hz, amplitude, snr float64 }{
		{300, 0.3, 25}, {1000, 0.3, 25}, {1000, 0.03, 25}, {3000, 0.3, 25}, {5000, 0.3, 12}, {6500, 0.3, 10},
	} {
		out := through(t, G722(), sine(16000, c.hz, c.amplitude, 0, 16000), 320)
		amplitude, r := toneIn(out[1600:], 16000, c.hz)
		if gain := 20 * math.Log10(amplitude/c.amplitude); math.Abs(gain) > 1 || r < c.snr {
			t.Errorf("%v Hz at %v: %.2f dB, SNR %.1f dB (want %v)", c.hz, c.amplitude, gain, r, c.snr)
		}
	}
}

func TestG722Errors(t *testing.T) {
	enc, _ := G722().NewEncoder("")
	dec, _ := G722().NewDecoder()
	if _, err := enc.Encode(nil, make([]float32, 321)); err == nil {
		t.Error("an odd number of samples is encoded")
	}
	if _, err := enc.Encode(nil, make([]float32, 2000)); err == nil {
		t.Error("125 ms are encoded")
	}
	if _, err := dec.Decode(make([]float32, 1920), make([]byte, 961)); err == nil {
		t.Error("a payload of 120.1 ms is decoded")
	}
	if n, err := dec.Decode(make([]float32, 1920), nil); n != 0 || err != nil {
		t.Errorf("nothing is decoded to %d samples, %v", n, err)
	}
}

func TestG722AllocatesNothing(t *testing.T) {
	enc, _ := G722().NewEncoder("")
	dec, _ := G722().NewDecoder()
	in, out, payload := sine(16000, 500, 0.3, 0, 320), make([]float32, 1920), make([]byte, 0, 400)
	if n := testing.AllocsPerRun(100, func() {
		p, _ := enc.Encode(payload, in)
		_, _ = dec.Decode(out, p)
		dec.Conceal(out[:320])
	}); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

func BenchmarkG722Encode(b *testing.B) {
	enc, _ := G722().NewEncoder("")
	in, payload := sine(16000, 500, 0.3, 0, 320), make([]byte, 0, 400)
	for b.Loop() {
		_, _ = enc.Encode(payload, in)
	}
}

func BenchmarkG722Decode(b *testing.B) {
	enc, _ := G722().NewEncoder("")
	dec, _ := G722().NewDecoder()
	payload, _ := enc.Encode(nil, sine(16000, 500, 0.3, 0, 320))
	out := make([]float32, 1920)
	for b.Loop() {
		_, _ = dec.Decode(out, payload)
	}
}
