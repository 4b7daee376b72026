package calltest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/browser"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/daemon"
)

// signedIn are people who have phones and browsers.
const signedIn = Browsers + `
extension "anna" {
  number = "101"
  name   = "Anna"
  secret = "k9-Vq2-hTw"
}
extension "ben" {
  number = "102"
  secret = "k9-Vq2-hTw"
}
extension "carl" {
  number  = "103"
  secret  = "k9-Vq2-hTw"
  browser = false
}
dialplan "internal" {
  from = [extension.anna, extension.ben, extension.carl]
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
}
`

// refusedAs fails the test unless somebody was refused with a cause.
func refusedAs(t *testing.T, err error, cause call.Cause) {
	t.Helper()
	var refusal *call.Error
	if !errors.As(err, &refusal) || refusal.Cause != cause {
		t.Errorf("refused with %v, not as %s", err, cause)
	}
}

// A browser rings, answers by a session, is heard and hears, and its session
// goes with its call.
func TestBrowserIsCalled(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, b := w.Phone("101"), w.Browser("102")
		c := a.Dial("102")
		r := b.Incoming()
		if r.From != (browser.Party{Number: "101", Name: "Anna"}) || r.To != "102" || !r.Sound || r.Auto {
			t.Errorf("it rings with %+v", r)
		}
		c.Expect("180")
		s := b.Answer(r.Call)
		b.Stopped("answered")
		c.Expect("200")
		c.Hears(b.Phone)
		s.Hears(a)
		info, _ := w.PBX.Calls.Call(r.Call)
		if len(info.Legs) != 2 || info.Legs[1].Kind != call.KindBrowser || info.Legs[1].Number != "102" || info.Legs[1].State != "up" || info.Legs[1].Codec != "pcmu" {
			t.Errorf("the call is %+v", info)
		}
		s.Press('7')
		time.Sleep(time.Second)
		c.Press('8')
		time.Sleep(time.Second)
		if got := c.Digits() + s.Digits(); got != "78" {
			t.Errorf("keys: %q", got)
		}
		c.Hangup()
		time.Sleep(time.Second)
		s.Gone()
		records := w.Records()
		if len(records) != 1 || len(records[0].Legs) != 2 {
			t.Fatalf("records: %+v", records)
		}
		for i, want := range []string{"calltest", "Chromium"} {
			if live, kept := info.Legs[i].UserAgent, records[0].Legs[i].UserAgent; live != want || kept != want {
				t.Errorf("leg %d is shown as %q, and kept as %q", i, live, kept)
			}
		}
	})
}

// Whose page it is hangs up by closing the session.
func TestBrowserHangsUp(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, b := w.Phone("101"), w.Browser("102")
		c := a.Dial("102")
		s := b.Answer(b.Incoming().Call)
		c.Expect("200")
		s.Close()
		c.Expect("BYE")
	})
}

// A browser dials by a session that it has; it hears that it rings there.
func TestBrowserCalls(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, b := w.Browser("101"), w.Phone("102")
		s, id := a.Dial("102")
		ring := b.Incoming()
		if from := ring.invite.Get("From"); !strings.Contains(from, `"Anna" <sip:101@`) {
			t.Errorf("who calls is %s", from)
		}
		ring.Ring()
		time.Sleep(900 * time.Millisecond)
		if s.Packets() == 0 {
			t.Error("it does not hear that it rings")
		}
		ring.Answer()
		s.Hears(b)
		ring.Hears(a.Phone)
		if info, ok := w.PBX.Calls.Call(id); !ok || info.From != "101" || info.To != "102" {
			t.Errorf("the call is %+v", info)
		}
		ring.Hangup()
		time.Sleep(time.Second)
		s.Gone()
	})
}

// A call may begin before its session is there; who hangs up while it rings cancels.
func TestBrowserCallsFirstAndLinksThen(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, b := w.Browser("101"), w.Phone("102")
		id, err := w.PBX.Browsers.CallBy("101", "102", a.Device)
		if err != nil {
			t.Fatal(err)
		}
		b.Silent(5 * time.Second) // it waits
		s := a.Answer(id)
		ring := b.Incoming()
		ring.Ring()
		time.Sleep(time.Second)
		s.Close()
		ring.Expect("CANCEL")
		refusedAs(t, s.TryLink(id), call.NotFound)
	})
}

