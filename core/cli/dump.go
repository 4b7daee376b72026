package cli

import (
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/plugboard/plugboard/core/call"
)

type dumpCmd struct {
	forms
	ID    string        `arg:"" help:"A live call, as plugboard calls lists it."`
	Party string        `arg:"" help:"Whose sound: the number of one of its legs."`
	For   time.Duration `default:"60s" help:"For how long at most (${default}); 5m is the longest."`
}

// Run implements the command.
func (c *dumpCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	var live call.Info
	path := "/api/v1/calls/" + url.PathEscape(c.ID)
	if err := daemon.get(a.ctx, path, &live); err != nil {
		return err
	}
	leg := ""
	for _, l := range live.Legs {
		if l.Number == c.Party || l.ID == c.Party {
			leg = l.ID
		}
	}
	if leg == "" {
		return fail(Wrong, "there is no party %s in call %s", c.Party, c.ID)
	}
	var begun struct {
		File    string `json:"file"`
		Seconds int    `json:"seconds"`
	}
	body := map[string]int{"seconds": int(c.For.Seconds())}
	if _, err := daemon.fetch(a.ctx, http.MethodPost, path+"/legs/"+url.PathEscape(leg)+"/dump", body, &begun); err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(begun)
	}
	_, err = fmt.Fprintf(a.Stdout, "What %s says (left) and hears (right) is written to %s on the daemon's machine, for %v at most.\n",
		clean(c.Party), begun.File, time.Duration(begun.Seconds)*time.Second)
	return written(err)
}
