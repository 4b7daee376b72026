package plugin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/schema"
)

// State is where a plugin is in its life:
//
//	Starting ──▶ Up ──▶ Waiting ──▶ Starting
//	    │                  ▲
//	    ├──────────────────┤ it failed
//	    └──▶ Failed ──▶ Starting     it failed again and again, or cannot run
//
// Stopped follows any of them when the host is closed. A plugin that the
// configuration has no more is Leaving while it is up: it takes no new legs, and
// stops when its last one has been closed.
type State string

// The states.
const (
	Starting State = "starting"
	Up       State = "up"
	// Waiting: it ended and is started again soon.
	Waiting State = "waiting"
	// Failed: it ended again and again, or cannot run as it is. It is still
	// tried, but seldom.
	Failed  State = "failed"
	Stopped State = "stopped"
	Leaving State = "leaving"
)

const (
	startTimeout = 10 * time.Second // from launch to configured
	stopTimeout  = 2 * time.Second  // for a kind end

	firstDelay = 100 * time.Millisecond
	lastDelay  = 30 * time.Second
	healthy    = time.Minute     // after which the past is forgotten
	settled    = 3 * time.Second // after which an end is no sign of another
	breaker    = 6               // failures in a row that open the breaker
)

// keeper keeps one plugin running: it starts it, watches it, and starts it
// again.
type keeper struct {
	host   *Host
	spec   Spec
	log    hclog.Logger
	first  chan error // the outcome of the first start
	serial int

	life context.Context         // of run
	end  context.CancelCauseFunc // ends it
	over chan struct{}           // closed when run has returned

	// takes ends, by barred, when the plugin is leaving: no calls come in any more.
	takes  context.Context
	barred context.CancelFunc

	// Guarded by the host's mu.
	legs   int  // that are open, or being opened
	leaves bool // when there are none

	missed atomic.Uint64 // frames that its tools lost because they were slow

	// quiet: its changes are not told, because it is not in force yet.
	quiet atomic.Bool

	// patience bounds the kind end when the host is closed.
	patience atomic.Pointer[context.Context]

	// ending is the process of the last life, while the next one starts.
	ending sync.WaitGroup

	mu      sync.Mutex
	state   Info
	now     *instance     // nil unless up
	turned  chan struct{} // closed when state or now changes
	waiting map[*Leg]bool // stranded; nil when there is nothing to wait for
}

func (h *Host) keep(s Spec) *keeper {
	h.mu.Lock()
	h.serial++
	serial := h.serial
	h.mu.Unlock()
	life, end := context.WithCancelCause(h.run)
	takes, barred := context.WithCancel(h.run)
	return &keeper{
		serial:  serial,
		life:    life,
		end:     end,
		takes:   takes,
		barred:  barred,
		over:    make(chan struct{}),
		host:    h,
		spec:    s,
		log:     tappedLog{Logger: h.log.With("plugin", s.Name), taps: &h.taps, plugin: s.Name},
		first:   make(chan error, 1),
		state:   Info{Name: s.Name, State: Starting, Reason: "it has not answered yet"},
		waiting: make(map[*Leg]bool),
		turned:  make(chan struct{}),
	}
}

// begin starts the keeper's goroutine.
func (k *keeper) begin() {
	k.host.done.Go(func() {
		defer close(k.over)
		defer k.end(nil)
		defer k.barred()
		k.run(k.life)
	})
}

// why is the reason of the end of a keeper's life.
func why(ctx context.Context) string {
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause.Error()
	}
	return "the core is stopping"
}

// run is what the keeper does until ctx ends.
func (k *keeper) run(ctx context.Context) {
	defer k.ending.Wait()
	failures := 0
	for lives := 0; ; lives++ {
		lived, err := k.live(ctx, lives)
		if ctx.Err() != nil {
			k.set(func(i *Info) { i.State, i.Reason, i.PID = Stopped, why(ctx), 0 })
			select {
			case k.first <- ctx.Err():
			default:
			}
			k.abandon(why(ctx), false)
			return
		}
		if lived >= healthy {
			failures = 0
		}
		failures++
		state, delay := k.spec.verdict(err, failures, lived)
		k.set(func(i *Info) { i.State, i.Reason, i.PID = state, err.Error(), 0 })
		k.log.Error("plugin is down", "reason", err, "state", string(state), "next_try", delay)
		select {
		case k.first <- fmt.Errorf("plugin %s: %w", k.spec.Name, err):
		default:
		}
		if delay >= strandTimeout {
			k.abandon(err.Error(), true)
		}
		sleep(ctx, delay)
	}
}

