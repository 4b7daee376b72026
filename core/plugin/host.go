package plugin

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/archive/remote"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/host"
)

// Options are what a [Host] is made with.
type Options struct {
	Log     hclog.Logger
	Version string   // the core's, told to plugins
	Launch  Launcher // usually a [*Processes]

	// RTP sockets: bound to Address (unspecified ones: all), on ports of
	// Ports, by Listen (usually bus.ListenUDP).
	Address Addresses
	Ports   PortRange
	Listen  func(netip.AddrPort) (bus.Socket, error)

	// Prompts makes the sound that apps ask for. Nil: nobody does.
	Prompts host.Prompts
	// Mailboxes are those that a plugin may ask for. Nil: there are none.
	Mailboxes func(plugin string) host.Mailboxes
	// Keeper keeps what plugins make, and Recordings is where they put
	// recordings. Nil: they make nothing that is kept.
	Keeper     remote.Keeper
	Recordings string

	// Arrived is told of each call that comes in to a plugin by signalling of its
	// own. It must not block. Nil: none is taken.
	Arrived func(*Arrival)

	// Changed is told of every change of a plugin's state. It must not
	// block. Nil: nobody wants to know.
	Changed func(Info)
}

// Host runs the plugins, keeps them running, and opens legs in them.
type Host struct {
	opt   Options
	log   hclog.Logger
	ports *ports

	run    context.Context // of the keepers
	cancel context.CancelFunc
	done   sync.WaitGroup // the keepers
	tools  sync.WaitGroup // the goroutines of tools on calls

	mu      sync.Mutex // guards keepers, leaving, their legs, and live's writers
	keepers []*keeper  // in the order of the configuration
	leaving []*keeper  // that no configuration has any more
	serial  int        // of keepers, ever
	live    atomic.Pointer[[]*instance]

	taps taps

	tokens atomic.Uint64 // of socket hand-overs

	tick atomic.Uint64 // the newest
	due  atomic.Int64  // when it was due, in ns since 1970; stored before it
}

// Info is a plugin as the API shows it.
type Info struct {
	// Name is the block's; one that is leaving has a number behind it, as
	// another may have the name: "leg-rtp#1".
	Name              string  `json:"name"`
	Kind              string  `json:"kind"`
	Version           string  `json:"version"`
	PID               int     `json:"pid"`
	State             State   `json:"state"`
	Restarts          int     `json:"restarts"`
	FrameLatencyP99Ms float64 `json:"frame_latency_p99_ms"`
	Legs              int     `json:"legs"`
	// Calls is how many calls it listens to or runs, Missed how many frames of them it
	// lost because it was slow, since the core started.
	Calls  int    `json:"calls"`
	Missed uint64 `json:"missed"`
	// Reason is why it is not up, for people.
	Reason string `json:"reason,omitempty"`
}

// New returns a host that runs nothing yet.
func New(o Options) *Host {
	if o.Changed == nil {
		o.Changed = func(Info) {}
	}
	h := &Host{
		opt:   o,
		log:   o.Log,
		ports: newPorts(o.Address, o.Ports, o.Listen),
	}
	h.run, h.cancel = context.WithCancel(context.Background())
	h.live.Store(new([]*instance))
	return h
}

// Start starts the plugins, all at once, and returns when each has come up or
// failed once. The error joins what failed; those plugins are tried again
// all the same, so that the caller may go on without them. Start is called
// once.
func (h *Host) Start(ctx context.Context, specs []Spec) error {
	if err := twice(specs); err != nil {
		return err
	}
	keepers := make([]*keeper, len(specs))
	for i, s := range specs {
		keepers[i] = h.keep(s)
	}
	h.mu.Lock()
	h.keepers = keepers
	h.mu.Unlock()
	for _, k := range keepers {
		k.begin()
	}
	return errors.Join(firsts(ctx, keepers)...)
}

// twice returns an error if two plugins have one name.
func twice(specs []Spec) error {
	for i, s := range specs {
		if slices.ContainsFunc(specs[:i], func(other Spec) bool { return other.Name == s.Name }) {
			return fmt.Errorf("plugin %q is there twice", s.Name)
		}
	}
	return nil
}

// firsts waits until each plugin has come up or failed once, and returns what
// failed.
func firsts(ctx context.Context, keepers []*keeper) (failed []error) {
	for _, k := range keepers {
		select {
		case err := <-k.first:
			if err != nil {
				failed = append(failed, err)
			}
		case <-ctx.Done():
			return append(failed, fmt.Errorf("plugin %s is still starting: %w", k.spec.Name, ctx.Err()))
		}
	}
	return failed
}

// Close ends every plugin, kindly until ctx ends, and returns when no process
// and no goroutine is left. Legs that are still open are told as lost. The
// bus's memory goes with the last leg's Close.
func (h *Host) Close(ctx context.Context) {
	for _, k := range h.ever() {
		k.patience.Store(&ctx)
	}
	h.cancel()
	h.done.Wait()
	h.tools.Wait()
}

// List tells of every plugin, in the order of the configuration, and then of
// those that are [Leaving].
func (h *Host) List() []Info {
	var list []Info
	for _, k := range h.ever() {
		list = append(list, k.info())
	}
	return list
}

// ever are the keepers of all that runs.
func (h *Host) ever() []*keeper {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Concat(h.keepers, h.leaving)
}

func (h *Host) all() []*keeper {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.keepers
}

// find returns the keeper of the named plugin, or an error.
func (h *Host) find(name string) (*keeper, error) {
	for _, k := range h.all() {
		if k.spec.Name == name {
			return k, nil
		}
	}
	return nil, unknown(name)
}

// Ready returns nil when every plugin is up, else what is missing.
func (h *Host) Ready() error {
	var missing []error
	for _, k := range h.all() {
		if i := k.info(); i.State != Up {
			missing = append(missing, fmt.Errorf("plugin %s is %s: %s", i.Name, i.State, i.Reason))
		}
	}
	return errors.Join(missing...)
}

// Kill ends the process of a plugin by force. It comes back as after any
// crash.
func (h *Host) Kill(name string) error {
	k, err := h.find(name)
	if err != nil {
		return err
	}
	i := k.instance()
	if i == nil {
		return fmt.Errorf("plugin %s is %s, there is no process to kill", name, k.info().State)
	}
	i.condemn("it was killed on request")
	return nil
}

// Ring rings the bell of every plugin that has legs, or had of late: the frames of the given
// tick are written. The mixer's clock calls it, from one goroutine; it does
// not block.
func (h *Host) Ring(tick uint64, at time.Time) {
	h.due.Store(at.UnixNano())
	h.tick.Store(tick)
	for _, i := range *h.live.Load() {
		i.ring(tick, at)
	}
}

// join and part keep the list of what is rung.
func (h *Host) join(i *instance) {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := append([]*instance{i}, *h.live.Load()...)
	h.live.Store(&list)
}

func (h *Host) part(i *instance) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []*instance
	for _, other := range *h.live.Load() {
		if other != i {
			list = append(list, other)
		}
	}
	h.live.Store(&list)
}

// newest is the newest tick, and when it was due. While nothing is mixed no tick
// passes, and the last one counts as of now.
func (h *Host) newest() (uint64, time.Time) {
	now := time.Now()
	for {
		tick := h.tick.Load()
		at := time.Unix(0, h.due.Load())
		switch {
		case h.tick.Load() != tick: // it passed meanwhile
		case now.Sub(at) > 2*audio.Tick:
			return tick, now
		default:
			return tick, at
		}
	}
}
