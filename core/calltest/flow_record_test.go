package calltest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/store"
	"github.com/plugboard/plugboard/sdk/event"
)

// complaints takes what callers say.
const complaints = `
extension "anna" {
  number = "101"
  secret = "k9-Vq2-hTw"
}
extension "ben" {
  number = "102"
  secret = "k9-Vq2-hTw"
}
flow "complaint" {
  record {
    into       = "complaint"
    max_length = "8s"
    silence    = "3s"
  }
  if {
    when = match.complaint != ""
    play { prompt = tone("1365/1000") }
    hangup {}
  }
  to = extension.ben
}
dialplan "d" {
  from = [extension.anna, extension.ben]
  route "complaint" {
    match = "300"
    to    = flow.complaint
  }
}
`

// kept are the recordings in the list.
func (w *World) kept() []event.Recording {
	w.t.Helper()
	list, err := w.PBX.Recordings(w.t.Context(), store.RecordingQuery{Limit: 10})
	if err != nil {
		w.t.Fatal(err)
	}
	slices.Reverse(list)
	return list
}

// What a caller says in a flow is in the list of recordings, however it ends: by a
// key, at its greatest length, with the call, or with the plugin.
func TestAFlowRecordsItsCaller(t *testing.T) {
	Run(t, complaints, func(w *World) {
		a := w.Phone("101")
		for _, how := range []struct {
			name        string
			ends        func(*Call)
			least, most float64
		}{
			{"by a key", func(c *Call) { c.enters("#"); c.Hears(speaker); c.Expect("BYE") }, 2.5, 4},
			{"at its greatest length", func(c *Call) { time.Sleep(5100 * time.Millisecond); c.Hears(speaker); c.Expect("BYE") }, 7.9, 8.1},
			{"with the call", func(c *Call) { c.Hangup() }, 2.5, 4},
			{"with the plugin", func(c *Call) {
				if err := w.PBX.KillPlugin("ivr"); err != nil {
					t.Fatal(err)
				}
				c.Expect("BYE")
				time.Sleep(2 * time.Second)
			}, 1, 4},
		} {
			before := len(w.kept())
			call := a.Dial("300")
			call.Expect("200")
			time.Sleep(3500 * time.Millisecond)
			how.ends(call)
			time.Sleep(2 * time.Second)
			list := w.kept()
			if len(list) != before+1 {
				t.Fatalf("%s: %d recordings after %d", how.name, len(list), before)
			}
			r := list[before]
			if r.Ended == nil || r.Seconds < how.least || r.Seconds > how.most || r.From != "101" || r.To != "300" || !slices.Equal(r.Channels, []string{"101"}) || (r.Incomplete != "") != strings.Contains(how.name, "plugin") {
				t.Errorf("%s: %+v", how.name, r)
			}
			b, err := os.ReadFile(filepath.Join(w.cfg.PBX.DataDir, "recordings", r.File))
			if err != nil || int64(len(b)) != r.Bytes {
				t.Fatalf("%s: %d octets, %v", how.name, len(b), err)
			}
			pcm := make([]float64, 0, len(b)/2)
			for at := 44; at+1 < len(b); at += 2 {
				pcm = append(pcm, float64(int16(uint16(b[at])|uint16(b[at+1])<<8))/32768)
			}
			if got := goertzel(pcm[:16000], a.Tone, 16000); got < 0.05 {
				t.Errorf("%s: the phone's tone is there at %.4f", how.name, got)
			}
		}
		files, err := os.ReadDir(filepath.Join(w.cfg.PBX.DataDir, "recordings"))
		if err != nil || len(files) != len(w.kept()) {
			t.Errorf("left %v, %v", files, err)
		}
	})
}

// Who says nothing leaves no recording, and the flow knows.
func TestAFlowRecordsNoSilence(t *testing.T) {
	Run(t, complaints, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		a.Tone = 0
		call := a.Dial("300")
		call.Expect("200")
		ring := b.Incoming()
		ring.Answer()
		time.Sleep(time.Second)
		if n := len(w.kept()); n != 0 {
			t.Errorf("%d recordings", n)
		}
		call.Hangup()
		ring.Expect("BYE")
	})
}
