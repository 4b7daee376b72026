// Package trunk knows the providers and switches that calls come from and go
// to: it registers there, finds where they are, asks whether they are there
// still, says which trunk a request belongs to, and counts their calls.
//
// A [Directory] holds the configuration's trunks; [Directory.Apply] gives it
// others. Each trunk has a goroutine from [Directory.Start] to
// [Directory.Close] (see keeper), which sends its requests through a [Client].
//
// # Where a peer is
//
// A peer given by name is looked up again and again (RFC 3263: NAPTR, SRV, A
// and AAAA; see [Resolver]). An answer that is there is kept while the name
// servers fail. Of several targets the first one that answers is used, and
// kept as long as it answers; a better one is tried now and then.
//
// # Whose call it is
//
// [Directory.Match] takes, in this order:
//  1. the trunk whose Contact the request addresses: a user part that nobody
//     can guess;
//  2. the trunk whose peer has the source's address; of several with one
//     address the one with its port (UDP: the source port, else: the port of the
//     topmost Via's sent-by, as the source port is any);
//  3. the trunk with the longest network in allow that holds the address.
//
// Trunks are not challenged, so what matches here is let in.
package trunk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/sip/auth"
	"github.com/plugboard/plugboard/sdk/event"
)

// Options are what a [Directory] works with.
type Options struct {
	Resolver Resolver
	// Client sends the requests; nil: no trunk registers or asks anything.
	Client Client
	Log    hclog.Logger
	// Emit takes "trunk.changed" with a [State]. It is called by several
	// goroutines, and without a lock. nil: nobody listens.
	Emit func(event.Event)
	// Key makes the Contacts, the same ones for the same key: after a crash
	// a registration takes the place of the last. nil: a random one.
	Key []byte
}

// ErrNoTrunk says that no trunk has this name.
var ErrNoTrunk = errors.New("no such trunk")

// ErrFull says that a trunk has max_calls live calls.
var ErrFull = errors.New("trunk is full")

// ErrClosed says that the directory is closed.
var ErrClosed = errors.New("the trunks are closed")

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

// UnusableError says that a trunk cannot take calls at present.
type UnusableError struct{ Trunk, State, Reason string }

// Error implements error.
func (e *UnusableError) Error() string {
	s := fmt.Sprintf("trunk %q is %s", e.Trunk, e.State)
	if e.Reason != "" {
		s += ": " + e.Reason
	}
	return s
}

// Directory holds the trunks. Its methods but Close are safe for concurrent
// use and do not wait for the network.
type Directory struct {
	opts   Options
	ctx    context.Context
	cancel context.CancelFunc
	done   sync.WaitGroup // keepers

	mu      sync.RWMutex
	started bool
	closed  bool
	trunks  []*trunk // in file order
	byName  map[string]*trunk
}

// trunk is one of them. What stands below the lines changes under the
// directory's lock.
type trunk struct {
	name        string
	peer        Peer
	contact     string       // the user part of its Contact, "": it does not register
	credentials *auth.Client // nil: it has none
	stop        context.CancelFunc
	gone        chan struct{}   // closed when its keeper has ended
	before      <-chan struct{} // gone of the trunk whose place it takes, or nil
	calls       *int

	cfg   Config
	allow []netip.Prefix

	targets []Target // what the name servers say; none before the first answer
	lent    []Target // where a redirect led
	at      Target   // the one in use, if in
	in      bool
	shown   State
}

// New makes a directory that does nothing yet. A peer that is given by
// address is known at once. The error joins all that is wrong: peers that do
// not parse, trunks that cannot be told apart (see [Check]).
func New(configs []Config, o Options) (*Directory, error) {
	if o.Log == nil {
		o.Log = hclog.NewNullLogger()
	}
	if len(o.Key) == 0 {
		o.Key = []byte(rand.Text())
	}
	d := &Directory{opts: o}
	d.ctx, d.cancel = context.WithCancel(context.Background())
	if err := d.Apply(configs); err != nil {
		return nil, err
	}
	return d, nil
}

// Start begins to look, to register and to ask. Close ends it.
func (d *Directory) Start() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.started || d.closed {
		return
	}
	d.started = true
	for _, t := range d.trunks {
		d.keep(t)
	}
}

// Close takes the registrations away, for a moment at most, and waits for it.
// The directory answers on with what it knows.
func (d *Directory) Close() {
	d.mu.Lock()
	d.closed = true
	d.mu.Unlock()
	d.cancel()
	d.done.Wait()
}

