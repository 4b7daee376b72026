// Package wsleg carries the sound of a call over a WebSocket (RFC 6455), both ways,
// between Plugboard and a program: a bot, or a bridge to something else. It is a
// [leg.Station]: it calls programs at an address, and programs that know its token
// come in with calls.
//
//	tick ──Deliver──▶ ear ──▶ writer ──▶ WebSocket ──▶ program
//	tick ◀──Gather── mouth ◀── reader ◀──────┘
//	                   └── marks, flush: by what was really given to the tick
//
// Binary messages are sound: 16 bits, little endian, mono, at the rate of the start
// message. Texts are JSON objects with a type; docs/websocket.md has all of them.
//
// A program may send faster than it is heard: up to half a minute is kept, and then
// it is read no more until there is room. One that reads too slowly loses the oldest
// of what it was to hear, and one that neither reads nor answers a ping within some
// seconds loses its call. Neither costs another call anything: each leg has its own
// goroutines, and the tick only copies into and out of bounded memory.
package wsleg
