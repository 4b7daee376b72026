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
	places := map[string]hcl.Range{} // where each number is said
	add := func(d Destination, number string, at hcl.Range) {
		if number == "" {
			return
		}
		if first, ok := l.cfg.numbers[number]; ok {
			l.errorAt(at, "Twice the same number", "%s has the number %s already (%s).", first.Path(), quote(number), place(places[number]))
			return
		}
		l.cfg.numbers[number], places[number] = d, at
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
	for _, d := range l.cfg.Voicemails {
		add(d, d.Number, d.Range("number"))
	}
	for _, d := range l.cfg.Menus {
		add(d, d.Number, d.Range("number"))
	}
	for _, d := range l.cfg.Queues {
		add(d, d.Number, d.Range("number"))
	}
	for _, d := range l.cfg.Parks {
		for _, slot := range d.Slots {
			add(d, slot, d.Range("slots"))
		}
	}
	for _, d := range l.cfg.Schedules {
		add(d, d.Override, d.Range("override"))
	}
	l.numbered = true
	l.live = l.liveFunctions()
}

// check looks at the configuration as a whole.
func (l *loader) check() {
	l.checkTrunks()
	done := map[Destination]bool{}
	for _, g := range l.cfg.Groups {
		l.checkNesting(g, nil, done)
	}
	for _, f := range l.cfg.Failovers {
		l.checkNesting(f, nil, done)
	}
	l.checkLoops()
	l.checkListeners()
	l.checkWebPorts()
	for _, v := range l.cfg.Voicemails {
		if v.Email != "" && l.cfg.Mail == nil {
			l.errorAt(v.Range("email"), "No mail server", `%s sends its messages by mail, and there is no server for that: write mail { smtp = "mail.example.net:587", from = "pbx@example.net" }, or leave email out.`, v.Path())
		}
	}
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

// parts are a group's members and a failover's order, and where they stand.
func parts(d Destination) ([]Destination, hcl.Range) {
	switch d := d.(type) {
	case *Group:
		return d.Members, d.Range("members")
	case *Failover:
		return d.Order, d.Range("order")
	}
	return nil, hcl.Range{}
}

// checkNesting refuses groups and failovers that hold themselves. path is how
// it came to d; done are those that it has been through.
func (l *loader) checkNesting(d Destination, path []Destination, done map[Destination]bool) {
	inside, at := parts(d)
	if i := slices.Index(path, d); i >= 0 {
		what := "A group in itself"
		if _, ok := d.(*Failover); ok {
			what = "A failover in itself"
		}
		l.errorAt(at, what, "Ringing it would never end: %s.", chain(append(path[i:len(path):len(path)], d)))
		return
	}
	if done[d] {
		return
	}
	for _, inner := range inside {
		l.checkNesting(inner, append(path[:len(path):len(path)], d), done)
	}
	done[d] = true
}

func chain(path []Destination) string {
	var names []string
	for _, d := range path {
		names = append(names, d.Path())
	}
	return strings.Join(names, " → ")
}

// hop is a way from one destination to the next.
type hop struct {
	attr string
	to   Destination
}

// hops are the ways that a call takes from a destination by itself. A menu's
// keys are none: who presses one wishes to go there, and may come back.
func hops(d Destination) (out []hop, at Place) {
	add := func(attr string, to Destination) {
		if to != nil {
			out = append(out, hop{attr, to})
		}
	}
	follow := func(f Follow) {
		add("no_answer", f.NoAnswer)
		add("busy", f.Busy)
		add("unavailable", f.Unavailable)
	}
	switch d := d.(type) {
	case *Extension:
		at = d.Place
		if d.ForwardAlways != nil {
			add("forward_always", d.ForwardAlways)
			break // the rest is never asked
		}
		follow(d.Follow)
	case *Group:
		at = d.Place
		follow(d.Follow)
	case *Queue:
		at = d.Place
		add("on_max_wait", d.OnMaxWait)
		add("busy", d.Busy)
		add("unavailable", d.Unavailable)
	case *Menu:
		at = d.Place
		add("otherwise", d.Otherwise)
	case *Flow:
		at = d.Place
		add("to", d.To)
	}
	return out, at
}

// checkLoops warns of chains that come back to where they began.
func (l *loader) checkLoops() {
	done := map[Destination]bool{}
	var walk func(d Destination, path []Destination)
	walk = func(d Destination, path []Destination) {
		next, at := hops(d)
		if i := slices.Index(path, d); i >= 0 {
			circle := append(path[i:len(path):len(path)], d)
			j := slices.IndexFunc(next, func(h hop) bool { return h.to == circle[1] })
			l.note(hcl.Diagnostics{warningAt(at.Range(next[j].attr), "A chain that can loop", "Unanswered, a call goes in a circle until its caller hangs up or it is ended with the cause loop: %s.", chain(circle))})
			return
		}
		if done[d] {
			return
		}
		path = append(path[:len(path):len(path)], d)
		seen := map[Destination]bool{}
		for _, h := range next {
			if !seen[h.to] {
				seen[h.to] = true
				walk(h.to, path)
			}
		}
		done[d] = true
	}
	for _, n := range l.order {
		for _, i := range n.instances {
			if i.ref.dest != nil {
				walk(i.ref.dest, nil)
			}
		}
	}
}

// checkListeners refuses a web listener on a port that SIP over TCP or TLS has,
// and these two on one.
func (l *loader) checkListeners() {
	w := l.cfg.Web.Listen
	for i, s := range l.cfg.SIP.Listen {
		for _, first := range l.cfg.SIP.Listen[:i] {
			if s.Transport != "udp" && first.Transport != "udp" && s.Addr == first.Addr && s.Addr.Port() != 0 {
				l.errorAt(s.Range, "Two listeners on one port", "%s and %s of sip cannot both have the port.", first, s)
			}
		}
		same := s.Addr.Addr() == w.Addr() || s.Addr.Addr().IsUnspecified() || w.Addr().IsUnspecified()
		if s.Transport != "udp" && s.Addr.Port() == w.Port() && w.Port() != 0 && same {
			at := l.cfg.Web.Range("listen")
			if !l.cfg.Web.Has("listen") {
				at = s.Range
			}
			l.errorAt(at, "Two listeners on one port", "%s of sip and %s of web cannot both have the port.", s, w)
		}
	}
}
