package cli

import (
	"fmt"

	"github.com/plugboard/plugboard/core/api"
)

type statusCmd struct{ forms }

// Run implements the command.
func (c *statusCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	var s api.Status
	if err := daemon.get(a.ctx, "/api/v1/status", &s); err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(s)
	}
	state := "ready"
	if !s.Ready {
		state = "NOT ready"
	}
	if _, err := fmt.Fprintf(a.Stdout, "Plugboard %s at %s is %s, up %s\n", s.Version, daemon.url, state, age(a.Now().Sub(s.Started))); err != nil {
		return written(err)
	}
	if _, err := fmt.Fprintf(a.Stdout, "  configuration %s, in force for %s\n", clean(s.Revision), age(a.Now().Sub(s.Applied))); err != nil {
		return written(err)
	}
	for _, r := range append(s.Reasons, s.Warnings...) {
		if _, err := fmt.Fprintf(a.Stdout, "  ! %s\n", clean(r)); err != nil {
			return written(err)
		}
	}
	return table(a.Stdout, [][]string{
		{"  calls", fmt.Sprint(s.Calls)},
		{"  extensions", fmt.Sprintf("%d, %d registered", s.Extensions, s.Registered)},
		{"  trunks", fmt.Sprintf("%d, %d up", s.Trunks, s.TrunksUp)},
		{"  plugins", fmt.Sprintf("%d, %d up", s.Plugins, s.PluginsUp)},
	})
}
