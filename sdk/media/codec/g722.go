package codec

/*
#cgo LDFLAGS: -lspandsp
#include <stdint.h>
#include <spandsp/telephony.h>
#include <spandsp/g722.h>
#include <spandsp/private/g722.h>
*/
import "C"

import (
	"errors"
	"unsafe"
)

// G722 is ITU-T G.722 at 64 kbit/s, payload type 9: 7 kHz of sound, sampled at
// 16 kHz. Its RTP clock counts at 8000 Hz all the same, for historical reasons
// (RFC 3551, 4.5.2), so one byte is one unit and two samples. It is spandsp,
// through cgo.
func G722() Codec { return g722{} }

const (
	g722Rate    = 16000
	g722Clock   = 8000
	g722Bitrate = 64000
	g722Most    = MaxDuration * g722Clock / 1000 // bytes
)

type g722 struct{}

func (g722) Format() Format {
	return Format{
		Name: "g722", Encoding: "G722", ClockRate: g722Clock, Channels: 1,
		SampleRate: g722Rate, PayloadType: 9, Static: true,
	}
}

func (g722) Frame(ptime int) int { return nearest([]int{10, 20, 30, 40, 60}, ptime) }

func (g722) Duration(payload []byte) int {
	if len(payload) > g722Most {
		return 0
	}
	return len(payload)
}

// spandsp keeps no pointers in its states, so that Go's memory can hold them,
// and nothing needs to be given back.

func (g722) NewEncoder(string) (Encoder, error) {
	e := &g722Encoder{}
	C.g722_encode_init(&e.state, g722Bitrate, 0)
	return e, nil
}

func (g722) NewDecoder() (Decoder, error) {
	d := &g722Decoder{conceal: newConcealer(g722Rate)}
	C.g722_decode_init(&d.state, g722Bitrate, 0)
	return d, nil
}

type g722Encoder struct {
	state C.g722_encode_state_t
	in    [2 * g722Most]int16
	out   [g722Most]byte
}

var errG722Length = errors.New("g722: a packet has an even number of samples and lasts at most 120 ms")

func (e *g722Encoder) Encode(dst []byte, pcm []float32) ([]byte, error) {
	if len(pcm) == 0 || len(pcm)%2 != 0 || len(pcm) > len(e.in) {
		return dst, errG722Length
	}
	for i, s := range pcm {
		e.in[i] = quantize(s)
	}
	n := C.g722_encode(&e.state, (*C.uint8_t)(&e.out[0]), (*C.int16_t)(&e.in[0]), C.int(len(pcm)))
	return append(dst, e.out[:n]...), nil
}

type g722Decoder struct {
	state   C.g722_decode_state_t
	pcm     [2 * g722Most]int16
	conceal *concealer
}

func (d *g722Decoder) Decode(pcm []float32, payload []byte) (int, error) {
	if len(payload) > g722Most || 2*len(payload) > len(pcm) {
		return 0, errG722Length
	}
	if len(payload) == 0 {
		return 0, nil
	}
	n := int(C.g722_decode(&d.state, (*C.int16_t)(&d.pcm[0]), (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(payload))), C.int(len(payload))))
	pcm = pcm[:n]
	for i, s := range d.pcm[:n] {
		pcm[i] = float32(s) / 32768
	}
	d.conceal.good(pcm)
	return n, nil
}

func (d *g722Decoder) Conceal(pcm []float32) { d.conceal.lost(pcm) }
