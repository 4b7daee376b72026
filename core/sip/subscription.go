package sip

import (
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/presence"
)

// subscription is one phone's to the state of one entity (RFC 6665 §4.2):
//
//	(SUBSCRIBE, 200) ──NOTIFY──▶ active ──SUBSCRIBE, 200, NOTIFY──▶ active
//	        │ Expires: 0            │  time is over, the entity is gone,
//	        │                       │  we close: a last NOTIFY
//	        └────────▶ over ◀───────┘  NOTIFY refused or not answered: none
//
// At most one NOTIFY is unanswered. What changes meanwhile is not queued: the
// next one says how things are then.
type subscription struct {
	srv   *Server
	by    string // the number of who subscribed
	pack  *eventPackage
	event string // the Event header
	of    presence.Entity
	watch *presence.Watch

	mu     sync.Mutex
	dlg    dialog
	view   view
	letter *letter // of its NOTIFYs
	until  time.Time
	expiry *time.Timer
	told   *presence.Snapshot // what the last NOTIFY said; nil: none, or it was not understood
	forced bool               // NOTIFY is due, whatever is told
	busy   bool               // one is unanswered
	why    ending             // it is over; only the last NOTIFY is left to be sent
	over   bool               // nothing more is sent
	pace   pace
	later  *time.Timer // wakes it when the pace allows

	queued bool // guarded by the queue's mu
}

// ending is why a subscription is over (RFC 6665 §4.1.3).
type ending string

const (
	timedOut    ending = "timeout"
	deactivated ending = "deactivated" // subscribe anew, at once
	rejected    ending = "rejected"
	noResource  ending = "noresource"
	// probation is with a retry-after: subscribe anew, but not at once.
	probation ending = "probation"
)

// pace bounds how often one subscriber is notified: a call may begin, ring and be
// answered in a second, but on average there is one NOTIFY a second at most
// (RFC 4235 §3.10, RFC 3842 §3.10).
type pace struct{ next time.Time }

const (
	paceEach  = time.Second
	paceBurst = 4
)

// wait is how long to wait for the next turn, and takes the turn if it is now.
func (p *pace) wait(now time.Time) time.Duration {
	if p.next.Before(now) {
		p.next = now
	}
	if d := p.next.Sub(now) - (paceBurst-1)*paceEach; d > 0 {
		return d
	}
	p.next = p.next.Add(paceEach)
	return 0
}

func (n *subscription) remoteTag() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.dlg.remoteTag
}

// begin starts, or starts anew, the time of a subscription, and lets NOTIFY be
// sent.
func (n *subscription) begin() {
	n.mu.Lock()
	if n.over || n.why != "" {
		n.mu.Unlock()
		return
	}
	n.forced = true
	if n.expiry != nil {
		n.expiry.Stop()
	}
	n.expiry = time.AfterFunc(time.Until(n.until), n.elapsed)
	n.mu.Unlock()
	n.wake()
}

// elapsed ends a subscription whose time is over, and was not made longer at the
// same moment.
func (n *subscription) elapsed() {
	n.mu.Lock()
	early := time.Now().Before(n.until)
	n.mu.Unlock()
	if !early {
		n.end(timedOut)
	}
}

type refreshing int

const (
	refreshed refreshing = iota
	gone
	outOfOrder
)

// refresh takes what a SUBSCRIBE in the dialog says.
func (n *subscription) refresh(l link, req *sip.Request, term time.Duration) refreshing {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.over || n.why != "":
		return gone
	case req.CSeq().SeqNo <= n.dlg.remoteSeq:
		return outOfOrder
	}
	n.dlg.remoteSeq = req.CSeq().SeqNo
	n.dlg.refreshed(req)
	n.dlg.link = l
	n.letter = nil
	n.until = time.Now().Add(term)
	n.told = nil // it may have missed something
	return refreshed
}

// end ends a subscription with a last NOTIFY.
func (n *subscription) end(why ending) {
	n.mu.Lock()
	if n.why == "" {
		n.why = why
	}
	n.mu.Unlock()
	n.wake()
}

// wake lets the subscription be looked at. It does not wait.
func (n *subscription) wake() { n.srv.subs.wake(n) }

// look is what to send now: nil if nothing is. It is asked by one goroutine at a
// time.
func (n *subscription) look(now time.Time) *clientTx {
	n.mu.Lock()
	defer n.mu.Unlock()
	begun := n.expiry != nil || n.why != ""
	if n.over || n.busy || !begun {
		return nil
	}
	state := n.watch.Now()
	if n.why == "" {
		if !n.forced && state == n.told {
			return nil
		}
		if d := n.pace.wait(now); d > 0 && !n.forced {
			if n.later == nil {
				n.later = time.AfterFunc(d, n.turn)
			}
			return nil
		}
	}
	tx := n.notify(n.dlg.next(n.srv.ctx, n.srv), state, now) // pinned: next does not wait
	n.told, n.forced, n.busy, n.over = state, false, true, n.why != ""
	return tx
}

// turn is when the pace allows another NOTIFY.
func (n *subscription) turn() {
	n.mu.Lock()
	n.later = nil
	n.mu.Unlock()
	n.wake()
}

// heard takes the answer to a NOTIFY.
func (n *subscription) heard(res *sip.Response) {
	switch code := res.StatusCode; {
	case code < 200:
	case code < 300:
		n.answered(true)
	case code == 500 || code == 503 || code == 504 || code == 491:
		// It passes: the next one has all again (RFC 6665 §4.2.2).
		n.answered(false)
	default:
		n.lost("its NOTIFY got " + itoa(code))
	}
}

// answered lets the next NOTIFY be sent.
func (n *subscription) answered(taken bool) {
	n.mu.Lock()
	n.busy = false
	if !taken {
		n.told = nil
	}
	next := !n.over && (taken || n.why != "")
	n.mu.Unlock()
	if next {
		n.wake() // something may have changed meanwhile
	}
}

// lost ends a subscription whose phone is gone.
func (n *subscription) lost(why string) {
	n.mu.Lock()
	over := n.over
	n.over = true
	n.mu.Unlock()
	if !over {
		n.srv.log.Info("a subscription has ended: its phone does not take it", "extension", n.by, "event", n.event, "watched", n.view.user, "reason", why)
		n.drop()
	}
}

// drop forgets a subscription.
func (n *subscription) drop() {
	n.mu.Lock()
	for _, t := range []*time.Timer{n.expiry, n.later} {
		if t != nil {
			t.Stop()
		}
	}
	n.mu.Unlock()
	n.watch.Stop()
	n.srv.subs.remove(n)
}
