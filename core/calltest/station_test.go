package calltest

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
)

// stations are desks, and what a plugin with signalling of its own leads to.
const stations = `
extension "anna" {
  number = "101"
  secret = "k9-Vq2-hTw"
}
extension "ben" {
  number = "102"
  secret = "k9-Vq2-hTw"
}
plugin "dock" { path = "dock" }
plugin "leg-rtp" { path = "leg-rtp" }
dialplan "internal" {
  from = [extension.anna, extension.ben]
  route "bare" {
    match = "40X"
    to    = leg(plugin.dock, "bare")
    ring  = "5s"
  }
  route "guarded" {
    match          = "41X"
    to             = leg(plugin.dock, "guarded")
    ring           = "5s"
    no_answer      = extension.ben
    busy           = extension.ben
    unavailable    = extension.ben
    on_plugin_lost = extension.ben
  }
  route "none" {
    match = "420"
    to    = leg(plugin.leg-rtp, "x")
  }
}
dialplan "docked" {
  from = [plugin.dock]
  route "desks" {
    match = "{ext:1XX}"
    when  = call.headers["X-Bay"] == "7"
    to    = extension_number(match.ext)
  }
  route "own" {
    match = "499"
    to    = leg(plugin.dock, "bare")
  }
}
`

// dock is a station of a test: its far sides are played by it.
type dock struct {
	parties chan *docked
	arrives chan *leg.Arrival
}

// docked is one leg of it, which says a tone.
type docked struct {
	leg.Plain
	to   leg.Dial
	tell func(leg.Event)
	hz   float64

	mu      sync.Mutex
	signals []leg.Signal
	digits  string
	heard   audio.Frame
	hears   bool
	phase   int
	closed  bool
}

// at is a site with it. Its channels are of the bubble.
func (d *dock) at() Site {
	var once sync.Once
	return Site{Stations: map[string]func(*World) sdk.Plugin{"dock": func(*World) sdk.Plugin {
		once.Do(func() { d.parties, d.arrives = make(chan *docked, 8), make(chan *leg.Arrival, 8) })
		return sdk.Plugin{Name: "dock", Version: "1.0.0", Station: d}
	}}}
}

func (d *dock) Dial(_ context.Context, to leg.Dial, tell func(leg.Event)) (leg.Party, error) {
	if strings.HasSuffix(to.To, "9") && to.To != "499" {
		return nil, errors.New("there is no such bay")
	}
	p := &docked{to: to, tell: tell, hz: 1365}
	d.parties <- p
	return p, nil
}

func (d *dock) Accept(ctx context.Context) (*leg.Arrival, error) {
	select {
	case a := <-d.arrives:
		return a, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// calls has the far side call a number.
func (d *dock) calls(to string, headers map[string]string) *docked {
	p := &docked{hz: 1365}
	opened := make(chan struct{})
	d.arrives <- &leg.Arrival{From: "5551", FromName: "A crane", To: to, Headers: headers,
		Open: func(_, _ string, tell func(leg.Event)) (leg.Party, error) {
			p.tell = tell
			close(opened)
			return p, nil
		},
		Refuse: func(string) { close(opened) },
	}
	<-opened
	return p
}

func (p *docked) Signal(_ context.Context, s leg.Signal) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.signals = append(p.signals, s)
	return nil
}

func (p *docked) Digit(_ context.Context, digit byte, _ time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.digits += string(digit)
	return nil
}

func (p *docked) Gather(tick uint64, f *audio.Frame) bool {
	for i := range f {
		f[i] = float32(0.25 * math.Sin(2*math.Pi*p.hz*float64(p.phase+i)/audio.Rate))
	}
	p.phase += len(f)
	return true
}

func (p *docked) Deliver(_ uint64, f *audio.Frame) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hears = f != nil; p.hears {
		p.heard = *f
	}
}

func (p *docked) Close(context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	return nil
}

// told waits a moment, and returns what it was told since it was asked last.
func (p *docked) told() []leg.Signal {
	time.Sleep(100 * time.Millisecond)
	p.mu.Lock()
	defer p.mu.Unlock()
	all := p.signals
	p.signals = nil
	return all
}

