// Package tts is the contract between the core and a plugin that speaks: text
// in, a stream of sound out. The bundled tts-command is one.
//
// An author implements [Engine] and hands it to sdk.Serve:
//
//	func (e engine) Speak(ctx context.Context, r tts.Request, out tts.Out) error {
//		for sentence := range e.sentences(r.Text) {
//			if err := out(16000, e.synthesize(sentence)); err != nil {
//				return err // nobody listens any more
//			}
//		}
//		return nil
//	}
//
// What is spoken need not come in real time: the core takes it as fast as it
// comes, plays it at its own pace, and keeps it, so that the same text is not
// spoken twice. It is worth telling the first part early, because a caller
// waits for it.
package tts

import "context"

// Request is what is to be spoken.
type Request struct {
	Call string // the call's id, for logs; "" if it is prepared for none
	Text string // plain text, never empty
	// Voice is one of the engine's own, "": its choice.
	Voice string
	// Language of the text as BCP 47 has it ("en", "de-CH"), "": not known.
	Language string
	// Rate is what the core would like best, in Hz. An engine that has a rate
	// of its own keeps to that.
	Rate int
}

// The rates, in Hz, that sound may have.
const (
	MinRate = 4000
	MaxRate = 192000
)

// Out takes the next piece of sound: mono samples, full scale ±1, at a rate
// that is the same from the first piece to the last, from [MinRate] to
// [MaxRate]. A piece may have any length, and may be used again once Out has
// returned. Out waits while the core has more than it can take in.
//
// An error means that nobody listens any more: the party has hung up, or has
// begun to speak itself. Then synthesis stops, and Speak returns the error. Out
// must not be called after that.
type Out func(rate int, pcm []float32) error

// Engine turns text into sound. Its methods are called at once by many
// goroutines.
type Engine interface {
	// Speak speaks one text and returns when all of it was told to out. ctx
	// ends when nobody listens any more, and carries a logger that names the
	// call (hclog.FromContext). An error, but that of out, is for people: it
	// says what to do. A voice that the engine does not have is [ErrVoice].
	Speak(ctx context.Context, r Request, out Out) error
}

// Lister is an [Engine] that knows its voices.
type Lister interface {
	Engine
	// Voices lists what [Request.Voice] may be.
	Voices(ctx context.Context) ([]Voice, error)
}

// Voice is one that an engine has.
type Voice struct {
	Name     string
	Language string // BCP 47, "": not known
	Default  bool   // it is taken where none is named
}

// Error is a typed failure of an engine that survives the wire.
type Error string

// Error implements error.
func (e Error) Error() string { return string(e) }

// The failures that have a meaning of their own.
const (
	ErrVoice = Error("there is no such voice")
	ErrGone  = Error("the engine is gone") // its plugin ended
)
