// Package remote carries what a plugin has the core keep. [Server] is the
// plugin's end, which asks; [Serve] is the core's, which answers.
package remote

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"google.golang.org/grpc"

	"github.com/plugboard/plugboard/sdk/archive"
	"github.com/plugboard/plugboard/sdk/internal/news"
	"github.com/plugboard/plugboard/sdk/internal/wire"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// Keeper is what the core keeps for plugins. Its methods are called by many
// goroutines.
type Keeper interface {
	Recording(plugin string, r archive.Recording) error
	RecordingGone(plugin, id string) error
	Utterance(plugin string, u archive.Utterance) error
}

// Serve answers what the plugin asks, until ctx ends or the connection breaks.
// recordings is the directory of recordings, plugin the plugin's name.
func Serve(ctx context.Context, conn grpc.ClientConnInterface, plugin, recordings string, k Keeper) error {
	stream, err := pb.NewArchiveClient(conn).Requests(ctx)
	if err != nil {
		return wire.FromError(err)
	}
	if err := stream.Send(&pb.ArchiveReply{Recordings: recordings}); err != nil {
		return wire.FromError(err)
	}
	for {
		m, err := stream.Recv()
		if err != nil {
			return wire.FromError(err)
		}
		switch w := m.GetWish().(type) {
		case *pb.ArchiveRequest_Recording:
			err = k.Recording(plugin, wire.FromRecording(w.Recording))
		case *pb.ArchiveRequest_RecordingGone:
			err = k.RecordingGone(plugin, w.RecordingGone)
		case *pb.ArchiveRequest_Utterance:
			err = k.Utterance(plugin, wire.FromUtterance(w.Utterance))
		default:
			err = errors.New("this core does not know what the plugin asks for: it is older than the plugin's SDK")
		}
		reply := &pb.ArchiveReply{Id: m.GetId()}
		if err != nil {
			reply.Error = err.Error()
		}
		if err := stream.Send(reply); err != nil {
			return wire.FromError(err)
		}
	}
}

// Server is the plugin's end. It is a [archive.Archive] as soon as the core is there.
type Server struct {
	pb.UnimplementedArchiveServer
	run      func(context.Context, archive.Archive)
	requests *news.Queue[*pb.ArchiveRequest]

	mu      sync.Mutex
	dir     string
	last    uint64
	waiting map[uint64]chan error // nil once closed
	stop    context.CancelFunc    // of run, nil before the core was there
	runs    sync.WaitGroup
}

// NewServer returns an end that begins run when the core is there.
func NewServer(run func(context.Context, archive.Archive)) *Server {
	return &Server{run: run, requests: news.New[*pb.ArchiveRequest](), waiting: make(map[uint64]chan error)}
}

// Register makes r serve it.
func (s *Server) Register(r grpc.ServiceRegistrar) { pb.RegisterArchiveServer(r, s) }

// Close ends run, and waits for it until ctx ends.
func (s *Server) Close(ctx context.Context) {
	s.mu.Lock()
	if s.stop != nil {
		s.stop()
	}
	for _, told := range s.waiting {
		told <- errGone
	}
	s.waiting = nil
	s.mu.Unlock()
	done := make(chan struct{})
	go func() { // ends with run
		defer close(done)
		s.runs.Wait()
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

var errGone = errors.New("the core is gone")

// Requests implements the protocol.
func (s *Server) Requests(stream pb.Archive_RequestsServer) error {
	first, err := stream.Recv()
	if err != nil {
		return err
	}
	s.mu.Lock()
	if s.waiting == nil || s.stop != nil {
		s.mu.Unlock()
		return errors.New("the core is there already")
	}
	var ctx context.Context
	ctx, s.stop = context.WithCancel(context.Background())
	s.dir = first.GetRecordings()
	s.runs.Go(func() { s.run(ctx, s) })
	s.mu.Unlock()

	ended := make(chan error, 1)
	go func() { // ends with the stream
		for {
			m, err := stream.Recv()
			if err != nil {
				ended <- err
				return
			}
			s.answered(m)
		}
	}()
	for {
		batch, err := s.requests.Take(stream.Context())
		if err != nil {
			return wire.ToError(errors.Join(err, <-ended))
		}
		for _, m := range batch {
			if err := stream.Send(m); err != nil {
				return err
			}
		}
	}
}

func (s *Server) answered(m *pb.ArchiveReply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	told := s.waiting[m.GetId()]
	if told == nil {
		return
	}
	delete(s.waiting, m.GetId())
	if m.GetError() != "" {
		told <- errors.New(m.GetError())
		return
	}
	told <- nil
}

// ask puts a request, and waits for its answer.
func (s *Server) ask(ctx context.Context, m *pb.ArchiveRequest) error {
	told := make(chan error, 1)
	s.mu.Lock()
	if s.waiting == nil {
		s.mu.Unlock()
		return errGone
	}
	s.last++
	m.Id = s.last
	s.waiting[m.Id] = told
	s.mu.Unlock()
	s.requests.Put(m)
	select {
	case err := <-told:
		return err
	case <-ctx.Done():
		s.mu.Lock()
		delete(s.waiting, m.Id)
		s.mu.Unlock()
		return fmt.Errorf("the core does not answer: %w", ctx.Err())
	}
}

// Recordings implements [archive.Archive].
func (s *Server) Recordings() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dir
}

// Recording implements [archive.Archive].
func (s *Server) Recording(ctx context.Context, r archive.Recording) error {
	return s.ask(ctx, &pb.ArchiveRequest{Wish: &pb.ArchiveRequest_Recording{Recording: wire.ToRecording(r)}})
}

// RecordingGone implements [archive.Archive].
func (s *Server) RecordingGone(ctx context.Context, id string) error {
	return s.ask(ctx, &pb.ArchiveRequest{Wish: &pb.ArchiveRequest_RecordingGone{RecordingGone: id}})
}

// Utterance implements [archive.Archive].
func (s *Server) Utterance(ctx context.Context, u archive.Utterance) error {
	return s.ask(ctx, &pb.ArchiveRequest{Wish: &pb.ArchiveRequest_Utterance{Utterance: wire.ToUtterance(u)}})
}
