package bus

import (
	"runtime"
	"sync/atomic"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/audio/vector"
)

// Stats count what one end of a line has read and written.
type Stats struct {
	Sound   uint64 // frames read with sound in them
	Silent  uint64 // frames read that were silence
	Missed  uint64 // frames that were not there at their tick
	Torn    uint64 // frames that were overwritten while they were read
	Written uint64
}

// end is one end of a line, the host's or the guest's.
type end struct {
	segment *segment // keeps the memory mapped
	in, out way
	id      uint32
	trusted bool // what the other end writes needs no cleaning

	// Written by the goroutine that reads and writes the frames.
	sound, quiet, missed, torn, written atomic.Uint64
}

// A line's id is its block and, above it, the number of its use: a stamp holds
// the latter too, so what a leg that has ended still writes is never taken for
// the voice of the next on the same block.
func lineID(use uint16, line int) uint32 { return uint32(use)<<16 | uint32(line) }

func (e *end) stamp(tick uint64) uint64 {
	return uint64(e.id>>16)<<48 | (tick+1)&(1<<48-1)
}

// what says what a slot held.
type what int

const (
	nothing what = iota
	silence
	sound
)

// read copies the frame of the given tick into f. With silence or nothing f is
// untouched or undefined.
func (e *end) read(tick uint64, f *audio.Frame) what {
	s, frame := e.in.at(tick)
	want := e.stamp(tick)
	if s.stamp.Load() != want {
		count(&e.missed)
		return nothing
	}
	got := silence
	if flags := s.flags.Load(); flags&elsewhere != 0 {
		got = e.follow(tick, s.share.Load(), f)
	} else if flags&silent == 0 {
		if e.trusted {
			vector.Copy(f, frame)
		} else {
			vector.Clean(f, frame)
		}
		got = sound
	}
	fence()
	if s.stamp.Load() != want {
		count(&e.torn)
		return nothing
	}
	runtime.KeepAlive(e.segment)
	switch got {
	case silence:
		count(&e.quiet)
	case sound:
		count(&e.sound)
	case nothing:
		count(&e.torn)
	}
	return got
}

// follow reads the frame that the line of another leg holds too. The guest
// alone is told of such, by the host.
func (e *end) follow(tick, share uint64, f *audio.Frame) what {
	line := uint32(share)
	if !e.trusted || int(line) >= len(e.segment.blocks) {
		return nothing
	}
	const ticks = 1<<48 - 1 // of a stamp: whoever has the line, the frame is of this tick
	s, frame := e.segment.blocks[line].down().at(tick)
	want := (tick + 1) & ticks
	if s.stamp.Load()&ticks != want {
		return nothing
	}
	got := silence
	if flags := s.flags.Load(); flags&elsewhere != 0 || s.share.Load() != share {
		return nothing
	} else if flags&silent == 0 {
		vector.Copy(f, frame)
		got = sound
	}
	fence()
	if s.stamp.Load()&ticks != want {
		return nothing
	}
	return got
}

// write places f as the frame of the given tick; nil is silence.
func (e *end) write(tick uint64, f *audio.Frame) { e.place(tick, f, 0, 0, 0) }

// place is write with what the slot says besides.
func (e *end) place(tick uint64, f *audio.Frame, flags, share, peer uint64) {
	s, frame := e.out.at(tick)
	release(&s.stamp, 0)
	fence()
	flags |= silent
	if f != nil && (f[0] != 0 || vector.Peak(f) > 0) {
		vector.Copy(frame, f)
		flags &^= silent
	}
	release(&s.flags, flags)
	release(&s.share, share)
	release(&s.peer, peer)
	release(&s.stamp, e.stamp(tick))
	runtime.KeepAlive(e.segment)
	count(&e.written)
}

// count adds one to a counter that one goroutine writes.
func count(c *atomic.Uint64) { release(c, c.Load()+1) }

func (e *end) stats() Stats {
	return Stats{
		Sound: e.sound.Load(), Silent: e.quiet.Load(), Missed: e.missed.Load(),
		Torn: e.torn.Load(), Written: e.written.Load(),
	}
}

// Line is the core's end of one leg's sound. It is a mix.Line.
type Line struct {
	end
	host   *Host
	closed atomic.Bool
}

// ID names the line to the guest, for [Guest.Line]. No two lines of a bus have
// the same, also one after the other.
func (l *Line) ID() uint32 { return l.id }

