package calltest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/daemon"
)

// office has five desks, a group, a conference and two providers.
const office = `
extension "desk" {
  for_each  = { a = "101", b = "102", c = "103", d = "104", e = "105" }
  number    = each.value
  secret    = "k9-Vq2-hTw"
  caller_id = "+4930555${each.value}"
  may_dial  = ["+."] # from pbx.country, "US", these are abroad
}
extension "patient" {
  number      = "110"
  secret      = "k9-Vq2-hTw"
  ring        = "5s"
  no_answer   = extension.desk["c"]
  busy        = extension.desk["d"]
  unavailable = extension.desk["e"]
}
group "all" {
  number  = "700"
  members = [extension.desk["b"], extension.desk["c"], extension.desk["d"]]
  ring    = "10s"
}
conference "daily" {
  number      = "800"
  max_members = 4
}
trunk "east" { peer = "sip:10.0.0.50:5060" }
trunk "west" { peer = "sip:10.0.0.60:5060" }

dialplan "inbound" {
  from = [trunk.east]
  route "direct" {
    match = "+4930555{ext:1XX}"
    to    = extension_number(match.ext)
  }
  route "transit" {
    match = "+44."
    to    = trunk.west
  }
}
dialplan "internal" {
  from = [extension.desk, extension.patient]
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
  route "all" {
    match = group.all.number
    to    = group.all
  }
  route "daily" {
    match = conference.daily.number
    to    = conference.daily
  }
  route "echo" {
    match = "*43"
    to    = echo()
  }
  route "barred" {
    match = "+1900."
    deny  = "premium numbers are barred"
  }
  route "out" {
    match         = "+."
    set_caller_id = call.from.extension.caller_id
    to            = trunk.east
  }
}
`

func TestTwoPhones(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.Dial("102")
		ring := b.Incoming()
		ring.Ring()
		call.Expect("180")
		ring.Answer()
		call.Expect("200")
		call.Hears(b)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("two phones")
	})
}

func TestCalleeHangsUp(t *testing.T) {
	Run(t, office, func(w *World) {
		call, ring := talk(w, w.Phone("101"), w.Phone("102"))
		ring.Hangup()
		call.Expect("BYE")
		w.Golden("callee hangs up")
	})
}

// talk brings two phones into a call.
func talk(w *World, a, b *Phone) (call, ring *Call) {
	w.t.Helper()
	call = a.Dial(b.Number)
	ring = b.Incoming()
	ring.Ring()
	call.Expect("180")
	ring.Answer()
	call.Expect("200")
	call.Hears(b)
	ring.Hears(a)
	return call, ring
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name, dial, status, reason string
	}{
		{"nobody registered", "103", "480", ""},
		{"no such extension", "199", "404", ""},
		{"no route", "5", "404", ""},
		{"denied", "+19005551234", "403", "premium numbers are barred"},
	} {
		t.Run(c.name, func(t *testing.T) {
			Run(t, office, func(w *World) {
				call := w.Phone("101").Dial(c.dial)
				m := call.Expect(c.status)
				if !strings.Contains(m.Start, c.reason) {
					t.Errorf("reason phrase %q, wanted %q", m.Start, c.reason)
				}
				w.Golden("refused " + c.name)
			})
		})
	}
}

func TestCalleeRefuses(t *testing.T) {
	for _, c := range []struct {
		says, gets int
		reason     string
	}{{486, 486, "Busy Here"}, {600, 486, "Busy Everywhere"}, {603, 603, "Decline"}, {480, 480, "Temporarily Unavailable"}, {488, 488, "Not Acceptable Here"}} {
		t.Run(fmt.Sprint(c.says), func(t *testing.T) {
			Run(t, office, func(w *World) {
				a, b := w.Phone("101"), w.Phone("102")
				call := a.Dial("102")
				ring := b.Incoming()
				ring.Ring()
				call.Expect("180")
				ring.Reject(c.says, c.reason)
				call.Expect(fmt.Sprint(c.gets))
			})
		})
	}
}

func TestCallerCancels(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.Dial("102")
		ring := b.Incoming()
		ring.Ring()
		call.Expect("180")
		call.Cancel()
		ring.Expect("CANCEL")
		w.Golden("caller cancels")
	})
}

// Nothing ends a ringing INVITE but the call itself: ring = 20s by default.
func TestRingTimeout(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		began := time.Now()
		call := a.Dial("102")
		ring := b.Incoming()
		ring.Ring()
		call.Expect("180")
		ring.Expect("CANCEL")
		call.Expect("480")
		if took := time.Since(began); took < 20*time.Second || took > 21*time.Second {
			t.Errorf("rang for %v", took)
		}
		w.Golden("ring timeout")
	})
}

