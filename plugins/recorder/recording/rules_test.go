package recording

import (
	"testing"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/plugtest"
)

func TestRules(t *testing.T) {
	for _, format := range []string{"wav", "flac", "opus"} {
		t.Run(format, func(t *testing.T) {
			plugtest.Run(t, func() sdk.Plugin {
				r := New()
				r.Free = func() (uint64, error) { return 1 << 40, nil }
				return sdk.Plugin{Name: "recorder", Version: "1.0.0", Tool: r, Run: r.Run, Config: Attributes(), Configure: r.Configure}
			}, map[string]any{"format": format})
		})
	}
}
