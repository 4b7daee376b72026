// Package plugboardv1 is generated from the protocol in this directory. Only
// sdk/internal/wire and the two ends of a service use it; everyone else
// speaks the Go contracts (sdk/leg).
package plugboardv1

//go:generate ../../generate.sh
