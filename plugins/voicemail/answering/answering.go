// Package answering is an answering machine: it takes a message from who was sent
// to voicemail.x, and lets who was sent to voicemail.x.access hear what was left.
//
//	greeting ──▶ tone, recording ──▶ review ──▶ goodbye
//	                  ▲    again        │
//	                  └─────────────────┘
//
//	PIN ──▶ menu ──▶ messages, one after the other
//	         ▲  ├──▶ greeting
//	         │  └──▶ PIN
//	         └── * from each
//
// The core owns the mailboxes, checks the PINs, and keeps what is recorded while
// it is spoken: whatever becomes of this process, no message is lost.
package answering

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/plugins/voicemail/spoken"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/host"
	"github.com/plugboard/plugboard/sdk/tts"
)

// How long people may take.
const (
	forKey    = 6 * time.Second // after a question
	typing    = 5 * time.Second // until a key that was pressed is let go
	forPIN    = 8 * time.Second // for its first digit
	betweenIt = 4 * time.Second // for each other
	paused    = time.Minute
)

// tries is how often something is asked of who does not answer, or not rightly.
const tries = 3

// visit is one call to a mailbox.
type visit struct {
	*app.Call
	box   app.Mailbox
	state host.Mailbox
	say   *spoken.Language
	zone  *time.Location
	// gone are the messages that were deleted, as far as the caller knows.
	gone map[string]bool
}

// Run has a call at its mailbox.
func Run(ctx context.Context, c *app.Call) error {
	var about struct {
		Timezone string `json:"timezone"`
	}
	if err := c.Decode(&about); err != nil {
		return err
	}
	v := &visit{Call: c, box: c.Mailbox(), say: spoken.For(c.Language), gone: map[string]bool{}}
	var err error
	if v.zone, err = time.LoadLocation(about.Timezone); err != nil {
		return fmt.Errorf("the timezone of %s: %w", c.At, err)
	}
	if v.state, err = v.box.Look(ctx); err != nil {
		return fmt.Errorf("%s cannot be looked at: %w", c.At, err)
	}
	if v.state.Access {
		return v.listen(ctx)
	}
	return v.leave(ctx)
}

// text is something to be said.
func (v *visit) text(s string) host.Prompt {
	p := host.Prompt{Text: s}
	if tts.Primary(v.Language) != v.say.Code {
		p.Language = v.say.Code
	}
	return p
}

// play plays prompts until they end or a key is pressed. What cannot be heard is
// passed over: a voice that is out of order is no reason to take no messages.
func (v *visit) play(ctx context.Context, prompts ...host.Prompt) (heard time.Duration, pressed bool, err error) {
	heard, pressed, err = v.PlayToKey(ctx, prompts...)
	if err != nil && !over(ctx, err) {
		v.note(ctx, "a prompt cannot be heard", err)
		err = nil
	}
	return heard, pressed, err
}

// tell says something. If a key is pressed it is over at once, and the key counts
// for what comes next.
func (v *visit) tell(ctx context.Context, text string) error {
	_, _, err := v.play(ctx, v.text(text))
	return err
}

// last says what is said last: to its end, whatever is pressed.
func (v *visit) last(ctx context.Context, text string) error {
	err := v.Play(ctx, v.text(text))
	if err != nil && !over(ctx, err) {
		v.note(ctx, "a prompt cannot be heard", err)
		err = nil
	}
	return err
}

// hear plays prompts until they end or a key is pressed, which it returns, 0 for
// none, with how much of them was heard.
func (v *visit) hear(ctx context.Context, prompts ...host.Prompt) (key byte, heard time.Duration, err error) {
	heard, pressed, err := v.play(ctx, prompts...)
	if err != nil || !pressed {
		return 0, heard, err
	}
	key, err = v.key(ctx, typing)
	return key, heard, err
}

// key waits for a key, and returns 0 if none comes.
func (v *visit) key(ctx context.Context, wait time.Duration) (byte, error) {
	got, err := v.Digits(ctx, app.Digits{First: wait})
	if got == "" || err != nil {
		return 0, err
	}
	return got[0], nil
}

// ask says something and waits for a key, 0 if none comes.
func (v *visit) ask(ctx context.Context, texts ...string) (byte, error) {
	var prompts []host.Prompt
	for _, t := range texts {
		if t != "" {
			prompts = append(prompts, v.text(t))
		}
	}
	if _, _, err := v.play(ctx, prompts...); err != nil {
		return 0, err
	}
	return v.key(ctx, forKey)
}

// record records into a draft until the pound key.
func (v *visit) record(ctx context.Context, d *app.Draft) (app.Recorded, error) {
	return v.Record(ctx, app.Recording{Rate: host.MailboxRate, Max: v.state.MaxLength, Rest: time.Second, End: "#", Beep: true}, d.Write)
}

// Somebody who says less is taken to have said nothing. A voice counts as one
// until 300 ms after it: a click is not enough.
const (
	shortest = time.Second
	spoke    = 400 * time.Millisecond
)

func said(r app.Recorded) bool { return r.Length >= shortest && r.Voice >= spoke }

// over reports whether an error is the call's end, and so no failure.
func over(ctx context.Context, err error) bool {
	return errors.Is(err, app.ErrOver) || errors.Is(err, app.ErrLost) || ctx.Err() != nil
}

// note tells the log what went wrong.
func (v *visit) note(ctx context.Context, what string, err error) {
	hclog.FromContext(ctx).Error(what, "mailbox", v.state.Name, "error", err)
}
