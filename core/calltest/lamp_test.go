package calltest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// A key for 102 on the phone of 103: dark, blinking with who calls, lit, held,
// dark again. And the key of 101, who called.
func TestRFC4235LampOfACall(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		callee, n := c.Watch("102", "dialog")
		if got := LampOf(n); got != "terminated" {
			t.Errorf("at first it shows %q", got)
		}
		call := a.Dial("102")
		ring := b.Incoming()
		ring.Ring()
		call.Expect("180")
		d := LampDialogs(callee.Shows(`early recipient 101 "Phone 101"`))[0]
		if d.CallID != ring.id || d.LocalTag != ring.localTag || d.RemoteTag == "" {
			t.Errorf("the dialog of the phone that rings is %s, %s: %+v", ring.id, ring.localTag, d)
		}
		ring.Answer()
		call.Expect("200")
		callee.Shows(`confirmed recipient 101 "Phone 101"`)
		call.Hears(b)
		ring.Hold()
		callee.Shows(`confirmed held recipient 101 "Phone 101"`)
		ring.Resume()
		callee.Shows(`confirmed recipient 101 "Phone 101"`)
		call.Hangup()
		ring.Expect("BYE")
		callee.Shows("terminated")
		w.Golden("lamp of a call")
	})
}

// The lamp of who calls: from the first digit dialled, and without blinking as
// one that can be picked up.
func TestRFC4235LampOfTheCaller(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		lamp, _ := c.Watch("101", "dialog")
		presence, _ := c.Watch("101", "presence")
		call := a.Dial("102")
		ring := b.Incoming()
		lamp.Shows("trying initiator 102")
		ring.Ring()
		call.Expect("180")
		lamp.Shows("early initiator 102")
		ring.Answer()
		call.Expect("200")
		lamp.Shows("confirmed initiator 102")
		presence.until("open, On the phone")
		call.Hangup()
		ring.Expect("BYE")
		lamp.Shows("terminated")
		presence.Shows("open")
	})
}

// A phone that nobody has plugged in, then one that is unregistered again.
func TestLampOfAnUnregisteredPhone(t *testing.T) {
	Run(t, office, func(w *World) {
		c := w.Phone("103")
		lamp, n := c.Watch("102", "dialog")
		presence, p := c.Watch("102", "presence")
		if LampOf(n) != "terminated 480" || LampOf(p) != "closed, Not registered" {
			t.Errorf("at first they show %q and %q", LampOf(n), LampOf(p))
		}
		b := w.Phone("102")
		lamp.Shows("terminated")
		presence.Shows("open")
		if s := b.TryRegister(0); s != 200 {
			t.Fatalf("REGISTER got %d", s)
		}
		lamp.Shows("terminated 480")
		presence.Shows("closed, Not registered")
	})
}

// Two devices ring, one answers: the lamp never goes dark in between.
func TestRFC4235LampOfTwoDevices(t *testing.T) {
	Run(t, office, func(w *World) {
		a, one, two, c := w.Phone("101"), w.Phone("102"), w.Phone("102"), w.Phone("103")
		lamp, _ := c.Watch("102", "dialog")
		call := a.Dial("102")
		first, second := one.Incoming(), two.Incoming()
		first.Ring()
		lamp.Shows(`early recipient 101 "Phone 101"`)
		second.Ring()
		n := lamp.Notified()
		if !strings.Contains(n.Body, `state="partial"`) && len(LampDialogs(n)) != 2 {
			t.Errorf("two ring: %s", n.Body)
		}
		call.Expect("180")
		second.Answer()
		call.Expect("200")
		first.Expect("CANCEL")
		for {
			n := lamp.Notified()
			got := LampOf(n)
			if got == `confirmed recipient 101 "Phone 101"` {
				break
			}
			if got == "terminated" && strings.Contains(n.Body, `state="full"`) {
				t.Error("the lamp goes dark when one answers")
			}
		}
		call.Hangup()
		second.Expect("BYE")
		lamp.Shows("terminated")
	})
}

// A subscription is refreshed, and ends when it is not.
func TestRFC6665RefreshAndExpiry(t *testing.T) {
	Run(t, office, func(w *World) {
		c := w.Phone("103")
		w.Phone("102")
		lamp, _ := c.Watch("102", "dialog")
		time.Sleep(9 * time.Minute)
		if r := lamp.Subscribe(60); r.Status() != 200 || r.Get("Expires") != "60" {
			t.Fatalf("%s", r.Label())
		}
		lamp.Shows("terminated")
		time.Sleep(30 * time.Second)
		lamp.Shows("terminated, terminated;reason=timeout")
		if r := lamp.Subscribe(60); r.Status() != 481 {
			t.Errorf("after its end: %s", r.Label())
		}
		w.Golden("subscription refreshed and over")
	})
}

// Who has vanished is forgotten after one NOTIFY that nobody answers, and costs
// the next call nothing.
func TestRFC6665WatcherVanished(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		lamp, _ := c.Watch("102", "dialog")
		call := a.Dial("102")
		ring := b.Incoming()
		ring.Answer()
		lamp.Shows(`confirmed recipient 101 "Phone 101"`)
		call.Expect("200")
		lamp.Status.Store(0)
		ring.Hold()
		time.Sleep(40 * time.Second)
		lamp.Status.Store(200)
		call.Hangup()
		ring.Expect("BYE")
		lamp.Still(time.Minute)
	})
}

