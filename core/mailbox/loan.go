package mailbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/host"
)

// Loan is a mailbox in the hands of an app, for one call.
type Loan struct {
	Plugin string // that runs the app
	Leg    string // its place in the call
	Call   string
	Box    string // the mailbox's name
	Access bool   // the call was sent to listen, not to leave a message

	From, FromName string // the caller
	FromExtension  string // its extension's name, "" if it has none

	b   *Boxes
	box Box

	mu     sync.Mutex
	open   bool // to the owner
	over   bool
	drafts map[string]*draft
}

type loanKey struct{ plugin, leg string }

// Lend gives an app a mailbox until Return. The error is [ErrUnknown].
func (b *Boxes) Lend(l *Loan) error {
	box, err := b.box(l.Box)
	if err != nil {
		return err
	}
	l.b, l.box, l.drafts = b, box, map[string]*draft{}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.loans[loanKey{l.Plugin, l.Leg}] = l
	return nil
}

// Return takes it back. What is recorded becomes a message, if there is anything
// in it; a greeting that was not finished is none. Twice is fine.
func (l *Loan) Return() {
	l.b.mu.Lock()
	delete(l.b.loans, loanKey{l.Plugin, l.Leg})
	l.b.mu.Unlock()
	l.mu.Lock()
	l.over = true
	drafts := l.drafts
	l.drafts = nil
	l.mu.Unlock()
	for _, d := range drafts {
		if d.greeting || d.length() < shortest {
			d.discard()
		} else if _, err := d.finish(false); err != nil {
			l.b.opt.Log.Error("a message is not finished; that is tried again", "mailbox", l.Box, "call", l.Call, "message", d.m.ID, "error", err)
		}
	}
}

// For is what a plugin may ask: [host.Mailboxes], for the calls that it was lent.
func (b *Boxes) For(plugin string) host.Mailboxes { return lent{b, plugin} }

type lent struct {
	b      *Boxes
	plugin string
}

func (p lent) loan(leg string) (*Loan, error) {
	p.b.mu.Lock()
	defer p.b.mu.Unlock()
	if l := p.b.loans[loanKey{p.plugin, leg}]; l != nil {
		return l, nil
	}
	return nil, host.ErrNoMailbox
}

