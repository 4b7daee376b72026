//go:build !linux

package bus

import "errors"

// Attach fails: this system has no memory of the kind that a bus is in. A plugin's
// audio goes over a road here ([NewRoad]).
func Attach(uintptr) (*Guest, error) {
	return nil, errors.New("the media bus needs Linux: on this system a plugin's audio goes over gRPC")
}
