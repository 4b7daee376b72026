// Package daemon builds the house: it reads the configuration, opens the
// sockets, starts the plugins, joins the parts, and takes all of it down
// again in the opposite order.
//
//	New    configuration and secrets -> a daemon that does nothing yet
//	Start  clock, plugins, SIP, HTTP; an error leaves nothing behind
//	Run    until told to drain, then until the last call has ended
//	Close  SIP, calls, plugins, clock, HTTP
//
// What it stands on (sockets, plugin processes, the clock) comes in as a
// [World], so that core/calltest can build the same house in memory.
package daemon

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/browser"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/dump"
	"github.com/plugboard/plugboard/core/mail"
	"github.com/plugboard/plugboard/core/mailbox"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/core/plugin"
	"github.com/plugboard/plugboard/core/presence"
	"github.com/plugboard/plugboard/core/prompt"
	"github.com/plugboard/plugboard/core/registrar"
	"github.com/plugboard/plugboard/core/signin"
	"github.com/plugboard/plugboard/core/sip"
	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/core/trace"
	"github.com/plugboard/plugboard/core/trunk"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/event"
)

// Options are what a [Daemon] is made with.
type Options struct {
	Config *config.Config
	// Load reads the configuration's files anew, for a reload; drafts, by the name
	// of a file, are read in place of what is in it. Nil: there is none.
	Load func(drafts map[string][]byte) (*config.Config, hcl.Diagnostics)
	// CheckPlugins has the plugins say what they mind in a configuration that is to
	// be written. Nil: they say it when they are started.
	CheckPlugins func(context.Context, *config.Config) hcl.Diagnostics
	Version      string
	Log          hclog.Logger
	World        World
}

// World is what the daemon stands on. A nil field is the machine's own.
type World struct {
	ListenPacket func(netip.AddrPort) (net.PacketConn, error)
	Listen       func(netip.AddrPort) (net.Listener, error)
	// Dial opens a TCP connection to a trunk.
	Dial func(context.Context, netip.AddrPort) (net.Conn, error)
	// DialMail opens a connection to the mail server.
	DialMail mail.DialFunc
	// Roots vouch for the certificates of trunks and of the mail server.
	Roots *x509.CertPool
	// Resolver finds the peers of trunks.
	Resolver  trunk.Resolver
	ListenRTP func(netip.AddrPort) (bus.Socket, error)
	// Launcher starts plugins.
	Launcher plugin.Launcher
	// Ticks is what the mixer's clock waits with.
	Ticks mix.Source
	// NoWeb leaves the HTTP listener out.
	NoWeb bool
	// Waker wakes people's browsers. Nil: what the configuration says.
	Waker browser.Waker
}

// Daemon is a running Plugboard.
type Daemon struct {
	Calls  *call.Switch
	Trace  *trace.Book
	Events *api.Broadcaster
	// Mailboxes are there from Start on.
	Mailboxes *mailbox.Boxes
	// Browsers are the phones of people who are signed in; they are there from Start on.
	Browsers *browser.Phones

	opt     Options
	log     hclog.Logger
	started time.Time
	inForce atomic.Pointer[snapshot]

	clock     *mix.Clock
	plugins   *plugin.Host
	registrar *registrar.Registrar
	trunks    *trunk.Directory
	board     *presence.Board
	lampMu    sync.Mutex // while something is looked up for the board
	presentMu sync.Mutex
	presentAs map[string]string // how extensions stand, as was told last
	sip       *sip.Server
	api       *api.API
	metrics   *api.Metrics
	signIn    *signin.Desk
	dumps     *dump.Dumps
	logs      *api.Logs
	prompts   *prompt.Prompts
	mail      *mail.Mailer
	pushes    *browser.Pusher // nil without a web page
	store     *store.Store

	draining atomic.Bool

	ready    chan struct{}   // closed once calls can be taken
	turn     chan struct{}   // holds a token while the daemon starts, or reloads
	closing  context.Context // ends with Close
	close    context.CancelFunc
	partings partings
	// They stop to listen for HTTP where it is done now.
	stopPage, stopRedirect func()

	run    context.Context // of what goes on until Close
	cancel context.CancelFunc
	wg     sync.WaitGroup
	failed chan error
	undo   []func() // what Close does, last first
}

// New compiles the dialplan and reads the secrets. Nothing runs yet.
func New(o Options) (*Daemon, error) {
	o.World = o.World.orMachine()
	d := &Daemon{
		board: &presence.Board{}, presentAs: map[string]string{},
		Trace:  trace.NewBook(trace.Limits{}),
		Events: api.NewBroadcaster(uint64(time.Now().UnixMicro()), 4096),
		opt:    o, log: o.Log,
		started: time.Now(), failed: make(chan error, 4), turn: make(chan struct{}, 1), ready: make(chan struct{}),
	}
	first, diags := d.snapshot(o.Config)
	if diags.HasErrors() {
		return nil, diags
	}
	if err := first.readSecrets(); err != nil {
		return nil, err
	}
	d.inForce.Store(first)
	d.board.Changed = d.present
	d.closing, d.close = context.WithCancel(context.Background())
	d.turn <- struct{}{} // the start's
	d.metrics = api.NewMetrics(d.metricsOptions())
	d.logs = api.NewLogs(d.log.GetLevel(), d.scrub)
	if l, ok := d.log.(hclog.InterceptLogger); ok {
		l.RegisterSink(d.logs)
		d.later(func() { l.DeregisterSink(d.logs) })
	}
	return d, nil
}

