package cli

import (
	"fmt"

	"github.com/plugboard/plugboard/core/api"
)

type pluginsCmd struct{ forms }

// Run implements the command.
func (c *pluginsCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	plugins, err := all[api.Plugin](a.ctx, daemon, "/api/v1/plugins")
	if err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(plugins)
	}
	if len(plugins) == 0 {
		_, err := fmt.Fprintln(a.Stdout, "No plugins.")
		return written(err)
	}
	rows := [][]string{{"NAME", "KIND", "VERSION", "STATE", "PID", "RESTARTS", "LEGS", "FRAMES P99", "REASON"}}
	for _, p := range plugins {
		pid, latency := "", ""
		if p.PID != 0 {
			pid = fmt.Sprint(p.PID)
		}
		if p.FrameLatencyP99Ms != nil {
			latency = fmt.Sprintf("%.1f ms", *p.FrameLatencyP99Ms)
		}
		rows = append(rows, []string{p.Name, p.Kind, p.Version, p.State, pid, fmt.Sprint(p.Restarts), fmt.Sprint(p.Legs), latency, p.Reason})
	}
	return table(a.Stdout, rows)
}
