package cli

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

const voicemailPath = "/api/v1/voicemail"

type voicemailCmd struct {
	forms
	Box    string `arg:"" optional:"" help:"A mailbox: its messages."`
	ID     string `arg:"" optional:"" help:"One message."`
	Save   string `placeholder:"FILE" xor:"do" help:"Write the message's sound into a file; - is the standard output."`
	Heard  bool   `xor:"do" help:"The message is heard: it is no longer new."`
	New    bool   `xor:"do" help:"It is new again."`
	Delete bool   `xor:"do" help:"Delete the message for good."`
}

// Run implements the command.
func (c *voicemailCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	box := voicemailPath + "/" + url.PathEscape(c.Box)
	path := box + "/" + url.PathEscape(c.ID)
	switch {
	case c.ID == "" && (c.Save != "" || c.Heard || c.New || c.Delete):
		return fail(Wrong, "which message? plugboard voicemail lists the mailboxes, plugboard voicemail BOX the messages of one")
	case c.Save != "":
		return a.save(daemon, path+"/audio", c.Save)
	case c.Heard, c.New:
		return a.do(http.MethodPatch, path, map[string]bool{"heard": c.Heard}, "Message %s is %s.", c.ID, map[bool]string{true: "heard", false: "new again"}[c.Heard])
	case c.Delete:
		return a.do(http.MethodDelete, path, nil, "Message %s is deleted.", c.ID)
	case c.ID != "":
		var m event.Message
		if err := daemon.get(a.ctx, path, &m); err != nil {
			return err
		}
		if c.JSON {
			return a.writeJSON(m)
		}
		return c.messages(a, []event.Message{m})
	case c.Box != "":
		list := []event.Message{}
		if err := daemon.get(a.ctx, box+"?limit=1000", &list); err != nil { // more than a mailbox takes
			return err
		}
		if c.JSON {
			return a.writeJSON(list)
		}
		return c.messages(a, list)
	}
	list := []event.Mailbox{}
	if err := daemon.get(a.ctx, voicemailPath, &list); err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(list)
	}
	return c.boxes(a, list)
}

func (c *voicemailCmd) boxes(a *app, list []event.Mailbox) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(a.Stdout, "No mailboxes.")
		return written(err)
	}
	rows := [][]string{{"MAILBOX", "NUMBER", "NEW", "URGENT", "HEARD"}}
	for _, m := range list {
		rows = append(rows, []string{m.Name, m.Number, fmt.Sprint(m.New), fmt.Sprint(m.NewUrgent), fmt.Sprint(m.Heard)})
	}
	return table(a.Stdout, rows)
}

func (c *voicemailCmd) messages(a *app, list []event.Message) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(a.Stdout, "No messages.")
		return written(err)
	}
	rows := [][]string{{"BEGAN", "FROM", "NAME", "LASTS", "STATE", "ID", "TEXT"}}
	for _, m := range list {
		state := "new"
		switch {
		case m.Heard:
			state = "heard"
		case m.Urgent:
			state = "urgent"
		}
		text := m.Transcript
		if text == "" {
			text = m.Incomplete
		}
		rows = append(rows, []string{m.Began.Local().Format(time.DateTime), m.From, m.Name, lasted(m.Seconds), state, m.ID, text})
	}
	return table(a.Stdout, rows)
}
