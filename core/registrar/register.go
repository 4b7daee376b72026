package registrar

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Unset is an expiry that the REGISTER does not give.
const Unset = -1

// Update is what a REGISTER asks for.
type Update struct {
	CallID string
	CSeq   uint32
	// Contacts are its contacts, none for a query.
	Contacts []Contact
	// Wildcard: its Contact is "*". All bindings shall go; Expires has to be 0.
	Wildcard bool
	// Expires is its Expires header in seconds, [Unset] without one.
	Expires   int
	Flow      Flow
	UserAgent string
	// MaxDevices limits the bindings of the address-of-record; 0: no limit.
	MaxDevices int
}

// Contact is one contact of a REGISTER.
type Contact struct {
	URI      string
	Instance string  // +sip.instance, "" without one
	RegID    int     // reg-id, 0 without one
	Q        float64 // 0 to 1; 1 without one
	Expires  int     // its expires parameter in seconds, [Unset] without one
}

// Result is what a REGISTER is answered with.
type Result struct {
	// Bindings are all live bindings now, as from [Registrar.Bindings].
	Bindings []Binding
}

// TooBriefError refuses a registration for less than Min (423 with Min-Expires).
type TooBriefError struct {
	Asked, Min time.Duration
}

// Error implements error.
func (e *TooBriefError) Error() string {
	return fmt.Sprintf("asks to be registered for %v; the least is %v", e.Asked, e.Min)
}

// LimitError refuses a device beyond the limit of the extension (403).
type LimitError struct {
	AOR string
	Max int
}

// Error implements error.
func (e *LimitError) Error() string {
	return fmt.Sprintf("%s has %d devices already; raise its max_devices or let one unregister", e.AOR, e.Max)
}

// ErrOutOfOrder refuses a REGISTER that is older than the one before it with
// the same Call-ID (RFC 3261 §10.3 step 7; 500).
var ErrOutOfOrder = errors.New("CSeq is not above that of the latest REGISTER with this Call-ID")

// ErrWildcard refuses "Contact: *" beside other contacts or without "Expires: 0"
// (RFC 3261 §10.3 step 6; 400).
var ErrWildcard = errors.New(`"Contact: *" needs "Expires: 0" and no other contact`)

// Register does what a REGISTER asks for, all of it or, with an error, nothing.
// A query (no contact) changes nothing. The errors are [*TooBriefError],
// [*LimitError], [ErrOutOfOrder] and [ErrWildcard].
func (r *Registrar) Register(aor string, u Update) (Result, error) {
	if u.Wildcard && (len(u.Contacts) > 0 || u.Expires != 0) {
		return Result{}, ErrWildcard
	}
	terms := make([]time.Duration, len(u.Contacts))
	for i, c := range u.Contacts {
		var err error
		if terms[i], err = r.term(c.Expires, u.Expires); err != nil {
			return Result{}, err
		}
	}

	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	changes, err := r.plan(aor, u, terms, now)
	if err != nil {
		return Result{}, err
	}
	for _, c := range changes {
		r.apply(c, now)
	}
	return Result{Bindings: r.live(aor, now)}, nil
}

// term returns for how long a contact is bound; 0 means that it goes.
func (r *Registrar) term(contact, header int) (time.Duration, error) {
	seconds := contact
	if seconds < 0 {
		seconds = header
	}
	if seconds < 0 {
		return r.opts.Max, nil
	}
	// In seconds, as 2^32-1 of them are a legal wish and no time.Duration of
	// ours needs to hold it.
	if seconds >= int(r.opts.Max/time.Second) {
		return r.opts.Max, nil
	}
	d := time.Duration(seconds) * time.Second
	if d > 0 && d < r.opts.Min {
		return 0, &TooBriefError{Asked: d, Min: r.opts.Min}
	}
	return d, nil
}

// change is one step of an accepted REGISTER: old goes, fresh comes. With both
// it is the same device.
type change struct {
	old, fresh *entry
}

