package cli

import (
	"fmt"
	"net/http"

	"github.com/plugboard/plugboard/core/api"
)

type mailTestCmd struct {
	Address string `arg:"" help:"Who gets it, such as anna@example.net."`
	forms
}

// Run implements the command.
func (c *mailTestCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	var tried api.MailTried
	if _, err := daemon.fetch(a.ctx, http.MethodPost, "/api/v1/mail/test", map[string]string{"to": c.Address}, &tried); err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(tried)
	}
	_, err = fmt.Fprintf(a.Stdout, "%s took it: %s\n", tried.Server, tried.Answer)
	return written(err)
}
