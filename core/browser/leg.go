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
