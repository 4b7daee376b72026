package sound

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/mewkiz/flac"
	"github.com/mewkiz/flac/frame"
	"github.com/mewkiz/flac/meta"
)

// MaxFLAC is how many channels a FLAC can have.
const MaxFLAC = 8

// flacBlock is how many samples of each channel go into a block.
const flacBlock = 4096

// FLAC writes a FLAC file (RFC 9639), which keeps every sample and takes about
// half the room of a WAV. One that was cut off holds what was written so far.
type FLAC struct {
	out      *buffered
	enc      *flac.Encoder
	channels int
	frames   []int32 // of each channel, one after the other
	n        int     // samples of each channel in frames
	number   uint64
	rate     int
}

// NewFLAC begins a file at the rate in Hz, with 1 to [MaxFLAC] channels. Where w
// can seek, the header says in the end how long it is.
func NewFLAC(w io.Writer, rate, channels int) (*FLAC, error) {
	if channels < 1 || channels > MaxFLAC {
		return nil, fmt.Errorf("a FLAC of %d channels: it can have 1 to %d", channels, MaxFLAC)
	}
	b := &buffered{Writer: bufio.NewWriterSize(w, 64<<10)}
	b.seeker, _ = w.(io.Seeker)
	enc, err := flac.NewEncoder(b, &meta.StreamInfo{
		BlockSizeMin: flacBlock, BlockSizeMax: flacBlock,
		SampleRate: uint32(rate), NChannels: uint8(channels), BitsPerSample: 16,
	})
	if err != nil {
		return nil, err
	}
	return &FLAC{enc: enc, out: b, channels: channels, rate: rate, frames: make([]int32, channels*flacBlock)}, nil
}

// buffered is what the encoder writes into, in small pieces, and goes back to the
// beginning of in the end. Close is not the encoder's to call.
type buffered struct {
	*bufio.Writer
	seeker io.Seeker // nil: it stays as it is
}

// Seek implements [io.Seeker].
func (b *buffered) Seek(offset int64, whence int) (int64, error) {
	if b.seeker == nil {
		return 0, errors.ErrUnsupported
	}
	if err := b.Flush(); err != nil {
		return 0, err
	}
	return b.seeker.Seek(offset, whence)
}

// Write implements [Writer].
func (f *FLAC) Write(samples []int16) error {
	for len(samples) >= f.channels {
		for c := range f.channels {
			f.frames[c*flacBlock+f.n] = int32(samples[c])
		}
		samples = samples[f.channels:]
		if f.n++; f.n == flacBlock {
			if err := f.block(); err != nil {
				return err
			}
		}
	}
	return nil
}

// block writes the block that is full, or the last one.
func (f *FLAC) block() error {
	if f.n == 0 {
		return nil
	}
	b := &frame.Frame{
		Header: frame.Header{
			HasFixedBlockSize: true, BlockSize: uint16(f.n), SampleRate: uint32(f.rate),
			Channels: frame.Channels(f.channels - 1), BitsPerSample: 16, Num: f.number,
		},
		Subframes: make([]*frame.Subframe, f.channels),
	}
	for c := range f.channels {
		b.Subframes[c] = &frame.Subframe{ // the encoder finds the prediction
			SubHeader: frame.SubHeader{Pred: frame.PredVerbatim},
			Samples:   f.frames[c*flacBlock : c*flacBlock+f.n],
			NSamples:  f.n,
		}
	}
	f.n = 0
	f.number++
	return f.enc.WriteFrame(b)
}

// Close implements [Writer].
func (f *FLAC) Close() error {
	if err := f.block(); err != nil {
		return err
	}
	if f.out.seeker != nil {
		if err := f.enc.Close(); err != nil {
			return err
		}
	}
	return f.out.Flush()
}
