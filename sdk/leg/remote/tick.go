package remote

import (
	"context"
	"sync/atomic"
)

// Deliver implements [bus.Worker].
func (s *Server) Deliver(tick uint64) {
	for rest := *s.audio.Load(); len(rest) > 0; {
		rest = s.deliver(tick, rest)
	}
}

// Gather implements [bus.Worker].
func (s *Server) Gather(tick uint64) {
	for rest := *s.audio.Load(); len(rest) > 0; {
		rest = s.gather(tick, rest)
	}
}

// deliver serves the legs in turn. A leg that panics ends this pass; what
// comes after it is returned for another one.
func (s *Server) deliver(tick uint64, legs []*served) (rest []*served) {
	i := 0
	defer func() {
		if r := recover(); r != nil {
			legs[i].at.exit()
			s.broken(legs[i], "Deliver", r)
			rest = legs[i+1:]
		}
	}()
	for ; i < len(legs); i++ {
		l := legs[i]
		if !l.at.enter() {
			continue
		}
		if l.given == tick+1 { // it has what it needs
			l.end.Deliver(tick, nil)
			l.at.exit()
			continue
		}
		switch share := l.line.Share(tick); {
		case !l.line.Read(tick, &s.frame):
			l.end.Deliver(tick, nil)
		case share != 0 && l.listener != nil:
			l.listener.DeliverShared(tick, &s.frame, share)
		default:
			l.end.Deliver(tick, &s.frame)
		}
		l.at.exit()
	}
	return nil
}

// gather is deliver's other half.
func (s *Server) gather(tick uint64, legs []*served) (rest []*served) {
	i := 0
	defer func() {
		if r := recover(); r != nil {
			legs[i].at.exit()
			s.broken(legs[i], "Gather", r)
			rest = legs[i+1:]
		}
	}()
	for ; i < len(legs); i++ {
		l := legs[i]
		if !l.at.enter() {
			continue
		}
		sound, handed := s.hand(tick, l)
		switch {
		case handed:
			l.line.WriteHanded(tick)
		case sound:
			l.line.Write(tick, &s.frame)
		default:
			l.line.Write(tick, nil)
		}
		l.at.exit()
	}
	return nil
}

// hand gathers what a leg says, which may be for another leg of this process
// alone.
func (s *Server) hand(tick uint64, l *served) (sound, handed bool) {
	var to *served
	if l.hander != nil {
		to = s.peer(l, l.line.Peer(tick-1))
	}
	if to == nil || !to.at.enter() {
		return l.end.Gather(tick, &s.frame), false
	}
	defer to.at.exit()
	if sound, handed = l.hander.GatherTo(tick, &s.frame, to.end); handed {
		to.given = tick + 1
	}
	return sound, handed
}

// peer finds the leg on a line, which is mostly the same as at the last tick.
func (s *Server) peer(l *served, line uint32) *served {
	if line == 0 || line == l.line.ID() {
		l.peer = nil
		return nil
	}
	if p := l.peer; p != nil && p.line.ID() == line && !p.gone.Load() {
		return p
	}
	l.peer = nil
	for _, p := range *s.audio.Load() {
		if p.line.ID() == line && !p.gone.Load() {
			l.peer = p
		}
	}
	return l.peer
}

// place is where the audio goroutine stands with one leg. Control code that
// closes the leg waits until the tick is out of it, the tick waits for nobody:
//
//	outside ⇄ inside
//	   │         │ leave
//	   │ leave   ▼
//	   │      leaving
//	   ▼         ▼ exit
//	  barred ◀───┘
type place struct {
	state atomic.Int32
	quiet chan struct{} // closed by exit when somebody leaves
}

const (
	outside int32 = iota
	inside
	leaving
	barred
)

// enter lets the tick in, unless the leg is left or being left.
func (p *place) enter() bool { return p.state.CompareAndSwap(outside, inside) }

// exit is the tick's way out.
func (p *place) exit() {
	if p.state.CompareAndSwap(inside, outside) {
		return
	}
	p.state.Store(barred)
	close(p.quiet)
}

// leave bars the tick from the leg and waits until it is out. Only one
// goroutine leaves a leg.
func (p *place) leave(ctx context.Context) error {
	for {
		switch p.state.Load() {
		case outside:
			if p.state.CompareAndSwap(outside, barred) {
				return nil
			}
		case inside:
			p.state.CompareAndSwap(inside, leaving)
		case leaving:
			select {
			case <-p.quiet:
			case <-ctx.Done():
				return ctx.Err()
			}
		default:
			return nil
		}
	}
}
