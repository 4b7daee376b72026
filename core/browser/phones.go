package browser

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/core/presence"
	"github.com/plugboard/plugboard/sdk/leg"
)

// The times of the pictures above, and bounds.
const (
	proofTime   = 1500 * time.Millisecond // for a page to say that it rings
	wakeTime    = 4 * time.Second         // after that, for a browser that a push wakes to say that it shows it
	returnTime  = 3 * time.Second         // for a page to come back, before its device has gone
	aloneTime   = 30 * time.Second        // for a session to be linked
	linkTime    = 10 * time.Second        // for a call to be linked
	awayTime    = 10 * time.Second        // for a leg to have a session again
	parting     = 60 * time.Millisecond   // media outlives its leg, so that the hub has taken the line out of its room
	mediaTime   = 5 * time.Second         // for a leg plugin to do what it is asked
	maxSessions = 8                       // of a person
	maxPages    = 16                      // of a person
	maxWaiting  = 4                       // calls of a person that are to be linked
	kept        = 16                      // calls of a person that somebody else has answered, of which that is known
)

// Media is a session's in a leg plugin.
type Media interface {
	leg.Media
	leg.Trickler
	Line() mix.Line
	// Latest is what its counters were about a second ago; the zero time: not
	// measured yet.
	Latest() (leg.Stats, time.Time)
}

// Options are what [Phones] are made of. None of the functions may be nil.
type Options struct {
	Log hclog.Logger
	// Extension is that of the configuration in force, nil if nobody has the number.
	Extension func(number string) *dialplan.Extension
	// Normalize is a number as dialled, in the form that routes match.
	Normalize func(string) string
	// Registered is how many other devices an extension has.
	Registered func(number string) int
	// Open opens the media of a session with the answer to an offer. tell may be
	// called from any goroutine until the media is closed.
	Open func(ctx context.Context, e *dialplan.Extension, id string, offer []byte, tell func(leg.Event)) (Media, []byte, error)
	// Counters are a session's as its call shows them.
	Counters func(leg.Stats, time.Time) *call.LegStats
	// Incoming hands a call to the hub.
	Incoming func(call.Incoming) call.Inbox
	// Changed tells that a device came, or why it went.
	Changed func(number string, d Device, gone string)
	// Lamp tells those who watch the extension.
	Lamp func(number string, d presence.Dialog)
	// Arrived tells that a page of an extension is there, or lives again, that may not ring
	// yet: it joins what rings the extension, in that call or, with "", in all. The error, a
	// [*call.Error], says that the call does not ring there.
	Arrived func(number, id string) error
	// Waker wakes people of whose pages none is looked at. Nil: nobody does.
	Waker Waker
}

// Waker reaches browsers that have no page open, too: a [Pusher].
type Waker interface {
	// Wakes reports whether a browser of the person wants to be told.
	Wakes(number string) bool
	// Push tells them something about a call. It never waits.
	Push(number, call string, m Message)
}

// Phones are the browsers of all people. Its methods are safe for concurrent
// use.
type Phones struct {
	opt    Options
	ctx    context.Context // ends with Close
	cancel context.CancelFunc
	wg     sync.WaitGroup // of sessions' goroutines

	mu       sync.Mutex
	closed   bool
	people   map[string]*person  // by number
	sessions map[string]*session // by id
	waiting  map[string]*waiting // by the id of the call
	told     []func()            // what is to be told once the lock is free
	telling  bool                // somebody does that
}

// person is whose extension has a number.
type person struct {
	number   string
	devices  map[string]*device
	legs     []*Leg   // those that have not ended, in order
	sessions int      // also those that are being opened
	waiting  int      // calls to be linked
	lost     []string // calls that somebody else has answered, the latest last
}

// all are the legs of somebody, perhaps nobody.
func (x *person) all() []*Leg {
	if x == nil {
		return nil
	}
	return x.legs
}

// device is a page of a person, or several that have the same id: a browser
// that copies a tab copies what the page has kept.
type device struct {
	id         string
	pages      []*Page
	registered bool // others know of it
	about      Device
	parts      alarm // without a page
}

// Device is a browser as others see it.
type Device struct {
	UserAgent string
	Address   string // IP:port that it is connected from
}

// New makes phones. [Phones.Close] ends them.
func New(o Options) *Phones {
	p := &Phones{opt: o, people: map[string]*person{}, sessions: map[string]*session{}, waiting: map[string]*waiting{}}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	return p
}

