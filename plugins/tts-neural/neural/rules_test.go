package neural

import (
	"testing"

	"github.com/plugboard/plugboard/plugins/internal/sherpa/tiny"
	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/plugtest"
)

// With the real library, which lives in real time, and a tiny model.
func TestRules(t *testing.T) {
	tiny.Library(t)
	plugtest.RunInTime(t, func() sdk.Plugin {
		e := New()
		return sdk.Plugin{Name: "tts-neural", Version: "1.0.0", TTS: e, Config: Schema(), Configure: e.Configure}
	}, block(tiny.VITS(t), nil))
}
