package sip

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/inbox"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/core/presence"
	"github.com/plugboard/plugboard/core/trunk"
	"github.com/plugboard/plugboard/sdk/leg"
)

// state is where a leg's dialog stands. Hold is a direction of the media and
// early media is media while ringing; neither is a state.
//
//	           ┌─ a caller (uas.go)
//	offered ──Answer, 200──▶ answering ──ACK──▶ up ──BYE, Hangup──▶ over
//	   │ CANCEL, Hangup          │ Hangup: leaving ──ACK: BYE──▶ over
//	   └─────────────▶ over      └ no ACK: BYE ──▶ over
//
//	           ┌─ a callee (uac.go)
//	calling ──1xx──▶ ringing ──2xx, ACK──▶ up ──BYE, Hangup──▶ over
//	   │ 300-699, B    │ 300-699 ──▶ over
//	   └──▶ over       │
//	   Hangup in either: cancelling ──1xx: CANCEL──▶ ──300-699──▶ over
//	                                 └──2xx: ACK, BYE──▶ over
type state int

const (
	offered state = iota
	answering
	leaving
	calling
	ringing
	cancelling
	up
	over
)

// String is for logs.
func (s state) String() string {
	return [...]string{"offered", "answering", "leaving", "calling", "ringing", "cancelling", "up", "over"}[s]
}

const (
	// mediaPatience is how long the leg plugin may take for one answer.
	mediaPatience = 5 * time.Second
	// settle is how long media outlives a leg: the hub hears of the end and
	// takes the line out of its room, before the line can be another's.
	settle = 60 * time.Millisecond
	// provisionalAgain repeats 180 and 183, so that proxies do not give up
	// (RFC 3261 §13.3.1.1).
	provisionalAgain = time.Minute
	reliableAgain    = 150 * time.Second // one that was acknowledged
	// lastCounters is how long the end of a leg may wait for its media's.
	lastCounters = 200 * time.Millisecond
)

// Leg is one party of a call. It implements [call.Leg].
type Leg struct {
	srv      *Server
	id, call string // call: the one that it was made for
	kind     call.Kind
	name     string
	number   string
	asked    string // outgoing: the user part that its INVITE asks for
	self     string // the user part of our Contact
	incoming bool
	sound    dialplan.Media // what its media may use, and do
	// symmetric: see [leg.Params].
	symmetric bool
	log       hclog.Logger
	tell      call.Inbox
	box       inbox.Inbox[event]
	done      chan struct{}
	at        atomic.Pointer[link]   // how the far side was last heard, for others
	remoteTag atomic.Pointer[string] // the far side's, for others
	moved     atomic.Pointer[string] // the call that it is in now, nil: that of its beginning

	// What follows belongs to the leg's goroutine.
	dlg        dialog
	state      state
	told       bool      // Ended is told
	tx         *serverTx // incoming: the INVITE
	invite     *exchange // outgoing: the INVITE
	cancelSent bool
	why        call.End       // why it is cancelled
	because    string         // why the far side ended it, for the other side of the call
	rang       bool           // a callee has rung, or a caller was told that somebody does
	sentOn     string         // the number that it sends the call on to
	rings      bool           // as the call was told; 181 and 182 end it
	places     []trunk.Target // outgoing: where else its trunk may be
	session    session
	shown      presence.Party // whom its phone shows as the other end
	again      timer          // a provisional, or the wait for the end of a cancelled INVITE

	mu    sync.Mutex // guards what Info and Line show
	info  call.LegInfo
	line  mix.Line
	media Media // whose counters Info shows, nil when they are in info
}

var (
	_ call.Leg   = (*Leg)(nil)
	_ call.Mover = (*Leg)(nil)

	_ call.Referrer  = (*Leg)(nil)
	_ call.Connected = (*Leg)(nil)
	_ call.Dialer    = (*Server)(nil)
)

// newLeg makes a leg that does not run yet.
func (s *Server) newLeg(callID string, kind call.Kind, name, number, state string, incoming bool) *Leg {
	set := s.opts.Settings()
	l := &Leg{
		srv: s, id: call.NewID(), call: callID, kind: kind, name: name, number: number, incoming: incoming,
		sound: dialplan.Media{Codecs: set.Codecs, Encryption: set.Encryption}, symmetric: set.Symmetric,
		done: make(chan struct{}),
	}
	l.box.Open()
	l.log = s.log.With("call", callID, "leg", l.id)
	l.info = call.LegInfo{ID: l.id, Kind: kind, Name: name, Number: number, State: state}
	return l
}

