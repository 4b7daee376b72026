package remote

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/internal/wire"
	"github.com/plugboard/plugboard/sdk/leg"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

const (
	// waiting is how many calls may wait to be taken, and patience for how long
	// each does.
	waiting  = 64
	patience = 10 * time.Second
	// refusal is the cause of a call that the core does not take.
	refusal = "congestion"
)

// station is a plugin's end of what has signalling of its own.
type station struct {
	leg.Station // nil: there is none

	mu      sync.Mutex
	arrived map[uint64]*arrived
	last    uint64
}

// arrived is a call that waits to be taken.
type arrived struct {
	call  *leg.Arrival
	limit *time.Timer
}

// partyEnd is a [leg.Party] where the legs of session descriptions are endpoints.
type partyEnd struct{ leg.Party }

// Offer implements [leg.Media].
func (partyEnd) Offer(context.Context, leg.Direction) ([]byte, error) { return nil, leg.ErrState }

// Accept implements [leg.Media].
func (partyEnd) Accept(context.Context, []byte) error { return leg.ErrState }

// Rollback implements [leg.Media].
func (partyEnd) Rollback(context.Context) error { return leg.ErrState }

// Answer implements [leg.Media].
func (partyEnd) Answer(context.Context, []byte, leg.Direction) ([]byte, error) {
	return nil, leg.ErrState
}

// Dial implements the protocol.
func (s service) Dial(ctx context.Context, m *pb.DialRequest) (*pb.DialReply, error) {
	d, line := wire.FromDial(m)
	if s.station.Station == nil {
		return nil, wire.ToError(fmt.Errorf("this plugin calls nobody: %w", leg.ErrState))
	}
	return &pb.DialReply{}, s.open(ctx, d.Call, d.Leg, line, func(ctx context.Context, tell func(leg.Event)) (leg.Party, error) {
		return s.station.Dial(ctx, d, tell)
	})
}

// open makes the leg of a party and gives it its share of the tick.
func (s service) open(ctx context.Context, call, id string, at uint32, make func(context.Context, func(leg.Event)) (leg.Party, error)) (err error) {
	line, err := s.guest.Line(at)
	if err != nil {
		return wire.ToError(fmt.Errorf("leg %s: line %d of the bus: %w", id, at, err))
	}
	l := newServed(s.log, call, id, line)
	defer func() {
		if r := recover(); r != nil {
			l.gone.Store(true)
			l.log.Error("panic while a leg was opened", "panic", r, "stack", string(debug.Stack()))
			err = wire.ToError(fmt.Errorf("the plugin panicked while it opened the leg: %v", r))
		}
	}()
	party, err := make(hclog.WithContext(ctx, l.log), func(e leg.Event) { s.tell(l, e) })
	if err != nil {
		l.gone.Store(true)
		return wire.ToError(err)
	}
	l.end, l.party = partyEnd{party}, party
	l.listener, _ = party.(leg.Listener)
	if !s.add(l) {
		l.gone.Store(true)
		s.closeEnd(ctx, l)
		return wire.ToError(leg.ErrGone)
	}
	return nil
}

// Arrivals implements the protocol.
func (s service) Arrivals(_ *pb.ArrivalsRequest, stream pb.Leg_ArrivalsServer) error {
	acceptor, ok := s.station.Station.(leg.Acceptor)
	if !ok {
		return wire.ToError(fmt.Errorf("no calls come in to this plugin: %w", leg.ErrState))
	}
	ctx := stream.Context()
	defer s.station.refuseAll()
	told := ""
	for {
		a, err := s.accept(ctx, acceptor)
		switch {
		case ctx.Err() != nil:
			if a != nil {
				a.Refuse(refusal)
			}
			return wire.ToError(ctx.Err())
		case err != nil:
			if err.Error() != told {
				told = err.Error()
				s.log.Warn("no calls come in for now; it is tried again each second", "error", err)
			}
			pause(ctx, time.Second)
			continue
		}
		number, ok := s.station.keep(a)
		if !ok {
			s.log.Warn("a call that came in is refused: too many wait to be taken", "waiting", waiting)
			a.Refuse(refusal)
			continue
		}
		if err := stream.Send(wire.ToArrival(number, a)); err != nil {
			return err
		}
	}
}

// accept waits for a call. A panic is an error.
func (s service) accept(ctx context.Context, from leg.Acceptor) (a *leg.Arrival, err error) {
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("the plugin panicked in Accept", "panic", r, "stack", string(debug.Stack()))
			a, err = nil, fmt.Errorf("the plugin panicked in Accept: %v", r)
		}
	}()
	a, err = from.Accept(hclog.WithContext(ctx, s.log))
	if err == nil && a == nil {
		err = fmt.Errorf("Accept returned neither a call nor an error")
	}
	return a, err
}

// Take implements the protocol.
func (s service) Take(ctx context.Context, m *pb.TakeRequest) (*pb.TakeReply, error) {
	a := s.station.take(m.GetArrival())
	switch {
	case a == nil:
		return nil, wire.ToError(fmt.Errorf("the call waits no more: %w", leg.ErrGone))
	case m.GetRefused() != "":
		a.Refuse(m.GetRefused())
		return &pb.TakeReply{}, nil
	}
	err := s.open(ctx, m.GetCall(), m.GetLeg(), m.GetLine(), func(_ context.Context, tell func(leg.Event)) (leg.Party, error) {
		return a.Open(m.GetCall(), m.GetLeg(), tell)
	})
	return &pb.TakeReply{}, err
}

// Signal implements the protocol.
func (s service) Signal(ctx context.Context, m *pb.SignalRequest) (*pb.SignalReply, error) {
	return &pb.SignalReply{}, s.do(ctx, m.GetLeg(), func(ctx context.Context, l *served) error {
		sig, known := wire.FromSignal(m)
		if l.party == nil || !known {
			return leg.ErrState
		}
		return l.party.Signal(ctx, sig)
	})
}

// keep has a call wait to be taken; false if too many do.
func (s *station) keep(a *leg.Arrival) (uint64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.arrived) == waiting {
		return 0, false
	}
	s.last++
	number := s.last
	if s.arrived == nil {
		s.arrived = make(map[uint64]*arrived)
	}
	s.arrived[number] = &arrived{a, time.AfterFunc(patience, func() {
		if a := s.take(number); a != nil {
			a.Refuse(refusal)
		}
	})}
	return number, true
}

// take gives out a call that waits, once; nil if it waits no more.
func (s *station) take(number uint64) *leg.Arrival {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.arrived[number]
	if a == nil {
		return nil
	}
	delete(s.arrived, number)
	a.limit.Stop()
	return a.call
}

// refuseAll refuses whoever waits.
func (s *station) refuseAll() {
	s.mu.Lock()
	all := s.arrived
	s.arrived = nil
	s.mu.Unlock()
	for _, a := range all {
		a.limit.Stop()
		a.call.Refuse(refusal)
	}
}

// pause waits for d or the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
