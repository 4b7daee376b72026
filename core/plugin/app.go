package plugin

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/app/remote"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/host"
	hostremote "github.com/plugboard/plugboard/sdk/host/remote"
	"github.com/plugboard/plugboard/sdk/leg"
)

// App is a call in the hands of an app plugin. It does not outlive the plugin's
// process: what a script has come to nobody else knows.
type App struct {
	apps    *apps
	keeper  *keeper
	line    *bus.Line
	session *remote.Session // nil until the app has the call
	over    func(error)
	ended   atomic.Pointer[string] // the life's end, if that is the app's
}

// apps is the part of kind app of one life of a plugin.
type apps struct {
	*instance
	client *remote.Client

	mu   sync.Mutex
	open map[*App]bool // nil once it ended
}

func newApps(i *instance) *apps {
	return &apps{instance: i, client: remote.NewClient(i.process.Conn()), open: make(map[*App]bool)}
}

// run implements [part]: it answers what the apps ask.
func (i *apps) run(ctx context.Context) {
	var prompts host.Prompts = mute{}
	if p := i.host.opt.Prompts; p != nil {
		prompts = p
	}
	var mailboxes host.Mailboxes = host.NoMailboxes{}
	if m := i.host.opt.Mailboxes; m != nil {
		mailboxes = m(i.name)
	}
	err := hostremote.Serve(ctx, i.process.Conn(), prompts, mailboxes)
	if ctx.Err() == nil && status.Code(err) != codes.Unimplemented { // else it asks nothing
		i.condemnSoon(ctx, fmt.Sprintf("the stream of what it asks broke: %v", err))
	}
}

// mute is a house without a voice.
type mute struct{}

// Prompt implements [host.Prompts].
func (mute) Prompt(context.Context, string, host.Prompt) (host.Sound, error) {
	return nil, errors.New("this Plugboard makes no prompts")
}

// vacate implements [part].
func (i *apps) vacate(reason string) {
	i.mu.Lock()
	open := i.open
	i.open = nil
	i.mu.Unlock()
	for a := range open {
		a.ended.CompareAndSwap(nil, &reason)
		a.session.Cut()
	}
	for a := range open {
		a.session.Wait()
	}
}

// OpenApp gives a call to an app of the named plugin: it takes a line of the bus,
// and returns when the app has the call. Then each wish of the app is told by
// calling wish, and answered by [App.Answer]. over is called last, once, with nil
// if the app is through with the call, else with what went wrong: the app failed,
// or its plugin ended. Neither must block.
//
// A plugin that is not up and will not be in a second, and one that ends
// meanwhile, is [leg.ErrGone]; one that is no app is [ErrKind].
func (h *Host) OpenApp(ctx context.Context, plugin string, f app.Facts, wish func(app.Wish), over func(error)) (*App, error) {
	k, life, err := h.use(ctx, plugin, sdk.KindApp)
	if err != nil {
		return nil, err
	}
	line, err := life.process.Bus().Open()
	if err != nil {
		k.exit()
		if life.ended() {
			return nil, leg.ErrGone
		}
		return nil, fmt.Errorf("plugin %s has no room for another call: %w", plugin, err)
	}
	life.lines.Add(1)
	a := &App{apps: life.apps, keeper: k, line: line, over: over}
	ready := make(chan struct{}) // session is set, or there is none
	err = life.call(ctx, "Run of a call", func(ctx context.Context) (err error) {
		a.session, err = life.apps.client.Run(ctx, f, line.ID(), wish, func(err error) {
			<-ready
			a.finish(err)
		})
		return err
	})
	known := err == nil && life.apps.add(a)
	close(ready)
	switch {
	case err != nil:
		a.leave()
		return nil, err
	case !known: // it ended meanwhile, and tells that
		a.session.Cut()
	}
	return a, nil
}

// add takes an app in; false if the life has ended.
func (i *apps) add(a *App) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.open != nil {
		i.open[a] = true
	}
	return i.open != nil
}

func (i *apps) count() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.open)
}

func (a *App) leave() {
	a.line.Close()
	a.apps.lines.Add(-1)
	a.keeper.exit()
}

// dying is how long the end of a process, and its last words, may take to be known
// once its connection or bus broke. It is at once, unless the machine is busy.
const dying = time.Second

// finish takes the end of the session.
func (a *App) finish(err error) {
	a.apps.mu.Lock()
	delete(a.apps.open, a)
	a.apps.mu.Unlock()
	if errors.Is(err, app.ErrLost) {
		err = a.reason(err)
	}
	a.leave()
	a.over(err)
}

// reason is why the plugin is gone, as far as that is known soon.
func (a *App) reason(err error) error {
	if r := a.ended.Load(); r != nil {
		return fmt.Errorf("plugin %s ended: %s", a.keeper.spec.Name, *r)
	}
	limit := time.NewTimer(dying)
	defer limit.Stop()
	select {
	case <-a.apps.process.Done():
		return fmt.Errorf("plugin %s ended: %s", a.keeper.spec.Name, a.apps.process.Cause())
	case <-limit.C:
		return err
	}
}

// Line is what the app says and hears. It is silent once the app is over.
func (a *App) Line() mix.Line { return a.line }

// Answer answers the wish that was told last.
func (a *App) Answer(r app.Answer) { a.session.Answer(r) }

// Pressed tells the app that the caller presses a key: it may be silent.
func (a *App) Pressed() { a.session.Pressed() }

// Digit tells the app of a key that the caller pressed.
func (a *App) Digit(d byte) { a.session.Digit(d) }

// Close takes the call away from the app. It returns at once; over is called
// when the app has let go of it.
func (a *App) Close(cause string) { a.session.End(cause) }
