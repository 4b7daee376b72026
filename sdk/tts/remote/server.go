package remote

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc"

	"github.com/plugboard/plugboard/sdk/internal/wire"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
	"github.com/plugboard/plugboard/sdk/tts"
)

// Server is a plugin's end: it speaks by its [tts.Engine]. An engine that
// panics costs that text alone.
type Server struct {
	pb.UnimplementedTTSServer
	engine tts.Engine
	log    hclog.Logger

	life context.Context // of all that is spoken
	end  context.CancelCauseFunc
	mu   sync.Mutex // orders the last text before Close
	all  sync.WaitGroup
}

// NewServer returns a server of the engine.
func NewServer(e tts.Engine, log hclog.Logger) *Server {
	s := &Server{engine: e, log: log}
	s.life, s.end = context.WithCancelCause(context.Background())
	return s
}

var errEnds = errors.New("the plugin ends")

// Close stops all that is spoken, and waits for it until ctx ends.
func (s *Server) Close(ctx context.Context) {
	s.mu.Lock()
	s.end(errEnds)
	s.mu.Unlock()
	quiet := make(chan struct{})
	go func() { // ends with the last text, or with the process
		defer close(quiet)
		s.all.Wait()
	}()
	select {
	case <-quiet:
	case <-ctx.Done():
	}
}

// begin counts a text in, whose context ends with s too. It reports false once
// s is closed.
func (s *Server) begin(ctx context.Context) (context.Context, func(), bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.life.Err() != nil {
		return nil, nil, false
	}
	s.all.Add(1)
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(s.life, func() { cancel(errEnds) })
	return ctx, func() {
		stop()
		cancel(nil)
		s.all.Done()
	}, true
}

// Register makes r serve the engine.
func (s *Server) Register(r grpc.ServiceRegistrar) { pb.RegisterTTSServer(r, s) }

// Voices implements the protocol.
func (s *Server) Voices(ctx context.Context, _ *pb.VoicesRequest) (reply *pb.VoicesReply, err error) {
	l, ok := s.engine.(tts.Lister)
	if !ok {
		return &pb.VoicesReply{}, nil
	}
	defer contain(s.log, "Voices", &err)
	list, err := l.Voices(hclog.WithContext(ctx, s.log))
	if err != nil {
		return nil, wire.ToError(err)
	}
	return wire.ToVoices(list), nil
}

// Speak implements the protocol.
func (s *Server) Speak(m *pb.SpeakRequest, stream grpc.ServerStreamingServer[pb.SpeakReply]) (err error) {
	r := wire.FromSpeak(m)
	log := s.log
	if r.Call != "" {
		log = log.With("call", r.Call)
	}
	if strings.TrimSpace(r.Text) == "" {
		return wire.ToError(errors.New("there is no text to speak"))
	}
	ctx, done, ok := s.begin(stream.Context())
	if !ok {
		return wire.ToError(tts.ErrGone)
	}
	defer done()
	o := &out{ctx: ctx, stream: stream}
	defer o.close()
	defer contain(log, "Speak", &err)
	return wire.ToError(s.engine.Speak(hclog.WithContext(ctx, log), r, o.take))
}

// contain makes a panic of the author's code an error of the call.
func contain(log hclog.Logger, where string, err *error) {
	if r := recover(); r != nil {
		log.Error("the plugin panicked; this text is lost, others are not", "in", where, "panic", r, "stack", string(debug.Stack()))
		*err = wire.ToError(fmt.Errorf("the plugin panicked in %s: %v", where, r))
	}
}

// piece is how many samples go in one message: 32 KB, above which gRPC takes a
// megabyte for one.
const piece = 16000

// out sends sound to the core.
type out struct {
	mu     sync.Mutex
	ctx    context.Context
	stream grpc.ServerStreamingServer[pb.SpeakReply]
	rate   int
	over   bool // Speak has returned
}

var errOver = errors.New("Speak has returned: nobody takes sound any more")

// take implements [tts.Out].
func (o *out) take(rate int, pcm []float32) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.over:
		return errOver
	case o.ctx.Err() != nil:
		return context.Cause(o.ctx)
	case rate < tts.MinRate || rate > tts.MaxRate:
		return fmt.Errorf("sound of %d Hz; it must have %d to %d", rate, tts.MinRate, tts.MaxRate)
	case o.rate != 0 && rate != o.rate:
		return fmt.Errorf("sound of %d Hz after some of %d: the rate of a text must not change", rate, o.rate)
	}
	o.rate = rate
	for len(pcm) > 0 {
		n := min(piece, len(pcm))
		if err := o.stream.Send(wire.ToSound(rate, pcm[:n])); err != nil {
			return wire.FromTTSError(err)
		}
		pcm = pcm[n:]
	}
	return nil
}

func (o *out) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.over = true
}
