// Package plugtest puts a plugin to the test inside go test: every rule of its
// kinds is a test of its own, which says in a sentence what it is about. Each plays
// the core over the real protocol, in memory and in virtual time, so a minute of
// calls takes milliseconds.
//
//	func TestRules(t *testing.T) { plugtest.Run(t, plugin, nil) }
//
// The same rules are tried against a program, in whatever language, by
// `plugboard plugin test PATH`.
package plugtest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/plugtest/suite"
)

// lines is how many parties the plugin of a test can have.
const lines = 64

// Run tries every rule of the plugin's kinds. make returns a plugin as a process of
// its own would begin it; config is its config {} block, as of the attributes that
// it declares.
//
// Goroutines that the plugin begins end with it: one that is left behind fails the
// test.
func Run(t *testing.T, make func() sdk.Plugin, config map[string]any) {
	t.Helper()
	RunTo(t, make, config, "")
}

// RunTo is [Run] of a plugin whose legs have signalling of their own, which is called
// at an address that answers.
func RunTo(t *testing.T, make func() sdk.Plugin, config map[string]any, address string) {
	t.Helper()
	var kinds []string
	synctest.Test(t, func(*testing.T) { kinds = kindsOf(make()) })
	for _, c := range suite.Cases(kinds) {
		t.Run(c.Name, func(t *testing.T) { synctest.Test(t, func(t *testing.T) { try(t, make, config, address, c) }) })
	}
}

// RunInTime is [Run] in real time, for a plugin that needs the world outside it:
// programs, files that block, the network.
func RunInTime(t *testing.T, make func() sdk.Plugin, config map[string]any) {
	t.Helper()
	for _, c := range suite.Cases(kindsOf(make())) {
		t.Run(c.Name, func(t *testing.T) { try(t, make, config, "", c) })
	}
}

func try(t *testing.T, make func() sdk.Plugin, config map[string]any, address string, c suite.Case) {
	t.Helper()
	t.Log(c.Rule)
	s := suite.Suite{Config: config, Address: address, Launch: func(context.Context) (suite.Process, error) {
		return sdk.Start(make(), lines, hclog.NewNullLogger())
	}}
	err := s.Try(t.Context(), c)
	var skip suite.Skip
	if errors.As(err, &skip) {
		t.Skip(skip)
	}
	if err != nil {
		t.Errorf("instead: %v", err)
	}
}

func kindsOf(p sdk.Plugin) (list []string) {
	for kind, is := range map[string]bool{
		sdk.KindLeg: p.Leg != nil || p.Station != nil, sdk.KindTool: p.Tool != nil, sdk.KindTTS: p.TTS != nil, sdk.KindApp: p.App != nil,
	} {
		if is {
			list = append(list, kind)
		}
	}
	return list
}
