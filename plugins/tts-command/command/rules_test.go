package command

import (
	"testing"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/plugtest"
)

// With a real program, which lives in real time.
func TestRules(t *testing.T) {
	block := map[string]any{"engine": "flite"}
	if _, err := configured(t, block).program(); err != nil {
		t.Skip(err)
	}
	plugtest.RunInTime(t, func() sdk.Plugin {
		e := New()
		return sdk.Plugin{Name: "tts-command", Version: "1.0.0", TTS: e, Config: Schema(), Configure: e.Configure}
	}, block)
}
