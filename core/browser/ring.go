package browser

import (
	"slices"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/presence"
)

// Dial rings the browsers of an extension, nil if none is there, or may come.
func (p *Phones) Dial(d call.Dial, inbox call.Inbox) call.Leg {
	p.mu.Lock()
	defer p.leave()
	e, x := d.Extension, p.people[d.Extension.Number]
	switch {
	case p.closed || !e.Browser:
		return nil
	case d.Late && slices.ContainsFunc(x.all(), func(l *Leg) bool { return l.call == d.Call && l.rings() }):
		return nil // what has come has found it
	case !x.reachable() && (d.Intercom || !p.wakes(e.Number)):
		return nil
	}
	x = p.person(e.Number)
	l := p.newLeg(d.Call, e, x)
	l.inbox = inbox
	from := Party{Number: d.CallerNumber, Name: d.CallerName}
	l.far = presence.Party{Number: d.CallerNumber, Name: d.CallerName, Hidden: d.CallerNumber == dialplan.Anonymous}
	if d.Private {
		from = Party{Number: dialplan.Anonymous}
		l.far.Hidden = true
	}
	l.ring = Ring{Leg: l.id, From: from, To: e.Number, Auto: d.Intercom, Since: l.since.UTC()}
	var ready []*Page
	for _, pg := range x.pages() {
		if pg.ready {
			ready = append(ready, pg)
		}
	}
	l.loud = loudest(ready)
	for _, pg := range ready {
		l.ringAt(pg)
	}
	if !slices.ContainsFunc(ready, func(pg *Page) bool { return pg.visible }) {
		l.wake()
	}
	l.prove(proofTime)
	return l
}

// wakes reports whether a push may reach a browser of a person.
func (p *Phones) wakes(number string) bool { return p.opt.Waker != nil && p.opt.Waker.Wakes(number) }

// wake has it pushed that the leg rings, once, and reports whether a browser may come of
// that. What shall be answered by itself is for pages that are there.
func (l *Leg) wake() bool {
	if l.ring.Auto || !l.p.wakes(l.person.number) {
		return false
	}
	if !l.pushed {
		l.pushed = true
		ring := l.ring
		ring.Call = l.call
		l.push(Message{MessageRing, ring})
	}
	return true
}

// push tells the person something though nobody looks at a page.
func (l *Leg) push(m Message) {
	number, call := l.person.number, l.call
	l.p.tell(func() { l.p.opt.Waker.Push(number, call, m) })
}

// rings reports whether the leg may be answered.
func (l *Leg) rings() bool { return l.state == asked || l.state == ringing }

// tells is the leg as a page is told of it, and notes that it was.
func (l *Leg) tells(pg *Page) Ring {
	if _, ok := l.told[pg]; !ok {
		l.told[pg] = false
	}
	if l.loud == nil {
		l.loud = pg
	}
	r := l.ring
	r.Call, r.Sound = l.call, l.loud == pg
	r.Auto = r.Auto && r.Sound
	return r
}

// ringAt rings a page, once.
func (l *Leg) ringAt(pg *Page) {
	if _, ok := l.told[pg]; !ok {
		r := l.tells(pg)
		pg.send(Message{MessageRing, r})
	}
}

// prove looks after a time at which pages have said that they ring. If none
// has, and none does that a push wakes, nobody is there.
func (l *Leg) prove(d time.Duration) {
	l.timer.set(l.p, d, func() {
		switch {
		case !l.rings():
		case l.proved():
			l.sound()
		case !l.waited && l.wake():
			l.waited = true
			l.prove(wakeTime)
		default:
			for pg := range l.told {
				pg.missed = l.id
			}
			l.end(call.Unavailable, "no page of the browser rings")
		}
	})
}

func (l *Leg) proved() bool {
	if l.shown {
		return true
	}
	for _, rings := range l.told {
		if rings {
			return true
		}
	}
	return false
}

// sound has another page sound if the one that should does not.
func (l *Leg) sound() {
	if l.loud != nil && l.told[l.loud] {
		return
	}
	var living []*Page
	for pg, rings := range l.told {
		if rings {
			living = append(living, pg)
		}
	}
	if l.loud = loudest(living); l.loud != nil {
		l.loud.send(Message{MessageRing, l.tells(l.loud)})
	}
}

// rung takes that a page rings.
func (l *Leg) rung(pg *Page) {
	l.told[pg] = true
	if l.loud == nil { // it has come when none of the others did
		l.loud = pg
		pg.send(Message{MessageRing, l.tells(pg)})
	}
	l.isRinging()
}

// isRinging is the proof that somebody is there.
func (l *Leg) isRinging() {
	if l.state == asked {
		l.state = ringing
		l.news(call.News{What: call.Ringing})
		l.lamp()
	}
}

// stop ends the ringing: the page that has answered is told another word than
// the others.
func (l *Leg) stop(cause string) {
	told := l.told
	l.told, l.loud = map[*Page]bool{}, nil
	for pg := range told {
		c := cause
		if cause == "answered" && pg.device.id != l.device {
			c = "answered_elsewhere"
		}
		pg.send(Message{MessageStop, Stop{Call: l.call, Leg: l.id, From: l.ring.From, Cause: c}})
	}
	if l.pushed {
		l.push(Message{MessageStop, Stop{Call: l.call, Leg: l.id, From: l.ring.From, Cause: cause}})
	}
}

// stopCause is the end of a leg that rings, for its pages.
func stopCause(c call.Cause) string {
	switch c {
	case call.AnsweredElsewhere:
		return "answered_elsewhere"
	case call.NoAnswer, call.Unavailable:
		return "no_answer"
	case call.Busy:
		return "declined"
	}
	return "cancelled"
}
