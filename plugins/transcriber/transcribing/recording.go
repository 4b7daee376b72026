package transcribing

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/tool"
)

// Transcribe implements [tool.Transcriber]. A recording has one thing that was said
// in work at a time, so that calls are not kept waiting by one that is long.
func (t *Transcriber) Transcribe(ctx context.Context, sound io.Reader) (string, error) {
	t.mu.Lock()
	broken := t.broken
	if t.engines > 0 {
		broken = ""
	}
	t.mu.Unlock()
	if broken != "" {
		return "", errors.New(broken)
	}
	type written struct{ text, missing string }
	done := make(chan written, 1)
	c := cutter{
		s:       &session{t: t, log: hclog.FromContext(ctx), over: true},
		written: func(text, missing string) { done <- written{text, missing} },
	}
	var lines []string
	raw, pcm := make([]byte, 2*perTick), make([]float32, perTick)
	for tick := uint64(1); ; tick++ {
		n, err := io.ReadFull(sound, raw)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return "", fmt.Errorf("reading the recording: %w", err)
		}
		clear(raw[n:])
		for i := range pcm {
			pcm[i] = float32(int16(binary.LittleEndian.Uint16(raw[2*i:]))) / 32768
		}
		spoke := c.now
		c.take(tool.Frame{Tick: tick, Samples: pcm})
		if spoke == nil {
			spoke = c.now
		}
		if last {
			c.end()
		}
		if spoke != nil && c.now == nil {
			select {
			case w := <-done:
				if w.missing != "" {
					w.text = "[…]"
				}
				if w.text != "" {
					lines = append(lines, w.text)
				}
			case <-ctx.Done():
				spoke.leaveOut("nobody waits for it any more")
				return "", ctx.Err()
			}
		}
		if last {
			return strings.Join(lines, "\n"), nil
		}
	}
}
