package codec

import (
	"math"
	"testing"
)

func sine(rate int, hz, amplitude float64, from, n int) []float32 {
	pcm := make([]float32, n)
	for i := range pcm {
		pcm[i] = float32(amplitude * math.Sin(2*math.Pi*hz*float64(from+i)/float64(rate)))
	}
	return pcm
}

// snr is how many dB of got is want.
func snr(want, got []float32) float64 {
	var signal, noise float64
	for i := range want {
		signal += float64(want[i]) * float64(want[i])
		d := float64(got[i] - want[i])
		noise += d * d
	}
	return 10 * math.Log10(signal/noise)
}

func TestG711Values(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func(byte) int16
		code byte
		want int16
	}{
		{"µ-law, the lowest", mulawExpand, 0x00, -32124},
		{"µ-law, the highest", mulawExpand, 0x80, 32124},
		{"µ-law, zero", mulawExpand, 0xff, 0},
		{"µ-law, minus zero", mulawExpand, 0x7f, 0},
		{"µ-law, the first step", mulawExpand, 0xfe, 8},
		{"A-law, the lowest", alawExpand, 0x2a, -32256},
		{"A-law, the highest", alawExpand, 0xaa, 32256},
		{"A-law, just above zero", alawExpand, 0xd5, 8},
		{"A-law, just below zero", alawExpand, 0x55, -8},
	} {
		if got := c.f(c.code); got != c.want {
			t.Errorf("%s: %#x is %d, want %d", c.name, c.code, got, c.want)
		}
	}
	if got := mulawCompress(0); got != 0xff {
		t.Errorf("µ-law of silence is %#x, want 0xff", got)
	}
	if got := alawCompress(0); got != 0xd5 {
		t.Errorf("A-law of silence is %#x, want 0xd5", got)
	}
}

// Every code comes back as itself, but for µ-law's second zero.
func TestG711CodesAreFixedPoints(t *testing.T) {
	for i := range 256 {
		b := byte(i)
		if got := mulawCompress(mulawExpand(b)); got != b && b != 0x7f {
			t.Errorf("µ-law %#x comes back as %#x", b, got)
		}
		if got := alawCompress(alawExpand(b)); got != b {
			t.Errorf("A-law %#x comes back as %#x", b, got)
		}
	}
}

// A sample is never further from its code than half a step of its segment.
func TestG711IsNearest(t *testing.T) {
	for _, law := range []struct {
		name     string
		compress func(int16) byte
		expand   func(byte) int16
		floor    float64
	}{{"µ-law", mulawCompress, mulawExpand, 8}, {"A-law", alawCompress, alawExpand, 16}} {
		for s := -32000; s <= 32000; s++ {
			err := math.Abs(float64(law.expand(law.compress(int16(s)))) - float64(s))
			if bound := math.Max(law.floor, math.Abs(float64(s))/31+4); err > bound {
				t.Fatalf("%s of %d is off by %.0f, more than %.0f", law.name, s, err, bound)
			}
		}
	}
}

// G.712, figure 4: a sine keeps a ratio of at least 33 dB from -30 dBm0 up.
func TestG711Quality(t *testing.T) {
	for _, c := range []Codec{PCMU(), PCMA()} {
		enc, _ := c.NewEncoder("")
		dec, _ := c.NewDecoder()
		for _, amplitude := range []float64{0.9, 0.1, 0.03} {
			in := sine(8000, 1020, amplitude, 0, 800)
			out := make([]float32, 960)
			var got []float32
			for i := 0; i < len(in); i += 160 {
				payload, err := enc.Encode(nil, in[i:i+160])
				if err != nil || len(payload) != 160 || c.Duration(payload) != 160 {
					t.Fatalf("%s: %d bytes, %v", c.Format().Name, len(payload), err)
				}
				n, err := dec.Decode(out, payload)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, out[:n]...)
			}
			if r := snr(in, got); r < 33 {
				t.Errorf("%s at amplitude %.2f: SNR %.1f dB, want 33", c.Format().Name, amplitude, r)
			}
		}
	}
}

func TestG711Saturates(t *testing.T) {
	enc, _ := PCMU().NewEncoder("")
	got, _ := enc.Encode(nil, []float32{2, -2, 1, -1, float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.NaN())})
	want := []byte{0x80, 0x00, 0x80, 0x00, 0x80, 0x00, 0xff}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("sample %d: %#x, want %#x", i, got[i], want[i])
		}
	}
}

