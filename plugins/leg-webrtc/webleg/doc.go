// Package webleg terminates the media of browsers, and of SIP phones that are like
// them: ICE, DTLS-SRTP, Opus and G.711, by the descriptions of RFC 8829.
//
// What of that is a leg of RTP is done by sdk/leg/rtpleg: descriptions, keys, jitter
// buffer, codecs, digits, reports, counters. This package finds its packets' way
// ([way], an ICE agent of pion for each leg), and has one UDP port (and one of TCP)
// for all legs:
//
//	              ┌─ from the peer that ICE chose ─▶ way's queue ─ Recv ─▶ rtpleg   at the tick
//	UDP socket ─▶ mux
//	              └─ STUN, and who is not known ─▶ pion's agents ─ data ─▶ the same queue
//	UDP socket ◀──── to the peer that ICE chose ◀── Send ── rtpleg
//	TCP, TURN ◀───▶ pion's agents ◀───────────────▶ the same queue, and a goroutine that writes
//
// As the sockets of leg-rtp, the UDP socket wakes nobody: it is read at the tick, by
// the first leg that asks, and a few times between for the sake of STUN. So a frame
// takes neither a wake-up nor a hop between goroutines, however many legs there are.
// Only what is of DTLS goes to its handshake at once, so that a leg that rings has
// its keys when it is answered.
//
// The same process can be a TURN server (relay.go) for browsers whose network lets
// nothing else through. It relays to the legs' own sockets, and to nobody else that
// the configuration does not name.
package webleg
