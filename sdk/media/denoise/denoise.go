// Package denoise takes noise out of a voice: fans, streets, keyboards.
//
//	"full"   RNNoise, a small recurrent network: steady and unsteady noise
//	"light"  the spectral preprocessor of speexdsp: steady noise, for a
//	         fraction of the price
//
// Both work on frames of 20 ms at 48 kHz, whatever the codec, and delay the
// voice by 10 ms. An [Engine] serves a whole process; a [Suppressor] is the
// state of one voice:
//
//	e := denoise.New()
//	s, err := e.Suppressor("full")
//	s.Process(&frame)
//	s.Close()
//
// # RNNoise
//
// It knows noise by how voices differ from it. Noise that is flat up to 24 kHz,
// as no phone sends it, it takes for breath and leaves; the same noise in the
// band of a telephone or of G.722 it turns down by 25 dB and more.
//
// It runs as WebAssembly, in wazero, so that nothing has to be installed:
// rnnoise_simd.wasm is committed here and embedded in whatever uses this
// package. It is the file of that name in the npm package
// @sapphi-red/web-noise-suppressor 0.4.1 (SHA-256 378fd17c294db15e…f2c253),
// which is shiguredo's build of xiph's RNNoise; rnnoise_simd.LICENSE has the
// terms of all three. Each voice has an instance of its own with its own
// memory: one that traps hurts no other.
package denoise

import (
	"context"
	"fmt"
	"sync"

	"github.com/plugboard/plugboard/sdk/audio"
)

// block is how many samples both engines take at once: 10 ms.
const block = 480

// Suppressor cleans one voice. It is not safe for concurrent use.
type Suppressor interface {
	// Process takes the noise out of f. What comes out is 10 ms behind. It
	// does not allocate.
	Process(f *audio.Frame)
	// Close gives the state's memory back.
	Close() error
}

// Engine makes suppressors. It is safe for concurrent use.
type Engine struct {
	mu   sync.Mutex
	full *rnnoise // nil until the first voice asks for it
}

// New returns an engine. The network is compiled when it is first asked for,
// which takes some tenths of a second.
func New() *Engine { return &Engine{} }

// Suppressor returns the state for one more voice: "light" or "full".
func (e *Engine) Suppressor(kind string) (Suppressor, error) {
	switch kind {
	case "light":
		return newLight()
	case "full":
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.full == nil {
			full, err := compile(context.Background())
			if err != nil {
				return nil, fmt.Errorf("denoise: %w", err)
			}
			e.full = full
		}
		return e.full.voice(context.Background())
	}
	return nil, fmt.Errorf(`denoise: %q is unknown: "light" and "full" are there`, kind)
}

// Close ends the engine, with every voice of kind "full".
func (e *Engine) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.full == nil {
		return nil
	}
	err := e.full.close(context.Background())
	e.full = nil
	return err
}
