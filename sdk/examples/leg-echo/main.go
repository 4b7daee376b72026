// Command leg-echo is a leg plugin with signalling of its own: whatever address is
// called answers at once, and says what it hears, a moment later.
package main

import (
	"context"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
)

func main() { sdk.Serve(sdk.Plugin{Name: "leg-echo", Version: "1.0.0", Station: leg.DialFunc(dial)}) }

func dial(_ context.Context, _ leg.Dial, tell func(leg.Event)) (leg.Party, error) {
	tell(leg.Event{Kind: leg.Answered})
	return new(echo), nil
}

type echo struct {
	leg.Plain
	frame audio.Frame
	sound bool
}

func (e *echo) Deliver(_ uint64, f *audio.Frame) {
	if e.sound = f != nil; e.sound {
		e.frame = *f
	}
}

func (e *echo) Gather(_ uint64, f *audio.Frame) bool { *f = e.frame; return e.sound }
