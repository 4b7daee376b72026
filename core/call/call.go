package call

import (
	"context"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/inbox"
	"github.com/plugboard/plugboard/core/queue"
	"github.com/plugboard/plugboard/sdk/event"
)

// Call is one call: its caller, the legs that it rings, and a room. Only its
// own goroutine touches it, but for inbox, shown and done.
type Call struct {
	sw    *Switch
	log   hclog.Logger
	plan  Plan
	facts dialplan.Facts
	// ctx is that of the call's dials. It ends after the last leg.
	ctx    context.Context
	cancel context.CancelFunc
	inbox  *inbox.Inbox[message]
	road   *road                  // of its legs' news, into the inbox
	timer  *time.Timer            // of the fork that rings, or of ending
	shown  atomic.Pointer[glance] // what others may see of the call
	done   chan struct{}          // closed when the call is over

	state    state
	first    func()         // what the call does in place of asking the dialplan, once it has a caller; nil: it asks
	refused  bool           // the switch takes no calls any more, but for emergencies
	phrase   string         // the reason phrase that the dialplan gives the caller
	by       Actor          // who originated it
	auto     bool           // the phones of who shall be the caller answer by themselves
	changed  bool           // since it was last shown
	caller   *party         // nil while an originated call is calling
	peer     *party         // who answered, nil if it is the switch itself
	why      News           // the end of a leg that is being taken, whose doing what follows is
	said     News           // how the call gets on, as the caller was told last
	parties  []*party       // every leg ever, in the order added
	forwards int            // the caller's Max-Forwards
	sentOn   int            // how often the walk was, when the caller was told
	asked    dialplan.Facts // what the dialplan was asked with last
	decision dialplan.Decision
	walk     *dialplan.Walk  // nil until the dialplan was asked
	fork     *fork           // what rings, nil if nothing does
	apps     []*running      // that have the call, or wait for it; the last one has it
	held     map[string]bool // extensions among whose calls this one counts
	parked   *stay           // the caller waits in a slot, nil: they do not
	line     *inLine         // in which the caller waits, nil: in none
	page     *page           // the caller speaks to some, nil: it does not
	media    media
	record   record
	batch    []message      // taken out of the inbox, and to be done
	invited  []*Call        // that ring somebody for this one
	transfer *transfer      // of the caller, that is under way; nil if none is
	given    *given         // a party that is on its way into another call, nil if none is
	moved    []event.CDRLeg // parties that are in other calls now
	tools    []*onCall      // that listen to it, or did
	lacks    *onCall        // of the route, and lost: the caller goes elsewhere if the route says where; nil: none, or they went
	sent     bool           // the caller went elsewhere because of a tool
}

// state is where a call stands.
//
//	               ┌─ next destination ─┐
//	               ▼                    │  nobody answers
//	calling ──▶ routing ────────────────┘ (and while an app has the call)
//	   │           │  a leg answers, or the switch itself does
//	   │           ▼
//	   │          up
//	   │           │  a party ends, a hangup, nothing left to try
//	   └─────▶ ending ──▶ over
//
// calling is the first state of an originated call only: the devices of the
// extension that shall be the caller ring. An incoming call begins in routing.
type state int

const (
	stateCalling state = iota
	stateRouting
	stateUp
	stateEnding
	stateOver
)

func (s state) String() string {
	return [...]string{"calling", "routing", "up", "ending", "over"}[s]
}

// endTime is how long legs may take to end once they were told to: longer
// than the SIP timers that give up on a far side (32 s, RFC 3261, section 17).
const endTime = 40 * time.Second

// run is the call's goroutine.
func (c *Call) run() {
	defer c.sw.forget(c)
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	var spare []message
	for c.state != stateOver {
		select {
		case <-c.inbox.Wake:
			spare = c.inbox.Take(spare)
			c.batch = spare
			for len(c.batch) > 0 {
				m := c.batch[0]
				c.batch = c.batch[1:]
				c.guard(m)
			}
		case <-c.timer.C:
			c.guard(message{kind: gotTimer})
		case <-c.media.speech.next():
			c.guard(message{kind: gotPrompt})
		case <-c.media.notice.next():
			c.guard(message{kind: gotNotice})
		case <-c.media.hold.speech.next():
			c.guard(message{kind: gotMusic})
		case <-look.C:
			c.guard(message{kind: gotLook})
		}
	}
}

// guard takes one message and contains a panic: first the call is ended as
// usual, and if that panics too, without ceremony.
func (c *Call) guard(m message) {
	defer c.show()
	defer c.contain(func() {
		if c.state >= stateEnding {
			c.abandon()
			return
		}
		defer c.contain(c.abandon)
		c.end(Failed, panicked, bySwitch)
	})
	c.take(m)
}

const panicked = "internal error"

// try does something that a panic shall not keep the rest from.
func (c *Call) try(f func()) {
	defer c.contain(func() {})
	f()
}

// contain, deferred, logs a panic and does then.
func (c *Call) contain(then func()) {
	if r := recover(); r != nil {
		c.log.Error("panic in a call: it is ended, others go on", "panic", r, "stack", string(debug.Stack()))
		then()
	}
}

