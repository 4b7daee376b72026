package cli

import (
	"fmt"

	"github.com/plugboard/plugboard/core/api"
)

type trunksCmd struct{ forms }

// Run implements the command.
func (c *trunksCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	trunks, err := all[api.Trunk](a.ctx, daemon, "/api/v1/trunks")
	if err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(trunks)
	}
	if len(trunks) == 0 {
		_, err := fmt.Fprintln(a.Stdout, "No trunks.")
		return written(err)
	}
	rows := [][]string{{"NAME", "STATE", "FOR", "UNTIL", "REASON"}}
	for _, t := range trunks {
		since, until := "", ""
		if !t.Since.IsZero() {
			since = age(a.Now().Sub(t.Since))
		}
		if t.Until != nil {
			until = t.Until.Local().Format("15:04:05")
		}
		rows = append(rows, []string{t.Name, t.State, since, until, t.Reason})
	}
	return table(a.Stdout, rows)
}
