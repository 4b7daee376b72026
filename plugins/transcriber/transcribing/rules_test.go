package transcribing

import (
	"context"
	"testing"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/plugtest"
)

// scribe is an engine that understands nothing, at once.
type scribe struct{}

func (scribe) Hear(context.Context, []int16) (string, error) { return "", nil }
func (scribe) End(context.Context) (string, error)           { return "", nil }
func (scribe) Close()                                        {}

func TestRules(t *testing.T) {
	plugtest.Run(t, func() sdk.Plugin {
		tr := New()
		tr.Open = func(context.Context) (Engine, error) { return scribe{}, nil }
		return sdk.Plugin{Name: "transcriber", Version: "1.0.0", Tool: tr, Run: tr.Run, Config: Attributes(), Configure: tr.Configure}
	}, nil)
}

// The same in real time, with real engines.
func TestRulesWithAnEngine(t *testing.T) {
	pocketsphinx(t)
	plugtest.RunInTime(t, func() sdk.Plugin {
		tr := New()
		return sdk.Plugin{Name: "transcriber", Version: "1.0.0", Tool: tr, Run: tr.Run, Config: Attributes(), Configure: tr.Configure}
	}, map[string]any{"engines": 1.0})
}
