package call

import (
	"sync"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/core/mix"
	"github.com/plugboard/plugboard/sdk/app"
)

// actor is an app that a test plays.
type actor struct {
	b     *bed
	facts app.Facts
	inbox Inbox
	line  *voice
	had   chan app.Answer

	mu    sync.Mutex
	over  bool
	gone  chan struct{}
	heard string
}

// Open implements Apps. The app has the call after 10 ms.
func (b *bed) Open(plugin string, f app.Facts, inbox Inbox) AppLeg {
	a := &actor{b: b, facts: f, inbox: inbox, line: &voice{}, had: make(chan app.Answer, 1), gone: make(chan struct{})}
	a.line.gone = func() bool { a.mu.Lock(); defer a.mu.Unlock(); return a.over }
	b.tell("%s runs %s %s", plugin, f.At, f.Config)
	time.AfterFunc(10*ms, func() {
		select {
		case <-a.gone:
			return
		default:
		}
		a.inbox(News{Leg: a, What: Answered})
		if b.runs != nil {
			b.runs(a)
		}
	})
	return a
}

// wish wishes, and waits for the answer, which is written down.
func (a *actor) wish(w app.Wish) app.Answer {
	a.inbox(News{Leg: a, What: Wished, Wish: &w})
	select {
	case r := <-a.had:
		switch {
		case r.Refused != "":
			a.b.tell("%s %s: refused: %s", w.Kind, w.To, r.Refused)
		case w.Kind == app.WishDial:
			a.b.tell("dialled %s: %s, talked %v", w.To, r.Cause, r.Talked)
		case w.Kind == app.WishNext:
			a.b.tell("next: %s", r.Step)
		}
		return r
	case <-a.gone:
		return app.Answer{}
	}
}

func (a *actor) end(cause Cause, text string) {
	a.mu.Lock()
	was := a.over
	a.over = true
	a.mu.Unlock()
	if !was {
		close(a.gone)
		a.inbox(News{Leg: a, What: Ended, Cause: cause, Text: text})
	}
}

func (a *actor) ID() string           { return a.facts.Leg }
func (a *actor) Kind() Kind           { return KindApp }
func (a *actor) Name() string         { return a.facts.At }
func (a *actor) Line() mix.Line       { return a.line }
func (a *actor) Ring()                {}
func (a *actor) Proceed(What, string) {}
func (a *actor) Progress()            {}
func (a *actor) Answer()              {}
func (a *actor) Text(string)          {}
func (a *actor) Info() LegInfo {
	return LegInfo{ID: a.facts.Leg, Kind: KindApp, Name: a.facts.At, State: "up"}
}
func (a *actor) Pressed()           {}
func (a *actor) Reply(r app.Answer) { a.had <- r }
func (a *actor) Digit(d byte, _ time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.heard += string(d)
}

func (a *actor) Hangup(e End) {
	a.b.tell("%s is over: %s", a.facts.At, e.Cause)
	time.AfterFunc(ms, func() { a.end(Normal, "") })
}

var agent = &dialplan.App{Plugin: "agent", Config: []byte(`{}`)}

// withApp is a bed whose number 300 leads to an app, with ben and cem to dial.
func withApp(t *testing.T, runs func(*actor), play func(*bed)) {
	t.Helper()
	within(t, func(b *bed) {
		ben, cem := &dialplan.Extension{Name: "ben"}, &dialplan.Extension{Name: "cem"}
		b.paths = map[string]dialplan.Destination{"extension.ben": ben, "extension.cem": cem}
		b.to["300"] = dialplan.Decision{Route: "agent", To: agent, OnPluginLost: cem}
		b.devices["cem"] = []script{{rings(0), answers(sec)}}
		b.runs = runs
		play(b)
	})
}

