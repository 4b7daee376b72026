package calltest

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/plugins/recorder/recording"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/tts"
)

// recordedOffice is an office in which calls to 102 are recorded.
const recordedOffice = `
extension "desk" {
  for_each = { a = "101", b = "102", c = "103" }
  number   = each.value
  secret   = "k9-Vq2-hTw"
}
plugin "recorder" {
  path = "recorder"
  config {
    min_free_mb = 1
  }
}
dialplan "internal" {
  from = [extension.desk["a"], extension.desk["b"], extension.desk["c"]]
  route "recorded" {
    match = "102"
    to    = extension.desk["b"]
    record {}
  }
  route "others" {
    match = "1XX"
    to    = extension.desk["c"]
  }
}
`

// tape is a finished recording.
type tape struct {
	recording.Sheet
	pcm [][]float64 // of each channel
}

// tapes reads the recordings that there are, by their names.
func (w *World) tapes() map[string]tape {
	w.t.Helper()
	dir := filepath.Join(w.cfg.PBX.DataDir, "recordings")
	sheets, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		w.t.Fatal(err)
	}
	found := map[string]tape{}
	for _, path := range sheets {
		text, err := os.ReadFile(path)
		if err != nil {
			w.t.Fatal(err)
		}
		var one tape
		if err := json.Unmarshal(text, &one.Sheet); err != nil {
			w.t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(dir, one.File))
		if err != nil {
			w.t.Fatal(err)
		}
		one.pcm = make([][]float64, len(one.Channels))
		for at, c := 44, 0; at+1 < len(b); at, c = at+2, (c+1)%len(one.pcm) {
			one.pcm[c] = append(one.pcm[c], float64(int16(uint16(b[at])|uint16(b[at+1])<<8))/32768)
		}
		found[one.ID] = one
	}
	return found
}

// holds checks which tones a channel holds between two times.
func (x tape) holds(t *testing.T, channel int, from, to time.Duration, phones ...*Phone) {
	t.Helper()
	part := x.pcm[channel][int(from.Seconds()*float64(x.Rate)):int(to.Seconds()*float64(x.Rate))]
	for _, tone := range Tones {
		want := slices.ContainsFunc(phones, func(p *Phone) bool { return p.Tone == tone })
		got := goertzel(part, tone, float64(x.Rate))
		if want && got < 0.05 || !want && got > 0.005 {
			t.Errorf("channel %d (%s) has %g Hz at %.4f from %v to %v, want it: %v", channel, x.Channels[channel].Speaker, tone, got, from, to, want)
		}
	}
}

// A route has its calls recorded: each party on a channel of its own, and all
// together on the last.
func TestARecordedCall(t *testing.T) {
	Run(t, recordedOffice, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		first, ring := talk(w, a, b)
		time.Sleep(5 * time.Second)
		ring.Hangup()
		first.Expect("BYE")
		second, other := talk(w, a, c) // is not recorded
		time.Sleep(time.Second)
		second.Hangup()
		other.Expect("BYE")
		time.Sleep(time.Second)

		tapes := w.tapes()
		if len(tapes) != 1 {
			t.Fatalf("%d recordings", len(tapes))
		}
		for _, x := range tapes {
			if len(x.Channels) != 3 || x.Channels[0].Speaker != "101" || x.Channels[1].Speaker != "102" || x.Channels[2].Speaker != "mixed" || x.Route != "recorded" || x.Incomplete != "" || x.Missed != 0 {
				t.Errorf("sheet %+v", x.Sheet)
			}
			end := time.Duration(x.Seconds * float64(time.Second))
			if end < 5*time.Second || end > 6*time.Second {
				t.Errorf("it lasts %v", end)
			}
			x.holds(t, 0, time.Second, end-time.Second, a)
			x.holds(t, 1, time.Second, end-time.Second, b)
			x.holds(t, 2, time.Second, end-time.Second, a, b)
		}
	})
}

