package calltest

import (
	"sync"
	"time"

	"github.com/plugboard/plugboard/core/browser"
)

// Browsers is the block of the plugin that carries the media of browsers. In
// these tests that is plain RTP, whose descriptions are dressed as those of
// WebRTC.
const Browsers = `
plugin "leg-webrtc" { path = "leg-webrtc" }
`

// Browser is somebody's browser with one page open. What it says and hears is a
// phone's that registers nowhere.
type Browser struct {
	Phone  *Phone
	Number string
	Device string
	Page   *browser.Page

	w *World
}

// Worker is the service worker of somebody's browser, which runs though no page is open,
// and is told by push.
type Worker struct {
	Number string

	w      *World
	pushed chan browser.Message
}

// workers play the services of browsers' makers.
type workers struct {
	mu  sync.Mutex
	all map[string]*Worker // by number
}

// Wakes implements [browser.Waker].
func (x *workers) Wakes(number string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.all[number] != nil
}

// Push implements [browser.Waker].
func (x *workers) Push(number, _ string, m browser.Message) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if to := x.all[number]; to != nil {
		to.pushed <- m
	}
}

// Worker is a browser of somebody that takes pushes.
func (w *World) Worker(number string) *Worker {
	w.workers.mu.Lock()
	defer w.workers.mu.Unlock()
	x := &Worker{Number: number, w: w, pushed: make(chan browser.Message, 64)}
	w.workers.all[number] = x
	return x
}

// Pushed waits until a ringing call is pushed, and says nothing.
func (x *Worker) Pushed() browser.Ring {
	x.w.t.Helper()
	return x.next(browser.MessageRing).(browser.Ring)
}

// Incoming waits for a call, and says that it is shown.
func (x *Worker) Incoming() browser.Ring {
	x.w.t.Helper()
	r := x.Pushed()
	if err := x.Shows(r.Call); err != nil {
		x.w.t.Errorf("worker of %s: it shows a call in vain: %v", x.Number, err)
	}
	return r
}

// Shows says that a call is shown.
func (x *Worker) Shows(call string) error { return x.w.PBX.Browsers.Shows(x.Number, call) }

// Stopped waits until it is pushed that a call rings no more, and why.
func (x *Worker) Stopped(cause string) {
	x.w.t.Helper()
	if s := x.next(browser.MessageStop).(browser.Stop); s.Cause != cause {
		x.w.t.Errorf("worker of %s: it rings no more because of %s, not %s", x.Number, s.Cause, cause)
	}
}

// Silent fails the test if anything is pushed within d.
func (x *Worker) Silent(d time.Duration) {
	x.w.t.Helper()
	select {
	case m := <-x.pushed:
		x.w.t.Fatalf("worker of %s: unexpected %s %+v", x.Number, m.Type, m.Data)
	case <-time.After(d):
	}
}

func (x *Worker) next(what string) any {
	x.w.t.Helper()
	select {
	case m := <-x.pushed:
		if m.Type != what {
			x.w.t.Fatalf("worker of %s: expected %s, got %s %+v", x.Number, what, m.Type, m.Data)
		}
		return m.Data
	case <-time.After(Patience):
		x.w.t.Fatalf("worker of %s: expected %s, nothing came", x.Number, what)
		return nil
	}
}

// Session is a media session of a browser.
type Session struct {
	*Call
	ID string
	b  *Browser
}

// Browser opens a page of somebody who is signed in, and makes it ready.
func (w *World) Browser(number string) *Browser {
	w.t.Helper()
	p := w.at(number, Secret, w.place())
	p.web = true
	b := &Browser{w: w, Phone: p, Number: number, Device: p.token("browser")}
	b.Open()
	b.Page.State(true, true, true)
	return b
}

// Tab is another page of the same person, in another tab.
func (b *Browser) Tab() *Browser {
	b.w.t.Helper()
	return b.w.Browser(b.Number)
}