// verdict says what follows the given number of failures in a row, the last of
// them after a life of the given length; 0 if it never came up. An end out of
// nowhere is made good at once, because calls wait.
func (s Spec) verdict(err error, failures int, lived time.Duration) (State, time.Duration) {
	first, last := cmp.Or(s.Delay, firstDelay), cmp.Or(s.MaxDelay, lastDelay)
	wait := min(last, first<<min(failures-1, 16))
	var misfit *Misfit
	switch {
	case errors.As(err, &misfit):
		return Failed, last
	case failures >= breaker:
		return Failed, wait
	case lived >= settled, lived > 0 && failures == 1:
		return Waiting, 0
	default:
		return Waiting, wait
	}
}

// live is one life of the plugin's process. It returns how long it was up, and
// why it ended.
func (k *keeper) live(ctx context.Context, lives int) (time.Duration, error) {
	k.set(func(i *Info) {
		i.State, i.Restarts = Starting, lives
		if lives > 0 {
			i.Reason = "it is being started again"
		}
	})
	i, err := k.start(ctx)
	if err != nil {
		return 0, err
	}
	k.ending.Wait() // two processes must not have the same sockets
	k.mu.Lock()
	k.now = i
	k.turn()
	k.mu.Unlock()
	k.host.join(i)
	k.set(func(s *Info) {
		s.State, s.Reason, s.PID = Up, "", i.process.PID()
		s.Kind, s.Version = strings.Join(i.info.Kinds, ","), i.info.Version
	})
	up := time.Now()
	k.log.Info("plugin is up", "version", i.info.Version, "pid", i.process.PID(), "took", up.Sub(i.began).Round(time.Millisecond))
	select {
	case k.first <- nil:
	default:
	}

	var resuming sync.WaitGroup
	if i.legs != nil {
		resuming.Go(func() { i.legs.resume(k.stranded()) })
	}
	reason := i.watch(ctx)
	lived := time.Since(up)

	k.mu.Lock()
	k.now = nil
	k.mu.Unlock()
	k.host.part(i)
	if ctx.Err() != nil {
		k.abandon(reason, false)
	} else {
		k.set(func(s *Info) { s.State, s.Reason = Waiting, reason }) // before any leg is told
	}
	patience := context.Background()
	if p := k.patience.Load(); p != nil {
		patience = *p
	}
	kindly := ctx.Err() != nil
	i.vacate(reason)
	k.ending.Go(func() { i.stop(patience, kindly) })
	resuming.Wait()
	return max(lived, 1), errors.New(reason)
}

// wait takes a stranded leg into the care of the next life. False: there is
// none.
func (k *keeper) wait(l *Leg) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.waiting == nil {
		return false
	}
	k.waiting[l] = true
	return true
}

// forget ends that.
func (k *keeper) forget(l *Leg) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.waiting, l)
}

// stranded returns the legs that wait for a life.
func (k *keeper) stranded() []*Leg {
	k.mu.Lock()
	defer k.mu.Unlock()
	legs := make([]*Leg, 0, len(k.waiting))
	for l := range k.waiting {
		legs = append(legs, l)
	}
	return legs
}

// abandon gives the legs up that wait, and without another life also those to
// come.
func (k *keeper) abandon(reason string, another bool) {
	legs := k.stranded()
	if !another {
		k.mu.Lock()
		k.waiting = nil
		k.mu.Unlock()
	}
	for _, l := range legs {
		l.lose(reason)
	}
}

