package daemon

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"syscall"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/plugin"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/core/sip"
	"github.com/plugboard/plugboard/sdk/event"
)

// reload is a configuration on its way into force:
//
//	read ──▶ open ──▶ commit
//	  │        └────▶ shut     something could not be opened
//	  └── refused              it is wrong, or needs a restart
//
// Until commit nothing that runs is touched. What commit does cannot fail.
type reload struct {
	d         *Daemon
	was, next *snapshot
	diff      []config.Difference
	plan      api.ConfigPlan

	plugins *plugin.Change
	sockets []sip.Socket // newly opened
	kept    []string     // that were leaving
	web     webListeners
}

// Plan reads the configuration's files and says what [Daemon.Reload] would do.
func (d *Daemon) Plan(ctx context.Context) (api.ConfigPlan, error) {
	release, err := d.takeTurn(ctx)
	if err != nil {
		return api.ConfigPlan{}, err
	}
	defer release()
	r, err := d.read()
	if err != nil {
		return api.ConfigPlan{}, err
	}
	return r.plan, nil
}

// Reload reads the configuration's files and puts them in force: all of it, or
// with an [*api.ConfigError] nothing. Reloads wait for each other.
func (d *Daemon) Reload(ctx context.Context) (plan api.ConfigPlan, err error) {
	release, err := d.takeTurn(ctx)
	if err != nil {
		return api.ConfigPlan{}, err
	}
	defer release()
	defer func() {
		if err != nil {
			d.logRefusal(err)
		}
	}()
	r, err := d.read()
	if err != nil {
		return api.ConfigPlan{}, err
	}
	if len(r.plan.Refused) > 0 {
		return api.ConfigPlan{}, &api.ConfigError{Text: joinLines(r.plan.Refused)}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(d.closing, cancel)()
	if err := r.open(ctx); err != nil {
		r.shut()
		return api.ConfigPlan{}, &api.ConfigError{Text: err.Error()}
	}
	if misused := r.next.cfg.Misused(r.plugins.Kinds()); misused.HasErrors() {
		r.shut()
		return api.ConfigPlan{}, wrong(r.next.cfg, misused)
	}
	r.commit()
	return r.plan, nil
}

// takeTurn waits until no other reload is under way, and the start is over.
func (d *Daemon) takeTurn(ctx context.Context) (release func(), err error) {
	select {
	case d.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, &api.ConfigError{Text: "another reload, or the start, has not ended in time", Busy: true}
	case <-d.closing.Done():
		return nil, &api.ConfigError{Text: "the daemon stops", Busy: true}
	}
	if d.draining.Load() || d.closing.Err() != nil {
		<-d.turn
		return nil, &api.ConfigError{Text: "the daemon is about to stop, and takes no new configuration: start it again with the new files", Busy: true}
	}
	return func() { <-d.turn }, nil
}

// read loads the files, compiles them, and compares them with what is in force.
func (d *Daemon) read() (*reload, error) {
	cfg, diags, err := d.drafted(nil)
	if err != nil {
		return nil, err
	}
	return d.compare(cfg, diags)
}

// compare compiles what was loaded, and compares it with what is in force.
func (d *Daemon) compare(cfg *config.Config, diags hcl.Diagnostics) (*reload, error) {
	if diags.HasErrors() {
		return nil, wrong(cfg, diags)
	}
	next, more := d.snapshot(cfg)
	diags = append(diags, more...)
	if diags.HasErrors() {
		return nil, wrong(cfg, diags)
	}
	r := &reload{d: d, was: d.now(), next: next}
	r.diff = config.Diff(r.was.cfg, cfg)
	r.foresee()
	r.plan.Warnings = diagnostics(cfg, diags)
	return r, nil
}

// wrong is the refusal of files that have errors.
func wrong(cfg *config.Config, diags hcl.Diagnostics) error {
	errs := 0
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			errs++
		}
	}
	var source bytes.Buffer
	if err := config.WriteText(&source, cfg, diags, false); err != nil {
		return err
	}
	text := "the configuration has an error"
	if errs > 1 {
		text = fmt.Sprintf("the configuration has %d errors", errs)
	}
	return &api.ConfigError{Text: text + "; the one in force goes on", Diagnostics: diagnostics(cfg, diags), Source: source.String()}
}

// diagnostics are those of the files as the API has them.
func diagnostics(cfg *config.Config, diags hcl.Diagnostics) []api.ConfigDiagnostic {
	var text bytes.Buffer
	var list []api.ConfigDiagnostic
	if err := config.WriteJSON(&text, cfg, diags); err != nil {
		return nil // a buffer takes everything
	}
	if err := json.Unmarshal(text.Bytes(), &list); err != nil {
		return nil // WriteJSON writes just this
	}
	return list
}

// logRefusal says why the files did not come into force, each error with its
// place.
func (d *Daemon) logRefusal(err error) {
	var e *api.ConfigError
	if !errors.As(err, &e) {
		e = &api.ConfigError{Text: err.Error()}
	}
	d.log.Error("the configuration is refused, and the one in force goes on", "reason", e.Text, "in_force", d.now().cfg.Revision)
	for _, x := range e.Diagnostics {
		place := ""
		if x.Range != nil {
			place = fmt.Sprintf("%s:%d:%d", x.Range.File, x.Range.Start.Line, x.Range.Start.Column)
		}
		d.log.Error("in the configuration: "+x.Summary, "at", place, "severity", x.Severity, "detail", x.Detail)
	}
}

