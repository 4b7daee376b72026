package main

import (
	"testing"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/plugtest"
)

func TestRules(t *testing.T) {
	plugtest.Run(t, func() sdk.Plugin {
		return sdk.Plugin{Name: "leg-echo", Version: "1.0.0", Station: leg.DialFunc(dial)}
	}, nil)
}
