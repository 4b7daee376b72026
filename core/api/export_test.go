package api

import "github.com/plugboard/plugboard/core/call"

// Patterns are those of all routes.
func (a *API) Patterns() []string { return a.routes.patterns }

// Count counts a request of who has signed in; false if that is too much.
func (a *API) Count(by call.Actor) bool { return a.rates.somebody(by) }

// MaxStreams is how many event streams somebody may have open.
const MaxStreams = maxStreams

// Linphone is an account as Linphone takes it.
var Linphone = linphone
