package app

import (
	"context"
	"encoding/binary"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk/host"
)

// Mailbox is the mailbox to which a call was sent, for as long as the app has the
// call: see [host.Mailboxes] for what may be done when. Its messages and its
// greeting are heard as prompts:
//
//	c.Play(ctx, host.Prompt{Kept: message.ID})
type Mailbox struct{ c *Call }

// Mailbox is the call's mailbox. A call that was not sent to one has one that
// refuses everything.
func (c *Call) Mailbox() Mailbox { return Mailbox{c} }

func (m Mailbox) ask(ctx context.Context, w host.MailboxWish) (host.MailboxAnswer, error) {
	return m.c.link.Mailbox(ctx, m.c.Leg, w)
}

// Look says how the mailbox stands.
func (m Mailbox) Look(ctx context.Context) (host.Mailbox, error) {
	a, err := m.ask(ctx, host.MailboxWish{Kind: host.MailboxLook})
	return a.Mailbox, err
}

// Unlock tells the PIN, and says how the mailbox stands if it was right. One that
// has none is told "".
func (m Mailbox) Unlock(ctx context.Context, pin string) (host.Mailbox, error) {
	a, err := m.ask(ctx, host.MailboxWish{Kind: host.MailboxUnlock, PIN: pin})
	return a.Mailbox, err
}

// SetPIN gives it another PIN.
func (m Mailbox) SetPIN(ctx context.Context, pin string) error {
	_, err := m.ask(ctx, host.MailboxWish{Kind: host.MailboxSetPIN, PIN: pin})
	return err
}

// Messages lists the messages: the new ones first, the urgent ones first among
// them, and then those that are heard; each as they came.
func (m Mailbox) Messages(ctx context.Context) ([]host.Message, error) {
	a, err := m.ask(ctx, host.MailboxWish{Kind: host.MailboxMessages})
	return a.Messages, err
}

// Mark says whether a message is heard, and so no longer new.
func (m Mailbox) Mark(ctx context.Context, id string, heard bool) error {
	_, err := m.ask(ctx, host.MailboxWish{Kind: host.MailboxMark, ID: id, Heard: heard})
	return err
}

// Delete deletes a message, or with [host.Greeting] the recorded greeting.
func (m Mailbox) Delete(ctx context.Context, id string) error {
	_, err := m.ask(ctx, host.MailboxWish{Kind: host.MailboxDelete, ID: id})
	return err
}

// Message begins a message: a [Call.Record] at its rate keeps what is said by
// [Draft.Write].
func (m Mailbox) Message(ctx context.Context) (*Draft, error) { return m.begin(ctx, false) }

// Greeting begins a greeting, which takes the place of the last one once it is
// finished.
func (m Mailbox) Greeting(ctx context.Context) (*Draft, error) { return m.begin(ctx, true) }

func (m Mailbox) begin(ctx context.Context, greeting bool) (*Draft, error) {
	a, err := m.ask(ctx, host.MailboxWish{Kind: host.MailboxBegin, Greeting: greeting})
	if err != nil {
		return nil, err
	}
	return &Draft{ID: a.ID, m: m}, nil
}

const (
	// held is how much of a draft waits to be kept together: 200 ms, in octets. It
	// is what a plugin that dies takes with it.
	held = host.MailboxRate / 5 * 2
	// keeping is how long the core may take to keep it.
	keeping = 2 * time.Second
)

// Draft is a message or a greeting that is recorded. Its methods do their work
// after a hang-up, too, until Run has returned; who does nothing leaves what was
// recorded as a message. They are safe for use by several goroutines.
type Draft struct {
	ID string // as Kept of a prompt: what was said so far
	m  Mailbox

	mu   sync.Mutex
	wait []byte // to be kept
}

// Write appends samples at [host.MailboxRate].
func (d *Draft) Write(pcm []int16) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, v := range pcm {
		d.wait = binary.LittleEndian.AppendUint16(d.wait, uint16(v))
	}
	for len(d.wait) >= held {
		if err := d.keep(held); err != nil {
			return err
		}
	}
	return nil
}

// Flush keeps what was written, so that all of it is heard.
func (d *Draft) Flush() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.wait) == 0 {
		return nil
	}
	return d.keep(len(d.wait))
}

// keep hands n octets over. mu is held.
func (d *Draft) keep(n int) error {
	_, err := d.ask(host.MailboxWish{Kind: host.MailboxWrite, Sound: d.wait[:n]})
	d.wait = append(d.wait[:0], d.wait[n:]...)
	return err
}

// Finish makes it a message, which is returned, or the greeting.
func (d *Draft) Finish(urgent bool) (host.Message, error) {
	if err := d.Flush(); err != nil {
		return host.Message{}, err
	}
	a, err := d.ask(host.MailboxWish{Kind: host.MailboxFinish, Urgent: urgent})
	if len(a.Messages) == 0 || err != nil {
		return host.Message{}, err
	}
	return a.Messages[0], nil
}

// Discard throws it away.
func (d *Draft) Discard() error {
	_, err := d.ask(host.MailboxWish{Kind: host.MailboxDiscard})
	return err
}

func (d *Draft) ask(w host.MailboxWish) (host.MailboxAnswer, error) {
	ctx, cancel := context.WithTimeout(context.Background(), keeping)
	defer cancel()
	w.ID = d.ID
	return d.m.ask(ctx, w)
}
