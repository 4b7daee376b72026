package calltest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/browser"
	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/event"
)

// What the house does with phones it does with browsers: groups, queues,
// transfers, holds, pickups, slots.
const browserHouse = Browsers + `
extension "desk" {
  for_each     = { a = "101", b = "102", c = "103" }
  number       = each.value
  secret       = "k9-Vq2-hTw"
  max_calls    = 2
  max_devices  = 3
  pickup_group = "house"
}
group "office" {
  number  = "700"
  members = [extension.desk["a"], extension.desk["b"]]
}
queue "sales" {
  number  = "600"
  members = [extension.desk["b"]]
}
park "lot" {
  slots = "71-73"
}
features {
  intercom = "*80"
  pickup   = "*8"
  park     = "*68"
}
dialplan "internal" {
  from = [extension.desk]
  route "office" {
    match = "700"
    to    = group.office
  }
  route "sales" {
    match = "600"
    to    = queue.sales
  }
  route "park" {
    match = "7X"
    to    = park.lot
  }
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
}
`

// In a group browsers race phones.
func TestBrowserInAGroup(t *testing.T) {
	Run(t, browserHouse, func(w *World) {
		a, b, c := w.Phone("101"), w.Browser("102"), w.Browser("103")
		s, _ := c.Dial("700")
		ring, r := a.Incoming(), b.Incoming()
		ring.Ring()
		time.Sleep(time.Second)
		talks := b.Answer(r.Call)
		b.Stopped("answered")
		ring.Expect("CANCEL")
		talks.Hears(c.Phone)
		s.Hears(b.Phone)
		s.Close()
		time.Sleep(time.Second)
		talks.Gone()
	})
}

// An agent of a queue is there by their browser alone.
func TestBrowserInAQueue(t *testing.T) {
	Run(t, browserHouse, func(w *World) {
		a := w.Phone("101")
		is(t, "agents", agents(w), "102 unavailable")
		b := w.Browser("102")
		time.Sleep(time.Second)
		is(t, "agents", agents(w), "102 idle")
		c := a.Dial("600")
		c.Expect("200")
		r := b.Incoming()
		time.Sleep(time.Second)
		is(t, "agents", agents(w), "102 ringing")
		s := b.Answer(r.Call)
		c.Hears(b.Phone)
		s.Hears(a)
		is(t, "agents", agents(w), "102 talking")
		c.Hangup()
		time.Sleep(time.Second)
		b.Page.Close()
		time.Sleep(5 * time.Second)
		is(t, "agents", agents(w), "102 unavailable")
	})
}

// Hold, mute and a transfer are acts of the API on a browser's leg.
func TestBrowserHoldsAndTransfers(t *testing.T) {
	Run(t, browserHouse, func(w *World) {
		a, b, c := w.Phone("101"), w.Browser("102"), w.Phone("103")
		s, id := b.Dial("101")
		ring := a.Incoming()
		ring.Answer()
		s.Hears(a)
		by := event.Actor{Kind: event.ByExtension, Number: "102"}
		leg := legOf(w, id, "102")
		if err := w.PBX.Calls.Hold(id, leg, by); err != nil {
			t.Fatal(err)
		}
		s.Hears()
		ring.Hears()
		if err := w.PBX.Calls.Resume(id, leg, by); err != nil {
			t.Fatal(err)
		}
		s.Hears(a)
		ring.Hears(b.Phone)
		if err := w.PBX.Calls.Mute(id, leg, true, by); err != nil {
			t.Fatal(err)
		}
		s.Hears(a)
		ring.Hears()
		if err := w.PBX.Calls.Mute(id, leg, false, by); err != nil {
			t.Fatal(err)
		}
		// The phone goes to 103, and the browser is out of it once that answers.
		if err := w.PBX.Calls.Transfer(id, call.Transfer{Leg: legOf(w, id, "101"), To: "103"}, by); err != nil {
			t.Fatal(err)
		}
		third := c.Incoming()
		third.Ring()
		third.Answer()
		ring.Hears(c)
		third.Hears(a)
		time.Sleep(time.Second)
		s.Gone()
		third.Hangup()
		ring.Expect("BYE")
	})
}

