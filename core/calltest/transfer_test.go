package calltest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/sdk/event"
)

// operator is who acts by the API.
var operator = event.Actor{Kind: event.ByOperator, Name: "admin"}

// callOf is the id of the live call of a caller.
func (w *World) callOf(number string) string {
	w.t.Helper()
	for _, c := range w.Calls() {
		if c.From == number {
			return c.ID
		}
	}
	w.t.Fatalf("%s has no call", number)
	return ""
}

// asks brings a and b into a call, and b, who holds it, and c into another.
func asks(w *World, a, b, c *Phone) (call, ring, asks, asked *Call) {
	w.t.Helper()
	call, ring = talk(w, a, b)
	ring.Hold()
	asks = b.Dial(c.Number)
	asked = c.Incoming()
	asked.Ring()
	asks.Expect("180")
	asked.Answer()
	asks.Expect("200")
	asks.Hears(c)
	asked.Hears(b)
	return call, ring, asks, asked
}

// TestTransferGap measures what an attended transfer costs who is transferred: the
// time in which nothing is heard, between the last of the old voice and the first
// of the new one, past the mixer and through it. `make bench` prints it.
func TestTransferGap(t *testing.T) {
	const most = 60 * time.Millisecond
	for _, mixed := range []bool{false, true} {
		way := map[bool]string{false: "past the mixer", true: "through the mixer"}[mixed]
		t.Run(way, func(t *testing.T) {
			Run(t, office, func(w *World) {
				a, b, third := w.Phone("101"), w.Phone("102"), w.Phone("103")
				call, ring := talk(w, a, b)
				consult, asked := talk(w, b, third)
				if mixed { // somebody listens
					for _, c := range w.Calls() {
						if _, err := w.PBX.Dump(c.ID, c.Legs[0].ID, 10*time.Second); err != nil {
							t.Fatal(err)
						}
					}
				}
				time.Sleep(2 * time.Second) // until each two are handed over in the leg plugin
				for c, by := range map[*Call]*Phone{call: b, asked: b} {
					if got := c.untouched(by, 4000); got == mixed {
						t.Fatalf("%s hears %s untouched: %v", c.Phone.Number, by.Number, got)
					}
				}
				call.Gap()
				asked.Gap()
				time.Sleep(200 * time.Millisecond)
				wants(t, "REFER", ring.refer(consult.replacing("103")), 202)
				ring.told("100")
				ring.told("200")
				ring.Hangup()
				consult.Expect("BYE")
				call.Hears(third)
				asked.Hears(a)
				for _, p := range []*Call{call, asked} {
					gap := p.Gap()
					t.Logf("attended transfer, %s: %s hears nothing for %d ms, target <= %d", way, p.Phone.Number, gap.Milliseconds(), most.Milliseconds())
					if gap > most {
						t.Errorf("%s hears nothing for %v", p.Phone.Number, gap)
					}
				}
				call.Hangup()
				asked.Expect("BYE")
			})
		})
	}
}

// A phone transfers in the moment in which its session is refreshed: it has
// nothing to do with it, whatever becomes of the re-INVITE.
func TestTransferCrossesAReinvite(t *testing.T) {
	for _, glare := range []bool{false, true} {
		t.Run(map[bool]string{false: "taken", true: "refused with 491"}[glare], func(t *testing.T) {
			Run(t, office, func(w *World) {
				a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
				call, ring := talkTimed(w, a, b, false)
				call.Glare(glare)
				time.Sleep(45*time.Second - Latency) // ours leaves after 45 s
				wants(t, "REFER", call.refer("<sip:103@plugboard>"), 202)
				call.Expect("INVITE")
				call.told("100")
				to := c.Incoming()
				to.Ring()
				call.told("180")
				to.Answer()
				call.told("200")
				call.Hangup()
				ring.Hears(c)
				to.Hears(b)
				ring.Hangup()
				to.Expect("BYE")
			})
		})
	}
}