// A call is recorded on demand, its recorder is killed, and it goes on: what was
// said meanwhile is missing, and everybody is told so.
func TestARecorderIsKilled(t *testing.T) {
	Run(t, recordedOffice, func(w *World) {
		a, c := w.Phone("101"), w.Phone("103")
		one, ring := talk(w, a, c)
		id := w.PBX.Calls.Calls()[0].ID
		by := call.Actor{Kind: event.ByOperator, Name: "admin"}
		if _, err := w.PBX.Calls.AttachTool(id, call.ToolWish{Name: "record", Plugin: "recorder"}, by); err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * time.Second)
		if s := w.PBX.Calls.Calls()[0].Tools; len(s) != 1 || s[0].State != "recording" {
			t.Errorf("shown as %+v", s)
		}
		if err := w.PBX.KillPlugin("recorder"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * time.Second)
		one.Hears(c)
		ring.Hears(a)
		one.Hangup()
		ring.Expect("BYE")
		time.Sleep(time.Second)
		for _, x := range w.tapes() {
			if !strings.Contains(x.Incomplete, "started again") || x.Call != id {
				t.Errorf("sheet %+v", x.Sheet)
			}
			end := time.Duration(x.Seconds * float64(time.Second))
			x.holds(t, 0, time.Second, 2*time.Second, a)
			x.holds(t, 0, end-2*time.Second, end-time.Second, a)
			x.holds(t, 1, end-2*time.Second, end-time.Second, c)
		}
		if n := len(w.tapes()); n != 1 {
			t.Errorf("%d recordings", n)
		}
		for _, r := range w.Records() {
			if len(r.Tools) != 1 || r.Tools[0].State != "ended" || len(r.Tools[0].Gaps) != 1 || r.Cause != "normal" {
				t.Errorf("recorded as %+v", r.Tools)
			}
		}
	})
}

// goertzel is how strong a tone is in samples of the given rate (Goertzel's
// algorithm): its amplitude.
func goertzel(pcm []float64, hz, rate float64) float64 {
	w := 2 * math.Pi * hz / rate
	var s1, s2 float64
	for i, x := range pcm {
		window := 1 - math.Cos(2*math.Pi*float64(i)/float64(len(pcm))) // Hann, of mean 1
		s1, s2 = x*window+2*math.Cos(w)*s1-s2, s1
	}
	return 2 / float64(len(pcm)) * math.Sqrt(s1*s1+s2*s2-2*math.Cos(w)*s1*s2)
}

// announcedOffice records what 101 says to 102, once both have heard that.
const announcedOffice = `
extension "desk" {
  for_each = { a = "101", b = "102", c = "103" }
  number   = each.value
  secret   = "k9-Vq2-hTw"
}
dialplan "internal" {
  from = [extension.desk]
  route "recorded" {
    match = "102"
    to    = extension.desk["b"]
    record { announce = say("hum 2") }
  }
  route "others" {
    match = "103"
    to    = extension.desk["c"]
    record { announce = say("fail 1") }
  }
}
`

// Both hear that they are recorded, and then they are. Where it cannot be said the
// call goes on without.
func TestARecordingIsAnnouncedToBoth(t *testing.T) {
	RunAt(t, Site{Voices: map[string]tts.Engine{"tts-command": &hum{}}}, announcedOffice, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		time.Sleep(time.Second)
		first := a.Dial("102")
		ring := b.Incoming()
		ring.Answer()
		first.Expect("200")
		time.Sleep(time.Second)
		first.Hears(b, speaker)
		ring.Hears(a, speaker)
		time.Sleep(2 * time.Second)
		first.Hears(b)
		ring.Hears(a)
		time.Sleep(4 * time.Second)
		ring.Hangup()
		first.Expect("BYE")
		second := a.Dial("103")
		other := c.Incoming()
		other.Answer()
		second.Expect("200")
		time.Sleep(4 * time.Second)
		second.Hears(c)
		other.Hears(a)
		second.Hangup()
		other.Expect("BYE")
		time.Sleep(time.Second)
		tapes := w.tapes()
		if len(tapes) != 1 {
			t.Fatalf("%d recordings", len(tapes))
		}
		for _, x := range tapes {
			end := time.Duration(x.Seconds * float64(time.Second))
			if end < 3*time.Second || end > 8*time.Second || x.Incomplete != "" {
				t.Errorf("sheet %+v", x.Sheet)
			}
			x.holds(t, 0, 0, end-time.Second, a)
			x.holds(t, 1, 0, end-time.Second, b)
		}
		for _, r := range w.Records() {
			want := "ended"
			if r.To == "103" {
				want = "lost"
			}
			if len(r.Tools) != 1 || r.Tools[0].State != want || r.Cause != "normal" {
				t.Errorf("recorded as %+v", r)
			}
		}
	})
}

