//go:build !linux

package alarm

// Urgent does nothing here.
func Urgent() (ordinary func()) { return func() {} }
