package remote

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/internal/news"
	"github.com/plugboard/plugboard/sdk/leg"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// Server is a plugin's end: it serves the legs that its [leg.Terminator] and its
// [leg.Station] make, and drives their audio as the [bus.Worker] of the plugin's bus.
//
// Authors' code is kept from hurting its neighbours: a leg that panics is
// closed and told [leg.Lost] with the reason, and the other legs go on. The
// calls of one leg are put in line, as the contract promises its author.
type Server struct {
	terminator leg.Terminator // nil: it reads and writes no session descriptions
	station    station
	guest      *bus.Guest
	log        hclog.Logger
	news       *news.Queue[told]
	closing    sync.WaitGroup // endpoints of legs that broke

	binding sync.Mutex // held while sockets are bound
	bound   bool

	mu   sync.Mutex
	legs map[string]*served // nil once closed

	audio atomic.Pointer[[]*served] // what the tick drives, copied on write
	frame audio.Frame               // of the audio goroutine
}

// told is news of a leg.
type told struct {
	leg   string
	event leg.Event
}

// served is one leg in this process.
type served struct {
	id       string
	log      hclog.Logger
	end      leg.Endpoint
	party    leg.Party    // the same, if it has signalling of its own; or nil
	listener leg.Listener // the same, or nil
	hander   leg.Hander   // the same, or nil
	peer     *served      // whom it was allowed to hand its sound to; the audio goroutine's
	given    uint64       // the tick for which it was handed another's, plus one; the same
	line     *bus.GuestLine
	turn     chan struct{} // holds one token: whoever has it may call end
	at       place
	gone     atomic.Bool // closed or broken: nothing more is told
}

// NewServer returns a server for the legs of t and of own, one of which may be nil;
// their audio goes over guest.
func NewServer(t leg.Terminator, own leg.Station, guest *bus.Guest, log hclog.Logger) *Server {
	s := &Server{
		terminator: t,
		station:    station{Station: own},
		guest:      guest,
		log:        log,
		news:       news.New[told](),
		legs:       make(map[string]*served),
	}
	s.audio.Store(new([]*served))
	return s
}

// newServed is a leg that is about to be opened.
func newServed(log hclog.Logger, call, id string, line *bus.GuestLine) *served {
	l := &served{id: id, log: log.With("call", call, "leg", id), line: line, turn: make(chan struct{}, 1)}
	l.at.quiet = make(chan struct{})
	l.turn <- struct{}{}
	return l
}

// Register makes r serve the legs.
func (s *Server) Register(r grpc.ServiceRegistrar) {
	pb.RegisterLegServer(r, service{Server: s})
}

// Close closes every leg and waits for them. Run of the bus has returned
// before.
func (s *Server) Close(ctx context.Context) {
	s.mu.Lock()
	legs := s.legs
	s.legs = nil
	s.audio.Store(new([]*served))
	s.mu.Unlock()
	for _, l := range legs {
		if l.gone.Swap(true) {
			continue
		}
		s.closing.Go(func() { s.closeEnd(ctx, l) })
	}
	s.closing.Wait()
	s.binding.Lock()
	defer s.binding.Unlock()
	if b, ok := s.terminator.(leg.Binder); ok && s.bound {
		s.bound = false
		b.Unbind()
	}
}

// bind has a [leg.Binder] bind its sockets, if it has not yet.
func (s *Server) bind(ctx context.Context) error {
	s.binding.Lock()
	defer s.binding.Unlock()
	b, ok := s.terminator.(leg.Binder)
	if !ok || s.bound {
		return nil
	}
	err := b.Bind(hclog.WithContext(ctx, s.log))
	s.bound = err == nil
	return err
}

// add takes a new leg in and gives it its share of the tick. It reports false
// if the server is closed.
func (s *Server) add(l *served) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.legs == nil {
		return false
	}
	s.legs[l.id] = l
	s.relist()
	return true
}

// remove takes a leg out of the tick, and with forget out of the books.
func (s *Server) remove(l *served, forget bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.legs[l.id] != l {
		return
	}
	if forget {
		delete(s.legs, l.id)
	}
	s.relist()
}

// relist publishes the legs that the tick drives. mu is held.
func (s *Server) relist() {
	list := make([]*served, 0, len(s.legs))
	for _, l := range s.legs {
		if !l.gone.Load() {
			list = append(list, l)
		}
	}
	s.audio.Store(&list)
}

// find returns the leg with the given id, or nil.
func (s *Server) find(id string) *served {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.legs[id]
}

// tell queues news of a leg.
func (s *Server) tell(l *served, e leg.Event) {
	if !l.gone.Load() {
		s.news.Put(told{l.id, e})
	}
}

// broken ends a leg whose author's code panicked: it is taken out of the
// tick, told as lost, and closed.
func (s *Server) broken(l *served, where string, panicked any) {
	if l.gone.Swap(true) {
		return
	}
	l.log.Error("the plugin panicked; this leg is lost, the others go on",
		"in", where, "panic", panicked, "stack", string(debug.Stack()))
	s.remove(l, false)
	s.news.Put(told{l.id, leg.Event{Kind: leg.Lost, Reason: fmt.Sprintf("the plugin panicked in %s: %v", where, panicked)}})
	s.closing.Go(func() { s.closeEnd(context.Background(), l) })
}

// closeEnd closes the author's end of a leg that is gone.
func (s *Server) closeEnd(ctx context.Context, l *served) (stats leg.Stats, err error) {
	defer func() {
		if r := recover(); r != nil {
			l.log.Error("the plugin panicked while it closed a leg", "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("the plugin panicked while it closed the leg: %v", r)
		}
	}()
	if err := l.at.leave(ctx); err != nil {
		return stats, fmt.Errorf("leg %s is still busy with a frame: %w", l.id, err)
	}
	stats, err = l.end.Stats(ctx)
	if err != nil { // a leg without counters is closed all the same
		l.log.Debug("no last counters of the leg", "error", err)
	}
	return stats, l.end.Close(ctx)
}

func closeAll(sockets []bus.Socket) {
	for _, s := range sockets {
		_ = s.Close() // a leg that never was; nothing is lost with it
	}
}
