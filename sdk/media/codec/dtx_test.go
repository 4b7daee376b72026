package codec

import "testing"

// RFC 7587, 3.1.3: to a receiver that says usedtx, silence is not sent, but for a
// packet now and then; what comes after it is.
func TestOpusDTX_RFC7587(t *testing.T) {
	for _, c := range []struct {
		fmtp        string
		least, most int
	}{{"useinbandfec=1;usedtx=1", 5, 30}, {"useinbandfec=1", 150, 150}} {
		enc, err := Opus().NewEncoder(c.fmtp)
		if err != nil {
			t.Fatal(err)
		}
		count := func(pcm []float32) (sent int) {
			for at := 0; at+960 <= len(pcm); at += 960 {
				b, err := enc.Encode(nil, pcm[at:at+960])
				if err != nil {
					t.Fatal(err)
				}
				if len(b) > 0 {
					sent++
				}
			}
			return sent
		}
		if n := count(sine(48000, 440, 0.3, 0, 48000)); n != 50 {
			t.Errorf("%s: %d of 50 packets of sound are sent", c.fmtp, n)
		}
		if n := count(make([]float32, 3*48000)); n < c.least || n > c.most {
			t.Errorf("%s: %d of 150 packets of silence are sent, want %d to %d", c.fmtp, n, c.least, c.most)
		}
		if n := count(sine(48000, 440, 0.3, 0, 48000)); n != 50 {
			t.Errorf("%s: %d of 50 packets of sound after it are sent", c.fmtp, n)
		}
	}
}
