// Package jitter puts the packets of one stream back in order and says, each
// time sound is due, what it shall be made of: a packet, a made-up stretch
// where one is missing, or nothing.
//
// The buffer has no clock and no goroutine. It is filled and asked at the
// tick; in between, packets wait in the socket. All it knows of time is a
// play position, in units of the RTP clock, which moves on as it is asked:
//
//	       pos                 a packet's hold: how long it waits from its
//	        │                  arrival until it is played
//	 played │ due next
//	────────┼──────────[ packet ][ packet ]────[ packet ]──▶ timestamps
//
// A packet is needed at the tick in whose frame its first sound falls: one
// that comes just after that tick has missed it by a whole frame. The delay is
// as small as that allows to begin with, grows by what packets come too late,
// up to Max, and shrinks again once nothing has needed it for some time: the
// caller removes sound where it is not missed (Excess, Shortened).
package jitter

import (
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
)

// Slots is how many packets the buffer holds at most.
const Slots = 32

const (
	// slotSize is the bytes kept ready in a slot: 30 ms of G.711, Opus at 64
	// kbit/s. A slot grows, once, where payloads are larger.
	slotSize = 256
	// starve is how long the buffer makes up sound for a stream of which
	// nothing comes; after that it is silent, and the next packet begins it
	// anew. Opus sends every 400 ms in silence (RFC 6716, 2.1.9).
	starve = 450 * time.Millisecond
	// jump is the difference in time beyond which a timestamp makes no sense.
	jump = 2 * time.Second
	// window is for how long the delay must have been more than was needed,
	// before it shrinks, and calm for how long no packet may have been late.
	window = 5 * time.Second
	calm   = 15 * time.Second
)

// Packet is one packet of the stream. Sequence and Timestamp do not wrap
// (rtp.Receiver extends them).
type Packet struct {
	Sequence    int64
	Timestamp   int64
	Duration    int // units of the RTP clock; 0: not sound, but of the same sequence
	PayloadType uint8
	Payload     []byte // copied by Put
}

// Kind says what is due.
type Kind int

// What may be due.
const (
	// Quiet: nothing, for Units.
	Quiet Kind = iota
	// Play: the Packet, without its first Units.
	Play
	// Recover: Units are missing directly before Packet, which may tell what
	// they were. It is due after that.
	Recover
	// Lost: Units are missing.
	Lost
)

// Step is what is due next.
type Step struct {
	Kind   Kind
	Packet *Packet // valid until the next Put
	Units  int
}

// Config is how a buffer works.
type Config struct {
	Clock int           // Hz, of the stream's timestamps
	Guard time.Duration // how long before its tick a packet should be there, to be safe
	Max   time.Duration // the most that packets shall wait
	// Recover says that packets tell of the one before them. Where packets
	// get lost again and again, the buffer then waits for one more, so that
	// what is missing can be recovered and need not be made up.
	Recover bool
}

type slot struct {
	Packet
	used bool
}

// Buffer is a jitter buffer. It is not safe for concurrent use.
type Buffer struct {
	clock        int // Hz
	guard, max   int // units, as all below
	frame        int // a tick's
	starve, jump int
	window, calm int
	recover      bool

	slots [Slots]slot
	count int
	idle  bool
	next  int64 // sequence number that is due
	pos   int64 // timestamp that is due

	starved int // made up since the buffer ran dry
	pending int // of that, not yet known to be loss
	stretch int // to be inserted, so that the delay grows
	excess  int // that the delay may shrink by

	spare   int // the least that a packet of this window could have been played earlier
	most    int // the longest that one of this window waits
	elapsed int // of the window
	depth   int // the longest wait of the window before
	since   int // how much came since a packet was late

	reach     int // delay that is kept for recovery
	losses    int // close to one another
	sinceLoss int // how much came since a packet was lost

	late      uint64
	duplicate uint64
	concealed uint64 // units
}

