package codec

import (
	"bytes"
	"math"
	"testing"
)

func rms(pcm []float32) float64 {
	var sum float64
	for _, s := range pcm {
		sum += float64(s) * float64(s)
	}
	return 10 * math.Log10(sum/float64(len(pcm)))
}

// RFC 3389, 3.1 and 3.2: the level is that of the noise, whatever its spectrum.
func TestComfortNoise_RFC3389(t *testing.T) {
	for _, c := range []struct {
		name    string
		payload []byte
		level   float64
	}{
		{"white", AppendNoise(nil, -50), -50},
		{"louder", []byte{30}, -30},
		{"low", []byte{50, 220, 90}, -50},
		{"high", []byte{50, 30, 140, 127, 120}, -50},
		{"more coefficients than are known", append([]byte{45}, bytes.Repeat([]byte{140}, 30)...), -45},
	} {
		d, err := ComfortNoise().NewDecoder()
		if err != nil {
			t.Fatal(err)
		}
		pcm := make([]float32, 16000)
		n, err := d.Decode(pcm, c.payload)
		if err != nil || n != ComfortNoise().Duration(c.payload) {
			t.Fatalf("%s: %d samples, %v", c.name, n, err)
		}
		d.Conceal(pcm[n:])
		if got := rms(pcm[800:]); math.Abs(got-c.level) > 1 {
			t.Errorf("%s: the noise is at %.1f dBov, want %v", c.name, got, c.level)
		}
	}
}

func TestComfortNoiseErrors(t *testing.T) {
	d, _ := ComfortNoise().NewDecoder()
	if _, err := d.Decode(make([]float32, 960), nil); err == nil {
		t.Error("an empty payload is taken")
	}
	if _, err := ComfortNoise().NewEncoder(""); err == nil {
		t.Error("there is an encoder")
	}
	if b := AppendNoise(nil, 3); b[0] != 0 {
		t.Errorf("a level above full scale is %d", b[0])
	}
}
