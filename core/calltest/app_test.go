package calltest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/app"
	"github.com/plugboard/plugboard/sdk/audio"
)

// lobby is three desks, a lobby whose menu says a tone, a flow and an app.
const lobby = `
extension "anna" { 
  number = "101"
  secret = "k9-Vq2-hTw"
}
extension "ben" {
  number = "102"
  secret = "k9-Vq2-hTw"
  ring   = "5s"
}
extension "cem" {
  number = "103"
  secret = "k9-Vq2-hTw"
}
menu "lobby" {
  prompt = tone("440/3000")
  wait   = "2s"
  key "1" { to = extension.ben }
  key "*" { to = menu.lobby }
  dial_extensions = true
  otherwise = { tries = 2, to = extension.cem }
}
flow "order" {
  play { prompt = tone("440/500") }
  answer {}
  gather {
    into   = "size"
    prompt = tone("500/1000")
    digits = 3
    wait   = "2s"
  }
  if {
    when = match.size == "42"
    dial { to = extension.ben }
    play { prompt = tone("590/500") }
    hangup {}
  }
  wait { time = "1s" }
  to = extension.cem
}
plugin "agent" { path = "agent" }
dialplan "internal" {
  from = [extension.anna, extension.ben, extension.cem]
  route "menu" {
    match          = "300"
    to             = menu.lobby
    on_plugin_lost = extension.ben
  }
  route "bare" {
    match = "301"
    to    = menu.lobby
  }
  route "flow" {
    match = "302"
    to    = flow.order
  }
  route "app" {
    match = "303"
    to    = app(plugin.agent, { greeting = "hello" })
  }
  route "desks" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
}
`

// apps plays a test with apps.
func apps(t *testing.T, agent app.Func, play func(*World)) {
	t.Helper()
	RunAt(t, Site{Apps: map[string]app.App{"agent": agent}}, lobby, play)
}

