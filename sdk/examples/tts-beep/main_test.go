package main

import (
	"testing"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/plugtest"
)

func TestRules(t *testing.T) {
	plugtest.Run(t, func() sdk.Plugin {
		return sdk.Plugin{Name: "tts-beep", Version: "1.0.0", TTS: beeps{}}
	}, nil)
}
