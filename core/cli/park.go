package cli

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/plugboard/plugboard/sdk/event"
)

type parkCmd struct {
	forms
	ID   string `arg:"" help:"The call, as plugboard calls lists it."`
	Leg  string `help:"The party's leg; else the one that is no extension's."`
	Park string `help:"The park's name; else the first."`
	Slot string `help:"Where; else the first slot that is free."`
}

// Run implements the command.
func (c *parkCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	body := map[string]string{}
	for name, value := range map[string]string{"leg": c.Leg, "park": c.Park, "slot": c.Slot} {
		if value != "" {
			body[name] = value
		}
	}
	var at struct {
		Slot string `json:"slot"`
	}
	if _, err := daemon.fetch(a.ctx, http.MethodPost, "/api/v1/calls/"+url.PathEscape(c.ID)+"/park", body, &at); err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(at)
	}
	_, err = fmt.Fprintf(a.Stdout, "Call %s is parked: dial %s to take it up.\n", c.ID, at.Slot)
	return written(err)
}

type parkedCmd struct{ forms }

// Run implements the command.
func (c *parkedCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	parked, err := all[event.Park](a.ctx, daemon, "/api/v1/park")
	if err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(parked)
	}
	if len(parked) == 0 {
		_, err := fmt.Fprintln(a.Stdout, "No calls are parked.")
		return written(err)
	}
	rows := [][]string{{"SLOT", "PARK", "NUMBER", "NAME", "BY", "FOR ANOTHER", "CALL"}}
	for _, p := range parked {
		left := ""
		if p.Until != nil {
			left = age(p.Until.Sub(a.Now()))
		}
		rows = append(rows, []string{p.Slot, p.Park, p.Number, p.Name, p.By, left, p.Call})
	}
	return table(a.Stdout, rows)
}