// Who is transferred puts the call on hold, or takes it off hold, in the moment in
// which that happens.
func TestTransfereeOffersMeanwhile(t *testing.T) {
	for _, dir := range []string{"sendonly", "sendrecv"} {
		t.Run(dir, func(t *testing.T) {
			Run(t, office, func(w *World) {
				a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
				call, ring, consult, asked := asks(w, a, b, c)
				offered := make(chan int, 1)
				go func() {
					offered <- call.Do("INVITE", func(m *raw.Message) { call.setBody(m, call.offer(dir)) }).Status()
				}()
				wants(t, "REFER", ring.refer(consult.replacing("103")), 202)
				wants(t, "the re-INVITE", <-offered, 200)
				ring.told("100")
				ring.told("200")
				ring.Hangup()
				consult.Expect("BYE")
				if dir == "sendonly" {
					asked.Hears()
					call.Resume()
				}
				asked.Hears(a)
				call.Hears(c)
				call.Hangup()
				asked.Expect("BYE")
			})
		})
	}
}

func TestTransferByAPIBetweenCalls(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call1, ring, consult, asked := asks(w, a, b, c)
		if err := w.PBX.Calls.Transfer(w.callOf("101"), call.Transfer{Into: w.callOf("102")}, operator); err != nil {
			t.Fatal(err)
		}
		ring.Expect("BYE")
		consult.Expect("BYE")
		call1.Hears(c)
		asked.Hears(a)
		time.Sleep(time.Second)
		asked.Hangup()
		call1.Expect("BYE")
		w.Golden("transfer by api between calls")
	})
}

// refer asks for a transfer, and returns the status of the answer.
func (c *Call) refer(to string) int {
	c.Phone.t.Helper()
	return c.Do("REFER", func(m *raw.Message) {
		m.Add("Refer-To", to)
		m.Add("Referred-By", "<"+"sip:"+c.Phone.Number+"@plugboard>")
		m.Add("Contact", c.Phone.contact())
	}).Status()
}

// replacing is a Refer-To that asks for the place of another call of the phone.
func (c *Call) replacing(number string) string {
	c.dialog.Lock()
	defer c.dialog.Unlock()
	return fmt.Sprintf("<sip:%s@plugboard?Replaces=%s%%3Bto-tag%%3D%s%%3Bfrom-tag%%3D%s>", number, c.id, c.remoteTag, c.localTag)
}

// told waits for a NOTIFY that tells a status.
func (c *Call) told(status string) {
	c.Phone.t.Helper()
	m := c.Expect("NOTIFY")
	final := status[0] != '1'
	if !strings.HasPrefix(m.Body, "SIP/2.0 "+status) || strings.HasPrefix(m.Get("Subscription-State"), "terminated") != final {
		c.Phone.t.Fatalf("phone %s: expected NOTIFY of %s, got\n%s", c.Phone.Number, status, m.Bytes())
	}
}

// wants compares a status.
func wants(t *testing.T, what string, got, want int) {
	t.Helper()
	if got != want {
		t.Fatalf("%s got %d, want %d", what, got, want)
	}
}

func TestBlindTransfer(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call, ring := talk(w, a, b)
		ring.Hold()
		wants(t, "REFER", ring.refer("<sip:103@plugboard>"), 202)
		ring.told("100")
		third := c.Incoming()
		if from := third.invite.Get("From"); !strings.Contains(from, "101@plugboard") {
			t.Errorf("103 is called by %s", from)
		}
		if by := third.invite.Get("Referred-By"); by != "<sip:102@plugboard>" {
			t.Errorf("Referred-By: %s", by)
		}
		third.Ring()
		ring.told("180")
		third.Answer()
		ring.told("200")
		ring.Hangup()
		call.Hears(c)
		third.Hears(a)
		third.Hangup()
		call.Expect("BYE")
		w.Golden("transfer blind")
	})
}

// The caller transfers who was called, and does not hang up by itself.
func TestBlindTransferByTheCaller(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call, ring := talk(w, a, b)
		wants(t, "REFER", call.refer("<sip:700@plugboard>"), 202)
		call.told("100")
		d := w.Phone("104") // came too late for the group
		third := c.Incoming()
		third.Ring()
		call.told("180")
		third.Answer()
		call.told("200")
		call.Expect("BYE")
		ring.Hears(c)
		third.Hears(b)
		_ = d
		ring.Hangup()
		third.Expect("BYE")
		w.Golden("transfer blind by the caller to a group")
	})
}