// New returns an empty buffer.
func New(c Config) *Buffer {
	b := &Buffer{idle: true}
	for i := range b.slots {
		b.slots[i].Payload = make([]byte, 0, slotSize)
	}
	b.Configure(c)
	return b
}

// Configure empties the buffer and sets it up for another stream. The
// counters go on.
func (b *Buffer) Configure(c Config) {
	b.clock = c.Clock
	b.guard, b.max, b.frame = b.units(c.Guard), b.units(c.Max), b.units(audio.Tick)
	b.starve, b.jump = b.units(starve), b.units(jump)
	b.window, b.calm = b.units(window), b.units(calm)
	b.recover = c.Recover
	b.Reset()
}

func (b *Buffer) units(d time.Duration) int {
	return int(d * time.Duration(b.clock) / time.Second)
}

// Reset empties the buffer. The next packet begins the stream.
func (b *Buffer) Reset() {
	for i := range b.slots {
		b.slots[i].used = false
	}
	b.count, b.idle = 0, true
	b.starved, b.pending, b.stretch, b.excess = 0, 0, 0, 0
	b.newWindow()
	b.depth, b.since = 0, b.calm
	b.reach, b.losses, b.sinceLoss = 0, 0, b.calm
}

// Put takes a packet, at the tick. waited is how long ago it arrived; queued
// is how much sound, in units, was taken out of the buffer and is not played
// yet.
func (b *Buffer) Put(p Packet, waited time.Duration, queued int) {
	w := b.units(max(0, min(waited, time.Second)))
	if b.idle {
		if p.Duration == 0 {
			return
		}
		b.begin(p, w, queued)
	}
	ahead := p.Sequence - b.next
	wait := p.Timestamp - b.pos
	if p.Duration > 0 && (wait > int64(b.jump) || wait < -int64(b.jump) || ahead > 4*Slots) {
		b.Reset()
		b.begin(p, w, queued)
		ahead, wait = 0, p.Timestamp-b.pos
	}
	if ahead < 0 {
		b.tooLate(p, int(-wait)-queued)
		return
	}
	if p.Duration > 0 {
		b.settle(ahead, wait, p.Duration)
	}
	b.pending = 0
	if ahead >= Slots {
		b.dropTo(p.Sequence - Slots + 1)
	}
	s := &b.slots[uint64(p.Sequence)%Slots]
	if s.used {
		b.duplicate++
		return
	}
	if p.Duration > 0 {
		if wait < 0 {
			b.rebase(int(-wait))
		}
		b.measure(p, w, queued)
	}
	payload := append(s.Payload[:0], p.Payload...)
	s.Packet, s.used = p, true
	s.Payload = payload
	b.count++
}

// begin takes p as the first packet of the stream. It is played at once if it
// was there well before this tick, and otherwise at the next.
func (b *Buffer) begin(p Packet, waited, queued int) {
	b.idle, b.next, b.pos = false, p.Sequence, p.Timestamp
	if waited < b.guard {
		b.pos -= int64(max(0, b.frame-queued))
	}
	b.starved, b.pending, b.stretch = 0, 0, 0
}

// settle decides whether what was made up while the buffer was dry was loss,
// or a pause of the far side.
func (b *Buffer) settle(ahead, wait int64, duration int) {
	if b.pending == 0 || ahead == 0 && wait >= 0 {
		return
	}
	b.concealed += uint64(b.pending)
	if ahead > 0 {
		b.loss(duration)
	}
}

// dropTo makes room: what comes before sequence is not played any more.
func (b *Buffer) dropTo(sequence int64) {
	for ; b.next < sequence; b.next++ {
		if s := b.at(b.next); s != nil {
			b.free(s)
			b.late++
		}
		if b.count == 0 {
			b.next = sequence
			return
		}
	}
}

func (b *Buffer) at(sequence int64) *slot {
	if s := &b.slots[uint64(sequence)%Slots]; s.used && s.Sequence == sequence {
		return s
	}
	return nil
}

func (b *Buffer) free(s *slot) {
	s.used = false
	b.count--
}

