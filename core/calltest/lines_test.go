package calltest

import (
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// Media that nobody here can take is declined line by line, with port 0, in a
// first offer and in a later one: the audio lives (RFC 3264, section 6).
func TestRFC3264Section6OtherMediaIsDeclined(t *testing.T) {
	const video = "m=video 4002 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
	const fax = "m=image 4004 udptl t38\r\na=T38FaxVersion:0\r\n"
	declined := func(t *testing.T, sdp string) {
		t.Helper()
		var lines []string
		for line := range strings.Lines(sdp) {
			if strings.HasPrefix(line, "m=") {
				lines = append(lines, strings.Join(strings.Fields(line)[:2], " "))
			}
		}
		if len(lines) != 3 || !strings.HasPrefix(lines[0], "m=audio 2") || lines[1] != "m=video 0" || lines[2] != "m=image 0" {
			t.Errorf("the answer's lines are %q", lines)
		}
	}
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.DialWith("102", func(m *raw.Message) { m.Body += video + fax })
		ring := b.Incoming()
		ring.Ring()
		call.Expect("180")
		ring.Answer()
		declined(t, call.Expect("200").Body)
		call.Hears(b)
		ring.Hears(a)
		r := ring.Do("INVITE", func(m *raw.Message) { ring.setBody(m, ring.offer("sendrecv")+video+fax) })
		if r.Status() != 200 {
			t.Fatalf("re-INVITE got %s", r.Label())
		}
		declined(t, r.Body)
		call.Hears(b)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
	})
}

// A fax machine that wants to leave audio altogether for T.38 is refused, and
// the call goes on in audio, as ITU-T T.38 annex D foresees.
func TestRFC3261Section14_2FaxAloneIsRefused(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.Dial("+442071234567")
		ring := east.Incoming()
		ring.Answer()
		call.Expect("200")
		r := ring.Do("INVITE", func(m *raw.Message) {
			sdp := ring.offer("sendrecv")
			head, _, _ := strings.Cut(sdp, "m=audio")
			ring.setBody(m, head+"m=image 4004 udptl t38\r\na=T38FaxVersion:0\r\n")
		})
		if r.Status() != 488 {
			t.Errorf("re-INVITE got %s", r.Label())
		}
		call.Hears(east)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("fax alone is refused")
	})
}

// An extension that is not spoken is named in the refusal (RFC 3261, section
// 8.2.2.3; join is that of RFC 3911).
func TestRFC3261Section8_2_2_3Require(t *testing.T) {
	Run(t, office, func(w *World) {
		a := w.Phone("101")
		call := a.DialWith("102", func(m *raw.Message) { m.Add("Require", "replaces, join, 100rel") })
		if r := call.Expect("420"); r.Get("Unsupported") != "join" {
			t.Errorf("Unsupported: %s", r.Get("Unsupported"))
		}
	})
}

// A 183 without a description brings no sound: the caller is told, and
// hears the provider as soon as one comes (RFC 3960, section 3.1).
func TestRFC3960Section3_1ProgressWithoutSound(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.Dial("+442071234567")
		ring := east.Incoming()
		ring.Provisional(183, "Session Progress", false, nil)
		if r := call.Expect("183"); r.Body != "" {
			t.Errorf("a 183 without sound came with %q", r.Body)
		}
		time.Sleep(time.Second)
		ring.Ring()
		if r := call.Expect("180"); r.Body != "" {
			t.Errorf("a ringing that has no sound came with %q", r.Body)
		}
		ring.Progress()
		call.Expect("183")
		call.Hears(east)
		ring.Answer()
		call.Expect("200")
		call.Hears(east)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("progress without sound")
	})
}
