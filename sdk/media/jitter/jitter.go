// Package jitter plays the packets of one stream at the right time: in order,
// as soon as the network allows, and without anybody hearing how that changes.
//
// A [Buffer] puts packets in order and says, each time sound is due, what it
// shall be made of: a packet, a made-up stretch where one is missing, or
// nothing. A [Player] turns that into samples with the codec's decoder, and
// lengthens or shortens the sound by a pitch period here and there, in pauses
// first, so that the delay is what the network needs and no more.
//
// Neither has a clock or a goroutine. They are filled and asked at the tick;
// in between, packets wait in the socket. There are two time lines, both in
// units of the RTP clock: that of the timestamps, and that of playing, on
// which the tick moves on by a frame at a time. The delay is what lies between
// them:
//
//	             now: this tick's frame begins
//	              │        edge: what was handed out ends
//	playing ──────┼────────┼──────────────────────▶
//	                       │ delay = edge − pos
//	timestamps ────────────┼─[ packet ][ packet ]─▶
//	                      pos: what is due next
//
// A packet is needed at the tick in whose frame its first sound falls. From
// the tick at which it is there, each tells what delay it would have needed;
// delay.go chooses from that.
package jitter

import (
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
)

// Slots is how many packets the buffer holds at most.
const Slots = 32

const (
	// ready is how many packets there is room for from the start, and readySize
	// the bytes of each: 20 ms of G.711. A network that makes more of them wait,
	// or larger ones, has more room made, once.
	ready     = 4
	readySize = 160
	// starve is how long the buffer makes up sound for a stream of which
	// nothing comes; after that it is silent, and the next packet begins it
	// anew. Opus sends every 400 ms in silence (RFC 6716, 2.1.9).
	starve = 450 * time.Millisecond
	// jump is the difference in time beyond which a timestamp makes no sense.
	jump = 2 * time.Second
	// slept is how much sound is kept, and played later, after ticks that
	// never were.
	slept = 60 * time.Millisecond
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
	recover      bool

	slots  [Slots]slot
	spare  [Slots][]byte // room for payloads, of slots that are not used
	spares int
	count  int
	idle   bool
	next   int64 // sequence number that is due
	pos    int64 // timestamp that is due
	now    int64 // of playing: where this tick's frame begins
	edge   int64 // of playing: where pos is due
	missed int   // ticks before this one that never were

	newest  int64 // highest sequence number that came
	begins  int64 // the timestamp of its beginning
	ends    int64 // and of its end
	splice  bool  // the next packet is the first of another stream
	seqOff  int64 // added to sequence numbers, so that streams follow each other
	timeOff int64 // and to timestamps

	starved int // made up since the buffer ran dry
	pending int // of that, not yet known to be loss
	wait    wait

	late      uint64
	duplicate uint64
	concealed uint64 // units
}

// New returns an empty buffer.
func New(c Config) *Buffer {
	b := &Buffer{}
	for i := range ready {
		b.spare[i] = make([]byte, 0, readySize)
	}
	b.spares = ready
	b.Configure(c)
	return b
}

// Configure empties the buffer and sets it up for another stream. The
// counters go on.
func (b *Buffer) Configure(c Config) {
	if b.clock != 0 {
		b.concealed = b.concealed * uint64(c.Clock) / uint64(b.clock)
	}
	b.clock = c.Clock
	b.guard, b.max, b.frame = b.units(c.Guard), b.units(c.Max), b.units(audio.Tick)
	b.starve, b.jump = b.units(starve), b.units(jump)
	b.recover = c.Recover
	b.wait.configure(b.units)
	b.Reset()
}

func (b *Buffer) units(d time.Duration) int {
	return int(d * time.Duration(b.clock) / time.Second)
}

func (b *Buffer) duration(units int64) time.Duration {
	return time.Duration(units) * time.Second / time.Duration(max(1, b.clock))
}

// Reset empties the buffer and forgets the network. The next packet begins
// the stream.
func (b *Buffer) Reset() {
	b.rest()
	b.wait.forget()
	b.splice, b.seqOff, b.timeOff = false, 0, 0
}

// rest empties the buffer until the stream goes on.
func (b *Buffer) rest() {
	for i := range b.slots {
		if s := &b.slots[i]; s.used {
			b.free(s)
		}
	}
	b.count, b.idle = 0, true
	b.starved, b.pending = 0, 0
}

