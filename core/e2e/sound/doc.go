// Package sound compares what was heard with what was said, for tests with
// real phones, behind the build tag e2e.
package sound
