package call

import (
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
)

// faulty runs a test that makes the switch log errors, and returns the log.
func faulty(t *testing.T, f func(*bed)) (log string) {
	within(t, func(b *bed) {
		f(b)
		b.sw.Close()
		log = b.log.String()
		b.log.Reset()
	})
	return log
}

func TestAPanicEndsOneCallOnly(t *testing.T) {
	for _, tt := range []struct {
		name string
		trap func(b *bed) // makes the call that follows panic
	}{
		{"in Ring", func(b *bed) { b.panics = "anna: Ring" }},
		{"in Answer", func(b *bed) { b.panics = "anna: Answer" }},
		{"in a dial", func(b *bed) { b.panics = "dial ben" }},
		{"in the hangup of one leg", func(b *bed) { b.panics = "ben: Hangup normal" }},
		{"in the dialplan", func(b *bed) { delete(b.to, "102") }},
		{"in an event", func(b *bed) { b.panics = event.CallAnswered }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log := faulty(t, func(b *bed) {
				b.to["102"], b.to["103"] = to(ben), to(cem)
				b.devices["ben"] = []script{{rings(sec), answers(2 * sec)}}
				b.devices["cem"] = []script{{rings(sec), answers(2 * sec)}}
				other := b.calls("dora", "103")
				b.after(3 * sec)
				b.mu.Lock()
				tt.trap(b)
				b.mu.Unlock()
				anna := b.calls("anna", "102")
				b.after(4 * sec)
				anna.hangsUp()
				b.after(endTime + sec)
				if calls := b.sw.Calls(); len(calls) != 1 || calls[0].ID != other.call || calls[0].State != "up" || len(calls[0].Legs) != 2 {
					t.Errorf("calls that are left: %+v", calls)
				}
				if s := b.sw.Stats(); s.Ended[Failed]+s.Ended[Normal] != 1 {
					t.Errorf("%+v", s)
				}
				if anna.cause != Failed && tt.name != "in the hangup of one leg" {
					t.Errorf("the caller got %q", anna.cause)
				}
			})
			if !strings.Contains(log, "panic in a call") || !strings.Contains(log, "on purpose") || !strings.Contains(log, "fault_test.go") && !strings.Contains(log, "bed_test.go") {
				t.Errorf("the log does not tell what happened where:\n%s", log)
			}
		})
	}
}

func TestAPanicWhileTheCallEndsDoesNotHoldItUp(t *testing.T) {
	faulty(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.after(2 * sec)
		b.mu.Lock()
		b.panics = event.LegRemoved
		b.mu.Unlock()
		anna.hangsUp()
		b.after(sec)
		if r := b.cdrs(); len(r) != 1 || r[0].Cause != "failed" {
			t.Errorf("records %+v", r)
		}
	})
}

func TestALegThatDoesNotEndHoldsUpItsRecordOnly(t *testing.T) {
	log := faulty(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.legs[1].set(func() { b.legs[1].stuck = true })
		b.after(2 * sec)
		anna.hangsUp()
		b.after(sec)
		if n := len(b.sw.Calls()); n != 0 {
			t.Error("the call is still listed")
		}
		b.after(endTime)
		if r := b.cdrs(); len(r) != 1 || r[0].TalkSeconds != 1 || r[0].Cause != "normal" {
			t.Errorf("records %+v", r)
		}
	})
	if !strings.Contains(log, "did not end in time") {
		t.Error(log)
	}
}

func TestImpossibleNewsIsLoggedAndIgnored(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(b *bed, anna, ben *phone)
	}{
		{"a caller that rings", func(_ *bed, anna, _ *phone) { anna.inbox(News{Leg: anna, What: Ringing}) }},
		{"a caller that answers", func(_ *bed, anna, _ *phone) { anna.inbox(News{Leg: anna, What: Answered}) }},
		{"a leg of another call", func(b *bed, anna, _ *phone) {
			p := b.phone("stranger", KindTrunk, nil)
			p.ended = true
			anna.inbox(News{Leg: p, What: Answered})
		}},
		{"no leg at all", func(_ *bed, anna, _ *phone) { anna.inbox(News{What: Ended}) }},
		{"no such news", func(_ *bed, anna, _ *phone) { anna.inbox(News{Leg: anna, What: 99}) }},
		{"an answer, twice", func(_ *bed, _, ben *phone) {
			ben.does(Answered, "")
			ben.inbox(News{Leg: ben, What: Answered})
		}},
		{"ringing after the answer", func(_ *bed, _, ben *phone) {
			ben.does(Answered, "")
			ben.inbox(News{Leg: ben, What: Ringing})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			log := faulty(t, func(b *bed) {
				b.to["102"] = to(ben)
				b.devices["ben"] = []script{{}}
				anna := b.calls("anna", "102")
				tt.do(b, anna, b.legs[1])
				b.after(sec)
				if len(b.sw.Calls()) != 1 || anna.hangups != 0 {
					t.Error("the call did not survive it")
				}
			})
			if strings.Count(log, "[ERROR] impossible news") != 1 || !strings.Contains(log, "call=") {
				t.Errorf("log:\n%s", log)
			}
		})
	}
}

func TestEndedTwiceIsImpossible(t *testing.T) {
	log := faulty(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{}, {}}
		b.calls("anna", "102")
		b.legs[1].does(Ended, Busy)
		b.legs[1].inbox(News{Leg: b.legs[1], What: Ended, Cause: Busy})
		b.after(sec)
	})
	if !strings.Contains(log, "impossible news") || !strings.Contains(log, "is=gone") {
		t.Error(log)
	}
}

func TestTheSameIDTwiceIsRefused(t *testing.T) {
	log := faulty(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{}}
		anna := b.calls("anna", "102")
		p := b.phone("again", KindTrunk, func(News) {})
		b.sw.Incoming(Incoming{ID: anna.call, Leg: p, MaxForwards: 70})
		b.after(sec)
		if p.cause != Failed || anna.hangups != 0 {
			t.Errorf("the second got %q, the first %q", p.cause, anna.cause)
		}
	})
	if !strings.Contains(log, "there is a call") {
		t.Error(log)
	}
}

func TestTheLineMayComeLater(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		anna.set(func() { anna.slow = true }) // its media opens some time after Answer
		b.after(1500 * ms)
		b.legs[1].says(0.5)
		b.rooms.step(1)
		if anna.hears() != 0 {
			t.Error("hears without a line")
		}
		anna.set(func() { anna.open = true })
		anna.does(Changed, "")
		b.after(ms)
		b.rooms.step(1)
		if !near(anna.hears(), 0.5) {
			t.Errorf("hears %v", anna.hears())
		}
		// And a leg whose plugin was restarted has another one.
		old := anna.line
		anna.set(func() { anna.line = &voice{} })
		anna.does(Changed, "")
		b.after(ms)
		b.rooms.step(1)
		if !near(anna.hears(), 0.5) || old.at == b.rooms.tick { // stepped by this goroutine
			t.Errorf("hears %v on the new line", anna.hears())
		}
	})
}

func TestAnUnknownDestinationEndsTheCall(t *testing.T) {
	log := faulty(t, func(b *bed) {
		b.to["1"] = to(elsewhere{})
		anna := b.calls("anna", "1")
		b.after(time.Second)
		if anna.cause != Failed {
			t.Errorf("%q", anna.cause)
		}
	})
	if !strings.Contains(log, "park.lot") {
		t.Error(log)
	}
}

type elsewhere struct{}

func (elsewhere) Path() string { return "park.lot" }

var _ dialplan.Destination = elsewhere{}