// A browser goes from one call into another: what it had to link then is the
// call that it is in.
func TestBrowserIsTransferred(t *testing.T) {
	Run(t, browserHouse, func(w *World) {
		a, b, c := w.Phone("101"), w.Browser("102"), w.Browser("103")
		call1 := a.Dial("102")
		s := b.Answer(b.Incoming().Call)
		call1.Expect("200")
		call1.Hold()
		call2 := a.Dial("103")
		r := c.Incoming()
		other := c.Answer(r.Call)
		call2.Expect("200")
		var first string
		for _, x := range w.Calls() {
			if x.ID != r.Call {
				first = x.ID
			}
		}
		if err := w.PBX.Calls.Transfer(first, call.Transfer{Into: r.Call}, operator); err != nil {
			t.Fatal(err)
		}
		call1.Expect("BYE")
		call2.Expect("BYE")
		s.Hears(c.Phone)
		other.Hears(b.Phone)
		b.Page.Close()
		s.stopMedia()
		b.Open()
		legs := b.Page.Phone.Legs
		if len(legs) != 1 || legs[0].Call != w.Calls()[0].ID {
			t.Fatalf("the page finds %+v, the calls are %+v", legs, w.Calls())
		}
		b.Page.State(true, true, true)
		s = b.Answer(legs[0].Call)
		s.Hears(c.Phone)
		other.Hears(b.Phone)
		s.Close()
		time.Sleep(time.Second)
		other.Gone()
	})
}

// A second call rings while they talk; a third is one too many.
func TestBrowserCallWaiting(t *testing.T) {
	Run(t, browserHouse, func(w *World) {
		a, b, c := w.Phone("101"), w.Browser("102"), w.Phone("103")
		first := a.Dial("102")
		s := b.Answer(b.Incoming().Call)
		b.Stopped("answered")
		first.Expect("200")
		second := c.Dial("102")
		r := b.Incoming()
		second.Expect("180")
		w.Phone("101").Dial("102").Expect("486")
		next := b.Answer(r.Call)
		b.Stopped("answered")
		second.Expect("200")
		next.Hears(c)
		s.Hears(a)
		first.Hangup()
		next.Hears(c)
		second.Hangup()
	})
}

// Whose phones shall answer by themselves, that one's browser does.
func TestBrowserAnswersByItself(t *testing.T) {
	Run(t, browserHouse, func(w *World) {
		a, b := w.Phone("101"), w.Browser("102")
		c := a.Dial("*80102")
		r := b.Incoming()
		if !r.Auto {
			t.Errorf("it rings with %+v", r)
		}
		s := b.Answer(r.Call)
		c.Expect("200")
		c.Hears(b.Phone)
		s.Hears(a)
		c.Hangup()
	})
}

// An originated call rings its browser first.
func TestBrowserIsCalledBack(t *testing.T) {
	Run(t, browserHouse, func(w *World) {
		a, b := w.Phone("101"), w.Browser("102")
		id, err := w.PBX.Calls.Originate(call.Origination{From: "102", To: "101", AutoAnswer: true}, operator)
		if err != nil {
			t.Fatal(err)
		}
		r := b.Incoming()
		if r.Call != id || !r.Auto {
			t.Errorf("it rings with %+v", r)
		}
		s := b.Answer(id)
		ring := a.Incoming()
		ring.Answer()
		s.Hears(a)
		ring.Hears(b.Phone)
		ring.Hangup()
	})
}

// A browser picks up what rings elsewhere, and what rings in it is picked up.
func TestBrowserPicksUp(t *testing.T) {
	Run(t, browserHouse, func(w *World) {
		a, b, c := w.Phone("101"), w.Browser("102"), w.Phone("103")
		first := a.Dial("103")
		ring := c.Incoming()
		ring.Ring()
		first.Expect("180")
		s, _ := b.Dial("*8")
		first.Expect("200")
		ring.Expect("CANCEL")
		s.Hears(a)
		first.Hears(b.Phone)
		first.Hangup()
		time.Sleep(time.Second)

		first = a.Dial("102")
		b.Incoming()
		first.Expect("180")
		pick := c.Dial("*8")
		pick.Expect("200")
		first.Expect("200")
		b.Stopped("answered_elsewhere")
		pick.Hears(a)
		pick.Hangup()
		first.Expect("BYE")
	})
}

// The other one of a browser's call waits in a slot, and a browser takes it up.
func TestBrowserParks(t *testing.T) {
	Run(t, browserHouse, func(w *World) {
		a, b := w.Phone("101"), w.Browser("102")
		s, id := b.Dial("101")
		ring := a.Incoming()
		ring.Answer()
		s.Hears(a)
		slot, err := w.PBX.Calls.Park(id, call.Park{Leg: legOf(w, id, "101")}, event.Actor{Kind: event.ByExtension, Number: "102"})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		s.Gone()
		s, _ = b.Dial(slot)
		s.Hears(a)
		ring.Hears(b.Phone)
		s.Close()
		ring.Expect("BYE")
	})
}