// tone says how loud a tone is in the last 20 ms that the phone heard.
func (c *Call) tone(hz float64) float64 {
	c.mu.Lock()
	m := c.media
	c.mu.Unlock()
	if m == nil { // it is over
		return 0
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	pcm := m.pcm
	return raw.Goertzel(pcm[max(0, len(pcm)-160):], hz)
}

// until waits until a tone is heard, or no longer, and says how long that took.
func (c *Call) until(t *testing.T, hz float64, heard bool, limit time.Duration) time.Duration {
	t.Helper()
	for took := time.Duration(0); took < limit; took += 5 * time.Millisecond {
		if level := c.tone(hz); heard && level > 0.05 || !heard && level < 0.01 {
			return took
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("phone %s: %.0f Hz heard %v: not within %v", c.Phone.Number, hz, heard, limit)
	return 0
}

func TestMenuAKeyLeadsOn(t *testing.T) {
	apps(t, nil, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.Dial("300")
		call.Expect("200")
		call.until(t, 440, true, time.Second)
		call.Press('1')
		ring := b.Incoming()
		ring.Ring()
		call.until(t, 425, true, time.Second)
		ring.Answer()
		call.Hears(b)
		ring.Hears(a)
		if c := w.Calls()[0]; len(c.Legs) != 2 || c.State != "up" {
			t.Errorf("the call is %+v", c)
		}
		call.Hangup()
		ring.Expect("BYE")
		w.GoldenOrder("menu a key leads on")
	})
}

// hearing notes until when a party hears something.
type hearing struct {
	mu   sync.Mutex
	last time.Time // the end of the last frame with sound
}

func (h *hearing) Take(_ uint64, _, hears *audio.Frame) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if hears.Level() > -60 {
		h.last = time.Now().Add(audio.Tick)
	}
}

func (*hearing) End() {}

// However the digit comes, the prompt is silent within 60 ms of when the key went
// down. A tone takes the jitter buffer and 30 ms more to be known.
func TestMenuBargeIn(t *testing.T) {
	for how, limit := range map[string]time.Duration{"RFC 4733": 60, "INFO": 60, "in-band": 100} {
		t.Run(how, func(t *testing.T) {
			apps(t, nil, func(w *World) {
				w.Phone("102")
				a := w.Device("101", Secret)
				a.Toned = how == "in-band"
				a.Register()
				call := a.Dial("301")
				call.Expect("200")
				call.until(t, 440, true, time.Second)
				var h hearing
				c := w.Calls()[0]
				if err := w.PBX.Calls.Tap(c.ID, c.Legs[0].ID, &h); err != nil {
					t.Fatal(err)
				}
				time.Sleep(507 * time.Millisecond)
				if how != "INFO" {
					call.Press('1')
				} else if r := call.Do("INFO", func(m *raw.Message) {
					m.Add("Content-Type", "application/dtmf-relay")
					m.Body = "Signal=1\r\nDuration=100\r\n"
				}); r.Status() != 200 {
					t.Fatalf("INFO got %d", r.Status())
				}
				key := time.Now()
				time.Sleep(time.Second)
				if how != "INFO" {
					call.media.mu.Lock()
					key = call.media.keyed
					call.media.mu.Unlock()
				}
				if took := h.last.Sub(key); took > limit*time.Millisecond || took < -20*time.Millisecond {
					t.Errorf("the prompt is silent %v after the key", took)
				}
				time.Sleep(2 * time.Second)
				if c := w.Calls(); len(c) != 1 || len(c[0].Legs) != 2 || c[0].Legs[1].Name != "ben" {
					t.Errorf("the call is %+v", c)
				}
				call.Hangup()
			})
		})
	}
}

func TestMenuOtherwise(t *testing.T) {
	apps(t, nil, func(w *World) {
		a, c := w.Phone("101"), w.Phone("103")
		call := a.Dial("300")
		call.Expect("200")
		call.until(t, 440, true, time.Second)
		time.Sleep(time.Second)
		call.Press('9') // leads nowhere: once more
		call.until(t, 440, false, time.Second)
		call.until(t, 440, true, time.Second)
		if took := call.until(t, 440, false, 4*time.Second); took < 2900*time.Millisecond {
			t.Errorf("the prompt ends %v after a key that leads nowhere", took)
		}
		c.Silent(1900 * time.Millisecond)
		ring := c.Incoming()
		ring.Answer()
		call.Hears(c)
		ring.Hangup()
		call.Expect("BYE")
	})
}

func TestMenuDialsAnExtension(t *testing.T) {
	apps(t, nil, func(w *World) {
		a, c := w.Phone("101"), w.Phone("103")
		call := a.Dial("300")
		call.Expect("200")
		call.until(t, 440, true, time.Second)
		for _, d := range "103" { // 1 is a key, too
			call.Press(byte(d))
		}
		ring := c.Incoming()
		ring.Answer()
		call.Hears(c)
		call.Hangup()
		ring.Expect("BYE")
	})
}

// The plugin of a menu dies in the middle of it: another call hears nothing of
// that, and this one goes where the route says, else where the menu does.
func TestMenuWhosePluginDies(t *testing.T) {
	for number, to := range map[string]string{"300": "102", "301": "103"} {
		t.Run(number, func(t *testing.T) {
			apps(t, nil, func(w *World) {
				a, next := w.Phone("101"), w.Phone(to)
				others := map[string]string{"102": "103", "103": "102"}
				d := w.Phone(others[to])
				aside := d.Dial("101")
				second := a.Incoming()
				second.Answer()
				aside.Hears(a)
				call := a.Dial(number)
				call.Expect("200")
				call.until(t, 440, true, time.Second)
				missed := aside.Missed()
				if err := w.PBX.KillPlugin(dialplan.StepPlugin); err != nil {
					t.Fatal(err)
				}
				ring := next.Incoming()
				ring.Answer()
				time.Sleep(500 * time.Millisecond)
				if level := call.tone(next.Tone); level < 0.05 {
					t.Errorf("%s hears %s at %.3f", a.Number, to, level)
				}
				aside.Hears(a)
				if n := aside.Missed(); n != missed {
					t.Errorf("the other call missed %d packets", n-missed)
				}
				call.Hangup()
				ring.Expect("BYE")
				aside.Hangup()
				second.Expect("BYE")
			})
		})
	}
}

func TestFlow(t *testing.T) {
	apps(t, nil, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.Dial("302")
		call.Expect("183")
		call.until(t, 440, true, time.Second)
		call.Expect("200")
		call.until(t, 500, true, time.Second)
		for _, d := range "42#" {
			call.Press(byte(d))
		}
		ring := b.Incoming()
		ring.Ring()
		ring.Answer()
		call.Hears(b)
		ring.Hangup() // and the caller has more to hear
		call.until(t, 590, true, time.Second)
		call.Expect("BYE")
		w.GoldenOrder("flow")
	})
}

