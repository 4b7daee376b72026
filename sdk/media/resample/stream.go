package resample

import "fmt"

// Stream converts a sound between any two rates as it comes. It is [Whole] in
// pieces: what comes out is the same, some milliseconds after it has come in. It
// is not for the tick.
type Stream struct {
	up, down int64 // output n lies at n·down/up of the input
	half     int
	cut      float64 // the pass band, as a part of the input's
	table    map[int64][]float32

	past []float32 // input that is still needed
	base int64     // what its first sample's number is
	next int64     // number of the next output
	in   int64     // how many samples have come in
}

// NewStream returns a converter between two rates of 1 to [MaxRate] Hz.
func NewStream(from, to int) (*Stream, error) {
	if from < 1 || to < 1 || from > MaxRate || to > MaxRate {
		return nil, fmt.Errorf("resample: %d to %d Hz: a rate is 1 to %d Hz", from, to, MaxRate)
	}
	g := gcd(from, to)
	s := &Stream{up: int64(to / g), down: int64(from / g), half: wholeTaps / 2, cut: 1, table: map[int64][]float32{}}
	if from > to { // the filter is longer, to cut at the lower rate
		s.half, s.cut = s.half*from/to, float64(to)/float64(from)
	}
	s.base = int64(-s.half) // before the beginning there is silence
	s.past = make([]float32, s.half)
	return s, nil
}

// Append takes the next samples, and appends to out what has become of them.
func (s *Stream) Append(out, in []float32) []float32 {
	if s.up == s.down {
		return append(out, in...)
	}
	s.in += int64(len(in))
	s.past = append(s.past, in...)
	return s.make(out, s.base+int64(len(s.past)))
}

// Flush appends what is left at the end of the sound.
func (s *Stream) Flush(out []float32) []float32 {
	if s.up == s.down {
		return out
	}
	s.past = append(s.past, make([]float32, s.half)...)
	end := (s.in*s.up + s.down - 1) / s.down
	for out = s.make(out, s.base+int64(len(s.past))); s.next > end; s.next-- {
		out = out[:len(out)-1]
	}
	return out
}

// make makes all samples for which the input up to number end is enough.
func (s *Stream) make(out []float32, end int64) []float32 {
	for ; ; s.next++ {
		pos := s.next * s.down
		at, phase := pos/s.up, pos%s.up
		first := at - int64(s.half) + 1
		if first+int64(2*s.half) > end {
			drop := max(0, first-s.base)
			s.past = append(s.past[:0], s.past[min(drop, int64(len(s.past))):]...)
			s.base += drop
			return out
		}
		h := s.table[phase]
		if h == nil {
			h = wholePhase(float64(phase)/float64(s.up), 2*s.half, s.cut)
			if len(s.table) < maxPhases {
				s.table[phase] = h
			}
		}
		var sum float32
		from := s.past[first-s.base:][:len(h)]
		for k, c := range h {
			sum += c * from[k]
		}
		out = append(out, sum)
	}
}
