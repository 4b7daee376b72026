package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/sdk/event"
)

func TestRecordings(t *testing.T) {
	s := open(t, t.TempDir(), nil, nil)
	ctx := t.Context()
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	put := func(r event.Recording, want bool) {
		t.Helper()
		if news, err := s.PutRecording(ctx, r); err != nil || news != want {
			t.Errorf("%s: news is %v, %v", r.ID, news, err)
		}
	}
	a := event.Recording{ID: "a", Plugin: "recorder", Call: "c1", From: "101", To: "102", Route: "r", Began: at, Format: "wav", Channels: []string{}}
	put(a, true)
	put(a, false)
	ended := at.Add(time.Minute)
	a.Ended, a.Seconds, a.File, a.Bytes, a.Channels, a.Incomplete = &ended, 59.5, "a.wav", 1234, []string{"101", "102", "mixed"}, "the disk is full"
	put(a, true)
	put(a, false)
	b := event.Recording{ID: "b", Plugin: "recorder", Call: "c2", Began: at.Add(time.Hour), Format: "wav", Channels: []string{}}
	put(b, true)
	if got, err := s.Recording(ctx, "a"); err != nil || !cmp.Equal(got, a) {
		t.Error(cmp.Diff(a, got), err)
	}
	for _, c := range []struct {
		q    RecordingQuery
		want []event.Recording
	}{
		{RecordingQuery{}, []event.Recording{b, a}},
		{RecordingQuery{Limit: 1}, []event.Recording{b}},
		{RecordingQuery{After: "b"}, []event.Recording{a}},
		{RecordingQuery{Call: "c1"}, []event.Recording{a}},
		{RecordingQuery{Call: "c3"}, []event.Recording{}},
	} {
		if got, err := s.Recordings(ctx, c.q); err != nil || !cmp.Equal(got, c.want) {
			t.Errorf("%+v: %s %v", c.q, cmp.Diff(c.want, got), err)
		}
	}
	if err := s.DropRecording(ctx, "a"); err != nil {
		t.Error(err)
	}
	_, one := s.Recording(ctx, "a")
	_, list := s.Recordings(ctx, RecordingQuery{After: "a"})
	for _, err := range []error{s.DropRecording(ctx, "a"), one, list} {
		if !errors.Is(err, ErrUnknownRecording) {
			t.Errorf("one that is gone: %v", err)
		}
	}
}