// Start brings everything up. It returns once calls can be taken; a plugin
// that does not come up is logged, tried again, and named by /healthz.
func (d *Daemon) Start(ctx context.Context) (err error) {
	run, cancel := context.WithCancel(context.Background())
	d.run, d.cancel = run, cancel
	defer func() {
		<-d.turn
		if err != nil {
			d.Close()
		}
	}()
	if err := d.openStore(); err != nil {
		return err
	}
	if err := d.openMail(); err != nil {
		return err
	}
	if err := d.openMailboxes(); err != nil {
		return err
	}
	d.startClock(run)
	d.startPrompts()
	if err := d.startPlugins(ctx); err != nil {
		d.log.Error("a plugin is not up; it is tried again", "error", err)
	}
	d.later(d.prompts.Close) // before the plugins
	if err := d.makeTrunks(); err != nil {
		return err
	}
	d.registrar = registrar.New(registrar.Options{Emit: d.emit, Keep: d.store.KeepBindings})
	d.later(d.registrar.Close)
	d.dumps = dump.New(filepath.Join(d.cfg().PBX.DataDir, "dumps"), d.log.Named("dump"))
	d.later(d.dumps.Close)
	if err := d.makeBrowsers(); err != nil {
		return err
	}
	d.Calls = call.New(call.Options{
		Log: d.log.Named("call"), Dialer: dialer{d}, Rooms: d.clock,
		Plan: func() call.Plan { now := d.now(); return callPlan{now.plan, now.music} }, Emit: d.emit, Overrides: d.store, Settings: d.store, Prompts: heard{d},
		Text: d.text, Apps: apps{d}, Tools: tools{d},
	})
	d.Calls.SetQueues(d.now().plan.Queues())
	d.later(d.Calls.Close)
	d.store.Start(d.Calls.Calls)
	d.tendMailboxes(run)
	if err := d.startSIP(run); err != nil {
		return err
	}
	d.warm(d.cfg())
	d.trunks.Start()
	d.later(d.trunks.Close) // while its requests can leave still
	close(d.ready)
	if d.opt.World.NoWeb {
		return nil
	}
	d.wg.Go(d.now().music.Prepare)
	return d.startWeb()
}

func (d *Daemon) later(f func()) { d.undo = append(d.undo, f) }

// goes runs a part until Close; its failure ends the daemon.
func (d *Daemon) goes(what string, f func() error) {
	d.wg.Go(func() {
		if err := f(); err != nil && !errors.Is(err, context.Canceled) {
			d.failed <- fmt.Errorf("%s: %w", what, err)
		}
	})
}

func (d *Daemon) startClock(run context.Context) {
	d.clock = mix.NewClock(mix.ClockConfig{Source: d.opt.World.Ticks, Logger: d.log.Named("mix")})
	ctx, stop := context.WithCancel(run)
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.clock.Run(ctx)
	}()
	d.later(func() { stop(); <-done })
}

// emit hands an event to those who listen, and those of calls to the trace and
// the records.
func (d *Daemon) emit(e event.Event) {
	d.store.Observe(e)
	d.Trace.Observe(e)
	d.lamps(e)
	if d.metrics != nil {
		d.metrics.Observe(e)
	}
	d.Events.Emit(e)
	if e.Type == event.LegRemoved || e.Type == event.CallEnded {
		d.part()
	}
}

// Run returns when all is over: after drain is done, and calls have ended by
// themselves or at the end of patience, or kill is done, or a part of the daemon failed.
func (d *Daemon) Run(drain, kill context.Context, patience time.Duration) error {
	select {
	case err := <-d.failed:
		return err
	case <-drain.Done():
	case <-kill.Done():
		return nil
	}
	d.draining.Store(true)
	d.log.Info("draining: new calls are refused, live ones go on", "calls", len(d.Calls.Calls()), "at most", patience)
	d.sip.Drain()
	ctx, cancel := context.WithTimeout(kill, patience)
	defer cancel()
	if n := d.Calls.Drain(ctx); n > 0 {
		d.log.Warn("calls were ended by the shutdown", "calls", n)
	}
	return nil
}

// Close ends everything that Start began, and waits for it.
func (d *Daemon) Close() {
	if d.closing.Err() == nil {
		d.close()
		if d.run != nil {
			d.turn <- struct{}{} // for good: nobody reloads any more
		}
	}
	for len(d.undo) > 0 {
		last := len(d.undo) - 1
		f := d.undo[last]
		d.undo = d.undo[:last]
		f()
	}
	if d.cancel != nil {
		d.cancel()
	}
	d.wg.Wait()
}
