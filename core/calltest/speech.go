package calltest

import (
	"context"
	"fmt"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// toneEngine understands which phone's tone it hears.
type toneEngine struct{ heard []float64 } // at 8 kHz

// Hear implements transcribing.Engine.
func (e *toneEngine) Hear(_ context.Context, pcm []int16) (string, error) {
	for i := 0; i < len(pcm); i += 2 { // no tone is near 4 kHz
		e.heard = append(e.heard, float64(pcm[i])/32768)
	}
	return e.text(), nil
}

// End implements transcribing.Engine.
func (e *toneEngine) End(context.Context) (string, error) {
	text := e.text()
	e.heard = nil
	return text, nil
}

// Close implements transcribing.Engine.
func (e *toneEngine) Close() {}

func (e *toneEngine) text() (text string) {
	for _, tone := range Tones {
		if raw.Goertzel(e.heard, tone) > 0.05 {
			text += fmt.Sprintf("%.0f Hz;", tone)
		}
	}
	return text
}
