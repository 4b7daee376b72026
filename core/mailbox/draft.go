package mailbox

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/host"
	"github.com/plugboard/plugboard/sdk/media/sound"
)

const (
	second = host.MailboxRate * 2 // in octets
	// shortest is what has to be in a draft that nobody finished, in octets: with
	// less, somebody has hung up at the tone.
	shortest = second
	// slack is how much longer than it may be a draft can get, in octets: an app
	// counts frames, and there is one on its way.
	slack = second
)

// draft is a message, or a greeting, that is recorded.
//
//	create ─▶ write… ─▶ finish: head, sync, .part away, list
//	             └────▶ discard: file and row go
type draft struct {
	b        *Boxes
	m        event.Message
	greeting bool
	most     int64 // octets

	mu   sync.Mutex
	file *os.File // nil: it is no draft any more
	size int64    // octets of sound
}

// newID names a message: no guess leads to it.
func newID() string { return strings.ToLower(rand.Text()[:16]) }

// create begins a draft's file and its row in the list.
func (b *Boxes) create(ctx context.Context, l *Loan, greeting bool) (*draft, error) {
	d := &draft{b: b, greeting: greeting, most: int64(l.box.MaxLength.Seconds()*second) + slack}
	d.m = event.Message{ID: newID(), Mailbox: l.Box, Call: l.Call, From: l.From, Name: l.FromName, Began: time.Now().UTC().Truncate(time.Microsecond)}
	if greeting {
		d.m.ID = host.Greeting + "-" + d.m.ID
	}
	if err := b.root.Mkdir(folder(l.Box), 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return nil, err
	}
	b.mu.Lock()
	b.drafts[d.m.ID] = d
	b.mu.Unlock()
	var err error
	if d.file, err = b.root.OpenFile(d.path()+part, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
		_, err = d.file.WriteAt(head(0), 0)
	}
	if err != nil {
		d.discard()
		return nil, err
	}
	if !greeting {
		if err := b.opt.Store.PutMessage(ctx, store.Message{Message: d.m, Draft: true}); err != nil {
			b.opt.Log.Error("who leaves a message is not written down yet", "mailbox", l.Box, "call", l.Call, "from", l.From, "error", err)
		}
	}
	return d, nil
}

func head(size int64) []byte { return sound.AppendWAVHead(nil, host.MailboxRate, 1, uint32(size)) }

// path is where the sound will be. While it is a draft, part follows.
func (d *draft) path() string { return path(d.m.Mailbox, d.m.ID) }

func (d *draft) length() int64 {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.size
}

// write appends sound.
func (d *draft) write(pcm []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.file == nil:
		return host.ErrNoMessage
	case len(pcm) > second || len(pcm)%2 != 0:
		return fmt.Errorf("%d octets are no sound of up to a second", len(pcm))
	case d.size+int64(len(pcm)) > d.most:
		return fmt.Errorf("it lasts longer than max_length")
	}
	n, err := d.file.WriteAt(pcm, sound.WAVHead+d.size)
	d.size += int64(n &^ 1)
	return err
}

// close ends the writing. It reports false if that was done.
func (d *draft) close() (*os.File, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f := d.file
	d.file = nil
	return f, f != nil
}

// forget lets [Boxes.Repair] look at the file again.
func (d *draft) forget() {
	d.b.mu.Lock()
	defer d.b.mu.Unlock()
	delete(d.b.drafts, d.m.ID)
}

// discard throws it away.
func (d *draft) discard() {
	defer d.forget()
	if f, ok := d.close(); ok {
		f.Close()
	}
	ctx, cancel := context.WithTimeout(context.Background(), storeTime)
	defer cancel()
	err := d.b.root.Remove(d.path() + part)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	if err = errors.Join(err, d.b.opt.Store.DropMessage(ctx, d.m.ID)); err != nil {
		d.b.opt.Log.Error("a message that its caller threw away is still there", "mailbox", d.m.Mailbox, "message", d.m.ID, "error", err)
	}
}

// finish makes it a message, or the greeting. What fails leaves a draft for
// [Boxes.Repair].
func (d *draft) finish(urgent bool) (event.Message, error) {
	defer d.forget()
	f, ok := d.close()
	if !ok {
		return event.Message{}, host.ErrNoMessage
	}
	err := seal(f, d.size)
	if err = errors.Join(err, f.Close()); err != nil {
		return event.Message{}, err
	}
	if d.greeting {
		return event.Message{}, d.b.root.Rename(d.path()+part, path(d.m.Mailbox, host.Greeting))
	}
	if err := d.b.root.Rename(d.path()+part, d.path()); err != nil {
		return event.Message{}, err
	}
	d.m.Urgent = urgent
	d.m.Seconds, d.m.Bytes = float64(d.size)/second, sound.WAVHead+d.size
	d.b.list(d.m)
	return d.m, nil
}

// seal makes size octets of sound a whole WAV file, on the disk.
func seal(f *os.File, size int64) error {
	if err := f.Truncate(sound.WAVHead + size); err != nil {
		return err
	}
	if _, err := f.WriteAt(head(size), 0); err != nil {
		return err
	}
	return f.Sync()
}

// list puts a message into the list, and tells. A message that the database does
// not take now is owed to it.
func (b *Boxes) list(m event.Message) {
	ctx, cancel := context.WithTimeout(context.Background(), storeTime)
	defer cancel()
	err := b.opt.Store.PutMessage(ctx, store.Message{Message: m})
	b.mu.Lock()
	if delete(b.owed, m.ID); err != nil {
		b.owed[m.ID] = store.Message{Message: m}
	}
	b.mu.Unlock()
	if err != nil {
		b.opt.Log.Error("a message is not in its mailbox's list yet; that is tried again", "mailbox", m.Mailbox, "call", m.Call, "from", m.From, "message", m.ID, "error", err)
		return
	}
	b.opt.Log.Info("a message was left", "mailbox", m.Mailbox, "call", m.Call, "from", m.From, "seconds", m.Seconds, "urgent", m.Urgent)
	b.tell(m.Mailbox, &m)
}
