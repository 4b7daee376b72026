package browser

import (
	"context"
	"slices"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/core/presence"
)

// Leg is a party of a call in a browser: it implements [call.Leg].
type Leg struct {
	p        *Phones
	id       string
	name     string // the extension's in the configuration
	person   *person
	incoming bool // it has called

	// Guarded by the lock of the phones.
	state   state
	call    string     // in which it is now
	inbox   call.Inbox // nil until the hub has it
	unsaid  []call.News
	session *session // nil: it rings, or is away
	device  string   // whose page has it, once it is linked
	info    call.LegInfo
	before  *call.LegStats // of the sessions that it had
	timer   alarm          // of its state, or of being away
	missing alarm          // its page is not connected
	heard   uint64         // packets, when that was looked at last
	far     presence.Party // as those see it who watch

	ring  Ring
	told  map[*Page]bool // pages that were told that it rings; true: they have said so
	loud  *Page          // which sounds
	shown bool           // a browser has said that it shows what was pushed
	since time.Time

	pushed, waited bool // that it rings; for what comes of that
}

// state is where a leg stands, see the pictures of the package's comment. Away
// is none: a leg that calls or is up is that without a session, too.
type state int

const (
	asked state = iota
	ringing
	calling
	up
	over
)

var (
	_ call.Leg       = (*Leg)(nil)
	_ call.Mover     = (*Leg)(nil)
	_ call.Connected = (*Leg)(nil)
)

// newLeg makes a leg and takes it in.
func (p *Phones) newLeg(callID string, e *dialplan.Extension, x *person) *Leg {
	l := &Leg{p: p, id: call.NewID(), name: e.Name, person: x, call: callID, told: map[*Page]bool{}, since: time.Now()}
	l.info = call.LegInfo{ID: l.id, Kind: call.KindBrowser, Name: e.Name, Number: e.Number, State: "ringing"}
	x.legs = append(x.legs, l)
	return l
}

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

// pageGone takes that a page is not connected any more.
func (l *Leg) pageGone(pg *Page) {
	if l.rings() {
		if _, ok := l.told[pg]; !ok {
			return
		}
		delete(l.told, pg)
		if l.loud == pg {
			l.loud = nil
			l.sound()
		}
		if !l.proved() && (l.state == ringing || len(l.told) == 0) {
			l.prove(returnTime) // it may be loaded anew
		}
		return
	}
	if d := pg.device; l.device == d.id && len(d.pages) == 0 && l.session != nil {
		l.heard = l.packets()
		l.missing.set(l.p, awayTime, l.missed)
	}
}

// missed looks whether a leg whose page is not connected lives: its sound may
// have another way than its page.
func (l *Leg) missed() {
	if l.state == over || l.session == nil {
		return
	}
	if n := l.packets(); n > l.heard {
		l.heard = n
		l.missing.set(l.p, awayTime, l.missed)
		return
	}
	l.end(call.Normal, "its page was closed")
}

