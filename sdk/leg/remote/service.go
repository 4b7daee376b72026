package remote

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/internal/wire"
	"github.com/plugboard/plugboard/sdk/leg"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// service is a [Server] as the protocol sees it.
type service struct {
	pb.UnimplementedLegServer
	*Server
}

// Open implements the protocol.
func (s service) Open(ctx context.Context, m *pb.OpenRequest) (reply *pb.OpenReply, err error) {
	p, at, err := wire.FromOpen(m)
	if err != nil {
		return nil, wire.ToError(err)
	}
	if s.terminator == nil {
		return nil, wire.ToError(fmt.Errorf("this plugin reads and writes no session descriptions: %w", leg.ErrState))
	}
	if err := s.bind(ctx); err != nil {
		return nil, wire.ToError(fmt.Errorf("leg %s: the plugin has no sockets: %w", p.Leg, err))
	}
	var sockets []bus.Socket
	if at.Sockets != 0 {
		if sockets, err = s.guest.Take(ctx, at.Sockets); err != nil {
			return nil, wire.ToError(fmt.Errorf("leg %s: its sockets did not come: %w", p.Leg, err))
		}
	}
	line, err := s.guest.Line(at.Line)
	if err != nil {
		closeAll(sockets)
		return nil, wire.ToError(fmt.Errorf("leg %s: line %d of the bus: %w", p.Leg, at.Line, err))
	}
	l := newServed(s.log, p.Call, p.Leg, line)
	defer func() {
		if r := recover(); r != nil {
			l.gone.Store(true)
			closeAll(sockets)
			l.log.Error("panic while a leg was opened", "panic", r, "stack", string(debug.Stack()))
			reply, err = nil, wire.ToError(fmt.Errorf("the plugin panicked while it opened the leg: %v", r))
		}
	}()
	end, description, err := s.terminator.Open(hclog.WithContext(ctx, l.log), p, sockets, func(e leg.Event) { s.tell(l, e) })
	if err != nil {
		l.gone.Store(true)
		return nil, wire.ToError(err)
	}
	l.end = end
	l.listener, _ = end.(leg.Listener)
	l.hander, _ = end.(leg.Hander)
	if !s.add(l) {
		l.gone.Store(true)
		s.closeEnd(ctx, l)
		return nil, wire.ToError(leg.ErrGone)
	}
	return &pb.OpenReply{Description: description}, nil
}

// Offer implements the protocol.
func (s service) Offer(ctx context.Context, m *pb.OfferRequest) (*pb.OfferReply, error) {
	var reply pb.OfferReply
	err := s.do(ctx, m.GetLeg(), func(ctx context.Context, l *served) (err error) {
		reply.Description, err = l.end.Offer(ctx, wire.FromDirection(m.GetDirection()))
		return err
	})
	return &reply, err
}

// Accept implements the protocol.
func (s service) Accept(ctx context.Context, m *pb.AcceptRequest) (*pb.AcceptReply, error) {
	return &pb.AcceptReply{}, s.do(ctx, m.GetLeg(), func(ctx context.Context, l *served) error {
		return l.end.Accept(ctx, m.GetAnswer())
	})
}

// Rollback implements the protocol.
func (s service) Rollback(ctx context.Context, m *pb.RollbackRequest) (*pb.RollbackReply, error) {
	return &pb.RollbackReply{}, s.do(ctx, m.GetLeg(), func(ctx context.Context, l *served) error {
		return l.end.Rollback(ctx)
	})
}

// Answer implements the protocol.
func (s service) Answer(ctx context.Context, m *pb.AnswerRequest) (*pb.AnswerReply, error) {
	var reply pb.AnswerReply
	err := s.do(ctx, m.GetLeg(), func(ctx context.Context, l *served) (err error) {
		reply.Description, err = l.end.Answer(ctx, m.GetOffer(), wire.FromDirection(m.GetDirection()))
		return err
	})
	return &reply, err
}

// Trickle implements the protocol.
func (s service) Trickle(ctx context.Context, m *pb.TrickleRequest) (*pb.TrickleReply, error) {
	return &pb.TrickleReply{}, s.do(ctx, m.GetLeg(), func(ctx context.Context, l *served) error {
		t, ok := l.end.(leg.Trickler)
		if !ok {
			return fmt.Errorf("%w: this leg takes no candidates", leg.ErrState)
		}
		return t.Trickle(ctx, m.GetCandidates())
	})
}

