// Package registrar knows where the phones of an extension are: for each
// address-of-record (the extension's number) the bindings that its devices
// registered, until they expire (RFC 3261 §10.3).
//
// A [Registrar] holds the bindings in memory and owns one goroutine, which
// drops what has expired and tells the news. Everything that goes in and comes
// out is a value; nobody else holds a binding.
//
// # What is one device
//
// A device that names itself (+sip.instance, RFC 5626 §4.1) is known by that
// and its reg-id, so it has one binding whatever address it comes back from.
// Any other is known by its contact URI. Each registration replaces the
// binding of the same device, also when it arrives over another flow, as after
// a NAT has forgotten a mapping; a new device beyond the limit of the
// extension is refused, so that nobody loses calls silently.
//
// # Flows
//
// A binding remembers the [Flow] that its REGISTER arrived over. Requests to the
// device go back over it, since behind NAT nothing else reaches it.
package registrar

import (
	"container/heap"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// Flow is the road between us and a device. Flows are compared with ==.
type Flow struct {
	Transport string         // "udp", "tcp", "tls", "ws", "wss"
	Local     netip.AddrPort // our end
	Remote    netip.AddrPort // the device's end as we see it
	// Conn names the connection, also apart from a later one with the same
	// ends; "" for UDP.
	Conn string
}

// Binding is one way to reach an address-of-record.
type Binding struct {
	AOR       string
	Contact   string // URI, as registered
	Instance  string // +sip.instance without quotes, "" if it has none
	RegID     int    // reg-id, 0 if it has none
	Flow      Flow
	UserAgent string
	CallID    string
	CSeq      uint32
	Q         float64 // preference, 0 to 1
	Since     time.Time
	Updated   time.Time // the latest REGISTER
	Expires   time.Time
}

// Remaining returns how long the binding holds, in whole seconds, rounded up.
func (b Binding) Remaining(now time.Time) int {
	return int((b.Expires.Sub(now) + time.Second - 1) / time.Second)
}

// Options configure a [Registrar]. The zero value works.
type Options struct {
	// Min is the shortest registration; a shorter one is refused with
	// [*TooBriefError]. Default 30 s: behind a NAT phones ask for short ones
	// to keep their mapping open.
	Min time.Duration
	// Max is the longest; a longer wish is cut to it, and it is what a
	// device gets that wishes for nothing. Default 1 h.
	Max time.Duration
	// Emit takes the news, in order, one at a time: "device.registered" with
	// a [Registered], "device.unregistered" with an [Unregistered]. It runs on
	// the registrar's goroutine and may call the registrar. nil: nobody
	// listens.
	Emit func(event.Event)
	// Keep takes every change of the table, refreshes too, in order, for
	// [Registrar.Restore] after the next start. It runs where Emit does. nil:
	// nobody keeps them.
	Keep func([]Change)
}

// Change is a binding that came, changed or, with Gone, went.
type Change struct {
	Binding
	// Device names the device among those of its address-of-record. It has one
	// binding at most.
	Device string
	Gone   bool
}

// Registered is the data of "device.registered": a device came, or came back
// with another contact, flow or user agent. A mere refresh is no news.
type Registered struct {
	Number string `json:"number"`
	Device
}

// Unregistered is the data of "device.unregistered".
type Unregistered struct {
	Number string `json:"number"`
	Device
	// Reason is "unregistered" (it asked to), "expired", "replaced" (the same
	// device came back with another contact), "connection lost", or why the
	// configuration has no place for it any more: "extension removed",
	// "listener removed".
	Reason string `json:"reason"`
}

// Browser is the contact of a device that is no binding, but a browser.
const Browser = "browser"

// Device is a binding as the API shows it, or a browser.
type Device struct {
	Contact   string    `json:"contact"`
	UserAgent string    `json:"user_agent"`
	Address   string    `json:"address"` // IP:port that it is reached at
	Transport string    `json:"transport"`
	Expires   time.Time `json:"expires,omitzero"` // UTC; left out where it is there as long as its connection
}

func (b *Binding) device() Device {
	return Device{b.Contact, b.UserAgent, b.Flow.Remote.String(), b.Flow.Transport, b.Expires.UTC()}
}

// Registrar holds the bindings. Its methods are safe for concurrent use and
// never wait for anything but each other.
type Registrar struct {
	opts Options

	mu       sync.Mutex
	bindings map[string][]*entry          // by address-of-record
	flows    map[Flow]map[*entry]struct{} // those over a connection
	due      byExpiry
	news     []event.Event
	changes  []Change
	closed   bool

	wake chan struct{} // the goroutine shall look: news, or an earlier expiry
	stop chan struct{}
	done chan struct{}
}

// New starts a registrar; [Registrar.Close] ends it.
func New(o Options) *Registrar {
	if o.Min == 0 {
		o.Min = 30 * time.Second
	}
	if o.Max == 0 {
		o.Max = time.Hour
	}
	r := &Registrar{
		opts:     o,
		bindings: make(map[string][]*entry),
		flows:    make(map[Flow]map[*entry]struct{}),
		wake:     make(chan struct{}, 1),
		stop:     make(chan struct{}),
		done:     make(chan struct{}),
	}
	go r.run()
	return r
}

// Close ends the goroutine and waits for it. The bindings stay readable;
// nothing expires and nothing is told any more. It must not be called from Emit.
func (r *Registrar) Close() {
	r.mu.Lock()
	closed := r.closed
	r.closed = true
	r.mu.Unlock()
	if !closed {
		close(r.stop)
	}
	<-r.done
}

// Bindings returns the live bindings of an address-of-record, the most
// preferred first: by q, then the latest REGISTER.
func (r *Registrar) Bindings(aor string) []Binding {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.live(aor, time.Now())
}

// Devices returns the live bindings of an address-of-record for the API, in
// the order of [Registrar.Bindings]; empty, not nil, if there are none.
func (r *Registrar) Devices(aor string) []Device {
	live := r.Bindings(aor)
	devices := make([]Device, 0, len(live))
	for i := range live {
		devices = append(devices, live[i].device())
	}
	return devices
}

// Drop forgets the bindings over a flow when its connection has gone. A flow
// without Conn has no connection, and nothing happens.
func (r *Registrar) Drop(f Flow) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	for e := range r.flows[f] {
		r.remove(e)
		r.tell(now, "device.unregistered", Unregistered{e.AOR, e.device(), "connection lost"})
	}
}

