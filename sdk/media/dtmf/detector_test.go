package dtmf

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
)

// press is two tones as a phone might send them.
type press struct {
	key       byte
	ms, pause int
	level     float64 // dBov of the lower tone
	twist     float64 // dB that the higher is louder
	off       float64 // of both frequencies
}

// sound writes presses one after the other, from an odd place on.
func sound(presses ...press) []float32 {
	pcm := make([]float32, 2003)
	for _, p := range presses {
		i := strings.IndexByte(keys, p.key)
		low, high := rows[i/4]*(1+p.off), columns[i%4]*(1+p.off)
		a, b := math.Sqrt2*math.Pow(10, p.level/20), math.Sqrt2*math.Pow(10, (p.level+p.twist)/20)
		for n := range p.ms * audio.Rate / 1000 {
			x := 2 * math.Pi * float64(n) / audio.Rate
			pcm = append(pcm, float32(a*math.Sin(x*low)+b*math.Sin(x*high)))
		}
		pcm = append(pcm, make([]float32, p.pause*audio.Rate/1000)...)
	}
	return append(pcm, make([]float32, 5*audio.Samples)...)
}

// detect runs the detector over sound and returns the digits, and what was
// held back.
func detect(t testing.TB, pcm []float32) (found []Digit, passed []float32) {
	t.Helper()
	d, err := NewDetector()
	if err != nil {
		t.Fatal(err)
	}
	var f audio.Frame
	for at := 0; at+len(f) <= len(pcm); at += len(f) {
		copy(f[:], pcm[at:])
		digit, ok, hold := d.Step(&f)
		if ok {
			found = append(found, digit)
		}
		if hold {
			f = audio.Frame{}
		}
		passed = append(passed, f[:]...)
	}
	if digit, ok := d.Reset(); ok {
		found = append(found, digit)
	}
	return found, passed
}

func text(found []Digit) string {
	var b strings.Builder
	for _, d := range found {
		b.WriteByte(d.Key)
	}
	return b.String()
}

func TestDetector_Q24(t *testing.T) {
	const usual = -18
	for _, c := range []struct {
		name string
		in   []press
		want string
	}{
		{"40 ms and 40 ms of pause", []press{{'1', 40, 40, usual, 0, 0}, {'2', 40, 40, usual, 0, 0}, {'2', 40, 40, usual, 0, 0}}, "122"},
		{"24 ms is none", []press{{'5', 24, 100, usual, 0, 0}, {'6', 20, 100, usual, 0, 0}}, ""},
		{"a gap of 10 ms does not separate", []press{{'7', 60, 10, usual, 0, 0}, {'7', 60, 100, usual, 0, 0}}, "7"},
		{"a gap of 20 ms does not separate", []press{{'7', 60, 20, usual, 0, 0}, {'7', 60, 100, usual, 0, 0}}, "7"},
		{"two keys without a pause", []press{{'3', 80, 0, usual, 0, 0}, {'9', 80, 100, usual, 0, 0}}, "39"},
		{"a long press", []press{{'#', 3000, 100, usual, 0, 0}}, "#"},
		{"1.5 % high", []press{{'1', 40, 60, usual, 0, 0.015}, {'D', 40, 60, usual, 0, 0.015}, {'*', 40, 60, usual, 0, 0.015}}, "1D*"},
		{"1.5 % low", []press{{'1', 40, 60, usual, 0, -0.015}, {'D', 40, 60, usual, 0, -0.015}, {'*', 40, 60, usual, 0, -0.015}}, "1D*"},
		{"3.5 % off is none", []press{{'1', 100, 60, usual, 0, 0.035}, {'D', 100, 60, usual, 0, -0.035}, {'8', 100, 60, usual, 0, 0.035}}, ""},
		{"the higher 4 dB louder", []press{{'1', 50, 60, usual, 4, 0}, {'D', 50, 60, usual, 4, 0}}, "1D"},
		{"the higher 8 dB fainter", []press{{'1', 50, 60, usual, -8, 0}, {'D', 50, 60, usual, -8, 0}}, "1D"},
		{"the higher 12 dB fainter is none", []press{{'1', 50, 60, usual, -12, 0}}, ""},
		{"the higher 8 dB louder is none", []press{{'1', 50, 60, usual, 8, 0}}, ""},
		{"loud", []press{{'4', 50, 60, -7, 0, 0}}, "4"},
		{"faint", []press{{'4', 50, 60, -35, 0, 0}}, "4"},
		{"too faint", []press{{'4', 50, 60, -55, 0, 0}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			found, _ := detect(t, sound(c.in...))
			if got := text(found); got != c.want {
				t.Errorf("found %q, want %q", got, c.want)
			}
		})
	}
}

