package calltest

import (
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// music is what these tests play to who is held: the last of the tones, so that
// no phone says it.
var music = &Phone{Number: "the music", Tone: Tones[len(Tones)-1]}

const withMusic = `music = tone("1365/1000")`

// Each way that phones and switches hold, in either role, and what we answer.
// Who is held hears music, and 200 ms after the resume the other party again.
func TestMusicOnHold(t *testing.T) {
	address := func(c *Call, offer string) string { // RFC 2543: a connection to nowhere
		return strings.Replace(offer, "c=IN IP4 "+c.Phone.Addr.Addr().String(), "c=IN IP4 0.0.0.0", 1)
	}
	for _, tt := range []struct {
		name, offer, answer string
		edit                func(*Call, string) string
	}{
		{"sendonly", "sendonly", "recvonly", nil},
		{"inactive", "inactive", "inactive", nil},
		{"address", "sendrecv", "recvonly", address},
		{"address and inactive", "inactive", "inactive", address},
	} {
		for _, who := range []string{"caller", "callee"} {
			t.Run(tt.name+" by "+who, func(t *testing.T) {
				RunMedia(t, withMusic, office, func(w *World) {
					a, b := w.Phone("101"), w.Phone("102")
					call, ring := talk(w, a, b)
					holder, held, phone, other := call, ring, a, b
					if who == "callee" {
						holder, held, phone, other = ring, call, b, a
					}
					for range 2 {
						r := holder.Do("INVITE", func(m *raw.Message) {
							offer := holder.offer(tt.offer)
							if tt.edit != nil {
								offer = tt.edit(holder, offer)
							}
							holder.setBody(m, offer)
						})
						if r.Status() != 200 || !strings.Contains(r.Body, "a="+tt.answer+"\r\n") {
							t.Errorf("answered with %s\n%s", r.Label(), r.Body)
						}
						held.Hears(music)
						before := holder.Packets()
						time.Sleep(time.Second)
						if n := holder.Packets() - before; n > 0 {
							t.Errorf("the holder was sent %d packets", n)
						}
						held.Hears(music)
						holder.Resume()
						time.Sleep(40 * time.Millisecond)
						held.heardNow(phone)
						holder.Hears(other)
					}
					holder.Hangup()
					held.Expect("BYE")
					if tt.edit == nil && who == "caller" {
						w.Golden("music " + tt.name)
					}
				})
			})
		}
	}
}

// heardNow checks the last 200 ms of what begins to be heard now.
func (c *Call) heardNow(other *Phone) {
	c.Phone.t.Helper()
	c.mu.Lock()
	m := c.media
	c.mu.Unlock()
	m.heard() // what came before is forgotten
	time.Sleep(220 * time.Millisecond)
	pcm := m.heard()
	if level := raw.Goertzel(pcm, other.Tone); level < 0.05 {
		c.Phone.t.Errorf("phone %s: %s is not heard again (%.4f)", c.Phone.Number, other.Number, level)
	}
	if level := raw.Goertzel(pcm, music.Tone); level > 0.01 {
		c.Phone.t.Errorf("phone %s: the music goes on (%.4f)", c.Phone.Number, level)
	}
}

// A phone that only listens has not put anybody on hold.
func TestRecvonlyIsNoHold(t *testing.T) {
	RunMedia(t, withMusic, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		if r := call.Do("INVITE", func(m *raw.Message) { call.setBody(m, call.offer("recvonly")) }); !strings.Contains(r.Body, "a=sendonly\r\n") {
			t.Errorf("answered with %s\n%s", r.Label(), r.Body)
		}
		call.Behave(Manner{Mute: true})
		ring.Hears()
		call.Hears(b)
		if l := w.Calls()[0].Legs[0]; l.Held {
			t.Error("shown as held")
		}
		call.Hangup()
		ring.Expect("BYE")
	})
}

func TestMusicWhenBothHold(t *testing.T) {
	RunMedia(t, withMusic, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		call.Hold()
		ring.Hears(music)
		ring.Hold()
		call.Hears()
		ring.Hears()
		call.Resume()
		call.Hears(music)
		ring.Hears()
		ring.Resume()
		call.Hears(b)
		ring.Hears(a)
		call.Hold()
		ring.Hears(music)
		ring.Hangup() // out of the music
		call.Expect("BYE")
		w.Golden("music both")
	})
}

// Two calls on hold hear the same file, each from its beginning; nobody else
// hears it. In a conference there is none.
func TestMusicIsHeardByTheHeldOnly(t *testing.T) {
	RunMedia(t, withMusic, office, func(w *World) {
		a, b, c, d := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104")
		one, ring := talk(w, a, b)
		two, other := talk(w, c, d)
		one.Hold()
		ring.Hears(music)
		other.Hears(c)
		two.Hears(d)
		two.Hold()
		other.Hears(music)
		ring.Hears(music)
		one.Hangup()
		two.Hangup()
		ring.Expect("BYE")
		other.Expect("BYE")

		x, y := a.Dial("800"), b.Dial("800")
		x.Expect("200")
		y.Expect("200")
		x.Hold()
		y.Hears()
		x.Resume()
		y.Hears(a)
		x.Hangup()
		y.Hangup()
	})
}

// The far side of a trunk that holds with music of its own is heard; one that is
// silent, or holds without sound, has our music played.
func TestMusicOfATrunk(t *testing.T) {
	RunMedia(t, withMusic, office, func(w *World) {
		a, p := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.Dial("+44201")
		ring := p.Incoming()
		ring.Answer()
		call.Expect("200")
		call.Hears(p)
		ring.Hold()
		call.Hears(p) // what it plays
		ring.Behave(Manner{Silent: true})
		time.Sleep(3 * time.Second)
		call.Hears(music)
		ring.Behave(Manner{})
		call.Hears(p)
		ring.Hears()
		if r := ring.Do("INVITE", func(m *raw.Message) { ring.setBody(m, ring.offer("inactive")) }); r.Status() != 200 {
			t.Fatal(r.Label())
		}
		ring.Behave(Manner{Mute: true})
		time.Sleep(3 * time.Second)
		call.Hears(music)
		ring.Behave(Manner{})
		ring.Resume()
		call.Hears(p)
		ring.Hears(a)
		call.Hold()
		ring.Hears(music)
		call.Hangup()
		ring.Expect("BYE")
	})
}

// Of the music that is bundled something is heard, and not too loud.
func TestTheBundledMusic(t *testing.T) {
	RunMedia(t, "# the bundled music", office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		call.Hold()
		time.Sleep(5 * time.Second)
		var peak float64
		for _, v := range ring.media.heard() {
			peak = max(peak, v, -v)
		}
		if peak < 0.005 || peak > 0.14 {
			t.Errorf("the peak of what is heard is %.4f", peak)
		}
		call.Hangup()
		ring.Expect("BYE")
	})
}
