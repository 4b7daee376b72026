// Package sip speaks SIP (RFC 3261) with phones and trunks, as a user agent on
// both sides of each call. It turns messages into [call.Leg]s, causes into
// status codes and back, and nothing outside of it knows of either.
//
//	socket ─▶ guard ─▶ transactions ─▶ server ─▶ Leg (one goroutine each) ─▶ call
//	 link      400…     retransmission   who?     dialog, offer and answer
//
// # What is sipgo's and what is ours
//
// Messages are read and written by emiago/sipgo: its parser, headers and URIs.
// The sockets and the transactions are ours, on these grounds. A request must
// leave by the very flow that a phone registered over (RFC 5626), which a pool
// keyed by addresses cannot promise, and an entry for each source address ever
// seen is memory that a stranger can fill. A response must not wait for a
// reader, nor overtake another. A CANCEL is answered with the To tag of the
// dialog. A final response that comes again is acknowledged at once. So
// servertx.go and clienttx.go hold the four machines of RFC 3261 §17 and RFC 6026, and
// link.go the sockets, with websocket.go for SIP over WebSocket (RFC 7118); all of it
// works in virtual time on sockets in memory.
//
// # Who calls, and where we are
//
// identity.go reads who calls and writes it: a trunk is trusted to say
// (RFC 3325), a phone only to ask for privacy (RFC 3323). diversion.go tells whom
// a call was for before (RFC 5806, RFC 7044). public.go learns where trunks see
// us from the Via of their answers (RFC 3581): behind NAT that is what Via,
// Contact and session descriptions say to whoever is outside, while
// phones beside us are told our own address. secure.go is TLS, with phones and with trunks whose
// certificate must be for their name (RFC 5922).
//
// # Who does what
//
// Each socket has a goroutine that reads. It parses a message and looks for
// its transaction and its dialog, and never waits: what concerns a leg goes
// into the leg's inbox. The leg's goroutine owns dialog and media, and is the
// only one that waits for the leg plugin. Timers put values into the same
// inbox.
package sip
