package cli

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/plugboard/plugboard/core/dialplan"
)

type explainCmd struct {
	Number string            `arg:"" help:"What is dialled, as a phone or a provider sends it."`
	From   string            `required:"" placeholder:"trunk.NAME|extension.NAME" help:"Where the call comes from; an extension's number will do, too."`
	Caller string            `placeholder:"NUMBER" help:"The caller's number; else the extension's, or anonymous."`
	At     string            `placeholder:"TIME" help:"When the call is made, as \"2026-03-10 10:00\" in the site's timezone; else now."`
	Given  map[string]string `placeholder:"NAME=WHAT" mapsep:"none" help:"What the world does, as in a test block: keys=1, trunk.first=503, group.office=no_answer, schedule.office=closed."`
	Live   bool              `help:"Ask the running daemon: with the configuration in force, the schedules that were switched by hand, and who is registered now."`
	forms
}

// Run implements the command.
func (c *explainCmd) Run(a *app) error {
	q := dialplan.Question{Number: c.Number, From: c.From, Caller: c.Caller, At: c.At, Given: c.Given}
	x, err := c.ask(a, q)
	if err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(x)
	}
	return writeExplanation(a.Stdout, x, "")
}

func (c *explainCmd) ask(a *app, q dialplan.Question) (x dialplan.Explanation, err error) {
	if c.Live {
		daemon, err := a.client()
		if err != nil {
			return x, err
		}
		_, err = daemon.fetch(a.ctx, "POST", "/api/v1/routes/explain", q, &x)
		return x, err
	}
	_, plan, err := a.plan("")
	if err != nil {
		return x, err
	}
	if x, err = plan.Explain(q, dialplan.Moment{Time: a.Now()}); err != nil {
		return x, fail(Wrong, "%w", err)
	}
	return x, nil
}

// writeExplanation prints where a call would go and why, each line behind
// indent.
func writeExplanation(w io.Writer, x dialplan.Explanation, indent string) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(cells ...string) {
		for i := range cells {
			cells[i] = clean(cells[i])
		}
		fmt.Fprintln(t, strings.TrimRight(indent+strings.Join(cells, "\t"), "\t"))
	}
	line("from", caller(x.Call))
	line("dials", dialled(x.Call))
	if !x.Call.At.IsZero() {
		line("at", x.Call.At.Format("Mon 2006-01-02 15:04:05 -07:00"))
	}
	if e := x.Emergency; e != nil {
		line("emergency", yes(e.Takes, "yes, before every dialplan", "no")+": "+strings.Join(e.Numbers, ", "))
	}
	before := x.Dialplan == "" && x.Route != ""
	if !before {
		line("dialplan", cmp.Or(x.Dialplan, "none has "+x.Call.On+" in its from"))
	}
	for _, r := range x.Routes {
		writeTried(line, r)
	}
	if x.Dialplan != "" && x.Route == "" {
		line("", "no route takes it")
	}
	if err := t.Flush(); err != nil {
		return written(err)
	}
	if len(x.Way) > 0 {
		line("")
	}
	for i, s := range x.Way {
		line(fmt.Sprint(i+1), s.At, strings.TrimSuffix(s.Does+": "+s.Then, ": "))
	}
	line("")
	if err := t.Flush(); err != nil {
		return written(err)
	}
	for _, s := range outcome(x) {
		if _, err := fmt.Fprintln(w, indent+clean(s)); err != nil {
			return written(err)
		}
	}
	return nil
}

func caller(c dialplan.Summary) string {
	if c.From == c.FromRaw {
		return c.On + ", as " + c.From
	}
	return c.On + ", as " + c.From + " (" + c.FromRaw + ")"
}

func dialled(c dialplan.Summary) string {
	if c.To == c.ToRaw {
		return c.To
	}
	return c.ToRaw + ", which is " + c.To
}

func yes(is bool, then, or string) string {
	if is {
		return then
	}
	return or
}

// verdicts are the first words on a route.
var verdicts = map[dialplan.Verdict]string{
	dialplan.Takes: "takes it", dialplan.Denies: "denies it", dialplan.Fails: "FAILS", dialplan.NoMatch: "no", dialplan.NotNow: "not now",
}

// writeTried prints a route, why it took the call or did not, and the values
// that counted.
func writeTried(line func(...string), r dialplan.RouteTried) {
	why := cmp.Or(r.Matched, "every number") + " matches"
	if r.Verdict == dialplan.NoMatch {
		why = some(r.Patterns) + yes(len(r.Patterns) > 1, " do not match", " does not match")
	}
	if len(r.Captures) > 0 {
		var took []string
		for name, s := range r.Captures {
			took = append(took, "match."+name+" = "+s)
		}
		slices.Sort(took)
		why += ", " + strings.Join(took, ", ")
	}
	line("  route "+r.Name, verdicts[r.Verdict], why, r.Place)
	for _, v := range r.Values {
		text := v.Name + " = " + v.Source
		if v.Value != v.Source && v.Value != "" {
			text += ", that is " + v.Value
		}
		line("", "", text)
		for _, u := range v.Used {
			if len(v.Used) > 1 || u.Name != v.Source {
				line("", "", "  "+u.Name+" = "+u.Value)
			}
		}
	}
	if r.Why != "" {
		line("", "", r.Why)
	}
}

// some names a few of many patterns.
func some(patterns []string) string {
	const shown = 4
	if more := len(patterns) - shown; more > 1 {
		return strings.Join(patterns[:shown], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(patterns, ", ")
}

// outcome says in sentences how it ends.
func outcome(x dialplan.Explanation) []string {
	end := "The call ends with the cause " + string(x.Cause)
	if x.Answered != "" {
		end = "The call is with " + x.Answered
	}
	if x.Text != "" {
		end += ": " + x.Text
	}
	out := []string{strings.TrimSuffix(end, ".") + "."}
	if x.Asked != "" || x.CallerID != "" {
		shown := "Who is called is shown " + cmp.Or(x.CallerID, "no number")
		if x.Asked != "" {
			shown += "; the trunk is asked for " + x.Asked
		}
		out = append(out, shown+".")
	}
	if len(x.Tools) > 0 {
		out = append(out, "It is listened to by "+strings.Join(x.Tools, ", ")+".")
	}
	if x.Record {
		out = append(out, "It is recorded.")
	}
	for _, n := range x.Notes {
		out = append(out, "Note: "+n+".")
	}
	return out
}
