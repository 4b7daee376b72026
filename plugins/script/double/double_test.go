package double

import (
	"testing"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/plugtest"
)

func plugin() sdk.Plugin { return New("1.0.0", func() {}) }

// Where it is told nothing bad it is a good plugin of each kind.
func TestRules(t *testing.T) {
	plugtest.Run(t, plugin, map[string]any{"tone": 440.0})
}