// Splice says that the next packet is the first of another stream (a new
// SSRC, or a sequence that begins anew). It is played after what is there.
func (b *Buffer) Splice() { b.splice = true }

// Tick begins a tick. ticks is how many have passed since the last one, 1 if
// none was missed; queued is how much sound, in units, was taken out of the
// buffer and is not played yet.
//
// What was due at ticks that never were is played now, later by as much as
// that, up to 60 ms; the delay comes down again as it always does.
func (b *Buffer) Tick(ticks, queued int) {
	ticks = max(1, ticks)
	b.missed = ticks - 1
	b.now += int64(ticks * b.frame)
	b.edge = b.now + int64(queued)
	if over := b.missed*b.frame - b.units(slept); over > 0 && !b.idle {
		b.pos += int64(over)
	}
}

// delay is how far playing is behind the timestamps.
func (b *Buffer) delay() int64 { return b.edge - b.pos }

// Put takes a packet, at the tick. waited is how long ago it arrived.
func (b *Buffer) Put(p Packet, waited time.Duration) {
	if b.splice && p.Duration == 0 {
		return
	}
	w := b.units(max(0, min(waited, time.Second)))
	p.Sequence, p.Timestamp = p.Sequence+b.seqOff, p.Timestamp+b.timeOff
	if p.Duration > 0 {
		p = b.follow(p)
	}
	need := b.need(p, w)
	if b.idle {
		if p.Duration == 0 {
			return
		}
		b.begin(p, w, need)
	}
	if p.Duration > 0 {
		b.learn(p, w, need)
	}
	if p.Sequence < b.next {
		b.late++
		return
	}
	if p.Duration > 0 {
		b.settle(p)
		b.place(p, w, need)
	}
	b.pending = 0
	if p.Sequence-b.next >= Slots {
		b.dropTo(p.Sequence - Slots + 1)
	}
	s := &b.slots[uint64(p.Sequence)%Slots]
	if s.used {
		b.duplicate++
		return
	}
	var room []byte
	if b.spares > 0 {
		b.spares--
		room = b.spare[b.spares]
	}
	s.Packet, s.used = p, true
	s.Payload = append(room[:0], p.Payload...)
	b.count++
}

// follow lets a packet follow the one before it where its numbers make no
// sense as they are: the far side has begun them anew.
func (b *Buffer) follow(p Packet) Packet {
	if b.idle {
		b.splice = false
		return p
	}
	ahead := p.Sequence - b.newest
	if b.splice || ahead > 4*Slots {
		b.splice = false
		b.seqOff += 1 - ahead
		p.Sequence = b.newest + 1
		return b.behind(p)
	}
	if since := p.Timestamp - b.begins; ahead > 0 && (since < 0 || since > int64(b.jump)) {
		return b.behind(p)
	}
	return p
}

// behind moves a packet's timestamp to where the sound ends that is there.
func (b *Buffer) behind(p Packet) Packet {
	by := max(b.ends, b.pos) - p.Timestamp
	b.timeOff += by
	p.Timestamp += by
	b.wait.forget()
	return p
}

// need is the delay with which the packet is in time.
func (b *Buffer) need(p Packet, waited int) int64 {
	// It would have been read at an earlier tick, had there been one.
	earlier := min(b.missed, waited/max(1, b.frame))
	return b.now - int64(earlier*b.frame) - p.Timestamp
}

// begin takes p as the first packet of the stream, or the first after a pause.
// It is played at once if it was there well before this tick, and no more
// delay is known to be needed.
func (b *Buffer) begin(p Packet, waited int, need int64) {
	if waited < b.guard {
		need += int64(b.frame)
	}
	delay := need
	if aim, ok := b.wait.aim(); ok && aim > need-int64(b.max) && aim < need+int64(b.max) {
		delay = max(need, aim)
	} else {
		b.wait.forget()
	}
	delay = max(delay, b.edge-p.Timestamp)
	b.idle, b.next, b.newest = false, p.Sequence, p.Sequence-1
	b.pos = b.edge - delay
	b.starved, b.pending = 0, 0
}