func TestFollowUps(t *testing.T) {
	t.Run("no answer", func(t *testing.T) {
		Run(t, office, func(w *World) {
			a, p, c := w.Phone("101"), w.Phone("110"), w.Phone("103")
			call := a.Dial("110")
			ring := p.Incoming()
			ring.Ring()
			call.Expect("180")
			ring.Expect("CANCEL")
			next := c.Incoming()
			next.Answer()
			call.Expect("200")
			call.Hears(c)
			call.Hangup()
			next.Expect("BYE")
			w.Golden("no answer goes on")
		})
	})
	t.Run("busy", func(t *testing.T) {
		Run(t, office, func(w *World) {
			a, p, d := w.Phone("101"), w.Phone("110"), w.Phone("104")
			call := a.Dial("110")
			p.Incoming().Reject(486, "Busy Here")
			next := d.Incoming()
			next.Answer()
			call.Expect("200")
			call.Hangup()
			next.Expect("BYE")
		})
	})
	t.Run("unavailable", func(t *testing.T) {
		Run(t, office, func(w *World) {
			a, e := w.Phone("101"), w.Phone("105")
			call := a.Dial("110")
			next := e.Incoming()
			next.Answer()
			call.Expect("200")
			call.Hangup()
			next.Expect("BYE")
		})
	})
}

// The first answer wins, the others are cancelled and told why (RFC 3326).
func TestGroup(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c, d := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104")
		call := a.Dial("700")
		rb, rc, rd := b.Incoming(), c.Incoming(), d.Incoming()
		rb.Ring()
		rc.Ring()
		rd.Ring()
		call.Expect("180")
		rc.Answer()
		call.Expect("200")
		for _, loser := range []*Call{rb, rd} {
			m := loser.Expect("CANCEL")
			if !strings.Contains(m.Get("Reason"), "cause=200") {
				t.Errorf("CANCEL's Reason is %q, wanted cause=200", m.Get("Reason"))
			}
		}
		call.Hears(c)
		rc.Hears(a)
		call.Hangup()
		rc.Expect("BYE")
		w.Golden("group")
	})
}

func TestGroupOutcomes(t *testing.T) {
	t.Run("all busy", func(t *testing.T) {
		Run(t, office, func(w *World) {
			a, b, c, d := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104")
			call := a.Dial("700")
			for _, p := range []*Phone{b, c, d} {
				p.Incoming().Reject(486, "Busy Here")
			}
			call.Expect("486")
		})
	})
	t.Run("one busy, the others do not answer", func(t *testing.T) {
		Run(t, office, func(w *World) {
			a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
			call := a.Dial("700")
			b.Incoming().Reject(486, "Busy Here")
			ring := c.Incoming()
			ring.Ring()
			ring.Expect("CANCEL")
			call.Expect("480")
		})
	})
	t.Run("nobody is there", func(t *testing.T) {
		Run(t, office, func(w *World) {
			w.Phone("101").Dial("700").Expect("480")
		})
	})
}

// Two answer at the same moment: the one whose answer is read second gets ACK and
// BYE, and before them a CANCEL if its answer was on the way.
func TestLateSecondAnswer(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call := a.Dial("700")
		rb, rc := b.Incoming(), c.Incoming()
		rb.Ring()
		rc.Ring()
		call.Expect("180")
		rb.AnswerNow()
		rc.AnswerNow()
		call.Expect("200")
		time.Sleep(time.Second)
		nb, nc := byes(rb), byes(rc)
		if nb+nc != 1 {
			t.Fatalf("102 got %d BYE, 103 %d", nb, nc)
		}
		winner, who := rb, b
		if nb == 1 {
			winner, who = rc, c
		}
		call.Hears(who)
		winner.Hears(a)
		call.Hangup()
	})
}

// byes counts the BYEs among all that a call has heard by now.
func byes(c *Call) (n int) {
	for {
		select {
		case m := <-c.events:
			if m.Method() == "BYE" {
				n++
			}
		default:
			return n
		}
	}
}

// Two devices of one extension race, wherever they are.
func TestTwoDevices(t *testing.T) {
	Run(t, office, func(w *World) {
		a, desk, sofa := w.Phone("101"), w.Phone("102"), w.Phone("102")
		call := a.Dial("102")
		r1, r2 := desk.Incoming(), sofa.Incoming()
		r1.Ring()
		r2.Ring()
		call.Expect("180")
		r2.Answer()
		call.Expect("200")
		r1.Expect("CANCEL")
		call.Hears(sofa)
		r2.Hangup()
		call.Expect("BYE")
	})
}

