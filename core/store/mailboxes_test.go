package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/sdk/event"
)

func TestMailboxes(t *testing.T) {
	s := open(t, t.TempDir(), nil, nil)
	ctx := t.Context()
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	put := func(id, box string, after time.Duration, urgent, heard, draft bool) event.Message {
		m := event.Message{ID: id, Mailbox: box, Call: "c", From: "+4930", Name: "Anna", Began: at.Add(after), Seconds: 2.5, Bytes: 44, Urgent: urgent, Heard: heard, Incomplete: "cut"}
		if err := s.PutMessage(ctx, Message{m, draft}); err != nil {
			t.Fatal(err)
		}
		return m
	}
	a, b := put("a", "office", 0, false, true, false), put("b", "office", time.Minute, true, false, false)
	put("d", "office", 2*time.Minute, false, false, true)
	put("e", "home", 0, false, false, false)

	ids := func(q MessageQuery) (ids string) {
		t.Helper()
		found, err := s.Messages(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range found {
			ids += m.ID
		}
		return ids
	}
	for want, q := range map[string]MessageQuery{
		"ba": {Mailbox: "office"}, "dba": {Mailbox: "office", Drafts: true}, "b": {Mailbox: "office", Limit: 1},
		"a": {Mailbox: "office", After: "b"}, "e": {Mailbox: "home"}, "": {Mailbox: "none"},
	} {
		if got := ids(q); got != want {
			t.Errorf("%+v: %s, want %s", q, got, want)
		}
	}
	if got, err := s.Message(ctx, "office", "b"); err != nil || got != b {
		t.Error(cmp.Diff(b, got), err)
	}
	for name, id := range map[string]string{"another mailbox's": "e", "a draft": "d", "none": "x"} {
		if _, err := s.Message(ctx, "office", id); !errors.Is(err, ErrUnknownMessage) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := s.MarkMessage(ctx, "office", id, true); !errors.Is(err, ErrUnknownMessage) {
			t.Errorf("%s was marked: %v", name, err)
		}
	}
	for _, c := range []struct{ heard, news bool }{{true, false}, {false, true}, {false, false}} {
		if news, err := s.MarkMessage(ctx, "office", "a", c.heard); err != nil || news != c.news {
			t.Errorf("marked %v: news %v, %v", c.heard, news, err)
		}
	}
	if err := s.SetMessageTranscript(ctx, "a", "hello"); err != nil {
		t.Error(err)
	}
	a.Heard, a.Transcript = false, "hello"
	if got, err := s.Message(ctx, "office", "a"); err != nil || got != a {
		t.Error(cmp.Diff(a, got), err)
	}
	if err := s.SetMessageTranscript(ctx, "x", "hello"); !errors.Is(err, ErrUnknownMessage) {
		t.Errorf("the transcript of none: %v", err)
	}
	counts, err := s.MessageCounts(ctx)
	want := map[string]event.Mailbox{"office": {Name: "office", New: 2, NewUrgent: 1}, "home": {Name: "home", New: 1}}
	if d := cmp.Diff(want, counts); d != "" || err != nil {
		t.Error(d, err)
	}
	for range 2 {
		if err := s.DropMessage(ctx, "a"); err != nil {
			t.Error(err)
		}
	}
	if got := ids(MessageQuery{Mailbox: "office"}); got != "b" {
		t.Errorf("left are %s", got)
	}
}

func TestMailboxState(t *testing.T) {
	s := open(t, t.TempDir(), nil, nil)
	ctx := t.Context()
	if m, err := s.MailboxState(ctx, "office"); err != nil || m != (MailboxState{}) {
		t.Errorf("at first: %+v, %v", m, err)
	}
	until := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	want := MailboxState{PIN: "h", InsteadOf: "i", Wrong: 3, Locked: &until}
	if err := s.SetMailboxState(ctx, "office", want); err != nil {
		t.Fatal(err)
	}
	if m, err := s.MailboxState(ctx, "office"); err != nil || !cmp.Equal(m, want) {
		t.Error(cmp.Diff(want, m), err)
	}
}
