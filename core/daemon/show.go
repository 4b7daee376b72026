package daemon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/dump"
	"github.com/plugboard/plugboard/core/plugin"
	"github.com/plugboard/plugboard/core/presence"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/core/signin"
	"github.com/plugboard/plugboard/core/trunk"
	"github.com/plugboard/plugboard/web"
)

// apiOptions is the daemon as the HTTP API sees it.
func (d *Daemon) apiOptions(token string) api.Options {
	return api.Options{
		Token: token, Version: d.opt.Version, Started: d.started, Log: d.log.Named("api"),
		Browsers: d.Browsers, Pushes: d.pushes, Calls: d.Calls, Acts: d.Calls, Meetings: d.Calls, Conferences: d.conferences, Originate: d.originate, Listen: d.listenIn, Dump: d.Dump,
		Extensions: d.extensions, Account: d.account, SetExtension: d.setExtension, Features: d.features, Parked: d.Calls.Parked, Park: d.Calls.Park, Queues: d.Calls.Queues, Agent: d.agent, Schedules: d.schedules, SwitchSchedule: d.switchSchedule, Prompts: d.promptsAPI(), TryMail: d.tryMail, Trunks: d.trunkStates, Plugins: d.Plugins, UpgradePlugin: d.upgradePlugin, PluginLog: d.pluginLog,
		Unready: d.unready, Warnings: d.warnings, Explain: d.explain, Records: d.store, Tools: d.Calls, Recorder: dialplan.Recorder, Recordings: d.store, Transcripts: d.store, OpenRecording: d.OpenRecording, DeleteRecording: d.DeleteRecording, Normalize: directory{d}.Normalize, Trace: d.Trace, Own: d.own, Events: d.Events, Metrics: d.metrics, Page: web.Handler(), SIP: d.SIP(), ICEServers: d.iceServers,
		Voicemail: voicemail{d.Mailboxes, d},
		Reloads:   api.Reloads{Plan: d.Plan, Apply: d.Reload, Revision: d.Revision}, Files: d.filesAPI(), Logs: d.logs,
	}
}

// explain answers where a call would go, by the configuration in force. A call
// of now finds who is registered now.
func (d *Daemon) explain(q dialplan.Question) (dialplan.Explanation, error) {
	now := dialplan.Moment{Time: time.Now(), Overrides: d.store.Overrides(), Settings: d.store.Settings()}
	if q.At == "" {
		now.Down = d.down
	}
	return d.now().plan.Explain(q, now)
}

// down says whether an extension has no device, or a trunk is known not to
// work.
func (d *Daemon) down(to dialplan.Destination) bool {
	switch to := to.(type) {
	case *dialplan.Extension:
		return !d.reachable(to.Number)
	case *dialplan.Trunk:
		return d.trunks.Usable(to.Name) != nil
	}
	return false
}

// originate refuses at once what cannot ring.
func (d *Daemon) originate(o call.Origination, by call.Actor) (string, error) {
	if e := d.now().plan.ExtensionByNumber(o.From); e != nil && !d.reachable(e.Number) {
		return "", &call.Error{Cause: call.Unavailable, Text: fmt.Sprintf("no phone of %s is registered", o.From)}
	}
	return d.Calls.Originate(o, by)
}

// listenIn has an extension listen to a live call, where the site allows it.
func (d *Daemon) listenIn(id, number string, by call.Actor) (string, error) {
	switch e := d.now().plan.ExtensionByNumber(number); {
	case !d.cfg().PBX.ListenIn:
		return "", &call.Error{Cause: call.Denied, Text: "nobody may listen in here; the configuration allows it with pbx { listen_in = true }"}
	case e != nil && !d.reachable(e.Number):
		return "", &call.Error{Cause: call.Unavailable, Text: fmt.Sprintf("no phone of %s is registered", number)}
	}
	return d.Calls.Listen(id, number, by)
}

// conferences are those that are configured, and those that were when somebody
// came who is still there.
func (d *Daemon) conferences() []call.Conference {
	list := d.Calls.Conferences()
	for _, c := range d.now().plan.Conferences() {
		if !slices.ContainsFunc(list, func(o call.Conference) bool { return o.Name == c.Name }) {
			list = append(list, call.Conference{Name: c.Name, Most: c.MaxMembers, Members: []call.Member{}})
		}
	}
	return list
}

