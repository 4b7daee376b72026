package cli

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/call"
)

type queuesCmd struct {
	forms
	Queue string `arg:"" optional:"" help:"Who waits in one, and how its agents stand; else a list of all."`
}

// Run implements the command.
func (c *queuesCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	if c.Queue != "" {
		var q call.QueueInfo
		if _, err := daemon.fetch(a.ctx, http.MethodGet, "/api/v1/queues/"+url.PathEscape(c.Queue), nil, &q); err != nil {
			return err
		}
		if c.JSON {
			return a.writeJSON(q)
		}
		return c.one(a, q)
	}
	list, err := all[call.QueueInfo](a.ctx, daemon, "/api/v1/queues")
	if err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(list)
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(a.Stdout, "There are no queues.")
		return written(err)
	}
	rows := [][]string{{"NAME", "NUMBER", "WAITING", "LONGEST", "AGENTS", "ANSWERED", "ABANDONED", "AVERAGE WAIT", "IN 20 S"}}
	for _, q := range list {
		longest, average, level := "", "", "" // of nobody there is none
		if len(q.Waiting) > 0 {
			longest = lasted(q.LongestWaitSeconds)
		}
		if q.Answered > 0 {
			average = lasted(q.AverageWaitSeconds)
		}
		if q.ServiceLevel != nil {
			level = fmt.Sprintf("%.0f %%", *q.ServiceLevel*100)
		}
		rows = append(rows, []string{q.Name, q.Number, fmt.Sprint(len(q.Waiting)), longest, working(q.Agents), fmt.Sprint(q.Answered), fmt.Sprint(q.Abandoned), average, level})
	}
	return table(a.Stdout, rows)
}

// working counts the agents that are there, and those that are free.
func working(agents []call.QueueAgent) string {
	there, idle := 0, 0
	for _, x := range agents {
		switch x.State {
		case "logged_out", "paused", "do_not_disturb", "unavailable":
			continue
		case "idle":
			idle++
		}
		there++
	}
	return fmt.Sprintf("%d of %d, %d idle", there, len(agents), idle)
}

// one shows one queue.
func (c *queuesCmd) one(a *app, q call.QueueInfo) error {
	rows := [][]string{{"AGENT", "NAME", "STATE", "ANSWERED"}}
	for _, x := range q.Agents {
		rows = append(rows, []string{x.Number, x.Name, strings.ReplaceAll(x.State, "_", " "), fmt.Sprint(x.Answered)})
	}
	if err := table(a.Stdout, rows); err != nil {
		return err
	}
	if len(q.Waiting) == 0 {
		_, err := fmt.Fprintln(a.Stdout, "\nNobody waits.")
		return written(err)
	}
	if _, err := fmt.Fprintln(a.Stdout); err != nil {
		return written(err)
	}
	rows = [][]string{{"PLACE", "NUMBER", "NAME", "FOR", "RINGS AT", "CALL"}}
	for _, w := range q.Waiting {
		rows = append(rows, []string{fmt.Sprint(w.Position), w.Number, w.Name, age(time.Duration(w.WaitSeconds * float64(time.Second))), strings.Join(w.Ringing, ", "), w.Call})
	}
	return table(a.Stdout, rows)
}

// agentOf is an agent of a queue, on the command line.
type agentOf struct {
	Number string `arg:"" help:"Of the agent's extension."`
	Queue  string `arg:"" help:"The queue's name."`
}

func (g agentOf) do(a *app, act, done string) error {
	return a.do(http.MethodPost, "/api/v1/queues/"+url.PathEscape(g.Queue)+"/agents/"+url.PathEscape(g.Number)+"/"+act, nil, done, clean(g.Number), clean(g.Queue))
}

type agentLoginCmd struct{ agentOf }

// Run implements the command.
func (c *agentLoginCmd) Run(a *app) error { return c.do(a, "login", "%s takes callers of %s.") }

type agentLogoutCmd struct{ agentOf }

// Run implements the command.
func (c *agentLogoutCmd) Run(a *app) error {
	return c.do(a, "logout", "%s takes no callers of %s any more.")
}

type agentPauseCmd struct{ agentOf }

// Run implements the command.
func (c *agentPauseCmd) Run(a *app) error {
	return c.do(a, "pause", "%s has a break from %s and all other queues.")
}

type agentResumeCmd struct{ agentOf }

// Run implements the command.
func (c *agentResumeCmd) Run(a *app) error {
	return c.do(a, "resume", "The break of %s is over, in %s and all other queues.")
}
