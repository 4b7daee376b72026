package plugin

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/tts/remote"
)

const (
	// callTimeout is how long a control call may take. A plugin that takes
	// longer is hung.
	callTimeout = 2 * time.Second
)

// instance is one life of a plugin's process.
type instance struct {
	host    *Host
	keeper  *keeper
	process Process
	info    sdk.Info
	name    string // of the plugin's block
	log     hclog.Logger
	began   time.Time
	parts   []part // one for each of its kinds that is known here
	legs    *legs  // that part, nil if it is none of kind leg
	tools   *tools // the same of kind tool
	apps    *apps  // the same of kind app
	missed  *atomic.Uint64
	tts     *remote.Client // nil if it is none of kind tts

	dying     chan string     // why it shall end; holds the first reason
	condemned context.Context // ended with it
	cut       context.CancelFunc
	once      sync.Once

	lines atomic.Int32  // of its bus that are in use, for ring
	over  chan struct{} // closed when nobody is in it any more

	deaf   deaf
	silent chan silence // the newest row of unanswered rings; who is slow sees one of before
	idle   int          // rings since a line was in use; the clock's goroutine's
}

func newInstance(k *keeper, p Process, info sdk.Info, began time.Time) *instance {
	i := &instance{
		host:    k.host,
		keeper:  k,
		process: p,
		info:    info,
		name:    k.spec.Name,
		log:     k.log,
		began:   began,
		missed:  &k.missed,
		dying:   make(chan string, 1),
		silent:  make(chan silence, 1),
		over:    make(chan struct{}),
	}
	i.condemned, i.cut = context.WithCancel(context.Background())
	for _, kind := range info.Kinds {
		i.take(kind)
	}
	if info.Road == string(sdk.RoadGRPC) {
		i.parts = append(i.parts, road{i, p.Bus().Road()})
	}
	if info.Archives && i.host.opt.Keeper != nil {
		i.parts = append(i.parts, archiving{i})
	}
	return i
}

// condemn makes the instance end for the given reason. The first one counts.
func (i *instance) condemn(reason string) {
	i.once.Do(func() {
		i.dying <- reason
		i.cut()
	})
}

// watch waits for the end: the process's own, a hang, or ctx's. It returns
// why.
func (i *instance) watch(ctx context.Context) string {
	run, cancel := context.WithCancel(ctx)
	var watchers sync.WaitGroup
	watchers.Go(func() { i.feel(run) })
	watchers.Go(func() { i.look(run) })
	for _, p := range i.parts {
		watchers.Go(func() { p.run(run) })
	}
	var reason string
	select {
	case <-ctx.Done():
		reason = why(ctx)
	case <-i.process.Done():
		reason = i.process.Cause()
	case <-i.process.Bus().Done():
		// The process is gone, or as good as: it closed descriptor 3. Its
		// own words are better, if they come at once.
		select {
		case <-i.process.Done():
			reason = i.process.Cause()
		case <-time.After(dying):
			reason = "it closed the media bus"
		}
	case reason = <-i.dying:
	}
	i.condemn(reason)
	cancel()
	watchers.Wait()
	return reason
}

// condemnSoon condemns the instance, but lets a process that is dying anyway
// tell the better reason first.
func (i *instance) condemnSoon(ctx context.Context, reason string) {
	sleep(ctx, dying)
	if ctx.Err() == nil {
		i.condemn(reason)
	}
}

// vacate takes everybody out of this life. What a crash leaves waits for the
// next one; with the core everything ends.
func (i *instance) vacate(reason string) {
	for _, p := range i.parts {
		p.vacate(reason)
	}
	close(i.over)
}

// stop ends the process, kindly if asked, and returns when it is gone.
func (i *instance) stop(ctx context.Context, kindly bool) {
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	if !kindly {
		cancel()
	}
	i.process.Stop(ctx)
}

// call bounds a control call. A call that misses the deadline although its
// caller would have waited is a hang.
func (i *instance) call(ctx context.Context, what string, f func(context.Context) error) error {
	deadline, ok := ctx.Deadline()
	patient := !ok || time.Until(deadline) > callTimeout
	bounded, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	defer context.AfterFunc(i.condemned, cancel)()
	err := f(bounded)
	switch {
	case err == nil:
		return nil
	case i.ended():
		return leg.ErrGone
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded) && patient: // else the plugin saw the caller's deadline a moment before ctx did
		i.condemn(fmt.Sprintf("it hangs: no answer to %s within %v", what, callTimeout))
	}
	return err
}

// ended reports whether the instance is at its end.
func (i *instance) ended() bool {
	select {
	case <-i.condemned.Done():
		return true
	case <-i.process.Done():
		return true
	default:
		return false
	}
}

// dies reports whether a control call failed because this life is at its end,
// and waits for that.
func (i *instance) dies(err error) bool {
	if err == nil || !i.ended() && !errors.Is(err, leg.ErrGone) {
		return false
	}
	<-i.over
	return true
}
