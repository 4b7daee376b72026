package calltest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// withTimer makes an INVITE ask for a session timer (RFC 4028) that the PBX
// shall refresh, by UPDATE if the phone allows it.
func withTimer(seconds int, updates bool) func(*raw.Message) {
	return func(m *raw.Message) {
		m.Add("Supported", "timer")
		m.Add("Session-Expires", fmt.Sprintf("%d;refresher=uas", seconds))
		if updates {
			m.Add("Allow", "INVITE, ACK, BYE, CANCEL, UPDATE")
		}
	}
}

// talkTimed is talk with a session timer of 90 seconds on the caller's side.
func talkTimed(w *World, a, b *Phone, updates bool) (call, ring *Call) {
	w.t.Helper()
	call = a.DialWith(b.Number, withTimer(90, updates))
	ring = b.Incoming()
	ring.Answer()
	if got := call.Expect("200").Get("Session-Expires"); got != "90;refresher=uas" {
		w.t.Fatalf("Session-Expires is %q", got)
	}
	return call, ring
}

// A re-INVITE of ours meets one of theirs: both get 491, both try again, and
// the call goes on (RFC 3261, section 14.1).
func TestGlare(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talkTimed(w, a, b, false)
		call.Glare(true)
		time.Sleep(40 * time.Second)
		ours := call.Expect("INVITE") // at half of the 90 seconds
		if ours.Body == "" {
			t.Error("a refresh by re-INVITE without an offer would change the media")
		}
		call.Expect("ACK") // of the 491
		began := time.Now()
		call.Expect("INVITE") // again, within two seconds: they made the Call-ID
		if wait := time.Since(began); wait > 2100*time.Millisecond {
			t.Errorf("tried again after %v", wait)
		}
		call.Glare(false)
		call.Expect("INVITE")
		time.Sleep(time.Second)
		call.Hears(b)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
	})
}

// Both send their re-INVITE within the same millisecond.
func TestGlareOfBoth(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talkTimed(w, a, b, false)
		call.Glare(true)
		// Ours leaves 45 s after the 200 did, and theirs before ours is there.
		time.Sleep(45*time.Second - Latency)
		r := call.Do("INVITE", func(m *raw.Message) { call.setBody(m, call.offer("sendonly")) })
		if r.Status() != 491 {
			t.Fatalf("their re-INVITE got %s", r.Label())
		}
		call.Glare(false)
		call.Expect("INVITE")
		time.Sleep(3 * time.Second)
		call.Hold()
		ring.Hears()
		call.Resume()
		ring.Hears(a)
		call.Hears(b)
		call.Hangup()
		ring.Expect("BYE")
		w.GoldenOrder("glare")
	})
}

// The PBX refreshes by UPDATE at half of the interval, and the media is not
// touched; then by re-INVITE, where UPDATE is not understood.
func TestSessionIsRefreshed(t *testing.T) {
	for _, updates := range []bool{true, false} {
		method := map[bool]string{true: "UPDATE", false: "INVITE"}[updates]
		t.Run(method, func(t *testing.T) {
			Run(t, office, func(w *World) {
				a, b := w.Phone("101"), w.Phone("102")
				call, ring := talkTimed(w, a, b, updates)
				for range 3 {
					time.Sleep(40 * time.Second)
					m := call.Expect(method)
					if updates && m.Body != "" {
						t.Error("an UPDATE that only refreshes has no offer")
					}
				}
				call.Hears(b)
				ring.Hears(a)
				call.Hangup()
				ring.Expect("BYE")
				if updates {
					w.Golden("session refreshed")
				}
			})
		})
	}
}

// A phone that promised to refresh and was unplugged: its call ends before the
// interval does, and the other party is told.
func TestPhoneVanishes(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.DialWith("102", func(m *raw.Message) {
			m.Add("Supported", "timer")
			m.Add("Session-Expires", "90;refresher=uac")
		})
		ring := b.Incoming()
		ring.Answer()
		call.Expect("200")
		began := time.Now()
		a.Close()
		time.Sleep(50 * time.Second)
		ring.Expect("BYE")
		if took := time.Since(began); took > 90*time.Second {
			t.Errorf("the call lived on for %v", took)
		}
	})
}

