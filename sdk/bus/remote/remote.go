// Package remote is both ends of the road by which audio goes where a plugin cannot
// map the media bus: one gRPC stream for each process, a batch of frames at a tick.
// The core carries what is on its end of the bus ([bus.HostRoad]); the plugin's
// guest finds it in memory of its own ([bus.GuestRoad]), so that neither those who
// write and read lines in the core nor a plugin's contracts know which road it is.
package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/internal/wire"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// Carry is the core's end: it carries the frames of a bus to the plugin and back,
// until ctx ends or the bus is closed, which is no error. Any other end is one,
// which says what the plugin did.
func Carry(ctx context.Context, conn grpc.ClientConnInterface, road *bus.HostRoad) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stream, err := pb.NewAudioClient(conn).Carry(ctx)
	if err != nil {
		return wire.FromError(err)
	}
	var reader sync.WaitGroup
	reader.Go(func() { cancel(read(stream, road)) })
	defer reader.Wait()
	defer cancel(nil)
	for {
		h, err := road.Next(ctx)
		if err == nil {
			err = stream.Send(wire.ToHeard(h))
		}
		switch {
		case err == nil:
		case errors.Is(err, bus.ErrClosed):
			return nil
		case errors.Is(err, io.EOF): // what ended it, the reader is told
			<-ctx.Done()
			return ended(ctx)
		case ctx.Err() != nil:
			return ended(ctx)
		default:
			return fmt.Errorf("frames for the plugin: %w", wire.FromError(err))
		}
	}
}

// ended is why the stream ended; nil if its time was over.
func ended(ctx context.Context) error {
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// read takes what the plugin says until the stream ends.
func read(stream pb.Audio_CarryClient, road *bus.HostRoad) error {
	for {
		m, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return errors.New("the plugin ended the stream of its audio")
		case err != nil:
			return fmt.Errorf("the stream of its audio broke: %w", wire.FromError(err))
		}
		if err := road.Take(wire.FromSaid(m)); err != nil {
			return err
		}
	}
}

// Server is the plugin's end.
type Server struct {
	pb.UnimplementedAudioServer
	road *bus.GuestRoad
	busy sync.Mutex
}

// NewServer returns a server of the road.
func NewServer(road *bus.GuestRoad) *Server { return &Server{road: road} }

// Register makes r serve it.
func (s *Server) Register(r grpc.ServiceRegistrar) { pb.RegisterAudioServer(r, s) }

// Carry implements the protocol. With its end the core is done with the process.
func (s *Server) Carry(stream pb.Audio_CarryServer) error {
	if !s.busy.TryLock() {
		return status.Error(codes.FailedPrecondition, "the audio of this process is carried already")
	}
	defer s.busy.Unlock()
	ctx, cancel := context.WithCancel(stream.Context())
	var speaker sync.WaitGroup
	speaker.Go(func() { s.speak(ctx, stream) })
	defer speaker.Wait()
	defer cancel()
	defer s.road.Close()
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = s.road.Take(wire.FromHeard(m))
		}
		if err != nil {
			return err
		}
	}
}

// speak sends what the guest says, until ctx or the stream ends.
func (s *Server) speak(ctx context.Context, stream pb.Audio_CarryServer) {
	for {
		said, err := s.road.Next(ctx)
		if err != nil || stream.Send(wire.ToSaid(said)) != nil {
			return // the reader is told why
		}
	}
}