func TestFlowGoesOn(t *testing.T) {
	apps(t, nil, func(w *World) {
		a, c := w.Phone("101"), w.Phone("103")
		call := a.Dial("302")
		call.Expect("200")
		ring := c.Incoming() // nothing was entered
		ring.Answer()
		call.Hears(c)
		call.Hangup()
		ring.Expect("BYE")
	})
}

// An app speaks and listens as a stream, dials, and has the call back.
func TestAppOverAStream(t *testing.T) {
	var greeting struct{ Greeting string }
	var heard, dialled string
	apps(t, func(ctx context.Context, c *app.Call) error {
		if err := c.Decode(&greeting); err != nil {
			return err
		}
		s, err := c.Stream(ctx, 16000)
		if err != nil {
			return err
		}
		pcm := make([]int16, 320)
		for range 50 { // it says what it hears
			n, err := s.Heard(ctx, pcm)
			if err != nil {
				return err
			}
			if err := s.Play(ctx, pcm[:n]); err != nil {
				return err
			}
		}
		s.Close()
		d, err := c.Dial(ctx, "extension.ben", 0)
		if err != nil {
			return err
		}
		dialled = d.Cause
		if heard, err = c.Digits(ctx, app.Digits{Max: 2}); err != nil {
			return err
		}
		return c.To(ctx, "extension.cem")
	}, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call := a.Dial("303")
		call.Expect("200")
		call.Hears(a)
		ring := b.Incoming()
		ring.Answer()
		call.Hears(b)
		ring.Hangup()
		time.Sleep(time.Second)
		call.Press('4')
		call.Press('2')
		last := c.Incoming()
		last.Answer()
		call.Hears(c)
		last.Hears(a)
		call.Hangup()
		last.Expect("BYE")
		if greeting.Greeting != "hello" || heard != "42" || dialled != "normal" {
			t.Errorf("greeting %q, heard %q, dialled %q", greeting.Greeting, heard, dialled)
		}
		w.GoldenOrder("app over a stream")
	})
}

// Who holds an app misses nothing of what it says.
func TestAppOnHold(t *testing.T) {
	apps(t, func(ctx context.Context, c *app.Call) error { return c.Tone(ctx, "440/2000") }, func(w *World) {
		a := w.Phone("101")
		call := a.Dial("303")
		call.Expect("200")
		call.until(t, 440, true, time.Second)
		time.Sleep(500 * time.Millisecond)
		call.Hold()
		time.Sleep(10 * time.Second)
		call.Resume()
		time.Sleep(300 * time.Millisecond)
		call.until(t, 440, true, time.Second)
		left := call.until(t, 440, false, 3*time.Second)
		if left < 900*time.Millisecond || left > 1400*time.Millisecond {
			t.Errorf("%v of two seconds were left after half a second and a hold", left)
		}
		call.Expect("BYE")
	})
}

func TestAppThatFails(t *testing.T) {
	for name, f := range map[string]app.Func{
		"panics":       func(context.Context, *app.Call) error { panic("a bug") },
		"is too early": func(ctx context.Context, c *app.Call) error { return c.Hangup(ctx, "busy") },
	} {
		t.Run(name, func(t *testing.T) {
			apps(t, f, func(w *World) {
				call := w.Phone("101").Dial("303")
				want := map[string]string{"panics": "500", "is too early": "486"}[name]
				call.Expect(want)
				if !strings.Contains(w.Ladder(), want) {
					t.Error(w.Ladder())
				}
			})
		})
	}
}