func TestBlindTransferToOutside(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, east := w.Phone("101"), w.Phone("102"), w.Provider("10.0.0.50")
		call, ring := talk(w, a, b)
		wants(t, "REFER", ring.refer("<sip:+442079460000@plugboard>"), 202)
		ring.told("100")
		ring.Hangup() // at once, as many do
		third := east.Incoming()
		if id := third.invite.Get("P-Asserted-Identity"); !strings.Contains(id, "+4930555102") {
			t.Errorf("the provider is shown %s, not who transfers", id)
		}
		third.Ring()
		third.Answer()
		call.Hears(east)
		third.Hears(a)
		call.Hangup()
		third.Expect("BYE")
		w.Golden("transfer blind to outside")
	})
}

// What the transferor may not dial, nobody is transferred to.
func TestTransferFollowsMayDial(t *testing.T) {
	blocks := strings.Replace(office, `may_dial  = ["+."]`, `may_dial  = ["+1."]`, 1)
	Run(t, blocks, func(w *World) {
		a, b := w.Phone("101"), w.Phone("102")
		call, ring := talk(w, a, b)
		wants(t, "REFER abroad", ring.refer("<sip:+442079460000@plugboard>"), 403)
		wants(t, "REFER to what the dialplan denies", ring.refer("<sip:+19005550000@plugboard>"), 403)
		wants(t, "REFER to nobody", ring.refer("<sip:199@plugboard>"), 202)
		ring.told("404")
		call.Hears(b)
		ring.Hears(a)
		call.Hangup()
		ring.Expect("BYE")
		w.Golden("transfer that is not allowed")
	})
}

// The target does not take the call, and the transferor is still there.
func TestBlindTransferFails(t *testing.T) {
	for _, c := range []struct{ name, to, notify string }{
		{"busy", "103", "486"}, {"nobody there", "105", "480"}, {"rings out", "104", "480"},
	} {
		t.Run(c.name, func(t *testing.T) {
			Run(t, office, func(w *World) {
				a, b, third := w.Phone("101"), w.Phone("102"), w.Phone("103")
				w.Phone("104")
				call, ring := talk(w, a, b)
				wants(t, "REFER", ring.refer("<sip:"+c.to+"@plugboard>"), 202)
				if c.name == "busy" {
					third.Incoming().Reject(486, "Busy Here")
				}
				ring.told("100")
				ring.told(c.notify)
				call.Hears(b)
				ring.Hears(a)
				ring.Hangup()
				call.Expect("BYE")
				w.Golden("transfer blind " + c.name)
			})
		})
	}
}

// The target does not answer, and the transferor has hung up: their phone rings
// again, and shows that it is a recall.
func TestBlindTransferComesBack(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call, ring := talk(w, a, b)
		wants(t, "REFER", ring.refer("<sip:103@plugboard>"), 202)
		ring.told("100")
		ring.Hangup()
		third := c.Incoming()
		third.Ring()
		third.Expect("CANCEL")
		again := b.Incoming()
		if from := again.invite.Get("From"); !strings.HasPrefix(from, `"Recall: Phone 101" <sip:101@plugboard>`) {
			t.Errorf("the recall shows %s", from)
		}
		again.Ring()
		again.Answer()
		call.Hears(b)
		again.Hears(a)
		again.Hangup()
		call.Expect("BYE")
		w.Golden("transfer blind comes back")
	})
}

// Nor is the transferor there any more: the call ends.
func TestBlindTransferComesBackToNobody(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call, ring := talk(w, a, b)
		wants(t, "REFER", ring.refer("<sip:103@plugboard>"), 202)
		ring.told("100")
		ring.Hangup()
		c.Incoming().Reject(603, "Decline")
		again := b.Incoming()
		again.Ring()
		again.Expect("CANCEL")
		call.Expect("BYE")
		w.Golden("transfer blind comes back to nobody")
	})
}

func TestTransfereeHangsUpWhileTheTargetRings(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call, ring := talk(w, a, b)
		wants(t, "REFER", ring.refer("<sip:103@plugboard>"), 202)
		ring.told("100")
		third := c.Incoming()
		third.Ring()
		ring.told("180")
		call.Hangup()
		third.Expect("CANCEL")
		ring.told("480")
		ring.Expect("BYE")
		w.Golden("transferee hangs up while the target rings")
	})
}

func TestAttendedTransfer(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call, ring, consult, asked := asks(w, a, b, c)
		consult.Hold() // before its button is pressed
		wants(t, "REFER", ring.refer(consult.replacing("103")), 202)
		ring.told("100")
		ring.told("200")
		ring.Hangup()
		consult.Expect("BYE")
		call.Hears(c)
		asked.Hears(a)
		asked.Hangup()
		call.Expect("BYE")
		w.Golden("transfer attended")
	})
}