// Neither a session without a call nor a call without a session stays.
func TestBrowserHalvesEndByThemselves(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, b := w.Browser("101"), w.Phone("102")
		s := a.Session()
		time.Sleep(29 * time.Second)
		id, err := w.PBX.Browsers.CallBy("101", "102", a.Device)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		refusedAs(t, s.TryLink(id), call.NotFound) // the session is closed, the call waits still
		s.stopMedia()
		time.Sleep(10 * time.Second)
		s = a.Session()
		refusedAs(t, s.TryLink(id), call.NotFound)
		s.Close()
		b.Silent(time.Second)
		time.Sleep(time.Second)
		if got := w.PBX.Standing(); got.Lines != 0 || got.Calls != 0 {
			t.Errorf("there is still %+v", got)
		}
	})
}

// A browser races desk phones: who answers first has the call, the others stop, and know why.
func TestBrowserRacesADeskPhone(t *testing.T) {
	for _, wins := range []string{"phone", "browser"} {
		t.Run(wins, func(t *testing.T) {
			Run(t, signedIn, func(w *World) {
				a, desk, b := w.Phone("101"), w.Phone("102"), w.Browser("102")
				c := a.Dial("102")
				ring, r := desk.Incoming(), b.Incoming()
				ring.Ring()
				c.Expect("180")
				if wins == "phone" {
					ring.Answer()
					c.Expect("200")
					b.Stopped("answered_elsewhere")
					s := b.Session()
					refusedAs(t, s.TryLink(r.Call), call.Busy)
					s.Close()
					c.Hears(desk)
				} else {
					s := b.Answer(r.Call)
					c.Expect("200")
					b.Stopped("answered")
					if m := ring.Expect("CANCEL"); !strings.Contains(m.Get("Reason"), "200") {
						t.Errorf("the phone is not told why: %v", m.Get("Reason"))
					}
					s.Hears(a)
				}
				c.Hangup()
			})
		})
	}
}

// Pages of one person ring once: one sounds, the one that answers has the call.
func TestBrowserTabsRingOnce(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, hidden, seen := w.Phone("101"), w.Browser("102"), w.Browser("102")
		hidden.Page.State(false, true, true)
		c := a.Dial("102")
		r1, r2 := hidden.Incoming(), seen.Incoming()
		if r1.Sound || !r2.Sound || r1.Leg != r2.Leg {
			t.Errorf("they ring with %+v and %+v", r1, r2)
		}
		c.Expect("180")
		if info, _ := w.PBX.Calls.Call(r1.Call); len(info.Legs) != 2 {
			t.Errorf("the legs are %+v", info.Legs)
		}
		s := hidden.Answer(r1.Call)
		hidden.Stopped("answered")
		seen.Stopped("answered_elsewhere")
		c.Expect("200")
		s.Hears(a)
		late := seen.Session()
		refusedAs(t, late.TryLink(r1.Call), call.Busy)
		late.Close()
		c.Hangup()
	})
}

// A page that is open and says nothing is not rung, and nobody waits for it.
func TestBrowserFrozen(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, frozen := w.Phone("101"), w.Browser("102")
		began := time.Now()
		c := a.Dial("102")
		r := frozen.Rung()
		c.Expect("480")
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("the caller waited for %v", took)
		}
		frozen.Stopped("no_answer")
		frozen.Page.Ringing(r.Leg) // it thaws
		frozen.Stopped("cancelled")

		// Another page of theirs rings, and sounds in its place.
		lives := frozen.Tab()
		lives.Page.State(false, true, true)
		c = a.Dial("102")
		frozen.Rung()
		if r := lives.Incoming(); r.Sound {
			t.Error("the page that nobody looks at sounds")
		}
		c.Expect("180")
		if r := lives.Rung(); !r.Sound {
			t.Error("no page sounds")
		}
		// And so does the desk phone, at once.
		desk := w.Phone("102")
		c2 := w.Phone("103").Dial("102")
		ring := desk.Incoming()
		ring.Ring()
		c2.Expect("180")
		c2.Cancel()
		ring.Expect("CANCEL")
		c.Cancel()
	})
}

