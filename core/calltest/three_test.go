package calltest

import (
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/event"
)

// consult is a call from 101 to 102, which 101 holds while it calls 103.
func consult(w *World, a, b, c *Phone) (first, ring, second, other *Call) {
	first, ring = talk(w, a, b)
	first.Hold()
	second, other = talk(w, a, c)
	return first, ring, second, other
}

// callOf is the live call from a number to another.
func callOf(t *testing.T, w *World, to string) string {
	t.Helper()
	for _, c := range w.Calls() {
		if c.To == to {
			return c.ID
		}
	}
	t.Fatalf("there is no call to %s: %+v", to, w.Calls())
	return ""
}

// A consultation call is joined into the first: three who each hear the other
// two. Whoever leaves leaves the others talking.
func TestJoinOfThree(t *testing.T) {
	RunMedia(t, withMusic, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		first, ring, second, other := consult(w, a, b, c)
		ring.Hears(music)
		second.Hears(c)
		if err := w.PBX.Calls.Join(callOf(t, w, "102"), callOf(t, w, "103"), operator); err != nil {
			t.Fatal(err)
		}
		first.Expect("BYE") // 101 is there with its other leg
		ring.Hears(a, c)
		second.Hears(b, c)
		other.Hears(a, b)
		second.Hold()
		ring.Hears(c)
		other.Hears(b)
		second.Resume()
		second.Hears(b, c)
		ring.Press('5') // is told to both
		time.Sleep(500 * time.Millisecond)
		if second.Digits() != "5" || other.Digits() != "5" {
			t.Errorf("the digit came as %q and %q", second.Digits(), other.Digits())
		}
		second.Hangup()
		ring.Hears(c)
		other.Hears(b)
		ring.Hangup()
		other.Expect("BYE")
		w.Golden("join of three")
	})
}

// A phone that mixes two calls itself needs nothing of us: it plays each what it
// hears of the other.
func TestAPhoneThatMixesItself(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		first, ring, second, other := consult(w, a, b, c)
		first.Resume()
		first.Behave(Manner{Mix: []float64{c.Tone}})
		second.Behave(Manner{Mix: []float64{b.Tone}})
		ring.Hears(a, c)
		other.Hears(a, b)
		first.Hears(b)
		second.Hears(c)
		first.Hangup()
		second.Hangup()
		ring.Expect("BYE")
		other.Expect("BYE")
	})
}

// Somebody is rung for a live call, and comes in; the one for whom leaves.
func TestAddToACall(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		first, ring := talk(w, a, b)
		id := callOf(t, w, "102")
		if _, err := w.PBX.Calls.Add(id, call.Addition{To: "103"}, operator); err == nil {
			t.Error("for 101 or 102: which one?")
		}
		if _, err := w.PBX.Calls.Add(id, call.Addition{To: "103", For: "101"}, operator); err != nil {
			t.Fatal(err)
		}
		third := c.Incoming()
		third.Ring()
		first.Hears(b)
		ring.Hears(a)
		third.Answer()
		third.Hears(a, b)
		first.Hears(b, c)
		ring.Hears(a, c)
		first.Hangup()
		ring.Hears(c)
		third.Hears(b)
		third.Hangup()
		ring.Expect("BYE")
		w.Golden("add to a call")
	})
}

// What 101 may not dial nobody dials for it, and a call that ends takes along
// who is rung for it.
func TestWhoIsNotAdded(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("110"), w.Phone("102"), w.Phone("103")
		first, ring := talk(w, a, b)
		id := callOf(t, w, "102")
		denied, err := w.PBX.Calls.Add(id, call.Addition{To: "+442071234567", For: "110"}, operator)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		if _, ok := w.PBX.Calls.Call(denied); ok {
			t.Error("110 may not dial that, and it rings")
		}
		if _, err := w.PBX.Calls.Add(id, call.Addition{To: "103", For: "110"}, operator); err != nil {
			t.Fatal(err)
		}
		third := c.Incoming()
		third.Ring()
		first.Hears(b)
		first.Hangup()
		ring.Expect("BYE")
		third.Expect("CANCEL")
	})
}