// The same, asked for in the call that was made last.
func TestAttendedTransferFromTheConsultation(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call, ring, consult, asked := asks(w, a, b, c)
		wants(t, "REFER", consult.refer(ring.replacing("101")), 202)
		consult.told("100")
		consult.told("200")
		ring.Expect("BYE")
		consult.Expect("BYE")
		call.Hears(c)
		asked.Hears(a)
		call.Hangup()
		asked.Expect("BYE")
		w.Golden("transfer attended from the consultation")
	})
}

// The target rings still: who is transferred hears the ringing tone.
func TestSemiAttendedTransfer(t *testing.T) {
	for _, answered := range []bool{true, false} {
		t.Run(fmt.Sprint(answered), func(t *testing.T) {
			Run(t, office, func(w *World) {
				a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
				call, ring := talk(w, a, b)
				ring.Hold()
				consult := b.Dial("103")
				third := c.Incoming()
				third.Ring()
				consult.Expect("180")
				wants(t, "REFER", ring.refer(consult.replacing("103")), 202)
				ring.told("100")
				ring.told("200")
				ring.Hangup()
				consult.Expect("487")
				if answered {
					third.Answer()
					call.Hears(c)
					third.Hears(a)
					third.Hangup()
					call.Expect("BYE")
					w.Golden("transfer while the target rings")
					return
				}
				third.Expect("CANCEL")
				again := b.Incoming()
				again.Answer()
				call.Hears(b)
				again.Hangup()
				call.Expect("BYE")
				w.Golden("transfer while the target rings comes back")
			})
		})
	}
}

// Both calls are gone, a stranger's, or the same; then nothing has changed.
func TestAttendedTransferIsRefused(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c, d, e := w.Phone("101"), w.Phone("102"), w.Phone("103"), w.Phone("104"), w.Phone("105")
		call, ring := talk(w, a, b)
		others, other := talk(w, d, e)
		wants(t, "REFER into a stranger's call", ring.refer(others.replacing("105")), 202)
		ring.told("100")
		ring.told("403")
		wants(t, "REFER into itself", ring.refer(ring.replacing("101")), 491)
		consult := b.Dial("103")
		asked := c.Incoming()
		asked.Answer()
		consult.Expect("200")
		gone := consult.replacing("103")
		asked.Hangup()
		consult.Expect("BYE")
		wants(t, "REFER into a call that is over", ring.refer(gone), 202)
		ring.told("481")
		call.Hears(b)
		others.Hears(e)
		for _, x := range []struct{ by, at *Call }{{call, ring}, {others, other}} {
			x.by.Hangup()
			x.at.Expect("BYE")
		}
		w.Golden("transfer attended refused")
	})
}

// In a conference REFER has somebody called for it, and who asks stays.
func TestReferInAConference(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		calls := []*Call{a.Dial("800"), b.Dial("800")}
		for _, x := range calls {
			x.Expect("200")
		}
		wants(t, "REFER", calls[1].refer("<sip:103@plugboard>"), 202)
		calls[1].told("100")
		third := c.Incoming()
		third.Ring()
		calls[1].told("180")
		third.Answer()
		calls[1].told("200")
		calls[0].Hears(b, c)
		calls[1].Hears(a, c)
		third.Hears(a, b)
		wants(t, "REFER to nobody", calls[1].refer("<sip:199@plugboard>"), 202)
		calls[1].told("100")
		calls[1].told("404")

		// With a consultation, its other party comes in the place of who asks.
		d := w.Phone("104")
		calls[1].Hold()
		consult := b.Dial("104")
		asked := d.Incoming()
		asked.Answer()
		consult.Expect("200")
		wants(t, "REFER with Replaces", calls[1].refer(consult.replacing("104")), 202)
		calls[1].told("100")
		calls[1].told("200")
		calls[1].Hangup()
		consult.Expect("BYE")
		calls[0].Hears(c, d)
		asked.Hears(a, c)
		asked.Hangup()
		third.Hangup()
		calls[0].Hangup()
		w.Golden("refer in a conference")
	})
}

