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
		samples := f.frames[c*flacBlock : c*flacBlock+f.n]
		b.Subframes[c] = &frame.Subframe{SubHeader: predict(samples), Samples: samples, NSamples: f.n}
	}
	f.n = 0
	f.number++
	return f.enc.WriteFrame(b)
}

// The residuals of a block are written in parts, each with a Rice parameter of its
// own, so that a pause in speech takes nearly no room (RFC 9639, section 9.2.7).
const (
	flacOrders   = 4  // of the fixed predictors: 0 to 3
	flacSplit    = 4  // two to the power of it are the parts
	flacRiceMost = 14 // parameter of four bits; 15 is an escape
)

// predict chooses how a channel of a block is written: as one value, or by the fixed
// predictor whose residuals are smallest. The encoder would try every order with
// every parameter, which costs ten times as much and knows no parts.
func predict(samples []int32) frame.SubHeader {
	n := len(samples)
	same := true
	for _, v := range samples {
		if same = v == samples[0]; !same {
			break
		}
	}
	switch {
	case same:
		return frame.SubHeader{Pred: frame.PredConstant}
	case n < 2*flacOrders:
		return frame.SubHeader{Pred: frame.PredVerbatim}
	}
	split := flacSplit
	if n&(1<<split-1) != 0 || n>>split < flacOrders {
		split = 0
	}
	// An order's residual is the difference between two of the order below.
	part := n >> split
	sums := make([][flacOrders]int64, 1<<split)
	var last [flacOrders]int32
	for i, e := range samples {
		sum := &sums[i/part]
		for o := range flacOrders {
			if i >= o {
				sum[o] += int64(max(e, -e))
			}
			e, last[o] = e-last[o], e
		}
	}
	best, least := 0, int64(0)
	for o := range flacOrders {
		all := int64(0)
		for _, sum := range sums {
			all += sum[o]
		}
		if o == 0 || all < least {
			best, least = o, all
		}
	}
	rice := &frame.RiceSubframe{PartOrder: split, Partitions: make([]frame.RicePartition, 1<<split)}
	for p, sum := range sums {
		k := uint(0)
		for size := int64(part); size < sum[best] && k < flacRiceMost; size <<= 1 {
			k++
		}
		rice.Partitions[p].Param = k
	}
	return frame.SubHeader{Pred: frame.PredFixed, Order: best, ResidualCodingMethod: frame.ResidualCodingMethodRice1, RiceSubframe: rice}
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
