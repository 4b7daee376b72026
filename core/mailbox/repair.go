package mailbox

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/host"
	"github.com/plugboard/plugboard/sdk/media/sound"
)

// Every is how often [Boxes.Run] looks for what is to be deleted and repaired.
const Every = time.Hour

// Run repairs, and deletes what was kept long enough, at once and at intervals until
// ctx ends.
func (b *Boxes) Run(ctx context.Context) {
	clock := time.NewTicker(Every)
	defer clock.Stop()
	for {
		b.Repair(ctx)
		b.expire(ctx)
		select {
		case <-clock.C:
		case <-ctx.Done():
			return
		}
	}
}

// expire deletes the messages that were kept long enough.
func (b *Boxes) expire(ctx context.Context) {
	keep := map[string]time.Duration{}
	for _, x := range b.opt.Boxes() {
		keep[x.Name] = x.Keep
	}
	found, err := b.opt.Store.Messages(ctx, store.MessageQuery{})
	changed := map[string]bool{}
	for _, m := range found {
		d, ok := keep[m.Mailbox]
		if !ok {
			d = DefaultKeep
		}
		if time.Since(m.Began) < d {
			continue
		}
		if err = errors.Join(err, b.remove(ctx, m.Mailbox, m.ID)); err == nil {
			changed[m.Mailbox] = true
			b.opt.Log.Info("a message was kept long enough, and is deleted", "mailbox", m.Mailbox, "message", m.ID, "began", m.Began)
		}
	}
	for box := range changed {
		b.tell(box, nil)
	}
	if err != nil && ctx.Err() == nil {
		b.opt.Log.Error("old messages are not deleted; that is tried again", "error", err)
	}
}

// Repair makes files and list agree: what a crash cut off becomes a message, what
// is in the list without a file leaves it. What is recorded now is left alone.
func (b *Boxes) Repair(ctx context.Context) {
	b.mu.Lock()
	var owed []store.Message
	for _, m := range b.owed {
		owed = append(owed, m)
	}
	b.mu.Unlock()
	for _, m := range owed {
		b.list(m.Message)
	}
	listed, err := b.opt.Store.Messages(ctx, store.MessageQuery{Drafts: true})
	if err != nil {
		if ctx.Err() == nil { // else the daemon is about to stop
			b.opt.Log.Error("the mailboxes are not looked through; that is tried again", "error", err)
		}
		return
	}
	rows := map[string]store.Message{}
	for _, m := range listed {
		rows[m.ID] = m
	}
	err = fs.WalkDir(b.root.FS(), ".", func(at string, e fs.DirEntry, err error) error {
		dir, name, ok := strings.Cut(at, "/")
		if err != nil || !ok || e.IsDir() {
			return err
		}
		box, err := url.PathUnescape(dir)
		if err != nil {
			return nil // no file of ours
		}
		id, drafted := strings.CutSuffix(name, suffix+part)
		if !drafted {
			if id, ok = strings.CutSuffix(name, suffix); !ok {
				return nil
			}
		}
		row, known := rows[id]
		delete(rows, id)
		switch {
		case b.busy(id), id == host.Greeting, !drafted && known && !row.Draft:
			return nil
		case strings.HasPrefix(id, host.Greeting+"-"):
			return b.root.Remove(at)
		}
		if err := b.salvage(ctx, at, box, id); err != nil {
			b.opt.Log.Error("a message that was cut off cannot be repaired; that is tried again", "mailbox", box, "message", id, "error", err)
		}
		return nil
	})
	if err != nil {
		if ctx.Err() == nil { // else the daemon is about to stop
			b.opt.Log.Error("the mailboxes are not looked through; that is tried again", "error", err)
		}
		return
	}
	for id, m := range rows {
		if b.busy(id) || b.has(path(m.Mailbox, id)) || b.has(path(m.Mailbox, id)+part) {
			continue // it was finished while the directory was read
		}
		b.opt.Log.Warn("the file of a message is gone, and so is the message", "mailbox", m.Mailbox, "message", id, "from", m.From, "began", m.Began)
		if err := b.opt.Store.DropMessage(ctx, id); err != nil {
			b.opt.Log.Error("it stays in the list; that is tried again", "message", id, "error", err)
		} else if !m.Draft {
			b.tell(m.Mailbox, nil)
		}
	}
}

// busy says whether a message is recorded now, or waits for the database.
func (b *Boxes) busy(id string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	_, draft := b.drafts[id]
	_, owed := b.owed[id]
	return draft || owed
}

func (b *Boxes) has(at string) bool {
	_, err := b.root.Stat(at)
	return err == nil
}

// salvage makes a message of what was written. What the list said of it a moment
// ago may be old; now that nobody records it, it is not.
func (b *Boxes) salvage(ctx context.Context, at, box, id string) error {
	m := event.Message{ID: id, Mailbox: box}
	row, err := b.opt.Store.Messages(ctx, store.MessageQuery{ID: id, Drafts: true})
	known := len(row) > 0
	switch {
	case err != nil:
		return err
	case known && !row[0].Draft:
		return nil
	case known:
		m = row[0].Message
	}
	f, err := b.root.OpenFile(at, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	size := (info.Size() - sound.WAVHead) &^ 1
	whole := !strings.HasSuffix(at, part) // only the list does not know yet
	if size < shortest && !whole {
		return errors.Join(b.root.Remove(at), b.opt.Store.DropMessage(ctx, m.ID))
	}
	if !whole {
		if err := seal(f, size); err != nil {
			return err
		}
		if err := b.root.Rename(at, path(m.Mailbox, m.ID)); err != nil {
			return err
		}
		m.Incomplete = "the recording was cut off"
	}
	size = max(0, size)
	m.Seconds, m.Bytes = float64(size)/second, sound.WAVHead+size
	if !known {
		m.Began = info.ModTime().Add(-time.Duration(m.Seconds * float64(time.Second))).UTC()
		m.Incomplete = "who left it was not written down"
	}
	b.list(m)
	return nil
}