// A schedule's code has a lamp: lit while it is switched by hand.
func TestLampOfASchedule(t *testing.T) {
	Run(t, office+`
schedule "night" {
  open     = ["Mon-Fri 08:30-18:00"]
  override = "*28"
}
`, func(w *World) {
		a, c := w.Phone("101"), w.Phone("103")
		lamp, n := c.Watch("*28", "dialog")
		if LampOf(n) != "terminated" {
			t.Errorf("at first it shows %q", LampOf(n))
		}
		call := a.Dial("*28")
		call.Expect("200")
		if got := LampOf(lamp.Notified()); !strings.HasPrefix(got, "confirmed unknown ") || !strings.Contains(got, "by hand") {
			t.Errorf("switched by hand it shows %q", got)
		}
		call.Expect("BYE")
	})
}

// A lamp names the call so that another phone can pick it up: as Yealink and
// Polycom write Replaces, and as Snom does, which turns the tags round and calls
// who calls.
func TestRFC4235PickupByALamp(t *testing.T) {
	for _, x := range []struct {
		name, dials, format string
	}{
		{"yealink", "102", "%s;to-tag=%s;from-tag=%s"},
		{"snom", "101", "%s;from-tag=%s;to-tag=%s"},
	} {
		t.Run(x.name, func(t *testing.T) {
			Run(t, office, func(w *World) {
				a, b := w.Phone("101"), w.Phone("102")
				call := a.Dial("102")
				ring := b.Incoming()
				ring.Ring()
				call.Expect("180")
				c := w.Phone("102") // in another room, and too late to ring itself
				lamp, n := c.Watch("102", "dialog")
				if got := LampOf(n); got != `early recipient 101 "Phone 101"` {
					t.Errorf("the lamp shows %q", got)
				}
				d := LampDialogs(n)[0]
				picked := c.DialWith(x.dials, func(m *raw.Message) {
					m.Add("Replaces", fmt.Sprintf(x.format, d.CallID, d.LocalTag, d.RemoteTag))
				})
				picked.Expect("200")
				call.Expect("200")
				ring.Expect("CANCEL")
				lamp.until(`confirmed initiator 101 "Phone 101"`)
				call.Hears(c)
				picked.Hears(a)
				call.Hangup()
				picked.Expect("BYE")
				lamp.until("")
			})
		})
	}
}

// A conference has a lamp as long as somebody is in it.
func TestLampOfAConference(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		lamp, n := c.Watch("800", "dialog")
		if got := LampOf(n); got != "terminated" {
			t.Errorf("at first it shows %q", got)
		}
		one := a.Dial("800")
		one.Expect("200")
		lamp.Shows("confirmed")
		two := b.Dial("800")
		two.Expect("200")
		one.Hangup()
		lamp.Still(time.Second)
		two.Hangup()
		lamp.Shows("terminated")
	})
}

// The codes by which an extension sets something have lamps on its own phones:
// each sees its own. And who wants no calls says so where others watch.
func TestLampOfASetting(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		quiet, n := a.Watch("*78", "dialog")
		others, _ := b.Watch("*78", "dialog")
		forward, _ := a.Watch("*72103", "dialog")
		presence, _ := b.Watch("101", "presence")
		if got := LampOf(n); got != "terminated" {
			t.Errorf("at first it shows %q", got)
		}
		dial := func(code string) {
			t.Helper()
			call := a.Dial(code)
			call.Expect("200")
			call.Expect("BYE")
			time.Sleep(5 * time.Second)
		}
		dial("*78")
		quiet.Shows("confirmed")
		dial("*72103")
		forward.Shows("confirmed 103")
		presence.until("open, Do not disturb")
		dial("*79")
		quiet.Shows("terminated")
		presence.until("open")
		dial("*73")
		forward.Shows("terminated")
		others.Still(time.Second)
	})
}

// What may be watched, and what not.
func TestWhatMayBeWatched(t *testing.T) {
	Run(t, office, func(w *World) {
		a := w.Phone("101")
		for _, c := range []struct {
			name, number, event string
			status              int
		}{
			{"oneself", "101", "dialog", 200},
			{"a group", "700", "dialog", 404},
			{"nobody", "199", "presence", 404},
			{"an own mailbox, where there is none", "101", "message-summary", 404},
			{"the mailbox of another", "102", "message-summary", 403},
		} {
			l := a.Lamp(c.number, c.event)
			if r := l.Subscribe(60); r.Status() != c.status {
				t.Errorf("%s: %s, want %d", c.name, r.Label(), c.status)
			}
		}
	})
}

// A reload takes the watched extension away; a restart of the PBX asks phones to
// subscribe anew in a while.
func TestRFC6665ReloadAndRestart(t *testing.T) {
	Run(t, office, func(w *World) {
		c, b := w.Phone("103"), w.Phone("102")
		lamp, _ := c.Watch("102", "dialog")
		own, _ := b.Watch("103", "dialog")
		w.Reload(strings.Replace(office, `"102"`, `"109"`, 1))
		if got := lamp.Notified().Get("Subscription-State"); got != "terminated;reason=noresource" {
			t.Errorf("what is no more: %s", got)
		}
		own.Shows("terminated, terminated;reason=deactivated")
		other, _ := c.Watch("101", "dialog")
		w.Restart()
		other.Shows("terminated 480, terminated;reason=probation")
		w.Phone("101")
		if _, n := c.Watch("101", "dialog"); LampOf(n) != "terminated" {
			t.Errorf("after the restart it shows %q", LampOf(n))
		}
	})
}
