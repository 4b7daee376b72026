package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/sdk/media/codec"
	"github.com/plugboard/plugboard/sdk/media/resample"
)

// sound is how a stream is written: a codec, with what RTP says of it.
type sound struct {
	codec   codec.Codec
	payload byte // type
	units   uint32
	rate    int  // Hz, of samples
	dtx     bool // leaves pauses out, and asks for that
	made    map[key][][]byte
}

// key is what a stream says: a tone, or silence at level 0.
type key struct{ hz, level float64 }

func newSound(name string, dtx bool) (*sound, error) {
	c, ok := codec.Standard().Lookup(name)
	if !ok {
		return nil, fmt.Errorf("no codec %q", name)
	}
	f := c.Format()
	return &sound{codec: c, payload: byte(f.PayloadType), units: uint32(f.ClockRate / 50), rate: f.SampleRate, dtx: dtx, made: make(map[key][][]byte)}, nil
}

// digits is the payload type of telephone-events, which nobody sends.
const digits = 101

// attributes are the codec's lines of SDP.
func (s *sound) attributes() string {
	f := s.codec.Format()
	text := fmt.Sprintf("a=rtpmap:%d %s/%d", s.payload, f.Encoding, f.ClockRate)
	if f.Channels > 1 {
		text += fmt.Sprintf("/%d", f.Channels)
	}
	if f.Fmtp != "" {
		text += fmt.Sprintf("\r\na=fmtp:%d %s", s.payload, f.Fmtp)
		if s.dtx {
			text += ";usedtx=1"
		}
	}
	// Digits as events, as phones have them: who cannot is listened to.
	return text + fmt.Sprintf("\r\na=rtpmap:%d telephone-event/%d\r\n", digits, f.ClockRate)
}

// pauses is how many packets of silence are not sent by a codec that leaves
// them out, for each that is: Opus sends one in 400 ms.
const pauses = 20

// second is what is said, over and over: the payloads of one second. nil is a
// packet that is not sent.
func (s *sound) second(k key) ([][]byte, error) {
	if p := s.made[k]; p != nil {
		return p, nil
	}
	params := ""
	if s.dtx {
		params = "usedtx=1"
	}
	e, err := s.codec.NewEncoder(params)
	if err != nil {
		return nil, err
	}
	opus := s.codec == codec.Opus()
	pcm := make([]float32, s.rate/50)
	packets := make([][]byte, 50)
	for at := range 2 * len(packets) { // the first round settles the encoder
		for i := range pcm {
			pcm[i] = float32(k.level * math.Sin(2*math.Pi*k.hz*float64(at*len(pcm)+i)/float64(s.rate)))
		}
		b, err := e.Encode(nil, pcm)
		if err != nil {
			return nil, err
		}
		if k.level == 0 && s.dtx && opus && at%pauses != 0 {
			b = nil
		}
		packets[at%len(packets)] = b
	}
	s.made[k] = packets
	return packets, nil
}

// ear makes what hears a stream, as 8 kHz.
func (s *sound) ear() (func(payload []byte) []float64, error) {
	d, err := s.codec.NewDecoder()
	if err != nil {
		return nil, err
	}
	var down *resample.Down
	if s.rate != 8000 {
		if down, err = resample.NewDown(s.rate, 8000); err != nil {
			return nil, err
		}
	}
	pcm, low := make([]float32, s.rate*codec.MaxDuration/1000), make([]float32, 8*codec.MaxDuration)
	var out []float64
	return func(payload []byte) []float64 {
		n, err := d.Decode(pcm, payload)
		if err != nil {
			n = s.rate / 50
			clear(pcm[:n])
		}
		heard := pcm[:n]
		if down != nil {
			heard = low[:down.Process(low, heard)]
		}
		out = out[:0]
		for _, v := range heard {
			out = append(out, float64(v))
		}
		return out
	}, nil
}

// payloadOf finds the type that a description gives to the codec.
func (s *sound) payloadOf(description string) (byte, bool) {
	f := s.codec.Format()
	for line := range strings.SplitSeq(description, "\r\n") {
		var n byte
		var name string
		if _, err := fmt.Sscanf(line, "a=rtpmap:%d %s", &n, &name); err == nil && strings.HasPrefix(strings.ToLower(name), strings.ToLower(f.Encoding)+"/") {
			return n, true
		}
	}
	return s.payload, f.Static
}

// hears says whether a tone of some level is in a window, and whether it is too
// loud to be anything else. The window is heard in pieces of 40 ms, so that a
// step in the playout of the sound does not cancel the tone against itself.
func hears(window []float64, hz, level float64) (clearly, faintly bool) {
	const piece = 2 * samples
	var sum float64
	for at := 0; at+piece <= len(window); at += piece {
		sum += raw.Goertzel(window[at:at+piece], hz)
	}
	a := sum / float64(len(window)/piece)
	return a > 0.2*level, a > 0.5*level
}
