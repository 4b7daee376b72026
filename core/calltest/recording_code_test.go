package calltest

import (
	"testing"
	"time"
)

// codedOffice lets 101 have calls recorded.
const codedOffice = `
extension "a" {
  number           = "101"
  secret           = "k9-Vq2-hTw"
  record_on_demand = true
}
extension "b" {
  number = "102"
  secret = "k9-Vq2-hTw"
}
features {
  record_announce = tone("1365/2000")
}
dialplan "internal" {
  from = [extension.a, extension.b]
  route "desk" {
    match = "102"
    to    = extension.b
  }
}
`

// The caller has the call recorded by a code, pauses it and ends it: both hear so,
// the other phone gets no key of it, and the recording holds what it shall.
func TestACodeRecordsACall(t *testing.T) {
	Run(t, codedOffice, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		ring.enters("*1") // may not
		time.Sleep(time.Second)
		if got := call.Digits(); got != "*1" {
			t.Errorf("101 is sent %q", got)
		}
		call.enters("*1")
		time.Sleep(700 * time.Millisecond)
		call.Hears(b, speaker)
		ring.Hears(a, speaker)
		time.Sleep(4 * time.Second)
		state := func() string {
			t.Helper()
			tools := w.PBX.Calls.Calls()[0].Tools
			if len(tools) != 1 {
				t.Fatalf("%d tools", len(tools))
			}
			return tools[0].State
		}
		if s := state(); s != "recording" {
			t.Errorf("it is %s", s)
		}
		paused := time.Now()
		call.enters("*2")
		time.Sleep(3 * time.Second)
		if s := state(); s != "paused" {
			t.Errorf("it is %s", s)
		}
		call.enters("*2")
		time.Sleep(3 * time.Second)
		call.enters("*1")
		time.Sleep(2 * time.Second)
		call.Hears(b)
		ring.Hears(a)
		if got := ring.Digits(); got != "" {
			t.Errorf("102 is sent %q", got)
		}
		call.Hangup()
		ring.Expect("BYE")
		time.Sleep(time.Second)
		tapes := w.tapes()
		if len(tapes) != 1 {
			t.Fatalf("%d recordings", len(tapes))
		}
		for _, x := range tapes {
			if len(x.Pauses) != 1 || x.Incomplete != "" {
				t.Fatalf("sheet %+v", x.Sheet)
			}
			at := paused.Sub(x.Began)
			x.holds(t, 0, at-2*time.Second, at, a)
			x.holds(t, 1, at-2*time.Second, at, b)
			x.holds(t, 1, at+time.Second, at+3*time.Second)
			x.holds(t, 1, at+5*time.Second, at+6*time.Second, b)
		}
		// 2 × 50 frames for each second; what was paused is given to it too.
		for _, r := range w.Records() {
			if len(r.Tools) != 1 || r.Tools[0].Frames < 600 || r.Tools[0].Missed != 0 {
				t.Errorf("recorded as %+v", r.Tools)
			}
		}
	})
}
