// Command tts-beep is a plugin that speaks: each letter is a short tone of its own.
package main

import (
	"context"
	"math"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/tts"
)

func main() { sdk.Serve(sdk.Plugin{Name: "tts-beep", Version: "1.0.0", TTS: beeps{}}) }

type beeps struct{}

func (beeps) Speak(_ context.Context, r tts.Request, out tts.Out) error {
	const rate = 8000
	for _, letter := range r.Text {
		tone := make([]float32, rate/10) // 100 ms
		for i := range tone {
			tone[i] = 0.2 * float32(math.Sin(2*math.Pi*float64(300+10*(letter%100))*float64(i)/rate))
		}
		if err := out(rate, tone); err != nil {
			return err // the caller has hung up
		}
	}
	return nil
}