// Dump writes what a leg says and hears into a file of its own, and returns its
// path. It ends with the leg, or after limit.
func (d *Daemon) Dump(callID, legID string, limit time.Duration) (string, error) {
	var one *dump.Dump
	ready := make(chan struct{})
	one, err := d.dumps.Start(fmt.Sprintf("%s-%s-%s", callID, legID, time.Now().UTC().Format("150405.000")), limit, func() {
		<-ready
		d.Calls.Untap(callID, legID, one)
	})
	if err != nil {
		return "", &call.Error{Cause: call.Congestion, Text: err.Error()}
	}
	close(ready)
	if err := d.Calls.Tap(callID, legID, one); err != nil {
		one.End()
		return "", errors.Join(err, os.Remove(one.Path))
	}
	return one.Path, nil
}

// Revision is what is in force, and since when.
func (d *Daemon) Revision() (string, time.Time) {
	now := d.now()
	return now.cfg.Revision, now.applied
}

func (d *Daemon) metricsOptions() api.MetricsOptions {
	return api.MetricsOptions{
		Version:    d.opt.Version,
		Calls:      func() []call.Info { return d.Calls.Calls() },
		Extensions: d.extensions, Trunks: d.trunkStates, Plugins: d.Plugins,
		Media: d.mediaStats, Waiting: d.waiting, Subscriptions: func() map[string]int { return d.sip.Subscriptions() }, Events: d.Events, Prompts: d.promptStats, Queues: func() []call.QueueInfo { return d.Calls.Queues() }, Mail: d.mailStats,
	}
}

func (d *Daemon) mediaStats() api.MediaStats {
	s := d.clock.Stats()
	m := api.MediaStats{
		Ticks: s.Ticks, LateTicks: s.Skipped, LatenessP50: s.LatenessP50, LatenessP99: s.LatenessP99, Rooms: s.Rooms, Ports: s.Ports,
	}
	for _, p := range d.plugins.List() {
		m.Legs += p.Legs
	}
	return m
}

func (d *Daemon) unready() []string {
	if d.draining.Load() {
		return []string{"draining: new calls are refused"}
	}
	if err := d.plugins.Ready(); err != nil {
		return strings.Split(err.Error(), "\n")
	}
	return nil
}

func (d *Daemon) extensions() []api.Extension {
	var list []api.Extension
	for _, e := range d.now().plan.Extensions() {
		list = append(list, d.extension(e))
	}
	return list
}

// extension is one of them, as its lamp shows it.
func (d *Daemon) extension(e *dialplan.Extension) api.Extension {
	x := api.Extension{Number: e.Number, Name: e.Display, State: api.Unregistered, Devices: d.devices(e.Number), RecordOnDemand: e.RecordOnDemand}
	x.Standing = e.Standing(d.store.Settings()[e.Name])
	if len(x.Devices) > 0 {
		x.State = api.Registered
	}
	if state := presenceOf(d.board.Now(presence.Entity{Kind: presence.Extension, Name: e.Number})); state == api.Up || state == ringing {
		x.State = state
	}
	return x
}

const ringing = "ringing"

// presenceOf is an extension's lamp in a word.
func presenceOf(now *presence.Snapshot) string {
	switch {
	case now.Talking():
		return api.Up
	case len(now.Dialogs) > 0:
		return ringing
	case now.Reachable:
		return api.Registered
	}
	return api.Unregistered
}

// Devices are those that are registered for a number.
func (d *Daemon) Devices(number string) []registrar.Device { return d.devices(number) }

func (d *Daemon) account(number string) (api.Account, bool) {
	now := d.now()
	e := now.plan.ExtensionByNumber(number)
	if e == nil {
		return api.Account{}, false
	}
	secret, ok := now.secret(e)
	if !ok {
		return api.Account{}, false
	}
	x := d.extension(e)
	return api.Account{
		Number: e.Number, Name: e.Display, Username: e.Number, Secret: secret,
		Domain: now.cfg.SIP.Domain, Servers: d.servers(), State: x.State, Devices: x.Devices,
	}, true
}

// Trunks are the trunks, and how they stand.
func (d *Daemon) Trunks() []trunk.State { return d.trunks.States() }

func (d *Daemon) trunkStates() []api.Trunk {
	var list []api.Trunk
	for _, s := range d.trunks.States() {
		list = append(list, api.Trunk{Name: s.Name, State: s.State, Reason: s.Reason, Since: s.Since, Public: s.Public, Until: s.Until})
	}
	return list
}

// Plugins are those of the configuration, and those that have yet to leave.
func (d *Daemon) Plugins() []api.Plugin {
	var list []api.Plugin
	for _, p := range d.plugins.List() {
		list = append(list, apiPlugin(p))
	}
	return list
}

func apiPlugin(p plugin.Info) api.Plugin {
	a := api.Plugin{
		Name: p.Name, Kind: p.Kind, Version: p.Version, PID: p.PID, State: string(p.State), Reason: p.Reason,
		Restarts: uint64(p.Restarts), Legs: p.Legs, Calls: p.Calls, Missed: p.Missed,
	}
	if p.FrameLatencyP99Ms > 0 {
		a.FrameLatencyP99Ms = &p.FrameLatencyP99Ms
	}
	return a
}

