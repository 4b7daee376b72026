package calltest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// line is a record on one line: "101 to 102 by internal/desk through
// extension.desk["b"]: normal by caller, rang 2 s, talked 10 s; extension 101
// normal pcmu; …".
func line(c event.CDR) string {
	s := fmt.Sprintf("%s to %s by %s/%s through %s: %s by %s, rang %.0f s, talked %.0f s", c.From, c.To, c.Dialplan, c.Route, strings.Join(c.Path, ", "),
		c.Cause, c.EndedBy, c.RingSeconds, c.TalkSeconds)
	for _, l := range c.Legs {
		s += fmt.Sprintf("; %s %s %s", l.Kind, l.Number, l.Cause)
		if l.Status != 0 {
			s += fmt.Sprint(" ", l.Status)
		}
		if l.Codec != "" {
			s += " " + l.Codec
		}
	}
	return s
}

// Whatever becomes of a call, it leaves one record, with all its legs.
func TestEveryCallLeavesOneRecord(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		east := w.Provider("10.0.0.50")

		call := a.Dial("102") // answered
		ring := b.Incoming()
		ring.Ring()
		call.Expect("180")
		time.Sleep(2 * time.Second)
		ring.Answer()
		call.Expect("200")
		time.Sleep(10 * time.Second)
		call.Hangup()
		ring.Expect("BYE")

		call = a.Dial("103") // busy
		c.Incoming().Reject(486, "Busy Here")
		call.Expect("486")

		call = b.Dial("700") // nobody answers
		c.Incoming().Ring()
		call.Expect("480")

		call = a.Dial("+19005551234") // barred
		call.Expect("403")
		call = a.Dial("999") // nowhere
		call.Expect("404")

		call = a.Dial("+442071234567") // out, and given up
		out := east.Incoming()
		out.Ring()
		call.Expect("180")
		time.Sleep(5 * time.Second)
		call.Cancel()
		time.Sleep(time.Second)

		want := []string{}
		list := w.Records()
		slices.Reverse(list)
		for _, r := range list {
			want = append(want, line(r))
			if r.Revision != w.cfg.Revision || r.ID == "" || r.Ended.Before(r.Started) {
				t.Errorf("%+v", r)
			}
		}
		w.golden("records", strings.Join(want, "\n")+"\n")
		if s := list[0].Legs[1].Stats; s == nil || s.PacketsIn < 400 || s.MOSIn < 4 {
			t.Errorf("the sound of 102: %+v", s)
		}
	})
}

// The power may fail at any time: calls that live are on the disk.
func TestACrashInTheMiddleOfACall(t *testing.T) {
	Run(t, office, func(w *World) {
		begun := time.Now()
		call, ring := talk(w, w.Phone("101"), w.Phone("102"))
		time.Sleep(2*time.Minute + 17*time.Second)
		list := w.Crashed()
		if len(list) != 1 {
			t.Fatalf("%d records", len(list))
		}
		r := list[0]
		if r.From != "101" || r.To != "102" || r.Route != "desk" || r.Revision != w.cfg.Revision || r.Cause != "failed" || r.Answered == nil {
			t.Errorf("%s: %+v", line(r), r)
		}
		if lost := time.Since(r.Ended); lost < 0 || lost > time.Minute || r.TalkSeconds < 77 {
			t.Errorf("%v of %v are lost, it talked for %v s", lost, time.Since(begun), r.TalkSeconds)
		}
		if len(r.Legs) != 2 || r.Legs[0].Codec != "pcmu" || r.Legs[1].Stats == nil || r.Legs[1].Stats.PacketsIn < 3800 {
			t.Errorf("legs: %+v", r.Legs)
		}
		call.Hangup()
		ring.Expect("BYE")
		time.Sleep(time.Second)
		if list := w.Records(); len(list) != 1 || list[0].Cause != "normal" || list[0].ID != r.ID {
			t.Errorf("the call went on: %+v", list)
		}
	})
}

// After a restart nobody has to register again: phones at their address and
// behind NAT over UDP, and over TCP where they accept connections.
func TestPhonesAreReachableAfterARestart(t *testing.T) {
	Run(t, office, func(w *World) {
		a, hidden := w.Phone("101"), w.HiddenPhone("102")
		tcp := w.at("103", Secret, w.place()).listenTCP()
		tcp.Connect()
		tcp.Register()
		unplugged := w.Phone("104")
		if s := unplugged.TryRegister(0); s != 200 {
			t.Fatal(s)
		}
		brief := w.Device("105", Secret)
		if s := brief.TryRegister(60); s != 200 {
			t.Fatal(s)
		}
		time.Sleep(50 * time.Second)
		w.Restart()
		w.Restart()
		for _, p := range []*Phone{hidden, tcp} {
			call := a.Dial(p.Number)
			ring := p.Incoming()
			ring.Ring()
			call.Expect("180")
			ring.Answer()
			call.Expect("200")
			call.Hears(p)
			call.Hangup()
			ring.Expect("BYE")
		}
		a.Dial("104").Expect("480") // it had unregistered
		time.Sleep(15 * time.Second)
		a.Dial("105").Expect("480") // it has expired meanwhile
		w.Golden("phones after a restart")
	})
}

// What was switched by hand stays so.
func TestAScheduleStaysSwitchedOverARestart(t *testing.T) {
	const night = `
extension "desk" {
  for_each = { a = "101", b = "102", c = "103" }
  number   = each.value
  secret   = "k9-Vq2-hTw"
}
schedule "office" {
  open     = ["Mon-Fri 09:00-17:00"]
  override = "*28"
}
dialplan "internal" {
  from = [extension.desk]
  route "day" {
    match = "700"
    when  = schedule.office.open
    to    = extension.desk["b"]
  }
  route "night" {
    match = "700"
    to    = extension.desk["c"]
  }
}
`
	Run(t, night, func(w *World) { // it is a Saturday
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		reach := func(p *Phone) {
			t.Helper()
			call := a.Dial("700")
			ring := p.Incoming()
			ring.Ring()
			call.Expect("180")
			call.Cancel()
		}
		reach(c)
		flip := a.Dial("*28")
		flip.Expect("200")
		flip.Expect("BYE")
		reach(b)
		w.Restart()
		reach(b)
	})
}