// packets is how many came from the page.
func (l *Leg) packets() uint64 {
	stats, _ := l.session.media.Latest()
	return stats.PacketsIn
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

// joins gives the leg a session, in place of the one that it has.
func (l *Leg) joins(s *session) {
	if was := l.session; was != nil {
		l.leaves(was)
		was.close()
	}
	s.alone.stop()
	l.missing.stop()
	s.leg, l.session, l.device = l, s, s.device
	if d := s.person.devices[s.device]; d != nil {
		l.info.UserAgent = d.about.UserAgent
	}
	l.takes(s)
}

// takes takes over what a session says of itself.
func (l *Leg) takes(s *session) {
	i := &l.info
	i.Codec, i.Held, i.Remote, i.Speaking, i.Level = s.info.Codec, s.info.Held, s.info.Remote, s.info.Speaking, s.info.Level
}

// leaves keeps the counters of a session that the leg has no longer.
func (l *Leg) leaves(s *session) {
	l.before = sum(l.before, l.p.opt.Counters(s.media.Latest()))
	l.session = nil
	l.missing.stop()
}

// away takes that the leg's session is lost: its page is asked for another.
func (l *Leg) away(s *session, reason string) {
	l.leaves(s)
	l.info.Speaking = false
	lost := Message{MessageLost, Lost{Call: l.call, Leg: l.id, Session: s.id, Reason: reason}}
	for _, pg := range l.person.pages() {
		if pg.device.id == l.device {
			pg.send(lost)
		}
	}
	l.timer.set(l.p, awayTime, func() { l.end(call.Normal, "its browser was lost: "+reason) })
	l.news(call.News{What: call.Changed})
}

// end is the end of the leg, whoever wanted it.
func (l *Leg) end(cause call.Cause, text string) {
	if l.state == over {
		return
	}
	if l.rings() {
		l.stop(stopCause(cause))
	}
	l.state = over
	l.timer.stop()
	l.missing.stop()
	x := l.person
	x.legs = slices.DeleteFunc(x.legs, func(o *Leg) bool { return o == l })
	if cause == call.AnsweredElsewhere {
		x.lost = append(x.lost, l.call)
		x.lost = x.lost[max(0, len(x.lost)-kept):]
	}
	if s := l.session; s != nil {
		l.leaves(s)
		s.close()
	}
	l.info.State, l.info.Stats = "ended", l.before
	l.news(call.News{What: call.Ended, Cause: cause, Text: text})
	l.lamp()
	l.p.tidy(x)
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

// news tells the hub.
func (l *Leg) news(n call.News) {
	n.Leg = l
	if l.inbox == nil {
		l.unsaid = append(l.unsaid, n)
		return
	}
	l.inbox(n)
}

// lamp tells those who watch the extension how the leg stands.
func (l *Leg) lamp() {
	d := presence.Dialog{ID: l.id, Initiator: l.incoming, Phase: presence.Terminated, Remote: l.far}
	switch l.state {
	case ringing:
		d.Phase = presence.Early
	case calling:
		d.Phase = presence.Trying
		if l.info.State == "early" {
			d.Phase = presence.Early
		}
	case up:
		d.Phase, d.Held = presence.Confirmed, l.info.Held
	case asked, over:
	}
	number := l.person.number
	l.p.tell(func() { l.p.opt.Lamp(number, d) })
}

// isUp is the answer, of either side.
func (l *Leg) isUp() {
	now := time.Now()
	l.state, l.info.State, l.info.Since = up, "up", &now
	l.news(call.News{What: call.Answered})
	l.lamp()
}

// do changes the leg by a wish of the hub.
func (l *Leg) do(f func()) {
	l.p.mu.Lock()
	defer l.p.leave()
	if l.state != over {
		f()
	}
}

// ID implements [call.Leg].
func (l *Leg) ID() string { return l.id }

// Kind implements [call.Leg].
func (l *Leg) Kind() call.Kind { return call.KindBrowser }

// Name implements [call.Leg].
func (l *Leg) Name() string { return l.name }

// Line implements [call.Leg]. While the leg is away it has none.
func (l *Leg) Line() mix.Line {
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	if l.session == nil {
		return nil
	}
	return l.session.media.Line()
}

// Info implements [call.Leg].
func (l *Leg) Info() call.LegInfo {
	l.p.mu.Lock()
	info, before, s := l.info, l.before, l.session
	l.p.mu.Unlock()
	if s != nil {
		before = sum(before, l.p.opt.Counters(s.media.Latest()))
	}
	info.Stats = before
	return info
}

// Ring implements [call.Leg]. The page sees it by the events of its call.
func (l *Leg) Ring() {}

// Proceed implements [call.Leg]: to who waits it is all one.
func (l *Leg) Proceed(call.What, string) {}

// Progress implements [call.Leg]: the media of a session is open.
func (l *Leg) Progress() {
	l.do(func() {
		if l.state == calling {
			l.info.State = "early"
			l.news(call.News{What: call.Changed})
			l.lamp()
		}
	})
}

// Answer implements [call.Leg].
func (l *Leg) Answer() {
	l.do(func() {
		if l.state == calling {
			l.isUp()
		}
	})
}

// Digit implements [call.Leg].
func (l *Leg) Digit(digit byte, d time.Duration) {
	l.do(func() {
		s := l.session
		if s == nil {
			return // it hears nothing else either
		}
		if !s.do(func() {
			ctx, cancel := context.WithTimeout(context.Background(), mediaTime)
			defer cancel()
			if err := s.media.Digit(ctx, digit, d); err != nil {
				l.p.opt.Log.Debug("a digit is not sent", "leg", l.id, "error", err)
			}
		}) {
			l.p.opt.Log.Warn("a digit is not sent: the session has too much to do", "leg", l.id)
		}
	})
}

// Text implements [call.Leg].
func (l *Leg) Text(text string) {
	l.do(func() {
		for _, pg := range l.person.pages() {
			pg.send(Message{MessageText, Text{Call: l.call, Text: text}})
		}
	})
}

// Moved implements [call.Mover].
func (l *Leg) Moved(id string) { l.do(func() { l.call = id }) }

// Connected implements [call.Connected]: the page sees it by the events of its
// call, those who watch by the lamp.
func (l *Leg) Connected(to dialplan.Party) {
	l.do(func() {
		l.far = presence.Party{Number: to.Number, Name: to.Shown(), Hidden: to.Hidden()}
		l.lamp()
	})
}

// Hangup implements [call.Leg].
func (l *Leg) Hangup(e call.End) { l.do(func() { l.end(e.Cause, e.Text) }) }

// sum adds the counters of a session to those of the ones before. What is not a
// counter is the last one's.
func sum(before, now *call.LegStats) *call.LegStats {
	switch {
	case before == nil:
		return now
	case now == nil:
		return before
	}
	all := *now
	all.PacketsIn += before.PacketsIn
	all.PacketsOut += before.PacketsOut
	all.Lost += before.Lost
	all.Late += before.Late
	all.Concealed += before.Concealed
	all.ConcealedMs += before.ConcealedMs
	all.StretchedMs += before.StretchedMs
	all.Refused += before.Refused
	all.Unagreed += before.Unagreed
	all.ClippedIn += before.ClippedIn
	return &all
}
