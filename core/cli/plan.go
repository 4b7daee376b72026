package cli

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/plugboard/plugboard/core/api"
)

type planCmd struct{ forms }

// Run implements the command. A plan that apply would refuse has exit code 2,
// files that are wrong have 1.
func (c *planCmd) Run(a *app) error {
	p, err := a.config("plan", c.JSON)
	if err != nil {
		return err
	}
	if c.JSON {
		if err := a.writeJSON(p); err != nil {
			return err
		}
	} else if err := a.writePlan(p); err != nil {
		return err
	}
	if len(p.Refused) > 0 {
		return fail(Refused, "apply would refuse this: %s", strings.Join(p.Refused, "\n"))
	}
	return nil
}

type applyCmd struct{ forms }

// Run implements the command.
func (c *applyCmd) Run(a *app) error {
	p, err := a.config("apply", c.JSON)
	if err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(p)
	}
	return a.writePlan(p)
}

// config lets the daemon read its files anew. What is wrong in them is printed
// as validate prints it.
func (a *app) config(verb string, json bool) (api.ConfigPlan, error) {
	var p api.ConfigPlan
	daemon, err := a.client()
	if err != nil {
		return p, err
	}
	_, err = daemon.fetch(a.ctx, http.MethodPost, "/api/v1/config/"+verb, nil, &p)
	var wrong *wrongFiles
	switch {
	case !errors.As(err, &wrong):
		return p, err
	case json:
		if err := a.writeJSON(wrong.problem); err != nil {
			return p, err
		}
		return p, &Error{Code: Wrong}
	}
	if _, err := fmt.Fprintln(a.Stderr, strings.TrimRight(printable(wrong.problem.Source), "\n")); err != nil {
		return p, written(err)
	}
	return p, err
}

// wrongFiles is the daemon's answer that its files are wrong.
type wrongFiles struct{ problem api.ConfigProblem }

// Error implements error.
func (w *wrongFiles) Error() string { return w.problem.Detail }

// printable is clean for a text of several lines.
func printable(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = strings.ReplaceAll(clean(strings.ReplaceAll(l, "\t", "    ")), "\x1b", "?")
	}
	return strings.Join(lines, "\n")
}

// writePlan prints what changes, and what comes of it.
func (a *app) writePlan(p api.ConfigPlan) error {
	var b strings.Builder
	for _, w := range p.Warnings {
		at := ""
		if w.Range != nil {
			at = fmt.Sprintf(" (%s:%d)", w.Range.File, w.Range.Start.Line)
		}
		fmt.Fprintf(&b, "Warning: %s%s\n  %s\n", w.Summary, at, w.Detail)
	}
	if len(p.Warnings) > 0 {
		b.WriteByte('\n')
	}
	count := map[string]int{}
	for _, c := range p.Changes {
		count[c.What]++
		sign := map[string]string{"added": "+", "removed": "-", "changed": "~"}[c.What]
		fmt.Fprintf(&b, "  %s %s", sign, c.Block)
		if c.File != "" {
			fmt.Fprintf(&b, "  %s:%d", c.File, c.Line)
		}
		fmt.Fprintf(&b, "\n      %s\n", c.Effect)
		for _, at := range c.Attributes {
			fmt.Fprintf(&b, "      %s: %s → %s\n", at.Name, at.Old, at.New)
		}
	}
	if len(p.Changes) > 0 {
		b.WriteByte('\n')
	}
	b.WriteString(summary(p, count))
	_, err := fmt.Fprint(a.Stdout, printable(b.String()))
	return written(err)
}

// summary is the last lines of a plan.
func summary(p api.ConfigPlan, count map[string]int) string {
	var b strings.Builder
	switch {
	case len(p.Changes) == 0 && p.Revision == p.Running:
		return fmt.Sprintf("Nothing changes: revision %s is in force.\n", p.Running)
	case len(p.Changes) == 0:
		b.WriteString("Nothing changes but the text.")
	default:
		var parts []string
		for _, what := range []string{"added", "changed", "removed"} {
			if n := count[what]; n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, what))
			}
		}
		fmt.Fprintf(&b, "%s.", strings.Join(parts, ", "))
	}
	if p.Calls > 0 && p.Revision != p.Running {
		verb := "go"
		if p.Calls == 1 {
			verb = "goes"
		}
		fmt.Fprintf(&b, " %s %s on with revision %s.", plural(p.Calls, "live call"), verb, p.Running)
	}
	if p.Applied != nil {
		fmt.Fprintf(&b, "\nRevision %s is in force.\n", p.Revision)
	} else {
		fmt.Fprintf(&b, "\nIn force is revision %s; plugboard apply puts %s in force.\n", p.Running, p.Revision)
	}
	return b.String()
}
