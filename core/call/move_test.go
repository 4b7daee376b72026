package call

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
)

// asked brings anna and ben into a call, and ben and cem into another: ben asks
// cem whether he takes it.
func (b *bed) asked() (anna, ben1, ben2, cem1 *phone) {
	b.to["102"], b.to["103"] = to(ben), to(cem)
	b.devices["ben"] = []script{{answers(sec)}}
	b.devices["cem"] = []script{{answers(sec)}}
	anna = b.calls("anna", "102")
	ben1 = b.legs[len(b.legs)-1]
	b.after(2 * sec)
	ben2 = b.calls("ben", "103")
	cem1 = b.legs[len(b.legs)-1]
	b.after(2 * sec)
	return
}

func TestAPartyMovesIntoAnotherCall(t *testing.T) {
	within(t, func(b *bed) {
		anna, ben1, ben2, cem1 := b.asked()
		anna.hums(400)
		cem1.hums(700)
		b.rooms.step(3)
		if a, c := anna.amplitude(700), cem1.amplitude(400); a > 0.01 || c > 0.01 {
			t.Errorf("two calls hear each other: %.3f %.3f", a, c)
		}
		if err := b.sw.Transfer(anna.call, Transfer{Into: ben2.call}, operator); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		b.rooms.step(1) // a voice that begins is heard from the first step on
		if a, c := anna.amplitude(700), cem1.amplitude(400); a < 0.2 || c < 0.2 {
			t.Errorf("after the transfer %.3f %.3f", a, c)
		}
		anna.presses('7') // what she does is heard in her new call
		b.after(sec)
		if n := len(b.sw.Calls()); n != 1 {
			t.Errorf("%d calls", n)
		}
		if n := b.sw.lines.calls; n["anna"] != 1 || n["ben"] != 0 || n["cem"] != 1 {
			t.Errorf("calls counted: %v", n)
		}
		anna.hangsUp()
		b.story(`
			0s anna calls 102
			0s dial ben
			1s ben answered
			1s anna: Answer
			2s ben calls 103
			2s dial cem
			3s cem answered
			3s ben: Answer
			4s ben: Hangup normal
			4s anna: Moved to the second call
			4s ben: Hangup normal
			4s cem: Digit 7
			4.01s over: normal by operator, rang 0s, talked 3s
			5s anna ended: normal
			5s cem: Hangup normal
			5.01s over: normal by caller, rang 0s, talked 2s
		`)
		_, _ = ben1, cem1
		first, second := b.cdrs()[0], b.cdrs()[1]
		if l := first.Legs; len(l) != 2 || l[0].ID != anna.id || l[0].MovedTo != ben2.call || l[0].Cause != "normal" {
			t.Errorf("legs of the first call: %+v", l)
		}
		if l := second.Legs; len(l) != 3 || l[2].ID != anna.id || l[2].MovedFrom != anna.call || l[2].MovedTo != "" {
			t.Errorf("legs of the second call: %+v", l)
		}
		for _, e := range b.events {
			if m, ok := e.Data.(event.LegMove); ok && (m.Call != ben2.call || m.From != anna.call || m.ID != anna.id) {
				t.Errorf("the move is told as %+v", m)
			}
		}
		if !strings.Contains(b.types(), "leg.moved call.act") {
			t.Errorf("events: %s", b.types())
		}
	})
}

func TestAMoveIsRefused(t *testing.T) {
	within(t, func(b *bed) {
		anna, _, ben2, cem1 := b.asked()
		for _, c := range []struct {
			call string
			t    Transfer
			want string
		}{
			{"nobody", Transfer{Into: ben2.call}, "not_found: there is no call"},
			{anna.call, Transfer{Into: "nobody"}, "not_found: there is no call"},
			{anna.call, Transfer{Into: anna.call}, "not_now: calls"},
			{anna.call, Transfer{Into: ben2.call, Leg: "leg77"}, "not_found: the call has no party"},
			{anna.call, Transfer{Into: ben2.call, Leg: b.legs[1].id}, "need one extension in common"},
		} {
			if err := b.sw.Transfer(c.call, c.t, operator); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%+v: %v, want %q", c, err, c.want)
			}
		}
		// A call that ends takes nobody, and the party is back where it was.
		ben2.set(func() { ben2.stuck = true })
		cem1.hangsUp()
		synctest.Wait()
		if err := b.sw.Transfer(anna.call, Transfer{Into: ben2.call}, operator); err == nil {
			t.Error("a call that ends took somebody")
		}
		b.after(sec)
		anna.says(0.5)
		b.rooms.step(2)
		if b.legs[1].hears() == 0 {
			t.Error("the first call is not what it was")
		}
		ben2.hangsUp()
	})
}

