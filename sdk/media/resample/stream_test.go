package resample

import (
	"math"
	"math/rand/v2"
	"testing"
)

// In pieces or as a whole: it is the same sound.
func TestAStreamIsAWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	in := make([]float32, 7000)
	for i := range in {
		in[i] = float32(random.Float64()*2 - 1)
	}
	for _, r := range [][2]int{{8000, 48000}, {16000, 48000}, {22050, 48000}, {44100, 48000}, {48000, 48000}, {96000, 48000}, {47999, 48000}, {48000, 8000}} {
		for _, n := range []int{0, 1, 10, len(in)} {
			s, err := NewStream(r[0], r[1])
			if err != nil {
				t.Fatal(err)
			}
			var got []float32
			for left := in[:n]; len(left) > 0; {
				k := min(len(left), 1+random.IntN(700))
				got = s.Append(got, left[:k])
				left = left[k:]
			}
			got = s.Flush(got)
			want, err := Whole(in[:n], r[0], r[1])
			if err != nil || len(got) != len(want) {
				t.Fatalf("%d to %d: %d samples, want %d: %v", r[0], r[1], len(got), len(want), err)
			}
			for i := range want {
				if d := math.Abs(float64(got[i] - want[i])); d > 1e-5 {
					t.Fatalf("%d to %d: sample %d of %d is off by %g", r[0], r[1], i, len(want), d)
				}
			}
		}
	}
	for _, r := range [][2]int{{0, 48000}, {8000, MaxRate + 1}} {
		if _, err := NewStream(r[0], r[1]); err == nil {
			t.Errorf("%v was taken", r)
		}
	}
}
