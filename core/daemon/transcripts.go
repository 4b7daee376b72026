package daemon

import (
	"context"
	"errors"
	"time"

	"github.com/plugboard/plugboard/sdk/archive"
	"github.com/plugboard/plugboard/sdk/event"
)

// Transcript is what was said in a call, in its order.
func (d *Daemon) Transcript(ctx context.Context, call string) ([]event.Utterance, error) {
	return d.store.Transcript(ctx, call)
}

// Utterance implements the core's end of [archive.Archive].
func (k keeper) Utterance(plugin string, u archive.Utterance) error {
	if u.Call == "" || u.Leg == "" || u.Began.IsZero() {
		return errors.New("an utterance has a call, a leg and a time")
	}
	e := event.Utterance{
		Plugin: plugin, Call: u.Call, Leg: u.Leg, Name: u.Name, Number: u.Number,
		Began: u.Began.UTC(), Text: u.Text, Missing: u.Missing, LagSeconds: u.Lag.Seconds(),
	}
	if !u.Ended.IsZero() {
		ended := u.Ended.UTC()
		e.Ended = &ended
	}
	kind := event.TranscriptPartial
	var err error
	if u.Final {
		kind = event.TranscriptFinal
		if e.Ended == nil {
			return errors.New("an utterance that is final has ended")
		}
		ctx, cancel := context.WithTimeout(context.Background(), keepTime)
		defer cancel()
		err = k.d.store.PutUtterance(ctx, e)
	}
	k.d.emit(event.Event{Time: time.Now().UTC(), Type: kind, Data: e})
	return err
}
