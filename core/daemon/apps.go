package daemon

import (
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/core/plugin"
	"github.com/plugboard/plugboard/sdk/app"
)

// apps gives calls to the apps of plugins.
type apps struct{ d *Daemon }

// Open implements [call.Apps].
func (a apps) Open(name string, f app.Facts, inbox call.Inbox) call.AppLeg {
	f.Language = a.d.cfg().PBX.Language
	l := &appLeg{facts: f, inbox: inbox, ready: make(chan struct{}), mailbox: a.d.lend(name, f)}
	a.d.wg.Go(func() { l.open(a.d, name) })
	return l
}

// appLeg is an app's place in a call: a [plugin.App] as core/call sees it.
type appLeg struct {
	facts app.Facts
	inbox call.Inbox
	ready chan struct{} // closed once app is set
	// mailbox gives back the one that the app has.
	mailbox func()

	mu    sync.Mutex
	app   *plugin.App // nil until the app has the call
	since time.Time   // when it got it
	ended bool
	told  string // the cause with which the call was taken away from it, "" if not
}

// open is the leg's first moment: a plugin that was just started again is waited
// for.
func (l *appLeg) open(d *Daemon, name string) {
	a, err := d.plugins.OpenApp(d.closing, name, l.facts, l.wish, l.over)
	if err != nil {
		l.end(err)
		return
	}
	l.mu.Lock()
	l.app, l.since = a, time.Now()
	told := l.told
	l.mu.Unlock()
	if told == "" {
		l.inbox(call.News{Leg: l, What: call.Answered})
	} else {
		a.Close(told)
	}
	close(l.ready)
}

func (l *appLeg) wish(w app.Wish) {
	<-l.ready
	l.inbox(call.News{Leg: l, What: call.Wished, Wish: &w})
}

func (l *appLeg) over(err error) {
	<-l.ready
	l.end(err)
}

// end tells the end. An app that was told to end can fail no more.
func (l *appLeg) end(err error) {
	l.mailbox()
	l.mu.Lock()
	l.ended = true
	told := l.told
	l.mu.Unlock()
	n := call.News{Leg: l, What: call.Ended, Cause: call.Normal}
	if err != nil && told == "" {
		n.Cause, n.Text = call.PluginLost, err.Error()
	}
	l.inbox(n)
}

// session is the app, nil if it has not got the call yet.
func (l *appLeg) session() *plugin.App {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.app
}

// ID implements [call.Leg].
func (l *appLeg) ID() string { return l.facts.Leg }

// Kind implements [call.Leg].
func (l *appLeg) Kind() call.Kind { return call.KindApp }

// Name implements [call.Leg]: it is what led to the app.
func (l *appLeg) Name() string { return l.facts.At }

// Line implements [call.Leg].
func (l *appLeg) Line() mix.Line {
	if a := l.session(); a != nil {
		return a.Line()
	}
	return nil
}

// Digit implements [call.Leg].
func (l *appLeg) Digit(digit byte, _ time.Duration) {
	if a := l.session(); a != nil {
		a.Digit(digit)
	}
}

// Pressed implements [call.AppLeg].
func (l *appLeg) Pressed() {
	if a := l.session(); a != nil {
		a.Pressed()
	}
}

// Reply implements [call.AppLeg].
func (l *appLeg) Reply(a app.Answer) { l.session().Answer(a) }

// Hangup implements [call.Leg].
func (l *appLeg) Hangup(e call.End) {
	l.mu.Lock()
	a, was := l.app, l.told
	l.told = string(e.Cause)
	l.mu.Unlock()
	if a != nil && was == "" {
		a.Close(string(e.Cause))
	}
}

// Info implements [call.Leg].
func (l *appLeg) Info() call.LegInfo {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := call.LegInfo{ID: l.facts.Leg, Kind: call.KindApp, Name: l.facts.At, State: "ringing"}
	if l.app != nil {
		i.State, i.Since = "up", &l.since
	}
	if l.ended {
		i.State = "ended"
	}
	return i
}

// An app is no caller, and reads no texts.

// Ring implements [call.Leg].
func (*appLeg) Ring() {}

// Proceed implements [call.Leg].
func (*appLeg) Proceed(call.What, string) {}

// Progress implements [call.Leg].
func (*appLeg) Progress() {}

// Answer implements [call.Leg].
func (*appLeg) Answer() {}

// Text implements [call.Leg].
func (*appLeg) Text(string) {}