// abandon ends the call whatever its state: each leg that was not told to end
// is hung up, and the call is over.
func (c *Call) abandon() {
	if c.state < stateEnding {
		c.record.end(Failed, panicked, bySwitch)
	}
	for _, p := range c.parties {
		c.try(func() { c.hangup(p, Failed) })
	}
	c.given = nil
	c.over()
}

// news is the inbox of the call's legs.
func (c *Call) news(n News) { c.road.news(n) }

// take is the state machine: one switch over what came and where the call
// stands. What it does not know is impossible, and logged.
func (c *Call) take(m message) {
	if m.kind == gotNews {
		c.hear(m.news)
		return
	}
	switch {
	case m.kind == gotStart:
		c.begin()
	case m.kind == gotTimer && c.page != nil && c.state == stateUp && c.fork != nil:
		c.allThrough()
	case m.kind == gotTimer && c.page != nil && c.state == stateRouting:
		c.do(c.unheard(dialplan.Result{Cause: NoAnswer}))
	case m.kind == gotTimer && c.line != nil:
		c.lineDue()
	case m.kind == gotTimer && c.state <= stateRouting && c.fork != nil:
		c.elapsed()
	case m.kind == gotTimer && c.state < stateEnding && c.media.speech != nil && !c.media.speech.aside:
		c.end(Failed, "the caller's media did not open, and the prompt was not heard", bySwitch)
	case m.kind == gotTimer && c.parked != nil && c.state == stateUp:
		c.waited()
	case m.kind == gotTimer && c.state == stateUp && c.peer == nil: // the tones are over
		c.end(Normal, "", bySwitch)
	case m.kind == gotTimer && c.state == stateEnding:
		c.log.Error("legs did not end in time: the call is closed without them", "after", endTime)
		c.abandon()
	case m.kind == gotHangup && c.state < stateEnding:
		c.end(m.cause, m.text, m.by)
	case m.kind == gotHangup: // it ends already
	case m.kind == gotPrompt:
		c.spoken()
	case m.kind == gotNotice:
		c.noticed()
	case m.kind == gotMusic:
		c.loseMusic()
	case m.kind == gotLook:
		c.look()
		return
	case m.kind == gotTap, m.kind == gotUntap:
		c.tap(m)
	case m.kind == gotTool:
		c.hearTool(m.tool, m.toolNews)
	case m.kind == gotAct:
		m.act()
	case m.kind == gotParcel:
		c.receive(m.parcel)
	case m.kind == gotTaken, m.kind == gotBack:
		c.answeredFor(m)
	default:
		c.log.Error("impossible transition", "state", c.state, "message", m.kind)
	}
	c.arrange()
}

// hear takes news of a leg.
func (c *Call) hear(n News) {
	p := c.party(n.Leg)
	if p == nil || !p.take(n) {
		c.impossible(p, n)
		return
	}
	if p.live() && n.What != Digit && n.What != Texted && n.What != Referred && n.What != Pressed && n.What != Wished {
		c.changedLeg(p)
	}
	if n.What.waits() && c.fork.has(p) {
		c.proceeds()
	}
	switch {
	case n.What == Ended:
		c.left(p, n)
	case !p.live(): // told to end, and not yet gone: what it says no longer matters
	case n.What == Digit:
		c.digit(p, n)
	case n.What == Texted:
		c.text(p, n)
	case n.What == Referred:
		c.referred(p, n.Refer)
	case n.What == Pressed:
		c.pressed(p)
	case n.What == Wished:
		c.wished(p, n.Wish)
	case n.What == Answered && p.app: // it has the call
		p.answered = now()
	case n.What == Answered && p.incoming: // our answer is through
	case n.What == Answered && c.fork.has(p) && c.page != nil:
		c.tuneIn(p)
	case n.What == Answered && c.fork.has(p) && c.state == stateCalling:
		c.called(p)
	case n.What == Answered && c.fork.has(p) && c.state == stateRouting:
		c.win(p)
	case n.What == Early && c.fork.has(p):
		c.fork.senders = append(c.fork.senders, p)
	case n.What == Ringing && c.fork.has(p):
		c.transfer.rings()
	case n.What == Changed:
	case n.What.waits() && c.fork.has(p):
		c.tellOn(n)
	default:
		c.impossible(p, n)
	}
	c.arrange()
}

// left is the end of a leg.
func (c *Call) left(p *party, n News) {
	c.close(p, n)
	c.why = n
	defer func() { c.why = News{} }()
	switch {
	case c.state == stateEnding:
		c.overIfAlone()
	case p == c.caller && c.state == stateRouting && c.record.answered.IsZero():
		c.end(unanswered(n.Cause, Cancelled), n.Text, byCaller)
	case c.appLeft(p, n):
	case c.goesOn(p):
	case p == c.caller:
		c.end(answered(n.Cause), n.Text, byCaller)
	case p == c.peer && c.elsewhere(n):
	case p == c.peer && c.resumesFrom(p):
	case p == c.peer:
		c.end(answered(n.Cause), n.Text, byCallee)
	case c.transfer != nil && p == c.transfer.by:
		c.transfer.by = nil
	case c.page != nil && (c.page.has(p) || c.fork.has(p)):
		c.pageLeft(p, n)
	case c.fork.has(p):
		c.ended(p, n)
	}
	// else a leg that was hung up on the way: a loser, or one that rang too long
}

