package cli

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

type transcriptCmd struct {
	forms
	ID     string `arg:"" help:"The call's id."`
	Delete bool   `help:"Delete the transcript for good."`
}

// Run implements the command.
func (c *transcriptCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	path := "/api/v1/transcripts/" + url.PathEscape(c.ID)
	if c.Delete {
		return a.do(http.MethodDelete, path, nil, "The transcript of call %s is deleted.", c.ID)
	}
	var said []event.Utterance
	if err := daemon.get(a.ctx, path, &said); err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(said)
	}
	rows := [][]string{{"BEGAN", "LASTS", "WHO", "SAID"}}
	for _, u := range said {
		lasts, text := "", u.Text
		if u.Ended != nil {
			lasts = fmt.Sprintf("%.1f s", u.Ended.Sub(u.Began).Seconds())
		}
		switch {
		case u.Missing != "":
			text = "(missing: " + u.Missing + ")"
		case text == "":
			text = "(not understood)"
		}
		rows = append(rows, []string{u.Began.Local().Format(time.TimeOnly), lasts, who(u), text})
	}
	return table(a.Stdout, rows)
}

// who names a speaker.
func who(u event.Utterance) string {
	if u.Number != "" {
		return u.Number
	}
	return u.Name
}
