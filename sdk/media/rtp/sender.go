package rtp

import "math/rand/v2"

// Sender numbers the packets of one stream. Sequence number, timestamp and
// SSRC begin at random (RFC 3550, 5.1). It is not safe for concurrent use.
type Sender struct {
	ssrc      uint32
	sequence  uint16
	timestamp uint32
	marker    bool
}

// NewSender begins a stream.
func NewSender() *Sender {
	return &Sender{
		ssrc:      rand.Uint32(),
		sequence:  uint16(rand.Uint32() >> 17), // below 2^15: RFC 3711, 3.3.1
		timestamp: rand.Uint32(),
		marker:    true,
	}
}

// SSRC is the stream's source identifier.
func (s *Sender) SSRC() uint32 { return s.ssrc }

// Next is the header of the packet that is sent now. The first one after a
// pause has the marker (RFC 3551, 4.1).
func (s *Sender) Next(payloadType uint8) Header {
	h := s.NextAt(payloadType, s.timestamp)
	h.Marker = s.marker
	s.marker = false
	return h
}

// NextAt is the header of a packet with a timestamp of its own, as the packets
// of one telephone-event have (RFC 4733, 2.2).
func (s *Sender) NextAt(payloadType uint8, timestamp uint32) Header {
	h := Header{PayloadType: payloadType, Sequence: s.sequence, Timestamp: timestamp, SSRC: s.ssrc}
	s.sequence++
	return h
}

// Timestamp is the present time of the stream.
func (s *Sender) Timestamp() uint32 { return s.timestamp }

// Advance moves the stream's time by units of its clock, whether or not
// anything was sent in them.
func (s *Sender) Advance(units int) { s.timestamp += uint32(units) }

// Pause says that sound was left out: the next packet begins a talkspurt.
func (s *Sender) Pause() { s.marker = true }
