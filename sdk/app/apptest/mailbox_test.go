package apptest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/host"
)

// machine takes one message.
func machine(ctx context.Context, c *app.Call) error {
	if err := c.Say(ctx, "Hello"); err != nil {
		return err
	}
	d, err := c.Mailbox().Message(ctx)
	if err != nil {
		return err
	}
	if _, err := c.Record(ctx, app.Recording{Beep: true, End: "#"}, d.Write); err != nil {
		return err
	}
	if err := d.Flush(); err != nil {
		return err
	}
	if err := c.Play(ctx, host.Prompt{Kept: d.ID}); err != nil {
		return err
	}
	_, err = d.Finish(true)
	return err
}

func TestAMessageInMemory(t *testing.T) {
	for _, c := range []struct {
		name   string
		play   func(*Caller)
		lasts  time.Duration
		urgent bool
	}{
		{"finished", func(c *Caller) {
			c.Hears(`tone("1000/200")`)
			time.Sleep(5 * time.Second)
			c.Press("#")
			c.Hears(`kept("draft-1")`)
			if err := c.Ended(); err != nil {
				t.Error(err)
			}
		}, 4 * time.Second, true},
		{"hung up", func(c *Caller) {
			c.Hears(`tone("1000/200")`)
			time.Sleep(5 * time.Second)
			c.Hangup()
			if err := c.Ended(); err != nil {
				t.Error(err)
			}
		}, 4 * time.Second, false},
		{"hung up at once", func(c *Caller) {
			c.Hears(`tone("1000/200")`)
			time.Sleep(time.Second)
			c.Hangup()
			_ = c.Ended()
		}, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			box := &Mailbox{Box: host.Mailbox{Name: "office", Room: 10}}
			RunMailbox(t, app.Func(machine), app.Facts{At: "voicemail.office"}, box, c.play)
			list := box.List()
			if c.lasts == 0 {
				if len(list) != 0 {
					t.Errorf("left: %+v", list)
				}
				return
			}
			if len(list) != 1 || list[0].Lasts < c.lasts-200*time.Millisecond || list[0].Lasts > c.lasts+time.Second || list[0].Urgent != c.urgent {
				t.Errorf("left: %+v", list)
			}
		})
	}
}

// What it refuses is what the core does.
func TestAMailboxInMemoryIsShut(t *testing.T) {
	box := &Mailbox{PIN: "4711", Messages: []host.Message{{ID: "a", Lasts: time.Second}}}
	RunMailbox(t, app.Func(func(ctx context.Context, c *app.Call) error {
		m := c.Mailbox()
		if _, err := m.Messages(ctx); !errors.Is(err, host.ErrShut) {
			t.Errorf("messages before the PIN: %v", err)
		}
		if err := c.Play(ctx, host.Prompt{Kept: "a"}); !errors.Is(err, host.ErrShut) {
			t.Errorf("a message before the PIN: %v", err)
		}
		if _, err := m.Unlock(ctx, "0815"); !errors.Is(err, host.ErrPIN) {
			t.Errorf("a wrong PIN: %v", err)
		}
		if b, err := m.Unlock(ctx, "4711"); err != nil || b.New != 1 {
			t.Errorf("the PIN: %+v, %v", b, err)
		}
		return c.Play(ctx, host.Prompt{Kept: "a"})
	}), app.Facts{At: "voicemail.office.access"}, box, func(c *Caller) {
		c.Hears(`kept("a")`)
		if err := c.Ended(); err != nil {
			t.Error(err)
		}
	})
}