// Read copies what the leg says at the given tick into f, within ±4 and
// without NaN. False is silence, or no frame; f is then undefined.
func (l *Line) Read(tick uint64, f *audio.Frame) bool {
	return !l.closed.Load() && l.read(tick, f) == sound
}

// Write hands down what the leg shall hear at the given tick; nil is silence.
func (l *Line) Write(tick uint64, f *audio.Frame) {
	if !l.closed.Load() {
		l.write(tick, f)
	}
}

// WriteShared is Write of a frame that many lines are given at this tick: each
// with the same f and s. It is copied once for each bus, and told to the guest
// as the same ([GuestLine.Share]). nil is silence.
func (l *Line) WriteShared(tick uint64, f *audio.Frame, s *audio.Share) {
	if l.closed.Load() {
		return
	}
	at := s.At(l.host, tick)
	switch {
	case at == nil:
		l.write(tick, f)
	case at.Tick != tick || at.Mark == 0:
		if at.Mark == 0 {
			at.Mark = uint64(l.host.shares.Add(1)) << 32
		}
		at.Tick, at.Mark = tick, at.Mark&^(1<<32-1)|uint64(l.id%MaxLines)
		l.place(tick, f, 0, at.Mark, 0)
	default:
		l.place(tick, nil, elsewhere, at.Mark, 0)
	}
}

// WriteHand is Write to a leg that is alone with that of another line of this
// bus: what it says at the next tick the guest may hand to that leg itself, and
// then places no frame of it ([Line.Handed]).
func (l *Line) WriteHand(tick uint64, f *audio.Frame, other *Line) {
	switch {
	case l.closed.Load():
	case other.host != l.host || other.closed.Load():
		l.write(tick, f)
	default:
		l.place(tick, f, 0, 0, uint64(other.id))
	}
}

// Handed reports whether the guest handed what the leg says at the given tick
// to another leg. Read gives silence then.
func (l *Line) Handed(tick uint64) bool {
	if l.closed.Load() {
		return false
	}
	s := &l.in.marks[tick%slots]
	is := s.stamp.Load() == l.stamp(tick) && s.flags.Load()&handed != 0
	runtime.KeepAlive(l.segment)
	return is
}

// Stats may be read at any time.
func (l *Line) Stats() Stats { return l.stats() }

// Close gives the line back. Read and Write do nothing from then on, and
// closing twice is fine.
func (l *Line) Close() {
	if !l.closed.Swap(true) {
		l.host.giveBack(int(l.id % MaxLines))
	}
}

// GuestLine is the plugin's end of one leg's sound.
type GuestLine struct{ end }

// Read copies what the leg shall hear at the given tick into f. False: the core
// has nothing for it (the leg is in no room). Silence is a frame of zeros.
func (l *GuestLine) Read(tick uint64, f *audio.Frame) bool {
	switch l.read(tick, f) {
	case silence:
		*f = audio.Frame{}
		return true
	case sound:
		return true
	}
	return false
}

// Fetch is Read that tells silence from sound: there is what Read returns, and
// f holds something only where it is loud.
func (l *GuestLine) Fetch(tick uint64, f *audio.Frame) (there, loud bool) {
	got := l.read(tick, f)
	return got != nothing, got == sound
}

// Share says whether other lines of this bus hear the same as this one at the
// given tick: those for which it is the same number, which stays that from tick
// to tick. 0: none.
func (l *GuestLine) Share(tick uint64) uint32 {
	s, _ := l.in.at(tick)
	if s.stamp.Load() != l.stamp(tick) {
		return 0
	}
	share := uint32(s.share.Load() >> 32)
	runtime.KeepAlive(l.segment)
	return share
}

// ID is the line's, as the core named it.
func (l *GuestLine) ID() uint32 { return l.id }

// Peer is the line of the leg that may be handed, at the tick after the given
// one, what this leg says, because it hears nothing else. 0: none.
func (l *GuestLine) Peer(tick uint64) uint32 {
	s := &l.in.marks[tick%slots]
	peer := uint32(s.peer.Load())
	if s.stamp.Load() != l.stamp(tick) {
		return 0
	}
	runtime.KeepAlive(l.segment)
	return peer
}

// WriteHanded says that what the leg says at the given tick was handed to its
// [GuestLine.Peer].
func (l *GuestLine) WriteHanded(tick uint64) { l.place(tick, nil, handed, 0, 0) }

// Write places what the leg says at the given tick; nil is silence.
func (l *GuestLine) Write(tick uint64, f *audio.Frame) { l.write(tick, f) }

// Stats may be read at any time.
func (l *GuestLine) Stats() Stats { return l.stats() }
