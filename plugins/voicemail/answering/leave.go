package answering

import (
	"context"
	"errors"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/host"
)

// message is one that is being left.
type message struct {
	draft  *app.Draft
	urgent bool
}

// leave takes a message.
func (v *visit) leave(ctx context.Context) error {
	if v.state.Room <= 0 {
		return v.last(ctx, v.say.Full)
	}
	key, _, err := v.hear(ctx, v.greeting())
	if err != nil {
		return err
	}
	if key == '*' && v.state.HasPIN { // its owner, from somebody else's phone
		return v.To(ctx, v.At+".access")
	}
	var m message
	// Whatever happens from here on, what was said is kept.
	defer func() {
		if m.draft != nil {
			if _, err := m.draft.Finish(m.urgent); err != nil {
				v.note(ctx, "a message could not be kept", err)
			}
		}
	}()
	for silent := 0; silent < tries; {
		got, err := v.take(ctx, &m)
		if err != nil {
			return v.cannot(ctx, err)
		}
		again := v.say.NotHeard
		if m.draft == nil {
			silent++
		} else {
			long := ""
			if got.Length >= v.state.MaxLength {
				long = v.say.TooLong
			}
			more, err := v.review(ctx, &m, long)
			if err != nil || !more {
				return err
			}
			again = v.say.Again
		}
		if err := v.tell(ctx, again); err != nil {
			return err
		}
	}
	return v.last(ctx, v.say.Bye)
}

// greeting is what callers hear first.
func (v *visit) greeting() host.Prompt {
	switch {
	case v.state.Recorded:
		return host.Prompt{Kept: host.Greeting}
	case v.state.Greeting != host.Prompt{}:
		return v.state.Greeting
	}
	return v.text(v.say.Greet(v.state.Owner, v.state.Number))
}

// take records a message, which takes the place of one that is there already once
// something was said.
func (v *visit) take(ctx context.Context, m *message) (app.Recorded, error) {
	d, err := v.box.Message(ctx)
	if errors.Is(err, host.ErrFull) && m.draft != nil { // there is room for one alone
		if err = m.draft.Discard(); err == nil {
			m.draft = nil
			d, err = v.box.Message(ctx)
		}
	}
	if err != nil {
		return app.Recorded{}, err
	}
	got, err := v.record(ctx, d)
	unwanted := d
	switch {
	case said(got):
		unwanted, m.draft = m.draft, d
	case err != nil && !over(ctx, err): // what was kept of it is the core's to judge
		return got, err
	}
	if unwanted != nil {
		if err := unwanted.Discard(); err != nil {
			v.note(ctx, "a message that nobody wants could not be thrown away", err)
		}
	}
	return got, err
}

// review lets the caller choose what becomes of the message. More says that it is
// to be recorded again.
func (v *visit) review(ctx context.Context, m *message, first string) (more bool, err error) {
	for silent := 0; silent < tries-1; {
		key, err := v.ask(ctx, first, v.say.Review)
		first = ""
		if err != nil {
			return false, err
		}
		switch key {
		case '1', '#':
			silent = tries
		case '2':
			if err := m.draft.Flush(); err != nil {
				return false, v.cannot(ctx, err)
			}
			if _, _, err := v.play(ctx, host.Prompt{Kept: m.draft.ID}); err != nil {
				return false, err
			}
		case '3':
			return true, nil
		case '4':
			m.urgent = !m.urgent
			first = v.say.Usual
			if m.urgent {
				first = v.say.Urgent
			}
		default:
			silent++
		}
	}
	d := m.draft
	m.draft = nil
	if _, err := d.Finish(m.urgent); err != nil {
		return false, v.cannot(ctx, err)
	}
	return false, v.last(ctx, v.say.Left)
}

// cannot tells a caller that nothing can be recorded.
func (v *visit) cannot(ctx context.Context, err error) error {
	if over(ctx, err) {
		return err
	}
	v.note(ctx, "a message cannot be recorded", err)
	text := v.say.Failed
	if errors.Is(err, host.ErrFull) {
		text = v.say.Full
	}
	return v.last(ctx, text)
}
