package plugin

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/tts/remote"
)

const (
	// callTimeout is how long a control call may take. A plugin that takes
	// longer is hung.
	callTimeout = 2 * time.Second
	// pulse is how often a plugin's health is asked for.
	pulse = time.Second
	// deafness is how many rings in a row a plugin may leave unanswered, and
	// suspicion how many until it is looked at: one that was stopped by a
	// signal is not waited for.
	deafness  = int(time.Second / audio.Tick)
	suspicion = 5
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

	deaf  deaf
	stuck chan struct{} // holds a token when the plugin is suspected to be stopped
	idle  int           // rings since a line was in use; the clock's goroutine's
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
		stuck:   make(chan struct{}, 1),
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

// feel asks for the plugin's health.
func (i *instance) feel(ctx context.Context) {
	health := grpc_health_v1.NewHealthClient(i.process.Conn())
	t := time.NewTicker(pulse)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		call, cancel := context.WithTimeout(ctx, callTimeout)
		m, err := health.Check(call, &grpc_health_v1.HealthCheckRequest{Service: "plugin"})
		cancel()
		switch {
		case ctx.Err() != nil:
			return
		case status.Code(err) == codes.DeadlineExceeded:
			i.condemn(fmt.Sprintf("it hangs: no answer to a health check within %v", callTimeout))
			return
		case err != nil:
			i.condemnSoon(ctx, fmt.Sprintf("its health check fails: %v", err))
			return
		case m.GetStatus() != grpc_health_v1.HealthCheckResponse_SERVING:
			i.condemn(fmt.Sprintf("it says of itself that it is %s", m.GetStatus()))
			return
		}
	}
}

// look condemns a plugin that does not answer the bell because a signal has
// stopped it. Any other may be busy, and has until it counts as deaf.
func (i *instance) look(ctx context.Context) {
	for {
		select {
		case <-i.stuck:
			if i.process.Stopped() {
				i.condemn("it hangs: it was stopped by a signal")
			}
		case <-ctx.Done():
			return
		}
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

// ring rings the plugin's bell if lines of its bus are in use, or were of late,
// and counts rings that it leaves unanswered.
func (i *instance) ring(tick uint64, at time.Time) {
	switch {
	case i.lines.Load() > 0:
		i.idle = 0
	case i.idle < 2*deafness:
		i.idle++
	default: // nobody listens, and it need not wake up
		i.deaf.asleep = true
		return
	}
	b := i.process.Bus()
	if i.deaf.hear(b.Answered(), time.Now()) {
		i.condemn(fmt.Sprintf("it hangs: %d ticks in a row were not worked on", deafness))
	} else if i.deaf.missed >= suspicion {
		select {
		case i.stuck <- struct{}{}:
		default:
		}
	}
	b.Ring(tick, at)
}

// deaf tells when a plugin no longer works on ticks. Only the clock's
// goroutine uses it. Rings that come in a burst, because the core itself was
// stopped, count as one.
type deaf struct {
	answered uint64
	missed   int
	counted  time.Time
	asleep   bool // it was not rung of late
}

// hear takes in what the plugin answered before the next ring, and reports
// whether it is to be given up.
func (d *deaf) hear(answered uint64, now time.Time) bool {
	switch {
	case answered != d.answered || d.asleep:
		*d = deaf{answered: answered, counted: now}
	case now.Sub(d.counted) >= audio.Tick/2:
		d.missed++
		d.counted = now
	}
	return d.missed > deafness
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