// An operator holds for a phone that knows nothing of it, and mutes.
func TestHoldAndMuteFromOutside(t *testing.T) {
	RunMedia(t, withMusic, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		first, ring := talk(w, a, b)
		id := callOf(t, w, "102")
		do := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		do(w.PBX.Calls.Hold(id, "101", operator))
		ring.Hears(music)
		first.Hears()
		do(w.PBX.Calls.Resume(id, "101", operator))
		time.Sleep(40 * time.Millisecond)
		ring.heardNow(a)
		first.Hears(b)
		do(w.PBX.Calls.Mute(id, "102", true, operator))
		first.Hears()
		ring.Hears(a)
		do(w.PBX.Calls.Mute(id, "102", false, operator))
		first.Hears(b)
		do(w.PBX.Calls.DTMF(id, "102", "19#", operator))
		time.Sleep(2 * time.Second)
		if ring.Digits() != "19#" {
			t.Errorf("102 got %q", ring.Digits())
		}
		do(w.PBX.Calls.Kick(id, "102", event.ActHangup, call.Busy, operator))
		first.Expect("BYE")
		ring.Expect("BYE")
		w.Golden("acts from outside")

		story, _ := w.PBX.Trace.Entries(id)
		var notes []string
		for _, e := range story {
			if strings.Contains(e.Note, "operator") {
				notes = append(notes, e.From+" "+e.Note)
			}
		}
		want := []string{
			"101 hold, by operator admin", "101 resume, by operator admin", "102 mute, by operator admin", "102 unmute, by operator admin",
			"102 dtmf (3 digits), by operator admin", "102 hangup (busy), by operator admin",
		}
		if strings.Join(notes, "; ") != strings.Join(want, "; ") {
			t.Errorf("the story tells\n%s, want\n%s", strings.Join(notes, "\n"), strings.Join(want, "\n"))
		}
	})
}

// A conference that plays music to who is alone, lets nobody in while it is
// locked, or full, and from which one is kicked out.
func TestConferenceControl(t *testing.T) {
	RunMedia(t, withMusic, office+`
conference "board" {
  number = "801"
  music  = tone("1365/1000")
}
dialplan "more" {
  from = [extension.late]
  route "board" {
    match = "801"
    to    = conference.board
  }
}
extension "late" {
  for_each = { x = "191", y = "192", z = "193" }
  number   = each.value
  secret   = "k9-Vq2-hTw"
}
`, func(w *World) {
		a, b, c := w.Phone("191"), w.Phone("192"), w.Phone("193")
		x := a.Dial("801")
		x.Expect("200")
		x.Hears(music)
		y := b.Dial("801")
		y.Expect("200")
		x.Hears(b)
		y.Hears(a)
		if err := w.PBX.Calls.Lock("board", true, operator); err != nil {
			t.Fatal(err)
		}
		c.Dial("801").Expect("486")
		if err := w.PBX.Calls.Lock("board", false, operator); err != nil {
			t.Fatal(err)
		}
		z := c.Dial("801")
		z.Expect("200")
		x.Hears(b, c)
		list := w.PBX.Calls.Conferences()
		if len(list) != 1 || len(list[0].Members) != 3 {
			t.Fatalf("conferences %+v", list)
		}
		for _, m := range list[0].Members {
			if !m.Speaking {
				t.Errorf("%s speaks, and is not shown so", m.Number)
			}
		}
		id, leg, err := w.PBX.Calls.InConference("board", "192")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.PBX.Calls.Mute(id, leg, true, operator); err != nil {
			t.Fatal(err)
		}
		x.Hears(c)
		y.Hears(a, c)
		if err := w.PBX.Calls.Kick(id, leg, event.ActKick, call.Normal, operator); err != nil {
			t.Fatal(err)
		}
		y.Expect("BYE")
		x.Hears(c)
		z.Hangup()
		x.Hears(music)
		x.Hangup()
		w.Golden("conference control")
	})
}