func TestEarlyMedia(t *testing.T) {
	Run(t, office, func(w *World) {
		a, east := w.Phone("101"), w.Provider("10.0.0.50")
		call := a.Dial("+442071234567")
		ring := east.Incoming()
		ring.Progress()
		call.Expect("183")
		call.Hears(east)
		ring.Answer()
		call.Expect("200")
		call.Hears(east)
		ring.Hears(a)
		if from := ring.invite.Get("From"); !strings.Contains(from, "+4930555101") {
			t.Errorf("From is %q: set_caller_id was not kept", from)
		}
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("early media")
	})
}

func TestTrunkIn(t *testing.T) {
	Run(t, office, func(w *World) {
		east, b := w.Provider("10.0.0.50"), w.Phone("102")
		call := east.Dial("+4930555102")
		ring := b.Incoming()
		ring.Answer()
		call.Expect("200")
		call.Hears(b)
		ring.Hears(east)
		ring.Hangup()
		call.Expect("BYE")
		w.Golden("trunk in")
	})
}

func TestTrunkToTrunk(t *testing.T) {
	Run(t, office, func(w *World) {
		east, west := w.Provider("10.0.0.50"), w.Provider("10.0.0.60")
		call := east.Dial("+442071234567")
		ring := west.Incoming()
		ring.Answer()
		call.Expect("200")
		call.Hears(west)
		ring.Hears(east)
		call.Hangup()
		ring.Expect("BYE")
	})
}

// A trunk's source reaches no dialplan but its own; a stranger is challenged.
func TestTrunkCannotReachInternal(t *testing.T) {
	Run(t, office, func(w *World) {
		w.Phone("102")
		w.Provider("10.0.0.50").Dial("102").Expect("404")
		stranger := w.Device("102", "wrong")
		stranger.Dial("101").Expect("401")
	})
}

func TestEcho(t *testing.T) {
	Run(t, office, func(w *World) {
		a := w.Phone("101")
		call := a.Dial("*43")
		call.Expect("200")
		call.Hears(a)
		call.Hangup()
		w.Golden("echo")
	})
}

// One tone a participant: each must hear all the others, and not itself.
func TestConferenceTones(t *testing.T) {
	Run(t, office, func(w *World) {
		phones := []*Phone{w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104")}
		var calls []*Call
		for _, p := range phones {
			c := p.Dial("800")
			c.Expect("200")
			calls = append(calls, c)
		}
		for i, c := range calls {
			c.Hears(append(append([]*Phone(nil), phones[:i]...), phones[i+1:]...)...)
		}
		w.Phone("105").Dial("800").Expect("486") // max_members = 4
		calls[0].Hangup()
		for i, c := range calls[1:] {
			others := append([]*Phone(nil), phones[1:]...)
			c.Hears(append(others[:i], others[i+1:]...)...)
		}
		for _, c := range calls[1:] {
			c.Hangup()
		}
	})
}

func TestHold(t *testing.T) {
	for _, who := range []string{"caller", "callee"} {
		t.Run(who, func(t *testing.T) {
			Run(t, office, func(w *World) {
				a, b := w.Phone("101"), w.Phone("102")
				call, ring := talk(w, a, b)
				holder, held, phone := call, ring, a
				if who == "callee" {
					holder, held, phone = ring, call, b
				}
				holder.Hold()
				held.Hears() // nobody
				holder.Resume()
				held.Hears(phone)
				holder.Hangup()
				held.Expect("BYE")
				w.Golden("hold by " + who)
			})
		})
	}
}

// A re-INVITE without a description asks us for an offer (RFC 3261, section 14).
func TestReinviteWithoutOffer(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		r := call.Do("INVITE", nil)
		if r.Status() != 200 || !strings.Contains(r.Body, "m=audio") {
			t.Fatalf("got %s with body %q", r.Label(), r.Body)
		}
		call.Hears(b)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
	})
}

func TestUpdateRefreshesSession(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		if r := call.Do("UPDATE", nil); r.Status() != 200 {
			t.Fatalf("UPDATE got %s", r.Label())
		}
		if r := call.Do("UPDATE", func(m *raw.Message) { call.setBody(m, call.offer("sendonly")) }); r.Status() != 200 || !strings.Contains(r.Body, "a=recvonly") {
			t.Fatalf("UPDATE with an offer got %s\n%s", r.Label(), r.Body)
		}
		ring.Hears()
		call.Hangup()
		ring.Expect("BYE")
	})
}

// The offer is in the 200, the answer in the ACK (RFC 3264, section 4).
func TestDelayedOffer(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call := a.DialWith("102", func(m *raw.Message) { m.Body = "" })
		ring := b.Incoming()
		ring.Ring()
		call.Expect("180")
		ring.Answer()
		call.Expect("200")
		call.Hears(b)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("delayed offer")
	})
}

