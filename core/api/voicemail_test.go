package api_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/mailbox"
	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
)

// boxes are mailboxes.
type boxes struct {
	dir   string
	list  []event.Message // of mailbox office
	wrong error
	did   []string
}

func (b *boxes) List(context.Context) ([]event.Mailbox, error) {
	return []event.Mailbox{{Name: "office", Number: "*97", New: 2, NewUrgent: 1}, {Name: "home"}}, b.wrong
}

func (b *boxes) Messages(_ context.Context, box, after string, limit int) ([]event.Message, error) {
	i := slices.IndexFunc(b.list, func(m event.Message) bool { return m.ID == after })
	switch {
	case box != "office":
		return nil, mailbox.ErrUnknown
	case after != "" && i < 0:
		return nil, store.ErrUnknownMessage
	}
	return b.list[i+1 : min(len(b.list), i+1+limit)], nil
}

func (b *boxes) Message(_ context.Context, box, id string) (event.Message, error) {
	if box != "office" {
		return event.Message{}, mailbox.ErrUnknown
	}
	for _, m := range b.list {
		if m.ID == id {
			return m, nil
		}
	}
	return event.Message{}, store.ErrUnknownMessage
}

func (b *boxes) Mark(ctx context.Context, box, id string, heard bool) error {
	_, err := b.Message(ctx, box, id)
	if err == nil && heard {
		b.did = append(b.did, "heard "+id)
	}
	return err
}

func (b *boxes) Delete(ctx context.Context, box, id string) error {
	_, err := b.Message(ctx, box, id)
	if err == nil {
		b.did = append(b.did, "deleted "+id)
	}
	return err
}

func (b *boxes) Open(m event.Message) (*os.File, error) {
	return os.Open(filepath.Join(b.dir, m.ID+".wav"))
}

func (b *boxes) Of(number string) string { return map[string]string{"101": "office"}[number] }

func TestVoicemail(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	b := &boxes{dir: t.TempDir(), list: []event.Message{
		{ID: "c", Mailbox: "office", From: "101", Began: at, Transcript: "call me"}, {ID: "b", Mailbox: "office", Began: at}, {ID: "a", Mailbox: "office", Began: at},
	}}
	if err := os.WriteFile(filepath.Join(b.dir, "a.wav"), []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	opt := newOffice().options()
	opt.Voicemail = b
	s := serveOptions(t, opt)
	for _, c := range []struct {
		method, path, body string
		header             []string
		status             int
		says               string
	}{
		{"GET", "", "", nil, 200, `[{"name":"office","number":"*97","new":2,"new_urgent":1,"heard":0,"heard_urgent":0},{"name":"home"`},
		{"GET", "/office", "", nil, 200, `"transcript":"call me"`},
		{"GET", "/office?limit=2", "", nil, 200, `"id":"b"`},
		{"GET", "/office?after=b", "", nil, 200, `[{"id":"a"`},
		{"GET", "/office?after=x", "", nil, 422, "no message x"},
		{"GET", "/nobody", "", nil, 404, "no mailbox nobody"},
		{"GET", "/office/a", "", nil, 200, `"id":"a"`},
		{"GET", "/office/x", "", nil, 404, "mailbox office has no message x"},
		{"GET", "/home/a", "", nil, 404, "no mailbox home"},
		{"PATCH", "/office/a", `{"heard":true}`, nil, 200, `"id":"a"`},
		{"PATCH", "/office/a", `{}`, nil, 422, "heard"},
		{"PATCH", "/office/x", `{"heard":true}`, nil, 404, "no message x"},
		{"GET", "/office/a/audio", "", nil, 200, "0123456789"},
		{"GET", "/office/a/audio", "", []string{"Range: bytes=3-5"}, 206, "345"},
		{"GET", "/office/a/audio", "", []string{"Range: bytes=20-"}, 416, "range"},
		{"GET", "/office/b/audio", "", nil, 404, "somebody has removed it"},
		{"GET", "/office/x/audio", "", nil, 404, "no message x"},
		{"DELETE", "/office/b", "", nil, 204, ""},
		{"DELETE", "/office/x", "", nil, 404, "no message x"},
	} {
		res, body := ask(t, s, c.method, "/api/v1/voicemail"+c.path, c.body, c.header...)
		if res.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s %s: %d %s", c.method, c.path, res.StatusCode, body)
		}
		if more := res.Header.Get("Link"); (more != "") != strings.Contains(c.path, "limit=") {
			t.Errorf("%s goes on at %q", c.path, more)
		}
	}
	if want := []string{"heard a", "deleted b"}; !slices.Equal(b.did, want) {
		t.Errorf("did %q", b.did)
	}
	b.wrong = errors.New("the disk is gone")
	if res, body := ask(t, s, "GET", "/api/v1/voicemail", ""); res.StatusCode != 503 || !strings.Contains(body, "the disk is gone") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}
