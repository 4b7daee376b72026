// Package trunk knows the providers and switches that calls come from and go
// to: which trunk a source address belongs to, where a trunk's peer is, whether
// it can be used, and how many calls are on it.
//
// A [Directory] is made of the configuration's trunks. A peer given by address
// is known at once; a name is resolved by a goroutine of its own, again and
// again, until [Directory.Close]. An answer that is there is kept while the name
// servers fail: a trunk does not go down because of them.
//
// # Whose call it is
//
// [Directory.Match] takes, in this order:
//  1. the trunk whose peer has the source's address; of several with one
//     address the one with its port (UDP: the source port, TCP: the port of the
//     topmost Via's sent-by, as the source port is any);
//  2. the trunk with the longest network in allow that holds the address.
//
// Trunks are not challenged, so what matches here is let in.
package trunk

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/event"
)

// Resolver finds the addresses of a host; [net.Resolver] is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Options are what a [Directory] works with.
type Options struct {
	Resolver Resolver
	Log      hclog.Logger
	// Emit takes "trunk.changed" with a [State]. It is called by several
	// goroutines, and without a lock. nil: nobody listens.
	Emit func(event.Event)
}

// Names are resolved again after refresh, after a failure after retry, which
// doubles up to refresh. One attempt takes patience at most.
const (
	refresh  = time.Minute
	retry    = 2 * time.Second
	patience = 5 * time.Second
)

// The states of a trunk.
//
//	unknown ── resolved ──▶ up
//	   └───── failed ─────▶ failed ── resolved ──▶ up
//
// There is no way back from up: the last known addresses are used on.
const (
	Unknown = "unknown" // its name is being resolved for the first time
	Up      = "up"      // its peer's address is known
	Failed  = "failed"  // its name does not resolve
)

// State is a trunk as the API shows it.
type State struct {
	Name   string    `json:"name"`
	State  string    `json:"state"`
	Reason string    `json:"reason,omitempty"`
	Since  time.Time `json:"since"` // UTC
}

// ErrNoTrunk says that no trunk has this name.
var ErrNoTrunk = errors.New("no such trunk")

// ErrFull says that a trunk has max_calls live calls.
var ErrFull = errors.New("trunk is full")

// UnresolvedError says that a trunk's peer has no address.
type UnresolvedError struct {
	Trunk, Host string
	// Reason is what the name servers said, "" while they have not answered.
	Reason string
}

// Error implements error.
func (e *UnresolvedError) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("trunk %q: %s is not resolved yet", e.Trunk, e.Host)
	}
	return fmt.Sprintf("trunk %q: %s", e.Trunk, e.Reason)
}

// Directory holds the trunks. Its methods are safe for concurrent use and do
// not wait for the network.
type Directory struct {
	opts   Options
	cancel context.CancelFunc
	done   sync.WaitGroup

	mu     sync.RWMutex
	trunks []*trunk // in file order
	byName map[string]*trunk
}

// trunk is one of them. What stands below the line changes, under the
// directory's lock.
type trunk struct {
	name     string
	peer     Peer
	allow    []netip.Prefix
	maxCalls int

	addrs  []netip.Addr // none before the name is resolved
	state  string
	reason string
	since  time.Time
	calls  int
}

// New makes a directory and begins to resolve names; [Directory.Close] ends
// that. The error joins all that is wrong: peers that do not parse, trunks
// that cannot be told apart (see [Check]).
func New(configs []Config, o Options) (*Directory, error) {
	trunks, err := build(configs)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	d := &Directory{opts: o, cancel: cancel, trunks: trunks, byName: make(map[string]*trunk)}
	now := time.Now()
	for _, t := range trunks {
		d.byName[t.name] = t
		t.state, t.since = Unknown, now
		if addr, ok := t.peer.literal(); ok {
			t.addrs, t.state = []netip.Addr{addr}, Up
		}
	}
	for _, t := range trunks {
		if t.state == Unknown {
			d.done.Go(func() { d.resolve(ctx, t) })
		}
	}
	return d, nil
}

// Close ends the resolving and waits for it. The directory answers on with what
// it knows.
func (d *Directory) Close() {
	d.cancel()
	d.done.Wait()
}

// Source is where a request comes from.
type Source struct {
	Addr      netip.AddrPort
	Transport string // "udp" or "tcp"
	// SentBy is the port of the topmost Via's sent-by, 5060 if it names none.
	// It counts only over TCP.
	SentBy uint16
}

// Match returns the trunk that a source belongs to (see the package comment).
func (d *Directory) Match(s Source) (name string, ok bool) {
	addr, port := plain(s.Addr.Addr()), s.Addr.Port()
	if s.Transport != "udp" {
		port = s.SentBy
	}
	d.mu.RLock()
	defer d.mu.RUnlock()

	at, exact := 0, 0
	var only, ported *trunk
	for _, t := range d.trunks {
		if !slices.Contains(t.addrs, addr) {
			continue
		}
		at, only = at+1, t
		if t.peer.Port == port {
			exact, ported = exact+1, t
		}
	}
	switch {
	case at == 1:
		return only.name, true
	case exact == 1:
		return ported.name, true
	case exact > 1:
		return "", false // resolve has logged which
	}

	var best *trunk
	bits := -1
	for _, t := range d.trunks {
		for _, n := range t.allow {
			if n.Bits() > bits && n.Contains(addr) {
				best, bits = t, n.Bits()
			}
		}
	}
	if best == nil {
		return "", false
	}
	return best.name, true
}

