package rtpleg

import (
	"testing"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/plugtest"
)

func TestRules(t *testing.T) {
	plugtest.Run(t, func() sdk.Plugin { return sdk.Plugin{Name: "leg-rtp", Version: "1.0.0", Leg: New()} }, nil)
}
