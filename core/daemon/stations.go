package daemon

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/core/plugin"
	"github.com/plugboard/plugboard/core/sip"
	"github.com/plugboard/plugboard/sdk/leg"
)

const (
	// parting is how long a leg's media outlives it: the hub hears of the end and
	// takes its line out of the room, before the line can be another's.
	parting = 60 * time.Millisecond
	// partyPatience is how long a plugin may take for one signal.
	partyPatience = 5 * time.Second
	// partyWishes is how many wishes may wait for a plugin.
	partyWishes = 256
	// longestName and mostHeaders bound what comes in with a call.
	longestName = 256
	mostHeaders = 64
	// arrivalForwards is how often the call may be sent on over SIP (RFC 3261,
	// section 8.1.1.6).
	arrivalForwards = 70
)

// dialLeg calls an address by a plugin's own signalling.
func (d *Daemon) dialLeg(ctx context.Context, to call.Dial, inbox call.Inbox) call.Leg {
	l := newParty(d, to.Call, to.Leg.Path(), to.Number, inbox)
	dial := leg.Dial{
		Call: to.Call, Leg: l.info.ID, Address: to.Leg.Address,
		From: to.CallerNumber, FromName: to.CallerName, To: to.Number, Headers: to.Headers,
	}
	if to.Private {
		dial.From, dial.FromName = dialplan.Anonymous, ""
	}
	d.wg.Go(func() {
		l.run(func(tell func(leg.Event)) (*plugin.Leg, error) { return d.plugins.Dial(ctx, to.Leg.Plugin, dial, tell) })
	})
	return l
}

// arrived takes a call that came in to a plugin by signalling of its own.
func (d *Daemon) arrived(a *plugin.Arrival) {
	d.wg.Go(func() {
		select {
		case <-d.closing.Done(): // its plugin ends with us
			return
		case <-d.ready:
		}
		in := call.Incoming{ID: call.NewID(), Facts: d.arrivalFacts(a), MaxForwards: arrivalForwards}
		l := newParty(d, in.ID, "plugin."+a.Plugin, in.Facts.From.Number, nil)
		l.incoming, in.Leg = true, l
		l.run(func(tell func(leg.Event)) (*plugin.Leg, error) {
			m, err := a.Take(d.closing, in.ID, l.info.ID, tell)
			if err == nil {
				l.show(m)
				l.inbox = d.Calls.Incoming(in)
			}
			return m, err
		})
	})
}

// arrivalFacts are a call's that came in to a plugin. What it says of itself is believed as
// little as what a trunk says.
func (d *Daemon) arrivalFacts(a *plugin.Arrival) dialplan.Facts {
	from, to := clean(a.From), clean(a.To)
	headers := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(a.Headers)) {
		if lower := strings.ToLower(clean(name)); strings.HasPrefix(lower, "x-") && !strings.HasPrefix(lower, "x-plugboard-") && len(headers) < mostHeaders {
			headers[lower] = clean(a.Headers[name])
		}
	}
	normalize := directory{d}.Normalize
	return dialplan.Facts{
		From:    dialplan.Party{Number: normalize(from), Name: clean(a.FromName), Raw: from, Plugin: a.Plugin},
		To:      dialplan.Callee{Number: normalize(to), Raw: to},
		Headers: headers,
	}
}

// clean is a text from outside as one line of a bounded length.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	if len(s) > longestName {
		s = strings.ToValidUTF8(s[:longestName], "")
	}
	return s
}

// party is a leg with signalling of its plugin's own: a [plugin.Leg] as core/call
// sees it.
//
//	            ┌─ dialled: Ringing, Early, Answered
//	opening ──▶ open ──▶ ended: Ended or Lost of the plugin, or Hangup
//	   │        └─ came in: Ring, Progress, Answer
//	   └──────▶ ended: the plugin cannot open it
type party struct {
	d        *Daemon
	log      hclog.Logger
	incoming bool
	inbox    call.Inbox // of a call that came in: set before anything is told

	// What follows belongs to run.
	media    *plugin.Leg
	answered bool
	over     bool

	mu      sync.Mutex
	info    call.LegInfo
	line    mix.Line
	source  *plugin.Leg   // whose counters Info shows, nil when they are in info
	queue   []func()      // of what is to be done by run, in order
	closed  bool          // nothing is done any more
	waiting chan struct{} // holds a token while something is in queue
}

