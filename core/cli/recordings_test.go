package cli_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
)

func (a *acts) AttachTool(id string, w call.ToolWish, by call.Actor) (call.ToolInfo, error) {
	how := "attach"
	if w.Announce {
		how = "announce and attach"
	}
	return call.ToolInfo{Name: w.Name, Plugin: w.Plugin}, a.tool(id, by, how, w.Name, w.Plugin)
}
func (a *acts) DetachTool(id, name string, by call.Actor) error {
	return a.tool(id, by, "detach", name)
}
func (a *acts) ControlTool(_ context.Context, id, name, verb string, by call.Actor) error {
	return a.tool(id, by, verb, name)
}

func (a *acts) tool(id string, by call.Actor, words ...string) error {
	if id == "01J9" {
		return &call.Error{Cause: call.NotFound, Text: "there is no call " + id}
	}
	return a.Do(by, "", words...)
}

func (a *acts) deleteRecording(_ context.Context, r event.Recording) error {
	return a.Do(call.Actor{Name: "admin"}, "", "delete", r.ID)
}

// shelf has two recordings: one that goes on, and one that is over.
type shelf struct{}

func (shelf) list() []event.Recording {
	ended := now.Add(-time.Hour)
	return []event.Recording{
		{ID: "R2", Call: "01J8", From: "101", To: "102", Began: now, Channels: []string{}},
		{ID: "R1", Call: "01J7", From: "101", To: "103", Began: ended.Add(-90 * time.Second), Ended: &ended, Seconds: 90, Bytes: 2_880_044,
			File: "R1.wav", Format: "wav", Channels: []string{"101", "103", "mixed"}, Incomplete: "the disk was full"},
	}
}

// Recordings implements api.Recordings.
func (s shelf) Recordings(_ context.Context, q store.RecordingQuery) (found []event.Recording, _ error) {
	for _, r := range s.list() {
		if q.Call == "" || q.Call == r.Call {
			found = append(found, r)
		}
	}
	return found[:min(len(found), q.Limit)], nil
}

// Recording implements api.Recordings.
func (s shelf) Recording(_ context.Context, id string) (event.Recording, error) {
	for _, r := range s.list() {
		if r.ID == id {
			return r, nil
		}
	}
	return event.Recording{}, store.ErrUnknownRecording
}

func openRecording(event.Recording) (*os.File, error) {
	f, err := os.CreateTemp("", "recording")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, err
	}
	_, err = f.WriteString("RIFF and so on")
	return f, err
}

func TestRecord(t *testing.T) {
	recorded := aCall()
	recorded.Tools = []call.ToolInfo{{Name: "n", Plugin: "meter", State: "listening"}, {Name: "record", Plugin: "recorder", State: "recording"}}
	met := call.Info{ID: "01M1", State: "up", Tools: []call.ToolInfo{
		{Name: "record", Plugin: "recorder", State: "lost"}, {Name: "conference", Plugin: "recorder", State: "recording"}}}
	both := call.Info{ID: "01M2", State: "up", Tools: []call.ToolInfo{
		{Name: "record", Plugin: "recorder", State: "recording"}, {Name: "conference", Plugin: "recorder", State: "paused"}}}
	o := &office{calls: []call.Info{recorded, met, both, {ID: "01M3", State: "up"}}}
	path := daemon(t, o)
	for _, tt := range []struct {
		command string
		code    int
		says    string
	}{
		{"record 01J8", 0, "Call 01J8 is recorded. Its parties are not told.\n"},
		{"record 01J8 --announce", 0, "Call 01J8 is recorded once its parties are told.\n"},
		{"record 01J8 --pause", 0, "The recording of call 01J8 is paused.\n"},
		{"record 01J8 --resume", 0, "Call 01J8 is recorded again.\n"},
		{"record 01J8 --stop", 0, "The recording of call 01J8 has ended.\n"},
		{"record 01M1 --pause", 0, "The recording of call 01M1 is paused.\n"},
		{"record 01M2 --resume", 1, "call 01M2 has several recordings (record, conference): say which one with --name"},
		{"record 01M2 --resume --name conference", 0, "Call 01M2 is recorded again.\n"},
		{"record 01M3 --pause", 1, "call 01M3 is not recorded"},
		{"record 01M3 --announce --name second", 0, "Call 01M3 is recorded once its parties are told.\n"},
		{"record 01J9 --stop", 1, "no call 01J9"},
		{"record 01J9 --stop --name x", 1, "there is no call 01J9"},
		{"record 01J8 --stop --pause", 1, "can't be used together"},
		{"recordings R2 --delete", 2, "recording R2 goes on; stop it first"},
		{"recordings R1 --delete", 0, "Recording R1 is deleted.\n"},
		{"recordings --delete", 1, "which recording?"},
		{"recordings R3", 1, "there is no recording R3"},
		{"recordings R2 --save -", 1, "recording R2 goes on"},
		{"recordings R1 --save -", 0, "RIFF and so on"},
		{"recordings --call 01J6", 0, "No recordings.\n"},
	} {
		code, out, errs := run(t, append(strings.Fields(tt.command), "-c", path)...)
		if code != tt.code || code == 0 && out != tt.says || !strings.Contains(out+errs, tt.says) {
			t.Errorf("%s: %d, %q%q; want %d, %q", tt.command, code, out, errs, tt.code, tt.says)
		}
	}
	want := []string{
		"attach record recorder by admin", "announce and attach record recorder by admin", "pause record by admin", "resume record by admin",
		"detach record by admin", "pause conference by admin", "resume conference by admin", "announce and attach second recorder by admin", "delete R1 by admin",
	}
	if d := cmp.Diff(want, o.control.Done()); d != "" {
		t.Error(d)
	}

	_, out, _ := run(t, "recordings", "-c", path)
	for _, says := range []string{"101   102  goes on", "101   103  1:30", "2.9 MB", "101, 103, mixed", "the disk was full"} {
		if !strings.Contains(out, says) {
			t.Errorf("recordings says\n%s\nwithout %q", out, says)
		}
	}
	file := filepath.Join(t.TempDir(), "x.wav")
	if code, _, errs := run(t, "recordings", "R1", "--save", file, "-c", path); code != 0 {
		t.Errorf("--save: %d %s", code, errs)
	}
	if i, err := os.Stat(file); err != nil || i.Mode() != fs.FileMode(0o600) || i.Size() != 14 {
		t.Errorf("saved %v, %v", i, err)
	}
	if code, _, errs := run(t, "recordings", "R1", "--save", file, "-c", path); code != 1 || !strings.Contains(errs, "exists") {
		t.Errorf("--save over a file that is there: %d %s", code, errs)
	}
}
