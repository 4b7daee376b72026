// Package sdp agrees on one audio stream by offer and answer (RFC 3264) in
// session descriptions (RFC 8866).
//
// A [Session] is one leg's side of it. What it reads, it reads with good will:
// lines in any order, static payload types without rtpmap, names in any case,
// media and transports that nobody here knows. (A strict parser refuses the
// whole description for an m=image line, and with it the call.) What it
// writes is strict.
//
// The first audio line that shares a codec with us, and is protected as
// [Config] wants it, is ours; all others are declined with port 0, in their
// place. Keys come with the description (RFC 4568) or by a DTLS handshake that
// it announces (RFC 5763), also opportunistically (RFC 8643).
package sdp

import (
	"net/netip"

	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/codec"
)

// Payload is a codec under a payload type number.
type Payload struct {
	Type  uint8
	Codec codec.Codec
	Fmtp  string // of the side that receives it
}

// Event is telephone-event (RFC 4733) under a payload type number.
type Event struct {
	Type  uint8
	Clock int // Hz, of its durations
}

// Agreed is the outcome of one offer and answer. It does not change any more.
type Agreed struct {
	// Send is what we send. Its Codec is nil until the first answer is there.
	Send Payload
	// Receive is what may come, under our numbers, best first.
	Receive []Payload
	// SendEvent is how digits are sent; Type 0 says that they cannot be.
	SendEvent Event
	// Noise is the payload type of comfort noise (RFC 3389) that the far side
	// takes beside Send; 0: it takes none.
	Noise uint8
	// ReceiveEvents is how digits may come.
	ReceiveEvents []Event
	// Remote is where to send. It is not valid where the far side gave no
	// address that can be sent to: it is on hold, or named by a host name.
	Remote netip.AddrPort
	// Direction as seen from this side.
	Direction leg.Direction
	// Ptime is the length of packet in ms that the far side would like.
	Ptime int

	// Security is how packets are protected.
	Security Security
	// Mux: RTCP is on the same port as RTP, both ways (RFC 5761). Else it is
	// sent to RemoteControl, from our own next port; that is not valid where
	// Remote is not.
	Mux           bool
	RemoteControl netip.AddrPort
	// XR: the far side takes VoIP metrics (RFC 3611, 4.7 and 5).
	XR bool
}

// Sends and Receives say which ways the direction is open.
func (a *Agreed) Sends() bool    { return sends(a.Direction) }
func (a *Agreed) Receives() bool { return receives(a.Direction) }

// defaultPtime is the length of packet in ms where nobody says anything
// (RFC 3551, 4.2).
const defaultPtime = 20

// sends and receives say which ways a direction is open.
func sends(d leg.Direction) bool    { return d == leg.SendRecv || d == leg.SendOnly }
func receives(d leg.Direction) bool { return d == leg.SendRecv || d == leg.RecvOnly }

func direction(send, receive bool) leg.Direction {
	switch {
	case send && receive:
		return leg.SendRecv
	case send:
		return leg.SendOnly
	case receive:
		return leg.RecvOnly
	}
	return leg.Inactive
}
