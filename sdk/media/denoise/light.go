package denoise

/*
#cgo LDFLAGS: -lspeexdsp
#include <speex/speex_preprocess.h>
*/
import "C"

import (
	"errors"
	"unsafe"

	"github.com/plugboard/plugboard/sdk/audio"
)

// lightDepth is how far speexdsp turns noise down, in dB. Further down voices
// begin to gurgle.
const lightDepth = -18

// light is speexdsp's preprocessor (BSD), through cgo.
type light struct {
	state *C.SpeexPreprocessState // nil once closed
	pcm   [block]int16
}

func newLight() (*light, error) {
	l := &light{state: C.speex_preprocess_state_init(block, audio.Rate)}
	if l.state == nil {
		return nil, errors.New("denoise: speexdsp has no memory left")
	}
	depth := C.spx_int32_t(lightDepth)
	C.speex_preprocess_ctl(l.state, C.SPEEX_PREPROCESS_SET_NOISE_SUPPRESS, unsafe.Pointer(&depth))
	return l, nil
}

// Process implements [Suppressor].
func (l *light) Process(f *audio.Frame) {
	for at := 0; at < len(f) && l.state != nil; at += block {
		pcm := f[at : at+block]
		for i, s := range pcm {
			l.pcm[i] = int16(max(-32768, min(32767, s*full)))
		}
		C.speex_preprocess_run(l.state, (*C.spx_int16_t)(&l.pcm[0]))
		for i, s := range l.pcm {
			pcm[i] = float32(s) / full
		}
	}
}

// Close implements [Suppressor].
func (l *light) Close() error {
	if l.state != nil {
		C.speex_preprocess_state_destroy(l.state)
		l.state = nil
	}
	return nil
}
