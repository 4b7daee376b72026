// Package remote carries the tools of package tool from the core to a plugin's
// process. [Client] is the core's end and [Server] the plugin's; both speak the
// contract's own types, and the protocol between them is no concern of anyone
// else.
package remote

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/plugboard/plugboard/sdk/internal/wire"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
	"github.com/plugboard/plugboard/sdk/tool"
)

// Place is where a source of an attachment is on the media bus.
type Place = wire.Place

// Client attaches the tool of one plugin's process. Its methods are safe for use
// by many goroutines; those of one attachment are called one after the other.
type Client struct {
	rpc pb.ToolClient
}

// NewClient returns a client on the plugin's connection.
func NewClient(conn grpc.ClientConnInterface) *Client {
	return &Client{rpc: pb.NewToolClient(conn)}
}

// Attach attaches the tool to a call.
func (c *Client) Attach(ctx context.Context, to tool.Call) error {
	_, err := c.rpc.Attach(ctx, wire.ToAttach(to))
	return wire.FromError(err)
}

// Source begins a source, which is written on its line already.
func (c *Client) Source(ctx context.Context, s tool.Speaker, at Place) error {
	_, err := c.rpc.Source(ctx, wire.ToSource(s, at))
	return wire.FromError(err)
}

// End ends sources of an attachment, by their leg's id, each with the tick of
// its last frame. Ending one that is not there is fine.
func (c *Client) End(ctx context.Context, attachment string, sources map[string]uint64) error {
	m := &pb.EndRequest{Attachment: attachment}
	for leg, tick := range sources {
		m.Sources = append(m.Sources, &pb.EndRequest_Ended{Source: leg, Tick: tick})
	}
	_, err := c.rpc.End(ctx, m)
	return wire.FromError(err)
}

// Control passes on a wish.
func (c *Client) Control(ctx context.Context, attachment, verb string) error {
	_, err := c.rpc.Control(ctx, &pb.ControlRequest{Attachment: attachment, Verb: verb})
	return wire.FromError(err)
}

// Detach ends an attachment. [tool.Ended] follows when its work is done; not
// where there was none.
func (c *Client) Detach(ctx context.Context, attachment string) error {
	_, err := c.rpc.Detach(ctx, &pb.DetachRequest{Attachment: attachment})
	return wire.FromError(err)
}

// Counts are what an attachment was given, and what it lost because it was slow.
type Counts struct{ Frames, Missed uint64 }

// Survey asks for the counters of attachments in one round trip. Those that are
// gone are not in it.
func (c *Client) Survey(ctx context.Context, attachments []string) (map[string]Counts, error) {
	reply, err := c.rpc.Survey(ctx, &pb.ToolSurveyRequest{Attachments: attachments})
	if err != nil {
		return nil, wire.FromError(err)
	}
	found := make(map[string]Counts, len(reply.GetAttachments()))
	for _, a := range reply.GetAttachments() {
		found[a.GetAttachment()] = Counts{a.GetFrames(), a.GetMissed()}
	}
	return found, nil
}

// Transcribe has the tool write down what is said in a recording; see
// [tool.Transcriber]. The error is [tool.ErrNoTranscriber] if it cannot.
func (c *Client) Transcribe(ctx context.Context, sound io.Reader) (string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.rpc.Transcribe(ctx)
	if err != nil {
		return "", wire.FromError(err)
	}
	buf := make([]byte, 2*tool.TranscribeRate)
	for {
		n, err := io.ReadFull(sound, buf)
		if n > 0 {
			if stream.Send(&pb.TranscribeRequest{Sound: buf[:n&^1]}) != nil {
				break // why, is in the answer
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return "", err
		}
	}
	reply, err := stream.CloseAndRecv()
	if status.Code(err) == codes.Unimplemented {
		return "", tool.ErrNoTranscriber
	}
	if err != nil {
		return "", wire.FromError(err)
	}
	return reply.GetText(), nil
}

// Events hands the news of every attachment to tell, in the order in which it
// happened, until ctx ends or the connection breaks.
func (c *Client) Events(ctx context.Context, tell func(attachment string, e tool.Event)) error {
	stream, err := c.rpc.Events(ctx, &pb.ToolEventsRequest{})
	if err != nil {
		return wire.FromError(err)
	}
	for {
		m, err := stream.Recv()
		if err != nil {
			return wire.FromError(err)
		}
		for _, e := range m.GetEvents() {
			if id, ev, known := wire.FromToolEvent(e); known {
				tell(id, ev)
			}
		}
	}
}