// learn tells the choice of delay of a packet.
func (b *Buffer) learn(p Packet, waited int, need int64) {
	if p.Sequence > b.newest {
		b.newest, b.begins, b.ends = p.Sequence, p.Timestamp, p.Timestamp+int64(p.Duration)
	}
	safe := need
	if waited < b.guard {
		safe += int64(b.frame) // it might have missed the tick
	}
	b.wait.learn(need, safe, p.Duration, need > b.delay())
}

// settle decides whether what was made up while the buffer was dry was loss,
// or a pause of the far side.
func (b *Buffer) settle(p Packet) {
	if b.pending == 0 || p.Sequence == b.next && p.Timestamp >= b.pos {
		return
	}
	b.concealed += uint64(b.pending)
	if p.Sequence > b.next {
		b.wait.lost(p.Duration, b.recover)
	}
}

// place looks at when a packet will be played. One that came after its time
// is played all the same, now, and the delay is longer by that, up to Max; one
// that would have to wait for much longer than Max shows that time has jumped.
func (b *Buffer) place(p Packet, waited int, need int64) {
	hold := p.Timestamp + b.delay() - b.now + int64(waited)
	if hold > int64(b.max+p.Duration) {
		b.pos = b.edge - max(need, b.edge-p.Timestamp)
		b.wait.forget()
		b.learn(p, waited, need)
		return
	}
	if p.Timestamp < b.pos && need > b.delay() {
		most := b.wait.least() + int64(b.max)
		b.pos = max(p.Timestamp, min(b.pos, b.edge-most))
	}
	b.wait.holds(max(0, p.Timestamp+b.delay()-b.now) + int64(waited))
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
	s.used = false // its payload stays until the next Put
	b.spare[b.spares] = s.Payload
	b.spares++
	b.count--
}

// Next says what is due, and moves on by it. need is how much is wanted, in
// units; a Play may be longer, and the rest of it is to be kept. What is made
// up comes in multiples of 2.5 ms.
func (b *Buffer) Next(need int) Step {
	s := b.due(need)
	units := s.Units
	if s.Kind == Play {
		units = s.Packet.Duration - s.Units
	}
	b.edge += int64(units)
	return s
}

func (b *Buffer) due(need int) Step {
	for {
		if b.idle {
			b.pos += int64(need)
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
		wait := s.Timestamp - b.pos
		if wait > 0 && s.Duration > 0 {
			// The timestamps show a pause. It becomes as long as brings the
			// delay to what it should be.
			by := min(int64(b.Excess()), wait)
			b.pos, wait = b.pos+by, wait-by
		}
		switch {
		case s.Duration == 0:
			b.free(s)
			b.next++
		case end <= b.pos:
			b.free(s)
			b.next++
			b.late++
		case wait > 0:
			n := min(need, int(wait))
			b.pos += int64(n)
			return Step{Kind: Quiet, Units: n}
		default:
			b.free(s)
			b.next++
			b.pos, b.starved = end, 0
			return Step{Kind: Play, Packet: &s.Packet, Units: int(-wait)}
		}
	}
}

// dry makes up sound while nothing is there, for a while.
func (b *Buffer) dry(need int) Step {
	if b.starved >= b.starve {
		b.rest()
		b.pos += int64(need)
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
		b.wait.recovered()
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

// Excess is how much, in units, the delay is longer than it needs to be, and
// should become shorter by; negative: longer.
func (b *Buffer) Excess() int {
	aim, ok := b.wait.aim()
	if b.idle || !ok {
		return 0
	}
	excess := int(b.delay() - aim)
	if excess > 0 && !b.wait.settled() {
		return 0
	}
	return excess
}

// Scaled says that the sound taken out of the buffer was made longer by units
// (negative: shorter). The delay has become as much longer.
func (b *Buffer) Scaled(units int) { b.edge += int64(units) }

// Stats are a stream's counters.
type Stats struct {
	Late      uint64        // packets that came after their time, and were not played
	Duplicate uint64        // packets that were there already
	Concealed time.Duration // sound that was made up because of loss or lateness
	Stretched time.Duration // sound that was added, or taken away, to change the delay
	Delay     time.Duration // how long packets wait at present, from arrival until they are played
}

// Stats returns the counters. Stretched is the player's.
func (b *Buffer) Stats() Stats {
	return Stats{
		Late: b.late, Duplicate: b.duplicate,
		Concealed: b.duration(int64(b.concealed)), Delay: b.duration(b.wait.hold()),
	}
}