// A vowel-like tone goes on through a lost packet, without a click at either
// seam, and is gone after 100 ms.
func TestConcealmentGoesOn(t *testing.T) {
	const lost = 160
	signal := func(from, n int) []float32 {
		pcm := sine(8000, 130, 0.3, from, n)
		for h := 2; h <= 5; h++ {
			for i, s := range sine(8000, 130*float64(h), 0.3/float64(h), from, n) {
				pcm[i] += s
			}
		}
		return pcm
	}
	c := newConcealer(8000)
	before := signal(0, 800)
	c.good(before)
	got := make([]float32, lost)
	c.lost(got)
	want := signal(800, lost)
	if r := snr(want[:80], got[:80]); r < 15 {
		t.Errorf("the first 10 ms are like what was lost with SNR %.1f dB, want 15", r)
	}
	after := signal(800+lost, 160)
	c.good(after)
	joined := append(append(before[700:], got...), after...)
	var steepest float64
	for i, s := range signal(0, 800)[1:] {
		steepest = math.Max(steepest, math.Abs(float64(s-before[i])))
	}
	for i := 1; i < len(joined); i++ {
		if step := math.Abs(float64(joined[i] - joined[i-1])); step > 1.5*steepest {
			t.Errorf("a click at sample %d: a step of %.3f, the signal has at most %.3f", i, step, steepest)
		}
	}

	c.lost(make([]float32, 800))
	gone := make([]float32, 160)
	c.lost(gone)
	for _, s := range gone {
		if s != 0 {
			t.Fatal("concealment is still heard after 100 ms")
		}
	}
}

func TestOpusRoundTrip(t *testing.T) {
	for _, ms := range []int{10, 20, 40, 60} {
		enc, err := Opus().NewEncoder("useinbandfec=1")
		if err != nil {
			t.Fatal(err)
		}
		dec, err := Opus().NewDecoder()
		if err != nil {
			t.Fatal(err)
		}
		n := 48 * ms
		in := sine(48000, 400, 0.5, 0, 48000/n*n)
		var got []float32
		out := make([]float32, 5760)
		for i := 0; i < len(in); i += n {
			payload, err := enc.Encode(nil, in[i:i+n])
			if err != nil {
				t.Fatal(err)
			}
			if d := (opusCodec{}).Duration(payload); d != n {
				t.Fatalf("a packet of %d ms says that it lasts %d samples, want %d", ms, d, n)
			}
			k, err := dec.Decode(out, payload)
			if err != nil || k != n {
				t.Fatalf("decoded %d samples, want %d: %v", k, n, err)
			}
			got = append(got, out[:k]...)
		}
		best := math.Inf(-1) // whatever the codec's delay is
		for delay := range 480 {
			best = math.Max(best, snr(in[24000:26400], got[24000+delay:26400+delay]))
		}
		if best < 20 {
			t.Errorf("%d ms: SNR %.1f dB, want 20", ms, best)
		}
	}
}

// RFC 6716, 2.1.7: a packet carries a copy of the one before.
func TestOpusRecoversLoss(t *testing.T) {
	energyOf := func(recoverLoss bool) float64 {
		enc, _ := Opus().NewEncoder("useinbandfec=1")
		dec, _ := Opus().NewDecoder()
		out := make([]float32, 5760)
		var payloads [][]byte
		var in [][]float32
		for i := range 100 {
			// Speech-like: a buzz whose pitch and loudness move on.
			pcm := make([]float32, 960)
			for k := range pcm {
				x := float64(i*960+k) / 48000
				f := 140 + 40*math.Sin(2*math.Pi*1.3*x)
				for h := 1; h < 16; h++ {
					pcm[k] += float32(0.08 * (1 + math.Sin(2*math.Pi*3*x)) * math.Sin(2*math.Pi*f*float64(h)*x) / float64(h))
				}
			}
			p, _ := enc.Encode(nil, pcm)
			payloads, in = append(payloads, p), append(in, pcm)
		}
		var err float64
		for i := range payloads {
			if i%5 == 3 && i > 20 {
				var got []float32
				if recoverLoss {
					dec.(Recoverer).Recover(out[:960], payloads[i+1])
				} else {
					dec.Conceal(out[:960])
				}
				got = out[:960]
				var a, b float64
				for k := range got {
					a += float64(got[k]) * float64(got[k])
					b += float64(in[i][k]) * float64(in[i][k])
				}
				err += math.Abs(10 * math.Log10((a+1e-9)/(b+1e-9)))
				continue
			}
			if _, e := dec.Decode(out, payloads[i]); e != nil {
				t.Fatal(e)
			}
		}
		return err
	}
	with, without := energyOf(true), energyOf(false)
	t.Logf("sum of level errors: %.1f dB recovered, %.1f dB concealed", with, without)
	if with >= without {
		t.Errorf("recovery is no better than concealment: %.1f and %.1f dB off", with, without)
	}
}

