package answering

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/plugboard/plugboard/plugins/voicemail/spoken"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/host"
)

// listen is the menu of a mailbox's owner.
func (v *visit) listen(ctx context.Context) error {
	if open, err := v.unlock(ctx); err != nil || !open {
		return err
	}
	defer v.sweep(ctx)
	first := v.say.Counted(spoken.Counts{New: v.state.New, Urgent: v.state.NewUrgent, Heard: v.state.Heard})
	for silent := 0; silent < tries; {
		key, err := v.ask(ctx, first, v.say.Main)
		first = ""
		switch {
		case err != nil:
		case key == '1':
			err = v.messages(ctx, false)
		case key == '2':
			err = v.messages(ctx, true)
		case key == '3':
			err = v.greetings(ctx)
		case key == '4':
			err = v.changePIN(ctx)
		case key == '*':
			silent = tries
		case key == 0:
			silent++
		}
		if err != nil {
			return err
		}
	}
	return v.last(ctx, v.say.Bye)
}

// unlock opens the mailbox, or says why not. The core counts the wrong PINs of all
// calls.
func (v *visit) unlock(ctx context.Context) (open bool, err error) {
	if !v.state.HasPIN {
		v.state, err = v.box.Unlock(ctx, "")
		if err == nil {
			return true, nil
		}
		if !errors.Is(err, host.ErrShut) {
			return false, err
		}
		return false, v.last(ctx, v.say.Shut)
	}
	ask := v.say.AskPIN
	for range tries {
		if v.state.Locked > 0 {
			return false, v.last(ctx, v.say.Locked(v.state.Locked))
		}
		pin, err := v.pin(ctx, ask)
		if err != nil {
			return false, err
		}
		ask = v.say.WrongPIN
		if pin == "" {
			ask = v.say.AskPIN
			continue
		}
		is, err := v.box.Unlock(ctx, pin)
		switch {
		case err == nil:
			v.state = is
			return true, nil
		case !errors.Is(err, host.ErrPIN) && !errors.Is(err, host.ErrLocked):
			return false, err
		}
		if v.state, err = v.box.Look(ctx); err != nil {
			return false, err
		}
	}
	return false, v.last(ctx, v.say.Bye)
}

// pin lets the caller enter a PIN. A star begins anew.
func (v *visit) pin(ctx context.Context, text string) (string, error) {
	if err := v.tell(ctx, text); err != nil {
		return "", err
	}
	const longest = 32 // with what was thrown away
	got, err := v.Digits(ctx, app.Digits{Max: longest, End: "#", First: forPIN, Next: betweenIt})
	return got[strings.LastIndexByte(got, '*')+1:], err
}

// sweep deletes what the caller deleted: at the end, for they may have thought
// better of it.
func (v *visit) sweep(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	for id := range v.gone {
		if err := v.box.Delete(ctx, id); err != nil && !errors.Is(err, host.ErrNoMessage) {
			v.note(ctx, "a message could not be deleted", err)
		}
	}
}

// messages plays the new messages, or the saved ones, one after the other.
func (v *visit) messages(ctx context.Context, saved bool) error {
	list, err := v.box.Messages(ctx)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(m host.Message) bool { return m.Heard != saved })
	if len(list) == 0 && saved {
		return v.tell(ctx, v.say.NoSaved)
	}
	if len(list) == 0 {
		return v.tell(ctx, v.say.NoNew)
	}
	for at := 0; at < len(list); {
		step, err := v.message(ctx, &list[at], spoken.Message{Place: at + 1, Of: len(list)})
		if err != nil || step == 0 {
			return err
		}
		at = max(0, at+step)
	}
	return v.tell(ctx, v.say.NoMore)
}