// Digit implements the protocol.
func (s service) Digit(ctx context.Context, m *pb.DigitRequest) (*pb.DigitReply, error) {
	return &pb.DigitReply{}, s.do(ctx, m.GetLeg(), func(ctx context.Context, l *served) error {
		return l.end.Digit(ctx, byte(m.GetDigit()), time.Duration(m.GetDuration()))
	})
}

// Stats implements the protocol.
func (s service) Stats(ctx context.Context, m *pb.StatsRequest) (*pb.StatsReply, error) {
	var stats leg.Stats
	err := s.do(ctx, m.GetLeg(), func(ctx context.Context, l *served) (err error) {
		stats, err = l.end.Stats(ctx)
		return err
	})
	return &pb.StatsReply{Stats: wire.ToStats(stats)}, err
}

// Survey implements the protocol.
func (s service) Survey(ctx context.Context, m *pb.SurveyRequest) (*pb.SurveyReply, error) {
	reply := &pb.SurveyReply{}
	for _, id := range m.GetLegs() {
		if stats, ok := s.glance(ctx, id); ok {
			reply.Legs = append(reply.Legs, &pb.SurveyReply_Surveyed{Leg: id, Stats: wire.ToStats(stats)})
		}
	}
	return reply, nil
}

// glance is a leg's counters, if it is its turn at once.
func (s service) glance(ctx context.Context, id string) (stats leg.Stats, ok bool) {
	l := s.find(id)
	if l == nil {
		return stats, false
	}
	select {
	case <-l.turn:
	default:
		return stats, false
	}
	defer l.give()
	if l.gone.Load() {
		return stats, false
	}
	defer func() {
		if r := recover(); r != nil {
			s.broken(l, "Stats", r)
			ok = false
		}
	}()
	stats, err := l.end.Stats(hclog.WithContext(ctx, l.log))
	return stats, err == nil
}

// Close implements the protocol.
func (s service) Close(ctx context.Context, m *pb.CloseRequest) (*pb.CloseReply, error) {
	reply := &pb.CloseReply{Closed: make([]*pb.CloseReply_Closed, len(m.GetLegs()))}
	for i, id := range m.GetLegs() {
		stats, err := s.closeLeg(ctx, id)
		if ctx.Err() != nil {
			return nil, wire.ToError(ctx.Err())
		}
		reply.Closed[i] = wire.ToClosed(stats, err)
	}
	return reply, nil
}

// closeLeg closes a leg when it is its turn. Closing twice is fine, and so is
// closing one that broke, and was closed then.
func (s service) closeLeg(ctx context.Context, id string) (leg.Stats, error) {
	l := s.find(id)
	if l == nil {
		return leg.Stats{}, nil
	}
	if err := l.take(ctx); err != nil {
		return leg.Stats{}, err
	}
	defer l.give()
	was := l.gone.Swap(true)
	s.remove(l, true)
	if was {
		return leg.Stats{}, nil
	}
	return s.closeEnd(ctx, l)
}

// atOnce is how many events go in one message. Checkpoints of all legs come in the
// same second, one or two KB each, and for a message of more than 32 KB gRPC takes
// a megabyte, on both sides.
const atOnce = 8

// Events implements the protocol.
func (s service) Events(_ *pb.EventsRequest, stream pb.Leg_EventsServer) error {
	if err := s.bind(stream.Context()); err != nil {
		s.log.Error("no legs until this is put right", "error", err)
	}
	for {
		batch, err := s.news.Take(stream.Context())
		if err != nil {
			return wire.ToError(err)
		}
		for some := range slices.Chunk(batch, atOnce) {
			reply := &pb.EventsReply{Events: make([]*pb.Event, len(some))}
			for i, n := range some {
				reply.Events[i] = wire.ToEvent(n.leg, n.event)
			}
			if err := stream.Send(reply); err != nil {
				return err
			}
		}
	}
}

// do calls f for the leg with the given id when it is its turn.
func (s service) do(ctx context.Context, id string, f func(context.Context, *served) error) (err error) {
	l := s.find(id)
	if l == nil {
		return wire.ToError(leg.ErrGone)
	}
	if err := l.take(ctx); err != nil {
		return wire.ToError(err)
	}
	defer l.give()
	if l.gone.Load() {
		return wire.ToError(leg.ErrGone)
	}
	defer func() {
		if r := recover(); r != nil {
			s.broken(l, "a control call", r)
			err = wire.ToError(fmt.Errorf("the plugin panicked: %v: %w", r, leg.ErrGone))
		}
	}()
	return wire.ToError(f(hclog.WithContext(ctx, l.log), l))
}

// take waits for the leg's turn.
func (l *served) take(ctx context.Context) error {
	select {
	case <-l.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// give ends it.
func (l *served) give() { l.turn <- struct{}{} }
