package call

import (
	"maps"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
)

// lines is what calls have to know of each other: how many an extension has,
// and whose turn it is in a group. Everything goes by the name in the
// configuration, so that it outlives a change of that.
type lines struct {
	mu    sync.Mutex
	calls map[string]int       // of each extension
	last  map[string]time.Time // when an extension last had a call
	turns map[string]int       // whose turn is next in a group
	// changed is told, without the lock, that an extension has more calls or less.
	changed func(name string)
}

func newLines() *lines {
	return &lines{calls: map[string]int{}, last: map[string]time.Time{}, turns: map[string]int{}, changed: func(string) {}}
}

// count is how many calls an extension has.
func (l *lines) count(name string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.calls[name]
}

// lastCall is when an extension last had one, the zero time if never.
func (l *lines) lastCall(name string) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last[name]
}

// had writes down that an extension has a call now.
func (l *lines) had(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last[name] = now()
}

// live is what the walk of a call sees of the switch: [dialplan.Live].
type live struct{ c *Call }

// Take implements [dialplan.Live]. The call counts until the last of the
// extension's legs in it has ended.
func (v live) Take(e *dialplan.Extension, most int) bool {
	c, l := v.c, v.c.sw.lines
	if c.held[e.Name] {
		return true
	}
	if !l.take(e.Name, most) {
		return false
	}
	c.held[e.Name] = true
	l.changed(e.Name)
	return true
}

// take counts one more call of an extension, unless it has that many.
func (l *lines) take(name string, most int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if most > 0 && l.calls[name] >= most {
		return false
	}
	l.calls[name]++
	return true
}

// Turn implements [dialplan.Live].
func (v live) Turn(g *dialplan.Group, n int) int {
	l := v.c.sw.lines
	l.mu.Lock()
	defer l.mu.Unlock()
	turn := l.turns[g.Name] % n
	l.turns[g.Name] = turn + 1
	return turn
}

// Took implements [dialplan.Live].
func (v live) Took(g *dialplan.Group, member int) {
	l := v.c.sw.lines
	l.mu.Lock()
	defer l.mu.Unlock()
	l.turns[g.Name] = member + 1
}

// LastCall implements [dialplan.Live].
func (v live) LastCall(e *dialplan.Extension) time.Time {
	return v.c.sw.lines.lastCall(e.Name)
}

// Shuffle implements [dialplan.Live].
func (live) Shuffle(n int) []int { return rand.Perm(n) }

// give changes how many calls an extension has.
func (l *lines) give(name string, n int) {
	l.add(name, n)
	l.changed(name)
}

func (l *lines) add(name string, n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.calls[name] += n; l.calls[name] <= 0 {
		delete(l.calls, name)
	}
}

// yield takes a party's extension out of those among whose calls this one
// counts, if it has no other leg here, and reports whether it did: the place
// goes with the party.
func (c *Call) yield(p *party) bool {
	name := p.leg.Name()
	if p.leg.Kind() == KindTrunk || !c.held[name] {
		return false
	}
	for _, o := range c.parties {
		if o != p && o.state != gone && o.leg.Kind() != KindTrunk && o.leg.Name() == name {
			return false
		}
	}
	delete(c.held, name)
	return true
}

// count takes a party's place among its extension's calls: the one that it
// brought along, or one more. Whoever has a call has it, whatever max_calls
// says.
func (c *Call) count(p *party, brought bool) {
	name := p.leg.Name()
	switch {
	case p.leg.Kind() != KindExtension && p.leg.Kind() != KindBrowser:
	case c.held[name] && brought:
		c.sw.lines.give(name, -1)
	case c.held[name]:
	default:
		c.held[name] = true
		if !brought {
			c.sw.lines.give(name, 1)
		}
	}
}

// free gives back the calls of extensions that have no leg in this one.
func (c *Call) free() {
	if len(c.held) == 0 {
		return
	}
	left := maps.Clone(c.held)
	if c.state != stateOver {
		for _, p := range c.parties {
			if p.state != gone && p.leg.Kind() != KindTrunk {
				delete(left, p.leg.Name())
			}
		}
	}
	for name := range left {
		delete(c.held, name)
		c.sw.lines.give(name, -1)
	}
}
