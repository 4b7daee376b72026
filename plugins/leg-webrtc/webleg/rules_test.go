package webleg

import (
	"testing"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/plugtest"
)

// Two legs of the plugin that offer and answer each other need an agent that looks
// for the way: full ICE, which is the default.
func TestRules(t *testing.T) {
	plugtest.RunInTime(t, func() sdk.Plugin { return Plugin("1.0.0") }, nil)
}