// Digits pass from a phone that knows no telephone-events to one that does, and
// back, and between two that do not: each once.
func TestDigitsPassAsSound(t *testing.T) {
	for _, c := range []struct{ a, b bool }{{true, false}, {false, true}, {true, true}} {
		Run(t, office, func(w *World) {
			a, b := w.Phone("101"), w.Phone("102")
			a.Toned, b.Toned = c.a, c.b
			call, ring := talk(w, a, b)
			for _, d := range []byte("159#4") {
				call.Press(d)
				time.Sleep(400 * time.Millisecond)
			}
			for _, d := range []byte("77") {
				ring.Press(d)
				time.Sleep(300 * time.Millisecond)
			}
			time.Sleep(time.Second)
			if got := ring.Digits(); got != "159#4" {
				t.Errorf("102 got %q", got)
			}
			if got := call.Digits(); got != "77" {
				t.Errorf("101 got %q", got)
			}
			call.Hangup()
			ring.Expect("BYE")
		})
	}
}

func TestDigitsPass(t *testing.T) {
	Run(t, office, func(w *World) {
		call, ring := talk(w, w.Phone("101"), w.Phone("102"))
		for _, d := range []byte("1590#") {
			call.Press(d)
			time.Sleep(400 * time.Millisecond)
		}
		ring.Press('7')
		time.Sleep(time.Second)
		if got := ring.Digits(); got != "1590#" {
			t.Errorf("102 got %q", got)
		}
		if got := call.Digits(); got != "7" {
			t.Errorf("101 got %q", got)
		}
		call.Hangup()
		ring.Expect("BYE")
	})
}

// Every third datagram of signalling is lost: the call is made all the same.
func TestLostSignalling(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		n := 0
		w.Net.Drop(func(d Datagram) bool {
			if !isSIP(d.Data) {
				return false
			}
			n++
			return n%3 == 0
		})
		call := a.Dial("102")
		ring := b.Incoming()
		ring.Ring()
		ring.AnswerNow()
		call.Expect("200")
		call.Hears(b)
		ring.Hears(a)
		call.Hangup()
		w.Net.Drop(nil)
	})
}

// A call outlives the death of its leg plugin, again and again, with what was
// agreed; what is asked of it meanwhile waits.
func TestCallsOutliveTheirPlugin(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		for range 3 {
			if err := w.PBX.KillPlugin(daemon.LegPlugin); err != nil {
				t.Fatal(err)
			}
			time.Sleep(300 * time.Millisecond)
			call.Hears(b)
			ring.Hears(a)
			call.Press('7')
			time.Sleep(time.Second)
		}
		if got := ring.Digits(); got != "777" {
			t.Errorf("102 got the digits %q", got)
		}
		if err := w.PBX.KillPlugin(daemon.LegPlugin); err != nil {
			t.Fatal(err)
		}
		call.Hold() // finds the plugin dead, or just back
		call.Resume()
		time.Sleep(300 * time.Millisecond)
		call.Hears(b)
		ring.Hears(a)
		if n := len(w.Calls()); n != 1 {
			t.Errorf("there are %d calls", n)
		}
		call.Hangup()
		ring.Expect("BYE")
	})
}

func TestPluginThatDoesNotComeBack(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		w.Broken.Store(true)
		if err := w.PBX.KillPlugin(daemon.LegPlugin); err != nil {
			t.Fatal(err)
		}
		call.Expect("BYE")
		ring.Expect("BYE")
		w.Broken.Store(false)
		time.Sleep(30 * time.Second) // the next try
		if s := a.Do("OPTIONS", "sip:plugboard", nil).Status(); s != 200 {
			t.Errorf("OPTIONS got %d", s)
		}
		time.Sleep(time.Second)
		call, ring = talk(w, a, b)
		call.Hangup()
		ring.Expect("BYE")
	})
}

func TestRegistrationExpires(t *testing.T) {
	Run(t, office, func(w *World) {
		a := w.Phone("101")
		b := w.Device("102", Secret)
		if s := b.TryRegister(60); s != 200 {
			t.Fatalf("REGISTER got %d", s)
		}
		time.Sleep(61 * time.Second)
		a.Dial("102").Expect("480")
		if s := b.TryRegister(600); s != 200 {
			t.Fatalf("REGISTER got %d", s)
		}
		call := a.Dial("102")
		ring := b.Incoming()
		ring.Answer()
		call.Expect("200")
		call.Hangup()
		ring.Expect("BYE")
		if s := b.TryRegister(0); s != 200 {
			t.Fatalf("REGISTER got %d", s)
		}
		a.Dial("102").Expect("480")
	})
}

func TestWrongSecret(t *testing.T) {
	Run(t, office, func(w *World) {
		for _, number := range []string{"101", "999"} { // an unknown user looks the same
			if s := w.Device(number, "guess").TryRegister(600); s != 401 {
				t.Errorf("%s: REGISTER with a wrong secret got %d", number, s)
			}
		}
	})
}
