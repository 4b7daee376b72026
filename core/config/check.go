package config

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/trunk"
)

// indexNumbers finds who has which number; from here on extension_number
// knows them.
func (l *loader) indexNumbers() {
	add := func(d Destination, number string, at hcl.Range) {
		if number == "" {
			return
		}
		if first, ok := l.cfg.numbers[number]; ok {
			l.errorAt(at, "Twice the same number", "%s has the number %s already (%s).", first.Path(), quote(number), place(numberPlace(first)))
			return
		}
		l.cfg.numbers[number] = d
	}
	for _, d := range l.cfg.Extensions {
		add(d, d.Number, d.Range("number"))
	}
	for _, d := range l.cfg.Groups {
		add(d, d.Number, d.Range("number"))
	}
	for _, d := range l.cfg.Conferences {
		add(d, d.Number, d.Range("number"))
	}
	l.numbered = true
	l.live = l.liveFunctions()
}

func numberPlace(d Destination) hcl.Range {
	switch d := d.(type) {
	case *Extension:
		return d.Range("number")
	case *Group:
		return d.Range("number")
	case *Conference:
		return d.Range("number")
	}
	return hcl.Range{}
}

// check looks at the configuration as a whole.
func (l *loader) check() {
	l.checkTrunks()
	told := map[Destination]bool{}
	for _, g := range l.cfg.Groups {
		l.checkNesting(g, []Destination{g}, told)
	}
	l.checkLoops()
	l.checkListeners()
}

// checkTrunks refuses trunks that an incoming call could not be told apart by.
func (l *loader) checkTrunks() {
	var list []trunk.Config
	byName := map[string]*Trunk{}
	for _, t := range l.cfg.Trunks {
		list = append(list, trunk.Config{Name: t.Name, Peer: t.Peer.String(), Allow: t.Allow, Register: t.Register})
		byName[t.Name] = t
	}
	for _, c := range trunk.Check(list) {
		second := byName[c.Second]
		attr := "allow"
		if c.Peer {
			attr = "peer"
		}
		l.errorAt(second.Range(attr), "Trunks that look alike", "%s.", c.Err)
	}
}

// checkNesting refuses groups that hold themselves. path is how it came from
// path[0] to g; told are the groups of circles that were reported.
func (l *loader) checkNesting(g *Group, path []Destination, told map[Destination]bool) {
	for _, m := range g.Members {
		inner, ok := m.(*Group)
		if !ok {
			continue
		}
		if inner == path[0] && told[inner] {
			continue
		}
		if inner == path[0] {
			for _, p := range path {
				told[p] = true
			}
			l.errorAt(inner.Range("members"), "A group in itself", "Ringing it would never end: %s.", chain(append(path, inner)))
			continue
		}
		if slices.Contains(path, Destination(inner)) {
			continue // a circle further in; it is told where it begins
		}
		l.checkNesting(inner, append(path[:len(path):len(path)], inner), told)
	}
}

func chain(path []Destination) string {
	var names []string
	for _, d := range path {
		names = append(names, d.Path())
	}
	return strings.Join(names, " → ")
}

// checkLoops warns of chains of no_answer, busy and unavailable that come
// back to where they began.
func (l *loader) checkLoops() {
	done := map[Destination]bool{}
	var walk func(d Destination, path []Destination)
	walk = func(d Destination, path []Destination) {
		for i, p := range path {
			if p == d {
				at := followPlace(d)
				l.note(hcl.Diagnostics{warningAt(at, "A chain that can loop", "Unanswered, a call goes in a circle until its caller hangs up or it is ended with the cause loop: %s.", chain(append(path[i:len(path):len(path)], d)))})
				return
			}
		}
		if done[d] {
			return
		}
		var f Follow
		switch d := d.(type) {
		case *Extension:
			f = d.Follow
		case *Group:
			f = d.Follow
		default:
			return
		}
		path = append(path[:len(path):len(path)], d)
		seen := map[Destination]bool{}
		for _, next := range []Destination{f.NoAnswer, f.Busy, f.Unavailable} {
			if next != nil && !seen[next] {
				seen[next] = true
				walk(next, path)
			}
		}
		done[d] = true
	}
	for _, e := range l.cfg.Extensions {
		walk(e, nil)
	}
	for _, g := range l.cfg.Groups {
		walk(g, nil)
	}
}

// followPlace is where a destination says what follows it.
func followPlace(d Destination) hcl.Range {
	var p Place
	switch d := d.(type) {
	case *Extension:
		p = d.Place
	case *Group:
		p = d.Place
	}
	for _, name := range []string{"no_answer", "busy", "unavailable"} {
		if p.Has(name) {
			return p.Range(name)
		}
	}
	return p.Block
}

// checkListeners refuses a web listener on a port that SIP over TCP has.
func (l *loader) checkListeners() {
	w := l.cfg.Web.Listen
	for _, s := range l.cfg.SIP.Listen {
		same := s.Addr.Addr() == w.Addr() || s.Addr.Addr().IsUnspecified() || w.Addr().IsUnspecified()
		if s.Transport == "tcp" && s.Addr.Port() == w.Port() && w.Port() != 0 && same {
			at := l.cfg.Web.Range("listen")
			if !l.cfg.Web.Has("listen") {
				at = s.Range
			}
			l.errorAt(at, "Two listeners on one port", "%s of sip and %s of web cannot both have the port.", s, w)
		}
	}
}