// Every key, at any place within a frame, with its length.
func TestDetectorHearsEveryKey(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for i := range len(keys) {
		for range 20 {
			ms := 40 + r.IntN(300)
			pcm := append(make([]float32, r.IntN(audio.Samples)), sound(press{keys[i], ms, 60, -20, 2, 0})...)
			found, _ := detect(t, pcm)
			if text(found) != keys[i:i+1] {
				t.Fatalf("%c for %d ms: found %q", keys[i], ms, text(found))
			}
			if off := found[0].Duration - time.Duration(ms)*time.Millisecond; off.Abs() > 10*time.Millisecond {
				t.Errorf("%c for %d ms: found %v", keys[i], ms, found[0].Duration)
			}
		}
	}
}

// Q.24 at any place of a window: 40 ms are a digit, 24 ms are none.
func TestDetectorAtAnyPlace(t *testing.T) {
	for at := range 60 {
		for _, off := range []float64{-0.015, 0, 0.015} {
			pcm := append(make([]float32, at*7), sound(press{'D', 40, 40, -20, 2, off}, press{'1', 40, 40, -20, -3, off}, press{'9', 24, 60, -20, 0, off})...)
			if found, _ := detect(t, pcm); text(found) != "D1" {
				t.Errorf("from sample %d on, %.1f %% off: found %s", at*7, 100*off, text(found))
			}
		}
	}
}

// Q.24: digits are found with noise 15 dB below them, and through it all once.
func TestDetectorInNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 1))
	var in []press
	var want strings.Builder
	for i := range 400 {
		in = append(in, press{keys[i%16], 50, 50, -20, 0, 0})
		want.WriteByte(keys[i%16])
	}
	pcm := sound(in...)
	for i := range pcm {
		pcm[i] += float32(r.NormFloat64() * math.Pow(10, (-17-15)/20.))
	}
	found, _ := detect(t, pcm)
	if text(found) != want.String() {
		t.Errorf("%d digits of 400 presses: %s", len(found), text(found))
	}
}

// What Tones makes, Detector finds; and what is let through is too short to be
// a digit for anybody else.
func TestTonesAreFoundAndHeldBack(t *testing.T) {
	const dialled = "0123456789*#ABCD55"
	var tones Tones
	for i := range len(dialled) {
		if !tones.Queue(dialled[i], time.Duration(40+10*i)*time.Millisecond) {
			t.Fatalf("%c was refused", dialled[i])
		}
	}
	pcm := make([]float32, 311)
	var f audio.Frame
	for tones.Fill(&f) {
		pcm = append(pcm, f[:]...)
	}
	pcm = append(pcm, make([]float32, 5*audio.Samples)...)
	found, passed := detect(t, pcm)
	if text(found) != dialled {
		t.Errorf("dialled %s, found %s", dialled, text(found))
	}
	for i, d := range found {
		if want := time.Duration(40+10*i) * time.Millisecond; (d.Duration - want).Abs() > 10*time.Millisecond {
			t.Errorf("%c lasted %v, want %v", d.Key, d.Duration, want)
		}
	}
	if again, _ := detect(t, passed); len(again) != 0 {
		t.Errorf("in what was let through there is %s", text(again))
	}
	run, longest := 0, 0
	for _, s := range passed {
		if run++; s == 0 {
			run = 0
		}
		longest = max(longest, run)
	}
	if ms := longest * 1000 / audio.Rate; ms > 25 {
		t.Errorf("%d ms of a digit are let through", ms)
	}
}

func TestTonesDoNotClick(t *testing.T) {
	var tones Tones
	tones.Queue('5', 100*time.Millisecond)
	var pcm []float32
	var f audio.Frame
	for tones.Fill(&f) {
		pcm = append(pcm, f[:]...)
	}
	steepest := float32(0)
	for i := 1; i < len(pcm); i++ {
		steepest = max(steepest, pcm[i]-pcm[i-1], pcm[i-1]-pcm[i])
	}
	if steepest > 0.1 {
		t.Errorf("the steepest step is %.3f", steepest)
	}
	if pcm[0] != 0 || tones.Busy() {
		t.Errorf("begins at %v, busy %v", pcm[0], tones.Busy())
	}
}

