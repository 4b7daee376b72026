package sound

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/bits"
	"math/rand/v2"

	"github.com/hraban/opus"
)

const (
	// MaxOpus is how many channels an Ogg/Opus file can have.
	MaxOpus = 255
	// opusFrame is how long a packet is, in frames a second.
	opusFrame = 50
	// opusBits is the bit rate of a channel: wideband speech that sounds as it was.
	opusBits = 24000
	// opusSkip is what a decoder leaves out of the beginning, in samples of 48 kHz:
	// what the encoder looks ahead (RFC 7845, section 4.2).
	opusSkip = 312
	// oggPage is how many packets go into a page: what a file that was cut off
	// loses at most, a second.
	oggPage = 50
)

// Ogg writes an Ogg/Opus file (RFC 7845): one mono stream for each channel,
// packed into one (channel mapping family 255), about 11 MB an hour and channel.
// One that was cut off holds what was written so far.
type Ogg struct {
	w        *bufio.Writer
	channels int
	n        int // samples of a channel in a packet
	encoders []*opus.Encoder
	pcm      [][]int16 // of each channel
	have     int       // samples of each in pcm

	serial  uint32
	pages   uint32
	packets [][]byte // of the next page
	samples uint64   // written, at 48 kHz
	wrote   uint64   // samples that there were, at 48 kHz
	rate    int
	scratch [1500]byte
}

// NewOgg begins a file of 1 to [MaxOpus] channels at a rate of 8, 12, 16, 24 or 48
// kHz, which is that of the samples; players play 48 kHz.
func NewOgg(w io.Writer, rate, channels int) (*Ogg, error) {
	if channels < 1 || channels > MaxOpus {
		return nil, fmt.Errorf("an Ogg/Opus file of %d channels: it can have 1 to %d", channels, MaxOpus)
	}
	o := &Ogg{w: bufio.NewWriterSize(w, 64<<10), channels: channels, n: rate / opusFrame, rate: rate, serial: rand.Uint32()}
	for range channels {
		e, err := opus.NewEncoder(rate, 1, opus.AppVoIP)
		if err != nil {
			return nil, fmt.Errorf("opus: %w", err)
		}
		if err := errors.Join(e.SetBitrate(opusBits), e.SetComplexity(5)); err != nil {
			return nil, fmt.Errorf("opus: %w", err)
		}
		o.encoders = append(o.encoders, e)
		o.pcm = append(o.pcm, make([]int16, o.n))
	}
	head := append([]byte("OpusHead"), 1, byte(channels))
	head = binary.LittleEndian.AppendUint16(head, opusSkip)
	head = binary.LittleEndian.AppendUint32(head, uint32(rate))
	head = append(head, 0, 0) // no gain
	if channels == 1 {
		head = append(head, 0) // family 0: every player knows it
	} else {
		head = append(head, 255, byte(channels), 0) // so many streams, none of two channels
		for c := range channels {
			head = append(head, byte(c))
		}
	}
	tags := binary.LittleEndian.AppendUint32([]byte("OpusTags"), uint32(len("Plugboard")))
	tags = append(tags, "Plugboard\x00\x00\x00\x00"...)
	for i, p := range [][]byte{head, tags} {
		o.packets = [][]byte{p}
		if err := o.page(byte(2 >> (2 * i))); err != nil { // the first one begins the stream
			return nil, err
		}
	}
	return o, o.w.Flush()
}

// Write implements [Writer].
func (o *Ogg) Write(samples []int16) error {
	for len(samples) >= o.channels {
		for c := range o.channels {
			o.pcm[c][o.have] = samples[c]
		}
		samples = samples[o.channels:]
		o.wrote += uint64(48000 / o.rate)
		if o.have++; o.have == o.n {
			if err := o.encode(); err != nil {
				return err
			}
		}
	}
	return nil
}

// encode makes a packet of all channels: each but the last says how long it is
// (RFC 6716, appendix B).
func (o *Ogg) encode() error {
	o.have = 0
	var packet []byte
	for c, e := range o.encoders {
		n, err := e.Encode(o.pcm[c], o.scratch[:])
		if err != nil {
			return fmt.Errorf("opus: %w", err)
		}
		b := o.scratch[:n]
		if c == o.channels-1 {
			packet = append(packet, b...)
			break
		}
		if b[0]&3 != 0 {
			return errors.New("opus: a packet of 20 ms has more than one frame")
		}
		packet = append(packet, b[0])
		if size := n - 1; size < 252 {
			packet = append(packet, byte(size))
		} else {
			first := 252 + size&3
			packet = append(packet, byte(first), byte((size-first)/4))
		}
		packet = append(packet, b[1:]...)
	}
	o.packets = append(o.packets, packet)
	o.samples += 48000 / opusFrame
	if len(o.packets) < oggPage && segments(o.packets) < 200 {
		return nil
	}
	return o.page(0)
}

// segments is how many lacing values packets take (RFC 3533, section 5).
func segments(packets [][]byte) (n int) {
	for _, p := range packets {
		n += len(p)/255 + 1
	}
	return n
}

// page writes the packets as a page (RFC 3533, section 6).
func (o *Ogg) page(flags byte) error {
	granule := o.samples
	if flags&4 != 0 {
		granule = min(granule, o.wrote+opusSkip) // the end is not padded
	}
	p := append([]byte("OggS"), 0, flags)
	p = binary.LittleEndian.AppendUint64(p, granule)
	p = binary.LittleEndian.AppendUint32(p, o.serial)
	p = binary.LittleEndian.AppendUint32(p, o.pages)
	p = append(p, 0, 0, 0, 0, byte(segments(o.packets)))
	for _, packet := range o.packets {
		for n := len(packet); ; n -= 255 {
			p = append(p, byte(min(n, 255)))
			if n < 255 {
				break
			}
		}
	}
	for _, packet := range o.packets {
		p = append(p, packet...)
	}
	binary.LittleEndian.PutUint32(p[22:], oggSum(p))
	o.packets = o.packets[:0]
	o.pages++
	_, err := o.w.Write(p)
	return err
}

// oggSum is the checksum of a page: a CRC of 32 bits with the polynomial of IEEE
// 802.3, but not reflected, and without the inversions. So it is that one of the
// octets with their bits turned round.
func oggSum(page []byte) uint32 {
	turned := make([]byte, len(page))
	for i, b := range page {
		turned[i] = bits.Reverse8(b)
	}
	return bits.Reverse32(^crc32.Update(^uint32(0), crc32.IEEETable, turned))
}

// Close implements [Writer].
func (o *Ogg) Close() error {
	// What the decoder holds back at the beginning comes at the end.
	for end := o.wrote + opusSkip; o.samples < end; {
		for c := range o.channels {
			clear(o.pcm[c][o.have:])
		}
		if err := o.encode(); err != nil {
			return err
		}
	}
	if err := o.page(4); err != nil {
		return err
	}
	return o.w.Flush()
}