// Apply makes configs the trunks, all or, with an error as [New]'s, none of
// them. A trunk whose configuration is the same keeps its registration, its addresses and
// its counters, also if only allow and max_calls differ; one that is gone takes its
// registration away, while its calls go on; one that changed does so first and
// begins anew then.
func (d *Directory) Apply(configs []Config) error {
	next, err := build(configs)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return ErrClosed
	}
	byName := make(map[string]*trunk, len(next))
	for i, t := range next {
		old := d.byName[t.name]
		if old != nil && sameAtPeer(old.cfg, t.cfg) {
			old.cfg, old.allow = t.cfg, t.allow
			next[i], byName[t.name] = old, old
			continue
		}
		d.prepare(t)
		if old != nil {
			t.calls, t.before = old.calls, old.gone
		}
		byName[t.name] = t
	}
	retired := d.trunks
	d.trunks, d.byName = next, byName
	for _, t := range retired {
		if byName[t.name] != t && t.stop != nil {
			t.stop()
		}
	}
	if d.started {
		for _, t := range next {
			d.keep(t)
		}
	}
	return nil
}

// sameAtPeer says whether two configurations are one to the peer.
func sameAtPeer(a, b Config) bool {
	a.Allow, b.Allow, a.MaxCalls, b.MaxCalls = nil, nil, 0, 0
	return a.Name == b.Name && a.Peer == b.Peer && a.Register == b.Register &&
		a.Username == b.Username && a.AuthUsername == b.AuthUsername && a.Secret == b.Secret &&
		a.Expires == b.Expires && a.OptionsPing == b.OptionsPing
}

// prepare fills in what a new trunk begins with.
func (d *Directory) prepare(t *trunk) {
	c := t.cfg
	t.calls = new(int)
	t.shown = State{Name: t.name, State: Unknown, Since: time.Now()}
	if c.Username != "" {
		user := c.AuthUsername
		if user == "" {
			user = c.Username
		}
		t.credentials = auth.NewClient(user, c.Secret)
	}
	if c.Register {
		mac := hmac.New(sha256.New, d.opts.Key)
		fmt.Fprintf(mac, "%q %q %q", t.name, c.Peer, c.Username)
		t.contact = strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil))[:20])
	}
	if _, ok := t.peer.literal(); ok {
		t.targets, _ = locate(d.ctx, nil, t.peer)
		if !c.Register && (c.OptionsPing == 0 || d.opts.Client == nil) {
			t.shown.State = Up
		}
	}
}

// keep starts the keeper of a trunk that has none. The caller holds the lock.
func (d *Directory) keep(t *trunk) {
	if t.gone != nil {
		return
	}
	t.gone = make(chan struct{})
	var ctx context.Context
	ctx, t.stop = context.WithCancel(d.ctx)
	k := newKeeper(d, t)
	d.done.Go(func() {
		defer close(t.gone)
		defer t.stop()
		if t.before != nil {
			<-t.before
		}
		k.run(ctx)
	})
}

// Way is how a trunk is reached.
type Way struct {
	// Targets are where its peer may be, in the order to try them, and at
	// least one.
	Targets []Target
	Host    string // what its URIs name: "sip.example.net", "192.0.2.1:5070"
	// Username is the account there, "" if it needs none; Credentials prove
	// that it is ours.
	Username    string
	Credentials *auth.Client
	// Contact is the user part that the peer knows us by, "" if we do not
	// register.
	Contact string
}

// Way says how to reach a trunk. The errors are [ErrNoTrunk] and
// [*UnresolvedError]; whether it takes calls is not asked: see [Directory.Usable].
func (d *Directory) Way(name string) (Way, error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	t := d.byName[name]
	if t == nil {
		return Way{}, fmt.Errorf("%w: %q", ErrNoTrunk, name)
	}
	targets := t.order()
	if len(targets) == 0 {
		return Way{}, &UnresolvedError{t.name, t.peer.Host, t.shown.Reason}
	}
	return Way{Targets: targets, Host: t.peer.HostPort(), Username: t.cfg.Username, Credentials: t.credentials, Contact: t.contact}, nil
}

// order are the targets, the one in use first.
func (t *trunk) order() []Target {
	if !t.in {
		return slices.Clone(t.targets)
	}
	list := append(make([]Target, 0, len(t.targets)+1), t.at)
	for _, o := range t.targets {
		if !o.same(t.at) {
			list = append(list, o)
		}
	}
	return list
}

// Usable says whether a trunk takes calls, as far as is known: nil, or an
// [*UnusableError] for one that is not registered or whose peer is down.
func (d *Directory) Usable(name string) error {
	d.mu.RLock()
	defer d.mu.RUnlock()
	t := d.byName[name]
	switch {
	case t == nil:
		return fmt.Errorf("%w: %q", ErrNoTrunk, name)
	case t.shown.State == Up, t.shown.State == Registered, t.shown.State == Unknown && !t.cfg.Register && len(t.targets) > 0:
		return nil
	}
	return &UnusableError{t.name, t.shown.State, t.shown.Reason}
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
	case t.cfg.MaxCalls > 0 && *t.calls >= t.cfg.MaxCalls:
		return nil, fmt.Errorf("%w: %q has its max_calls = %d live calls", ErrFull, name, t.cfg.MaxCalls)
	}
	calls := t.calls
	*calls++
	return sync.OnceFunc(func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		*calls--
	}), nil
}

// Calls returns how many live calls are on a trunk.
func (d *Directory) Calls(name string) int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if t := d.byName[name]; t != nil {
		return *t.calls
	}
	return 0
}
