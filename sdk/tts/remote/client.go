// Package remote carries the engines of package tts from a plugin's process to
// the core. [Client] is the core's end and [Server] the plugin's; both speak
// the contract's own types.
package remote

import (
	"context"
	"errors"
	"fmt"
	"io"

	"google.golang.org/grpc"

	"github.com/plugboard/plugboard/sdk/internal/wire"
	pb "github.com/plugboard/plugboard/sdk/proto/plugboard/v1"
	"github.com/plugboard/plugboard/sdk/tts"
)

// Client speaks by one plugin's process. It implements [tts.Engine] and
// [tts.Lister].
type Client struct {
	rpc pb.TTSClient
}

var _ tts.Lister = (*Client)(nil)

// NewClient returns a client on the plugin's connection.
func NewClient(conn grpc.ClientConnInterface) *Client {
	return &Client{rpc: pb.NewTTSClient(conn)}
}

// Voices implements [tts.Lister]. Of an engine that does not know its voices it
// returns none.
func (c *Client) Voices(ctx context.Context) ([]tts.Voice, error) {
	reply, err := c.rpc.Voices(ctx, &pb.VoicesRequest{})
	if err != nil {
		return nil, wire.FromTTSError(err)
	}
	return wire.FromVoices(reply), nil
}

// Speak implements [tts.Engine]. An error of out ends the synthesis and is
// returned as it is.
func (c *Client) Speak(ctx context.Context, r tts.Request, out tts.Out) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := c.rpc.Speak(ctx, wire.ToSpeak(r))
	if err != nil {
		return wire.FromTTSError(err)
	}
	var pcm []float32
	first := 0
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return wire.FromTTSError(err)
		}
		rate, piece, err := wire.FromSound(m, pcm[:0])
		if err != nil {
			return fmt.Errorf("the plugin sends what is no sound: %w", err)
		}
		if first == 0 {
			first = rate
		}
		if rate != first {
			return fmt.Errorf("the plugin sends what is no sound: it began with %d Hz and goes on with %d", first, rate)
		}
		pcm = piece
		if err := out(rate, pcm); err != nil {
			return err
		}
	}
}
