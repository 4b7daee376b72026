// Package dtmf sends and receives digits. As telephone-events (RFC 4733): a
// [Sender] makes the packets of one digit after the other, a [Receiver] tells
// each digit once, however many of its packets were lost, doubled or late. And
// as sound (ITU-T Q.23 and Q.24), for parties that negotiated no events: [Tones]
// makes it, a [Detector] finds it.
package dtmf

import (
	"encoding/binary"
	"time"
)

// Size is the length of an event's payload in bytes (RFC 4733, 2.3).
const Size = 4

// digits are the events 0 to 15 (RFC 4733, 3.2).
const digits = "0123456789*#ABCD"

// Code is the event of a digit.
func Code(digit byte) (event uint8, ok bool) {
	if digit >= 'a' && digit <= 'd' {
		digit -= 'a' - 'A'
	}
	for i := range len(digits) {
		if digits[i] == digit {
			return uint8(i), true
		}
	}
	return 0, false
}

// payload is what an event's packet carries.
type payload struct {
	event    uint8
	end      bool
	duration uint16 // units of the event's clock
}

func parse(b []byte) (p payload, ok bool) {
	if len(b) < Size {
		return p, false
	}
	return payload{b[0], b[1]&0x80 != 0, binary.BigEndian.Uint16(b[2:])}, true
}

// volume is the power that we claim, in -dBm0 (RFC 4733, 2.3.3 and Q.24).
const volume = 10

func (p payload) append(b []byte) []byte {
	second := byte(volume)
	if p.end {
		second |= 0x80
	}
	return binary.BigEndian.AppendUint16(append(b, p.event, second), p.duration)
}

// Bounds of what is sent.
const (
	shortest = 40 * time.Millisecond // Q.24: what a receiver must know as a digit
	longest  = 6 * time.Second
	pause    = 60 * time.Millisecond // between two digits; Q.24 asks for 40
	ends     = 3                     // RFC 4733, 2.5.1.4
	queue    = 32
	maxUnits = 0xffff
)

// Packet is one packet to send.
type Packet struct {
	Marker  bool   // RFC 4733, 2.2: only on the first of an event
	Ago     int    // by how many units of the stream its timestamp is before now
	Payload []byte // valid until the next Step
}

// Sender is the state of the digits that are sent on one stream. It is asked
// once for each packet time, and is not safe for concurrent use.
//
//	idle ──Queue──▶ running ──time is up──▶ ending (3 packets) ──▶ pause ──▶ idle or the next
type Sender struct {
	waiting [queue]digit
	count   int

	state   state
	event   uint8
	length  time.Duration // of the digit
	past    time.Duration // of the digit, or of the pause
	segment time.Duration // of the digit, sent under earlier timestamps
	fresh   bool          // the next packet is the digit's first
	left    int           // end packets to send
	since   time.Duration // from the present timestamp until now
	out     [Size]byte
}

type digit struct {
	event  uint8
	length time.Duration
}

type state int

const (
	idle state = iota
	running
	ending
	pausing
)

// Queue adds a digit that lasts for d (40 ms to 6 s). It reports false where
// the digit is none, or too many wait.
func (s *Sender) Queue(b byte, d time.Duration) bool {
	event, ok := Code(b)
	if !ok || s.count == queue {
		return false
	}
	s.waiting[s.count] = digit{event, max(shortest, min(d, longest))}
	s.count++
	return true
}

// Busy says that an event runs: no audio is sent meanwhile.
func (s *Sender) Busy() bool { return s.state == running || s.state == ending }

// Waiting says that there is something to send, now or soon.
func (s *Sender) Waiting() bool { return s.state != idle || s.count > 0 }

// Step moves on by step, the time that the packet due now covers, and returns
// that packet, if there is one. clock is that of the event's durations,
// stream that of the stream's timestamps, both in Hz: the packet's timestamp
// is the stream's present one less Ago.
func (s *Sender) Step(step time.Duration, clock, stream int) (p Packet, ok bool) {
	switch s.state {
	case pausing:
		if s.past += step; s.past < pause {
			return p, false
		}
		s.state = idle
		fallthrough
	case idle:
		if s.count == 0 {
			return p, false
		}
		d := s.waiting[0]
		s.count--
		copy(s.waiting[:], s.waiting[1:1+s.count])
		s.state, s.event, s.length = running, d.event, d.length
		s.past, s.segment, s.since, s.fresh, s.left = 0, 0, 0, true, ends
		fallthrough
	case running, ending:
		return s.packet(step, clock, stream), true
	}
	return p, false
}

func (s *Sender) packet(step time.Duration, clock, stream int) Packet {
	p := Packet{Marker: s.fresh, Ago: units(s.since, stream)}
	s.fresh = false
	if s.state == running {
		s.past = min(s.past+step, s.length)
		if s.past == s.length {
			s.state = ending
		}
	}
	s.since += step
	w := payload{event: s.event, end: s.state == ending}
	if d := units(s.past-s.segment, clock); d <= maxUnits {
		w.duration = uint16(d)
	} else {
		// RFC 4733, 2.5.1.3: a long event goes on under a new timestamp. Its
		// segment ends with the longest duration and without the end bit.
		// The next segment begins at the very unit at which this one ended.
		w.duration, w.end = maxUnits, false
		whole := time.Duration(maxUnits) * time.Second / time.Duration(clock)
		s.segment += whole
		s.since -= whole
		s.state = running
	}
	if w.end {
		if s.left--; s.left == 0 {
			s.state, s.past = pausing, 0
		}
	}
	p.Payload = w.append(s.out[:0])
	return p
}

func units(d time.Duration, clock int) int {
	return int(d * time.Duration(clock) / time.Second)
}
