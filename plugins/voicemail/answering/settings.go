package answering

import (
	"context"
	"errors"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/host"
)

// greetings lets the owner say what callers hear first.
func (v *visit) greetings(ctx context.Context) error {
	first := ""
	for silent := 0; silent < tries; {
		key, err := v.ask(ctx, first, v.say.Greeting)
		first = ""
		if err != nil {
			return err
		}
		switch key {
		case '1':
			if !v.state.Recorded {
				if err := v.tell(ctx, v.say.NoneRecorded); err != nil {
					return err
				}
			}
			_, _, err = v.play(ctx, v.greeting())
		case '2':
			first, err = v.newGreeting(ctx)
		case '3':
			first, err = v.dropGreeting(ctx)
		case '*':
			return nil
		case 0:
			silent++
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// dropGreeting deletes the recorded greeting.
func (v *visit) dropGreeting(ctx context.Context) (text string, err error) {
	if err := v.box.Delete(ctx, host.Greeting); err != nil && !errors.Is(err, host.ErrNoMessage) {
		return "", err
	}
	v.state.Recorded = false
	return v.say.IsUsual, nil
}

// newGreeting records a greeting, and lets its owner hear it before others do. It
// returns what there is to say then.
func (v *visit) newGreeting(ctx context.Context) (text string, err error) {
	ask := v.say.Record
	for silent := 0; silent < tries; {
		if err := v.tell(ctx, ask); err != nil {
			return "", err
		}
		d, err := v.box.Greeting(ctx)
		if err != nil {
			return "", err
		}
		got, err := v.record(ctx, d)
		key := byte('3')
		switch {
		case err != nil:
		case said(got):
			ask = v.say.Record
			key, err = v.check(ctx, d)
		default:
			ask = v.say.NotHeard
			silent++
		}
		if err == nil && key == '1' {
			if _, err = d.Finish(false); err == nil {
				v.state.Recorded = true
				return v.say.IsKept, nil
			}
		}
		if gone := d.Discard(); err == nil {
			err = gone
		}
		if err != nil || key != '3' {
			return "", err
		}
	}
	return "", nil
}

// check asks what becomes of a new greeting: 1 is that it is used, 3 that it is
// recorded again.
func (v *visit) check(ctx context.Context, d *app.Draft) (key byte, err error) {
	if err := d.Flush(); err != nil {
		return 0, err
	}
	for silent := 0; silent < tries; {
		if key, err = v.ask(ctx, v.say.Check); err != nil {
			return 0, err
		}
		switch key {
		case '1', '3', '*':
			return key, nil
		case '2':
			if _, _, err := v.play(ctx, host.Prompt{Kept: d.ID}); err != nil {
				return 0, err
			}
		case 0:
			silent++
		}
	}
	return 0, nil
}

// changePIN lets the owner choose another PIN, twice the same.
func (v *visit) changePIN(ctx context.Context) error {
	pin, err := v.pin(ctx, v.say.NewPIN)
	if err != nil || pin == "" {
		return err
	}
	again, err := v.pin(ctx, v.say.Repeat)
	if err != nil {
		return err
	}
	if again != pin {
		return v.tell(ctx, v.say.Differ)
	}
	err = v.box.SetPIN(ctx, pin)
	switch {
	case errors.Is(err, host.ErrPIN):
		return v.tell(ctx, v.say.BadPIN)
	case err != nil:
		return err
	}
	v.state.HasPIN = true
	return v.tell(ctx, v.say.PINSet)
}
