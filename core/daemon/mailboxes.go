package daemon

import (
	"cmp"
	"context"
	"path/filepath"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/mailbox"
	"github.com/plugboard/plugboard/core/presence"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/host"
)

// openMailboxes opens the mailboxes. They are there before the plugins that ask
// for them.
func (d *Daemon) openMailboxes() (err error) {
	d.Mailboxes, err = mailbox.New(mailbox.Options{
		Dir: filepath.Join(d.cfg().PBX.DataDir, "voicemail"), Store: d.store, Log: d.log.Named("mailbox"),
		Boxes: func() []mailbox.Box { return boxes(d.cfg()) },
		Left:  d.messageLeft,
		Changed: func(m event.Mailbox) {
			d.emit(event.Event{Time: time.Now().UTC(), Type: event.VoicemailChanged, Data: m})
		},
	})
	if err == nil {
		d.later(d.Mailboxes.Close)
	}
	return err
}

// tendMailboxes repairs what a crash left, and keeps things in order from then on.
func (d *Daemon) tendMailboxes(run context.Context) {
	ctx, stop := context.WithCancel(run)
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Mailboxes.Run(ctx)
	}()
	d.later(func() { stop(); <-done })
}

// boxes are the mailboxes of a configuration.
func boxes(c *config.Config) (list []mailbox.Box) {
	for _, v := range c.Voicemails {
		b := mailbox.Box{Name: v.Name, Number: v.Number, PIN: v.PIN.Reveal(), MaxLength: v.MaxLength, Keep: v.Keep}
		if g := v.Greeting; g != nil {
			b.Greeting = host.Prompt{Text: g.Text, Voice: g.Voice, Engine: g.Engine, File: g.File, Tone: g.Tone}
		}
		for _, e := range c.Extensions {
			if e.Voicemail != v {
				continue
			}
			b.Owner, b.OwnerNumber = e.Display, e.Number
			b.Phones = append(b.Phones, e.Name)
		}
		if len(b.Phones) > 1 {
			b.Owner, b.OwnerNumber = "", ""
		}
		list = append(list, b)
	}
	return list
}

// lend lends an app the mailbox to which its call was sent, if it was sent to one.
// What it returns ends that.
func (d *Daemon) lend(plugin string, f app.Facts) (end func()) {
	name, ok := strings.CutPrefix(f.At, "voicemail.")
	if !ok {
		return func() {}
	}
	name, access := strings.CutSuffix(name, ".access")
	l := &mailbox.Loan{
		Plugin: plugin, Leg: f.Leg, Call: f.ID, Box: name, Access: access,
		From: f.From, FromName: f.FromName, FromExtension: f.FromExtension,
	}
	if err := d.Mailboxes.Lend(l); err != nil {
		d.log.Warn("a call comes to a mailbox that the configuration in force does not have", "call", f.ID, "mailbox", name)
		return func() {}
	}
	return l.Return
}

// mailboxLamps lights the lamps of mailboxes: of one, or with "" of all.
func (d *Daemon) mailboxLamps(name string) {
	ctx, cancel := context.WithTimeout(context.Background(), keepTime)
	defer cancel()
	list, err := d.Mailboxes.List(ctx)
	if err != nil {
		d.log.Error("the lamps of mailboxes may be wrong", "error", err)
		return
	}
	for _, m := range list {
		if name == "" || name == m.Name {
			account := cmp.Or(m.Number, d.cfg().Features.Voicemail)
			d.board.Messages("voicemail."+m.Name, account, presence.Counts{New: m.New, NewUrgent: m.NewUrgent, Heard: m.Heard, HeardUrgent: m.HeardUrgent})
		}
	}
}

// voicemail is the mailboxes as the HTTP API sees them.
type voicemail struct {
	*mailbox.Boxes
	d *Daemon
}

// Of implements [api.Voicemail].
func (v voicemail) Of(number string) string {
	if e := v.d.now().plan.ExtensionByNumber(number); e != nil && e.Voicemail != nil {
		return e.Voicemail.Name
	}
	return ""
}
