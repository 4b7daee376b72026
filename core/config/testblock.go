package config

import (
	"time"

	"github.com/hashicorp/hcl/v2"
)

// Test is a test block: a call, what is given, and what is expected of it.
// Place.Range takes also the names within: "call.to", "given.trunk.first",
// "expect.path". Place.Has("expect.path") says whether it is expected at all.
type Test struct {
	Place
	Name   string // its label, a sentence
	Call   TestCall
	Given  Given
	Expect Expect
}

// TestCall is the call of a test.
type TestCall struct {
	On   Destination // where it comes in: [*Extension] or [*Trunk]
	From string      // the caller's number as received, "": the extension's
	To   string      // as dialled
	At   time.Time   // in the site's timezone; zero: not said
}

// Given is what the world does in a test.
type Given struct {
	Keys     string // what the caller presses, in order
	Outcomes []Outcome
}

// Outcome is how a destination behaves in a test.
type Outcome struct {
	Of Destination // or a [*Schedule]
	// What is "answer", "no_answer", "busy", "unavailable", "declined" or
	// "do_not_disturb"; of a trunk also "timeout" and "unregistered"; of a
	// schedule "open" or "closed". "" if Status is set.
	What   string
	Status int // of a trunk: a SIP status, 300 to 699
	Range  hcl.Range
}

// Expect is what shall come of a test's call. What is not written is not
// checked, see [Place.Has].
type Expect struct {
	Path     []Destination // what it comes to, in order
	Tools    []string      // names of tool blocks
	CallerID string        // what the far side is shown
	To       string        // what the trunk is asked for
	Cause    string
	Record   bool
}
