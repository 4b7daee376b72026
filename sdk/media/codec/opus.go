package codec

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hraban/opus"
)

// Opus is RFC 6716 in RTP as RFC 7587 has it: 48 kHz, mono, complexity 5,
// with in-band forward error correction. It is libopus, through cgo.
func Opus() Codec { return opusCodec{} }

const (
	opusRate       = 48000
	opusBitrate    = 40000 // bit/s: full band speech with room for correction
	opusComplexity = 5
	opusLoss       = 10 // percent: how much loss the correction shall be good for
	maxPayload     = 1275
)

type opusCodec struct{}

func (opusCodec) Format() Format {
	return Format{
		Name: "opus", Encoding: "opus", ClockRate: opusRate, Channels: 2, SampleRate: opusRate,
		PayloadType: 107, Fmtp: "useinbandfec=1;stereo=0;sprop-stereo=0",
	}
}

func (opusCodec) Frame(ptime int) int { return nearest([]int{10, 20, 40, 60}, ptime) }

// Duration reads the table of contents byte (RFC 6716, 3.1 and 3.2).
func (opusCodec) Duration(payload []byte) int {
	if len(payload) == 0 {
		return 0
	}
	config := payload[0] >> 3
	var frame int // samples at 48 kHz
	switch {
	case config < 12: // SILK: 10, 20, 40, 60 ms
		frame = [4]int{480, 960, 1920, 2880}[config&3]
	case config < 16: // hybrid: 10, 20 ms
		frame = 480 << (config & 1)
	default: // CELT: 2.5, 5, 10, 20 ms
		frame = 120 << (config & 3)
	}
	frames := 2
	switch payload[0] & 3 {
	case 0:
		frames = 1
	case 3:
		if len(payload) < 2 {
			return 0
		}
		frames = int(payload[1] & 0x3f)
	}
	if d := frame * frames; d <= MaxDuration*opusRate/1000 {
		return d
	}
	return 0
}

func (opusCodec) NewEncoder(fmtp string) (Encoder, error) {
	// "Audio" is faithful to what it gets, "VoIP" filters and sharpens it,
	// which the phone at the other end has done already.
	e, err := opus.NewEncoder(opusRate, 1, opus.AppAudio)
	if err != nil {
		return nil, fmt.Errorf("opus encoder: %w", err)
	}
	p := parseFmtp(fmtp)
	bitrate := opusBitrate
	if v, err := strconv.Atoi(p["maxaveragebitrate"]); err == nil && v > 0 {
		bitrate = min(bitrate, max(v, 6000)) // RFC 7587, 6.1: 6000 to 510000
	}
	// RFC 7587, 6.1: useinbandfec says that the receiver can make use of it.
	fec := p["useinbandfec"] == "1"
	for _, set := range []func() error{
		func() error { return e.SetComplexity(opusComplexity) },
		func() error { return e.SetBitrate(bitrate) },
		func() error { return e.SetInBandFEC(fec) },
		func() error { return e.SetPacketLossPerc(map[bool]int{true: opusLoss}[fec]) },
		func() error { return e.SetVBR(p["cbr"] != "1") },
		func() error { return e.SetDTX(p["usedtx"] == "1") },
		func() error { return e.SetMaxBandwidth(bandwidth(p["maxplaybackrate"])) },
	} {
		if err := set(); err != nil {
			return nil, fmt.Errorf("opus encoder: %w", err)
		}
	}
	return &opusEncoder{enc: e, bitrate: bitrate, fec: fec, dtx: p["usedtx"] == "1"}, nil
}

// bandwidth is the widest that a receiver with maxplaybackrate hears
// (RFC 7587, 3.1.1 and 6.1).
func bandwidth(rate string) opus.Bandwidth {
	switch hz, err := strconv.Atoi(rate); {
	case err != nil, hz >= 48000, hz <= 0:
		return opus.Fullband
	case hz >= 24000:
		return opus.SuperWideband
	case hz >= 16000:
		return opus.Wideband
	case hz >= 12000:
		return opus.Mediumband
	default:
		return opus.Narrowband
	}
}

// parseFmtp reads "a=1; b=2". Names are in lower case.
func parseFmtp(s string) map[string]string {
	m := map[string]string{}
	for field := range strings.SplitSeq(s, ";") {
		name, value, _ := strings.Cut(field, "=")
		m[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
	}
	return m
}

func (opusCodec) NewDecoder() (Decoder, error) {
	d, err := opus.NewDecoder(opusRate, 1)
	if err != nil {
		return nil, fmt.Errorf("opus decoder: %w", err)
	}
	return &opusDecoder{dec: d}, nil
}

type opusEncoder struct {
	enc     *opus.Encoder
	bitrate int  // at most, as the far side wants it
	fec     bool // it can make use of the correction
	dtx     bool // it need not be sent what is silent
	out     [maxPayload]byte
}

// SetQuality implements [Adaptive].
func (e *opusEncoder) SetQuality(q Quality) error {
	set := opusQualities[min(int(q), len(opusQualities)-1)]
	if err := e.enc.SetBitrate(min(set.bitrate, e.bitrate)); err != nil {
		return fmt.Errorf("opus encoder: %w", err)
	}
	if !e.fec {
		return nil
	}
	if err := e.enc.SetPacketLossPerc(set.loss); err != nil {
		return fmt.Errorf("opus encoder: %w", err)
	}
	return nil
}

func (e *opusEncoder) Encode(dst []byte, pcm []float32) ([]byte, error) {
	n, err := e.enc.EncodeFloat32(pcm, e.out[:])
	if err != nil {
		return dst, fmt.Errorf("opus: encode %d samples: %w", len(pcm), err)
	}
	if e.dtx && n <= 2 {
		return dst, nil
	}
	return append(dst, e.out[:n]...), nil
}

type opusDecoder struct{ dec *opus.Decoder }

func (d *opusDecoder) Decode(pcm []float32, payload []byte) (int, error) {
	// The binding gives libopus the slice's capacity as room.
	n, err := d.dec.DecodeFloat32(payload, pcm[:len(pcm):len(pcm)])
	if err != nil {
		return 0, fmt.Errorf("opus: decode %d bytes: %w", len(payload), err)
	}
	return n, nil
}

func (d *opusDecoder) Conceal(pcm []float32) {
	if d.dec.DecodePLCFloat32(pcm[:len(pcm):len(pcm)]) != nil {
		clear(pcm)
	}
}

func (d *opusDecoder) Recover(pcm []float32, next []byte) {
	if d.dec.DecodeFECFloat32(next, pcm[:len(pcm):len(pcm)]) != nil {
		d.Conceal(pcm)
	}
}
