package remote

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/host"
	hostremote "github.com/plugboard/plugboard/sdk/host/remote"
	"github.com/plugboard/plugboard/sdk/internal/wire"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// Server is a plugin's end: it runs an author's [app.App] for each call, and
// drives the calls' audio as the [bus.Worker] of the plugin's bus. A panic of the
// author's code is the failure of one call.
type Server struct {
	pb.UnimplementedAppServer
	app   app.App
	guest *bus.Guest
	host  *hostremote.Client
	log   hclog.Logger

	mu    sync.Mutex
	calls []*served

	audio atomic.Pointer[[]*served] // what the tick drives: calls, copied on write
	frame audio.Frame               // of the audio goroutine
}

// served is one call in this process.
type served struct {
	port *app.Port
	line *bus.GuestLine
}

// NewServer returns a server for the calls of a, whose audio goes over guest.
func NewServer(a app.App, guest *bus.Guest, log hclog.Logger) *Server {
	s := &Server{app: a, guest: guest, host: hostremote.NewClient(), log: log}
	s.audio.Store(new([]*served))
	return s
}

// Register makes r serve the calls, and what they ask of the core.
func (s *Server) Register(r grpc.ServiceRegistrar) {
	pb.RegisterAppServer(r, s)
	s.host.Register(r)
}

// Close takes every call away from the app. What of it still runs is not waited
// for: it may do as it likes.
func (s *Server) Close(context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.calls {
		c.port.End(app.ErrLost)
	}
}

// Run implements the protocol: it has one call.
func (s *Server) Run(stream grpc.BidiStreamingServer[pb.RunRequest, pb.RunReply]) error {
	m, err := stream.Recv()
	if err != nil {
		return err
	}
	if m.GetStart() == nil {
		return status.Error(codes.InvalidArgument, "a call begins with its start")
	}
	facts, id := wire.FromAppStart(m.GetStart())
	line, err := s.guest.Line(id)
	if err != nil {
		return wire.ToError(err)
	}
	ctx, cancel := context.WithCancelCause(stream.Context())
	defer cancel(nil)
	log := s.log.With("call", facts.ID, "leg", facts.Leg)
	l := &link{stream: stream, host: s.host, turn: make(chan struct{}, 1), answers: make(chan app.Answer, 1)}
	l.turn <- struct{}{}
	call, port := app.New(facts, l)
	l.port = port
	c := &served{port: port, line: line}
	s.add(c)
	defer s.remove(c)
	if err := l.send(&pb.RunReply{What: &pb.RunReply_Ready{Ready: &pb.AppReady{}}}); err != nil {
		return err
	}
	go func() { // ends with the stream, which ends with this method
		err := l.read(port)
		s.remove(c)
		port.End(err)
		cancel(err)
	}()
	return s.run(hclog.WithContext(ctx, log), log, call)
}

// run runs the author's code.
func (s *Server) run(ctx context.Context, log hclog.Logger, c *app.Call) (err error) {
	defer func() {
		if r := recover(); r != nil {
			log.Error("the app panicked; this call is lost to it, the others go on", "panic", r, "stack", string(debug.Stack()))
			err = status.Errorf(codes.Internal, "the app panicked: %v", r)
		}
	}()
	err = s.app.Run(ctx, c)
	switch {
	case err == nil, errors.Is(err, app.ErrOver), errors.Is(err, app.ErrLost):
		return nil
	case context.Cause(ctx) != nil && ctx.Err() != nil:
		return nil // it ended because the call did
	}
	log.Error("the app failed", "error", err)
	return status.Error(codes.Unknown, err.Error())
}

func (s *Server) add(c *served) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, c)
	s.relist()
}

// remove takes a call out of the tick. Twice is fine.
func (s *Server) remove(c *served) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, other := range s.calls {
		if other == c {
			s.calls = append(s.calls[:i:i], s.calls[i+1:]...)
			s.relist()
			return
		}
	}
}

func (s *Server) relist() {
	list := append([]*served(nil), s.calls...)
	s.audio.Store(&list)
}