var _ call.Holder = (*party)(nil)

func newParty(d *Daemon, callID, name, number string, inbox call.Inbox) *party {
	id := call.NewID()
	return &party{
		d: d, log: d.log.Named("leg").With("call", callID, "leg", id), inbox: inbox,
		info:    call.LegInfo{ID: id, Kind: call.KindLeg, Name: name, Number: number, State: "ringing"},
		waiting: make(chan struct{}, 1),
	}
}

// put has run do something. It never blocks.
func (l *party) put(f func()) {
	l.mu.Lock()
	switch {
	case l.closed:
	case len(l.queue) >= partyWishes: // more is not kept
		l.queue = []func(){func() { l.end(call.PluginLost, "its plugin does not keep up with its call") }}
	default:
		l.queue = append(l.queue, f)
	}
	l.mu.Unlock()
	select {
	case l.waiting <- struct{}{}:
	default:
	}
}

// run is the leg's goroutine, from open to the last thing that is owed to the plugin.
func (l *party) run(open func(tell func(leg.Event)) (*plugin.Leg, error)) {
	m, err := open(func(e leg.Event) { l.put(func() { l.hear(e) }) })
	if err != nil {
		if l.inbox == nil { // a call that came in, and is gone already
			l.log.Info("a call that came in is not taken", "error", err)
			return
		}
		l.failed(err)
		return
	}
	l.media = m
	l.show(m)
	for !l.over {
		select {
		case <-l.waiting:
		case <-l.d.closing.Done():
			l.hangup(call.End{Cause: call.Normal})
		}
		for _, f := range l.take() {
			if !l.over {
				f()
			}
		}
	}
	select {
	case <-time.After(parting):
	case <-l.d.closing.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), partyPatience)
	defer cancel()
	if err := m.Close(ctx); err != nil {
		l.log.Warn("the leg did not close in its plugin", "error", err)
	}
	l.mu.Lock()
	l.line = nil
	l.mu.Unlock()
}

// show makes the line known.
func (l *party) show(m *plugin.Leg) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line, l.source = m.Line(), m
}

func (l *party) take() []func() {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := l.queue
	l.queue = nil
	return all
}

// failed is the end of a leg that its plugin could not open.
func (l *party) failed(err error) {
	cause := call.Unavailable
	if errors.Is(err, leg.ErrGone) {
		cause = call.PluginLost
	} else if errors.Is(err, plugin.ErrKind) {
		cause = call.Failed
	}
	l.log.Info("an address is not called", "error", err)
	l.end(cause, err.Error())
}

// hear takes the plugin's news. What does not fit where the leg stands says nothing.
func (l *party) hear(e leg.Event) {
	waits := !l.incoming && !l.answered
	switch e.Kind {
	case leg.Ringing:
		if waits {
			l.news(call.News{What: call.Ringing})
		}
	case leg.Early:
		if waits {
			l.change(func(i *call.LegInfo) { i.State = "early" })
			l.news(call.News{What: call.Early})
		}
	case leg.Answered:
		if waits {
			l.up()
		}
	case leg.Ended:
		l.end(l.causeOf(e.Cause), clean(e.Reason))
	case leg.Lost:
		l.log.Warn("the plugin of the leg is gone", "reason", e.Reason)
		l.end(call.PluginLost, e.Reason)
	default:
		e.Codec = clean(e.Codec)
		var n call.News
		var ok bool
		l.change(func(i *call.LegInfo) { n, ok = i.Hear(e) })
		if ok {
			l.news(n)
		}
	}
}

// partyCauses are those with which a plugin's leg may end.
var partyCauses = []call.Cause{
	call.Normal, call.NotFound, call.Denied, call.Busy, call.NoAnswer, call.Unavailable, call.DoNotDisturb, call.Declined,
	call.Congestion, call.Cancelled, call.Failed, call.NoCodec,
}

