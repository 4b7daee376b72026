// Package leg is the contract between the core and a plugin that terminates
// one party's media: leg-rtp for SIP phones and trunks, leg-webrtc for
// browsers. The core speaks SIP and owns the sockets; the plugin reads and
// writes session descriptions (SDP, RFC 8866 and RFC 3264), and turns packets
// into frames and back.
//
// A plugin author implements [Terminator] and [Endpoint] and hands the
// Terminator to sdk.Serve. Where a plugin has signalling of its own, and the core
// needs to know nothing of it but who rings, answers and hangs up, it is a [Station]
// with a [Party] for each leg: leg-websocket is one. On the core's side of the wire the same [Media]
// methods stand for the leg in the plugin's process.
//
// A leg's life:
//
//	Open ──▶ (Offer ⇄ Accept | Answer)* ──▶ Close
//
// Open makes the first description; each later one replaces what was agreed
// as a whole. An Offer that the far side refuses is taken back by Rollback,
// and what was agreed before stands.
package leg

import (
	"context"
	"net/netip"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
)

// Params say what a leg is opened with.
type Params struct {
	Call string // the call's id, for logs
	Leg  string // the leg's id, unique in this core

	// Address is what the description tells the far side to send to (c= and
	// o=). It can differ from the sockets' own address behind NAT.
	Address netip.Addr
	// Codecs that may be used, in order of preference: "opus", "pcmu",
	// "pcma". Never empty.
	Codecs []string
	// Symmetric sends to where packets come from once they come, whatever
	// the description said (RFC 4961), and locks on to that source.
	Symmetric bool

	// Remote is the far side's offer, which Open answers. Empty: Open makes
	// the offer.
	Remote []byte
	// Direction is what this side wants of the first description.
	Direction Direction

	// Encryption of the media: "off" (also ""), "optional" (SRTP where the
	// far side can, RFC 8643), "required" (SRTP or [ErrNoCodec]).
	Encryption string
	// Denoise cleans what the party says: "" (not), "light", "full".
	Denoise string
	// Gain brings what the party says to an even level: "" (not), "auto".
	Gain string

	// State is what an earlier life of this leg told last by [Checkpoint],
	// in a process that died. Open goes on from there: same descriptions,
	// codecs, keys, source and SSRC, with sequence numbers and SRTP indices
	// far enough ahead that none is used twice. It returns no description,
	// and ignores Remote and Direction. Nil: a new leg.
	State []byte
}

// Direction is who may send, seen from this side (RFC 3264, section 5.1).
type Direction int

// The four directions. The zero value is the ordinary one.
const (
	SendRecv Direction = iota
	SendOnly
	RecvOnly
	Inactive
)

// String returns the direction as SDP writes it.
func (d Direction) String() string {
	return [...]string{"sendrecv", "sendonly", "recvonly", "inactive"}[d&3]
}

// Terminator makes legs. One process serves every leg of its plugin; Open is
// called for many legs at once.
type Terminator interface {
	// Open makes a leg on the given sockets (one for RTP, and one for RTCP
	// on the port above, if that was free; none at all if it is a [Binder]) and returns it with its first description: the answer to
	// p.Remote, or an offer. The leg owns the sockets from here on, also
	// when Open fails. News of the leg is told by calling tell, which never
	// blocks, until Close returns.
	//
	// An offer that has nothing in common with p.Codecs is [ErrNoCodec]; one
	// that cannot be parsed is [ErrBadSDP].
	Open(ctx context.Context, p Params, sockets []bus.Socket, tell func(Event)) (Endpoint, []byte, error)
}

// Binder is a Terminator that finds the ways of its legs' packets itself, on
// sockets of its own: the core gives Open none, and Params.Address and Symmetric
// do not matter. leg-webrtc is one.
type Binder interface {
	Terminator
	// Bind binds them, as the plugin is configured. It is called before the first
	// Open, and before each further one while it fails; never in a process that is
	// only asked whether its configuration is right.
	Bind(ctx context.Context) error
	// Unbind gives them back. All legs are closed, and it is called once, if Bind
	// did not fail.
	Unbind()
}