// What is left of a browser's call is a record with its leg.
func TestBrowserRecord(t *testing.T) {
	Run(t, browserHouse, func(w *World) {
		a, b := w.Phone("101"), w.Browser("102")
		c := a.Dial("102")
		r := b.Incoming()
		s := b.Answer(r.Call)
		b.Stopped("answered")
		c.Expect("200")
		time.Sleep(5 * time.Second)
		// A second session goes on with the counters of the first.
		s.stopMedia()
		s = b.Answer(r.Call)
		time.Sleep(5 * time.Second)
		c.Hangup()
		time.Sleep(time.Second)
		records := w.Records()
		if len(records) != 1 || len(records[0].Legs) != 2 {
			t.Fatalf("the records are %+v", records)
		}
		l := records[0].Legs[1]
		if l.Kind != "browser" || l.Number != "102" || l.Name != "desk/b" || l.Codec != "pcmu" || l.Stats == nil || l.Stats.PacketsIn < 400 {
			t.Errorf("its leg is %+v, %+v", l, l.Stats)
		}
		s.stopMedia()
	})
}

// Pages, phones and sessions are bounded.
func TestBrowserBounds(t *testing.T) {
	Run(t, browserHouse, func(w *World) {
		b := w.Browser("102")
		desk := w.Phone("102")
		b.Tab()
		one := w.PBX.Browsers.Connect("102", "one-page-too-many", browser.Device{})
		if !strings.Contains(one.Phone.Refused, "max_devices of 3") {
			t.Errorf("a fourth device: %q", one.Phone.Refused)
		}
		one.State(true, true, true)
		one.Ringing("nothing")
		one.Close()
		if bad := w.PBX.Browsers.Connect("102", "no", browser.Device{}); bad.Phone.Refused == "" {
			t.Error("a device that is none")
		}
		var all []*Session
		for range 8 {
			all = append(all, b.Session())
		}
		_, _, err := w.PBX.Browsers.Open(context.Background(), "102", "", []byte(all[0].offer("sendrecv")))
		refusedAs(t, err, call.Busy)
		for _, s := range all {
			s.Close()
		}
		for i := range 5 {
			_, err := w.PBX.Browsers.CallBy("102", "101", fmt.Sprintf("page-%06d", i))
			if (err != nil) != (i >= 4) {
				t.Errorf("call %d: %v", i, err)
			}
		}
		desk.TryRegister(0)
		// A page that takes no messages is let go.
		a := w.Phone("101")
		for range 40 {
			c := a.Dial("102")
			time.Sleep(10 * time.Millisecond)
			c.Cancel()
		}
		time.Sleep(5 * time.Second)
		if left := w.PBX.Browsers.Devices("102"); len(left) != 0 {
			t.Errorf("devices: %+v", left)
		}
	})
}

// A browser whose extension a new configuration does not let in is let go; its
// call goes on.
func TestBrowserAndReload(t *testing.T) {
	Run(t, signedIn, func(w *World) {
		a, b := w.Phone("101"), w.Browser("102")
		c := a.Dial("102")
		s := b.Answer(b.Incoming().Call)
		b.Stopped("answered")
		c.Expect("200")
		w.Write(strings.Replace(signedIn, `number = "102"`, "number = \"102\"\n  browser = false", 1))
		if _, err := w.PBX.Reload(context.Background()); err != nil {
			t.Fatal(err)
		}
		if _, ok := <-b.Page.Out; ok {
			t.Error("its page is told something")
		}
		s.Hears(a)
		c.Hears(b.Phone)
		c.Hangup()
		time.Sleep(time.Second)
		a.Dial("102").Expect("480")
		_, _, err := w.PBX.Browsers.Open(context.Background(), "102", "", nil)
		refusedAs(t, err, call.Denied)
	})
}

// legOf is the leg of an extension in a call.
func legOf(w *World, id, number string) string {
	w.t.Helper()
	info, _ := w.PBX.Calls.Call(id)
	for _, l := range info.Legs {
		if l.Number == number {
			return l.ID
		}
	}
	w.t.Fatalf("%s is not in the call %+v", number, info)
	return ""
}
