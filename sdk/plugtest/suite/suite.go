// Package suite is what a plugin of each kind has to do, case by case, whatever
// language it is written in: a case plays the core over the real protocol. Package
// plugtest runs it inside go test, and `plugboard plugin test` against a program.
package suite

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/archive"
	"github.com/plugboard/plugboard/sdk/archive/remote"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	busremote "github.com/plugboard/plugboard/sdk/bus/remote"
	"github.com/plugboard/plugboard/sdk/schema"
)

// Process is a plugin that runs, seen from the core.
type Process interface {
	Conn() *grpc.ClientConn
	Bus() *bus.Host
	// Done is closed when the process is gone.
	Done() <-chan struct{}
	// Cause tells how it ended, once Done is closed.
	Cause() string
	// Stop ends the process: kindly until ctx ends, then by force.
	Stop(ctx context.Context)
}

// Suite is a plugin that is put to the test.
type Suite struct {
	// Launch starts a process of it. Each case has one of its own.
	Launch func(ctx context.Context) (Process, error)
	// Config is its config {} block, as of the attributes it declares.
	Config map[string]any
	// Address is called at a plugin whose legs have signalling of their own; "": one
	// that means something to those alone that take any.
	Address string
}

// Case is one rule, and how it is tried.
type Case struct {
	Name string // "tts/stops"
	Rule string // in one sentence
	kind string // "": every plugin
	try  func(context.Context, *bench) error
}

// Skip is the error of a case that this plugin has no use for.
type Skip string

// Error implements error.
func (s Skip) Error() string { return string(s) }

// limit bounds one case.
const limit = time.Minute

// parting is how long a plugin may take to end.
const parting = 5 * time.Second

// Cases are those of a plugin of these kinds.
func Cases(kinds []string) (list []Case) {
	for _, c := range slices.Concat(everyCases(), legCases(), toolCases(), ttsCases(), appCases()) {
		if c.kind == "" || slices.Contains(kinds, c.kind) {
			list = append(list, c)
		}
	}
	return list
}

// Hello starts the plugin, asks it what it is, and ends it. It is not configured.
func (s Suite) Hello(ctx context.Context) (info sdk.Info, err error) {
	err = s.greeted(ctx, func(_ Process, i sdk.Info) error { info = i; return nil })
	return info, err
}

// Configure starts the plugin, asks it what it is, hands it its config {} block,
// and ends it. A block with mistakes in it is not handed over; one that the plugin
// minds is [sdk.ErrConfig].
func (s Suite) Configure(ctx context.Context) (info sdk.Info, wrong []schema.Mistake, err error) {
	err = s.greeted(ctx, func(p Process, i sdk.Info) error {
		info = i
		if wrong = schema.Mistakes(info.Config, s.Config); wrong != nil {
			return nil
		}
		return sdk.Configure(ctx, p.Conn(), orEmpty(s.Config))
	})
	return info, wrong, err
}

// greeted does something with a process that said what it is.
func (s Suite) greeted(ctx context.Context, do func(Process, sdk.Info) error) error {
	p, err := s.Launch(ctx)
	if err != nil {
		return fmt.Errorf("it does not start: %w", err)
	}
	defer stop(ctx, p)
	info, err := greet(ctx, p)
	if err != nil {
		return err
	}
	return do(p, info)
}

// stop ends a process, kindly for a while.
func stop(ctx context.Context, p Process) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), parting)
	defer cancel()
	p.Stop(ctx)
}

func greet(ctx context.Context, p Process) (sdk.Info, error) {
	info, err := sdk.Hello(ctx, p.Conn(), "plugtest", "tested")
	if err != nil {
		return info, fmt.Errorf("it does not answer the core's hello: %w", err)
	}
	return info, nil
}

// Try runs one case. The error says what the plugin did instead of what the rule
// has it do, or is a [Skip].
func (s Suite) Try(ctx context.Context, c Case) error { return s.with(ctx, c.try) }

