package mix

import "github.com/plugboard/plugboard/sdk/audio"

// Line is the audio road of one party: a slot of a plugin's media bus, or a
// loop inside the core. Both methods are called on a tick goroutine; they do
// not block and do not allocate.
type Line interface {
	// Read copies what the party says at the given tick into f. False is
	// silence, and f is then undefined.
	Read(tick uint64, f *audio.Frame) bool
	// Write hands over what the party shall hear at the given tick. f is
	// only lent until Write returns.
	Write(tick uint64, f *audio.Frame)
}

// Sharer is a Line that makes use of hearing the same as others.
type Sharer interface {
	Line
	// WriteShared is Write of a frame that several lines are given at this
	// tick, each with the same s.
	WriteShared(tick uint64, f *audio.Frame, s *audio.Share)
}
