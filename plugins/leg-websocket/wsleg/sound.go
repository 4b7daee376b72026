package wsleg

import (
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/resample"
)

const (
	// queued is how much of what a program says is kept until it is heard.
	queued = 30 * time.Second
	// earFrames is how much of what it shall hear waits for it: a second.
	earFrames = 50
	// mostMarks is how many marks may wait to be reached.
	mostMarks = 256
)

// mouth is what a program says, until it is heard. The tick takes from it while
// control code adds to it; nobody holds mu for long.
type mouth struct {
	rate int
	up   *resample.Up // nil at 48 kHz
	low  []float32    // 20 ms at rate; the tick's

	mu      sync.Mutex
	ring    []int16
	first   int   // of the samples in ring
	count   int   // how many there are
	played  int64 // samples given to the tick since the beginning
	dropped int64 // samples flushed, ever
	marks   []mark
	room    chan struct{} // holds a token after samples were taken
	reached func()        // is called when a mark may be reached; never blocks

	lastIn time.Time
}

// mark is a place in what a program says.
type mark struct {
	name string
	at   int64 // in samples, counted as played and dropped
}

func newMouth(rate int, reached func()) (*mouth, error) {
	m := &mouth{
		rate: rate, low: make([]float32, rate/50), ring: make([]int16, 0), room: make(chan struct{}, 1), reached: reached,
	}
	if rate != audio.Rate {
		var err error
		if m.up, err = resample.NewUp(rate, audio.Rate); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// say takes samples, and returns how many it had room for.
func (m *mouth) say(pcm []byte) (octets int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lastIn = time.Now()
	most := int(queued.Seconds()) * m.rate
	n := min(len(pcm)/2, most-m.count)
	if m.count+n > len(m.ring) {
		m.grow(m.count+n, most)
	}
	for i := range n {
		m.ring[(m.first+m.count+i)%len(m.ring)] = int16(binary.LittleEndian.Uint16(pcm[2*i:]))
	}
	m.count += n
	return 2 * n
}

// grow makes the ring larger. Most programs keep to what is heard, and need little.
func (m *mouth) grow(need, most int) {
	size := max(m.rate, 2*len(m.ring))
	for size < need {
		size *= 2
	}
	next := make([]int16, min(size, most))
	for i := range m.count {
		next[i] = m.ring[(m.first+i)%len(m.ring)]
	}
	m.ring, m.first = next, 0
}

// gather fills f with the next 20 ms, and reports whether there is anything.
func (m *mouth) gather(f *audio.Frame) bool {
	m.mu.Lock()
	n := min(m.count, len(m.low))
	for i := range n {
		m.low[i] = float32(m.ring[(m.first+i)%len(m.ring)]) / (1 << 15)
	}
	if n > 0 {
		m.first, m.count = (m.first+n)%len(m.ring), m.count-n
		m.played += int64(n)
	}
	due := n > 0 && len(m.marks) > 0 && m.marks[0].at <= m.played+m.dropped
	m.mu.Unlock()
	if due {
		m.reached()
	}
	if n == 0 {
		return false
	}
	select {
	case m.room <- struct{}{}:
	default:
	}
	clear(m.low[n:])
	if m.up == nil {
		copy(f[:], m.low)
	} else {
		m.up.Process(f[:], m.low)
	}
	return true
}

// mark sets a mark behind all that was said so far.
func (m *mouth) mark(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.marks) == mostMarks {
		return fmt.Errorf("more than %d marks wait to be reached", mostMarks)
	}
	m.marks = append(m.marks, mark{name, m.played + m.dropped + int64(m.count)})
	return nil
}

// passed takes out the marks that are reached.
func (m *mouth) passed() (names []string, playedMs int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for len(m.marks) > 0 && m.marks[0].at <= m.played+m.dropped {
		names = append(names, m.marks[0].name)
		m.marks = m.marks[1:]
	}
	return names, m.ms(m.played)
}

// flush forgets what is not heard yet, with its marks.
func (m *mouth) flush() (playedMs, droppedMs int64, marks []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	dropped := int64(m.count)
	for _, k := range m.marks {
		marks = append(marks, k.name)
	}
	m.dropped += dropped
	m.first, m.count, m.marks = 0, 0, nil
	select {
	case m.room <- struct{}{}:
	default:
	}
	return m.ms(m.played), m.ms(dropped), marks
}

func (m *mouth) ms(samples int64) int64 { return samples * 1000 / int64(m.rate) }

// ear is what a program shall hear, until it is sent.
type ear struct {
	down *resample.Down // nil at 48 kHz
	low  []float32      // the tick's

	mu     sync.Mutex
	open   bool
	frames [earFrames][]byte
	first  int
	count  int
	missed uint64 // frames that were not sent, because the program did not read
}

func newEar(rate int) (*ear, error) {
	e := &ear{low: make([]float32, rate/50)}
	for i := range e.frames {
		e.frames[i] = make([]byte, 2*rate/50)
	}
	if rate != audio.Rate {
		var err error
		if e.down, err = resample.NewDown(audio.Rate, rate); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// silence is what is heard where there is nothing.
var silence audio.Frame

// hear takes 20 ms, nil for silence, and reports whether they are to be sent.
func (e *ear) hear(f *audio.Frame) bool {
	if f == nil {
		f = &silence
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.open {
		return false
	}
	low := f[:]
	if e.down != nil {
		e.down.Process(e.low, f[:])
		low = e.low
	}
	if e.count == earFrames { // the oldest goes
		e.first, e.count = (e.first+1)%earFrames, e.count-1
		e.missed++
	}
	into := e.frames[(e.first+e.count)%earFrames]
	e.count++
	for i, v := range low {
		binary.LittleEndian.PutUint16(into[2*i:], uint16(toInt16(v)))
	}
	return true
}

// take copies the oldest frame into b; false: there is none.
func (e *ear) take(b []byte) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.count == 0 {
		return false
	}
	copy(b, e.frames[e.first])
	e.first, e.count = (e.first+1)%earFrames, e.count-1
	return true
}

// begin has sound flow to the program from now on.
func (e *ear) begin() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.open = true
}

// toInt16 saturates.
func toInt16(v float32) int16 { return int16(max(-1<<15, min(1<<15-1, v*(1<<15)))) }
