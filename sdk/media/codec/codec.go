// Package codec turns float32 sound into RTP payloads and back: PCMU and PCMA
// (ITU-T G.711) in Go, G.722 through spandsp, Opus (RFC 6716) through libopus.
//
// A [Codec] is a description without state, one for the whole process. An
// [Encoder] or a [Decoder] is the state of one direction of one leg and is
// used by one goroutine at a time. None of their methods allocates, so that a
// leg may call them on the tick.
//
//	c, _ := codec.Standard().Lookup("opus")
//	enc, err := c.NewEncoder(fmtpOfTheFarSide)
//	payload, err = enc.Encode(payload[:0], pcm)
//
// A further codec is one file with a type that implements [Codec], and one
// line in [Standard].
package codec

import "strings"

// Format says what a codec is called and in what units it counts.
type Format struct {
	Name        string // as configuration and API write it: "pcmu"
	Encoding    string // as SDP's rtpmap writes it: "PCMU"
	ClockRate   int    // of RTP timestamps, Hz. G.722 has 8000 here and 16000 below (RFC 3551, 4.5.2)
	Channels    int    // as rtpmap writes it; Opus says 2 whatever it sends (RFC 7587, 7)
	SampleRate  int    // of the PCM that is encoded and decoded, Hz, always mono
	PayloadType int    // the static number of RFC 3551, or the dynamic one that we propose
	Static      bool   // PayloadType is static
	Fmtp        string // what we say in SDP about what we like to receive
}

// Codec is one way to write sound.
type Codec interface {
	Format() Format
	// Frame is the length of packet, in ms, that the encoder makes when the
	// far side asks for ptime: the nearest one that the codec has, not above
	// it where that is possible.
	Frame(ptime int) int
	// Duration is how long a payload lasts, in units of ClockRate, without
	// decoding it. 0: it is none of this codec's.
	Duration(payload []byte) int
	// NewEncoder makes an encoder that keeps to the far side's fmtp ("" if
	// it gave none). Parameters that are unknown or wrong are passed over.
	NewEncoder(fmtp string) (Encoder, error)
	NewDecoder() (Decoder, error)
}

// Encoder writes sound. It is not safe for concurrent use.
type Encoder interface {
	// Encode appends the payload for pcm (one packet's worth, mono, full
	// scale ±1; beyond it saturates here and only here) to dst. Nothing is
	// appended where nothing needs to be sent (DTX).
	Encode(dst []byte, pcm []float32) ([]byte, error)
}

// Decoder reads what an encoder wrote. It is not safe for concurrent use.
type Decoder interface {
	// Decode writes the sound of a payload into pcm and returns the number
	// of samples. pcm has room for [MaxDuration].
	Decode(pcm []float32, payload []byte) (int, error)
	// Conceal fills pcm with what may have been lost, from what came before
	// it; the longer the loss, the fainter. len(pcm) is a multiple of 2.5 ms.
	Conceal(pcm []float32)
}

// Recoverer is a Decoder whose packets also carry the sound of the one before
// (in-band forward error correction).
type Recoverer interface {
	// Recover fills pcm with the lost sound that directly precedes next. It
	// conceals where next does not tell. next itself is decoded afterwards.
	Recover(pcm []float32, next []byte)
}

// MaxDuration is the longest packet that any codec here decodes, in ms
// (RFC 6716, 3.2.5: an Opus packet lasts at most 120 ms).
const MaxDuration = 120

// Registry is a list of codecs.
type Registry []Codec

// Standard returns every codec of this package.
func Standard() Registry { return Registry{Opus(), G722(), PCMU(), PCMA()} }

// Lookup finds a codec by name, in any case.
func (r Registry) Lookup(name string) (Codec, bool) {
	for _, c := range r {
		if strings.EqualFold(c.Format().Name, name) {
			return c, true
		}
	}
	return nil, false
}

// nearest is the largest of lengths (ascending) that is not above ptime, or
// the smallest.
func nearest(lengths []int, ptime int) int {
	best := lengths[0]
	for _, l := range lengths {
		if l <= ptime {
			best = l
		}
	}
	return best
}