func TestApps(t *testing.T) {
	for _, c := range []struct {
		name  string
		runs  func(*actor)
		play  func(b *bed, p *phone)
		story string
	}{
		{"answers and is through", func(a *actor) {
			a.wish(app.Wish{Kind: app.WishAnswer})
			a.wish(app.Wish{Kind: app.WishAnswer})
			time.Sleep(sec)
			a.end(Normal, "")
		}, nil, `
			0s anna calls 300
			0s agent runs app(plugin.agent) {}
			10ms anna: Answer
			1.01s anna: Hangup normal
			1.02s over: normal by switch, rang 0s, talked 1s`},
		{"is heard early, and refuses", func(a *actor) {
			a.wish(app.Wish{Kind: app.WishEarly})
			time.Sleep(sec)
			a.wish(app.Wish{Kind: app.WishHangup, Cause: "sorry"})
			a.wish(app.Wish{Kind: app.WishHangup, Cause: "busy"})
		}, nil, `
			0s anna calls 300
			0s agent runs app(plugin.agent) {}
			10ms anna: Progress
			1.01s hangup : refused: there is no cause sorry
			1.01s anna: Hangup busy
			1.01s app(plugin.agent) is over: busy
			1.02s over: busy by app, rang 0s, talked 0s`},
		{"sends the call on", func(a *actor) {
			a.wish(app.Wish{Kind: app.WishAnswer})
			a.wish(app.Wish{Kind: app.WishTo, To: "extension.dan"})
			a.wish(app.Wish{Kind: app.WishTo, To: "extension.cem"})
		}, func(b *bed, p *phone) {
			b.after(2 * sec)
			p.acts(ends(0, Normal))
		}, `
			0s anna calls 300
			0s agent runs app(plugin.agent) {}
			10ms anna: Answer
			10ms to extension.dan: refused: there is no extension.dan
			10ms app(plugin.agent) is over: normal
			10ms dial cem
			10ms cem ringing
			1.01s cem answered
			2s anna ended: normal
			2s cem: Hangup normal
			2.01s over: normal by caller, rang 0s, talked 1.99s`},
		{"sends an unanswered call on", func(a *actor) { a.wish(app.Wish{Kind: app.WishTo, To: "extension.cem"}) }, func(b *bed, p *phone) {
			b.after(2 * sec)
			p.acts(ends(0, Normal))
		}, `
			0s anna calls 300
			0s agent runs app(plugin.agent) {}
			10ms app(plugin.agent) is over: normal
			10ms dial cem
			10ms cem ringing
			10ms anna: Ring
			1.01s cem answered
			1.01s anna: Answer
			2s anna ended: normal
			2s cem: Hangup normal
			2.01s over: normal by caller, rang 1s, talked 0.99s`},
		{"dials, and has the call back", func(a *actor) {
			a.wish(app.Wish{Kind: app.WishDial, To: "extension.ben"})
			a.wish(app.Wish{Kind: app.WishDial, To: "extension.cem", Ring: 500 * ms})
			a.wish(app.Wish{Kind: app.WishDial, To: "extension.cem"})
			a.wish(app.Wish{Kind: app.WishDial, To: "extension.cem"})
		}, func(b *bed, p *phone) {
			b.after(3 * sec)
			b.legs[2].acts(ends(0, Normal)) // after 1.49 s of talk
			b.after(2 * sec)
			p.acts(ends(0, Normal))
		}, `
			0s anna calls 300
			0s agent runs app(plugin.agent) {}
			10ms dial ben: nobody
			10ms dialled extension.ben: unavailable, talked 0s
			10ms dial cem
			10ms cem ringing
			10ms anna: Ring
			510ms cem: Hangup no_answer
			510ms dialled extension.cem: no_answer, talked 0s
			510ms dial cem
			510ms cem ringing
			1.51s cem answered
			1.51s anna: Answer
			3s cem ended: normal
			3s dialled extension.cem: normal, talked 1.49s
			3s dial cem
			3s cem ringing
			4s cem answered
			5s anna ended: normal
			5s app(plugin.agent) is over: normal
			5s cem: Hangup normal
			5.01s over: normal by caller, rang 1.5s, talked 3.49s`},
		{"gives up what it dials", func(a *actor) {
			time.AfterFunc(500*ms, func() { a.inbox(News{Leg: a, What: Wished, Wish: &app.Wish{Kind: app.WishStop}}) })
			a.wish(app.Wish{Kind: app.WishDial, To: "extension.cem"})
			time.AfterFunc(2*sec, func() { a.inbox(News{Leg: a, What: Wished, Wish: &app.Wish{Kind: app.WishStop}}) })
			a.wish(app.Wish{Kind: app.WishDial, To: "extension.cem"})
			a.inbox(News{Leg: a, What: Wished, Wish: &app.Wish{Kind: app.WishStop}}) // too late
			a.end(Normal, "")
		}, nil, `
			0s anna calls 300
			0s agent runs app(plugin.agent) {}
			10ms dial cem
			10ms cem ringing
			10ms anna: Ring
			510ms cem: Hangup cancelled
			510ms dialled extension.cem: cancelled, talked 0s
			510ms dial cem
			510ms cem ringing
			1.51s cem answered
			1.51s anna: Answer
			2.51s cem: Hangup normal
			2.51s dialled extension.cem: normal, talked 1s
			2.51s anna: Hangup normal
			2.52s over: normal by switch, rang 1.5s, talked 1s`},
		{"is hung up on", func(a *actor) {
			a.wish(app.Wish{Kind: app.WishAnswer})
			a.wish(app.Wish{Kind: app.WishDial, To: "extension.ben"})
		}, func(b *bed, p *phone) {
			b.after(sec)
			p.acts(ends(0, Normal))
		}, `
			0s anna calls 300
			0s agent runs app(plugin.agent) {}
			10ms anna: Answer
			10ms dial ben: nobody
			10ms dialled extension.ben: unavailable, talked 0s
			1s anna ended: normal
			1s app(plugin.agent) is over: normal
			1.001s over: normal by caller, rang 0s, talked 0.99s`},
		{"is cancelled", func(a *actor) {}, func(b *bed, p *phone) {
			b.after(sec)
			p.acts(ends(0, Cancelled))
		}, `
			0s anna calls 300
			0s agent runs app(plugin.agent) {}
			1s anna ended: cancelled
			1s app(plugin.agent) is over: cancelled
			1.001s over: cancelled by caller, rang 0s, talked 0s`},
		{"is lost", func(a *actor) {
			a.wish(app.Wish{Kind: app.WishAnswer})
			time.Sleep(sec)
			a.end(PluginLost, "signal: killed")
		}, func(b *bed, p *phone) {
			b.after(3 * sec)
			p.acts(ends(0, Normal))
		}, `
			0s anna calls 300
			0s agent runs app(plugin.agent) {}
			10ms anna: Answer
			1.01s dial cem
			1.01s cem ringing
			2.01s cem answered
			3s anna ended: normal
			3s cem: Hangup normal
			3.01s over: normal by caller, rang 0s, talked 2.99s`},
		{"is lost while its party talks", func(a *actor) {
			time.AfterFunc(2*sec, func() { a.end(PluginLost, "signal: killed") })
			a.wish(app.Wish{Kind: app.WishDial, To: "extension.cem"})
		}, func(b *bed, p *phone) {
			b.after(4 * sec)
			b.legs[1].acts(ends(0, Normal))
			b.after(2 * sec)
			p.acts(ends(0, Normal))
		}, `
			0s anna calls 300
			0s agent runs app(plugin.agent) {}
			10ms dial cem
			10ms cem ringing
			10ms anna: Ring
			1.01s cem answered
			1.01s anna: Answer
			4s cem ended: normal
			4s dial cem
			4s cem ringing
			5s cem answered
			6s anna ended: normal
			6s cem: Hangup normal
			6.01s over: normal by caller, rang 1s, talked 4.99s`},
		{"sets headers", func(a *actor) {
			for name, value := range map[string]string{"Subject": "x", "X-": "x", "X-A B": "x", "X-A": "x\r\ny"} {
				if r := a.wish(app.Wish{Kind: app.WishSet, Name: name, Value: value}); r.Refused == "" {
					a.b.t.Errorf("%s: %s was set", name, value)
				}
			}
			a.b.after(0)
			a.b.lines = nil
			a.wish(app.Wish{Kind: app.WishSet, Name: "X-Customer", Value: "4711"})
			a.wish(app.Wish{Kind: app.WishNext})
			a.wish(app.Wish{Kind: app.WishTo, To: "extension.cem"})
		}, func(b *bed, p *phone) {
			b.after(500 * ms)
			if h := b.dials[0].Headers; len(h) != 1 || h["x-customer"] != "4711" {
				b.t.Errorf("dialled with %v", h)
			}
			p.acts(ends(0, Cancelled))
		}, `
			10ms next : refused: app(plugin.agent) is no menu and no flow: there is no next step
			10ms app(plugin.agent) is over: normal
			10ms dial cem
			10ms cem ringing
			10ms anna: Ring
			500ms anna ended: cancelled
			500ms cem: Hangup cancelled
			510ms over: cancelled by caller, rang 0.49s, talked 0s`},
	} {
		t.Run(c.name, func(t *testing.T) {
			withApp(t, c.runs, func(b *bed) {
				p := b.calls("anna", "300")
				if c.play != nil {
					c.play(b, p)
				} else {
					b.after(10 * sec)
				}
				b.story(c.story)
			})
		})
	}
}