// Forget drops the bindings that which says, and gives the reason in the news.
// which must not call the registrar.
func (r *Registrar) Forget(reason string, which func(Binding) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	for _, aor := range slices.Sorted(maps.Keys(r.bindings)) {
		for _, e := range slices.Clone(r.bindings[aor]) {
			if which(e.Binding) {
				r.remove(e)
				r.tell(now, "device.unregistered", Unregistered{e.AOR, e.device(), reason})
			}
		}
	}
}

// live copies the bindings of an address-of-record that have not expired.
func (r *Registrar) live(aor string, now time.Time) []Binding {
	entries := r.bindings[aor]
	out := make([]Binding, 0, len(entries))
	for _, e := range entries {
		if e.Expires.After(now) {
			out = append(out, e.Binding)
		}
	}
	slices.SortStableFunc(out, func(a, b Binding) int {
		switch {
		case a.Q > b.Q:
			return -1
		case a.Q < b.Q:
			return 1
		}
		return b.Updated.Compare(a.Updated)
	})
	return out
}

// run drops what has expired and tells the news, until Close.
func (r *Registrar) run() {
	defer close(r.done)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		news, changes, next := r.expire(time.Now())
		if len(changes) > 0 {
			r.opts.Keep(changes)
		}
		if r.opts.Emit != nil {
			for _, e := range news {
				r.opts.Emit(e)
			}
		}
		timer.Reset(next)
		select {
		case <-r.stop:
			if _, changes, _ := r.expire(time.Now()); len(changes) > 0 {
				r.opts.Keep(changes)
			}
			return
		case <-r.wake:
		case <-timer.C:
		}
	}
}

// expire drops what has expired, takes the news and the changes, and says how
// long until the next look.
func (r *Registrar) expire(now time.Time) (news []event.Event, changes []Change, next time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	next = time.Hour
	for len(r.due) > 0 {
		e := r.due[0]
		if e.Expires.After(now) {
			next = e.Expires.Sub(now)
			break
		}
		r.remove(e)
		r.tell(now, "device.unregistered", Unregistered{e.AOR, e.device(), "expired"})
	}
	news, r.news = r.news, nil
	changes, r.changes = r.changes, nil
	return news, changes, next
}

// tell queues news for the goroutine. The caller holds the lock.
func (r *Registrar) tell(now time.Time, kind string, data any) {
	if r.opts.Emit == nil || r.closed {
		return
	}
	r.news = append(r.news, event.Event{Time: now.UTC(), Type: kind, Data: data})
	r.look()
}

// keep queues a change for the goroutine. The caller holds the lock.
func (r *Registrar) keep(e *entry, gone bool) {
	if r.opts.Keep == nil || r.closed {
		return
	}
	r.changes = append(r.changes, Change{e.Binding, e.key, gone})
	r.look()
}

// look wakes the goroutine.
func (r *Registrar) look() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// entry is a binding in the tables.
type entry struct {
	Binding
	key string // of its device, among those of the same address-of-record
	at  int    // place in due
}

// add puts an entry into the tables. The caller holds the lock.
func (r *Registrar) add(e *entry) {
	r.bindings[e.AOR] = append(r.bindings[e.AOR], e)
	heap.Push(&r.due, e)
	if e.Flow.Conn != "" {
		set := r.flows[e.Flow]
		if set == nil {
			set = make(map[*entry]struct{})
			r.flows[e.Flow] = set
		}
		set[e] = struct{}{}
	}
	if e.at == 0 {
		r.look()
	}
	r.keep(e, false)
}

// remove takes an entry out of the tables. The caller holds the lock.
func (r *Registrar) remove(e *entry) {
	left := slices.DeleteFunc(r.bindings[e.AOR], func(x *entry) bool { return x == e })
	if len(left) == 0 {
		delete(r.bindings, e.AOR)
	} else {
		r.bindings[e.AOR] = left
	}
	heap.Remove(&r.due, e.at)
	if set := r.flows[e.Flow]; set != nil {
		delete(set, e)
		if len(set) == 0 {
			delete(r.flows, e.Flow)
		}
	}
	r.keep(e, true)
}

// byExpiry is a heap, the next to expire first.
type byExpiry []*entry

func (h byExpiry) Len() int           { return len(h) }
func (h byExpiry) Less(i, j int) bool { return h[i].Expires.Before(h[j].Expires) }
func (h byExpiry) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].at, h[j].at = i, j
}
func (h *byExpiry) Push(x any) {
	e := x.(*entry)
	e.at = len(*h)
	*h = append(*h, e)
}
func (h *byExpiry) Pop() any {
	old := *h
	e := old[len(old)-1]
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return e
}