func TestSessionIntervalTooSmall(t *testing.T) {
	Run(t, office, func(w *World) {
		a := w.Phone("101")
		w.Phone("102").Silent(0)
		call := a.DialWith("102", withTimer(30, true))
		if got := call.Expect("422").Get("Min-SE"); got != "90" {
			t.Errorf("Min-SE is %q", got)
		}
	})
}

// A re-INVITE that cannot be taken is refused, and the call is as it was
// (RFC 3261, section 14.2; RFC 3264, section 8).
func TestRefusedReinviteChangesNothing(t *testing.T) {
	for name, edit := range map[string]func(*raw.Message){
		"488 no codec": func(m *raw.Message) {
			m.Body = strings.NewReplacer("RTP/AVP 0 101", "RTP/AVP 18", "a=rtpmap:0 PCMU/8000", "a=rtpmap:18 G729/8000").Replace(m.Body)
		},
		"400 rubbish":              func(m *raw.Message) { m.Body = "v=0\r\nthis is no description" },
		"415 another type of body": func(m *raw.Message) { m.Set("Content-Type", "application/pidf+xml") },
		"420 an extension":         func(m *raw.Message) { m.Add("Require", "precondition") },
		"422 a short session":      func(m *raw.Message) { m.Add("Supported", "timer"); m.Add("Session-Expires", "20") },
	} {
		t.Run(name, func(t *testing.T) {
			Run(t, office, func(w *World) {
				a, b := w.Phone("101"), w.Phone("102")
				call, ring := talkTimed(w, a, b, true)
				r := call.Do("INVITE", func(m *raw.Message) {
					call.setBody(m, call.offer("sendonly"))
					edit(m)
				})
				if got := fmt.Sprint(r.Status()); got != name[:3] {
					t.Fatalf("got %s", r.Label())
				}
				call.Hears(b)
				ring.Hears(a)
				call.Hold()
				ring.Hears()
				call.Resume()
				ring.Hears(a)
				// The session timer that was agreed before holds on, too.
				time.Sleep(30 * time.Second)
				r = call.Do("INVITE", func(m *raw.Message) {
					call.setBody(m, call.offer("sendonly"))
					edit(m)
				})
				if got := fmt.Sprint(r.Status()); got != name[:3] {
					t.Fatalf("the second got %s", r.Label())
				}
				call.Hangup()
				ring.Expect("BYE")
			})
		})
	}
}

// A refused re-INVITE leaves the session timer as it was, too.
func TestRefusedReinviteKeepsTheTimer(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talkTimed(w, a, b, true)
		time.Sleep(20 * time.Second)
		r := call.Do("INVITE", func(m *raw.Message) {
			call.setBody(m, strings.ReplaceAll(call.offer("sendrecv"), "RTP/AVP 0 101", "RTP/AVP 18"))
		})
		if r.Status() != 488 {
			t.Fatalf("got %s", r.Label())
		}
		time.Sleep(20 * time.Second)
		call.Expect("UPDATE") // 45 s after the answer
		call.Hangup()
		ring.Expect("BYE")
	})
}

// What a proxy of a provider forked rings in two places: two early dialogs.
// The one that answers is the one that is heard, also if the other sent media
// before (RFC 3261, section 13.2.2.4).
func TestForkedEarlyDialogs(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.Dial("+442071234567")
		one := east.Incoming()
		two := one.Branch()
		one.Progress()
		call.Expect("183")
		call.Hears(east)
		two.Ring()
		two.AnswerNow()
		call.Expect("200")
		two.Expect("ACK")
		time.Sleep(100 * time.Millisecond)
		two.Hears(a)
		before := one.Packets()
		call.Hears(east)
		if n := one.Packets() - before; n > 0 {
			t.Errorf("the branch that did not answer still gets media: %d packets", n)
		}
		call.Hangup()
		two.Expect("BYE")
		one.stopMedia()
		w.Golden("forked early dialogs")
	})
}