// upgradePlugin has a plugin's file started anew, between changes of the configuration.
func (d *Daemon) upgradePlugin(ctx context.Context, name string) (api.Plugin, error) {
	if !slices.ContainsFunc(d.plugins.List(), func(i plugin.Info) bool { return i.Name == name && i.State != plugin.Leaving }) {
		return api.Plugin{}, &call.Error{Cause: call.NotFound, Text: "no plugin " + name + " is configured"}
	}
	release, err := d.takeTurn(ctx)
	if err != nil {
		return api.Plugin{}, err
	}
	defer release()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(d.closing, cancel)()
	i, err := d.plugins.Upgrade(ctx, name)
	if err != nil {
		return api.Plugin{}, err
	}
	d.log.Info("another process of a plugin takes new calls", "plugin", name, "version", i.Version, "pid", i.PID)
	return apiPlugin(i), nil
}

// pluginLog follows what a plugin logs.
func (d *Daemon) pluginLog(name string) (api.PluginLog, error) {
	t, err := d.plugins.Follow(name)
	if err != nil {
		return nil, err // a nil Tap is no nil log
	}
	return t, nil
}

// KillPlugin ends a plugin's process by force; it comes back by itself.
func (d *Daemon) KillPlugin(name string) error { return d.plugins.Kill(name) }

// Banner tells the person who started the daemon what to do next. path is the
// configuration's, for the commands that it names.
func (d *Daemon) Banner(w io.Writer, path string) {
	fmt.Fprintf(w, "\nPlugboard %s takes calls.\n\n", d.opt.Version)
	fmt.Fprintln(w, "  Register a phone")
	for _, s := range d.servers() {
		fmt.Fprintf(w, "    server    %s\n", s)
	}
	if exts := d.now().plan.Extensions(); len(exts) > 0 {
		users := exts[0].Number
		if len(exts) > 1 {
			users += " … " + exts[len(exts)-1].Number
		}
		fmt.Fprintf(w, "    user      %s\n", users)
		fmt.Fprintf(w, "    secret    shown by: %s\n", command("extension show "+exts[0].Number, path))
		for i, n := range d.dialable(exts[0]) {
			if i == 0 {
				fmt.Fprintln(w, "\n  Dial")
			}
			fmt.Fprintf(w, "    %-9s %s\n", n.number, n.leads)
		}
	}
	fmt.Fprintf(w, "\n  %s\n", d.door(path))
	fmt.Fprintf(w, "  Look          %s\n", command("status", path))
	fmt.Fprintf(w, "  Admin token   %s\n\n", filepath.Join(d.cfg().PBX.DataDir, "admin.token"))
}

// door says how the admin gets in: by an invitation, as long as there is no
// password.
func (d *Daemon) door(path string) string {
	again := fmt.Sprintf("Sign in       %s   a forgotten password: %s", d.address(), command("invite admin", path))
	if d.signIn == nil || d.signIn.HasPassword(signin.Admin) {
		return again
	}
	code, until, err := d.signIn.Invite(context.Background(), signin.Admin)
	if err != nil {
		d.log.Error("the admin cannot be invited", "error", err)
		return again
	}
	return fmt.Sprintf("Begin here    %s%s\n                (it lets you choose the admin's password, once, until %s)", d.address(), api.InvitationPath(code), until.Local().Format("Mon 2 Jan 15:04"))
}

func command(what, path string) string {
	return fmt.Sprintf("bin/plugboard %s --config %s", what, path)
}

type dialled struct{ number, leads string }

// dialable is what an extension can dial that is written out: the numbers of
// extensions, and the patterns of its dialplan without a wildcard.
func (d *Daemon) dialable(from *dialplan.Extension) []dialled {
	var numbers []string
	for i, e := range d.now().plan.Extensions() {
		if i < 8 {
			numbers = append(numbers, e.Number)
		}
	}
	for _, p := range d.cfg().Dialplans {
		for _, r := range p.Routes {
			for _, m := range r.Match {
				if m.Regexp == nil && !strings.ContainsAny(m.Text, "XZN[].!{}") {
					numbers = append(numbers, m.Text)
				}
			}
		}
	}
	var list []dialled
	for _, n := range numbers {
		decision := d.now().plan.Route(dialplan.Facts{
			From: dialplan.Party{Number: from.Number, Raw: from.Number, Extension: from},
			To:   dialplan.Callee{Number: n, Raw: n}, Start: time.Now(),
		})
		if _, refused := decision.To.(*dialplan.Reject); !refused {
			list = append(list, dialled{n, decision.To.Path()})
		}
	}
	return list
}
