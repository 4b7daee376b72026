package answering

import (
	"context"
	"errors"
	"time"

	"github.com/plugboard/plugboard/plugins/voicemail/spoken"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/host"
)

// leap is how far a key goes forward or back in a message.
const leap = 5 * time.Second

// player is one message that is heard:
//
//	header ──▶ plays ◀──5──▶ paused
//	             │ to its end     │ a minute
//	             ▼                │
//	           asks  ◀────────────┘
type player struct {
	*visit
	m     *host.Message
	about spoken.Message
	at    time.Duration // in it
	state playing
	first string // is said before the next question
}

type playing int

const (
	plays playing = iota
	pauses
	asks
)

// message plays one, and says which comes next: 1 and -1 for those beside it, 0
// for the menu.
func (v *visit) message(ctx context.Context, m *host.Message, about spoken.Message) (step int, err error) {
	about.Name, about.Number, about.At = m.FromName, m.From, m.Began
	about.Lasts, about.Urgent, about.Deleted = m.Lasts, m.Urgent, v.gone[m.ID]
	p := &player{visit: v, m: m, about: about}
	key, _, err := v.hear(ctx, v.text(v.say.Header(about, time.Now().In(v.zone))))
	for silent := 0; err == nil && silent < tries; {
		if key == 0 {
			key, err = p.next(ctx)
		}
		switch {
		case err != nil:
			return 0, err
		case key == 0 && p.state == asks:
			silent++
			continue
		case key == '*':
			return 0, nil
		}
		if step, err = p.press(ctx, key); step != 0 {
			return step, err
		}
		key = 0
	}
	return 0, err
}

// next goes on until a key is pressed, or, with 0, nothing comes by itself.
func (p *player) next(ctx context.Context) (key byte, err error) {
	switch p.state {
	case plays:
		var heard time.Duration
		key, heard, err = p.hear(ctx, host.Prompt{Kept: p.m.ID, From: p.at})
		if p.at += heard; key != 0 || err != nil {
			return key, err
		}
		if p.at+time.Second >= p.m.Lasts { // else it could not be heard
			err = p.mark(ctx)
		}
		p.state = asks
	case pauses:
		if key, err = p.key(ctx, paused); key == 0 {
			p.state = asks
		}
	case asks:
		first := p.first
		p.first = ""
		return p.ask(ctx, first, p.menu())
	}
	return key, err
}

func (p *player) menu() string {
	if p.gone[p.m.ID] {
		return p.say.Deleted
	}
	return p.say.Message
}

// mark says that the message was heard, and is kept.
func (p *player) mark(ctx context.Context) error {
	if p.m.Heard {
		return nil
	}
	p.m.Heard = true
	err := p.box.Mark(ctx, p.m.ID, true)
	if errors.Is(err, host.ErrNoMessage) { // somebody else has deleted it
		return nil
	}
	return err
}

// press does what a key says. Step is as of message.
func (p *player) press(ctx context.Context, key byte) (step int, err error) {
	switch key {
	case '1':
		p.at, p.state = 0, plays
	case '2':
		delete(p.gone, p.m.ID)
		if err := p.mark(ctx); err != nil {
			return 0, err
		}
		return 1, p.tell(ctx, p.say.Kept)
	case '3':
		if !p.gone[p.m.ID] {
			p.gone[p.m.ID] = true
			return 1, p.tell(ctx, p.say.Removed)
		}
		delete(p.gone, p.m.ID)
		p.about.Deleted = false
		p.first, p.state = p.say.Restored, asks
	case '4':
		p.at, p.state = max(0, p.at-leap), plays
	case '5':
		if p.state == plays {
			p.state = pauses
		} else {
			p.state = plays
		}
	case '6':
		p.at, p.state = min(p.m.Lasts, p.at+leap), plays
	case '7':
		return -1, nil
	case '8':
		p.state = asks
		p.first, err = p.callBack(ctx)
	case '9':
		return 1, nil
	case '0':
		err = p.tell(ctx, p.say.Envelope(p.about, time.Now().In(p.zone)))
	case '#':
		err = p.tell(ctx, p.say.Keys)
	}
	return 0, err
}

// callBack calls who left the message, and says what there is to say after it.
func (p *player) callBack(ctx context.Context) (text string, err error) {
	switch {
	case p.m.From == "":
		return p.say.NoNumber, nil
	case p.FromExtension == "": // what would it be allowed to dial?
		return p.say.NotFromHere, nil
	}
	if err := p.last(ctx, p.say.Calling); err != nil {
		return "", err
	}
	got, err := p.Dial(ctx, p.m.From, 0)
	p.Forget() // keys were for whom was called
	switch {
	case errors.Is(err, app.ErrRefused), err == nil && got.Talked == 0:
		return p.say.NotReached, nil
	case err != nil:
		return "", err
	}
	return "", nil
}