// A conference is one recording: each member on a channel of its own, from when
// they have heard that it is recorded until they leave.
func TestARecordedConference(t *testing.T) {
	const blocks = `
extension "desk" {
  for_each = { a = "101", b = "102", c = "103" }
  number   = each.value
  secret   = "k9-Vq2-hTw"
}
conference "board" {
  number          = "800"
  record          = true
  record_announce = tone("1365/2000")
}
dialplan "internal" {
  from = [extension.desk]
  route "board" {
    match = "800"
    to    = conference.board
  }
}
`
	Run(t, blocks, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		first := a.Dial("800")
		first.Expect("200")
		time.Sleep(500 * time.Millisecond)
		first.Hears(speaker)
		time.Sleep(3 * time.Second)
		second := b.Dial("800")
		second.Expect("200")
		time.Sleep(500 * time.Millisecond)
		second.Hears(speaker) // alone
		first.Hears()
		time.Sleep(2 * time.Second)
		second.Hears(a)
		third := c.Dial("800")
		third.Expect("200")
		time.Sleep(4 * time.Second)
		first.Hears(b, c)
		left := time.Now()
		second.Hangup()
		time.Sleep(3 * time.Second)
		first.Hangup()
		third.Hangup()
		time.Sleep(2 * time.Second)
		tapes := w.tapes()
		if len(tapes) != 1 {
			t.Fatalf("%d recordings", len(tapes))
		}
		for _, x := range tapes {
			if len(x.Channels) != 4 || x.From != "conference.board" || x.To != "800" || x.Incomplete != "" {
				t.Fatalf("sheet %+v", x.Sheet)
			}
			if d := x.Channels[1].Until.Sub(left); d < -time.Second || d > time.Second {
				t.Errorf("102 is in it until %v from when it left", d)
			}
			at := left.Sub(x.Began)
			for n, p := range []*Phone{a, b, c} {
				x.holds(t, n, at-time.Second, at, p)
			}
			x.holds(t, 3, at-time.Second, at, a, b, c)
			x.holds(t, 0, 0, time.Second, a)
			x.holds(t, 1, at+time.Second, at+2*time.Second)
			x.holds(t, 3, at+time.Second, at+2*time.Second, a, c)
		}
		if list := w.Records(); len(list) != 3 || list[0].Tools[0].Name != "conference" {
			t.Errorf("%d records", len(list))
		}
	})
}

// A recording belongs to its call: it goes on when a party is transferred away, and
// who comes in its place has a channel of their own.
func TestARecordedCallIsTransferred(t *testing.T) {
	Run(t, recordedOffice, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		first, ring := talk(w, a, b)
		time.Sleep(2 * time.Second)
		id := w.PBX.Calls.Calls()[0].ID
		if err := w.PBX.Calls.Transfer(id, call.Transfer{Leg: "101", To: "103"}, call.Actor{Kind: event.ByOperator, Name: "admin"}); err != nil {
			t.Fatal(err)
		}
		second := c.Incoming()
		second.Answer()
		ring.Expect("BYE")
		time.Sleep(3 * time.Second)
		first.Hears(c)
		second.Hears(a)
		first.Hangup()
		second.Expect("BYE")
		time.Sleep(time.Second)
		tapes := w.tapes()
		if len(tapes) != 1 {
			t.Fatalf("%d recordings", len(tapes))
		}
		for _, x := range tapes {
			if len(x.Channels) != 4 || x.Incomplete != "" || x.Channels[2].Speaker != "103" {
				t.Fatalf("sheet %+v", x.Sheet)
			}
			end := time.Duration(x.Seconds * float64(time.Second))
			x.holds(t, 0, time.Second, 2*time.Second, a)
			x.holds(t, 1, time.Second, 2*time.Second, b)
			x.holds(t, 0, end-2*time.Second, end-time.Second, a)
			x.holds(t, 1, end-2*time.Second, end-time.Second)
			x.holds(t, 2, end-2*time.Second, end-time.Second, c)
		}
	})
}
