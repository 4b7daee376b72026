// Package remote carries what a plugin asks of the core (package host) over the
// connection between them. [Client] is the plugin's end, [Serve] the core's.
package remote

import (
	"context"
	"errors"
	"io"
	"sync"

	"google.golang.org/grpc"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/host"
	"github.com/plugboard/plugboard/sdk/internal/wire"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
)

// ErrGone is what a plugin gets that asks when the core is gone.
var ErrGone = errors.New("the core is gone")

// Client asks the core. Its methods are safe for use by many goroutines.
type Client struct {
	pb.UnimplementedHostServer

	attached chan struct{} // closed once the core has opened the stream
	once     sync.Once

	sending sync.Mutex
	stream  grpc.BidiStreamingServer[pb.HostAnswer, pb.HostQuestion]

	mu   sync.Mutex
	last uint64                         // id
	open map[uint64]chan *pb.HostAnswer // who waits for an answer, or will
	gone bool
}

var (
	_ host.Prompts   = (*Client)(nil)
	_ host.Mailboxes = (*Client)(nil)
)

// NewClient returns a client that waits for the core.
func NewClient() *Client {
	return &Client{attached: make(chan struct{}), open: make(map[uint64]chan *pb.HostAnswer)}
}

// Register makes r serve the stream on which the client asks.
func (c *Client) Register(r grpc.ServiceRegistrar) { pb.RegisterHostServer(r, c) }

// Ask implements the protocol: it hands the answers to those who asked.
func (c *Client) Ask(stream grpc.BidiStreamingServer[pb.HostAnswer, pb.HostQuestion]) error {
	first := false
	c.once.Do(func() {
		first = true
		c.stream = stream
		close(c.attached)
	})
	if !first {
		return errors.New("the core asks twice to be asked")
	}
	defer c.end()
	for {
		m, err := stream.Recv()
		if err != nil {
			return err
		}
		c.mu.Lock()
		answers := c.open[m.GetId()]
		c.mu.Unlock()
		if answers != nil {
			select {
			case answers <- m:
			default: // it was not asked for
			}
		}
	}
}

// end tells everybody who waits.
func (c *Client) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = true
	for _, answers := range c.open {
		close(answers)
	}
	c.open = nil
}

// Prompt implements [host.Prompts].
func (c *Client) Prompt(ctx context.Context, call string, p host.Prompt) (host.Sound, error) {
	p.Kept = "" // that is asked of a mailbox
	return c.begin(ctx, wire.ToPrompt(call, "", p))
}

// Kept implements [host.Mailboxes].
func (c *Client) Kept(ctx context.Context, leg string, p host.Prompt) (host.Sound, error) {
	return c.begin(ctx, wire.ToPrompt("", leg, p))
}

// begin begins a sound.
func (c *Client) begin(ctx context.Context, p *pb.HostPrompt) (host.Sound, error) {
	id, answers, err := c.attend(ctx)
	if err != nil {
		return nil, err
	}
	s := &sound{c: c, id: id, answers: answers}
	if err = c.send(&pb.HostQuestion{Id: s.id, What: &pb.HostQuestion_Prompt{Prompt: p}}); err == nil {
		err = s.fetch(ctx)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Mailbox implements [host.Mailboxes].
func (c *Client) Mailbox(ctx context.Context, leg string, w host.MailboxWish) (host.MailboxAnswer, error) {
	id, answers, err := c.attend(ctx)
	if err != nil {
		return host.MailboxAnswer{}, err
	}
	defer c.leave(id)
	if err := c.send(&pb.HostQuestion{Id: id, What: &pb.HostQuestion_Mailbox{Mailbox: wire.ToMailboxWish(leg, w)}}); err != nil {
		return host.MailboxAnswer{}, err
	}
	select {
	case m, ok := <-answers:
		if !ok {
			return host.MailboxAnswer{}, ErrGone
		}
		return wire.FromMailboxAnswer(m.GetMailbox()), wire.FromRefusal(m)
	case <-ctx.Done():
		return host.MailboxAnswer{}, ctx.Err()
	}
}

// attend waits until the core can be asked, and returns the id of a question and
// where its answers come, one at a time.
func (c *Client) attend(ctx context.Context) (uint64, chan *pb.HostAnswer, error) {
	select {
	case <-c.attached:
	case <-ctx.Done():
		return 0, nil, ctx.Err()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return 0, nil, ErrGone
	}
	c.last++
	answers := make(chan *pb.HostAnswer, 1)
	c.open[c.last] = answers
	return c.last, answers, nil
}

// leave wants no more answers. It reports whether they were wanted.
func (c *Client) leave(id uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, open := c.open[id]
	delete(c.open, id)
	return open
}

func (c *Client) send(q *pb.HostQuestion) error {
	c.sending.Lock()
	defer c.sending.Unlock()
	if err := c.stream.Send(q); err != nil {
		return ErrGone
	}
	return nil
}

// sound is one that the core makes, or keeps.
type sound struct {
	c       *Client
	id      uint64
	answers chan *pb.HostAnswer // one is asked for at a time

	pcm   []byte // that was fetched
	asked bool   // more was
	last  bool   // there is no more
}

// fetch waits for what was asked for.
func (s *sound) fetch(ctx context.Context) error {
	select {
	case m, ok := <-s.answers:
		s.asked = false
		if !ok {
			return ErrGone
		}
		if err := wire.FromRefusal(m); err != nil {
			return err
		}
		s.pcm, s.last = m.GetSound(), m.GetLast()
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Next implements [host.Sound]. While what came is played, more is fetched.
func (s *sound) Next(ctx context.Context, frames []audio.Frame) (int, error) {
	if len(s.pcm) == 0 && !s.last {
		if err := s.more(); err != nil {
			return 0, err
		}
		if err := s.fetch(ctx); err != nil {
			return 0, err
		}
	}
	if len(s.pcm) == 0 {
		return 0, io.EOF
	}
	take := min(len(s.pcm), len(frames)*2*audio.Samples)
	n, err := wire.FromFrames(s.pcm[:take], frames)
	s.pcm = s.pcm[take:]
	if err == nil && len(s.pcm) == 0 && !s.last {
		err = s.more()
	}
	return n, err
}

// more asks for more, once.
func (s *sound) more() error {
	if s.asked {
		return nil
	}
	s.asked = true
	return s.c.send(&pb.HostQuestion{Id: s.id, What: &pb.HostQuestion_More{More: &pb.HostMore{}}})
}

// Close implements [host.Sound].
func (s *sound) Close() {
	if s.c.leave(s.id) && !s.last {
		_ = s.c.send(&pb.HostQuestion{Id: s.id, What: &pb.HostQuestion_Drop{Drop: &pb.HostDrop{}}})
	}
}
