package remote

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/plugboard/plugboard/sdk/internal/wire"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
	"github.com/plugboard/plugboard/sdk/tool"
)

// service is a [Server] as the protocol sees it.
type service struct {
	pb.UnimplementedToolServer
	*Server
}

// Attach implements the protocol.
func (s service) Attach(ctx context.Context, m *pb.AttachRequest) (_ *pb.AttachReply, err error) {
	c := wire.FromAttach(m)
	a := &attached{call: c, log: s.log.With("call", c.ID, "tool", c.Tool), sources: make(map[string]*heard)}
	a.run, a.cancel = context.WithCancel(s.run)
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("panic while the tool was attached", "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("the plugin panicked: %v", r)
		}
		if err != nil {
			a.cancel()
			err = wire.ToError(err)
		}
	}()
	a.rate = s.tool.Rate()
	a.session, err = s.tool.Attach(hclog.WithContext(ctx, a.log), c, func(e tool.Event) { s.tell(c.Attachment, e) })
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	switch {
	case s.open == nil:
		err = errGone
	case s.open[c.Attachment] != nil:
		err = fmt.Errorf("attachment %s: %w", c.Attachment, errTwice)
	default:
		s.open[c.Attachment] = a
	}
	s.mu.Unlock()
	if err != nil {
		s.busy.Go(func() { _ = s.closeSession(a) })
		return nil, err
	}
	return &pb.AttachReply{}, nil
}

// Source implements the protocol.
func (s service) Source(_ context.Context, m *pb.SourceRequest) (*pb.SourceReply, error) {
	speaker, at := wire.FromSource(m)
	a := s.find(at.Attachment)
	if a == nil {
		return nil, wire.ToError(fmt.Errorf("attachment %s: %w", at.Attachment, errGone))
	}
	line, err := s.guest.Line(at.Line)
	if err != nil {
		return nil, wire.ToError(err)
	}
	src, feed, err := tool.NewSource(a.rate, a.call, speaker, at.Tick)
	if err != nil {
		return nil, wire.ToError(err)
	}
	h := &heard{line: line, from: at.Tick, feed: feed}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.open == nil || a.gone:
		return nil, wire.ToError(fmt.Errorf("attachment %s: %w", at.Attachment, errGone))
	case a.sources[speaker.Leg] != nil:
		return nil, wire.ToError(fmt.Errorf("source %s: %w", speaker.Leg, errTwice))
	}
	src.N = len(a.all)
	a.sources[speaker.Leg] = h
	a.all = append(a.all, feed)
	a.listens.Add(1)
	s.busy.Go(func() {
		defer a.listens.Done()
		s.listen(a, src)
	})
	s.relist()
	return &pb.SourceReply{}, nil
}

// End implements the protocol.
func (s service) End(ctx context.Context, m *pb.EndRequest) (*pb.EndReply, error) {
	type last struct {
		h    *heard
		tick uint64
	}
	var ended []last
	s.mu.Lock()
	if a := s.open[m.GetAttachment()]; a != nil && a.sources != nil {
		for _, e := range m.GetSources() {
			if h := a.sources[e.GetSource()]; h != nil {
				ended = append(ended, last{h, e.GetTick()})
				delete(a.sources, e.GetSource())
			}
		}
		s.relist()
	}
	s.mu.Unlock()
	for _, l := range ended {
		s.guest.Await(ctx, l.tick)
		l.h.end(l.tick)
	}
	return &pb.EndReply{}, nil
}

// Control implements the protocol.
func (s service) Control(ctx context.Context, m *pb.ControlRequest) (_ *pb.ControlReply, err error) {
	a := s.find(m.GetAttachment())
	if a == nil {
		return nil, wire.ToError(fmt.Errorf("attachment %s: %w", m.GetAttachment(), errGone))
	}
	c, ok := a.session.(tool.Controlled)
	if !ok {
		return nil, wire.ToError(fmt.Errorf("this tool cannot be told to %s", m.GetVerb()))
	}
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("the plugin panicked in Control", "panic", r, "stack", string(debug.Stack()))
			s.lose(a, fmt.Sprintf("the plugin panicked: %v", r))
			err = wire.ToError(fmt.Errorf("the plugin panicked: %v", r))
		}
	}()
	return &pb.ControlReply{}, wire.ToError(c.Control(hclog.WithContext(ctx, a.log), m.GetVerb()))
}

// Detach implements the protocol.
func (s service) Detach(_ context.Context, m *pb.DetachRequest) (*pb.DetachReply, error) {
	if a := s.find(m.GetAttachment()); a != nil {
		s.detach(a)
	}
	return &pb.DetachReply{}, nil
}

// Survey implements the protocol.
func (s service) Survey(_ context.Context, m *pb.ToolSurveyRequest) (*pb.ToolSurveyReply, error) {
	reply := &pb.ToolSurveyReply{}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, id := range m.GetAttachments() {
		if a := s.open[id]; a != nil {
			frames, missed := a.counts()
			reply.Attachments = append(reply.Attachments, &pb.ToolSurveyReply_Surveyed{Attachment: id, Frames: frames, Missed: missed})
		}
	}
	return reply, nil
}

// Transcribe implements the protocol.
func (s service) Transcribe(stream pb.Tool_TranscribeServer) (err error) {
	t, ok := s.tool.(tool.Transcriber)
	if !ok {
		return status.Error(codes.Unimplemented, tool.ErrNoTranscriber.Error())
	}
	ctx, cancel := context.WithCancel(stream.Context())
	defer cancel()
	defer context.AfterFunc(s.run, cancel)()
	defer func() {
		if r := recover(); r != nil {
			s.log.Error("the plugin panicked in Transcribe", "panic", r, "stack", string(debug.Stack()))
			err = wire.ToError(fmt.Errorf("the plugin panicked: %v", r))
		}
	}()
	text, err := t.Transcribe(hclog.WithContext(ctx, s.log), &recorded{stream: stream})
	if err != nil {
		return wire.ToError(err)
	}
	return stream.SendAndClose(&pb.TranscribeReply{Text: text})
}

// recorded reads the sound that a stream brings.
type recorded struct {
	stream pb.Tool_TranscribeServer
	left   []byte
}

// Read implements [io.Reader].
func (r *recorded) Read(p []byte) (int, error) {
	for len(r.left) == 0 {
		m, err := r.stream.Recv()
		if err != nil {
			return 0, err // io.EOF is the end
		}
		r.left = m.GetSound()
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

// Events implements the protocol.
func (s service) Events(_ *pb.ToolEventsRequest, stream pb.Tool_EventsServer) error {
	for {
		batch, err := s.news.Take(stream.Context())
		if err != nil {
			return wire.ToError(err)
		}
		reply := &pb.ToolEventsReply{Events: make([]*pb.ToolEvent, len(batch))}
		for i, n := range batch {
			reply.Events[i] = wire.ToToolEvent(n.attachment, n.event)
		}
		if err := stream.Send(reply); err != nil {
			return err
		}
	}
}
