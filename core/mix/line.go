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

// Hander is a Line whose party's voice can go to another party without the
// mixer, where that party hears nothing else.
type Hander interface {
	Line
	// WriteHand is Write, and allows that what this line's party says at the
	// next tick is handed to the other line's. f is nil for silence.
	WriteHand(tick uint64, f *audio.Frame, other Line)
}

// Handing is a Line that tells whether its party's voice went that way.
type Handing interface {
	// Handed reports whether what the party says at this tick was handed to
	// another party. Read gives silence then.
	Handed(tick uint64) bool
}

// Ear listens to what one port says.
type Ear interface {
	// Hear takes the port's frame of a tick, nil for silence, which is only lent.
	// It is called on a tick goroutine, once a tick while the port is in its
	// room; it does not block and does not allocate.
	Hear(tick uint64, f *audio.Frame)
}

// Sharer is a Line that makes use of hearing the same as others.
type Sharer interface {
	Line
	// WriteShared is Write of a frame that several lines are given at this
	// tick, each with the same s.
	WriteShared(tick uint64, f *audio.Frame, s *audio.Share)
}
