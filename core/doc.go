// Plugboard is a PBX: one daemon, and plugins that attach to its mixer.
//
// A call is a hub. It owns N legs and one room of the mixer, and each leg
// hears everyone but itself. The core owns the SIP stack, the hub and the
// mixer; whatever terminates media is a process of its own.
//
//	phones, trunks ── SIP ──▶ core ◀── HTTP, WebSocket ── command line, API
//	                           │  sip · registrar · trunk · call · mix · dialplan
//	          control: gRPC (go-plugin)   audio: media bus (shared memory, one doorbell a tick)
//	          leg-rtp · leg-webrtc · leg-websocket · recorder · transcriber · tts-command · tts-neural · ivr · voicemail
//
// The rooms, from the outside in:
//
//	cli         one file a command; speaks to a live daemon only through the HTTP API
//	daemon      builds everything; order of start and stop
//	api         HTTP, JSON, events
//	browser     people's browsers as their phones: sessions, ringing, pushes
//	signin      who signs in on the web: passwords, invitations, cookies
//	sip         sockets, transactions, dialogs, digest (sip/auth)
//	registrar   address-of-record -> bindings with expiry
//	presence    how those stand whom others watch by a lamp
//	trunk       registers at providers, finds them and asks after them; which calls are theirs
//	queue       who waits in line, and which agent is offered whom; pure
//	call        the hub: one goroutine and one inbox a call
//	store       what outlives the process, in one SQLite file: records of calls, bindings, lists, accounts
//	plugin      launch, verify, supervise and restart plugins; hand sockets over
//	mix         rooms and ports, and the clock that steps them
//	prompt      texts, files and tones as sound, kept and ready at the tick
//	mailbox     what callers leave for whom: kept through crashes, given to its owner alone
//	mail        outgoing mail: kept until the operator's server has it
//	music       what they hear who wait; the bundled piece
//	dialplan    facts of a call -> decision, and the way from there; pure
//	config      files -> immutable configuration, or diagnostics with their place
//	subnet      what counts as one address where many are counted
//	number      numbers as a country dials them, and as E.164
//	verdict     facts of a leg over time -> why it sounds bad, or not at all; pure
//	certificate what is shown by TLS: from files, or by ACME
//	dump        what a party says and hears, as a sound file
//	trace       one call's story as a ladder, or as a capture
//	calltest    whole calls in virtual time; e2e: real phones against real binaries
//	inbox       how a goroutine that owns something hears from others
//	golden      what tests make, compared with files
//
// Three roads run through them, each one way.
//
// An INVITE: socket, sip (transaction, digest, which extension or trunk), a
// Call with its goroutine, Plan.Route, legs that sip dials and whose media a
// plugin opens, a room in mix. News goes up as values into the call's inbox,
// wishes go down as method calls; nothing calls upwards and waits.
//
// A voice frame: a socket that the core bound and the plugin reads, rtp,
// jitter buffer, decode and resample, a slot of the bus, the mixer (the sum
// minus one's own), a slot of the bus, resample, encode, the same socket. No
// lock, no map, no allocation. In a call of two the mixer allows, from tick to
// tick, that a plugin hands what one leg says to the other itself: leg-rtp does
// for G.711, from decoder to encoder. A third party, a tap or a hold takes that
// back at the next tick, and nobody hears the change.
//
// The configuration: files, config.Load, dialplan.Compile, one pointer. A
// call keeps the plan that it began with.
//
// Who may import whom is a table in lattice_test.go.
package main
