package calltest

import (
	"context"
	"fmt"
	"testing"
	"time"
)

// transcribedOffice is an office in which calls to 102 are written down.
const transcribedOffice = `
extension "desk" {
  for_each = { a = "101", b = "102" }
  number   = each.value
  secret   = "k9-Vq2-hTw"
}
plugin "transcriber" {
  path = "transcriber"
}
dialplan "internal" {
  from = [extension.desk["a"], extension.desk["b"]]
  route "written" {
    match = "102"
    to    = extension.desk["b"]
    tool "transcript" {
      use = plugin.transcriber
    }
  }
}
`

// What each party of a call says is told while it says it and when it has said it,
// and is in the call's transcript after it, also what it was saying at the end. The
// transcriber is killed on the way: what it had in work is lost, and the call's
// record has the gap.
func TestATranscribedCall(t *testing.T) {
	Run(t, transcribedOffice, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		one, ring := talk(w, a, b)
		id := w.PBX.Calls.Calls()[0].ID
		time.Sleep(45 * time.Second) // an utterance ends after 29
		if err := w.PBX.KillPlugin("transcriber"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		one.Hears(b)
		ring.Hears(a)
		one.Hangup()
		ring.Expect("BYE")
		time.Sleep(time.Second)

		said, err := w.PBX.Transcript(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		lasts := map[string][]float64{}
		for _, u := range said {
			tone := map[string]float64{"101": a.Tone, "102": b.Tone}[u.Number]
			if u.Text != fmt.Sprintf("%.0f Hz;", tone) || u.Call != id || u.Plugin != "transcriber" || u.Missing != "" || u.LagSeconds > 1 {
				t.Errorf("%+v", u)
			}
			lasts[u.Number] = append(lasts[u.Number], u.Ended.Sub(u.Began).Seconds())
		}
		for _, number := range []string{"101", "102"} {
			if l := lasts[number]; len(l) != 2 || l[0] != 29 || l[1] < 9 || l[1] > 12 {
				t.Errorf("%s has said something for %v s", number, l)
			}
		}
		for _, r := range w.Records() {
			if len(r.Tools) != 1 || r.Tools[0].State != "ended" || len(r.Tools[0].Gaps) != 1 || r.Cause != "normal" {
				t.Errorf("recorded as %+v", r.Tools)
			}
		}
	})
}
