package mailbox

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"golang.org/x/sys/unix"

	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/host"
)

const (
	// MaxMessages is how many a mailbox keeps. Then it is full.
	MaxMessages = 100
	// MinFree is how much of the disk a new message leaves to others, in octets.
	MinFree = 64 << 20
	// DefaultKeep is how long messages are kept whose mailbox is no longer
	// configured.
	DefaultKeep = 90 * 24 * time.Hour
)

// Box is a mailbox as the configuration has it.
type Box struct {
	Name   string
	Number string // that leads to it, "": none
	PIN    string // "": none
	// Owner and OwnerNumber are those of the one extension whose mailbox it is,
	// "" if there are more. Phones are the names of all.
	Owner, OwnerNumber string
	Phones             []string
	MaxLength, Keep    time.Duration
	Greeting           host.Prompt // zero: none
}

// Options are what [Boxes] are made with.
type Options struct {
	// Dir is the directory of mailboxes. It is made if there is none.
	Dir   string
	Store *store.Store
	// Boxes are the configured ones. They are asked for anew each time.
	Boxes func() []Box
	// Changed is told of a change in a mailbox.
	Changed func(event.Mailbox)
	// Left is told of each message that was left, once it is whole and in the
	// list. It must not wait. [Boxes.Open] has its sound.
	Left func(event.Message)
	Log  hclog.Logger
	// Free is how much room the disk has, in octets. Nil: it is asked.
	Free func(dir string) (uint64, error)
}

// Boxes are all mailboxes. Its methods are safe for concurrent use.
type Boxes struct {
	opt  Options
	root *os.Root

	mu     sync.Mutex
	loans  map[loanKey]*Loan
	drafts map[string]*draft        // that are recorded, by id
	owed   map[string]store.Message // that the database has not taken

	pins   chan struct{}                 // holds a token: one PIN is checked at a time
	states map[string]store.MailboxState // whoever has the token has them
}

// New opens the mailboxes. Close ends them.
func New(o Options) (*Boxes, error) {
	if o.Free == nil {
		o.Free = free
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(o.Dir)
	if err != nil {
		return nil, err
	}
	return &Boxes{
		opt: o, root: root, loans: map[loanKey]*Loan{}, drafts: map[string]*draft{}, owed: map[string]store.Message{},
		pins: make(chan struct{}, 1), states: map[string]store.MailboxState{},
	}, nil
}

// Close gives back every loan; what is recorded becomes a message.
func (b *Boxes) Close() {
	b.mu.Lock()
	var open []*Loan
	for _, l := range b.loans {
		open = append(open, l)
	}
	b.mu.Unlock()
	for _, l := range open {
		l.Return()
	}
	b.root.Close()
}

func free(dir string) (uint64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, os.NewSyscallError("statfs", err)
	}
	return s.Bavail * uint64(s.Bsize), nil
}

// box finds a configured mailbox.
func (b *Boxes) box(name string) (Box, error) {
	list := b.opt.Boxes()
	i := slices.IndexFunc(list, func(x Box) bool { return x.Name == name })
	if i < 0 {
		return Box{}, fmt.Errorf("%w %s", ErrUnknown, name)
	}
	return list[i], nil
}

// ErrUnknown says that no such mailbox is configured.
var ErrUnknown = errors.New("there is no mailbox")

// folder is a mailbox's place in the directory.
func folder(box string) string { return url.PathEscape(box) }

func path(box, id string) string { return folder(box) + "/" + id + suffix }

const (
	suffix = ".wav"
	part   = ".part" // behind suffix: it is recorded
)

// List are all configured mailboxes, in their order.
func (b *Boxes) List(ctx context.Context) ([]event.Mailbox, error) {
	counts, err := b.opt.Store.MessageCounts(ctx)
	if err != nil {
		return nil, err
	}
	list := []event.Mailbox{}
	for _, x := range b.opt.Boxes() {
		m := counts[x.Name]
		m.Name, m.Number = x.Name, x.Number
		list = append(list, m)
	}
	return list, nil
}

// Messages are those of a mailbox, the latest first: up to limit that follow the
// one with the id after, "" for the first.
func (b *Boxes) Messages(ctx context.Context, box, after string, limit int) ([]event.Message, error) {
	if _, err := b.box(box); err != nil {
		return nil, err
	}
	found, err := b.opt.Store.Messages(ctx, store.MessageQuery{Mailbox: box, After: after, Limit: limit})
	list := make([]event.Message, len(found))
	for i, m := range found {
		list[i] = m.Message
	}
	return list, err
}

// Message is one of them, or [store.ErrUnknownMessage].
func (b *Boxes) Message(ctx context.Context, box, id string) (event.Message, error) {
	if _, err := b.box(box); err != nil {
		return event.Message{}, err
	}
	return b.opt.Store.Message(ctx, box, id)
}

// Mark says whether a message is heard.
func (b *Boxes) Mark(ctx context.Context, box, id string, heard bool) error {
	news, err := b.opt.Store.MarkMessage(ctx, box, id, heard)
	if news {
		b.tell(box, nil)
	}
	return err
}

// SetTranscript keeps what is said in a message of a mailbox, and tells.
func (b *Boxes) SetTranscript(ctx context.Context, box, id, text string) error {
	if err := b.opt.Store.SetMessageTranscript(ctx, id, text); err != nil {
		return err
	}
	b.tell(box, nil)
	return nil
}

// Delete deletes a message for good.
func (b *Boxes) Delete(ctx context.Context, box, id string) error {
	if _, err := b.opt.Store.Message(ctx, box, id); err != nil {
		return err
	}
	if err := b.remove(ctx, box, id); err != nil {
		return err
	}
	b.tell(box, nil)
	return nil
}

// remove removes a message's file, then the message: what is left of a failure is
// a message that can be deleted again.
func (b *Boxes) remove(ctx context.Context, box, id string) error {
	if err := b.root.Remove(path(box, id)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return b.opt.Store.DropMessage(ctx, id)
}

// Open opens the sound of a message, a WAV file.
func (b *Boxes) Open(m event.Message) (*os.File, error) { return b.root.Open(path(m.Mailbox, m.ID)) }

// storeTime is how long the database may take.
const storeTime = 10 * time.Second

// tell tells how a mailbox is after a change.
func (b *Boxes) tell(box string, left *event.Message) {
	ctx, cancel := context.WithTimeout(context.Background(), storeTime)
	defer cancel()
	counts, err := b.opt.Store.MessageCounts(ctx)
	if err != nil {
		b.opt.Log.Error("the lamps of a mailbox may be wrong", "mailbox", box, "error", err)
		return
	}
	m := counts[box]
	m.Name, m.Left = box, left
	if x, err := b.box(box); err == nil {
		m.Number = x.Number
	}
	b.opt.Changed(m)
	if left != nil && b.opt.Left != nil {
		b.opt.Left(*left)
	}
}
