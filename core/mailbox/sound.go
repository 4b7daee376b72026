package mailbox

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/host"
	"github.com/plugboard/plugboard/sdk/media/resample"
	"github.com/plugboard/plugboard/sdk/media/sound"
)

// listener reads a file of ours, 20 ms at a time.
type listener struct {
	file io.ReadCloser
	up   *resample.Up
	raw  [host.MailboxRate / 50 * 2]byte
	low  [host.MailboxRate / 50]float32
}

// listen begins to read a file, from a time on.
func (b *Boxes) listen(at string, from time.Duration) (host.Sound, error) {
	up, err := resample.NewUp(host.MailboxRate, audio.Rate)
	if err != nil {
		return nil, err
	}
	f, err := b.root.Open(at)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, host.ErrNoMessage
	case err != nil:
		return nil, err
	}
	skip := int64(max(0, from)*host.MailboxRate/time.Second) * 2
	if _, err := f.Seek(sound.WAVHead+skip, io.SeekStart); err != nil {
		f.Close()
		return nil, err
	}
	return &listener{file: f, up: up}, nil
}

// Next implements [host.Sound].
func (l *listener) Next(_ context.Context, frames []audio.Frame) (n int, err error) {
	for ; n < len(frames); n++ {
		got, err := io.ReadFull(l.file, l.raw[:])
		if got &^= 1; got == 0 {
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = io.EOF
			}
			return n, err
		}
		clear(l.raw[got:])
		for i := range l.low {
			l.low[i] = float32(int16(binary.LittleEndian.Uint16(l.raw[2*i:]))) / (1 << 15)
		}
		l.up.Process(frames[n][:], l.low[:])
	}
	return n, nil
}

// Close implements [host.Sound].
func (l *listener) Close() { l.file.Close() }