// Open loads the page, or loads it anew.
func (b *Browser) Open() {
	b.w.t.Helper()
	b.Page = b.w.PBX.Browsers.Connect(b.Number, b.Device, browser.Device{UserAgent: "Chromium", Address: b.Phone.Addr.String()})
	if why := b.Page.Phone.Refused; why != "" {
		b.w.t.Fatalf("browser of %s: %s", b.Number, why)
	}
}

// Next is the next message to the page, of a type.
func (b *Browser) Next(what string) any {
	b.w.t.Helper()
	select {
	case m, ok := <-b.Page.Out:
		if !ok || m.Type != what {
			b.w.t.Fatalf("browser of %s: expected %s, got %s %+v", b.Number, what, m.Type, m.Data)
		}
		return m.Data
	case <-time.After(Patience):
		b.w.t.Fatalf("browser of %s: expected %s, nothing came", b.Number, what)
		return nil
	}
}

// Rung waits until the page is told that a call rings, and says nothing.
func (b *Browser) Rung() browser.Ring {
	b.w.t.Helper()
	return b.Next(browser.MessageRing).(browser.Ring)
}

// Incoming waits for a call, and says that the page rings.
func (b *Browser) Incoming() browser.Ring {
	b.w.t.Helper()
	r := b.Rung()
	b.Page.Ringing(r.Leg)
	return r
}

// Stopped waits until the page is told that it rings no more, and why.
func (b *Browser) Stopped(cause string) {
	b.w.t.Helper()
	if s := b.Next(browser.MessageStop).(browser.Stop); s.Cause != cause {
		b.w.t.Errorf("browser of %s: it rings no more because of %s, not %s", b.Number, s.Cause, cause)
	}
}

// Silent fails the test if the page is told anything within d.
func (b *Browser) Silent(d time.Duration) {
	b.w.t.Helper()
	select {
	case m := <-b.Page.Out:
		b.w.t.Fatalf("browser of %s: unexpected %s %+v", b.Number, m.Type, m.Data)
	case <-time.After(d):
	}
}

// Session makes a session.
func (b *Browser) Session() *Session {
	b.w.t.Helper()
	c := b.Phone.newCall(b.Phone.token("session"), true)
	id, answer, err := b.w.PBX.Browsers.Open(b.w.t.Context(), b.Number, b.Device, []byte(c.offer("sendrecv")))
	if err != nil {
		b.w.t.Fatalf("browser of %s: no session: %v", b.Number, err)
	}
	c.startMedia(string(answer))
	return &Session{Call: c, ID: id, b: b}
}

// Link joins the session to a call.
func (s *Session) Link(call string) {
	s.b.w.t.Helper()
	if err := s.TryLink(call); err != nil {
		s.b.w.t.Fatalf("browser of %s: not linked: %v", s.b.Number, err)
	}
}

// TryLink tries it.
func (s *Session) TryLink(call string) error {
	return s.b.w.PBX.Browsers.Link(s.b.Number, s.ID, call)
}

// Close closes the session, which hangs up.
func (s *Session) Close() {
	s.b.w.t.Helper()
	if err := s.b.w.PBX.Browsers.CloseSession(s.b.Number, s.ID); err != nil {
		s.b.w.t.Error(err)
	}
	s.stopMedia()
}

// Gone fails the test if the switch has the session still.
func (s *Session) Gone() {
	s.b.w.t.Helper()
	if err := s.b.w.PBX.Browsers.CloseSession(s.b.Number, s.ID); err == nil {
		s.b.w.t.Errorf("browser of %s: its session is there still", s.b.Number)
	}
	s.stopMedia()
}

// Dial makes a session, and calls a number by it.
func (b *Browser) Dial(number string) (*Session, string) {
	b.w.t.Helper()
	s := b.Session()
	id, err := b.w.PBX.Browsers.Call(b.Number, number, s.ID)
	if err != nil {
		b.w.t.Fatalf("browser of %s: %v", b.Number, err)
	}
	return s, id
}

// Answer makes a session, and answers a call that rings.
func (b *Browser) Answer(call string) *Session {
	b.w.t.Helper()
	s := b.Session()
	s.Link(call)
	return s
}