func (p *docked) hearsSound() bool {
	time.Sleep(300 * time.Millisecond)
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hears && p.heard.Level() > -40
}

// A leg of a plugin's own is rung, sends before it answers, answers, hears and is
// heard, is sent keys and sends them, holds, and is hung up by either side.
func TestAStationIsCalled(t *testing.T) {
	d := &dock{}
	RunAt(t, d.at(), stations, func(w *World) {
		a := w.Phone("101")
		for _, by := range []string{"phone", "station"} {
			call := a.DialWith("400", func(m *raw.Message) { m.Set("X-Order", "12") })
			p := <-d.parties
			if p.to.From != "101" || p.to.To != "400" || p.to.Address != "bare" || p.to.Headers["x-order"] != "12" {
				t.Errorf("the station is told %+v", p.to)
			}
			p.tell(leg.Event{Kind: leg.Ringing})
			call.Expect("180")
			p.tell(leg.Event{Kind: leg.Early})
			call.Expect("183")
			call.Hears(speaker)
			p.tell(leg.Event{Kind: leg.Changed, Codec: "L16/16000"})
			p.tell(leg.Event{Kind: leg.Answered})
			call.Expect("200")
			call.Hears(speaker)
			if !p.hearsSound() {
				t.Error("the station does not hear the phone")
			}
			p.tell(leg.Event{Kind: leg.Digit, Digit: '5', Duration: 100 * time.Millisecond})
			call.Press('8')
			time.Sleep(time.Second)
			if got := call.Digits(); got != "5" || p.digits != "8" {
				t.Errorf("keys: the phone got %q, the station %q", got, p.digits)
			}
			is := w.PBX.Calls.Calls()[0].Legs[1]
			if is.Kind != "leg" || is.Name != `leg(plugin.dock, "bare")` || is.Codec != "L16/16000" || is.State != "up" {
				t.Errorf("the leg is shown as %+v", is)
			}
			p.holds(t, w, is.ID)
			if by == "phone" {
				call.Hangup()
				if s := p.told(); len(s) != 1 || s[0].Kind != leg.SignalHangup || s[0].Cause != "normal" || !p.closed {
					t.Errorf("the end was told as %+v, closed %v", s, p.closed)
				}
				continue
			}
			p.tell(leg.Event{Kind: leg.Ended, Cause: "normal"})
			call.Expect("BYE")
		}
	})
}

// holds has the party hold by itself and be put on hold.
func (p *docked) holds(t *testing.T, w *World, id string) {
	t.Helper()
	on := w.PBX.Calls.Calls()[0].ID
	p.told()
	if err := w.PBX.Calls.Hold(on, id, operator); err != nil {
		t.Fatal(err)
	}
	if s := p.told(); len(s) != 1 || s[0].Kind != leg.SignalHold || p.hearsSound() {
		t.Errorf("put on hold, the station was told %+v", s)
	}
	if err := w.PBX.Calls.Resume(on, id, operator); err != nil {
		t.Fatal(err)
	}
	if s := p.told(); len(s) != 1 || s[0].Kind != leg.SignalResume || !p.hearsSound() {
		t.Errorf("resumed, the station was told %+v", s)
	}
	p.tell(leg.Event{Kind: leg.Changed, Direction: leg.Inactive})
	time.Sleep(100 * time.Millisecond)
	if !w.PBX.Calls.Calls()[0].Legs[1].Held {
		t.Error("that the station holds is not shown")
	}
	p.tell(leg.Event{Kind: leg.Changed})
	if !p.hearsSound() {
		t.Error("the station resumed and hears nothing")
	}
}

