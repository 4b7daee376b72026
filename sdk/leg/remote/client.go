// Package remote carries the legs of package leg from the core to a plugin's
// process. [Client] is the core's end and [Server] the plugin's; both speak
// the contract's own types, and the protocol between them is no concern of
// anyone else.
//
// A call costs few round trips: Open carries the far side's offer and returns
// the answer, Close returns the last counters, and the news of all legs of a
// plugin comes in one stream.
package remote

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"

	"github.com/plugboard/plugboard/sdk/internal/wire"
	"github.com/plugboard/plugboard/sdk/leg"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// Attachment is where a leg's audio is on the media bus.
type Attachment = wire.Attachment

// Client opens legs in one plugin's process. Its methods are safe for use by
// many goroutines.
type Client struct {
	rpc pb.LegClient
}

// NewClient returns a client on the plugin's connection.
func NewClient(conn grpc.ClientConnInterface) *Client {
	return &Client{rpc: pb.NewLegClient(conn)}
}

// Open opens a leg as [leg.Terminator] does. Its sockets, if it needs any, were
// passed over the media bus before.
func (c *Client) Open(ctx context.Context, p leg.Params, at Attachment) (*Leg, []byte, error) {
	reply, err := c.rpc.Open(ctx, wire.ToOpen(p, at))
	if err != nil {
		return nil, nil, wire.FromError(err)
	}
	return &Leg{rpc: c.rpc, id: p.Leg}, reply.GetDescription(), nil
}

// Dial calls an address as [leg.Station] does. Its audio is on the given line of
// the media bus.
func (c *Client) Dial(ctx context.Context, d leg.Dial, line uint32) (*Leg, error) {
	if _, err := c.rpc.Dial(ctx, wire.ToDial(d, line)); err != nil {
		return nil, wire.FromError(err)
	}
	return &Leg{rpc: c.rpc, id: d.Leg}, nil
}

// Arrivals hands each call that comes in to arrived, with its number, until ctx ends
// or the connection breaks. Each is taken, or refused, within ten seconds.
func (c *Client) Arrivals(ctx context.Context, arrived func(number uint64, a leg.Arrival)) error {
	stream, err := c.rpc.Arrivals(ctx, &pb.ArrivalsRequest{})
	if err != nil {
		return wire.FromError(err)
	}
	for {
		m, err := stream.Recv()
		if err != nil {
			return wire.FromError(err)
		}
		arrived(wire.FromArrival(m))
	}
}

// Take makes a call that came in a leg, whose audio is on the given line.
func (c *Client) Take(ctx context.Context, number uint64, call, id string, line uint32) (*Leg, error) {
	if _, err := c.rpc.Take(ctx, &pb.TakeRequest{Arrival: number, Call: call, Leg: id, Line: line}); err != nil {
		return nil, wire.FromError(err)
	}
	return &Leg{rpc: c.rpc, id: id}, nil
}

// Refuse ends a call that came in with a cause.
func (c *Client) Refuse(ctx context.Context, number uint64, cause string) error {
	_, err := c.rpc.Take(ctx, &pb.TakeRequest{Arrival: number, Refused: cause})
	return wire.FromError(err)
}

// Events hands the news of every leg of the plugin to tell, in the order in
// which it happened, until ctx ends or the connection breaks.
func (c *Client) Events(ctx context.Context, tell func(id string, e leg.Event)) error {
	stream, err := c.rpc.Events(ctx, &pb.EventsRequest{})
	if err != nil {
		return wire.FromError(err)
	}
	for {
		m, err := stream.Recv()
		if err != nil {
			return wire.FromError(err)
		}
		for _, e := range m.GetEvents() {
			if id, ev, known := wire.FromEvent(e); known {
				tell(id, ev)
			}
		}
	}
}

// Survey asks for the counters of legs in one round trip. Those that are busy
// with another call, or gone, are not in it.
func (c *Client) Survey(ctx context.Context, legs []string) (map[string]leg.Stats, error) {
	reply, err := c.rpc.Survey(ctx, &pb.SurveyRequest{Legs: legs})
	if err != nil {
		return nil, wire.FromError(err)
	}
	found := make(map[string]leg.Stats, len(reply.GetLegs()))
	for _, l := range reply.GetLegs() {
		found[l.GetLeg()] = wire.FromStats(l.GetStats())
	}
	return found, nil
}

