// Package presence knows how those stand whom others watch by a lamp: an
// extension that talks, rings or has no phone, a parked call, a schedule that
// was switched by hand, a mailbox.
//
// A [Board] holds a [Snapshot] of each [Entity]. Whoever brings about a change
// tells it as a value and goes on; whoever watches is woken, and reads the
// latest snapshot when it gets to it. What lies between two looks is not kept:
// a lamp shows how things are, not how they came to be.
//
// A change costs as much as the watched one has watchers, however many
// others there are, and what is made of a snapshot for one of them is there for
// all.
package presence

import (
	"slices"
	"sync"
)

// Kind is what an entity is.
type Kind int

// The kinds of what can be watched, and how each is named.
const (
	Extension  Kind = iota + 1 // its number
	Conference                 // its name
	Schedule                   // its name
	Slot                       // where a call is parked: its number
	Feature                    // what an extension switches by a code: the code, and whose it is
	Mailbox                    // its name
)

// Entity is what can be watched.
type Entity struct {
	Kind Kind
	Name string
	Of   string // the number of the extension that it is a matter of, else ""
}

// Phase is where a dialog stands.
type Phase int

// The phases of a dialog, as in RFC 4235 §3.7.1.
const (
	Trying Phase = iota + 1
	Early        // it rings
	Confirmed
	Terminated
)

// String is the phase's name in RFC 4235.
func (p Phase) String() string {
	return [...]string{"", "trying", "early", "confirmed", "terminated"}[p]
}

// Party is somebody, as phones show it. The zero value is nobody.
type Party struct {
	Number, Name string
	Hidden       bool // it asked not to be shown
}

// Dialog is one that the watched one is in.
type Dialog struct {
	ID string // among those of the entity
	// CallID and the tags name it to who wants to pick it up (RFC 3891): local
	// is the tag of the watched one's phone, remote is ours. They are empty
	// where nothing can be picked up.
	CallID, LocalTag, RemoteTag string
	Initiator                   bool // the watched one called
	Phase                       Phase
	Held                        bool // by the watched one
	Remote                      Party
}

// Counts are the messages in a mailbox. Urgent ones are counted twice.
type Counts struct {
	New, NewUrgent     int
	Heard, HeardUrgent int
}

// State is how an entity stands.
type State struct {
	// Dialogs are those that live: the ones that ring first, since they can be
	// picked up, then those that are answered, then the rest. A lamp that is
	// lit for another reason has one without names.
	Dialogs []Dialog
	// Reachable: an extension has a phone. All else always is.
	Reachable bool
	// DoNotDisturb: an extension wants no calls.
	DoNotDisturb bool
	Messages     Counts // of a mailbox
	Account      string // the number that leads to it, "": none does
}

// Talking reports whether a dialog is confirmed.
func (s *State) Talking() bool { return s.in(Confirmed) }

// Ringing reports whether one rings.
func (s *State) Ringing() bool { return s.in(Early) }

func (s *State) in(p Phase) bool {
	return slices.ContainsFunc(s.Dialogs, func(d Dialog) bool { return d.Phase == p })
}

// Snapshot is an entity's state after a change. Nothing in it changes.
type Snapshot struct {
	State
	Entity Entity
	// Before is the snapshot's number that this one followed, and Changed the
	// dialogs that differ, those that ended as well.
	Number, Before uint64
	Changed        []Dialog

	mu   sync.Mutex
	made map[string]any
}

// Once returns what is made of the snapshot, made at the first call for a key.
func (s *Snapshot) Once(key string, make func() any) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	if v, ok := s.made[key]; ok {
		return v
	}
	v := make()
	if s.made == nil {
		s.made = map[string]any{}
	}
	s.made[key] = v
	return v
}

// Board holds the state of all that can be watched. Its methods are safe for
// concurrent use and do not wait. The zero value is ready.
type Board struct {
	// Changed is told each change, from any goroutine; it must not wait. Nil: nobody
	// is.
	Changed func(*Snapshot)

	mu     sync.Mutex
	things map[Entity]*thing
	last   uint64 // number of a snapshot
}

// thing is one entity: its latest snapshot and who watches.
type thing struct {
	now      *Snapshot
	watchers map[*Watch]struct{}
}

// Watch is somebody who watches an entity.
type Watch struct {
	board *Board
	of    Entity
	wake  func()
}

// Watch begins to watch. wake is called after each change, from any goroutine; it
// must not wait.
func (b *Board) Watch(of Entity, wake func()) *Watch {
	b.mu.Lock()
	defer b.mu.Unlock()
	w := &Watch{board: b, of: of, wake: wake}
	t := b.thing(of)
	if t.watchers == nil {
		t.watchers = map[*Watch]struct{}{}
	}
	t.watchers[w] = struct{}{}
	return w
}

// Now is the latest snapshot.
func (w *Watch) Now() *Snapshot { return w.board.Now(w.of) }

// Stop ends the watch.
func (w *Watch) Stop() {
	b := w.board
	b.mu.Lock()
	defer b.mu.Unlock()
	if t := b.things[w.of]; t != nil {
		delete(t.watchers, w)
		b.forget(t)
	}
}