// What a station refuses with is the caller's, or is followed as the route says.
func TestAStationRefuses(t *testing.T) {
	d := &dock{}
	RunAt(t, d.at(), stations, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		for cause, status := range map[string]string{"busy": "486", "declined": "603", "unavailable": "480", "": "603", "not a cause": "500"} {
			call := a.Dial("400")
			(<-d.parties).tell(leg.Event{Kind: leg.Ended, Cause: cause})
			call.Expect(status)
		}
		a.Dial("409").Expect("480") // it cannot be called at all
		call := a.Dial("400")
		p := <-d.parties
		call.Expect("480") // after five seconds
		if s := p.told(); len(s) != 1 || s[0].Kind != leg.SignalHangup || s[0].Cause != "no_answer" {
			t.Errorf("who did not answer was told %+v", s)
		}
		call = a.Dial("400")
		p = <-d.parties
		call.Cancel()
		if s := p.told(); len(s) != 1 || s[0].Cause != "cancelled" {
			t.Errorf("who was called in vain was told %+v", s)
		}
		for _, number := range []string{"410", "419"} {
			call = a.Dial(number)
			if number == "410" {
				(<-d.parties).tell(leg.Event{Kind: leg.Ended, Cause: "busy"})
			}
			ring := b.Incoming()
			ring.Answer()
			call.Expect("200")
			call.Hangup()
			ring.Expect("BYE")
		}
		a.Dial("420").Expect("500") // a plugin that calls nobody
	})
}

// The end of a plugin is the end of its legs, and the route says what follows.
func TestAStationIsLost(t *testing.T) {
	d := &dock{}
	RunAt(t, d.at(), stations, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		kill := func() {
			if err := w.PBX.KillPlugin("dock"); err != nil {
				t.Fatal(err)
			}
		}
		call := a.Dial("400")
		(<-d.parties).tell(leg.Event{Kind: leg.Answered})
		call.Expect("200")
		kill()
		call.Expect("BYE")
		time.Sleep(5 * time.Second)
		for _, answered := range []bool{true, false} {
			call = a.Dial("410")
			p := <-d.parties
			if answered {
				p.tell(leg.Event{Kind: leg.Answered})
				call.Expect("200")
			}
			kill()
			ring := b.Incoming()
			ring.Answer()
			if !answered {
				call.Expect("200")
			}
			call.Hears(b)
			call.Hangup()
			ring.Expect("BYE")
			time.Sleep(5 * time.Second)
		}
	})
}

// A call comes in from a station, and goes where the dialplan of its plugin says.
func TestAStationCalls(t *testing.T) {
	d := &dock{}
	RunAt(t, d.at(), stations, func(w *World) {
		a := w.Phone("101")
		p := d.calls("101", map[string]string{"X-Bay": "7", "Other": "x"})
		ring := a.Incoming()
		ring.Ring()
		if s := p.told(); len(s) != 1 || s[0].Kind != leg.SignalRing {
			t.Errorf("who calls was told %+v", s)
		}
		ring.Answer()
		if s := p.told(); len(s) != 1 || s[0].Kind != leg.SignalAnswer {
			t.Errorf("who calls was told %+v", s)
		}
		ring.Hears(speaker)
		if !p.hearsSound() {
			t.Error("who calls does not hear")
		}
		is := w.PBX.Calls.Calls()[0]
		if is.From != "5551" || is.Legs[0].Kind != "leg" || is.Legs[0].Name != "plugin.dock" || is.Legs[0].Number != "5551" {
			t.Errorf("the call is shown as %+v", is)
		}
		p.tell(leg.Event{Kind: leg.Ended})
		ring.Expect("BYE")

		p = d.calls("101", map[string]string{"X-Bay": "7"})
		ring = a.Incoming()
		ring.Reject(486, "Busy Here")
		if s := p.told(); len(s) != 1 || s[0].Kind != leg.SignalHangup || s[0].Cause != "busy" {
			t.Errorf("who calls in vain was told %+v", s)
		}
		for _, to := range []string{"101", "999", ""} { // none has the header
			if s := d.calls(to, nil).told(); len(s) != 1 || s[0].Cause != "not_found" {
				t.Errorf("who calls %q was told %+v", to, s)
			}
		}
		p = d.calls("499", nil) // one station calls another
		q := <-d.parties
		q.tell(leg.Event{Kind: leg.Answered})
		if s := p.told(); len(s) != 1 || s[0].Kind != leg.SignalAnswer || !p.hearsSound() || !q.hearsSound() {
			t.Errorf("between two stations: %+v", s)
		}
		p.tell(leg.Event{Kind: leg.Ended})
		if s := q.told(); len(s) != 1 || s[0].Kind != leg.SignalHangup {
			t.Errorf("the end was told as %+v", s)
		}
	})
}