func TestOpusParameters(t *testing.T) {
	for fmtp, want := range map[string]int{
		"":                          opusBitrate,
		"maxaveragebitrate=20000":   20000,
		"maxaveragebitrate=510000":  opusBitrate,
		"maxaveragebitrate=1":       6000,
		"maxaveragebitrate=rubbish": opusBitrate,
		"stereo=0; maxaveragebitrate = 16000;useinbandfec=1": 16000,
	} {
		e, err := Opus().NewEncoder(fmtp)
		if err != nil {
			t.Fatalf("%q: %v", fmtp, err)
		}
		if got, _ := e.(*opusEncoder).enc.Bitrate(); got != want {
			t.Errorf("%q: %d bit/s, want %d", fmtp, got, want)
		}
	}
	e, _ := Opus().NewEncoder("useinbandfec=1;maxplaybackrate=8000;usedtx=1")
	enc := e.(*opusEncoder).enc
	if fec, _ := enc.InBandFEC(); !fec {
		t.Error("useinbandfec=1 turned nothing on")
	}
	if dtx, _ := enc.DTX(); !dtx {
		t.Error("usedtx=1 turned nothing on")
	}
}

// RFC 6716, 3.1 and table 2.
func TestOpusDuration(t *testing.T) {
	for _, c := range []struct {
		payload []byte
		want    int
	}{
		{nil, 0},
		{[]byte{0x00}, 480},                 // SILK narrow band, 10 ms
		{[]byte{0x18}, 2880},                // SILK narrow band, 60 ms
		{[]byte{12 << 3}, 480},              // hybrid, 10 ms
		{[]byte{13<<3 | 1}, 1920},           // hybrid, two of 20 ms
		{[]byte{16 << 3}, 120},              // CELT, 2.5 ms
		{[]byte{31<<3 | 2}, 1920},           // CELT, two of 20 ms
		{[]byte{31<<3 | 3}, 0},              // the count is missing
		{[]byte{31<<3 | 3, 3}, 2880},        // three
		{[]byte{31<<3 | 3, 0x80 | 6}, 5760}, // 120 ms
		{[]byte{31<<3 | 3, 7}, 0},           // 140 ms: R5 forbids
	} {
		if got := (opusCodec{}).Duration(c.payload); got != c.want {
			t.Errorf("%x lasts %d, want %d", c.payload, got, c.want)
		}
	}
}

func TestRegistry(t *testing.T) {
	for _, name := range []string{"opus", "pcmu", "PCMA"} {
		if _, ok := Standard().Lookup(name); !ok {
			t.Errorf("%s is not found", name)
		}
	}
	if c, ok := Standard().Lookup("g729"); ok {
		t.Errorf("g729 is found: %v", c)
	}
	for ptime, want := range map[int]int{5: 10, 10: 10, 20: 20, 25: 20, 30: 20, 40: 40, 50: 40, 100: 60} {
		if got := Opus().Frame(ptime); got != want {
			t.Errorf("opus at ptime %d makes packets of %d ms, want %d", ptime, got, want)
		}
	}
	if got := PCMU().Frame(30); got != 30 {
		t.Errorf("pcmu at ptime 30 makes packets of %d ms", got)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	for _, c := range Standard() {
		f := c.Format()
		enc, _ := c.NewEncoder("")
		dec, _ := c.NewDecoder()
		pcm := sine(f.SampleRate, 300, 0.5, 0, f.SampleRate/50)
		out := make([]float32, f.SampleRate*MaxDuration/1000)
		payload := make([]byte, 0, 1500)
		if n := testing.AllocsPerRun(100, func() {
			payload, _ = enc.Encode(payload[:0], pcm)
			dec.Decode(out, payload)
			dec.Conceal(out[:len(pcm)])
			if r, ok := dec.(Recoverer); ok {
				r.Recover(out[:len(pcm)], payload)
			}
		}); n != 0 {
			t.Errorf("%s: %.0f allocations for a packet", f.Name, n)
		}
	}
}

func BenchmarkCodec(b *testing.B) {
	for _, c := range Standard() {
		f := c.Format()
		pcm := make([]float32, f.SampleRate/50)
		for i := range pcm {
			x := float64(i) / float64(f.SampleRate)
			pcm[i] = float32(0.2*math.Sin(2*math.Pi*150*x) + 0.1*math.Sin(2*math.Pi*900*x+1) + 0.05*math.Sin(2*math.Pi*2300*x))
		}
		enc, _ := c.NewEncoder("useinbandfec=1")
		payload, _ := enc.Encode(nil, pcm)
		b.Run(f.Name+"/encode", func(b *testing.B) {
			for b.Loop() {
				payload, _ = enc.Encode(payload[:0], pcm)
			}
			perLegSecond(b)
		})
		b.Run(f.Name+"/decode", func(b *testing.B) {
			dec, _ := c.NewDecoder()
			out := make([]float32, f.SampleRate*MaxDuration/1000)
			for b.Loop() {
				dec.Decode(out, payload)
			}
			perLegSecond(b)
		})
	}
}

// perLegSecond reports what 50 packets cost.
func perLegSecond(b *testing.B) {
	b.ReportMetric(b.Elapsed().Seconds()*1e3*50/float64(b.N), "cpu-ms/leg-s")
}
