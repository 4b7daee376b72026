package main

import (
	"testing"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/plugtest"
)

func TestRules(t *testing.T) {
	plugtest.Run(t, func() sdk.Plugin {
		return sdk.Plugin{Name: "app-reception", Version: "0.1.0", App: app.Func(reception)}
	}, nil)
}
