package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
)

// toolbox notes what is wished of tools.
type toolbox struct{ wishes []string }

func (b *toolbox) note(id, what string) error {
	if id != "CALL1" {
		return &call.Error{Cause: call.NotFound, Text: "there is no call " + id}
	}
	b.wishes = append(b.wishes, what)
	return nil
}

func (b *toolbox) AttachTool(id string, t call.ToolWish, by call.Actor) (call.ToolInfo, error) {
	if t.Name == "twice" {
		return call.ToolInfo{}, &call.Error{Cause: call.NotNow, Text: "it listens already"}
	}
	return call.ToolInfo{Name: t.Name, Plugin: t.Plugin, State: "attaching"}, b.note(id, fmt.Sprintf("attach %s of %s by %s, announced: %v", t.Name, t.Plugin, by.Name, t.Announce))
}

func (b *toolbox) DetachTool(id, name string, _ call.Actor) error {
	return b.note(id, "detach "+name)
}

func (b *toolbox) ControlTool(_ context.Context, id, name, verb string, _ call.Actor) error {
	return b.note(id, verb+" "+name)
}

func TestTools(t *testing.T) {
	o, box := newOffice(), new(toolbox)
	opt := o.options()
	opt.Tools, opt.Recorder = box, "recorder"
	s := serveOptions(t, opt)
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"POST", "/api/v1/calls/CALL1/tools", `{"announce":true}`, 201, `"name":"record"`},
		{"POST", "/api/v1/calls/CALL1/tools", `{}`, 201, `"name":"record","plugin":"recorder","state":"attaching"`},
		{"POST", "/api/v1/calls/CALL1/tools", `{"use":"meter"}`, 201, `"name":"meter","plugin":"meter"`},
		{"POST", "/api/v1/calls/CALL1/tools", `{"use":"meter","name":"n"}`, 201, `"name":"n"`},
		{"POST", "/api/v1/calls/CALL1/tools", `{"name":"twice"}`, 409, "listens already"},
		{"POST", "/api/v1/calls/CALL1/tools", `{"name":"../x"}`, 422, "pattern"},
		{"POST", "/api/v1/calls/NONE/tools", `{}`, 404, "no call NONE"},
		{"PATCH", "/api/v1/calls/CALL1/tools/record", `{"do":"pause"}`, 204, ""},
		{"DELETE", "/api/v1/calls/CALL1/tools/record", "", 204, ""},
		{"DELETE", "/api/v1/calls/NONE/tools/record", "", 404, "no call NONE"},
		{"GET", "/api/v1/calls/NONE/tools", "", 404, "NONE"},
	} {
		res, body := ask(t, s, c.method, c.path, c.body)
		if res.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s %s %s: %d %s", c.method, c.path, c.body, res.StatusCode, body)
		}
	}
	want := []string{"attach record of recorder by admin, announced: true", "attach record of recorder by admin, announced: false", "attach meter of meter by admin, announced: false", "attach n of meter by admin, announced: false", "pause record", "detach record"}
	if !slices.Equal(box.wishes, want) {
		t.Errorf("wished %q", box.wishes)
	}
}

// shelf is a list of recordings.
type shelf struct{ list []event.Recording }

func (l *shelf) Recordings(_ context.Context, q store.RecordingQuery) ([]event.Recording, error) {
	i := slices.IndexFunc(l.list, func(r event.Recording) bool { return r.ID == q.After })
	if q.After != "" && i < 0 {
		return nil, store.ErrUnknownRecording
	}
	var found []event.Recording
	for _, r := range l.list[i+1:] {
		if (q.Call == "" || r.Call == q.Call) && len(found) < q.Limit {
			found = append(found, r)
		}
	}
	return found, nil
}

func (l *shelf) Recording(_ context.Context, id string) (event.Recording, error) {
	for _, r := range l.list {
		if r.ID == id {
			return r, nil
		}
	}
	return event.Recording{}, store.ErrUnknownRecording
}

func TestRecordings(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.wav"), []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	l := &shelf{list: []event.Recording{
		{ID: "c", Call: "C2", Began: at, Channels: []string{}},
		{ID: "b", Call: "C1", Began: at, Ended: &at, File: "gone.wav", Format: "wav", Channels: []string{}},
		{ID: "a", Call: "C1", Began: at, Ended: &at, File: "a.wav", Format: "wav", Channels: []string{"101", "mixed"}},
	}}
	var deleted []string
	opt := newOffice().options()
	opt.Recordings = l
	opt.OpenRecording = func(r event.Recording) (*os.File, error) { return os.Open(filepath.Join(dir, r.File)) }
	opt.DeleteRecording = func(_ context.Context, r event.Recording) error { deleted = append(deleted, r.ID); return nil }
	s := serveOptions(t, opt)
	for _, c := range []struct {
		method, path string
		header       []string
		status       int
		says         string
	}{
		{"GET", "", nil, 200, `[{"id":"c"`},
		{"GET", "?limit=2", nil, 200, `"id":"b"`},
		{"GET", "?after=b", nil, 200, `[{"id":"a"`},
		{"GET", "?call=C1&limit=1", nil, 200, `[{"id":"b"`},
		{"GET", "?after=nobody", nil, 422, "no recording nobody"},
		{"GET", "/a", nil, 200, `"channels":["101","mixed"]`},
		{"GET", "/x", nil, 404, "no recording x"},
		{"GET", "/a/audio", nil, 200, "0123456789"},
		{"GET", "/a/audio", []string{"Range: bytes=3-5"}, 206, "345"},
		{"GET", "/a/audio", []string{"Range: bytes=-2"}, 206, "89"},
		{"GET", "/a/audio", []string{"Range: bytes=20-"}, 416, "range"},
		{"GET", "/b/audio", nil, 404, "somebody has removed gone.wav"},
		{"GET", "/c/audio", nil, 404, "goes on"},
		{"GET", "/x/audio", nil, 404, "no recording x"},
		{"DELETE", "/a", nil, 204, ""},
		{"DELETE", "/c", nil, 409, "goes on"},
		{"DELETE", "/x", nil, 404, "no recording x"},
	} {
		res, body := ask(t, s, c.method, "/api/v1/recordings"+c.path, "", c.header...)
		if res.StatusCode != c.status || !strings.Contains(body, c.says) {
			t.Errorf("%s %s: %d %s", c.method, c.path, res.StatusCode, body)
		}
		if more := res.Header.Get("Link"); (more != "") != strings.Contains(c.path, "limit=") {
			t.Errorf("%s goes on at %q", c.path, more)
		}
	}
	if !slices.Equal(deleted, []string{"a"}) {
		t.Errorf("deleted %q", deleted)
	}
	req, _ := http.NewRequest("GET", s.URL+"/api/v1/recordings/a/audio", nil)
	if res, err := http.DefaultClient.Do(req); err != nil || res.StatusCode != 401 {
		t.Errorf("without a token: %v, %v", res.Status, err)
	}
}

func serveOptions(t *testing.T, opt api.Options) *httptest.Server {
	t.Helper()
	a, err := api.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(a)
	t.Cleanup(func() { a.Close(); s.Close() })
	return s
}
