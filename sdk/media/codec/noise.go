package codec

import (
	"errors"
	"math"
)

// ComfortNoise is RFC 3389, payload type 13: what a party that sends nothing
// while it is silent says of the noise around it. Its decoder makes that noise,
// for as long as it is asked to conceal; there is no encoder but [AppendNoise].
func ComfortNoise() Codec { return comfortNoise{} }

// NoiseType is the static payload type of comfort noise at 8000 Hz.
const NoiseType = 13

type comfortNoise struct{}

func (comfortNoise) Format() Format {
	return Format{
		Name: "cn", Encoding: "CN", ClockRate: 8000, Channels: 1,
		SampleRate: 8000, PayloadType: NoiseType, Static: true,
	}
}

func (comfortNoise) Frame(int) int { return 20 }

// Duration is that of a packet: the noise goes on until the next one of speech.
func (comfortNoise) Duration(payload []byte) int {
	if len(payload) == 0 {
		return 0
	}
	return noiseSamples
}

const noiseSamples = 160

var errNoise = errors.New("cn: a payload without a level, or no encoder")

func (comfortNoise) NewEncoder(string) (Encoder, error) { return nil, errNoise }

func (comfortNoise) NewDecoder() (Decoder, error) { return &noiseDecoder{seed: 1}, nil }

// AppendNoise appends the payload that tells of noise of a level, in dBov.
func AppendNoise(dst []byte, level float64) []byte {
	return append(dst, byte(max(0, min(127, math.Round(-level)))))
}

// maxOrder is how many reflection coefficients are kept (RFC 3389, 3.2).
const maxOrder = 10

// noiseDecoder is white noise through a lattice filter of reflection
// coefficients.
type noiseDecoder struct {
	seed  uint32
	gain  float32 // of the excitation
	order int
	k     [maxOrder]float32
	state [maxOrder + 1]float32
}

// Decode takes a payload, a level and coefficients, and makes 20 ms of its noise.
func (d *noiseDecoder) Decode(pcm []float32, payload []byte) (int, error) {
	if len(payload) == 0 || len(pcm) < noiseSamples {
		return 0, errNoise
	}
	power := math.Pow(10, -float64(payload[0]&0x7f)/10)
	d.order = min(len(payload)-1, maxOrder)
	for i := range d.order {
		k := (float64(payload[1+i]) - 127) / 128
		k = max(-0.99, min(0.99, k))
		power *= 1 - k*k // what the filter adds
		d.k[i] = float32(k)
	}
	d.gain = float32(math.Sqrt(3 * power)) // of numbers evenly between ±1
	d.Conceal(pcm[:noiseSamples])
	return noiseSamples, nil
}

// Conceal makes more of the noise.
func (d *noiseDecoder) Conceal(pcm []float32) {
	b := &d.state
	for n := range pcm {
		d.seed = d.seed*1664525 + 1013904223
		f := d.gain * float32(int32(d.seed)) / (1 << 31)
		for i := d.order - 1; i >= 0; i-- {
			f -= d.k[i] * b[i]
			b[i+1] = b[i] + d.k[i]*f
		}
		b[0] = f
		pcm[n] = f
	}
}