// Media is the control of one leg. Calls for one leg never overlap.
type Media interface {
	// Offer makes a new offer with this side's direction.
	Offer(ctx context.Context, dir Direction) ([]byte, error)
	// Accept takes the far side's answer to the last offer.
	Accept(ctx context.Context, answer []byte) error
	// Rollback forgets the last offer: it was refused.
	Rollback(ctx context.Context) error
	// Answer takes a new offer of the far side and answers it. dir is what
	// this side would like; the answer never says more than the offer allows.
	Answer(ctx context.Context, offer []byte, dir Direction) ([]byte, error)
	// Digit sends one DTMF digit (0-9, *, #, A-D) as telephone-event
	// (RFC 4733). It returns once the digit is queued.
	Digit(ctx context.Context, digit byte, d time.Duration) error
	// Stats tells how the leg does.
	Stats(ctx context.Context) (Stats, error)
	// Close ends the leg and gives its sockets back. Closing twice is fine.
	Close(ctx context.Context) error
}

// Trickler is a Media whose far side tells addresses of its own one by one, as it
// finds them (trickle ICE, RFC 8838).
type Trickler interface {
	// Trickle takes candidates, each as the value of its attribute:
	// "candidate:1 1 udp 2130706431 192.0.2.1 5000 typ host". None at all: there
	// will be no more. One that cannot be used does no harm; one that makes no
	// sense is [ErrBadSDP].
	Trickle(ctx context.Context, candidates []string) error
}

// Audio is the side of a leg that the tick drives. Both methods are called on
// the plugin's audio goroutine, one leg after the other: they must not block,
// wait for a lock that control code holds across I/O, or allocate.
type Audio interface {
	// Gather fills f with what the party says, due at the given tick, and
	// reports whether there is anything: false is silence, and f is ignored.
	Gather(tick uint64, f *audio.Frame) bool
	// Deliver takes what the party shall hear at the given tick. f is nil
	// where the core has nothing for the leg (it is in no room).
	Deliver(tick uint64, f *audio.Frame)
}

// Listener is an Endpoint whose work for one frame can serve other legs too:
// in a large room most hear the same.
type Listener interface {
	// DeliverShared is [Audio].Deliver of a frame that each leg of this
	// process that is given the same share at this tick is given too. The
	// number, never 0, stays the same from tick to tick while the leg is one
	// of those; between them Deliver may be called as well. f is never nil.
	DeliverShared(tick uint64, f *audio.Frame, share uint32)
}

// Hander is an Endpoint that can hand what its party says to another leg of
// its process, where that is all that the other's party hears: in a call of two
// the sound then needs neither the mixer nor the way there.
type Hander interface {
	// GatherTo is [Audio].Gather of what only to shall hear. Either it gives
	// the frame to the core as Gather does, or it keeps it in to, whose
	// Deliver of the same tick, which is given nil, plays it: handed.
	// From one tick to the next the core may allow it or not, and the leg do
	// it or not; nobody must hear which. While GatherTo runs nobody else
	// calls to's Audio, or closes it.
	GatherTo(tick uint64, f *audio.Frame, to Endpoint) (sound, handed bool)
}

// Endpoint is one leg in the plugin's process.
type Endpoint interface {
	Media
	Audio
}

// Event is news of a leg, told by the plugin.
type Event struct {
	Kind EventKind

	Digit    byte          // Digit: what was pressed
	Duration time.Duration // Digit: for how long

	Codec     string         // Changed: what is sent, "" if nothing
	Direction Direction      // Changed: as now agreed, seen from this side
	Remote    netip.AddrPort // Changed, Source: where packets go
	Reason    string         // Lost, Ended: why, for people

	Speaking bool    // Speaking: the party began to speak, or ceased
	Level    float64 // Speaking: of its voice, in dBov
	State    []byte  // Checkpoint: for Params.State

	Cause string // Ended: "normal", "busy", "declined", …
}