// Without any page that is ready the extension has no phone, at once.
func TestBrowserNotThere(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, b := w.Phone("101"), w.Browser("102")
		b.Page.State(true, false, true)
		began := time.Now()
		a.Dial("102").Expect("480")
		b.Page.State(true, true, true)
		b.Page.Close()
		time.Sleep(5 * time.Second)
		a.Dial("102").Expect("480")
		if took := time.Since(began); took > 6*time.Second {
			t.Errorf("the caller waited for %v", took)
		}
		carl := w.PBX.Browsers.Connect("103", "browser-of-carl", browser.Device{})
		if carl.Phone.Refused == "" {
			t.Error("who must not have a phone in the browser has one")
		}
		carl.Close()
	})
}

// Who declines is busy in their browser; their desk phone rings on.
func TestBrowserDeclines(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, b := w.Phone("101"), w.Browser("102")
		c := a.Dial("102")
		r := b.Incoming()
		c.Expect("180")
		refusedAs(t, w.PBX.Browsers.Decline("101", r.Call), call.NotFound)
		if err := w.PBX.Browsers.Decline("102", r.Call); err != nil {
			t.Fatal(err)
		}
		c.Expect("486")
		b.Stopped("declined")

		desk := w.Phone("102")
		c = a.Dial("102")
		ring := desk.Incoming()
		ring.Ring()
		if err := w.PBX.Browsers.Decline("102", b.Incoming().Call); err != nil {
			t.Fatal(err)
		}
		b.Stopped("declined")
		c.Expect("180")
		ring.Answer()
		c.Expect("200")
		c.Hangup()
	})
}

// The caller hangs up, or nobody answers: the page rings no more.
func TestBrowserRingsInVain(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, b := w.Phone("101"), w.Browser("102")
		c := a.Dial("102")
		r := b.Incoming()
		c.Expect("180")
		c.Cancel()
		b.Stopped("cancelled")
		s := b.Session()
		refusedAs(t, s.TryLink(r.Call), call.NotFound)
		s.Close()
		c = a.Dial("102")
		b.Incoming()
		c.Expect("180")
		c.Expect("480")
		b.Stopped("no_answer")
	})
}

// A page that is loaded anew goes on with what rings, and with its call.
func TestBrowserLoadedAnew(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, b := w.Phone("101"), w.Browser("102")
		c := a.Dial("102")
		r := b.Incoming()
		c.Expect("180")
		b.Page.Close()
		time.Sleep(2 * time.Second)
		b.Open()
		if rings := b.Page.Phone.Ringing; len(rings) != 1 || rings[0].Leg != r.Leg || !rings[0].Sound {
			t.Fatalf("the page finds %+v", b.Page.Phone)
		}
		b.Page.State(true, true, true)
		b.Page.Ringing(r.Leg)
		s := b.Answer(r.Call)
		b.Stopped("answered")
		c.Expect("200")
		s.Hears(a)

		// Its page goes, and the media with it, but nobody has told the switch yet.
		b.Page.Close()
		s.stopMedia()
		time.Sleep(3 * time.Second)
		b.Open()
		if legs := b.Page.Phone.Legs; len(legs) != 1 || legs[0].Call != r.Call || legs[0].Device != b.Device || legs[0].Session != s.ID {
			t.Fatalf("the page finds %+v", b.Page.Phone)
		}
		b.Page.State(true, true, true)
		other := b.Tab().Session() // of another page: it is not its call
		refusedAs(t, other.TryLink(r.Call), call.Busy)
		other.Close()
		again := b.Answer(r.Call)
		again.Hears(a)
		c.Hears(b.Phone)
		time.Sleep(15 * time.Second)
		c.Hangup()
	})
}

