package prompt

import (
	"context"
	"fmt"
	"io"
	"math"
	"sync/atomic"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
)

const (
	// Longest is how long a prompt may be.
	Longest = 10 * time.Minute

	chunkSamples = audio.Rate / 2
	maxChunks    = int(Longest / time.Second * audio.Rate / chunkSamples)
)

// chunk is half a second of sound.
type chunk [chunkSamples]int16

// track is a sound in memory. One goroutine fills it; any number read.
type track struct {
	chunks [maxChunks]atomic.Pointer[chunk]
	avail  atomic.Int64  // samples that can be read
	ready  chan struct{} // closed when there is something to hear, or it is over
	over   chan struct{} // closed when nothing more comes
	ended  atomic.Bool   // the same; stored after the last of avail
	err    error         // why it broke off; read once it is over

	ctx  context.Context // of the filler
	stop context.CancelCauseFunc

	// Guarded by the mutex of Prompts.
	users int
	used  time.Time // when the last one went
}

var errTooLong = fmt.Errorf("it is longer than %v, which is the limit of a prompt", Longest)

// add appends sound of 48 kHz; what is beyond full scale is cut.
func (t *track) add(pcm []float32) error {
	n := int(t.avail.Load())
	if n == 0 && len(pcm) > 0 {
		defer close(t.ready)
	}
	if n+len(pcm) > maxChunks*chunkSamples {
		return errTooLong
	}
	for _, s := range pcm {
		c := t.chunks[n/chunkSamples].Load()
		if c == nil {
			c = new(chunk)
			t.chunks[n/chunkSamples].Store(c)
		}
		c[n%chunkSamples] = int16(math.Round(float64(1<<15) * float64(min(max(s, -1), 1-1./(1<<15)))))
		n++
	}
	t.avail.Store(int64(n))
	return nil
}

// end says that nothing more comes.
func (t *track) end(err error) {
	t.err = err
	t.ended.Store(true)
	close(t.over)
	if t.avail.Load() == 0 {
		close(t.ready)
	}
}

// size is what it takes in memory, in octets.
func (t *track) size() int64 {
	return (t.avail.Load() + chunkSamples - 1) / chunkSamples * chunkSamples * 2
}

// read copies samples from at on into f. It neither waits nor allocates.
func (t *track) read(at int64, f []float32) {
	for len(f) > 0 {
		c := t.chunks[at/chunkSamples].Load()
		part := c[at%chunkSamples:]
		n := min(len(part), len(f))
		for i, s := range part[:n] {
			f[i] = float32(s) / (1 << 15)
		}
		f, at = f[n:], at+int64(n)
	}
}

// Stream is one playing of a prompt: a line of the mixer that says it and hears
// nothing. [Stream.Stop] ends it; until then it is a user of its sound.
type Stream struct {
	prompts *Prompts
	track   *track
	times   int // left to play, 0: for ever
	pause   int // ticks of silence before it begins anew
	opened  time.Time
	stopped atomic.Bool

	done  chan struct{} // closed at its end
	err   error         // why it broke off; read once it is done
	began atomic.Bool   // something was heard

	// The tick's.
	at     int64
	rest   int          // ticks left of a pause
	missed atomic.Int64 // frames that were silence because the sound was not there yet
	heard  atomic.Int64 // frames
	ended  bool
}

// Read implements mix.Line. It neither waits nor allocates.
func (s *Stream) Read(_ uint64, f *audio.Frame) bool {
	if s.ended {
		return false
	}
	if s.rest > 0 {
		s.rest--
		clear(f[:])
		return true
	}
	over := s.track.ended.Load()
	left := s.track.avail.Load() - s.at
	switch {
	case left >= audio.Samples:
		s.track.read(s.at, f[:])
		s.at += audio.Samples
	case !over:
		if s.began.Load() {
			s.missed.Add(1)
		}
		return false
	case left > 0 && s.track.err == nil:
		s.track.read(s.at, f[:left])
		clear(f[left:])
		s.at += left
	default:
		return s.again(f)
	}
	if !s.began.Load() {
		s.began.Store(true)
		s.prompts.first(time.Since(s.opened))
	}
	s.heard.Add(1)
	return true
}

// again is the end of the sound: it begins anew, or is done.
func (s *Stream) again(f *audio.Frame) bool {
	if s.times != 1 && s.track.err == nil && s.at > 0 {
		if s.times > 1 {
			s.times--
		}
		s.at, s.rest = 0, s.pause
		return s.Read(0, f)
	}
	s.ended, s.err = true, s.track.err
	close(s.done)
	return false
}

// pollEvery is how often somebody who reads ahead of the sound looks for more.
const pollEvery = 5 * time.Millisecond

// Next is for who reads at a pace of its own, not at the tick: it fills frames
// with what follows, at least one, and waits until there is one. The error is
// io.EOF when all was read, or why it broke off.
func (s *Stream) Next(ctx context.Context, frames []audio.Frame) (n int, err error) {
	for {
		for n < len(frames) && (s.track.ended.Load() || s.track.avail.Load()-s.at >= audio.Samples) {
			if !s.Read(0, &frames[n]) {
				break
			}
			n++
		}
		switch {
		case n > 0:
			return n, nil
		case s.ended && s.err != nil:
			return 0, s.err
		case s.ended:
			return 0, io.EOF
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(pollEvery):
		}
	}
}

// Close is Stop.
func (s *Stream) Close() { s.Stop() }

// Write implements mix.Line.
func (*Stream) Write(uint64, *audio.Frame) {}

// Ready is closed when there is something to hear, or when it is known that
// there will not be: then Failed says why.
func (s *Stream) Ready() <-chan struct{} { return s.track.ready }

// Failed is why nothing of it will be heard at all, nil if that is not known.
func (s *Stream) Failed() error {
	if s.track.ended.Load() && s.track.avail.Load() == 0 {
		return s.track.err
	}
	return nil
}

// Done is closed when all of it was said, or it broke off. It stays open if the
// stream is stopped before, and while nobody reads.
func (s *Stream) Done() <-chan struct{} { return s.done }

// Err is why it broke off, once it is done: nil if all of it was said.
func (s *Stream) Err() error { return s.err }

// Heard is how long it was heard so far, without pauses.
func (s *Stream) Heard() time.Duration { return time.Duration(s.heard.Load()) * audio.Tick }

// Missed is for how long it was silent because its sound was not there yet, not
// counting the beginning.
func (s *Stream) Missed() time.Duration { return time.Duration(s.missed.Load()) * audio.Tick }

// Stop lets go of the sound. Nobody reads the stream any more. A synthesis that
// nobody else listens to ends.
func (s *Stream) Stop() {
	if !s.stopped.Swap(true) {
		s.prompts.release(s)
	}
}
