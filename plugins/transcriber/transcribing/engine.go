package transcribing

import "context"

// Rate is that of the sound which engines take, in Hz.
const Rate = 16000

// Engine turns one utterance after another into text. Its methods are called by
// one goroutine. An error, or a context that ends, is the end of the engine:
// then only Close is called.
type Engine interface {
	// Hear takes the next sound of the utterance, mono at Rate, and returns the
	// text of all of it so far.
	Hear(ctx context.Context, pcm []int16) (string, error)
	// End ends the utterance, and returns its text.
	End(context.Context) (string, error)
	// Close ends the engine, and waits until it is gone.
	Close()
}

// Open starts an engine.
type Open func(context.Context) (Engine, error)
