package cli

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/call"
)

type callsCmd struct{ forms }

// Run implements the command.
func (c *callsCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	calls, err := all[call.Info](a.ctx, daemon, "/api/v1/calls")
	if err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(calls)
	}
	if len(calls) == 0 {
		_, err := fmt.Fprintln(a.Stdout, "No calls.")
		return written(err)
	}
	var wrong []string
	rows := [][]string{{"ID", "FROM", "TO", "ROUTE", "STATE", "FOR", "LEGS"}}
	for _, c := range calls {
		since := c.Started
		if c.Answered != nil {
			since = *c.Answered
		}
		var legs []string
		for _, l := range c.Legs {
			legs = append(legs, legText(l))
			for _, v := range l.Verdicts {
				wrong = append(wrong, fmt.Sprintf("  %s  %s", v.Since.Local().Format(time.TimeOnly), clean(v.Text)))
			}
		}
		rows = append(rows, []string{c.ID, c.From, c.To, c.Route, c.State, age(a.Now().Sub(since)), strings.Join(legs, ", ")})
	}
	if err := table(a.Stdout, rows); err != nil || len(wrong) == 0 {
		return err
	}
	_, err = fmt.Fprintf(a.Stdout, "\nWhat is wrong:\n%s\n", strings.Join(wrong, "\n"))
	return written(err)
}

// legText is a leg in a few words: "101 pcmu", "102 ringing", "103 opus held",
// "104 pcmu !silent".
func legText(l call.LegInfo) string {
	words := []string{l.Number}
	if l.Number == "" {
		words[0] = l.Name
	}
	if l.State != "up" {
		words = append(words, l.State)
	}
	if l.Codec != "" {
		words = append(words, l.Codec)
	}
	if l.Held {
		words = append(words, "held")
	}
	if l.Muted {
		words = append(words, "muted")
	}
	for _, v := range l.Verdicts {
		if v.Code != "held" {
			words = append(words, "!"+v.Code)
		}
	}
	return strings.Join(words, " ")
}

type callCmd struct {
	forms
	From string `arg:"" help:"The number of an extension: its devices ring first."`
	To   string `arg:"" help:"What is dialled when it answers."`
	Auto bool   `name:"auto-answer" help:"Ask the extension's phones to answer by themselves."`
}

// Run implements the command.
func (c *callCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	var made struct {
		ID string `json:"id"`
	}
	if _, err := daemon.fetch(a.ctx, http.MethodPost, "/api/v1/calls", map[string]any{"from": c.From, "to": c.To, "auto_answer": c.Auto}, &made); err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(made)
	}
	_, err = fmt.Fprintf(a.Stdout, "Calling %s; %s is dialled when it answers. Call %s\n", c.From, c.To, made.ID)
	return written(err)
}

type hangupCmd struct {
	ID    string `arg:"" help:"The call, as plugboard calls lists it."`
	Party string `arg:"" optional:"" help:"End this party alone: its number or name, or the id of its leg."`
	Cause string `default:"normal" help:"Why (${default}); the phones may show it."`
}

// Run implements the command.
func (c *hangupCmd) Run(a *app) error {
	path, query := "/api/v1/calls/"+url.PathEscape(c.ID), "?cause="+url.QueryEscape(c.Cause)
	if c.Party == "" {
		return a.do(http.MethodDelete, path+query, nil, "Call %s is ended.", c.ID)
	}
	return a.do(http.MethodDelete, party{c.ID, c.Party}.path()+query, nil, "%s is out of call %s.", clean(c.Party), c.ID)
}
