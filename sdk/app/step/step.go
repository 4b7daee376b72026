// Package step is what the core has an app do in a menu or a flow: the core
// knows where the call goes, the app speaks and listens. The first step is the
// app's configuration, the others come by app.Call.Next, which tells what came
// of the last; all as JSON.
package step

import (
	"time"

	"github.com/plugboard/plugboard/sdk/host"
)

// Step is one thing to do.
type Step struct {
	Kind    Kind          `json:"kind"`
	Prompts []host.Prompt `json:"prompts,omitempty"` // Play; before the keys of Menu and Gather
	// Early lets the caller hear it before an answer. Else the call is answered.
	Early bool `json:"early,omitempty"`

	Wait  time.Duration `json:"wait,omitempty"`  // ns: Menu, Gather: for a key; Wait, Record: how long
	Whole bool          `json:"whole,omitempty"` // Menu: a key does not end the prompts
	Keys  string        `json:"keys,omitempty"`  // Menu: those that lead somewhere
	Dial  []string      `json:"dial,omitempty"`  // Menu: numbers that may be entered instead
	Max   int           `json:"max,omitempty"`   // Gather: digits
	End   string        `json:"end,omitempty"`   // Gather, Record: keys that end it
	// Silence ends a Record.
	Silence time.Duration `json:"silence,omitempty"` // ns
}

// Kind says what kind of step it is.
type Kind string

// The steps, and what is told when they are done.
const (
	Menu   Kind = "menu"   // Digits: the key or the number, "" if none came
	Gather Kind = "gather" // Digits
	Play   Kind = "play"
	Record Kind = "record" // File: the recording's id, "" if nothing was said
	Wait   Kind = "wait"
)

// The names of what came of a step.
const (
	Digits = "digits"
	File   = "file"
)
