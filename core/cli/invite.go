package cli

import (
	"fmt"
	"net/http"

	"github.com/plugboard/plugboard/core/api"
)

type inviteCmd struct {
	forms
	Name string `arg:"" help:"An extension's number, or admin."`
}

// Run implements the command.
func (c *inviteCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	var i api.Invitation
	if _, err := daemon.fetch(a.ctx, http.MethodPost, "/api/v1/invitations", map[string]string{"name": c.Name}, &i); err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(i)
	}
	_, err = fmt.Fprintf(a.Stdout, "%s chooses a password here, once, until %s:\n\n    %s%s\n",
		c.Name, i.Until.Local().Format("Mon 2 Jan 15:04"), daemon.page, i.Path)
	return written(err)
}
