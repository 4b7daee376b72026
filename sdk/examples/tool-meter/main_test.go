package main

import (
	"testing"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/plugtest"
	"github.com/plugboard/plugboard/sdk/tool"
)

func TestRules(t *testing.T) {
	plugtest.Run(t, func() sdk.Plugin {
		return sdk.Plugin{Name: "tool-meter", Version: "1.0.0", Tool: tool.Each(8000, meter)}
	}, nil)
}
