package sound

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/plugboard/plugboard/sdk/media/codec"
)

// The formats of a WAV that are read (wFormatTag).
const (
	wavPCM        = 1
	wavFloat      = 3
	wavALaw       = 6
	wavMuLaw      = 7
	wavExtensible = 0xfffe
)

// form is what the chunk "fmt " says.
type form struct {
	tag, channels, bits int
	rate                int
}

// readWAV reads a RIFF file, chunk by chunk. A length that says nothing, or more
// than there is, is that of a file whose writing was broken off: what is there
// is taken.
func readWAV(r *bufio.Reader, limit time.Duration) (int, []float32, error) {
	if _, err := r.Discard(12); err != nil {
		return 0, nil, cut(err)
	}
	var f *form
	for {
		var head [8]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			if f == nil {
				return 0, nil, fmt.Errorf("the WAV says nothing of its format: the file is damaged")
			}
			return f.rate, nil, nil
		}
		size := int64(binary.LittleEndian.Uint32(head[4:]))
		switch name := string(head[:4]); {
		case name == "fmt ":
			var err error
			if f, err = readForm(r, size); err != nil {
				return 0, nil, err
			}
		case name == "data" && f == nil:
			return 0, nil, fmt.Errorf("the WAV has sound before it says its format: the file is damaged")
		case name == "data":
			if size == 0 || size == math.MaxUint32 {
				size = math.MaxInt64
			}
			samples, err := f.read(io.LimitReader(r, size), limit)
			return f.rate, samples, err
		default:
			if _, err := io.CopyN(io.Discard, r, size+size&1); err != nil {
				return 0, nil, cut(err)
			}
		}
	}
}

// cut is an error in the middle of a file.
func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the file ends too early: it is damaged")
	}
	return err
}

func readForm(r io.Reader, size int64) (*form, error) {
	if size < 16 || size > 1<<12 {
		return nil, fmt.Errorf("the WAV's format has %d bytes: the file is damaged", size)
	}
	b := make([]byte, size+size&1)
	if _, err := io.ReadFull(r, b); err != nil {
		return nil, cut(err)
	}
	le := binary.LittleEndian
	f := &form{tag: int(le.Uint16(b)), channels: int(le.Uint16(b[2:])), rate: int(le.Uint32(b[4:])), bits: int(le.Uint16(b[14:]))}
	if f.tag == wavExtensible && size >= 26 {
		f.tag = int(le.Uint16(b[24:])) // the GUID's beginning is the old tag
	}
	if err := checkForm(f.rate, f.channels); err != nil {
		return nil, err
	}
	if f.sample() == nil {
		return nil, fmt.Errorf("its samples (format %d, %d bits) cannot be read: PCM of 8, 16, 24 or 32 bits, float, and G.711 can. To make one: %s", f.tag, f.bits, convert)
	}
	return f, nil
}

// sample is how one sample is read, nil if it is not known.
func (f *form) sample() func([]byte) float32 {
	le := binary.LittleEndian
	switch {
	case f.tag == wavPCM && f.bits == 8:
		return func(b []byte) float32 { return (float32(b[0]) - 128) / 128 }
	case f.tag == wavPCM && f.bits == 16:
		return func(b []byte) float32 { return float32(int16(le.Uint16(b))) / (1 << 15) }
	case f.tag == wavPCM && f.bits == 24:
		return func(b []byte) float32 {
			return float32(int32(b[0])<<8|int32(b[1])<<16|int32(int8(b[2]))<<24) / (1 << 31)
		}
	case f.tag == wavPCM && f.bits == 32:
		return func(b []byte) float32 { return float32(int32(le.Uint32(b))) / (1 << 31) }
	case f.tag == wavFloat && f.bits == 32:
		return func(b []byte) float32 { return whole(math.Float32frombits(le.Uint32(b))) }
	case f.tag == wavFloat && f.bits == 64:
		return func(b []byte) float32 { return whole(float32(math.Float64frombits(le.Uint64(b)))) }
	case f.tag == wavALaw && f.bits == 8:
		return expand(codec.PCMA())
	case f.tag == wavMuLaw && f.bits == 8:
		return expand(codec.PCMU())
	}
	return nil
}

// whole is 0 for what is no number.
func whole(v float32) float32 {
	if v != v || math.IsInf(float64(v), 0) {
		return 0
	}
	return v
}

// expand reads samples of G.711; nil if its decoder cannot be made.
func expand(c codec.Codec) func([]byte) float32 {
	d, err := c.NewDecoder()
	if err != nil {
		return nil
	}
	var table [256]float32
	for i := range table {
		if _, err := d.Decode(table[i:i+1], []byte{byte(i)}); err != nil {
			return nil
		}
	}
	return func(b []byte) float32 { return table[b[0]] }
}

// read reads the samples of all channels as mono, to the end.
func (f *form) read(r io.Reader, limit time.Duration) ([]float32, error) {
	sample, width := f.sample(), f.bits/8
	whole := width * f.channels
	buf := make([]byte, whole*4096)
	most := int(limit.Seconds() * float64(f.rate))
	var out []float32
	for {
		n, err := io.ReadFull(r, buf)
		for b := buf[:n]; len(b) >= whole; b = b[whole:] {
			if len(out) == most {
				return nil, fmt.Errorf("it lasts longer than %s, the limit", limit)
			}
			var sum float32
			for c := range f.channels {
				sum += sample(b[c*width:])
			}
			out = append(out, sum/float32(f.channels))
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return out, nil
		case err != nil:
			return nil, err
		}
	}
}