// causeOf is a plugin's cause as the hub's.
func (l *party) causeOf(text string) call.Cause {
	c := call.Cause(cmp.Or(text, string(call.Normal)))
	switch {
	case !slices.Contains(partyCauses, c):
		l.log.Warn("a plugin ends a leg with a cause that there is not", "cause", clean(text))
		return call.Failed
	case c == call.Normal && !l.answered && !l.incoming:
		return call.Declined
	}
	return c
}

// up is the answer, of either side.
func (l *party) up() {
	l.answered = true
	now := time.Now()
	l.change(func(i *call.LegInfo) { i.State, i.Since = "up", &now })
	l.news(call.News{What: call.Answered})
}

func (l *party) change(f func(*call.LegInfo)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f(&l.info)
}

func (l *party) news(n call.News) {
	n.Leg = l
	l.inbox(n)
}

// end tells the end, once.
func (l *party) end(cause call.Cause, text string) {
	if l.over {
		return
	}
	l.over = true
	l.mu.Lock()
	l.closed, l.queue = true, nil
	l.info.State = "ended"
	if l.source != nil {
		l.info.Stats, l.source = sip.StatsOf(l.source.Latest()), nil
	}
	l.mu.Unlock()
	l.news(call.News{What: call.Ended, Cause: cause, Text: text})
}

// hangup ends the leg by the hub's wish.
func (l *party) hangup(e call.End) {
	l.signal(leg.Signal{Kind: leg.SignalHangup, Cause: string(e.Cause), Text: e.Text})
	l.end(e.Cause, e.Text)
}

// signal tells the plugin. A leg that is lost is told by its news.
func (l *party) signal(s leg.Signal) {
	ctx, cancel := context.WithTimeout(context.Background(), partyPatience)
	defer cancel()
	if err := l.media.Signal(ctx, s); err != nil && !errors.Is(err, leg.ErrGone) {
		l.log.Warn("the plugin does not take a signal", "signal", int(s.Kind), "error", err)
	}
}

// ID implements [call.Leg].
func (l *party) ID() string { return l.info.ID }

// Kind implements [call.Leg].
func (l *party) Kind() call.Kind { return call.KindLeg }

// Name implements [call.Leg]: the destination as it is written, or the plugin that
// the call came from.
func (l *party) Name() string { return l.info.Name }

// Line implements [call.Leg].
func (l *party) Line() mix.Line {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.line
}

// Info implements [call.Leg].
func (l *party) Info() call.LegInfo {
	l.mu.Lock()
	info, source := l.info, l.source
	l.mu.Unlock()
	if source != nil {
		info.Stats = sip.StatsOf(source.Latest())
	}
	return info
}

// Ring implements [call.Leg].
func (l *party) Ring() { l.put(func() { l.signal(leg.Signal{Kind: leg.SignalRing}) }) }

// Proceed implements [call.Leg]: to who waits it is all one.
func (l *party) Proceed(call.What, string) {}

// Progress implements [call.Leg].
func (l *party) Progress() {
	l.put(func() {
		l.signal(leg.Signal{Kind: leg.SignalProgress})
		l.change(func(i *call.LegInfo) { i.State = "early" })
		l.news(call.News{What: call.Changed})
	})
}

// Answer implements [call.Leg].
func (l *party) Answer() {
	l.put(func() {
		l.signal(leg.Signal{Kind: leg.SignalAnswer})
		l.up()
	})
}

// Digit implements [call.Leg].
func (l *party) Digit(digit byte, d time.Duration) {
	l.put(func() {
		ctx, cancel := context.WithTimeout(context.Background(), partyPatience)
		defer cancel()
		if err := l.media.Digit(ctx, digit, d); err != nil && !errors.Is(err, leg.ErrGone) {
			l.log.Warn("cannot send a digit", "error", err)
		}
	})
}

// Text implements [call.Leg].
func (l *party) Text(text string) {
	l.put(func() { l.signal(leg.Signal{Kind: leg.SignalText, Text: text}) })
}

// Hold implements [call.Holder].
func (l *party) Hold(on bool) {
	kind := leg.SignalResume
	if on {
		kind = leg.SignalHold
	}
	l.put(func() { l.signal(leg.Signal{Kind: kind}) })
}

// Hangup implements [call.Leg].
func (l *party) Hangup(e call.End) { l.put(func() { l.hangup(e) }) }
