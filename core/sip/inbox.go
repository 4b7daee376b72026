package sip

import (
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/inbox"
	"github.com/plugboard/plugboard/sdk/leg"
)

// event is one thing that a leg's goroutine takes.
type event struct {
	kind eventKind

	req  *sip.Request // gotRequest, gotACK, gotCancel
	tx   *serverTx    // gotRequest; gotCancel: of the INVITE
	link link         // gotRequest, gotACK: what it came over

	exchange *exchange // gotResponse, gotFailure
	res      *sip.Response
	err      error

	end      call.End       // wantHangup, wantReferral
	how      call.What      // wantProceed, wantReferral
	party    dialplan.Party // wantConnected
	text     string         // wantProceed, wantText
	digit    byte           // wantDigit
	duration time.Duration
	media    leg.Event // gotMedia
	timer    *timer    // gotTimer
	round    uint64
}

type eventKind int

const (
	wantRing eventKind = iota + 1
	wantProceed
	wantProgress
	wantAnswer
	wantDigit
	wantText
	wantReferral
	wantConnected
	wantHangup
	gotRequest
	gotACK
	gotCancel
	gotResponse
	gotFailure
	gotMedia
	gotTimer
)

// maxWaiting bounds how much of the far side's doing may wait in an inbox.
const maxWaiting = 64

// foreign says whether a stranger decides how many of these events there are.
func (e *event) foreign() bool {
	switch e.kind {
	case gotRequest, gotACK, gotCancel:
		return true
	case gotMedia:
		return e.media.Kind == leg.Digit || e.media.Kind == leg.Pressed || e.media.Kind == leg.Source
	default:
		return false
	}
}

// timer puts gotTimer into a leg's inbox. It belongs to the leg's goroutine; a
// round that was stopped or set anew is not heard any more.
type timer struct {
	fire  func()
	clock *time.Timer
	rings *ring
	round uint64
}

// ring is what the clock holds of a timer. A stopped clock stays in the
// runtime's heap for a while, and must not keep a leg there.
type ring struct {
	mu    sync.Mutex
	box   *inbox.Inbox[event] // nil once it is stopped
	timer *timer
	round uint64
}

// set starts the timer anew; at its end fire runs on the leg's goroutine.
func (t *timer) set(box *inbox.Inbox[event], d time.Duration, fire func()) {
	t.stop()
	t.fire = fire
	t.rings = &ring{box: box, timer: t, round: t.round}
	t.clock = time.AfterFunc(d, t.rings.ring)
}

func (t *timer) stop() {
	if t.clock != nil {
		t.clock.Stop()
		t.rings.clear()
		t.clock, t.rings, t.fire = nil, nil, nil
	}
	t.round++
}

func (r *ring) ring() {
	r.mu.Lock()
	box, e := r.box, event{kind: gotTimer, timer: r.timer, round: r.round}
	r.mu.Unlock()
	if box != nil {
		box.Put(e)
	}
}

func (r *ring) clear() {
	r.mu.Lock()
	r.box, r.timer = nil, nil
	r.mu.Unlock()
}
