// Package bus carries sound between the core and a plugin's process: one frame
// each way for each line and tick, and one ring of a bell a tick.
//
//	core ([Host])                             plugin ([Guest])
//	T_n   read every line's frame n
//	      mix
//	      write frame n down each line
//	      Ring(n) ─────────────────────────▶  Deliver(n): encode and send
//	                                          (wait)
//	                                          Gather(n+1): read, decode, place
//	T_n+1 read every line's frame n+1  ◀────
//
// The guest gathers as late as it can, some milliseconds before T_n+1, so the
// bus adds milliseconds to what came in and not a frame. The core never waits
// for a guest: a frame that is not there at its tick is silence, counted, and
// one that nobody fetched is overwritten.
//
// # Memory
//
// A page of header, then a page-aligned block for each line: four slots each
// way, slot = tick mod 4, each with a stamp that says for which tick (and for
// which use of the line) it is. The stamp is stored last, and read before and
// after the copy: a wrong stamp is no frame. There is no head or tail to get
// out of step, so a hiccup heals with the next tick. The stamps of a line lie
// together at the beginning of its block, the frames behind: what is silent, or
// in another line's slot, takes no memory.
//
// [NewShared] puts it in a sealed memfd; [Attach] is the plugin's end. Nothing
// that the plugin writes there, nor its death or sleep, can crash or stall the
// core: it cannot shrink the memory, no value in it is used as an index, and
// each sample is cleaned while it is copied. [NewMemory] runs the same slots on
// the heap, both ends in one process, with package time and no descriptors:
// it works in a bubble of testing/synctest.
//
// # Descriptor 3
//
// The file that NewShared returns is the plugin's descriptor 3. The memory, the
// bell and each leg's sockets come over it. Its end of file is the notice of
// death, both ways: [Host.Done] for the core, [ErrHostGone] for the plugin.
//
// # Roads
//
// A guest that cannot map memory has its frames carried: [Host.Road] reads and
// writes the slots in its place, and hands each tick to whoever carries it over
// (package remote: one gRPC stream), and [NewRoad] is the guest at the other end,
// with slots of its own. At most three ticks are under way, so a guest that is late
// finds what it would find in the memory, and misses what it would miss.
package bus