// Mailbox implements [host.Mailboxes].
func (p lent) Mailbox(ctx context.Context, leg string, w host.MailboxWish) (host.MailboxAnswer, error) {
	l, err := p.loan(leg)
	if err != nil {
		return host.MailboxAnswer{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	a, err := l.do(ctx, w)
	if errors.Is(err, store.ErrUnknownMessage) {
		err = host.ErrNoMessage
	}
	return a, err
}

// Kept implements [host.Mailboxes].
func (p lent) Kept(ctx context.Context, leg string, q host.Prompt) (host.Sound, error) {
	l, err := p.loan(leg)
	if err != nil {
		return nil, err
	}
	return l.kept(ctx, q)
}

// ownPhone says whether the caller is one of the extensions whose mailbox it is.
func (l *Loan) ownPhone() bool {
	return l.FromExtension != "" && slices.Contains(l.box.Phones, l.FromExtension)
}

func (l *Loan) isOpen() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open
}

// do does what an app wishes, if it may.
func (l *Loan) do(ctx context.Context, w host.MailboxWish) (a host.MailboxAnswer, err error) {
	switch w.Kind {
	case host.MailboxLook:
		a.Mailbox, err = l.look(ctx)
		return a, err
	case host.MailboxUnlock:
		if !l.Access {
			return a, host.ErrShut
		}
		if err := l.unlock(ctx, w.PIN); err != nil {
			return a, err
		}
		l.mu.Lock()
		l.open = true
		l.mu.Unlock()
		a.Mailbox, err = l.look(ctx)
		return a, err
	case host.MailboxWrite, host.MailboxFinish, host.MailboxDiscard:
		return l.draft(w)
	case host.MailboxBegin:
		if (w.Greeting || l.Access) && !l.isOpen() {
			return a, host.ErrShut
		}
		a.ID, err = l.begin(ctx, w.Greeting)
		return a, err
	}
	if !l.isOpen() {
		return a, host.ErrShut
	}
	switch w.Kind {
	case host.MailboxSetPIN:
		err = l.setPIN(ctx, w.PIN)
	case host.MailboxMessages:
		a.Messages, err = l.messages(ctx)
	case host.MailboxMark:
		err = l.b.Mark(ctx, l.Box, w.ID, w.Heard)
	case host.MailboxDelete:
		if w.ID != host.Greeting {
			err = l.b.Delete(ctx, l.Box, w.ID)
		} else if err = l.b.root.Remove(path(l.Box, host.Greeting)); errors.Is(err, os.ErrNotExist) {
			err = host.ErrNoMessage
		}
	default:
		err = errors.New("this core does not know how to do that; upgrade it")
	}
	return a, err
}

// look says how the mailbox stands.
func (l *Loan) look(ctx context.Context) (host.Mailbox, error) {
	found, err := l.messages(ctx)
	if err != nil {
		return host.Mailbox{}, err
	}
	m := host.Mailbox{
		Name: l.Box, Access: l.Access, Open: l.isOpen(), Owner: l.box.Owner, Number: l.box.OwnerNumber,
		HasPIN: l.box.PIN != "", MaxLength: l.box.MaxLength, Room: max(0, MaxMessages-len(found)), Greeting: l.box.Greeting,
	}
	if _, err := l.b.root.Stat(path(l.Box, host.Greeting)); err == nil {
		m.Recorded = true
	}
	err = l.b.withState(ctx, l.Box, func(s *store.MailboxState) error {
		m.HasPIN = m.HasPIN || s.PIN != "" && s.InsteadOf == ""
		if s.Locked != nil {
			m.Locked = max(0, time.Until(*s.Locked))
		}
		return nil
	})
	for _, x := range found {
		if !m.Open {
			break
		}
		all, urgent := &m.New, &m.NewUrgent
		if x.Heard {
			all, urgent = &m.Heard, &m.HeardUrgent
		}
		*all++
		if x.Urgent {
			*urgent++
		}
	}
	return m, err
}

// messages are those of the mailbox as they are heard: new ones first, urgent ones
// first among them, each as they came.
func (l *Loan) messages(ctx context.Context) ([]host.Message, error) {
	found, err := l.b.opt.Store.Messages(ctx, store.MessageQuery{Mailbox: l.Box})
	list := make([]host.Message, len(found))
	for i, m := range found {
		list[i] = hostMessage(m.Message)
	}
	rank := func(m host.Message) int {
		switch {
		case m.Heard:
			return 2
		case m.Urgent:
			return 0
		}
		return 1
	}
	slices.SortFunc(list, func(x, y host.Message) int {
		return cmp.Or(cmp.Compare(rank(x), rank(y)), x.Began.Compare(y.Began), cmp.Compare(x.ID, y.ID))
	})
	return list, err
}

func hostMessage(m event.Message) host.Message {
	return host.Message{
		ID: m.ID, From: m.From, FromName: m.Name, Began: m.Began, Urgent: m.Urgent, Heard: m.Heard,
		Lasts: time.Duration(m.Seconds * float64(time.Second)),
	}
}

// most is how many drafts a call can have.
const most = 4

// begin begins a draft.
func (l *Loan) begin(ctx context.Context, greeting bool) (string, error) {
	l.mu.Lock()
	drafts := len(l.drafts)
	l.mu.Unlock()
	if drafts >= most {
		return "", fmt.Errorf("a call records no more than %d messages at a time", most)
	}
	if !greeting {
		if err := l.room(ctx); err != nil {
			return "", err
		}
	}
	switch n, err := l.b.opt.Free(l.b.opt.Dir); {
	case err != nil:
		return "", err
	case n < MinFree:
		l.b.opt.Log.Error("no message can be left: the disk is full", "mailbox", l.Box, "call", l.Call, "free_mb", n>>20, "needs_mb", MinFree>>20)
		return "", fmt.Errorf("%w: the disk has %d MB free, and a message needs %d", host.ErrFull, n>>20, MinFree>>20)
	}
	d, err := l.b.create(ctx, l, greeting)
	if err != nil {
		return "", err
	}
	l.mu.Lock()
	over := l.over
	if !over {
		l.drafts[d.m.ID] = d
	}
	l.mu.Unlock()
	if over {
		d.discard()
		return "", host.ErrNoMailbox
	}
	return d.m.ID, nil
}

// room says whether another message can be left.
func (l *Loan) room(ctx context.Context) error {
	found, err := l.b.opt.Store.Messages(ctx, store.MessageQuery{Mailbox: l.Box, Drafts: true})
	if err != nil {
		l.b.opt.Log.Error("a message is taken whether there is room or not", "mailbox", l.Box, "call", l.Call, "error", err)
		return nil // it is worth more than the list
	}
	if len(found) >= MaxMessages {
		return fmt.Errorf("%w: it has %d messages", host.ErrFull, len(found))
	}
	return nil
}

// draft does something with one.
func (l *Loan) draft(w host.MailboxWish) (a host.MailboxAnswer, err error) {
	l.mu.Lock()
	d := l.drafts[w.ID]
	if w.Kind != host.MailboxWrite {
		delete(l.drafts, w.ID)
	}
	l.mu.Unlock()
	switch {
	case d == nil:
		return a, host.ErrNoMessage
	case w.Kind == host.MailboxWrite:
		return a, d.write(w.Sound)
	case w.Kind == host.MailboxDiscard:
		d.discard()
		return a, nil
	}
	m, err := d.finish(w.Urgent)
	if err == nil && !d.greeting {
		a.Messages = []host.Message{hostMessage(m)}
	}
	return a, err
}

// kept begins sound that the mailbox keeps.
func (l *Loan) kept(ctx context.Context, q host.Prompt) (host.Sound, error) {
	l.mu.Lock()
	d, open := l.drafts[q.Kept], l.open
	l.mu.Unlock()
	switch {
	case d != nil:
		return l.b.listen(d.path()+part, q.From)
	case q.Kept == host.Greeting:
		return l.b.listen(path(l.Box, host.Greeting), q.From)
	case !open:
		return nil, host.ErrShut
	}
	switch _, err := l.b.opt.Store.Message(ctx, l.Box, q.Kept); {
	case errors.Is(err, store.ErrUnknownMessage):
		return nil, host.ErrNoMessage
	case err != nil:
		return nil, err
	}
	return l.b.listen(path(l.Box, q.Kept), q.From)
}
