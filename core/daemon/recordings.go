package daemon

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/archive"
	"github.com/plugboard/plugboard/sdk/event"
)

// recordingsDir is where recordings are kept.
func recordingsDir(c *config.Config) string { return filepath.Join(c.PBX.DataDir, "recordings") }

// makeRecordings makes the directory of recordings.
func (d *Daemon) makeRecordings() (string, error) {
	dir, err := filepath.Abs(recordingsDir(d.cfg()))
	if err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o700)
}

// keeper keeps what plugins make: the list of recordings, and transcripts.
type keeper struct{ d *Daemon }

// keepTime is how long the database may take.
const keepTime = 10 * time.Second

// Recording implements the core's end of [archive.Archive].
func (k keeper) Recording(plugin string, r archive.Recording) error {
	ctx, cancel := context.WithTimeout(context.Background(), keepTime)
	defer cancel()
	if r.ID == "" || r.File != filepath.Base(r.File) && r.File != "" {
		return errors.New("a recording has an id, and its file lies in the directory of recordings")
	}
	e := event.Recording{
		ID: r.ID, Plugin: plugin, Call: r.Call, From: r.From, To: r.To, Route: r.Route, Began: r.Began.UTC(), Seconds: r.Lasts.Seconds(),
		Bytes: r.Bytes, File: r.File, Format: r.Format, Channels: append([]string{}, r.Channels...), Incomplete: r.Incomplete,
	}
	kind := event.RecordingStarted
	if !r.Ended.IsZero() {
		ended := r.Ended.UTC()
		e.Ended, kind = &ended, event.RecordingEnded
	}
	news, err := k.d.store.PutRecording(ctx, e)
	if news {
		k.d.emit(event.Event{Time: time.Now().UTC(), Type: kind, Data: e})
	}
	return err
}

// RecordingGone implements the core's end of [archive.Archive].
func (k keeper) RecordingGone(_, id string) error {
	ctx, cancel := context.WithTimeout(context.Background(), keepTime)
	defer cancel()
	if err := k.d.store.DropRecording(ctx, id); !errors.Is(err, store.ErrUnknownRecording) {
		return err
	}
	return nil
}

// Recordings are those that a query picks, the latest first.
func (d *Daemon) Recordings(ctx context.Context, q store.RecordingQuery) ([]event.Recording, error) {
	return d.store.Recordings(ctx, q)
}

// OpenRecording opens the file of a finished recording, which nothing in its name
// can lead out of its directory.
func (d *Daemon) OpenRecording(r event.Recording) (*os.File, error) {
	root, err := os.OpenRoot(recordingsDir(d.cfg()))
	if err != nil {
		return nil, err
	}
	defer root.Close()
	return root.Open(r.File)
}

// DeleteRecording removes a finished recording: its file, what stands beside it,
// and it from the list.
func (d *Daemon) DeleteRecording(ctx context.Context, r event.Recording) error {
	root, err := os.OpenRoot(recordingsDir(d.cfg()))
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range []string{r.File, r.ID + ".json"} {
		if err := root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return d.store.DropRecording(ctx, r.ID)
}