// Peer returns where to send requests to a trunk. The errors are [ErrNoTrunk]
// and [*UnresolvedError].
func (d *Directory) Peer(name string) (addr netip.AddrPort, transport string, err error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	t := d.byName[name]
	switch {
	case t == nil:
		return netip.AddrPort{}, "", fmt.Errorf("%w: %q", ErrNoTrunk, name)
	case len(t.addrs) == 0:
		return netip.AddrPort{}, "", &UnresolvedError{t.name, t.peer.Host, t.reason}
	}
	return netip.AddrPortFrom(t.addrs[0], t.peer.Port), t.peer.Transport, nil
}

// Acquire counts a call on a trunk, in or out; release, which may be called
// more than once, takes it off again. The errors are [ErrNoTrunk] and
// [ErrFull].
func (d *Directory) Acquire(name string) (release func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.byName[name]
	switch {
	case t == nil:
		return nil, fmt.Errorf("%w: %q", ErrNoTrunk, name)
	case t.maxCalls > 0 && t.calls >= t.maxCalls:
		return nil, fmt.Errorf("%w: %q has its max_calls = %d live calls", ErrFull, name, t.maxCalls)
	}
	t.calls++
	return sync.OnceFunc(func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		t.calls--
	}), nil
}

// Calls returns how many live calls are on a trunk.
func (d *Directory) Calls(name string) int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if t := d.byName[name]; t != nil {
		return t.calls
	}
	return 0
}

// States returns all trunks for the API, in file order; empty, not nil,
// without trunks.
func (d *Directory) States() []State {
	d.mu.RLock()
	defer d.mu.RUnlock()
	states := make([]State, 0, len(d.trunks))
	for _, t := range d.trunks {
		states = append(states, t.show())
	}
	return states
}

func (t *trunk) show() State { return State{t.name, t.state, t.reason, t.since.UTC()} }

// resolve keeps the addresses of a peer's name fresh.
func (d *Directory) resolve(ctx context.Context, t *trunk) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	wait := retry
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		addrs, err := d.lookup(ctx, t.peer.Host)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			d.failed(t, err)
			timer.Reset(wait)
			wait = min(2*wait, refresh)
			continue
		}
		d.resolved(t, addrs)
		wait = retry
		timer.Reset(refresh)
	}
}

// lookup asks for the addresses of a host, IPv4 before IPv6 and else as they
// came, each once.
func (d *Directory) lookup(ctx context.Context, host string) ([]netip.Addr, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	found, err := d.opts.Resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, err
	}
	var v4, v6 []netip.Addr
	for _, a := range found {
		a = plain(a)
		switch {
		case a.Is4() && !slices.Contains(v4, a):
			v4 = append(v4, a)
		case a.Is6() && !slices.Contains(v6, a):
			v6 = append(v6, a)
		}
	}
	if len(v4)+len(v6) == 0 {
		return nil, fmt.Errorf("%s has no address", host)
	}
	return append(v4, v6...), nil
}

// resolved takes a new answer.
func (d *Directory) resolved(t *trunk, addrs []netip.Addr) {
	d.mu.Lock()
	// Name servers turn the order with each answer. The peer in use stays
	// first as long as it is there, so that calls keep going to one place.
	if len(t.addrs) > 0 {
		if i := slices.Index(addrs, t.addrs[0]); i > 0 {
			addrs[0], addrs[i] = addrs[i], addrs[0]
		}
	}
	moved := !sameAddrs(t.addrs, addrs)
	t.addrs = addrs
	var clash string
	for _, o := range d.trunks {
		if o != t && o.peer.Port == t.peer.Port && slices.ContainsFunc(o.addrs, func(a netip.Addr) bool { return slices.Contains(addrs, a) }) {
			clash = o.name
		}
	}
	state, changed := t.turn(Up, "")
	d.mu.Unlock()

	if moved {
		d.opts.Log.Info("peer of trunk resolved", "trunk", t.name, "host", t.peer.Host, "addresses", addrs)
		if clash != "" {
			d.opts.Log.Error("two trunks have the same address and port, so calls from there belong to neither; give one another port, or make them one trunk",
				"trunk", t.name, "other", clash)
		}
	}
	d.news(state, changed)
}

// failed takes an error for an answer.
func (d *Directory) failed(t *trunk, err error) {
	reason := "cannot resolve " + t.peer.Host + ": " + err.Error()
	d.mu.Lock()
	known := len(t.addrs) > 0
	state := Failed
	if known {
		state, reason = Up, reason+"; its last addresses are used on"
	}
	now, changed := t.turn(state, reason)
	d.mu.Unlock()
	if changed {
		d.opts.Log.Error("cannot resolve the peer of a trunk; check the name and the name server",
			"trunk", t.name, "host", t.peer.Host, "state", state, "error", err)
	}
	d.news(now, changed)
}

// turn sets the state; changed says whether it was another. The caller holds
// the lock.
func (t *trunk) turn(state, reason string) (now State, changed bool) {
	changed = t.state != state || t.reason != reason
	if t.state != state {
		t.since = time.Now()
	}
	t.state, t.reason = state, reason
	return t.show(), changed
}

// news tells that a trunk has changed.
func (d *Directory) news(s State, changed bool) {
	if changed && d.opts.Emit != nil {
		d.opts.Emit(event.Event{Time: time.Now().UTC(), Type: "trunk.changed", Data: s})
	}
}

// sameAddrs says whether two answers hold the same addresses in any order.
func sameAddrs(a, b []netip.Addr) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(x netip.Addr) bool { return !slices.Contains(b, x) })
}