// plan checks a whole REGISTER and returns its steps. It changes nothing.
func (r *Registrar) plan(aor string, u Update, terms []time.Duration, now time.Time) ([]change, error) {
	have := r.bindings[aor]
	if u.Wildcard {
		changes := make([]change, 0, len(have))
		for _, e := range have {
			if e.outOfOrder(u) {
				return nil, ErrOutOfOrder
			}
			changes = append(changes, change{old: e})
		}
		return changes, nil
	}

	changes := make([]change, 0, len(u.Contacts))
	count, joins := 0, false
	for _, e := range have {
		if e.Expires.After(now) {
			count++
		}
	}
	for i, c := range u.Contacts {
		key := c.key()
		old := find(have, key, c.URI, terms[i] == 0)
		if slices.ContainsFunc(changes, func(x change) bool {
			return old != nil && x.old == old || x.fresh != nil && x.fresh.key == key
		}) {
			continue // the same device twice in one REGISTER: the first counts
		}
		if old != nil && old.outOfOrder(u) {
			return nil, ErrOutOfOrder
		}
		alive := old != nil && old.Expires.After(now)
		if terms[i] == 0 {
			if old != nil {
				changes = append(changes, change{old: old})
				if alive {
					count--
				}
			}
			continue
		}
		if !alive {
			count, joins = count+1, true
		}
		fresh := &entry{key: key, Binding: Binding{
			AOR: aor, Contact: c.URI, Instance: c.Instance, RegID: c.RegID,
			Flow: u.Flow, UserAgent: u.UserAgent, CallID: u.CallID, CSeq: u.CSeq,
			Q: c.Q, Since: now, Updated: now, Expires: now.Add(terms[i]),
		}}
		if alive {
			fresh.Since = old.Since
		}
		changes = append(changes, change{old, fresh})
	}
	// One that is here already may refresh, even if the limit has been lowered
	// below what is registered.
	if joins && u.MaxDevices > 0 && count > u.MaxDevices {
		return nil, &LimitError{AOR: aor, Max: u.MaxDevices}
	}
	return changes, nil
}

// find returns the entry of a device. One that leaves may also be named by its
// contact alone, without the instance that it came with.
func find(have []*entry, key, uri string, leaving bool) *entry {
	for _, e := range have {
		if e.key == key {
			return e
		}
	}
	if leaving {
		key = contactKey(uri)
		for _, e := range have {
			if contactKey(e.Contact) == key {
				return e
			}
		}
	}
	return nil
}

// outOfOrder says whether the update is not newer than what made the entry.
func (e *entry) outOfOrder(u Update) bool {
	return e.CallID == u.CallID && u.CSeq <= e.CSeq
}

// apply does one step. The caller holds the lock.
func (r *Registrar) apply(c change, now time.Time) {
	if c.old != nil {
		r.remove(c.old)
	}
	if c.fresh != nil {
		r.add(c.fresh)
	}
	switch old, fresh := c.old, c.fresh; {
	case fresh == nil:
		r.tell(now, "device.unregistered", Unregistered{old.AOR, old.device(), "unregistered"})
	case old == nil:
		r.tell(now, "device.registered", Registered{fresh.AOR, fresh.device()})
	case !old.Expires.After(now):
		// It expired before the goroutine looked.
		r.tell(now, "device.unregistered", Unregistered{old.AOR, old.device(), "expired"})
		r.tell(now, "device.registered", Registered{fresh.AOR, fresh.device()})
	case old.Contact != fresh.Contact:
		r.tell(now, "device.unregistered", Unregistered{old.AOR, old.device(), "replaced"})
		r.tell(now, "device.registered", Registered{fresh.AOR, fresh.device()})
	case old.Flow != fresh.Flow || old.UserAgent != fresh.UserAgent:
		r.tell(now, "device.registered", Registered{fresh.AOR, fresh.device()})
	}
}

// key names the device among those of its address-of-record.
func (c Contact) key() string {
	if c.Instance != "" {
		return "instance " + c.Instance + " " + strconv.Itoa(c.RegID)
	}
	return contactKey(c.URI)
}

// contactKey is equal for contact URIs that are one: scheme, host and
// parameters are compared without regard to case, parameters in any order
// (RFC 3261 §19.1.4). A parameter that one of them lacks makes two of
// them, since phones tell themselves apart by parameters of their own.
func contactKey(uri string) string {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(uri), ":")
	user, address := "", rest
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, address = rest[:at+1], rest[at+1:]
	}
	parts := strings.Split(strings.ToLower(address), ";")
	slices.Sort(parts[1:])
	return strings.ToLower(scheme) + ":" + user + strings.Join(parts, ";")
}
