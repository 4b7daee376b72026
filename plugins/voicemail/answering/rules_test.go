package answering

import (
	"testing"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/plugtest"
)

func TestRules(t *testing.T) {
	plugtest.Run(t, func() sdk.Plugin {
		return sdk.Plugin{Name: "voicemail", Version: "1.0.0", App: app.Func(Run)}
	}, nil)
}
