package cli

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/plugboard/plugboard/core/call"
)

// party is one of a live call, on the command line.
type party struct {
	ID    string `arg:"" help:"A live call, as plugboard calls lists it."`
	Party string `arg:"" help:"The party: its number or name, or the id of its leg."`
}

func (p party) path() string {
	return "/api/v1/calls/" + url.PathEscape(p.ID) + "/legs/" + url.PathEscape(p.Party)
}

// do asks the daemon for what gives no answer but that it is done.
func (a *app) do(method, path string, body any, done string, args ...any) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	res, err := daemon.do(a.ctx, method, path, "application/json", body)
	if err != nil {
		return err
	}
	if err := res.Body.Close(); err != nil {
		return fail(Refused, "%w", err)
	}
	_, err = fmt.Fprintf(a.Stdout, done+"\n", args...)
	return written(err)
}

type holdCmd struct{ party }

// Run implements the command.
func (c *holdCmd) Run(a *app) error {
	return a.do(http.MethodPost, c.path()+"/hold", nil, "%s holds call %s.", clean(c.Party), c.ID)
}

type resumeCmd struct{ party }

// Run implements the command.
func (c *resumeCmd) Run(a *app) error {
	return a.do(http.MethodPost, c.path()+"/resume", nil, "%s is back in call %s.", clean(c.Party), c.ID)
}

type muteCmd struct{ party }

// Run implements the command.
func (c *muteCmd) Run(a *app) error {
	return a.do(http.MethodPost, c.path()+"/mute", nil, "%s is muted in call %s.", clean(c.Party), c.ID)
}

type unmuteCmd struct{ party }

// Run implements the command.
func (c *unmuteCmd) Run(a *app) error {
	return a.do(http.MethodPost, c.path()+"/unmute", nil, "%s is heard again in call %s.", clean(c.Party), c.ID)
}

type dtmfCmd struct {
	party
	Digits string `arg:"" help:"What to send: 0-9, *, #, A-D."`
}

// Run implements the command.
func (c *dtmfCmd) Run(a *app) error {
	return a.do(http.MethodPost, c.path()+"/dtmf", map[string]string{"digits": c.Digits}, "%d digits are sent to %s.", len(c.Digits), clean(c.Party))
}

type joinCmd struct {
	ID    string `arg:"" help:"A live call, as plugboard calls lists it."`
	Other string `arg:"" help:"Another one, whose parties come into the first."`
}

// Run implements the command.
func (c *joinCmd) Run(a *app) error {
	return a.do(http.MethodPost, "/api/v1/calls/"+url.PathEscape(c.ID)+"/join", map[string]string{"call": c.Other}, "Call %s is joined to %s.", c.Other, c.ID)
}

type transferCmd struct {
	ID   string `arg:"" help:"A live call, as plugboard calls lists it."`
	To   string `arg:"" optional:"" help:"What is dialled for the party: blind, as the other one could dial it."`
	Into string `placeholder:"CALL" help:"Another live call that the party goes into, in the place of the extension that is in both: attended."`
	Leg  string `placeholder:"PARTY" help:"Who is transferred: a number or name, or the id of a leg. Else the caller, or with --into the one that is not in both calls."`
}

// Run implements the command.
func (c *transferCmd) Run(a *app) error {
	if (c.To == "") == (c.Into == "") {
		return fail(Wrong, "a transfer needs either a number or --into and another call: plugboard transfer %s 103", c.ID)
	}
	body := map[string]string{"to": c.To, "into": c.Into, "leg": c.Leg}
	maps.DeleteFunc(body, func(_, v string) bool { return v == "" })
	where := clean(c.To)
	if c.Into != "" {
		where = "call " + c.Into
	}
	return a.do(http.MethodPost, "/api/v1/calls/"+url.PathEscape(c.ID)+"/transfer", body, "Call %s is transferred to %s.", c.ID, where)
}

type addCmd struct {
	forms
	ID  string `arg:"" help:"A live call, as plugboard calls lists it."`
	To  string `arg:"" help:"What is dialled: who answers comes into the call."`
	For string `placeholder:"PARTY" help:"On whose behalf: a party of the call. Needed if several extensions are in it."`
}

// Run implements the command.
func (c *addCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	var made struct {
		ID string `json:"id"`
	}
	body := map[string]string{"to": c.To}
	if c.For != "" {
		body["for"] = c.For
	}
	if _, err := daemon.fetch(a.ctx, http.MethodPost, "/api/v1/calls/"+url.PathEscape(c.ID)+"/legs", body, &made); err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(made)
	}
	_, err = fmt.Fprintf(a.Stdout, "Calling %s for call %s. Call %s\n", clean(c.To), c.ID, made.ID)
	return written(err)
}

type conferencesCmd struct{ forms }

// Run implements the command.
func (c *conferencesCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	list, err := all[call.Conference](a.ctx, daemon, "/api/v1/conferences")
	if err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(list)
	}
	rows := [][]string{{"NAME", "MEMBERS", "FOR", "LOCKED", "WHO"}}
	for _, c := range list {
		members, since, locked := fmt.Sprint(len(c.Members)), "", ""
		if c.Most > 0 {
			members += fmt.Sprintf(" of %d", c.Most)
		}
		if c.Started != nil {
			since = age(a.Now().Sub(*c.Started))
		}
		if c.Locked {
			locked = "locked"
		}
		var who []string
		for _, m := range c.Members {
			text := legText(m.LegInfo)
			if m.Speaking {
				text += " speaks"
			}
			who = append(who, text)
		}
		rows = append(rows, []string{c.Name, members, since, locked, strings.Join(who, ", ")})
	}
	return table(a.Stdout, rows)
}

// member is one of a conference, on the command line.
type member struct {
	Conference string `arg:"" help:"As the configuration names it."`
	Party      string `arg:"" help:"Who: the number or name, or the id of the leg."`
}

type kickCmd struct{ member }

// Run implements the command.
func (c *kickCmd) Run(a *app) error {
	return a.do(http.MethodDelete, conferencePath(c.Conference)+"/members/"+url.PathEscape(c.Party), nil, "%s is out of conference %s.", clean(c.Party), c.Conference)
}

type lockCmd struct {
	Conference string `arg:"" help:"As the configuration names it."`
}

// Run implements the command.
func (c *lockCmd) Run(a *app) error {
	return a.do(http.MethodPost, conferencePath(c.Conference)+"/lock", nil, "Conference %s lets nobody else in.", c.Conference)
}

type unlockCmd struct {
	Conference string `arg:"" help:"As the configuration names it."`
}

// Run implements the command.
func (c *unlockCmd) Run(a *app) error {
	return a.do(http.MethodPost, conferencePath(c.Conference)+"/unlock", nil, "Conference %s lets others in again.", c.Conference)
}

func conferencePath(name string) string { return "/api/v1/conferences/" + url.PathEscape(name) }
