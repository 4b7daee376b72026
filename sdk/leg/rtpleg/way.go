package rtpleg

import (
	"context"
	"net/netip"

	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/media/sdp"
)

// Way is how a leg's packets go where ICE finds it, and not the description: the
// socket sends to whom the agent chose, whatever address it is given, and receives
// from nobody else.
type Way interface {
	bus.Socket
	sdp.Agent
	// Ready is closed when the way was found: the handshake begins then.
	Ready() <-chan struct{}
	// Handshaking is told who takes what comes of DTLS from now on: at once, on any
	// goroutine, and not at the tick, for nobody ticks a leg that only rings.
	Handshaking(take func(datagram []byte))
	// Secured is told how the DTLS handshake ended: nil, or why there will be no
	// media. It is called on a goroutine of the handshake's.
	Secured(err error)
}

// OpenOn is Open of a leg whose party is a browser, or one like it. The way belongs to
// whoever found it if OpenOn fails, else to the leg.
func (t *Terminator) OpenOn(ctx context.Context, p leg.Params, way Way, tell func(leg.Event)) (*Leg, []byte, error) {
	p.Symmetric, p.State = true, nil
	return t.open(ctx, p, []bus.Socket{way}, way, tell)
}

// anywhere stands for an address where the way knows it.
var anywhere = netip.AddrPortFrom(netip.IPv4Unspecified(), 9)

// rtp is the leg behind whatever it is part of.
func (l *Leg) rtp() *Leg { return l }
