// Package pbx starts the real daemon with its real plugins, and real phones
// beside it, for tests that are behind the build tag e2e.
package pbx