// Close closes legs in one round trip. It returns how each closed, or an error
// if nothing is known of them.
func (c *Client) Close(ctx context.Context, legs []*Leg) ([]error, error) {
	return closeLegs(ctx, c.rpc, legs)
}

func closeLegs(ctx context.Context, rpc pb.LegClient, legs []*Leg) ([]error, error) {
	m := &pb.CloseRequest{Legs: make([]string, len(legs))}
	for i, l := range legs {
		m.Legs[i] = l.id
	}
	reply, err := rpc.Close(ctx, m)
	if err != nil {
		return nil, wire.FromError(err)
	}
	if n := len(reply.GetClosed()); n != len(legs) {
		return nil, fmt.Errorf("%d legs were to be closed, the plugin tells of %d", len(legs), n)
	}
	errs := make([]error, len(legs))
	for i, l := range legs {
		var last leg.Stats
		last, errs[i] = wire.FromClosed(reply.GetClosed()[i])
		l.last.Store(&last)
	}
	return errs, nil
}

// Leg is one leg in the plugin's process. It implements [leg.Media].
type Leg struct {
	rpc  pb.LegClient
	id   string
	last atomic.Pointer[leg.Stats] // set once closed
}

var (
	_ leg.Media    = (*Leg)(nil)
	_ leg.Trickler = (*Leg)(nil)
)

// Offer implements [leg.Media].
func (l *Leg) Offer(ctx context.Context, dir leg.Direction) ([]byte, error) {
	reply, err := l.rpc.Offer(ctx, &pb.OfferRequest{Leg: l.id, Direction: wire.ToDirection(dir)})
	return reply.GetDescription(), wire.FromError(err)
}

// Accept implements [leg.Media].
func (l *Leg) Accept(ctx context.Context, answer []byte) error {
	_, err := l.rpc.Accept(ctx, &pb.AcceptRequest{Leg: l.id, Answer: answer})
	return wire.FromError(err)
}

// Rollback implements [leg.Media].
func (l *Leg) Rollback(ctx context.Context) error {
	_, err := l.rpc.Rollback(ctx, &pb.RollbackRequest{Leg: l.id})
	return wire.FromError(err)
}

// Answer implements [leg.Media].
func (l *Leg) Answer(ctx context.Context, offer []byte, dir leg.Direction) ([]byte, error) {
	reply, err := l.rpc.Answer(ctx, &pb.AnswerRequest{Leg: l.id, Offer: offer, Direction: wire.ToDirection(dir)})
	return reply.GetDescription(), wire.FromError(err)
}

// Trickle implements [leg.Trickler]. [leg.ErrState]: the leg is no such.
func (l *Leg) Trickle(ctx context.Context, candidates []string) error {
	_, err := l.rpc.Trickle(ctx, &pb.TrickleRequest{Leg: l.id, Candidates: candidates})
	return wire.FromError(err)
}

// Signal is [leg.Party].Signal of a leg that was dialled or taken.
func (l *Leg) Signal(ctx context.Context, s leg.Signal) error {
	_, err := l.rpc.Signal(ctx, wire.ToSignal(l.id, s))
	return wire.FromError(err)
}

// Digit implements [leg.Media].
func (l *Leg) Digit(ctx context.Context, digit byte, d time.Duration) error {
	_, err := l.rpc.Digit(ctx, &pb.DigitRequest{Leg: l.id, Digit: uint32(digit), Duration: int64(d)})
	return wire.FromError(err)
}

// Stats implements [leg.Media]. After Close it returns the last counters and
// asks nobody.
func (l *Leg) Stats(ctx context.Context) (leg.Stats, error) {
	if last := l.last.Load(); last != nil {
		return *last, nil
	}
	reply, err := l.rpc.Stats(ctx, &pb.StatsRequest{Leg: l.id})
	return wire.FromStats(reply.GetStats()), wire.FromError(err)
}

// Close implements [leg.Media]. [Client.Close] does it for many legs at once.
func (l *Leg) Close(ctx context.Context) error {
	errs, err := closeLegs(ctx, l.rpc, []*Leg{l})
	if err != nil {
		return err
	}
	return errs[0]
}
