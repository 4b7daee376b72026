package cli

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/dialplan"
)

type featuresCmd struct{ forms }

// Run implements the command.
func (c *featuresCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	features, err := all[api.Feature](a.ctx, daemon, "/api/v1/features")
	if err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(features)
	}
	if len(features) == 0 {
		_, err := fmt.Fprintln(a.Stdout, "No codes: all are switched off.")
		return written(err)
	}
	rows := [][]string{{"CODE", "NAME", "DOES"}}
	for _, f := range features {
		rows = append(rows, []string{f.Code + f.Takes, f.Name, f.Does})
	}
	return table(a.Stdout, rows)
}

type schedulesCmd struct{ forms }

// Run implements the command.
func (c *schedulesCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	schedules, err := all[api.Schedule](a.ctx, daemon, "/api/v1/schedules")
	if err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(schedules)
	}
	if len(schedules) == 0 {
		_, err := fmt.Fprintln(a.Stdout, "No schedules.")
		return written(err)
	}
	rows := [][]string{{"NAME", "STATE", "BY", "CODE"}}
	for _, s := range schedules {
		rows = append(rows, append([]string{s.Name}, append(stateOf(s), s.Code)...))
	}
	return table(a.Stdout, rows)
}

// stateOf is a schedule's state, and by what.
func stateOf(s api.Schedule) []string {
	state, by := "closed", "hours"
	if s.Open {
		state = "open"
	}
	if s.Override != nil {
		by = "hand"
	}
	return []string{state, by}
}

type scheduleSetCmd struct {
	forms
	Name  string `arg:"" help:"The schedule, as the configuration names it."`
	State string `arg:"" enum:"open,closed,hours" help:"open, closed, or hours: back to its hours."`
}

// Run implements the command.
func (c *scheduleSetCmd) Run(a *app) error {
	daemon, err := a.client()
	if err != nil {
		return err
	}
	var s api.Schedule
	if _, err := daemon.fetch(a.ctx, http.MethodPatch, "/api/v1/schedules/"+url.PathEscape(strings.TrimPrefix(c.Name, "schedule.")), map[string]string{"state": c.State}, &s); err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(s)
	}
	is := stateOf(s)
	_, err = fmt.Fprintf(a.Stdout, "schedule.%s is %s by %s.\n", s.Name, is[0], is[1])
	return written(err)
}

type extensionSetCmd struct {
	forms
	Number          string `arg:"" help:"The extension's number."`
	DoNotDisturb    string `placeholder:"on|off|default" help:"Whether its phones are left alone; default: as the configuration says."`
	CallWaiting     string `placeholder:"on|off|default" help:"Whether a second call rings."`
	ForwardAlways   string `placeholder:"NUMBER|off|default" help:"Where its calls go at once: a number that the extension may dial."`
	ForwardBusy     string `placeholder:"NUMBER|default" help:"Where they go while it is busy or declines."`
	ForwardNoAnswer string `placeholder:"NUMBER|default" help:"Where they go if it does not answer, or no phone is there."`
}

// Run implements the command.
func (c *extensionSetCmd) Run(a *app) error {
	change := map[string]string{}
	for name, value := range map[string]string{
		dialplan.DoNotDisturbSetting: c.DoNotDisturb, dialplan.CallWaitingSetting: c.CallWaiting,
		dialplan.ForwardAlwaysSetting: c.ForwardAlways, dialplan.ForwardBusySetting: c.ForwardBusy, dialplan.ForwardNoAnswerSetting: c.ForwardNoAnswer,
	} {
		if value != "" {
			change[name] = value
		}
	}
	if len(change) == 0 {
		return fail(Wrong, "say what to set, such as --do-not-disturb=on; see plugboard extension set --help")
	}
	daemon, err := a.client()
	if err != nil {
		return err
	}
	var e api.Extension
	if _, err := daemon.fetch(a.ctx, http.MethodPatch, "/api/v1/extensions/"+url.PathEscape(c.Number), change, &e); err != nil {
		return err
	}
	if c.JSON {
		return a.writeJSON(e)
	}
	return table(a.Stdout, standing(e))
}

// standing is what becomes of an extension's calls, as rows.
func standing(e api.Extension) [][]string {
	word := map[bool]string{true: "on", false: "off"}
	return [][]string{
		{"number", e.Number}, {"do not disturb", word[e.DoNotDisturb]}, {"call waiting", word[e.CallWaiting]},
		{"forward always", e.ForwardAlways}, {"forward busy", e.ForwardBusy}, {"forward no answer", e.ForwardNoAnswer},
	}
}

// marks are what a list shows of an extension's standing: that its calls do not
// come to it, and what somebody has set.
func marks(e api.Extension) string {
	var out []string
	if e.DoNotDisturb {
		out = append(out, "do not disturb")
	}
	if e.ForwardAlways != "" {
		out = append(out, "to "+e.ForwardAlways)
	}
	if slices.Contains(e.Set, dialplan.ForwardBusySetting) {
		out = append(out, "busy to "+e.ForwardBusy)
	}
	if slices.Contains(e.Set, dialplan.ForwardNoAnswerSetting) {
		out = append(out, "no answer to "+e.ForwardNoAnswer)
	}
	return strings.Join(out, ", ")
}