// Talk-off: half an hour of something like speech, of many voices, and sharper
// in its formants than any, is taken for a digit once at most, and hardly ever
// held back.
func TestTalkOff(t *testing.T) {
	seconds := 1800
	if testing.Short() {
		seconds = 120
	}
	d, err := NewDetector()
	if err != nil {
		t.Fatal(err)
	}
	v := talker{r: rand.New(rand.NewPCG(7, 7))}
	found, held := 0, 0
	var f audio.Frame
	for range seconds * 50 {
		v.speak(&f)
		_, ok, hold := d.Step(&f)
		if ok {
			found++
		}
		if hold {
			held++
		}
	}
	t.Logf("%d digits; %d frames of %d held back", found, held, seconds*50)
	if found > 1 || held > seconds/100 {
		t.Errorf("speech is taken for a digit %d times, %d frames of %d s are held back", found, held, seconds)
	}
}

// talker makes syllables at 8 kHz, three samples in one: buzzes of men's, women's
// and children's pitch through three sharp formants, whistles and hisses.
type talker struct {
	r     *rand.Rand
	left  int // samples of the syllable at 8 kHz
	all   int
	pitch float64
	glide float64
	phase float64
	hiss  bool
	res   [3]struct{ a, b, y1, y2 float64 }
	past  float64
}

func (v *talker) speak(f *audio.Frame) {
	for at := 0; at < len(f); at += 6 {
		s := v.sample()
		for k := range 6 { // a straight line is filter enough
			f[at+k] = float32(v.past + (s-v.past)*float64(k+1)/6)
		}
		v.past = s
	}
}

func (v *talker) sample() float64 {
	if v.left == 0 {
		v.left = 400 + v.r.IntN(2000)
		v.all = v.left
		v.pitch, v.glide = 70+350*v.r.Float64()*v.r.Float64(), 1+0.0001*(v.r.Float64()-0.5)
		v.hiss = v.r.IntN(6) == 0
		for i, hz := range []float64{250 + 700*v.r.Float64(), 800 + 1300*v.r.Float64(), 1900 + 1500*v.r.Float64()} {
			radius := math.Exp(-math.Pi * (30 + 120*v.r.Float64()) / detectRate)
			v.res[i].a, v.res[i].b = 2*radius*math.Cos(2*math.Pi*hz/detectRate), -radius*radius
		}
	}
	v.left--
	x := 0.0
	v.pitch *= v.glide
	if v.phase += v.pitch / detectRate; v.phase >= 1 {
		v.phase--
		x = 1
	}
	if v.hiss {
		x = 0.1 * v.r.NormFloat64()
	}
	out := 0.0
	for i := range v.res {
		q := &v.res[i]
		y := x + q.a*q.y1 + q.b*q.y2
		q.y1, q.y2 = y, q.y1
		out += y / float64(i+1)
	}
	return 0.05 * out * math.Sin(math.Pi*float64(v.left)/float64(v.all))
}

func TestDetectorAllocatesNothing(t *testing.T) {
	d, err := NewDetector()
	if err != nil {
		t.Fatal(err)
	}
	f := audio.Frame(sound(press{'1', 60, 0, -20, 0, 0})[2003:])
	if n := testing.AllocsPerRun(100, func() { d.Step(&f) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
	var tones Tones
	if n := testing.AllocsPerRun(100, func() { tones.Queue('1', 40*time.Millisecond); tones.Fill(&f) }); n != 0 {
		t.Errorf("%v allocations a frame of tones", n)
	}
}

// 50 frames are a leg-second.
func BenchmarkDetector(b *testing.B) {
	for _, level := range []float64{-20, -90} {
		b.Run(fmt.Sprint(level), func(b *testing.B) {
			d, err := NewDetector()
			if err != nil {
				b.Fatal(err)
			}
			f := audio.Frame(sound(press{'1', 60, 0, level, 0, 0})[2003:])
			for b.Loop() {
				d.Step(&f)
			}
		})
	}
}