// with does something with a process that has been greeted and configured.
func (s Suite) with(ctx context.Context, try func(context.Context, *bench) error) (err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	p, err := s.Launch(ctx)
	if err != nil {
		return fmt.Errorf("it does not start: %w", err)
	}
	b := &bench{Process: p, address: cmp.Or(s.Address, "plugtest"), launch: s.Launch, with: s.with}
	b.all.Go(func() { // what is asked of a process that is gone is not waited for
		select {
		case <-p.Done():
			cancel()
		case <-ctx.Done():
		}
	})
	defer b.all.Wait()
	defer cancel()
	defer stop(ctx, p)
	if b.info, err = greet(ctx, p); err != nil {
		return err
	}
	if err := sdk.Configure(ctx, p.Conn(), orEmpty(s.Config)); err != nil {
		return err
	}
	closeArchive, err := b.openArchive(ctx)
	if err != nil {
		return err
	}
	defer closeArchive()
	b.carry(ctx)
	b.startClock()
	defer b.stopClock()
	if err := try(ctx, b); err != nil {
		return b.explain(err)
	}
	return nil
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// openArchive keeps what the plugin makes, if it makes anything, in a directory
// that is gone afterwards.
func (b *bench) openArchive(ctx context.Context) (closed func(), err error) {
	dir, err := os.MkdirTemp("", "plugtest")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	b.all.Go(func() { _ = remote.Serve(ctx, b.Conn(), "tested", dir, shelf{}) }) // ends by cancel, or at once
	return func() {
		cancel()
		_ = os.RemoveAll(dir) // the plugin may still write there; the system cleans up
	}, nil
}

// carry lays the road by which the plugin's audio goes, if it is not the media bus.
func (b *bench) carry(ctx context.Context) {
	if b.info.Road != string(sdk.RoadGRPC) {
		return
	}
	road := b.Bus().Road()
	b.all.Go(func() { // ends with ctx, the bus, or the plugin
		if err := busremote.Carry(ctx, b.Conn(), road); err != nil {
			b.road.Store(&err)
		}
	})
}

// shelf takes all that is to be kept.
type shelf struct{}

// Recording implements [remote.Keeper].
func (shelf) Recording(string, archive.Recording) error { return nil }

// RecordingGone implements [remote.Keeper].
func (shelf) RecordingGone(string, string) error { return nil }

// Utterance implements [remote.Keeper].
func (shelf) Utterance(string, archive.Utterance) error { return nil }

// bench is one process, and the core that it sees.
type bench struct {
	Process
	info    sdk.Info
	address string                                 // to call
	launch  func(context.Context) (Process, error) // of another one
	// with does something with another one that has been greeted and configured.
	with func(ctx context.Context, try func(context.Context, *bench) error) error

	road  atomic.Pointer[error] // why it broke
	all   sync.WaitGroup
	clock sync.WaitGroup
	quit  chan struct{} // closed when the clock shall stop

	mu   sync.Mutex
	tick uint64
	each map[int]func(tick uint64) // what the mixer does at each tick
	next int                       // key of each
}

// startClock rings the bell of the media bus every 20 ms.
func (b *bench) startClock() {
	b.quit = make(chan struct{})
	b.each = make(map[int]func(uint64))
	b.clock.Go(func() {
		t := time.NewTicker(audio.Tick)
		defer t.Stop()
		for {
			select {
			case <-b.quit:
				return
			case <-t.C:
			}
			b.mu.Lock()
			b.tick++
			tick := b.tick
			for _, f := range b.each {
				f(tick)
			}
			b.mu.Unlock()
			b.Bus().Ring(tick, time.Now())
		}
	})
}

func (b *bench) stopClock() {
	close(b.quit)
	b.clock.Wait()
}

// at has the mixer do something at each tick, until stop is called; the first is
// the tick after from.
func (b *bench) at(f func(tick uint64)) (from uint64, stop func() (last uint64)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	key := b.next
	b.next++
	b.each[key] = f
	return b.tick, func() uint64 {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.each, key)
		return b.tick
	}
}

// alive returns an error if the process has ended or does not answer.
func (b *bench) alive(ctx context.Context) error { return alive(ctx, b) }

func alive(ctx context.Context, p Process) error {
	select {
	case <-p.Done():
		return fmt.Errorf("its process has ended: %s", p.Cause())
	default:
	}
	if _, err := sdk.Hello(ctx, p.Conn(), "plugtest", "tested"); err != nil {
		return fmt.Errorf("it no longer answers: %w", err)
	}
	return nil
}

// explain adds that the process has ended, if that is why.
func (b *bench) explain(err error) error {
	var skip Skip
	if errors.As(err, &skip) {
		return err
	}
	if why := b.road.Load(); why != nil {
		err = fmt.Errorf("%w (its audio: %w)", err, *why)
	}
	select {
	case <-b.Done():
		return fmt.Errorf("%w (its process has ended: %s)", err, b.Cause())
	default:
		return err
	}
}

// sine is what a party of a test says: so many Hz at −12 dBov.
func sine(f *audio.Frame, hz, tick int) {
	for i := range f {
		f[i] = 0.25 * wave(float64(hz)*float64(tick%50*audio.Samples+i)/audio.Rate)
	}
}

// list joins names for people.
func list(names []string) string { return strings.Join(names, ", ") }
