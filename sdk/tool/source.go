package tool

import (
	"fmt"
	"iter"
	"sync/atomic"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/resample"
)

// Source is one party, as a tool hears it.
type Source struct {
	Call    Call
	Speaker Speaker
	N       int    // how many sources of this call the tool had before
	Tick    uint64 // from which on there may be frames

	ring  *ring
	zeros []float32
}

// Depth is how many frames of a source wait for its Listen: a second. What
// comes then is lost.
const Depth = 50

// ring is what goes from one goroutine, the tick's, to another, the author's.
// put counts what was put into it, and took what was taken out.
type ring struct {
	samples   []float32 // of Depth frames
	marks     [Depth]mark
	put, took atomic.Uint64
	ended     atomic.Bool
	group     atomic.Uint64 // how many frames are to wait until the author wakes
	wake      chan struct{} // holds a token when the author shall look
}

// mark says what a frame of the ring is.
type mark struct {
	tick   uint64
	missed int
	silent bool
}

// Group has Frames wait until n frames are there, or the source ends, and then
// give all of them: a tool that is in no hurry wakes up less often. n is 1, as
// without it, to half of [Depth]. It is called before Frames, by Listen.
func (s *Source) Group(n int) {
	s.ring.group.Store(uint64(min(max(n, 1), Depth/2)))
}

// Frames are what the party says, until the source ends. It is ranged over
// once, by Listen.
func (s *Source) Frames() iter.Seq[Frame] {
	return func(yield func(Frame) bool) {
		r, n := s.ring, uint64(len(s.zeros))
		for {
			ended := r.ended.Load() // before the last look at what was put
			for took, put := r.took.Load(), r.put.Load(); took < put; took++ {
				m := r.marks[took%Depth]
				f := Frame{Tick: m.tick, Samples: s.zeros, Silent: m.silent, Missed: m.missed}
				if !m.silent {
					at := took % Depth * n
					f.Samples = r.samples[at : at+n : at+n]
				}
				more := yield(f)
				r.took.Store(took + 1)
				if !more {
					return
				}
			}
			if ended {
				return
			}
			<-r.wake
		}
	}
}

// Feed is the other end of a Source, which the SDK fills, and a test of a tool
// can. Its methods are called by one goroutine at a time; none blocks.
type Feed struct {
	ring   *ring
	n      int
	down   *resample.Down // nil at 48 kHz
	held   bool           // it holds the end of a sound
	last   uint64         // the tick of the last frame
	missed int            // since the last frame that was put

	frames, lost atomic.Uint64
}

// NewSource makes a source of frames at the given rate, and its feed.
func NewSource(rate int, c Call, s Speaker, tick uint64) (*Source, *Feed, error) {
	f := &Feed{ring: &ring{wake: make(chan struct{}, 1)}, n: rate / 50}
	f.ring.group.Store(1)
	if rate != audio.Rate {
		var err error
		if f.down, err = resample.NewDown(audio.Rate, rate); err != nil {
			return nil, nil, fmt.Errorf("a tool cannot have frames of %d Hz: %w", rate, err)
		}
	}
	f.ring.samples = make([]float32, Depth*f.n)
	return &Source{Call: c, Speaker: s, Tick: tick, ring: f.ring, zeros: make([]float32, f.n)}, f, nil
}

// Put gives the source its frame of a tick; nil is silence.
func (f *Feed) Put(tick uint64, in *audio.Frame) {
	r := f.ring
	if tick != f.last+1 {
		f.forget()
	}
	f.last = tick
	put := r.put.Load()
	if put-r.took.Load() >= Depth {
		f.Miss(1)
		f.forget()
		return
	}
	m := &r.marks[put%Depth]
	at := int(put%Depth) * f.n
	*m = mark{tick: tick, missed: f.missed, silent: !f.fill(r.samples[at:at+f.n], in)}
	f.missed = 0
	f.frames.Add(1)
	r.put.Store(put + 1)
	if put+1-r.took.Load() >= r.group.Load() {
		r.ring()
	}
}

// fill puts a frame into dst at the source's rate; false if that is silence,
// and dst was left alone.
func (f *Feed) fill(dst []float32, in *audio.Frame) bool {
	switch {
	case in != nil && f.down == nil:
		copy(dst, in[:])
	case in != nil:
		f.down.Process(dst, in[:])
		f.held = true
	case f.held: // the resampler's last samples of what came before
		var quiet audio.Frame
		f.down.Process(dst, quiet[:])
		f.held = false
	default:
		return false
	}
	return true
}

// forget leaves out what came before: what comes does not follow on it.
func (f *Feed) forget() {
	if f.held {
		f.down.Reset()
		f.held = false
	}
}

// Miss says that n frames were lost.
func (f *Feed) Miss(n int) {
	f.missed += n
	f.lost.Add(uint64(n))
}

// End ends the source, once its frames have been taken.
func (f *Feed) End() {
	f.ring.ended.Store(true)
	f.ring.ring()
}

// Counts are how many frames were given, and how many were lost. It is safe
// from any goroutine.
func (f *Feed) Counts() (frames, missed uint64) { return f.frames.Load(), f.lost.Load() }

func (r *ring) ring() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}