// Deliver implements [bus.Worker].
func (s *Server) Deliver(tick uint64) {
	for _, c := range *s.audio.Load() {
		if c.line.Read(tick, &s.frame) {
			c.port.Deliver(tick, &s.frame)
		} else {
			c.port.Deliver(tick, nil)
		}
	}
}

// Gather implements [bus.Worker].
func (s *Server) Gather(tick uint64) {
	for _, c := range *s.audio.Load() {
		if c.port.Gather(tick, &s.frame) {
			c.line.Write(tick, &s.frame)
		} else {
			c.line.Write(tick, nil)
		}
	}
}

// link is a call's way to the core.
type link struct {
	stream  grpc.BidiStreamingServer[pb.RunRequest, pb.RunReply]
	host    *hostremote.Client
	port    *app.Port
	turn    chan struct{} // a token: who has it has a wish open
	answers chan app.Answer

	sending sync.Mutex
}

var _ app.Link = (*link)(nil)

// read takes what the core says until the end, and returns what the app is told
// then.
func (l *link) read(port *app.Port) error {
	for {
		m, err := l.stream.Recv()
		if err != nil {
			return app.ErrLost
		}
		switch what := m.GetWhat().(type) {
		case *pb.RunRequest_Digit:
			port.Digit(byte(what.Digit.GetDigit()))
		case *pb.RunRequest_Pressed:
			port.Pressed()
		case *pb.RunRequest_Answer:
			select {
			case l.answers <- wire.FromAnswer(what.Answer):
			default: // nobody asked
			}
		case *pb.RunRequest_End:
			return app.ErrOver
		}
	}
}

// Ask implements [app.Link]. One who gives up a dial waits for its end, which
// comes at once.
func (l *link) Ask(ctx context.Context, w app.Wish) (app.Answer, error) {
	select {
	case <-l.turn:
	case <-l.port.Ended():
		return app.Answer{}, app.ErrOver
	case <-ctx.Done():
		return app.Answer{}, ctx.Err()
	}
	defer func() { l.turn <- struct{}{} }()
	switch err := l.send(&pb.RunReply{What: &pb.RunReply_Wish{Wish: wire.ToWish(w)}}); {
	case status.Code(err) == codes.ResourceExhausted:
		return app.Answer{}, err
	case err != nil:
		return app.Answer{}, app.ErrLost
	}
	done := ctx.Done()
	for {
		select {
		case a := <-l.answers:
			if ctx.Err() != nil && done == nil {
				return a, ctx.Err()
			}
			return a, nil
		case <-l.port.Ended():
			return app.Answer{}, app.ErrOver
		case <-done:
			done = nil
			if w.Kind != app.WishDial {
				continue
			}
			if err := l.send(&pb.RunReply{What: &pb.RunReply_Wish{Wish: wire.ToWish(app.Wish{Kind: app.WishStop})}}); err != nil {
				return app.Answer{}, app.ErrLost
			}
		}
	}
}

// Prompt implements [app.Link].
func (l *link) Prompt(ctx context.Context, call string, p host.Prompt) (host.Sound, error) {
	sound, err := l.host.Prompt(ctx, call, p)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", describe(p), err)
	}
	return sound, nil
}

// Kept implements [app.Link].
func (l *link) Kept(ctx context.Context, leg string, p host.Prompt) (host.Sound, error) {
	return l.host.Kept(ctx, leg, p)
}

// Mailbox implements [app.Link].
func (l *link) Mailbox(ctx context.Context, leg string, w host.MailboxWish) (host.MailboxAnswer, error) {
	return l.host.Mailbox(ctx, leg, w)
}

// describe names a prompt as the configuration writes it.
func describe(p host.Prompt) string {
	switch {
	case p.File != "":
		return fmt.Sprintf("sound(%q)", p.File)
	case p.Tone != "":
		return fmt.Sprintf("tone(%q)", p.Tone)
	}
	return fmt.Sprintf("say(%q)", p.Text)
}

func (l *link) send(m *pb.RunReply) error {
	l.sending.Lock()
	defer l.sending.Unlock()
	return l.stream.Send(m)
}