// Two branches of a provider's fork answer: the second gets ACK and BYE.
func TestForkedSecondAnswer(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.Dial("+442071234567")
		one := east.Incoming()
		two := one.Branch()
		one.Ring()
		two.Ring()
		one.Answer()
		call.Expect("200")
		time.Sleep(2 * time.Second)
		two.AnswerNow()
		two.Expect("ACK")
		two.Expect("BYE")
		call.Hears(east)
		one.Hears(a)
		call.Hangup()
		one.Expect("BYE")
		w.Golden("forked second answer")
	})
}

// The answer crosses the CANCEL: it gets ACK, and BYE at once, and the phone
// that cancelled its 487 (RFC 3261, section 9.1 and 15).
func TestAnswerAfterCancel(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.Dial("102")
		ring := b.Incoming()
		ring.Ring()
		call.Expect("180")
		w.Net.Drop(func(d Datagram) bool { // b hears of the CANCEL only when it is too late
			return d.To == b.Addr && strings.HasPrefix(string(d.Data), "CANCEL")
		})
		call.Cancel()
		time.Sleep(20 * time.Millisecond)
		ring.AnswerNow()
		ring.Expect("ACK")
		ring.Expect("BYE")
		w.Net.Drop(nil)
		ring.Expect("CANCEL") // again: it was lost
		if n := len(w.Calls()); n > 0 {
			t.Errorf("%d calls are left", n)
		}
		w.Golden("answer after cancel")
	})
}

// Both hold, in one order or the other; nothing is heard until both are back.
func TestHoldByBoth(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		call.Hold()
		ring.Hold()
		call.Hears()
		ring.Hears()
		call.Resume()
		ring.Hears() // held by itself still
		call.Hears()
		ring.Resume()
		call.Hears(b)
		ring.Hears(a)
		ring.Hold()
		call.Hangup() // on hold
		ring.Expect("BYE")
		w.Golden("hold by both")
	})
}

// Who holds neither hears a conference nor is heard there; it goes on.
func TestHoldInAConference(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		var calls []*Call
		for _, p := range []*Phone{a, b, c} {
			call := p.Dial("800")
			call.Expect("200")
			calls = append(calls, call)
		}
		x, y, z := calls[0], calls[1], calls[2]
		x.Hold()
		y.Hears(c)
		z.Hears(b)
		x.Hears()
		y.Hold()
		z.Hears()
		y.Hears()
		x.Resume()
		z.Hears(a)
		x.Hears(c)
		y.Resume()
		x.Hears(b, c)
		y.Hears(a, c)
		z.Hears(a, b)
		x.Hold()
		x.Hangup()
		z.Hears(b)
		y.Hangup()
		z.Hangup()
	})
}

// UPDATE changes the media as a re-INVITE does; one that cannot be taken
// changes nothing (RFC 3311).
func TestUpdate(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		update := func(dir, was string) *raw.Message {
			return call.Do("UPDATE", func(m *raw.Message) {
				call.setBody(m, strings.ReplaceAll(call.offer(dir), was, "RTP/AVP 18"))
			})
		}
		if r := call.Do("UPDATE", nil); r.Status() != 200 || r.Body != "" {
			t.Errorf("without an offer: %s\n%s", r.Label(), r.Body)
		}
		if r := update("sendonly", "nothing"); r.Status() != 200 || !strings.Contains(r.Body, "a=recvonly") {
			t.Errorf("sendonly: %s\n%s", r.Label(), r.Body)
		}
		ring.Hears()
		if r := update("sendrecv", "nothing"); r.Status() != 200 {
			t.Errorf("sendrecv: %s", r.Label())
		}
		ring.Hears(a)
		if r := update("sendonly", "RTP/AVP 0 101"); r.Status() != 488 {
			t.Errorf("no codec: %s", r.Label())
		}
		ring.Hears(a)
		call.Hears(b)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("update")
	})
}
