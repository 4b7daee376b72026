package rtpleg

import (
	"fmt"
	"slices"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/codec"
	"github.com/plugboard/plugboard/sdk/media/dtmf"
	"github.com/plugboard/plugboard/sdk/media/jitter"
	"github.com/plugboard/plugboard/sdk/media/resample"
	"github.com/plugboard/plugboard/sdk/media/sdp"
)

// plan is what was agreed with the far side, ready for use at the tick. It is
// replaced as a whole and never changed; the states of decoders and encoders
// that it points to belong to the audio goroutine once it is published.
type plan struct {
	sdp.Agreed
	receive  []typed  // a handful: to look through them is quick
	send     *encoder // nil: nothing is sent
	sending  bool     // the direction says so
	hearing  bool
	cover    *cover
	eventFor uint8          // payload type of the digits that we send
	detector *dtmf.Detector // nil: the party sends telephone-events
}

// typed is what packets of a payload type are decoded with.
type typed struct {
	payloadType uint8
	*decoder
}

// of is the decoder for a payload type; nil if there is none.
func (p *plan) of(payloadType uint8) *decoder {
	for _, t := range p.receive {
		if t.payloadType == payloadType {
			return t.decoder
		}
	}
	return nil
}

// eventClock is the clock, in Hz, of telephone-events of a payload type; 0 if it
// is none of theirs.
func (p *plan) eventClock(payloadType uint8) int {
	for _, e := range p.ReceiveEvents {
		if e.Type == payloadType {
			return e.Clock
		}
	}
	return 0
}

// decoder is a codec's way in: payloads to 48 kHz.
type decoder struct {
	codec  codec.Codec
	clock  int // Hz, of its timestamps
	factor int // frames' samples for each of its own

	// Nil before its first packet: of most that may be spoken nothing ever comes.
	voice *jitter.Voice
	up    *resample.Up
}

func newDecoder(c codec.Codec) *decoder {
	f := c.Format()
	return &decoder{codec: c, clock: f.ClockRate, factor: audio.Rate / f.SampleRate}
}

// prepare makes what decodes, once, when there is something to decode.
func (d *decoder) prepare() error {
	if d.voice != nil {
		return nil
	}
	f := d.codec.Format()
	state, err := d.codec.NewDecoder()
	if err != nil {
		return err
	}
	up, err := resample.NewUp(f.SampleRate, audio.Rate)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	d.voice, d.up = jitter.NewVoice(state, f.ClockRate, f.SampleRate), up
	return nil
}

// encoder is a codec's way out: 48 kHz to payloads.
type encoder struct {
	payload sdp.Payload
	clock   int // Hz, of its timestamps
	scale   int // samples for each unit of the clock
	factor  int // frames' samples for each of its own
	state   codec.Encoder
	down    *resample.Down
	pcm     []float32 // waiting for a packet to be full, at the codec's rate
	packet  int       // samples in a packet
	ms      int       // the same in ms
}

func newEncoder(p sdp.Payload, ptime int) (*encoder, error) {
	f := p.Codec.Format()
	state, err := p.Codec.NewEncoder(p.Fmtp)
	if err != nil {
		return nil, err
	}
	down, err := resample.NewDown(audio.Rate, f.SampleRate)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	ms := p.Codec.Frame(ptime)
	packet := f.SampleRate * ms / 1000
	return &encoder{
		payload: p, clock: f.ClockRate, scale: f.SampleRate / f.ClockRate, factor: audio.Rate / f.SampleRate, state: state, down: down,
		packet: packet, ms: ms, pcm: make([]float32, 0, packet+f.SampleRate/50),
	}, nil
}

// newPlan makes a plan of what was agreed. What goes on as before keeps its
// state, so that a hold or a changed address is not heard.
func newPlan(a sdp.Agreed, old *plan) (*plan, error) {
	p := &plan{Agreed: a, sending: a.Sends(), hearing: a.Receives(), eventFor: a.SendEvent.Type}
	for _, r := range a.Receive {
		p.receive = append(p.receive, typed{r.Type, old.decoder(r.Codec)})
	}
	p.comfort(old)
	if a.Send.Codec == nil {
		return p, nil
	}
	if err := p.detect(old); err != nil {
		return nil, err
	}
	if old != nil && old.send != nil && old.send.payload == a.Send && old.send.ms == a.Send.Codec.Frame(a.Ptime) {
		p.send = old.send
		return p, nil
	}
	var err error
	p.send, err = newEncoder(a.Send, a.Ptime)
	return p, err
}

// detect listens for digits in the sound of a party that negotiated no
// telephone-events.
func (p *plan) detect(old *plan) (err error) {
	switch {
	case p.eventFor != 0:
	case old != nil && old.detector != nil:
		p.detector = old.detector
	default:
		p.detector, err = dtmf.NewDetector()
	}
	return err
}

// comfort makes the decoder of comfort noise beside G.711. It is there whether it
// was negotiated or not: some send it all the same.
func (p *plan) comfort(old *plan) {
	at := p.Noise
	if at == 0 {
		at = codec.NoiseType
	}
	narrow := slices.ContainsFunc(p.Receive, func(r sdp.Payload) bool { return r.Codec.Format().SampleRate == 8000 })
	if narrow && p.of(at) == nil {
		p.receive = append(p.receive, typed{at, old.decoder(codec.ComfortNoise())})
	}
}

// decoder is the one of a codec, as it stands, or a new one.
func (p *plan) decoder(c codec.Codec) *decoder {
	if p != nil {
		for _, t := range p.receive {
			if t.codec == c {
				return t.decoder
			}
		}
	}
	return newDecoder(c)
}

// codecName is what the plan sends, "" if nothing.
func (p *plan) codecName() string {
	if p.send == nil {
		return ""
	}
	return p.send.payload.Codec.Format().Name
}
