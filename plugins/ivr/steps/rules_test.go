package steps

import (
	"testing"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/plugtest"
)

func TestRules(t *testing.T) {
	plugtest.Run(t, func() sdk.Plugin {
		i := new(IVR)
		return sdk.Plugin{Name: "ivr", Version: "1.0.0", App: app.Func(i.Serve), Run: i.Run}
	}, nil)
}