// sounds takes what holds for a party's media in place of the site's.
func (l *Leg) sounds(m dialplan.Media) {
	if len(m.Codecs) > 0 {
		l.sound = m
	}
}

// ID implements [call.Leg].
func (l *Leg) ID() string { return l.id }

// Kind implements [call.Leg].
func (l *Leg) Kind() call.Kind { return l.kind }

// Name implements [call.Leg].
func (l *Leg) Name() string { return l.name }

// Line implements [call.Leg].
func (l *Leg) Line() mix.Line {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.line
}

// Moved implements [call.Mover]: what the leg says and hears from now on is
// traced as that call's.
func (l *Leg) Moved(call string) { l.moved.Store(&call) }

// callNow is the id of the call that the leg is in.
func (l *Leg) callNow() string {
	if now := l.moved.Load(); now != nil {
		return *now
	}
	return l.call
}

// Ring implements [call.Leg].
func (l *Leg) Ring() { l.post(event{kind: wantRing}) }

// Progress implements [call.Leg]. News Changed follows once the line is open.
func (l *Leg) Progress() { l.post(event{kind: wantProgress}) }

// Proceed implements [call.Leg].
func (l *Leg) Proceed(how call.What, text string) {
	l.post(event{kind: wantProceed, how: how, text: text})
}

// Text implements [call.Leg].
func (l *Leg) Text(text string) { l.post(event{kind: wantText, text: text}) }

// Answer implements [call.Leg].
func (l *Leg) Answer() { l.post(event{kind: wantAnswer}) }

// Digit implements [call.Leg].
func (l *Leg) Digit(digit byte, d time.Duration) {
	l.post(event{kind: wantDigit, digit: digit, duration: d})
}

// Hangup implements [call.Leg].
func (l *Leg) Hangup(e call.End) { l.post(event{kind: wantHangup, end: e}) }

// Info implements [call.Leg]. The counters of its media are about a second old.
func (l *Leg) Info() call.LegInfo {
	l.mu.Lock()
	info, m := l.info, l.media
	l.mu.Unlock()
	if m != nil {
		info.Stats = StatsOf(m.Latest())
	}
	return info
}

// post tells the leg's goroutine something, false if that has gone, or is told too
// much by a stranger.
func (l *Leg) post(e event) bool {
	if e.foreign() {
		return l.box.Offer(e, maxWaiting)
	}
	return l.box.Put(e)
}

// show changes what Info shows.
func (l *Leg) show(change func(*call.LegInfo)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(&l.info)
}

// showUp shows a leg that talks from now on.
func (l *Leg) showUp() {
	now := time.Now()
	l.show(func(i *call.LegInfo) { i.State, i.Since = "up", &now })
}

// run is the leg's goroutine, from begin to the last thing that is owed to the
// far side. A panic ends this leg alone.
func (l *Leg) run(begin func()) {
	defer l.finish()
	defer func() {
		if r := recover(); r != nil {
			l.log.Error("panic in a leg", "error", r, "stack", string(debug.Stack()))
			l.ended(call.Failed, 0, "internal error")
		}
	}()
	l.here()
	begin()
	l.here()
	l.lamp()
	stop := l.srv.ctx.Done()
	var spare []event
	for l.state != over {
		select {
		case <-stop:
			l.hangup(call.End{Cause: call.Normal})
			if l.state == leaving {
				l.bye(l.why) // there is no time left to wait for the ACK
			}
			return
		case <-l.box.Wake:
		}
		spare = l.box.Take(spare)
		l.work(spare)
	}
}

// work takes events until the leg is over. It is no part of run because most of
// a leg's life is spent waiting there, on a stack that is the smaller for it.
func (l *Leg) work(events []event) {
	for i, e := range events {
		l.handle(e)
		l.here()
		l.lamp()
		if l.state == over {
			l.refuse(events[i+1:])
			return
		}
	}
}

// here tells others where the leg is.
func (l *Leg) here() {
	if now := l.dlg.link; now != nil && (l.at.Load() == nil || *l.at.Load() != now) {
		l.at.Store(&now)
	}
	if now := l.dlg.remoteTag; l.remoteTag.Load() == nil || *l.remoteTag.Load() != now {
		l.remoteTag.Store(&now)
	}
}

// refuse answers what came after the leg's end.
func (l *Leg) refuse(events []event) {
	for _, e := range events {
		switch e.kind {
		case gotRequest:
			l.srv.answer(e.tx, 481, "")
		case gotResponse:
			e.exchange.stray(l.srv, e.res)
		}
	}
}