// TestNothingIsLostBetweenCalls sends a party back and forth while it presses
// keys: each arrives once and in order, whichever call it is in.
func TestNothingIsLostBetweenCalls(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			b := newBed(t)
			anna, _, ben2, _ := b.asked()
			b.to["104"] = to(dora)
			r := rand.New(rand.NewPCG(seed, 1))
			x, y := b.sw.calls[anna.call], b.sw.calls[ben2.call]
			const keys = "0123456789ABCD#*"
			pressed := ""
			sent := make(chan struct{})
			go func() { // the phone, on its own
				defer close(sent)
				for i := range 200 {
					k := keys[i%len(keys)]
					pressed += string(k)
					anna.presses(k)
				}
			}()
			for range 40 { // the calls' goroutines pass the leg on meanwhile
				from, to := x, y
				if r.IntN(2) == 0 {
					from, to = y, x
				}
				refuses := r.IntN(4) == 0
				from.inbox.Put(message{kind: gotAct, act: func() {
					if p := from.party(anna); p != nil {
						from.give(p, to, func(*Call, *party) *Error {
							if refuses {
								return &Error{NotNow, "not today"}
							}
							return nil
						}, func(*Error) {})
					}
				}})
				if r.IntN(2) == 0 {
					synctest.Wait()
				}
			}
			<-sent
			synctest.Wait()
			got := ""
			b.mu.Lock()
			for _, e := range b.events {
				if d, ok := e.Data.(event.Digit); ok {
					got += d.Digit
				}
			}
			b.mu.Unlock()
			if got != pressed {
				t.Errorf("seed %d: pressed %s\nheard %s", seed, pressed, got)
			}
			if n := b.sw.lines.calls["anna"]; n != 1 {
				t.Errorf("anna has %d calls", n)
			}
			b.sw.Close()
			b.checkEnd()
		})
	}
}

// Two calls that give to each other at one moment do not wait for each other.
func TestTwoCallsGiveToEachOther(t *testing.T) {
	within(t, func(b *bed) {
		anna, _, ben2, cem1 := b.asked()
		x, y := b.sw.calls[anna.call], b.sw.calls[ben2.call]
		told := make(chan *Error, 2)
		hold := make(chan struct{})
		for _, g := range []struct {
			from, to *Call
			leg      Leg
		}{{x, y, anna}, {y, x, cem1}} {
			g.from.inbox.Put(message{kind: gotAct, act: func() {
				<-hold
				g.from.give(g.from.party(g.leg), g.to, func(*Call, *party) *Error { return nil }, func(err *Error) { told <- err })
			}})
		}
		synctest.Wait()
		close(hold)
		synctest.Wait()
		refused := 0
		for range 2 {
			if <-told != nil {
				refused++
			}
		}
		if refused == 0 {
			t.Error("both were taken")
		}
		b.after(sec)
	})
}

func TestAPanicOfWhoTakesEndsThatCallOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBed(t)
		anna, ben1, ben2, _ := b.asked()
		x, y := b.sw.calls[anna.call], b.sw.calls[ben2.call]
		var said error = fmt.Errorf("nothing")
		x.inbox.Put(message{kind: gotAct, act: func() {
			x.give(x.party(anna), y, func(*Call, *party) *Error { panic("on purpose") }, func(err *Error) { said = orNil(err) })
		}})
		b.after(sec)
		if said != nil || !anna.ended || anna.hangups != 1 {
			t.Errorf("told %v; ended %v, hung up %d times", said, anna.ended, anna.hangups)
		}
		if ben1.ended || len(b.sw.Calls()) != 1 {
			t.Error("the call that gave ended, too")
		}
		b.sw.Close()
		b.checkEnd()
	})
}

// Whatever the two calls are doing, a party that was given away has an end.
func TestGivingWhileBothEnd(t *testing.T) {
	for _, what := range []string{"the giver is hung up", "the taker is hung up", "both", "the party hangs up", "the switch closes"} {
		t.Run(what, func(t *testing.T) {
			within(t, func(b *bed) {
				anna, _, ben2, _ := b.asked()
				x, y := b.sw.calls[anna.call], b.sw.calls[ben2.call]
				hold := make(chan struct{})
				y.inbox.Put(message{kind: gotAct, act: func() { <-hold }})
				synctest.Wait()
				x.inbox.Put(message{kind: gotAct, act: func() {
					x.give(x.party(anna), y, instead(ben2, anybody), func(err *Error) {
						if err == nil {
							x.end(Normal, "", byOperator)
						}
					})
				}})
				synctest.Wait()
				switch what {
				case "the giver is hung up":
					x.inbox.Put(message{kind: gotHangup, cause: Normal})
				case "the taker is hung up":
					y.end(Normal, "", bySwitch) // its goroutine waits
				case "both":
					x.inbox.Put(message{kind: gotHangup, cause: Normal})
					y.end(Normal, "", bySwitch)
				case "the party hangs up":
					anna.hangsUp()
				case "the switch closes":
					time.AfterFunc(sec, func() { close(hold) })
					b.sw.Close()
				}
				synctest.Wait()
				select {
				case <-hold:
				default:
					close(hold)
				}
				b.after(sec)
			})
		})
	}
}

func TestMaxCallsFollowAParty(t *testing.T) {
	within(t, func(b *bed) {
		anna, _, ben2, _ := b.asked()
		if err := b.sw.Transfer(anna.call, Transfer{Into: ben2.call}, operator); err != nil {
			t.Fatal(err)
		}
		b.after(sec)
		one := &dialplan.Extension{Name: "anna", MaxCalls: 1}
		b.to["101"] = to(one)
		b.devices["anna"] = []script{{answers(sec)}}
		late := b.calls("dora", "101")
		b.after(3 * sec)
		if late.cause != Busy {
			t.Errorf("anna has a call, and another came through: %q", late.cause)
		}
	})
}
