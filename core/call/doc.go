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
// walks the destinations from there: what follows a destination that is not
// reached is in follow.go. When the last leg has ended, the call emits its
// record ([event.CDR]) and is gone.
//
// A conference is one room that several calls share. Each caller keeps a call,
// a cause and a record of their own.
//
// A panic in a call's goroutine is logged with its stack and ends that call
// only, with cause [Failed].
package call