// EventKind says what an [Event] tells.
type EventKind int

// The kinds of news.
const (
	// Changed: codec, direction or address were agreed anew.
	Changed EventKind = iota + 1
	// Digit: the far side pressed a key (told once, at its end).
	Digit
	// Source: packets come, and are accepted, from Remote.
	Source
	// Lost: the leg is gone, because its plugin is. Told by the core itself.
	Lost
	// Speaking: the party began or ceased to speak.
	Speaking
	// Checkpoint: what the leg needs to go on in another process, should
	// this one die. A leg that can tells it after each description that it
	// took or made and then about every second; it is small, as it may hold
	// keys nobody logs it, and only the core hears it.
	Checkpoint
	// Pressed: the party presses a key; which one is told by Digit, at its end. A
	// leg need not tell it. Who is spoken to by a machine need not wait then until
	// that is silent.
	Pressed

	// Of a [Party] alone: Ringing and Early (it sends sound before it answers) of
	// one that was dialled, which may be left out; Answered of one that was
	// dialled; and Ended, its last news, unless the core hangs up before.
	Ringing
	Early
	Answered
	Ended
)

// Stats are a leg's counters since Open, which live on in [Params].State, and
// what is known of it now. In and out are as the core sees it: in is what the
// party says, out what it hears. What a leg does not know is zero.
type Stats struct {
	Codec     string
	Direction Direction
	Remote    netip.AddrPort // where packets go
	RemoteSDP netip.AddrPort // what the far side's description named
	Source    netip.AddrPort // where packets come from; invalid: none came yet
	Secure    string         // "", "SDES AES_CM_128_HMAC_SHA1_80", "DTLS-SRTP …"

	PacketsIn, PacketsOut uint64
	BytesIn, BytesOut     uint64 // of RTP payload
	Lost                  uint64 // packets that never came, by sequence number
	Late                  uint64 // packets that came after their time
	Duplicate             uint64
	Concealed             uint64 // frames made up because of loss
	Refused               uint64 // packets from a source that is not this party's
	RefusedFrom           netip.AddrPort
	Unagreed              uint64 // packets of a payload type that was not agreed
	UnagreedType          uint8  // of the last of them
	JitterMs              float64
	BufferMs              float64 // present playout delay of the jitter buffer
	ConcealedMs           float64 // made up because of loss or lateness
	StretchedMs           float64 // added or taken away to follow the network

	// What the far side reports of the way there (RFC 3550, section 6.4.1).
	RTTMs          float64
	RemoteLost     float64 // fraction of the last interval, 0 to 1
	RemoteJitterMs float64

	// Levels are the RMS of the last second in dBov: −127 is digital
	// silence, 0 not measured.
	LevelIn, LevelOut float64
	ClippedIn         uint64 // samples that came at full scale
	// MOSIn and MOSOut are estimates by the E-model (ITU-T G.107), 1 to 4.5.
	MOSIn, MOSOut float64

	LastIn, LastOut time.Time // of the last packet; zero: none yet
	// SilentSince is since when the far side sends digital silence, or
	// nothing. Zero: it does not.
	SilentSince time.Time

	// Notes are what the plugin itself noticed, each a sentence for people.
	Notes []string
}

// Error is a typed failure of a leg that survives the wire.
type Error string

// Error implements error.
func (e Error) Error() string { return string(e) }

// Failures that the core answers in its own way.
const (
	ErrNoCodec = Error("no codec in common")      // 488
	ErrBadSDP  = Error("bad session description") // 400
	ErrGone    = Error("the leg is gone")         // its plugin ended
	ErrState   = Error("not possible in this state")
)
