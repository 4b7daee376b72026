// Package remote carries the calls of package app from the core to a plugin's
// process. [Client] is the core's end and [Server] the plugin's.
package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/internal/wire"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// Client gives calls to the apps of one plugin's process.
type Client struct{ rpc pb.AppClient }

// NewClient returns a client on the plugin's connection.
func NewClient(conn grpc.ClientConnInterface) *Client { return &Client{rpc: pb.NewAppClient(conn)} }

const (
	// unsent is how many messages may wait for an app that does not read.
	unsent = 256
	// An app may wish wishes times at once, and then every pace: more would be
	// a load for others.
	wishes = 100
	pace   = 5 * time.Millisecond
)

// errUnread is the end of an app that does not read its news.
var errUnread = errors.New("it does not read what it is told")

// Session is a call in the hands of an app. Its methods do not block.
type Session struct {
	stream grpc.BidiStreamingClient[pb.RunRequest, pb.RunReply]
	cancel context.CancelCauseFunc
	out    chan *pb.RunRequest
	all    sync.WaitGroup

	mu      sync.Mutex
	pending bool // a wish was told and not answered
	stopped bool // and it is a dial that was given up
}

// Run gives an app a call, whose sound is on the given line of the media bus, and
// returns when the app has it; ctx bounds that. Then each wish of the app is told
// by calling tell, which must not block, and answered by [Session.Answer]. over
// is called last, once: with nil if the app is through, else with why not, which
// is [app.ErrLost] if the connection broke.
func (c *Client) Run(ctx context.Context, f app.Facts, line uint32, tell func(app.Wish), over func(error)) (*Session, error) {
	life, cancel := context.WithCancelCause(context.Background())
	stop := context.AfterFunc(ctx, func() { cancel(ctx.Err()) })
	fail := func(err error) (*Session, error) {
		cancel(err)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, wire.FromError(err)
	}
	stream, err := c.rpc.Run(life)
	if err != nil {
		return fail(err)
	}
	if err := stream.Send(&pb.RunRequest{What: &pb.RunRequest_Start{Start: wire.ToAppStart(f, line)}}); err != nil && !errors.Is(err, io.EOF) {
		return fail(err)
	}
	first, err := stream.Recv()
	if err != nil {
		return fail(err)
	}
	if first.GetReady() == nil {
		return fail(errors.New("it does not begin with ready"))
	}
	if !stop() {
		return fail(ctx.Err())
	}
	s := &Session{stream: stream, cancel: cancel, out: make(chan *pb.RunRequest, unsent)}
	s.all.Go(func() { s.write(life) })
	s.all.Go(func() { over(s.read(life, tell)) })
	return s, nil
}

// write sends what waits.
func (s *Session) write(ctx context.Context) {
	for {
		select {
		case m := <-s.out:
			if s.stream.Send(m) != nil {
				return // read is told why
			}
			if m.GetEnd() != nil {
				s.part(ctx)
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// parting is how long an app may take to let go of a call that is over.
const parting = 2 * time.Second

// part waits for that.
func (s *Session) part(ctx context.Context) {
	_ = s.stream.CloseSend() // it cannot fail
	limit := time.NewTimer(parting)
	defer limit.Stop()
	select {
	case <-limit.C:
		s.cancel(app.ErrOver)
	case <-ctx.Done():
	}
}

// read takes wishes until the end. It returns nil if the app is through.
func (s *Session) read(ctx context.Context, tell func(app.Wish)) error {
	defer s.cancel(nil)
	budget, since := wishes, time.Now()
	for {
		m, err := s.stream.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return s.reason(ctx, err)
		}
		w, known := wire.FromWish(m.GetWish())
		if m.GetWish() == nil || !known {
			return fmt.Errorf("it wishes what this core does not know (%v): upgrade it", m.GetWish().GetKind())
		}
		if !s.begin(w) {
			return fmt.Errorf("it wishes (%s) before its last wish was answered", w.Kind)
		}
		tell(w)
		now := time.Now()
		budget, since = min(wishes, budget+int(now.Sub(since)/pace)), now
		if budget--; budget <= 0 {
			budget = 0
			select {
			case <-time.After(pace):
			case <-ctx.Done():
			}
		}
	}
}

// reason is why the stream broke.
func (s *Session) reason(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return cause
	}
	st, ok := status.FromError(err)
	switch {
	case !ok:
		return err
	case st.Code() == codes.Unavailable:
		return fmt.Errorf("%w: %s", app.ErrLost, st.Message())
	}
	return errors.New(st.Message())
}

// begin notes a wish. It reports false for one that the app may not make now.
func (s *Session) begin(w app.Wish) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w.Kind == app.WishStop {
		ok := !s.stopped
		s.stopped = true
		return ok
	}
	if s.pending {
		return false
	}
	s.pending, s.stopped = true, false
	return true
}

// Answer answers the wish that was told last.
func (s *Session) Answer(a app.Answer) {
	s.mu.Lock()
	was := s.pending
	s.pending = false
	s.mu.Unlock()
	if was {
		s.send(&pb.RunRequest{What: &pb.RunRequest_Answer{Answer: wire.ToAnswer(a)}})
	}
}

// Pressed tells the app that the caller presses a key, which Digit will tell.
func (s *Session) Pressed() {
	s.send(&pb.RunRequest{What: &pb.RunRequest_Pressed{Pressed: &pb.AppPressed{}}})
}

// Digit tells the app of a key that the caller pressed.
func (s *Session) Digit(d byte) {
	s.send(&pb.RunRequest{What: &pb.RunRequest_Digit{Digit: &pb.AppDigit{Digit: uint32(d)}}})
}

// End takes the call away from the app. Nothing more is told but over.
func (s *Session) End(cause string) {
	s.send(&pb.RunRequest{What: &pb.RunRequest_End{End: &pb.AppEnd{Cause: cause}}})
}

// Cut ends the session without a word: its process is gone.
func (s *Session) Cut() { s.cancel(app.ErrLost) }

// Wait waits until over has returned.
func (s *Session) Wait() { s.all.Wait() }

func (s *Session) send(m *pb.RunRequest) {
	select {
	case s.out <- m:
	default:
		s.cancel(errUnread)
	}
}
