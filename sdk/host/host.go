// Package host is what a plugin may ask of the core that runs it: prompts as sound
// ([Prompts]), and the mailbox to which a call was sent ([Mailboxes]). Each question
// names a call that the plugin has; what it may there, the core decides. Authors see
// little of it: the methods of app.Call ask for them.
package host

import (
	"context"
	"time"

	"github.com/plugboard/plugboard/sdk/audio"
)

// Prompt is something to be heard. One of Text, File and Tone, as the configuration
// writes them, or Kept is set.
type Prompt struct {
	Text     string // to be spoken: say("Welcome")
	Voice    string // "": the engine's own
	Engine   string // the name of a plugin, "": the site's
	Language string // "en", "": the site's
	File     string // sound("welcome.wav"): one that the configuration names
	Tone     string // tone("425/1000,0/4000")
	// Kept is the id of a message, or of a draft that the call records, or
	// [Greeting]: sound of the mailbox to which the call was sent, from a time on.
	Kept string
	From time.Duration
}

// Prompts turns prompts into sound.
type Prompts interface {
	// Prompt begins a prompt for a call. It returns once there is something to
	// be heard, or an error for people.
	Prompt(ctx context.Context, call string, p Prompt) (Sound, error)
}

// Sound is what is heard of one. It is not safe for concurrent use.
type Sound interface {
	// Next fills frames with what follows and says how many they are: one at
	// least, or an error, which is io.EOF when all has been heard.
	Next(ctx context.Context, frames []audio.Frame) (int, error)
	// Close says that no more is wanted. It does not wait; closing twice is
	// fine.
	Close()
}
