package signin

import (
	"net/netip"
	"time"

	"github.com/plugboard/plugboard/core/subnet"
)

// place is what failures are counted for: who is tried, from where, or both.
type place struct {
	who  string
	addr netip.Prefix
}

// count is how many tries failed at a place, and when the next is seen.
type count struct {
	failed int
	last   time.Time
	next   time.Time
}

// tries are the places where something failed lately.
type tries map[place]*count

// How many failures are free at a place, how long a further one has to wait, and
// when all is forgotten.
const (
	freeForBoth = 5  // somebody who mistypes
	freeForAddr = 30 // an office behind one address
	freeForWho  = 50 // somebody who is tried from everywhere
	firstWait   = time.Second
	longestWait = 15 * time.Minute
	longestWho  = 30 * time.Second // else anybody could lock somebody out
	forgotten   = time.Hour
	maxPlaces   = 10_000
)

func (p place) free() int {
	switch {
	case p.who == "":
		return freeForAddr
	case !p.addr.IsValid():
		return freeForWho
	}
	return freeForBoth
}

// longest is the longest wait of a place.
func (p place) longest() time.Duration {
	if !p.addr.IsValid() {
		return longestWho
	}
	return longestWait
}

// places are those at which a try counts. Of somebody who is not there none is
// kept but the address: names that are made up shall not fill the memory.
func (d *Desk) places(who string, from netip.Addr) []place {
	at := subnet.Of(from)
	list := []place{{addr: at}}
	if _, known := d.account(who); known {
		list = append(list, place{who: who}, place{who, at})
	}
	return list
}

// try counts a try as one that failed, until [Desk.forgive], so that many at
// once do not slip through. The error is a [Wait] if one of the places has to
// wait; then it is not counted.
func (d *Desk) try(places []place) error {
	now := time.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	var wait time.Duration
	for _, p := range places {
		if c := d.tries[p]; c != nil && now.Sub(c.last) < forgotten {
			wait = max(wait, c.next.Sub(now))
		}
	}
	if wait > 0 {
		return Wait(wait)
	}
	d.tries.makeRoom(now)
	for _, p := range places {
		c := d.tries[p]
		if c == nil || now.Sub(c.last) >= forgotten {
			c = &count{}
			d.tries[p] = c
		}
		c.failed++
		c.last, c.next = now, now
		if over := c.failed - p.free(); over >= 0 {
			c.next = now.Add(min(firstWait<<min(over, 20), p.longest()))
		}
	}
	return nil
}

// forgive takes back what try counted: it was right. Who is known at this place
// begins anew; the others have one failure less.
func (d *Desk) forgive(places []place) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, p := range places {
		c := d.tries[p]
		switch {
		case c == nil:
		case p.free() == freeForBoth || c.failed <= 1:
			delete(d.tries, p)
		default:
			c.failed--
			c.next = time.Time{}
		}
	}
}

// makeRoom forgets what is old, and if that is not enough, what does not wait,
// and then any, until a tenth is free.
func (t tries) makeRoom(now time.Time) {
	if len(t) < maxPlaces {
		return
	}
	for _, goes := range []func(place, *count) bool{
		func(_ place, c *count) bool { return now.Sub(c.last) >= forgotten },
		func(p place, c *count) bool { return c.failed < p.free() },
		func(place, *count) bool { return true },
	} {
		for p, c := range t {
			if len(t) <= maxPlaces*9/10 {
				return
			}
			if goes(p, c) {
				delete(t, p)
			}
		}
	}
}
