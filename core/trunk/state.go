package trunk

import (
	"net/netip"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// The states of a trunk.
//
//	unknown ──resolved──▶ registering ──200──▶ registered ◀─answers / silence─▶ down
//	   │ ▲                     │               ▲      │ refused, expired
//	   ▼ │                     ▼   ──200───────┘      │
//	   failed ◀──────────── failed ◀──────────────────┘
//
// One that does not register:
//
//	unknown ──resolved, answers──▶ up ◀─answers / silence─▶ down
//	   └── no address ──▶ failed ──resolved──▶ …
//
// There is no way back to an unknown place: the last known addresses are used on.
const (
	Unknown     = "unknown"     // its peer is being looked for, or asked for the first time
	Up          = "up"          // it does not register, and its peer answers
	Registering = "registering" // for the first time
	Registered  = "registered"
	Failed      = "failed" // its name does not resolve, or it cannot register
	Down        = "down"   // its peer does not answer
)

// State is a trunk as the API shows it.
type State struct {
	Name   string    `json:"name"`
	State  string    `json:"state"`
	Reason string    `json:"reason,omitempty"`
	Since  time.Time `json:"since"` // UTC
	// Until is when the registration ends unless it is refreshed; nil: it
	// is not registered.
	Until *time.Time `json:"until,omitempty"`
	// Public is where the peer sees us, an address and a port, "" while it has
	// not said.
	Public string `json:"public,omitempty"`
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

func (t *trunk) show() State {
	s := t.shown
	s.Since = s.Since.UTC()
	if s.Until != nil {
		until := s.Until.UTC().Truncate(time.Second)
		s.Until = &until
	}
	return s
}

// set changes what a trunk shows, and tells it if it is something new.
func (d *Directory) set(t *trunk, change func()) {
	d.mu.Lock()
	was := t.shown
	change()
	if t.shown.State != was.State {
		t.shown.Since = time.Now()
	}
	now, changed := t.show(), t.shown.State != was.State || t.shown.Reason != was.Reason
	changed = changed && d.byName[t.name] == t // what nobody names any more is not news
	d.mu.Unlock()
	if !changed {
		return
	}
	d.tell(t, now)
	if d.opts.Emit != nil {
		d.opts.Emit(event.Event{Time: time.Now().UTC(), Type: "trunk.changed", Data: now})
	}
}

// Seen notes where a trunk's peer sees us.
func (d *Directory) Seen(name string, at netip.AddrPort) {
	d.mu.Lock()
	t := d.byName[name]
	if t == nil || t.shown.Public == at.String() {
		d.mu.Unlock()
		return
	}
	t.shown.Public = at.String()
	now := t.show()
	d.mu.Unlock()
	if d.opts.Emit != nil {
		d.opts.Emit(event.Event{Time: time.Now().UTC(), Type: "trunk.changed", Data: now})
	}
}

// tell logs a new state.
func (d *Directory) tell(t *trunk, s State) {
	args := []any{"trunk", s.Name, "state", s.State, "peer", t.peer.String()}
	if s.Reason != "" {
		args = append(args, "reason", s.Reason)
	}
	switch s.State {
	case Failed, Down:
		d.opts.Log.Error("a trunk takes no calls", args...)
	case Up, Registered:
		d.opts.Log.Info("a trunk takes calls", args...)
	default:
		d.opts.Log.Debug("a trunk", args...)
	}
}