// open opens and starts all that is new, beside what runs. What it cannot do is
// why the configuration is refused.
func (r *reload) open(ctx context.Context) error {
	cfg, was := r.next.cfg, r.was.cfg
	var fresh []config.Listen
	for _, l := range cfg.SIP.Listen {
		switch {
		case listens(was, l):
		case r.d.sip.Keep(l.String()):
			r.kept = append(r.kept, l.String())
		default:
			fresh = append(fresh, l)
		}
	}
	var err error
	if r.sockets, err = r.d.listen(fresh); err != nil {
		return r.inTheWay(err)
	}
	if !r.d.opt.World.NoWeb {
		if r.web, err = r.d.listenWeb(cfg); err != nil {
			return err
		}
	}
	if err = r.next.readSecrets(); err != nil {
		return err
	}
	list, err := r.d.specs(r.next)
	if err != nil {
		return err
	}
	if r.plugins, err = r.d.plugins.Prepare(ctx, list); err != nil {
		return err
	}
	// Each of these does its part whole or not at all, and nobody is disturbed
	// if the next one fails.
	sockets := r.sockets
	if err := r.d.sip.Listen(sockets...); err != nil {
		return err
	}
	r.sockets = nil
	for _, s := range sockets {
		r.kept = append(r.kept, s.Name) // they are the server's now
	}
	return r.d.trunks.Apply(trunks(cfg))
}

// listens says whether a configuration has a listener.
func listens(c *config.Config, l config.Listen) bool {
	return slices.ContainsFunc(c.SIP.Listen, func(o config.Listen) bool { return o.String() == l.String() })
}

// inTheWay explains an address that is taken by a listener of our own, which
// cannot be closed before it is known that all else works.
func (r *reload) inTheWay(err error) error {
	if !errors.Is(err, syscall.EADDRINUSE) {
		return err
	}
	for _, l := range r.was.cfg.SIP.Listen {
		for _, n := range r.next.cfg.SIP.Listen {
			if !listens(r.next.cfg, l) && l.Addr.Port() == n.Addr.Port() && (l.Transport == "udp") == (n.Transport == "udp") {
				return fmt.Errorf("%w. It may be %s, which is open until the new ones are: this change needs a restart", err, l)
			}
		}
	}
	return err
}

// shut takes back what open did.
func (r *reload) shut() {
	closeAll(r.sockets)
	for _, name := range r.kept {
		r.d.sip.Leave(name)
	}
	r.web.close()
	if r.plugins != nil {
		r.plugins.Abort()
	}
}

// commit puts the configuration in force.
func (r *reload) commit() {
	d, was, cfg := r.d, r.was.cfg, r.next.cfg
	r.next.applied = time.Now()
	r.plugins.Commit()
	d.inForce.Store(r.next)
	d.Calls.SetQueues(r.next.plan.Queues())
	d.lightUp()
	d.Browsers.Reconsider()
	d.warm(cfg)
	d.mail.Use(mailServer(cfg))
	d.sip.Resubscribe()
	if mediaAddress(was) != mediaAddress(cfg) || was.Media.RTPPorts != cfg.Media.RTPPorts {
		d.plugins.Bind(mediaAddress(cfg), rtpPorts(cfg))
	}
	for _, l := range was.SIP.Listen {
		if !listens(cfg, l) {
			d.sip.Leave(l.String())
		}
	}
	if d.api != nil {
		d.serveWeb(r.web)
		if err := d.api.Trust(trusted(cfg)); err != nil {
			d.log.Error("the origins of before are trusted", "error", err) // they were checked
		}
	}
	d.partings.set(r.partings(), r.cameBack)
	d.part()
	at := r.next.applied.UTC().Truncate(time.Millisecond)
	r.plan.Applied = &at
	d.log.Info("the configuration is in force", "revision", cfg.Revision, "before", was.Revision,
		"changes", len(r.diff), "calls_that_go_on", r.plan.Calls)
	for _, w := range r.plan.Warnings {
		d.log.Warn("in the configuration: "+w.Summary, "detail", w.Detail)
	}
	d.emit(event.Event{Time: at, Type: "config.applied", Data: api.ConfigApplied{
		Revision: cfg.Revision, Previous: was.Revision, Changes: len(r.diff), Calls: r.plan.Calls,
	}})
}

const extensionRemoved = "extension removed"

// partings are the numbers whose registrations go, with the reason: of
// extensions that are gone, or whose secret is another.
func (r *reload) partings() map[string]string {
	gone := map[string]string{}
	for _, e := range r.was.plan.Extensions() {
		now := r.next.plan.ExtensionByNumber(e.Number)
		switch {
		case now == nil:
			gone[e.Number] = extensionRemoved
		case r.was.secrets[e.Name] != r.next.secrets[now.Name]:
			gone[e.Number] = "secret changed"
		}
	}
	return gone
}

// cameBack says whether a number that was to go is there again.
func (r *reload) cameBack(number, reason string) bool {
	return reason == extensionRemoved && r.next.plan.ExtensionByNumber(number) != nil
}

// part drops the registrations that are to go of those who are in no call. It is
// asked again whenever somebody hangs up.
func (d *Daemon) part() {
	if d.partings.none() {
		return
	}
	busy := d.busy()
	for number, reason := range d.partings.take(func(number string) bool { return busy[number] == 0 }) {
		d.registrar.Forget(reason, func(b registrar.Binding) bool { return b.AOR == number })
		d.sip.Unsubscribe(number)
	}
}