// A page that does not come back ends its call; sound that goes on keeps it.
func TestBrowserPageGone(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, b := w.Phone("101"), w.Browser("102")
		c := a.Dial("102")
		s := b.Answer(b.Incoming().Call)
		c.Expect("200")
		b.Page.Close()
		c.Quiet(30 * time.Second)
		s.Hears(a)
		s.stopMedia()
		began := time.Now()
		c.Expect("BYE")
		if took := time.Since(began); took > 21*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// The plugin of its media is gone: the page makes another session, or the call
// ends.
func TestBrowserSessionLost(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, b := w.Phone("101"), w.Browser("102")
		c := a.Dial("102")
		r := b.Incoming()
		s := b.Answer(r.Call)
		b.Stopped("answered")
		c.Expect("200")
		s.Hears(a)
		if err := w.PBX.KillPlugin(daemon.WebRTCPlugin); err != nil {
			t.Fatal(err)
		}
		lost := b.Next(browser.MessageLost).(browser.Lost)
		if lost.Call != r.Call || lost.Session != s.ID {
			t.Errorf("lost is %+v", lost)
		}
		s.stopMedia()
		time.Sleep(5 * time.Second)
		s = b.Answer(r.Call)
		s.Hears(a)
		c.Hears(b.Phone)
		time.Sleep(20 * time.Second)
		if err := w.PBX.KillPlugin(daemon.WebRTCPlugin); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		c.Expect("BYE")
		if took := time.Since(began); took < 9*time.Second || took > 12*time.Second {
			t.Errorf("it was away for %v", took)
		}
		s.stopMedia()
	})
}

// A session is nobody's but its person's.
func TestBrowserSessionsOfOthers(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, b := w.Browser("101"), w.Browser("102")
		c := w.Phone("103").Dial("102")
		r := b.Incoming()
		mine := a.Session()
		refusedAs(t, mine.TryLink(r.Call), call.NotFound) // another's call
		refusedAs(t, w.PBX.Browsers.Link("102", mine.ID, r.Call), call.NotFound)
		refusedAs(t, w.PBX.Browsers.CloseSession("102", mine.ID), call.NotFound)
		refusedAs(t, w.PBX.Browsers.Trickle(context.Background(), "102", mine.ID, nil, true), call.NotFound)
		_, err := w.PBX.Browsers.Renegotiate(context.Background(), "102", mine.ID, []byte(mine.offer("sendrecv")))
		refusedAs(t, err, call.NotFound)
		_, err = w.PBX.Browsers.Call("102", "103", mine.ID)
		refusedAs(t, err, call.NotFound)
		_, _, err = w.PBX.Browsers.Open(context.Background(), "103", "", nil)
		refusedAs(t, err, call.Denied)
		_, _, err = w.PBX.Browsers.Open(context.Background(), "999", "", nil)
		refusedAs(t, err, call.NotFound)
		if err := w.PBX.Browsers.Trickle(context.Background(), "101", mine.ID, []string{"candidate:1"}, true); err != nil {
			t.Error(err)
		}
		if answer, err := w.PBX.Browsers.Renegotiate(context.Background(), "101", mine.ID, []byte(mine.offer("sendrecv"))); err != nil || !strings.Contains(string(answer), "m=audio") {
			t.Errorf("answered with %q, %v", answer, err)
		}
		mine.Close()
		c.Cancel()
	})
}

// A browser is listed with the phones, and lights the lamp of its extension.
func TestBrowserIsADevice(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, c := w.Phone("101"), w.Phone("103")
		lamp, _ := c.Watch("102", "presence")
		b := w.Browser("102")
		lamp.until("open")
		devices := w.PBX.Devices("102")
		if len(devices) != 1 || devices[0].Contact != "browser" || devices[0].UserAgent != "Chromium" || devices[0].Transport != "ws" {
			t.Errorf("the devices are %+v", devices)
		}
		b.Page.Close()
		time.Sleep(time.Second)
		b.Open() // no other device
		b.Page.State(true, true, true)
		lamp.Still(5 * time.Second)
		calls := a.Dial("102")
		r := b.Incoming()
		calls.Expect("180")
		b.Answer(r.Call)
		calls.Expect("200")
		lamp.until("open, On the phone")
		calls.Hangup()
		lamp.until("open")
		b.Page.Close()
		for !strings.HasPrefix(LampOf(lamp.Notified()), "closed") { // with a note that says why
		}
		if left := w.PBX.Devices("102"); len(left) != 0 {
			t.Errorf("the devices are %+v", left)
		}
	})
}