// Close ends all legs and sessions, and lets all pages go.
func (p *Phones) Close() {
	p.mu.Lock()
	p.closed = true
	for _, x := range p.everybody() {
		for _, d := range x.devices {
			d.parts.stop()
			for _, pg := range slices.Clone(d.pages) {
				pg.drop()
			}
		}
		for _, l := range slices.Clone(x.legs) {
			l.end(call.Normal, "")
		}
	}
	for _, s := range p.sessions {
		s.close()
	}
	for id := range p.waiting {
		p.forget(id)
	}
	p.leave()
	p.cancel()
	p.wg.Wait()
}

func (p *Phones) everybody() []*person { return slices.Collect(maps.Values(p.people)) }

// leave gives the lock back, and tells others what is to be told.
func (p *Phones) leave() {
	for len(p.told) > 0 && !p.telling { // else who tells does it
		all := p.told
		p.told, p.telling = nil, true
		p.mu.Unlock()
		for _, f := range all {
			f()
		}
		p.mu.Lock()
		p.telling = false
	}
	p.mu.Unlock()
}

// tell keeps something to be done once the lock is free.
func (p *Phones) tell(f func()) { p.told = append(p.told, f) }

// alarm is a timer whose function runs under the lock, and not once it was
// stopped or set anew.
type alarm struct {
	timer *time.Timer
	round int
}

func (a *alarm) set(p *Phones, d time.Duration, f func()) {
	a.stop()
	round := a.round
	a.timer = time.AfterFunc(d, func() {
		p.mu.Lock()
		defer p.leave()
		if a.round == round {
			f()
		}
	})
}

func (a *alarm) stop() {
	a.round++
	if a.timer != nil {
		a.timer.Stop()
	}
}

// person finds somebody, or takes them in.
func (p *Phones) person(number string) *person {
	x := p.people[number]
	if x == nil {
		x = &person{number: number, devices: map[string]*device{}}
		p.people[number] = x
	}
	return x
}

// tidy forgets a person of whom nothing is left.
func (p *Phones) tidy(x *person) {
	if len(x.devices) == 0 && len(x.legs) == 0 && x.sessions == 0 && x.waiting == 0 {
		delete(p.people, x.number)
	}
}

// extension is whose phone a number may be in a browser.
func (p *Phones) extension(number string) (*dialplan.Extension, error) {
	e := p.opt.Extension(number)
	switch {
	case e == nil:
		return nil, &call.Error{Cause: call.NotFound, Text: fmt.Sprintf("no extension has the number %q", number)}
	case !e.Browser:
		return nil, &call.Error{Cause: call.Denied, Text: fmt.Sprintf("%s has no phone in the browser: its configuration says browser = false", e.Path())}
	}
	return e, nil
}

// Allowed says why an extension may have no phone in the browser; nil: it may.
func (p *Phones) Allowed(number string) error {
	_, err := p.extension(number)
	return err
}

// Reachable reports whether a browser may ring for an extension.
func (p *Phones) Reachable(number string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.people[number].reachable()
}

func (x *person) reachable() bool {
	if x == nil {
		return false
	}
	for _, d := range x.devices {
		if d.registered {
			return true
		}
	}
	return false
}

// Count is how many browsers an extension has.
func (p *Phones) Count(number string) int { return len(p.Devices(number)) }

// Devices are the browsers of an extension, in order of their ids.
func (p *Phones) Devices(number string) []Device {
	p.mu.Lock()
	defer p.mu.Unlock()
	x := p.people[number]
	if x == nil {
		return nil
	}
	var all []*device
	for _, d := range x.devices {
		if d.registered {
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b *device) int { return strings.Compare(a.id, b.id) })
	var out []Device
	for _, d := range all {
		out = append(out, d.about)
	}
	return out
}

// Reconsider lets those go whom a new configuration does not have, or not in a
// browser. Their calls go on as long as their media does.
func (p *Phones) Reconsider() {
	p.mu.Lock()
	defer p.leave()
	for _, x := range p.everybody() {
		if _, err := p.extension(x.number); err == nil {
			continue
		}
		for _, d := range x.devices {
			for _, pg := range slices.Clone(d.pages) {
				pg.drop()
			}
			p.unregister(x, d, "extension removed")
		}
		p.tidy(x)
	}
}

// validDevice is what a page may call itself.
var validDevice = regexp.MustCompile(`^[A-Za-z0-9-]{8,64}$`)

const badDevice = "device takes 8 to 64 letters, digits and -"

// register makes a device known.
func (p *Phones) register(x *person, d *device) {
	if !d.registered {
		d.registered = true
		number, about := x.number, d.about
		p.tell(func() { p.opt.Changed(number, about, "") })
	}
}

// unregister is the end of a device.
func (p *Phones) unregister(x *person, d *device, why string) {
	d.parts.stop()
	delete(x.devices, d.id)
	if d.registered {
		d.registered = false
		number, about := x.number, d.about
		p.tell(func() { p.opt.Changed(number, about, why) })
	}
}
