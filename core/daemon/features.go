package daemon

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
)

// setExtension sets what becomes of an extension's calls, all of it or nothing.
func (d *Daemon) setExtension(number string, settings map[string]string, by call.Actor) (api.Extension, error) {
	plan := d.now().plan
	e := plan.ExtensionByNumber(number)
	if e == nil {
		return api.Extension{}, &call.Error{Cause: call.NotFound, Text: "there is no extension with the number " + number}
	}
	f := dialplan.Facts{Start: time.Now(), Overrides: d.store.Overrides(), Settings: d.store.Settings()}
	names := slices.Sorted(maps.Keys(settings))
	for _, name := range names {
		value, refused := plan.Setting(e, name, settings[name], f)
		if refused != nil {
			return api.Extension{}, &call.Error{Cause: refused.Cause, Text: name + ": " + cmp.Or(refused.Text, string(refused.Cause))}
		}
		settings[name] = value
	}
	for _, name := range names {
		if err := d.Calls.Set(e, name, settings[name], by, ""); err != nil {
			return api.Extension{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	return d.extension(e), nil
}

// agent logs an agent in to a queue or out of it, or gives them a break from all
// queues or ends that.
func (d *Daemon) agent(name, number, act string, by call.Actor) error {
	plan := d.now().plan
	q := plan.Queue(name)
	if q == nil {
		return &call.Error{Cause: call.NotFound, Text: "there is no queue " + name}
	}
	e := plan.ExtensionByNumber(number)
	if e == nil || !slices.Contains(q.Agents, e) {
		return &call.Error{Cause: call.NotFound, Text: number + " is no member of " + q.Path()}
	}
	switch act {
	case api.AgentPause:
		return d.Calls.Set(e, dialplan.QueuePauseSetting, dialplan.On, by, "")
	case api.AgentResume:
		return d.Calls.Set(e, dialplan.QueuePauseSetting, "", by, "")
	}
	out := dialplan.LoggedOut(d.store.Settings()[e.Name])
	return d.Calls.Set(e, dialplan.LoggedOutSetting, plan.Attending(e, out, []*dialplan.Queue{q}, act == api.AgentLogin), by, "")
}

// features are the codes that are in force.
func (d *Daemon) features() (out []api.Feature) {
	for _, c := range d.now().plan.Codes() {
		out = append(out, api.Feature(c))
	}
	return out
}

func (d *Daemon) schedules() (out []api.Schedule) {
	f := dialplan.Facts{Start: time.Now(), Overrides: d.store.Overrides()}
	for _, s := range d.now().plan.Schedules() {
		x := api.Schedule{Name: s.Name, Open: s.OpenFor(f), Code: s.Override}
		if open, by := f.Overrides[s.Name]; by {
			x.Override = &open
		}
		out = append(out, x)
	}
	return out
}

// switchSchedule switches a schedule by hand, or with nil gives it back to its
// hours.
func (d *Daemon) switchSchedule(name string, open *bool, by call.Actor) (api.Schedule, error) {
	is := func(s api.Schedule) bool { return s.Name == name }
	if !slices.ContainsFunc(d.schedules(), is) {
		return api.Schedule{}, &call.Error{Cause: call.NotFound, Text: "there is no schedule " + name}
	}
	if err := d.Calls.SwitchSchedule(name, open, by, ""); err != nil {
		return api.Schedule{}, fmt.Errorf("schedule %s: %w", name, err)
	}
	all := d.schedules()
	i := slices.IndexFunc(all, is)
	if i < 0 { // the configuration has changed meanwhile
		return api.Schedule{Name: name, Override: open}, nil
	}
	return all[i], nil
}
