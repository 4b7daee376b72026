package dialplan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// comparisons is how many pairs of patterns of one dialplan are compared at
// most. The index leaves few pairs; only thousands of patterns that begin with
// a wildcard come near.
const comparisons = 1_000_000

// checkShadows warns of patterns whose every number an earlier route takes.
func (c *compiler) checkShadows(t *table) {
	left := comparisons
	for i, e := range t.entries {
		first := t.shadow(i, &left)
		if first == nil {
			continue
		}
		at := fmt.Sprintf("%s:%d:%d", first.at.Filename, first.at.Start.Line, first.at.Start.Column)
		if e.at == e.route.at {
			c.warnAt(e.at, "Can never match", "Route %q (%s) takes every number before.", first.name, at)
			continue
		}
		c.warnAt(e.at, "Can never match", "Every number that %q matches goes to route %q (%s) before: the first route that matches wins. Put this one above it.", e.pattern.text, first.name, at)
	}
}

// shadow is an earlier route without a condition that takes every number of
// the entry; nil if there is none, or if it is not certain. left is how many
// pairs may still be compared.
func (t *table) shadow(i int, left *int) *route {
	mine := t.entries[i]
	number, ok := mine.pattern.sample()
	if !ok {
		return nil
	}
	var found *route
	// Whoever takes all numbers takes this one.
	t.index.each(number, func(j int) bool {
		if *left--; j >= i || *left < 0 {
			return true
		}
		e := t.entries[j]
		if e.route != mine.route && e.route.always() && e.pattern.match(number, nil) && e.pattern.covers(mine.pattern) {
			found = e.route
		}
		return found != nil
	})
	return found
}

// always says whether the route takes every number that matches.
func (r *route) always() bool {
	return r.when == nil || r.when.constant != cty.NilVal && r.when.constant.True()
}

// sample is a shortest number that matches.
func (p *pattern) sample() (string, bool) {
	if p.re != nil {
		return "", false
	}
	var out []byte
	for _, e := range p.elements {
		if e.many {
			continue
		}
		for _, b := range []byte("0123456789") {
			if e.set.has(b) {
				out = append(out, b)
				break
			}
		}
		if e.set.overlaps(byteRange('0', '9')) {
			continue
		}
		for b := range 256 {
			if e.set.has(byte(b)) {
				out = append(out, byte(b))
				break
			}
		}
	}
	return string(out), true
}

// single says whether it matches one number only.
func (p *pattern) single() bool {
	return p.re == nil && !slices.ContainsFunc(p.elements, func(e element) bool { return e.lit == 0 })
}

// covers says whether every number that o matches is matched by p too. It
// walks both side by side: where o can be, and all the places where p can be
// then. False also if it would take too long to find out.
func (p *pattern) covers(o *pattern) bool {
	const (
		longest = 62   // places of p fit into a word
		patient = 4096 // states
	)
	if p.re != nil || o.re != nil || len(p.elements) > longest {
		return false
	}
	type state struct {
		o int
		p uint64 // a bit for each element of p that can be next
	}
	bytes := distinct(p, o)
	seen := map[state]bool{}
	todo := []state{{0, p.skip(1)}}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[s] {
			continue
		}
		seen[s] = true
		if len(seen) > patient {
			return false
		}
		if s.o == len(o.elements) {
			if s.p>>len(p.elements)&1 == 0 {
				return false
			}
			continue
		}
		e, next := o.elements[s.o], s.o+1
		if e.many {
			todo = append(todo, state{s.o + 1, s.p})
			next = s.o
		}
		for _, b := range bytes {
			if e.set.has(b) {
				todo = append(todo, state{next, p.step(s.p, b)})
			}
		}
	}
	return true
}

// step is where p can be after a byte.
func (p *pattern) step(at uint64, b byte) uint64 {
	var out uint64
	for i, e := range p.elements {
		switch {
		case at>>i&1 == 0 || !e.set.has(b):
		case e.many:
			out |= 1 << i
		default:
			out |= 1 << (i + 1)
		}
	}
	return p.skip(out)
}

// skip adds the places that are reached by taking nothing.
func (p *pattern) skip(at uint64) uint64 {
	for i, e := range p.elements {
		if e.many && at>>i&1 == 1 {
			at |= 1 << (i + 1)
		}
	}
	return at
}

// distinct is one byte of each kind that the patterns tell apart.
func distinct(patterns ...*pattern) []byte {
	var out []byte
	kinds := map[string]bool{}
	for b := range 256 {
		var kind strings.Builder
		for _, p := range patterns {
			for _, e := range p.elements {
				if e.set.has(byte(b)) {
					kind.WriteByte('1')
				} else {
					kind.WriteByte('0')
				}
			}
		}
		if !kinds[kind.String()] {
			kinds[kind.String()] = true
			out = append(out, byte(b))
		}
	}
	return out
}