// Now is the latest snapshot of an entity.
func (b *Board) Now(of Entity) *Snapshot {
	b.mu.Lock()
	defer b.mu.Unlock()
	if t := b.things[of]; t != nil {
		return t.now
	}
	return &Snapshot{Entity: of, State: calm(of)}
}

// calm is how an entity stands of which nothing was told.
func calm(of Entity) State { return State{Reachable: of.Kind != Extension} }

// Dialog tells of a dialog of an extension's, and with [Terminated] that it is
// over. What was told before, and the end of what was never told, changes nothing.
func (b *Board) Dialog(number string, d Dialog) {
	b.change(Entity{Kind: Extension, Name: number}, func(s *State) []Dialog {
		at := slices.IndexFunc(s.Dialogs, func(o Dialog) bool { return o.ID == d.ID })
		switch {
		case at < 0 && d.Phase == Terminated, at >= 0 && s.Dialogs[at] == d:
			return nil
		case d.Phase == Terminated:
			s.Dialogs = slices.Delete(slices.Clone(s.Dialogs), at, at+1)
		case at >= 0:
			s.Dialogs = slices.Clone(s.Dialogs)
			s.Dialogs[at] = d
		default:
			s.Dialogs = append(slices.Clip(s.Dialogs), d)
		}
		slices.SortStableFunc(s.Dialogs, func(a, b Dialog) int { return a.rank() - b.rank() })
		return []Dialog{d}
	})
}

// rank is where a dialog stands among those of its entity.
func (d Dialog) rank() int {
	switch {
	case d.Phase == Early && !d.Initiator:
		return 0
	case d.Phase == Confirmed:
		return 1
	}
	return 2
}

// Lamp tells whether a lamp of something other than an extension is lit, and on
// whose behalf.
func (b *Board) Lamp(of Entity, lit bool, with Party) {
	b.change(of, func(s *State) []Dialog {
		d := Dialog{ID: "lit", Phase: Confirmed, Remote: with}
		switch {
		case lit && len(s.Dialogs) == 1 && s.Dialogs[0] == d, !lit && len(s.Dialogs) == 0:
			return nil
		case lit:
			s.Dialogs = []Dialog{d}
		default:
			d = s.Dialogs[0]
			d.Phase, s.Dialogs = Terminated, nil
		}
		return []Dialog{d}
	})
}

// Reachable tells whether an extension has a phone.
func (b *Board) Reachable(number string, is bool) {
	b.change(Entity{Kind: Extension, Name: number}, func(s *State) []Dialog { s.Reachable = is; return nil })
}

// DoNotDisturb tells whether an extension wants no calls.
func (b *Board) DoNotDisturb(number string, is bool) {
	b.change(Entity{Kind: Extension, Name: number}, func(s *State) []Dialog { s.DoNotDisturb = is; return nil })
}

// Messages tells what is in a mailbox, and the number that leads to it.
func (b *Board) Messages(mailbox, number string, n Counts) {
	b.change(Entity{Kind: Mailbox, Name: mailbox}, func(s *State) []Dialog { s.Messages, s.Account = n, number; return nil })
}

// change makes a new snapshot of an entity, and wakes who watches it. edit
// changes a copy of the state, but not what a slice of it holds, and returns
// the dialogs that differ.
func (b *Board) change(of Entity, edit func(*State) []Dialog) {
	b.mu.Lock()
	t := b.thing(of)
	next := t.now.State
	changed := edit(&next)
	if changed == nil && next.flat() == t.now.flat() {
		b.forget(t)
		b.mu.Unlock()
		return
	}
	b.last++
	t.now = &Snapshot{State: next, Entity: of, Number: b.last, Before: t.now.Number, Changed: changed}
	now := t.now
	wake := make([]func(), 0, len(t.watchers))
	for w := range t.watchers {
		wake = append(wake, w.wake)
	}
	b.forget(t)
	b.mu.Unlock()
	for _, f := range wake {
		f()
	}
	if b.Changed != nil {
		b.Changed(now)
	}
}

// flat is what of a state compares.
func (s State) flat() flat { return flat{s.Reachable, s.DoNotDisturb, s.Messages, s.Account} }

type flat struct {
	reachable, doNotDisturb bool
	messages                Counts
	account                 string
}

// thing finds an entity, or makes it. The caller holds mu.
func (b *Board) thing(of Entity) *thing {
	t := b.things[of]
	if t == nil {
		if b.things == nil {
			b.things = map[Entity]*thing{}
		}
		t = &thing{now: &Snapshot{Entity: of, State: calm(of)}}
		b.things[of] = t
	}
	return t
}

// forget drops an entity that nobody watches and that is as if nothing had been
// told of it. The caller holds mu.
func (b *Board) forget(t *thing) {
	if len(t.watchers) == 0 && len(t.now.Dialogs) == 0 && t.now.flat() == calm(t.now.Entity).flat() {
		delete(b.things, t.now.Entity)
	}
}
