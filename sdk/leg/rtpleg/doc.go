// Package rtpleg terminates media that is RTP, for leg-rtp (SIP phones and trunks, on
// sockets of the core) and leg-webrtc (browsers, on ways that ICE finds): SDP by
// offer and answer, RTP with PCMU, PCMA, G.722 and Opus, digits as telephone-events,
// SRTP by SDES and DTLS, RTCP. How packets come and go is a [Way].
//
// The road of a packet:
//
//	socket ─▶ srtp ─▶ rtp ─▶ source lock ─▶ jitter buffer ─▶ decoder ─▶ resampler ─▶ frame of 48 kHz   (Gather, inbound.go)
//	socket ◀─ srtp ◀─ rtp ◀─ encoder, or telephone-event ◀─ resampler ◀─ frame of 48 kHz              (Deliver, outbound.go)
//
// What is no RTP leaves that road early, told by its first bytes (RFC 7983): a
// DTLS handshake runs on a goroutine of its own (secure.go), RTCP is an account
// that the tick looks at every few seconds (control.go).
//
// Both ends of it run on the plugin's audio goroutine at the tick, for one leg
// after the other, without locks and without allocating. The control methods
// of a leg run beside it: what they agree with the far side reaches the tick
// as a whole, as one immutable [plan] behind an atomic pointer.
package rtpleg