// A conference is what the consultation leads to: who is transferred is in it.
func TestAttendedTransferIntoAConference(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		there := c.Dial("800")
		there.Expect("200")
		call, ring := talk(w, a, b)
		ring.Hold()
		consult := b.Dial("800")
		consult.Expect("200")
		wants(t, "REFER", ring.refer(consult.replacing("800")), 202)
		ring.told("100")
		ring.told("200")
		ring.Hangup()
		consult.Expect("BYE")
		call.Hears(c)
		there.Hears(a)
		call.Hangup()
		there.Hangup()
		w.Golden("transfer attended into a conference")
	})
}

// Phones that understand UPDATE are shown whom they talk to now.
func TestConnectedIdentity(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call := a.DialWith("102", func(m *raw.Message) { m.Add("Allow", "INVITE, ACK, BYE, CANCEL, UPDATE") })
		ring := b.Incoming()
		ring.Answer()
		call.Expect("200")
		wants(t, "REFER", ring.refer("<sip:103@plugboard>"), 202)
		ring.told("100")
		third := c.Incoming()
		third.Answer()
		ring.told("200")
		ring.Hangup()
		m := call.Expect("UPDATE")
		if id, rpid := m.Get("P-Asserted-Identity"), m.Get("Remote-Party-ID"); id != "<sip:103@plugboard>" || rpid != "<sip:103@plugboard>;party=called;screen=yes;privacy=off" || m.Body != "" {
			t.Errorf("it is shown %q, %q", id, rpid)
		}
		call.Hears(c)
		call.Hangup()
		third.Expect("BYE")
		w.Golden("connected identity")
	})
}

func TestReferGarbage(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, east := w.Phone("101"), w.Phone("102"), w.Provider("10.0.0.50")
		call, ring := talk(w, a, b)
		for _, to := range []string{
			"", "<>", "<sip:plugboard>", "<mailto:x@y>", "sip:103@plugboard, sip:104@plugboard", "<sip:103@plugboard;method=BYE>",
			"<sip:103@plugboard?Replaces=nonsense>", "<sip:103@plugboard?Replaces=a%3Bto-tag%3Db>", "\x01",
		} {
			wants(t, "REFER to "+to, ring.refer(to), 400)
		}
		wants(t, "REFER to two", ring.Do("REFER", func(m *raw.Message) {
			m.Add("Refer-To", "<sip:103@plugboard>")
			m.Add("Refer-To", "<sip:104@plugboard>")
		}).Status(), 400)
		wants(t, "REFER to nothing", ring.Do("REFER", nil).Status(), 400)
		wants(t, "NOTIFY", ring.Do("NOTIFY", nil).Status(), 481)
		wants(t, "REFER outside of a call", a.Do("REFER", "sip:102@plugboard", func(m *raw.Message) { m.Add("Refer-To", "<sip:103@plugboard>") }).Status(), 403)
		call.Hears(b)
		call.Hangup()
		ring.Expect("BYE")

		// Whoever calls from outside does not call the world at our cost.
		in := east.Dial("+4930555102")
		ring = b.Incoming()
		ring.Answer()
		in.Expect("200")
		wants(t, "a trunk's REFER", in.refer("<sip:+442079460000@plugboard>"), 403)
		in.Hangup()
		ring.Expect("BYE")
	})
}

// A second wish while the first is being done, from either side.
func TestTwoTransfersAtOnce(t *testing.T) {
	Run(t, office, func(w *World) {
		a, b, c := w.Phone("101"), w.Phone("102"), w.Phone("103")
		call, ring := talk(w, a, b)
		wants(t, "REFER", ring.refer("<sip:103@plugboard>"), 202)
		ring.told("100")
		third := c.Incoming()
		third.Ring()
		ring.told("180")
		wants(t, "another REFER", ring.refer("<sip:104@plugboard>"), 491)
		wants(t, "the other's REFER", call.refer("<sip:104@plugboard>"), 491)
		third.Answer()
		ring.told("200")
		ring.Expect("BYE") // it stays; we end it
		// And on: a phone that was transferred may transfer.
		wants(t, "REFER", call.refer("<sip:102@plugboard>"), 202)
		call.told("100")
		last := b.Incoming()
		last.Answer()
		call.told("200")
		call.Hangup()
		last.Hears(c)
		third.Hears(b)
		last.Hangup()
		third.Expect("BYE")
		w.Golden("two transfers")
	})
}