// start launches the process and makes its acquaintance.
func (k *keeper) start(ctx context.Context) (*instance, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	began := time.Now()
	process, err := k.host.opt.Launch.Launch(ctx, k.spec, k.log)
	if err != nil {
		return nil, err
	}
	info, err := k.greet(ctx, process)
	if err != nil {
		stop, cancel := context.WithCancel(ctx)
		cancel() // by force: it is no plugin of ours
		process.Stop(stop)
		return nil, err
	}
	return newInstance(k, process, info, began), nil
}

// greet asks the plugin who it is, and hands it its configuration.
func (k *keeper) greet(ctx context.Context, p Process) (sdk.Info, error) {
	info, err := sdk.Hello(ctx, p.Conn(), k.host.opt.Version, k.spec.Name)
	if err != nil {
		return info, fmt.Errorf("it was started but does not answer: %w", err)
	}
	if !slices.Contains(info.Protocols, sdk.Protocol) {
		return info, mismatch(info.Name+" "+info.Version, info.Protocols)
	}
	if err := wayless(info); err != nil {
		return info, err
	}
	if err := schema.Check(info.Config, k.spec.Config); err != nil {
		return info, &Misfit{Text: fmt.Sprintf("config {} does not fit the plugin %s %s: %v", info.Name, info.Version, err)}
	}
	if err := sdk.Configure(ctx, p.Conn(), k.spec.Config); err != nil {
		return info, err
	}
	return info, nil
}

// mismatch is the refusal of a plugin that speaks other versions.
func mismatch(who string, theirs []int) error {
	newer := len(theirs) > 0 && slices.Min(theirs) > sdk.Protocol
	what := "build the plugin again with the SDK of this core, or get a newer release of it"
	if newer {
		what = "upgrade Plugboard, or get an older release of the plugin"
	}
	return &Misfit{Text: fmt.Sprintf("%s speaks version %s of the plugin protocol, this core speaks %d: %s",
		who, numbers(theirs), sdk.Protocol, what)}
}

// numbers returns "1", "1 and 2", "1, 2 and 3".
func numbers(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = fmt.Sprint(n)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// set changes what is known of the plugin, and tells it.
func (k *keeper) set(change func(*Info)) {
	k.mu.Lock()
	was := k.state
	change(&k.state)
	same := k.state == was
	k.turn()
	k.mu.Unlock()
	if !same && !k.quiet.Load() {
		k.host.opt.Changed(k.info())
	}
}

// info is the plugin at this moment.
func (k *keeper) info() Info {
	k.host.mu.Lock()
	leaves := k.leaves
	k.host.mu.Unlock()
	k.mu.Lock()
	info, now := k.state, k.now
	k.mu.Unlock()
	if leaves {
		info.Name = fmt.Sprintf("%s#%d", info.Name, k.serial)
	}
	if leaves && info.State == Up {
		info.State, info.Reason = Leaving, "it takes nothing new, and goes on for what is open in it"
	}
	info.Missed = k.missed.Load()
	if now != nil {
		if now.tools != nil {
			info.Calls = len(now.tools.present())
		}
		if now.apps != nil {
			info.Calls += now.apps.count()
		}
		if now.legs != nil {
			info.Legs = now.legs.count()
		}
		info.FrameLatencyP99Ms = float64(now.process.Bus().Latency()) / float64(time.Millisecond)
	}
	return info
}

// turn wakes who waits for a change. mu is held.
func (k *keeper) turn() {
	close(k.turned)
	k.turned = make(chan struct{})
}

// openPatience is how long a new leg waits for a plugin that has just ended.
const openPatience = time.Second

// await returns the life that it lives, or will in a moment; nil if none is in
// sight.
func (k *keeper) await(ctx context.Context) *instance {
	limit := time.NewTimer(openPatience)
	defer limit.Stop()
	for {
		k.mu.Lock()
		now, state, turned := k.now, k.state.State, k.turned
		k.mu.Unlock()
		if now != nil && !now.ended() {
			return now
		}
		if now == nil && (state == Failed || state == Stopped) {
			return nil
		}
		select {
		case <-turned:
		case <-limit.C:
			return nil
		case <-ctx.Done():
			return nil
		}
	}
}

// instance returns the life that it lives now, or nil.
func (k *keeper) instance() *instance {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now
}

// sleep waits for d or the end of ctx.
func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
