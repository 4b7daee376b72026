package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"google.golang.org/grpc"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/host"
	"github.com/plugboard/plugboard/sdk/internal/wire"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

const (
	// questions is how many prompts and others a plugin can have open at a time.
	questions = 1024
	// frames is how many of them go in one answer: as much as an app can be
	// ahead of its caller.
	frames = 20
)

// Serve answers what the plugin at the other end of a connection asks, until ctx
// ends or the connection does. It returns when nobody answers any more. A panic
// of what answers is that question's end.
func Serve(ctx context.Context, conn grpc.ClientConnInterface, p host.Prompts, m host.Mailboxes) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := pb.NewHostClient(conn).Ask(ctx)
	if err != nil {
		return err
	}
	d := &desk{stream: stream, p: p, m: m, open: make(map[uint64]*job)}
	defer d.all.Wait()
	defer cancel() // before the wait
	for {
		q, err := stream.Recv()
		if err != nil {
			return err
		}
		if err := d.take(ctx, q); err != nil {
			return err
		}
	}
}

// desk is where one plugin is answered.
type desk struct {
	p      host.Prompts
	m      host.Mailboxes
	all    sync.WaitGroup
	stream grpc.BidiStreamingClient[pb.HostAnswer, pb.HostQuestion]

	sending sync.Mutex

	mu   sync.Mutex
	open map[uint64]*job
}

// job is one question.
type job struct {
	id     uint64
	more   chan struct{} // a token: more of a prompt is wanted
	cancel context.CancelFunc
}

func (d *desk) take(ctx context.Context, q *pb.HostQuestion) error {
	d.mu.Lock()
	j, count := d.open[q.GetId()], len(d.open)
	d.mu.Unlock()
	switch what := q.GetWhat().(type) {
	case *pb.HostQuestion_Prompt, *pb.HostQuestion_Mailbox:
		if j != nil || count >= questions {
			return d.send(&pb.HostAnswer{Id: q.GetId(), Last: true, Error: fmt.Sprintf("it cannot have more than %d questions open at a time", questions)})
		}
		d.begin(ctx, q.GetId(), func(ctx context.Context, j *job) error {
			if p, ok := what.(*pb.HostQuestion_Prompt); ok {
				return d.play(ctx, j, p.Prompt)
			}
			return d.ask(ctx, j, q.GetMailbox())
		})
	case *pb.HostQuestion_More:
		if j != nil {
			select {
			case j.more <- struct{}{}:
			default: // it is about to come
			}
		}
	case *pb.HostQuestion_Drop:
		if j != nil {
			j.cancel()
		}
	default: // a newer plugin's
		return d.send(&pb.HostAnswer{Id: q.GetId(), Last: true, Error: unknown})
	}
	return nil
}

const unknown = "this core does not know how to do that; upgrade it"

func (d *desk) begin(ctx context.Context, id uint64, do func(context.Context, *job) error) {
	ctx, cancel := context.WithCancel(ctx)
	j := &job{id: id, more: make(chan struct{}, 1), cancel: cancel}
	d.mu.Lock()
	d.open[id] = j
	d.mu.Unlock()
	d.all.Go(func() {
		defer cancel()
		err := contain(func() error { return do(ctx, j) })
		d.mu.Lock()
		delete(d.open, id)
		d.mu.Unlock()
		if err != nil && ctx.Err() == nil {
			_ = d.send(wire.ToRefusal(err, &pb.HostAnswer{Id: id, Last: true})) // else the stream has ended
		}
	})
}

func contain(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("internal error: %v", r)
		}
	}()
	return do()
}

// ask asks a mailbox.
func (d *desk) ask(ctx context.Context, j *job, m *pb.HostMailbox) error {
	leg, w, known := wire.FromMailboxWish(m)
	if !known {
		return errors.New(unknown)
	}
	a, err := d.m.Mailbox(ctx, leg, w)
	if err != nil {
		return err
	}
	return d.send(&pb.HostAnswer{Id: j.id, Mailbox: wire.ToMailboxAnswer(a)})
}

// play makes one prompt, as fast as it is wanted.
func (d *desk) play(ctx context.Context, j *job, m *pb.HostPrompt) error {
	var sound host.Sound
	var err error
	if call, leg, p := wire.FromPrompt(m); p.Kept != "" {
		sound, err = d.m.Kept(ctx, leg, p)
	} else {
		sound, err = d.p.Prompt(ctx, call, p)
	}
	if err != nil {
		return err
	}
	defer sound.Close()
	buf := make([]audio.Frame, frames)
	for {
		n, err := sound.Next(ctx, buf)
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return err
		}
		if err := d.send(&pb.HostAnswer{Id: j.id, Sound: wire.ToFrames(buf[:n]), Last: last}); err != nil || last {
			return err
		}
		select {
		case <-j.more:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (d *desk) send(a *pb.HostAnswer) error {
	d.sending.Lock()
	defer d.sending.Unlock()
	return d.stream.Send(a)
}
