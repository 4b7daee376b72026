// Package call is the hub. A [Call] owns its legs and one room of the mixer,
// in which every leg hears everyone but itself; the [Switch] is the list of
// the calls that live.
//
//	core/sip ──Incoming──▶ Switch ──▶ Call ──Dial, Ring, Answer, Hangup──▶ legs
//	                                   ▲                                   │
//	                                   └──────────── News (inbox) ─────────┘
//
// Each call has one goroutine and one inbox. What happens to a leg, a request
// of the API and the call's own timer are all values that this goroutine takes
// one after the other, so a call's state has one owner and no lock. Wishes go
// down to the legs as method calls that never wait for the network.
//
// A call asks the dialplan once, from the snapshot that it began with, and
// does what its walk ([dialplan.Walk]) says, step by step: the walk decides whom
// to ring, how long, and what follows; the call rings, waits and joins. What one
// call has to know of the others (whose turn it is in a group, how many calls an
// extension has) is kept in the switch. When the last leg has ended, the call
// emits its record ([event.CDR]) and is gone.
//
// A party may move into another call: transfer, pickup and park are made of
// that one move. The call that has the leg gives it, by a message; the call that
// takes it gives it a place, or sends it back. No call waits for another, no lock
// spans two of them, and at each moment exactly one of them owes the leg an end.
// The leg's news follows it, in order. move.go has the picture; what a party
// becomes in its new call is a small function (place), so that a new way to
// meet is a new place and not another protocol.
//
// A conference is one room that several calls share. Each caller keeps a call,
// a cause and a record of their own.
//
// A panic in a call's goroutine is logged with its stack and ends that call
// only, with cause [Failed].
package call
