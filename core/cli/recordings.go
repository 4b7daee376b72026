package cli

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
)

const recordingsPath = "/api/v1/recordings"

type recordingsCmd struct {
	forms
	ID     string `arg:"" optional:"" help:"One recording."`
	Call   string `placeholder:"ID" help:"Those of a call."`
	Limit  int    `default:"20" placeholder:"N" help:"How many, the latest first (${default}); 0: all."`
	Save   string `placeholder:"FILE" xor:"do" help:"Write the recording's sound into a file; - is the standard output."`
	Delete bool   `xor:"do" help:"Delete the recording for good."`
}

// Run implements the command.
func (c *recordingsCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	path := recordingsPath + "/" + url.PathEscape(c.ID)
	switch {
	case c.ID == "" && (c.Save != "" || c.Delete):
		return fail(Wrong, "which recording? Its id is in the list: plugboard recordings")
	case c.Save != "":
		return a.save(daemon, path+"/audio", c.Save)
	case c.Delete:
		return a.do(http.MethodDelete, path, nil, "Recording %s is deleted.", c.ID)
	case c.ID != "":
		var r event.Recording
		if err := daemon.get(a.ctx, path, &r); err != nil {
			return err
		}
		return c.show(a, []event.Recording{r})
	}
	list, err := c.list(a, daemon)
	if err != nil {
		return err
	}
	return c.show(a, list)
}

// list asks page by page.
func (c *recordingsCmd) list(a *app, daemon *client) ([]event.Recording, error) {
	found := []event.Recording{}
	for {
		n := 1000
		if c.Limit > 0 {
			n = min(n, c.Limit-len(found))
		}
		q := url.Values{"limit": {fmt.Sprint(n)}}
		if c.Call != "" {
			q.Set("call", c.Call)
		}
		if len(found) > 0 {
			q.Set("after", found[len(found)-1].ID)
		}
		var page []event.Recording
		if err := daemon.get(a.ctx, recordingsPath+"?"+q.Encode(), &page); err != nil {
			return nil, err
		}
		found = append(found, page...)
		if len(page) < n || len(found) == c.Limit {
			return found, nil
		}
	}
}

func (c *recordingsCmd) show(a *app, list []event.Recording) error {
	if c.JSON {
		if c.ID != "" {
			return a.writeJSON(list[0])
		}
		return a.writeJSON(list)
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(a.Stdout, "No recordings.")
		return written(err)
	}
	rows := [][]string{{"BEGAN", "FROM", "TO", "LASTS", "SIZE", "CHANNELS", "ID", "NOTE"}}
	for _, r := range list {
		lasts, size := "goes on", ""
		if r.Ended != nil {
			lasts, size = lasted(r.Seconds), fmt.Sprintf("%.1f MB", float64(r.Bytes)/1e6)
		}
		rows = append(rows, []string{r.Began.Local().Format(time.DateTime), r.From, r.To, lasts, size, strings.Join(r.Channels, ", "), r.ID, r.Incomplete})
	}
	return table(a.Stdout, rows)
}

// save writes a sound into a file that was not there before; "-" is the standard
// output.
func (a *app) save(daemon *client, path, file string) (err error) {
	res, err := daemon.do(a.ctx, http.MethodGet, path, "*/*", nil)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	to := io.Writer(a.Stdout)
	if file != "-" {
		f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fail(Wrong, "%w", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		to = f
	}
	_, err = io.Copy(to, res.Body)
	return err
}

type recordCmd struct {
	ID       string `arg:"" help:"The call's id."`
	Name     string `placeholder:"NAME" help:"Which recording of the call, as the call shows it: record, or conference for that of a conference it is in. Needed only where there are several."`
	Announce bool   `xor:"do" help:"Tell all who talk first (features.record_announce, or a tone); what cannot be announced is not recorded."`
	Pause    bool   `xor:"do" help:"Record nothing for now."`
	Resume   bool   `xor:"do" help:"Go on."`
	Stop     bool   `xor:"do" help:"End the recording; the call goes on."`
}

// Run implements the command.
func (c *recordCmd) Run(a *app) error {
	tools := "/api/v1/calls/" + url.PathEscape(c.ID) + "/tools"
	if !c.Pause && !c.Resume && !c.Stop {
		says := "Call %s is recorded. Its parties are not told."
		if c.Announce {
			says = "Call %s is recorded once its parties are told."
		}
		wish := struct {
			Name     string `json:"name,omitempty"`
			Announce bool   `json:"announce,omitempty"`
		}{c.Name, c.Announce}
		return a.do(http.MethodPost, tools, wish, says, c.ID)
	}
	name, err := c.which(a, tools)
	if err != nil {
		return err
	}
	tool := tools + "/" + url.PathEscape(name)
	switch {
	case c.Pause:
		return a.do(http.MethodPatch, tool, map[string]string{"do": "pause"}, "The recording of call %s is paused.", c.ID)
	case c.Resume:
		return a.do(http.MethodPatch, tool, map[string]string{"do": "resume"}, "Call %s is recorded again.", c.ID)
	}
	return a.do(http.MethodDelete, tool, nil, "The recording of call %s has ended.", c.ID)
}

// which is the name of the recording that is meant: the call's only one, if none is
// named.
func (c *recordCmd) which(a *app, tools string) (string, error) {
	if c.Name != "" {
		return c.Name, nil
	}
	daemon, err := a.client()
	if err != nil {
		return "", err
	}
	var list []call.ToolInfo
	if err := daemon.get(a.ctx, tools, &list); err != nil {
		return "", err
	}
	var names []string
	for _, t := range list {
		if t.Plugin == dialplan.Recorder && t.State != "lost" {
			names = append(names, t.Name)
		}
	}
	switch len(names) {
	case 0:
		return "", fail(Wrong, "call %s is not recorded", c.ID)
	case 1:
		return names[0], nil
	}
	return "", fail(Wrong, "call %s has several recordings (%s): say which one with --name", c.ID, strings.Join(names, ", "))
}