// answered is a call's cause when a leg of a call that is up ended.
func answered(c Cause) Cause {
	switch c {
	case PluginLost, Failed, NoCodec, Congestion:
		return c
	default:
		return Normal
	}
}

// unanswered is the cause of a leg that ended before an answer: instead, if
// the cause is one that only an answered or a dropped leg can have.
func unanswered(c, instead Cause) Cause {
	switch c {
	case "", Normal, AnsweredElsewhere, Cancelled:
		return instead
	default:
		return c
	}
}

// begin is a call's first step.
func (c *Call) begin() {
	if c.state == stateRouting && c.first == nil {
		c.ask()
		c.refused = c.refused && c.walk.Emergency() == nil
	}
	c.emit(event.CallStarted, c.event())
	if c.state == stateCalling {
		c.tellAct(event.ActCall, c.by, nil, func(e *event.Act) { e.To = c.facts.To.Raw })
	}
	if c.caller != nil {
		c.caller.last = c.caller.leg.Info()
		c.tellLeg(event.LegAdded, c.caller)
	}
	switch {
	case c.refused:
		c.end(Congestion, "the switch is about to stop", bySwitch)
	case c.state == stateCalling:
		c.call(c.facts.From.Extension)
	case c.first != nil:
		c.first()
	default:
		c.route()
	}
}

// party finds a leg's party, nil if the leg is not of this call.
func (c *Call) party(l Leg) *party {
	for _, p := range c.parties {
		if p.leg == l {
			return p
		}
	}
	return nil
}

// add takes a dialled leg into the call.
func (c *Call) add(l Leg) *party {
	p := &party{leg: l, road: c.road, added: now(), last: l.Info()}
	c.parties = append(c.parties, p)
	c.changed = true
	c.tellLeg(event.LegAdded, p)
	return p
}

// hangup tells a leg to end, unless it was told or has ended.
func (c *Call) hangup(p *party, cause Cause) {
	if !p.live() {
		return
	}
	p.state, p.cause, c.changed = leaving, cause, true
	c.unseat(p)
	p.last = p.leg.Info()
	end := End{Cause: cause}
	if p == c.caller {
		end.Text = c.phrase
	}
	if unanswered(c.why.Cause, cause) == cause { // else the reason is one for something else
		end.Reason = c.why.Reason
	}
	p.leg.Hangup(end)
}

// close writes down the end of a leg.
func (c *Call) close(p *party, n News) {
	c.changed = true
	c.unseat(p)
	p.endTap()
	if p.cause == "" {
		p.cause, p.text = n.Cause, n.Text
	}
	p.status, p.ended = n.Status, now()
	if p.guest {
		c.guestLeaves(p.who)
	}
	p.keep(p.info())
	if !p.answered.IsZero() && p.of != nil {
		c.sw.lines.had(p.of.Name)
	}
	c.free()
	c.tellLeg(event.LegRemoved, p)
}

// end ends the call: every leg is told, and when the last has ended the call
// is over. All get the cause; text is for the record.
func (c *Call) end(cause Cause, text, by string) {
	if c.state >= stateEnding {
		return
	}
	if t := c.transfer; t != nil {
		c.transfer = nil
		t.by.tellReferral(Ended, cause, text)
	}
	c.state, c.fork, c.changed = stateEnding, nil, true
	c.record.end(cause, text, by)
	c.endSpeech()
	c.endNotice()
	c.uninvite()
	c.unpark()
	c.outOfLine(by)
	c.timer.Reset(endTime)
	for _, p := range c.parties {
		c.hangup(p, cause)
	}
	c.overIfAlone()
}

// overIfAlone ends an ending call that has no leg any more.
func (c *Call) overIfAlone() {
	for _, p := range c.parties {
		if p.state != gone {
			return
		}
	}
	if c.given != nil { // and may come back
		return
	}
	c.over()
}

// over is the end of everything: the record goes out.
func (c *Call) over() {
	c.timer.Stop()
	c.state = stateOver
	c.try(c.unpark)
	c.try(func() { c.leaveLine(queue.Left) })
	c.try(c.vacate)
	c.free()
	for _, p := range c.parties {
		p.endTap()
	}
	c.try(func() { c.emit(event.CallEnded, c.cdr()) })
}

func (c *Call) impossible(p *party, n News) {
	at := "unknown leg"
	if p != nil {
		at = p.state.String()
	}
	id := ""
	if n.Leg != nil {
		id = n.Leg.ID()
	}
	c.log.Error("impossible news of a leg", "leg", id, "is", at, "news", n.What, "state", c.state)
}
