// Package mix lets the parties of a call hear each other.
//
// A [Room] has [Port] after Port, each on a [Line]. A step of the room takes
// one frame of each, and gives each the sum of all the others:
//
//	Read ──▶ (ramp) ──▶ sum once ──▶ − own ──▶ limit ──▶ Write
//
// Whoever said nothing at this tick hears the whole sum, and all those get the
// very same frame. Sums are in full precision and limited after subtracting:
// what is below full scale passes untouched, what is above is turned down,
// never clipped. Silence, a frame that did not come, joining, leaving and
// muting do not click: a voice that begins is ramped up, and one that ends
// fades away.
//
// Two lines of one plugin that are alone in a room may do without all this
// ([Hander]): the plugin hands what one says to the other, a tick at a time, as
// long as the room says so.
//
// A room is a stepper without a clock. The [Clock] steps all rooms every 20 ms
// by absolute deadlines, and rings the bells of the media buses when all have
// been stepped.
package mix