// Next says what is due, and moves the play position on by it. need is how
// much is wanted, in units; a Play may be longer, and the rest of it is to be
// kept. What is made up comes in multiples of 2.5 ms.
func (b *Buffer) Next(need int) Step {
	for {
		if b.idle {
			return Step{Kind: Quiet, Units: need}
		}
		if b.count == 0 {
			return b.dry(need)
		}
		s := b.at(b.next)
		if s == nil {
			if step, ok := b.gap(need); ok {
				return step
			}
			continue
		}
		end := s.Timestamp + int64(s.Duration)
		switch wait := int(s.Timestamp - b.pos); {
		case s.Duration == 0:
			b.free(s)
			b.next++
		case end <= b.pos:
			b.free(s)
			b.next++
			b.late++
		case wait > 0 && b.stretch > 0:
			n := b.whole(min(need, wait, b.stretch))
			b.stretch = max(0, b.stretch-n)
			b.pos += int64(n)
			b.concealed += uint64(n)
			return Step{Kind: Lost, Units: n}
		case wait > 0:
			n := min(need, wait)
			b.pos += int64(n)
			return Step{Kind: Quiet, Units: n}
		default:
			b.free(s)
			b.next++
			b.pos, b.starved, b.stretch = end, 0, 0
			return Step{Kind: Play, Packet: &s.Packet, Units: -wait}
		}
	}
}

// dry makes up sound while nothing is there, for a while.
func (b *Buffer) dry(need int) Step {
	if b.starved >= b.starve {
		b.Reset()
		return Step{Kind: Quiet, Units: need}
	}
	n := b.whole(need)
	b.starved += n
	b.pending += n
	b.pos += int64(n)
	return Step{Kind: Lost, Units: n}
}

// gap is asked where the packet that is due is missing, and a later one here.
// It reports false where no time is left for what is missing.
func (b *Buffer) gap(need int) (Step, bool) {
	first := b.next
	for b.at(b.next) == nil {
		b.next++
	}
	s := b.at(b.next)
	room := int(s.Timestamp - b.pos)
	if room <= 0 || s.Duration == 0 {
		return Step{}, false
	}
	if room <= s.Duration {
		n := b.whole(room)
		b.pos += int64(n)
		b.concealed += uint64(n)
		b.sinceLoss = 0
		return Step{Kind: Recover, Packet: &s.Packet, Units: n}, true
	}
	// What is missing may still come, except for what is made up now.
	b.next = first
	n := b.whole(min(need, room-s.Duration))
	b.pos += int64(n)
	b.concealed += uint64(n)
	return Step{Kind: Lost, Units: n}, true
}

// whole rounds up to 2.5 ms.
func (b *Buffer) whole(units int) int {
	q := max(1, b.clock/400)
	return (units + q - 1) / q * q
}

// Skip passes over units that were due at ticks that never were. What came
// meanwhile is put before it.
func (b *Buffer) Skip(units int) {
	if b.idle {
		return
	}
	b.pos += int64(units)
	for at := b.next; b.count > 0; at++ {
		s := b.at(at)
		if s == nil {
			continue
		}
		if s.Timestamp+int64(s.Duration) > b.pos {
			return
		}
		b.free(s)
		b.next = at + 1
	}
}

// Stats are the buffer's counters.
type Stats struct {
	Late      uint64        // packets that came after their time
	Duplicate uint64        // packets that were there already
	Concealed time.Duration // sound that was made up because of loss
	Delay     time.Duration // for how long a packet waits at most at present
}

// Stats returns the counters.
func (b *Buffer) Stats() Stats {
	d := func(units uint64) time.Duration {
		return time.Duration(units) * time.Second / time.Duration(max(1, b.clock))
	}
	delay := b.most
	if b.elapsed == 0 {
		delay = b.depth
	}
	return Stats{Late: b.late, Duplicate: b.duplicate, Concealed: d(b.concealed), Delay: d(uint64(delay))}
}