// finish gives back what the leg has.
func (l *Leg) finish() {
	l.ended(call.Failed, 0, "")
	l.lamp()
	l.dropReferral()
	l.again.stop()
	l.session.stop()
	l.srv.drop(l)
	l.refuse(l.box.Close())
	if l.invite != nil {
		l.invite.forget()
	}
	if m := l.session.media; m != nil {
		select {
		case <-time.After(settle):
		case <-l.srv.ctx.Done():
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(l.srv.ctx), mediaPatience)
		if err := m.Close(ctx); err != nil && !errors.Is(err, leg.ErrGone) {
			l.log.Warn("media did not close", "error", err)
		}
		cancel()
		l.mu.Lock()
		l.line = nil
		l.mu.Unlock()
	}
	close(l.done)
}

// handle takes one event: the machine whose picture is above [state]. What is
// not possible where the leg stands is logged, or answered as the RFC says.
func (l *Leg) handle(e event) {
	switch e.kind {
	case wantRing, wantProceed, wantProgress, wantAnswer:
		if l.state != offered {
			l.impossible(e.kind)
			return
		}
		l.wish(e)
	case wantDigit:
		l.sendDigit(e.digit, e.duration)
	case wantText:
		l.sendText(e.text)
	case wantReferral:
		l.report(e.how, e.end)
	case wantConnected:
		l.session.connected = &e.party
		l.shown = shownAs(e.party)
		l.showConnected()
	case wantHangup:
		l.hangup(e.end)
	case gotMedia:
		l.mediaNews(e.media)
	case gotCancel:
		if l.state == offered {
			l.cancelled(e.req)
		}
	case gotACK:
		l.ackArrived(e)
	case gotRequest:
		l.inDialog(e)
	case gotResponse:
		if e.exchange == l.invite {
			l.inviteAnswered(e.res)
		} else if e.exchange.heard != nil && e.res.StatusCode >= 200 && !l.challenged(e.exchange, e.res) {
			e.exchange.heard(e.res)
		}
	case gotFailure:
		if e.exchange == l.invite {
			l.inviteFailed(e.err)
		} else if e.exchange.failed != nil {
			e.exchange.failed(e.err)
		}
	case gotTimer:
		if e.timer.round == e.round {
			e.timer.fire()
		}
	}
}

// impossible logs a wish that does not fit: a fault of the switch, not of the
// far side. Between a wish and its news the far side may hang up, so an ended
// leg says nothing.
func (l *Leg) impossible(k eventKind) {
	if !l.told {
		l.log.Error("a wish that the leg cannot follow", "wish", int(k), "state", l.state.String(), "incoming", l.incoming)
	}
}

// news tells the call.
func (l *Leg) news(n call.News) {
	if l.told {
		return
	}
	n.Leg = l
	l.tell(n)
}

// ended tells the last news, once.
func (l *Leg) ended(cause call.Cause, status int, text string) {
	if l.told {
		return
	}
	last := l.lastStats()
	l.show(func(i *call.LegInfo) { i.State, i.Stats, l.media = "ended", last, nil })
	l.news(call.News{What: call.Ended, Cause: cause, Status: status, Text: text, Reason: l.because, Redirect: l.sentOn})
	l.told = true
	if l.state != leaving { // else its 200 is repeated until the ACK comes, or its time is over
		l.session.stop()
	}
	l.session.renew.stop()
}

// hangup ends the leg in whatever state it is.
func (l *Leg) hangup(e call.End) {
	switch l.state {
	case offered:
		l.reject(statusOf(e.Cause), e)
		return
	case answering:
		// Before its ACK a caller must not get BYE (RFC 3261 §15).
		l.state = leaving
		l.why = e
	case calling, ringing:
		l.state = cancelling
		l.why = e
		l.cancelInvite()
	case up:
		if !l.parts(e) {
			l.bye(e)
		}
	case leaving, cancelling, over:
		return
	}
	l.ended(e.Cause, 0, e.Text)
}

// bye says goodbye. The transaction goes on without the leg.
func (l *Leg) bye(e call.End) {
	l.state = over
	req := l.dlg.request(sip.BYE, 0)
	req.AppendHeader(sip.NewHeader("Reason", reasonOfEnd(e)))
	req.SetBody(nil)
	l.send(req, nil)
}

// jitter is a random wait between two times, in steps of 10 ms
// (RFC 3261 §14.1).
func jitter(from, to time.Duration) time.Duration {
	const step = 10 * time.Millisecond
	return from + step*time.Duration(rand.Int64N(int64((to-from)/step)+1))
}

// errText is an error for the reason of an end.
func errText(what string, err error) string { return fmt.Sprintf("%s: %v", what, err) }
