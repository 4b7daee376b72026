// Package apitest stands in for the switch behind the API, in tests of the API and
// of the command line.
package apitest

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/plugboard/plugboard/core/call"
)

// Acts are api.Acts and api.Meetings that note what is done. What is done to party
// "999", or to conference "empty", is refused.
type Acts struct {
	mu   sync.Mutex
	done []string
}

// Done is what was done, in order.
func (a *Acts) Done() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.done)
}

// Do notes something in words, unless it is done to party "999".
func (a *Acts) Do(by call.Actor, leg string, words ...string) error {
	if leg == "999" {
		return &call.Error{Cause: call.NotNow, Text: "the call is not up: it is routing"}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done = append(a.done, strings.Join(append(words, "by "+by.Name), " "))
	return nil
}

// Hold implements api.Acts.
func (a *Acts) Hold(id, leg string, by call.Actor) error { return a.Do(by, leg, "hold", id, leg) }

// Resume implements api.Acts.
func (a *Acts) Resume(id, leg string, by call.Actor) error { return a.Do(by, leg, "resume", id, leg) }

// Mute implements api.Acts.
func (a *Acts) Mute(id, leg string, on bool, by call.Actor) error {
	return a.Do(by, leg, "mute", id, leg, fmt.Sprint(on))
}

// DTMF implements api.Acts.
func (a *Acts) DTMF(id, leg, digits string, by call.Actor) error {
	return a.Do(by, leg, "dtmf", id, leg, digits)
}

// Kick implements api.Acts.
func (a *Acts) Kick(id, leg, act string, cause call.Cause, by call.Actor) error {
	return a.Do(by, leg, act, id, leg, string(cause))
}

// Join implements api.Acts.
func (a *Acts) Join(into, from string, by call.Actor) error {
	return a.Do(by, from, "join", into, from)
}

// Transfer implements api.Acts.
func (a *Acts) Transfer(id string, x call.Transfer, by call.Actor) error {
	return a.Do(by, x.Leg, "transfer", id, x.Leg, "to "+x.To, "into "+x.Into)
}

// Add implements api.Acts.
func (a *Acts) Add(id string, x call.Addition, by call.Actor) (string, error) {
	return "NEW", a.Do(by, x.To, "add", id, x.To, "for "+x.For)
}

// Lock implements api.Meetings.
func (a *Acts) Lock(conference string, on bool, by call.Actor) error {
	if conference == "empty" {
		return &call.Error{Cause: call.NotNow, Text: "nobody is in conference empty"}
	}
	return a.Do(by, "", "lock", conference, fmt.Sprint(on))
}

// InConference implements api.Meetings.
func (a *Acts) InConference(conference, leg string) (string, string, error) {
	if leg == "998" {
		return "", "", &call.Error{Cause: call.NotFound, Text: "there is no party 998"}
	}
	return "C7", leg, nil
}
