package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/sdk/event"
)

func TestTranscripts(t *testing.T) {
	s := open(t, t.TempDir(), nil, nil)
	ctx := t.Context()
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	say := func(call, leg, text string, after time.Duration) event.Utterance {
		ended := at.Add(after + time.Second)
		return event.Utterance{Plugin: "transcriber", Call: call, Leg: leg, Name: leg, Number: "101", Began: at.Add(after), Ended: &ended, Text: text, LagSeconds: 0.5}
	}
	answer, question := say("c1", "l2", "yes", 2*time.Second), say("c1", "l1", "", 0)
	for _, u := range []event.Utterance{answer, question, say("c2", "l3", "else", time.Second)} {
		if err := s.PutUtterance(ctx, u); err != nil {
			t.Fatal(err)
		}
	}
	question.Missing = "the engine is too slow" // the same again, with more known of it
	if err := s.PutUtterance(ctx, question); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Transcript(ctx, "c1"); err != nil || !cmp.Equal(got, []event.Utterance{question, answer}) {
		t.Error(cmp.Diff([]event.Utterance{question, answer}, got), err)
	}
	if err := s.DropTranscript(ctx, "c1"); err != nil {
		t.Error(err)
	}
	_, gone := s.Transcript(ctx, "c1")
	for _, err := range []error{gone, s.DropTranscript(ctx, "c1")} {
		if !errors.Is(err, ErrUnknownTranscript) {
			t.Errorf("one that is gone: %v", err)
		}
	}
	if got, err := s.Transcript(ctx, "c2"); err != nil || len(got) != 1 {
		t.Errorf("another call has %v, %v", got, err)
	}
}
