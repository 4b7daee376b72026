package dtmf

import (
	"math"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
)

// The frequencies of ITU-T Q.23, in Hz.
var (
	rows    = [4]float64{697, 770, 852, 941}
	columns = [4]float64{1209, 1336, 1477, 1633}
)

// keys by row and column.
const keys = "123A456B789C*0#D"

// The power of each tone that is sent, in dBov: -9 and -7 dBm0, the higher one
// louder, as lines make it weaker (Q.23 leaves it to administrations).
const (
	rowLevel    = -15
	columnLevel = -13
)

// edge is how long a tone takes to come and go, so that it does not click.
const edge = audio.Rate / 1000 * 2

// Tones sends digits as sound, to parties that take no telephone-events: two
// tones for each, for as long as asked (40 ms to 6 s), with 60 ms between. It is
// not safe for concurrent use. The zero value is ready.
type Tones struct {
	waiting [queue]digit
	count   int

	row, column float64 // radians a sample
	at, length  int     // samples; a digit runs while at < length
	rest        int     // samples of the pause after it
}

// Queue adds a digit. It reports false where the digit is none, or too many
// wait.
func (t *Tones) Queue(b byte, d time.Duration) bool {
	event, ok := Code(b)
	if !ok || t.count == queue {
		return false
	}
	t.waiting[t.count] = digit{event, max(shortest, min(d, longest))}
	t.count++
	return true
}

// Busy says that there is a digit, or the pause after one, to be sent now.
func (t *Tones) Busy() bool { return t.count > 0 || t.at < t.length || t.rest > 0 }

// Fill writes the next 20 ms in place of what the party would hear. It reports
// false, and leaves f alone, where there is nothing to send.
func (t *Tones) Fill(f *audio.Frame) bool {
	if !t.Busy() {
		return false
	}
	for i := range f {
		if t.at == t.length && t.rest == 0 {
			if t.count == 0 {
				clear(f[i:])
				break
			}
			t.begin()
		}
		if t.at < t.length {
			f[i] = t.sample()
			if t.at++; t.at == t.length {
				t.rest = int(pause * audio.Rate / time.Second)
			}
			continue
		}
		f[i] = 0
		t.rest--
	}
	return true
}

func (t *Tones) begin() {
	d := t.waiting[0]
	t.count--
	copy(t.waiting[:], t.waiting[1:1+t.count])
	for i := range len(keys) {
		if keys[i] == digits[d.event] {
			t.row, t.column = 2*math.Pi*rows[i/4]/audio.Rate, 2*math.Pi*columns[i%4]/audio.Rate
		}
	}
	t.at, t.length = 0, int(d.length*audio.Rate/time.Second)
}

var (
	rowAmplitude    = math.Sqrt2 * math.Pow(10, rowLevel/20.)
	columnAmplitude = math.Sqrt2 * math.Pow(10, columnLevel/20.)
)

func (t *Tones) sample() float32 {
	x := float64(t.at)
	s := rowAmplitude*math.Sin(t.row*x) + columnAmplitude*math.Sin(t.column*x)
	if near := min(t.at, t.length-1-t.at); near < edge {
		s *= float64(near) / edge
	}
	return float32(s)
}
