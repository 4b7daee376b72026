package codec

import "errors"

// PCMU is G.711 µ-law, payload type 0 (RFC 3551, 4.5.14).
func PCMU() Codec { return g711{name: "pcmu", encoding: "PCMU", payload: 0, law: &mulaw} }

// PCMA is G.711 A-law, payload type 8 (RFC 3551, 4.5.14).
func PCMA() Codec { return g711{name: "pcma", encoding: "PCMA", payload: 8, law: &alaw} }

// companding is one of G.711's two laws as tables. They are filled once, from
// the definition, and only read after that.
type companding struct {
	compress [1 << 14]byte // by a 16-bit sample's upper 14 bits
	expand   [256]float32  // full scale ±1
}

var (
	mulaw = tables(mulawCompress, mulawExpand)
	alaw  = tables(alawCompress, alawExpand)
)

func tables(compress func(int16) byte, expand func(byte) int16) (t companding) {
	for i := range t.compress {
		t.compress[i] = compress(int16(i << 2))
	}
	for i := range t.expand {
		t.expand[i] = float32(expand(byte(i))) / 32768
	}
	return t
}

// mulawCompress writes a sample in 8 bits: sign, 3 bits of segment, 4 bits of
// step, all inverted (G.711, table 2). A bias of 33 (of 14 bits) makes the
// segments powers of two.
func mulawCompress(s int16) byte {
	v, sign := int(s)>>2, byte(0x80)
	if v < 0 {
		v, sign = ^v, 0
	}
	v = min(v+33, 8191)
	segment := 0
	for v>>(segment+6) != 0 {
		segment++
	}
	step := v >> (segment + 1) & 0x0f
	return sign | byte(^(segment<<4|step)&0x7f)
}

func mulawExpand(b byte) int16 {
	b = ^b
	v := (int(b&0x0f)<<3+0x84)<<(b>>4&7) - 0x84
	if b&0x80 != 0 {
		v = -v
	}
	return int16(v)
}

// alawCompress writes a sample in 8 bits: sign, segment, step, with every
// second bit inverted (G.711, table 1). The two lowest segments share a step.
func alawCompress(s int16) byte {
	v, sign := int(s)>>4, byte(0x80)
	if v < 0 {
		v, sign = ^v, 0
	}
	segment := 0
	for v>>(segment+5) != 0 {
		segment++
	}
	step := v & 0x0f
	if segment > 0 {
		step = v >> segment & 0x0f
		segment++
	} else if v >= 16 {
		segment = 1
	}
	return (sign | byte(segment<<4|step)) ^ 0x55
}

func alawExpand(b byte) int16 {
	b ^= 0x55
	v := int(b&0x0f)<<4 + 8
	if segment := b >> 4 & 7; segment > 0 {
		v = (v + 0x100) << (segment - 1)
	}
	if b&0x80 == 0 {
		v = -v
	}
	return int16(v)
}

const g711Rate = 8000

type g711 struct {
	name, encoding string
	payload        int
	law            *companding
}

func (c g711) Format() Format {
	return Format{
		Name: c.name, Encoding: c.encoding, ClockRate: g711Rate, Channels: 1,
		SampleRate: g711Rate, PayloadType: c.payload, Static: true,
	}
}

func (c g711) Frame(ptime int) int { return nearest([]int{10, 20, 30, 40, 60}, ptime) }

func (c g711) Duration(payload []byte) int {
	if len(payload) > MaxDuration*g711Rate/1000 {
		return 0
	}
	return len(payload)
}

func (c g711) NewEncoder(string) (Encoder, error) { return g711Encoder{c.law}, nil }

func (c g711) NewDecoder() (Decoder, error) {
	return &g711Decoder{law: c.law, conceal: newConcealer(g711Rate)}, nil
}

type g711Encoder struct{ law *companding }

func (e g711Encoder) Encode(dst []byte, pcm []float32) ([]byte, error) {
	t := &e.law.compress
	for _, s := range pcm {
		dst = append(dst, t[int(quantize(s))>>2&(1<<14-1)])
	}
	return dst, nil
}

// quantize rounds to 16 bits and saturates. NaN is silence.
func quantize(s float32) int16 {
	s *= 32768
	switch {
	case s >= 32767:
		return 32767
	case s <= -32768:
		return -32768
	case s >= 0:
		return int16(s + 0.5)
	case s < 0:
		return int16(s - 0.5)
	}
	return 0
}

type g711Decoder struct {
	law     *companding
	conceal *concealer
}

var errTooLong = errors.New("g711: payload lasts longer than 120 ms")

func (d *g711Decoder) Decode(pcm []float32, payload []byte) (int, error) {
	if len(payload) > len(pcm) || len(payload) > MaxDuration*g711Rate/1000 {
		return 0, errTooLong
	}
	pcm = pcm[:len(payload)]
	t := &d.law.expand
	for i, b := range payload {
		pcm[i] = t[b]
	}
	d.conceal.good(pcm)
	return len(pcm), nil
}

func (d *g711Decoder) Conceal(pcm []float32) { d.conceal.lost(pcm) }
