package leg

import (
	"context"
	"time"
)

// Station has endpoints of its own: programs, devices or another network, with
// which it speaks in its own way. A call gets there by Dial, and may come from there
// ([Acceptor]).
//
//	Dial ──▶ Ringing? ──▶ Early? ──▶ Answered ──▶ Ended, or SignalHangup ──▶ Close
//	Accept, Open ──▶ SignalRing? ──▶ SignalProgress? ──▶ SignalAnswer ──▶ the same
type Station interface {
	// Dial calls an address of the station's own scheme, as the configuration
	// writes it, and returns at once with the leg, or with an error if the address
	// cannot be called at all. What becomes of it is told by calling tell, which
	// never blocks, until Close returns. ctx is that of Dial alone.
	Dial(ctx context.Context, d Dial, tell func(Event)) (Party, error)
}

// Dial says who is called, and for whom.
type Dial struct {
	Call string // the call's id, for logs
	Leg  string // the leg's id, unique in this core

	Address string // of the station's own scheme, as the configuration writes it

	From, FromName string            // who calls
	To             string            // what they have dialled
	Headers        map[string]string // X-… of the call, by lower-case name
}

// DialFunc is a [Station] that is one function.
type DialFunc func(ctx context.Context, d Dial, tell func(Event)) (Party, error)

// Dial implements [Station].
func (f DialFunc) Dial(ctx context.Context, d Dial, tell func(Event)) (Party, error) {
	return f(ctx, d, tell)
}

// Acceptor is a [Station] from which calls come in.
type Acceptor interface {
	// Accept waits for the next call until ctx ends, as net.Listener does. It is
	// called on one goroutine. An error is logged, and Accept called again a
	// second later.
	Accept(ctx context.Context) (*Arrival, error)
}

// Arrival is a call that came in. The core calls either Open or Refuse, once, within
// about ten seconds. Whom the call is for the dialplan decides: by the plugin that
// it came from, and To.
type Arrival struct {
	From, FromName string            // who calls; it is not believed to be an extension
	To             string            // the number that is dialled
	Headers        map[string]string // X-… for the dialplan; other names are left out

	// Open makes the leg, under these ids. It returns at once. Signals follow.
	Open func(call, leg string, tell func(Event)) (Party, error)
	// Refuse ends the call before it has begun.
	Refuse func(cause string)
}

// Party is one leg of a [Station]. Its control calls never overlap.
type Party interface {
	Audio
	// Signal tells the far side what the core wants. After [SignalHangup] come no
	// more signals, and no news matters; Close follows.
	Signal(ctx context.Context, s Signal) error
	// Digit sends one DTMF digit (0-9, *, #, A-D) to the far side.
	Digit(ctx context.Context, digit byte, d time.Duration) error
	// Stats tells how the leg does.
	Stats(ctx context.Context) (Stats, error)
	// Close ends the leg, whether or not it was hung up. Closing twice is fine.
	Close(ctx context.Context) error
}

// Signal is what the core wants of a [Party].
type Signal struct {
	Kind  SignalKind
	Cause string // SignalHangup: "normal", "busy", "not_found", …
	Text  string // SignalText; SignalHangup: for people, "": nothing more is known
}

// SignalKind says what a [Signal] wants.
type SignalKind int

// The signals. The first three are for a party that has called.
const (
	// SignalRing: whom it called rings.
	SignalRing SignalKind = iota + 1
	// SignalProgress: it hears something, and is not answered yet.
	SignalProgress
	// SignalAnswer: its call is answered.
	SignalAnswer
	// SignalHold: somebody has put it on hold: it neither hears nor is heard.
	SignalHold
	// SignalResume ends that.
	SignalResume
	// SignalText shows it a text.
	SignalText
	// SignalHangup: its leg ends.
	SignalHangup
)

// Plain is a [Party] that says and hears nothing and minds no signal. Others embed
// it and do better where they can.
type Plain struct{}

// Signal implements [Party].
func (Plain) Signal(context.Context, Signal) error { return nil }

// Digit implements [Party].
func (Plain) Digit(context.Context, byte, time.Duration) error { return nil }

// Stats implements [Party].
func (Plain) Stats(context.Context) (Stats, error) { return Stats{}, nil }

// Close implements [Party].
func (Plain) Close(context.Context) error { return nil }
