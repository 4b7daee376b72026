package calltest

import (
	"fmt"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
)

// Who listens in by a browser hears both who talk, and neither hears them; when those have
// hung up its session goes.
func TestBrowserListensIn(t *testing.T) {
	Run(t, browserHouse, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Browser("103")
		first, ring := talk(w, a, b)
		id := w.PBX.Calls.Calls()[0].ID
		if _, err := w.PBX.Calls.Listen(id, "103", operator); err != nil {
			t.Fatal(err)
		}
		r := c.Incoming()
		if r.Auto {
			t.Error("it shall answer by itself")
		}
		s := c.Answer(r.Call)
		c.Stopped("answered")
		s.Hears(a, b)
		first.Hears(b)
		ring.Hears(a)
		info, _ := w.PBX.Calls.Call(id)
		if n := len(info.Legs); n != 3 || info.Legs[2].Kind != call.KindBrowser || !info.Legs[2].Listens {
			t.Errorf("the legs are %+v", info.Legs)
		}
		first.Hangup()
		ring.Expect("BYE")
		time.Sleep(time.Second)
		s.Gone()
	})
}

// A call of a desk phone to a browser is recorded: each on a channel of its own.
func TestBrowserIsRecorded(t *testing.T) {
	Run(t, recordedOffice+Browsers, func(w *World) {
		a, b := w.Phone("101"), w.Browser("102")
		c := a.Dial("102")
		r := b.Incoming()
		s := b.Answer(r.Call)
		c.Expect("200")
		s.Hears(a)
		c.Hears(b.Phone)
		time.Sleep(3 * time.Second)
		c.Hangup()
		time.Sleep(time.Second)
		s.Gone()
		tapes := w.tapes()
		if len(tapes) != 1 {
			t.Fatalf("%d recordings", len(tapes))
		}
		for _, x := range tapes {
			if len(x.Channels) != 3 || x.Incomplete != "" || x.Missed != 0 {
				t.Fatalf("sheet %+v", x.Sheet)
			}
			end := time.Duration(x.Seconds * float64(time.Second))
			said := map[string][]*Phone{"101": {a}, "102": {b.Phone}, "mixed": {a, b.Phone}}
			for i, channel := range x.Channels { // who is first there has the first
				x.holds(t, i, time.Second, end-time.Second, said[channel.Speaker]...)
				delete(said, channel.Speaker)
			}
			if len(said) != 0 {
				t.Errorf("nothing holds what %v said", said)
			}
		}
	})
}

// A browser calls out by a trunk and is called by it, and meets desk phones in a conference.
func TestBrowserTalksToTheWorld(t *testing.T) {
	Run(t, fmt.Sprintf(registering, "")+Browsers+`
extension "b" {
  number = "102"
  secret = "k9-Vq2-hTw"
}
conference "daily" { number = "800" }
dialplan "desk" {
  from = [extension.b]
  route "daily" {
    match = "800"
    to    = conference.daily
  }
}
`, func(w *World) {
		east := w.Provider("10.0.0.50")
		acc := east.Serve(account())
		w.Names.Host("sip.east.example", "10.0.0.50")
		time.Sleep(3 * time.Second)
		w.trunk("east", "registered")
		a := w.Browser("101")
		s, _ := a.Dial("+493099")
		ring := east.Incoming()
		ring.Ring()
		ring.Answer()
		s.Hears(east)
		ring.Hears(a.Phone)
		s.Close()
		ring.Expect("BYE")

		c := acc.Ring("+4930555101")
		r := a.Incoming()
		s = a.Answer(r.Call)
		a.Stopped("answered")
		c.Expect("200")
		c.Hears(a.Phone)
		s.Hears(east)
		c.Hangup()
		time.Sleep(time.Second)
		s.Gone()

		b, desk := w.Browser("102"), w.Phone("102")
		s, _ = b.Dial("800")
		other := desk.Dial("800")
		other.Expect("200")
		s.Hears(desk)
		other.Hears(b.Phone)
		s.Close()
		other.Hangup()
	})
}
