package call

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
)

// The ways of a call through strategies, failovers and limits. What follows
// what is tested in core/dialplan; here it is that legs and timers follow.

func proceeds(at time.Duration) act { return act{at: at, what: Proceeding} }

func hunt(s dialplan.Strategy, members ...dialplan.Destination) *dialplan.Group {
	return &dialplan.Group{Name: "hunt", Strategy: s, Members: members, Follow: dialplan.Follow{Ring: 10 * sec}}
}

func TestAGroupInOrderRingsOneAfterTheOther(t *testing.T) {
	within(t, func(b *bed) {
		b.to["700"] = to(hunt(dialplan.InOrder, ben, cem, dora))
		b.devices["ben"] = []script{{rings(1 * sec)}, {rings(2 * sec)}}
		b.devices["dora"] = []script{{rings(1 * sec), answers(3 * sec)}}
		b.calls("anna", "700")
		b.after(15 * sec)
		b.story(`
			0s anna calls 700
			0s dial ben/1
			0s dial ben/2
			1s ben/1 ringing
			1s anna: Ring
			2s ben/2 ringing
			10s ben/1: Hangup no_answer
			10s ben/2: Hangup no_answer
			10s dial cem: nobody
			10s dial dora
			11s dora ringing
			13s dora answered
			13s anna: Answer
		`)
		if r := b.sw.Calls()[0]; len(r.Legs) != 2 {
			t.Errorf("%d legs", len(r.Legs))
		}
	})
}

func TestWhoIsBusyIsPassedOverAtOnce(t *testing.T) {
	within(t, func(b *bed) {
		b.to["700"] = to(hunt(dialplan.InOrder, ben, cem))
		b.devices["ben"] = []script{{ends(1*sec, Busy)}, {ends(2*sec, Declined)}}
		b.devices["cem"] = []script{{ends(1*sec, Busy)}}
		anna := b.calls("anna", "700")
		b.after(15 * sec)
		b.story(`
			0s anna calls 700
			0s dial ben/1
			0s dial ben/2
			1s ben/1 ended: busy
			2s ben/2 ended: declined
			2s dial cem
			3s cem ended: busy
			3s anna: Hangup busy
			3.01s over: busy by switch, rang 0s, talked 0s
		`)
		if anna.cause != Busy {
			t.Errorf("%s", anna.cause)
		}
	})
}

func TestWhoIsInTwoStepsOfARaceRingsOn(t *testing.T) {
	within(t, func(b *bed) {
		inner := &dialplan.Group{Name: "inner", Strategy: dialplan.InOrder, Members: []dialplan.Destination{cem, dora}, Follow: dialplan.Follow{Ring: sec}}
		b.to["700"] = to(hunt(dialplan.Race, ben, inner))
		b.devices["ben"] = []script{{rings(1 * sec)}}
		b.devices["cem"] = []script{{rings(2 * sec)}}
		b.devices["dora"] = []script{{rings(1 * sec)}}
		b.calls("anna", "700")
		b.after(25 * sec)
		b.story(`
			0s anna calls 700
			0s dial ben
			0s dial cem
			1s ben ringing
			1s anna: Ring
			2s cem ringing
			10s cem: Hangup no_answer
			10s dial dora
			11s dora ringing
			20s ben: Hangup no_answer
			20s dora: Hangup no_answer
			20s anna: Hangup no_answer
			20.01s over: no_answer by switch, rang 19s, talked 0s
		`)
	})
}

// dialled is whom the calls rang, in order.
func (b *bed) dialled() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for _, d := range b.dials {
		switch {
		case d.Trunk != nil:
			out = append(out, d.Trunk.Name)
		default:
			out = append(out, d.Extension.Name)
		}
	}
	return strings.Join(out, " ")
}

func TestRoundRobinTakesTurnsOverCalls(t *testing.T) {
	within(t, func(b *bed) {
		b.to["700"] = to(hunt(dialplan.RoundRobin, ben, cem, dora))
		for _, name := range []string{"ben", "cem", "dora"} {
			b.devices[name] = []script{{answers(sec)}}
		}
		for range 4 {
			anna := b.calls("anna", "700")
			b.after(2 * sec)
			anna.hangsUp()
			b.after(sec)
		}
		b.devices["cem"] = nil // her turn goes to Dora, and the next is Ben's
		b.calls("anna", "700")
		b.after(2 * sec)
		b.calls("anna", "700")
		b.after(2 * sec)
		if got, want := b.dialled(), "ben cem dora ben cem dora ben"; got != want {
			t.Errorf("rang %s, want %s", got, want)
		}
	})
}

func TestLeastRecentRingsWhoHadTheLongestRest(t *testing.T) {
	within(t, func(b *bed) {
		b.to["700"] = to(hunt(dialplan.LeastRecent, ben, cem, dora))
		b.to["103"] = to(cem)
		for _, name := range []string{"ben", "cem", "dora"} {
			b.devices[name] = []script{{answers(sec)}}
		}
		for _, n := range []string{"103", "700", "700", "700"} { // Cem has had one elsewhere
			anna := b.calls("anna", n)
			b.after(5 * sec)
			anna.hangsUp()
			b.after(sec)
		}
		if got, want := b.dialled(), "cem ben dora cem"; got != want {
			t.Errorf("rang %s, want %s", got, want)
		}
	})
}

func TestRandomRingsEverybodyOnce(t *testing.T) {
	within(t, func(b *bed) {
		b.to["700"] = to(hunt(dialplan.Random, ben, cem, dora))
		b.calls("anna", "700")
		b.after(sec)
		rang := strings.Fields(b.dialled())
		slices.Sort(rang)
		if !slices.Equal(rang, []string{"ben", "cem", "dora"}) {
			t.Errorf("rang %v", rang)
		}
	})
}

var (
	second = &dialplan.Trunk{Name: "second"}
	both   = &dialplan.Failover{
		Name: "both", Order: []dialplan.Destination{pstn, second},
		Timeout: 4 * sec, Unregistered: true, Statuses: [][2]int{{408, 408}, {500, 599}},
	}
)

func TestATrunkThatSaysNothingIsLeft(t *testing.T) {
	within(t, func(b *bed) {
		b.to["1"] = to(both)
		b.devices["pstn"] = []script{{rings(5 * sec)}} // too late
		b.devices["second"] = []script{{proceeds(3 * sec), rings(9 * sec), answers(11 * sec)}}
		b.calls("anna", "1")
		b.after(16 * sec)
		b.story(`
			0s anna calls 1
			0s dial pstn
			4s pstn: Hangup unavailable
			4s dial second
			7s second proceeding
			7s anna: Proceed proceeding
			13s second ringing
			13s anna: Ring
			15s second answered
			15s anna: Answer
		`)
	})
}

func TestATrunkThatFailsIsLeft(t *testing.T) {
	for _, tt := range []struct {
		name   string
		first  script
		refuse error
		want   string
		cause  Cause
	}{
		{"503", script{{at: sec, what: Ended, cause: Congestion, status: 503}}, nil, "pstn second", Congestion},
		{"408", script{{at: sec, what: Ended, cause: Unavailable, status: 408}}, nil, "pstn second", Congestion},
		{"it cannot be reached", script{ends(sec, Unavailable)}, nil, "pstn second", Congestion},
		{"unregistered", nil, &Error{Unavailable, "trunk.pstn is not registered"}, "pstn second", Congestion},
		{"full", nil, &Error{Congestion, "full"}, "pstn second", Congestion},
		{"486 is an answer", script{{at: sec, what: Ended, cause: Busy, status: 486}}, nil, "pstn", Busy},
		{"404 is an answer", script{{at: sec, what: Ended, cause: NotFound, status: 404}}, nil, "pstn", NotFound},
		{"an error of the dialer", nil, errors.New("on purpose"), "pstn", Failed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			run := within
			if tt.cause == Failed {
				run = func(t *testing.T, f func(*bed)) { t.Helper(); faulty(t, f) }
			}
			run(t, func(b *bed) {
				b.to["1"] = to(both)
				b.devices["pstn"] = []script{tt.first}
				if tt.refuse != nil {
					b.refuse["pstn"] = tt.refuse
				}
				b.refuse["second"] = &Error{Congestion, "2 of 2 calls"}
				anna := b.calls("anna", "1")
				b.after(5 * sec)
				if got := b.dialled(); got != tt.want || anna.cause != tt.cause {
					t.Errorf("rang %s, and the caller got %s; want %s, %s", got, anna.cause, tt.want, tt.cause)
				}
				if r := b.cdrs()[0]; tt.cause == Congestion && r.Text != "no trunk of failover.both took the call; the last, trunk.second: 2 of 2 calls" {
					t.Errorf("text %q", r.Text)
				}
			})
		})
	}
}

func TestWhoHasMaxCallsIsBusy(t *testing.T) {
	one := &dialplan.Extension{Name: "one", Number: "110", MaxCalls: 1, Follow: dialplan.Follow{Ring: 5 * sec}}
	within(t, func(b *bed) {
		b.to["110"] = to(one)
		b.devices["one"] = []script{{rings(sec), answers(2 * sec)}}
		anna := b.calls("anna", "110")
		b.after(100 * ms) // it rings: that counts
		if second := b.calls("ben", "110"); second.cause != Busy {
			t.Errorf("the second caller got %q", second.cause)
		}
		b.after(5 * sec)
		if third := b.calls("ben", "110"); third.cause != Busy {
			t.Errorf("the third caller got %q", third.cause)
		}
		anna.hangsUp()
		b.after(sec)
		b.calls("ben", "110")
		b.after(5 * sec)
		if got := b.dialled(); got != "one one" {
			t.Errorf("rang %s", got)
		}
		if n := b.sw.lines.calls["one"]; n != 1 {
			t.Errorf("it has %d calls", n)
		}
	})
}

func TestWhoHasMaxCallsCannotCall(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{rings(sec)}}
		one := &dialplan.Extension{Name: "one", MaxCalls: 1}
		dial := func() *phone {
			p := b.phone("one", KindExtension, nil)
			p.incoming = true
			p.set(func() {
				p.inbox = b.sw.Incoming(Incoming{ID: NewID(), Leg: p, MaxForwards: 70, Facts: dialplan.Facts{
					From: dialplan.Party{Number: "110", Extension: one}, To: dialplan.Callee{Number: "102"},
				}})
			})
			b.after(ms)
			return p
		}
		first := dial()
		if second := dial(); second.cause != Congestion {
			t.Errorf("the second call got %q", second.cause)
		}
		first.does(Ended, Cancelled)
		b.after(sec)
		if third := dial(); third.cause != "" {
			t.Errorf("the third call got %q", third.cause)
		}
	})
}

func TestACallForwardedOrNotWanted(t *testing.T) {
	within(t, func(b *bed) {
		b.to["1"] = to(&dialplan.Extension{Name: "away", ForwardAlways: ben})
		b.to["2"] = to(&dialplan.Extension{Name: "quiet", DoNotDisturb: true, Follow: dialplan.Follow{Busy: cem}})
		b.to["3"] = to(&dialplan.Extension{Name: "quiet", DoNotDisturb: true})
		b.calls("anna", "1")
		b.calls("anna", "2")
		anna := b.calls("anna", "3")
		b.after(sec)
		if got := b.dialled(); got != "ben cem" || anna.cause != DoNotDisturb {
			t.Errorf("rang %s, and the third caller got %q", got, anna.cause)
		}
	})
}

func TestANumberThatMayNotBeDialled(t *testing.T) {
	within(t, func(b *bed) {
		away := &dialplan.Extension{Name: "away", ForwardAlways: pstn, MayDial: func(n string) bool { return n != "+441" }}
		b.to["1"] = dialplan.Decision{To: away, Number: "+441"}
		anna := b.calls("anna", "1")
		b.after(sec)
		if anna.cause != Denied || anna.text != "This number may not be dialled" || b.dialled() != "" {
			t.Errorf("%s %q, rang %q", anna.cause, anna.text, b.dialled())
		}
		if r := b.cdrs()[0]; !strings.Contains(r.Text, "does not allow +441") {
			t.Errorf("text %q", r.Text)
		}
	})
}

func TestAnEmergencyCall(t *testing.T) {
	within(t, func(b *bed) {
		help := &dialplan.Emergency{Via: both, CallerID: "+490", Notify: []*dialplan.Extension{ben}}
		b.to["112"] = dialplan.Decision{To: help, Number: "112"}
		var texts []Text
		b.sw.opt.Text = func(t Text) { texts = append(texts, t) }
		b.devices["second"] = []script{{rings(sec), answers(2 * sec)}}
		b.refuse["pstn"] = &Error{Unavailable, "trunk.pstn is not registered"}
		b.calls("anna", "112")
		b.after(5 * sec)
		d := b.dials[1]
		if b.dialled() != "pstn second" || !d.Emergency || d.Insist || d.Number != "112" || d.CallerNumber != "+490" {
			t.Errorf("rang %s, %+v", b.dialled(), d)
		}
		if len(texts) != 1 || texts[0].To != ben || texts[0].From != "anna" || texts[0].Text != "EMERGENCY: anna calls 112" {
			t.Errorf("texts %+v", texts)
		}
		b.sw.Close()
		r := b.cdrs()[0]
		if !r.Emergency || !slices.Equal(r.Path, []string{"emergency", "trunk.pstn", "trunk.second"}) {
			t.Errorf("record %+v", r)
		}
		i := slices.IndexFunc(b.events, func(e event.Event) bool { return e.Type == event.CallEmergency })
		if i < 0 {
			t.Fatal("nobody was told")
		}
		e := b.events[i].Data.(event.Emergency)
		if e.From != "anna" || e.To != "112" || !slices.Equal(e.Notify, []string{"102"}) || e.Call != r.ID {
			t.Errorf("told %+v", e)
		}
		if !strings.Contains(b.log.String(), "emergency call") {
			t.Error("the log does not say so")
		}
	})
}

func TestAnEmergencyCallInsists(t *testing.T) {
	within(t, func(b *bed) {
		b.to["112"] = dialplan.Decision{To: &dialplan.Emergency{Via: both}, Number: "112"}
		b.refuse["pstn"] = &Error{Unavailable, "trunk.pstn is not registered"}
		b.refuse["second"] = &Error{Unavailable, "trunk.second is not registered"}
		b.calls("anna", "112")
		b.after(5 * sec)
		if b.dialled() != "pstn second pstn second" || !b.dials[2].Insist || !b.dials[3].Insist {
			t.Errorf("rang %s", b.dialled())
		}
	})
}

func TestAScheduleIsSwitchedByHand(t *testing.T) {
	within(t, func(b *bed) {
		b.to["*21"] = to(&dialplan.Schedule{Name: "office"})
		for _, tt := range []struct {
			override any // bool, nil
			tones    int
		}{{true, 1}, {nil, 3}, {true, 1}} {
			anna := b.calls("anna", "*21")
			b.after(20 * ms)
			if anna.cause != "" {
				t.Fatalf("the caller got %s", anna.cause)
			}
			// The tones are heard as such, each after a pause.
			tones, on := 0, false
			for range 90 {
				time.Sleep(20 * ms)
				b.rooms.step(1)
				loud := anna.hears() > 0.01
				if loud && !on {
					tones++
				}
				on = loud
			}
			if tones != tt.tones {
				t.Errorf("%v: %d tones", tt.override, tones)
			}
			b.after(2 * sec)
			if anna.cause != Normal {
				t.Errorf("%v: the call ended with %q", tt.override, anna.cause)
			}
			e := b.lastOf(event.ScheduleChanged).Data.(event.Schedule)
			var got any
			if e.Override != nil {
				got = *e.Override
			}
			now, by := b.sw.opt.Overrides.Overrides()["office"]
			if got != tt.override || e.Name != "office" || e.By != "anna" || by != (tt.override != nil) || by && now != tt.override {
				t.Errorf("%v: told %+v, and it is %v (%v)", tt.override, e, now, by)
			}
		}
	})
}

func (b *bed) lastOf(kind string) (out event.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.events {
		if e.Type == kind {
			out = e
		}
	}
	return out
}

// forgetful cannot keep anything.
type forgetful struct{ Remembered }

func (*forgetful) SetOverride(string, *bool) error { return errors.New("the disk is full") }

func TestAScheduleThatCannotBeKept(t *testing.T) {
	log := faulty(t, func(b *bed) {
		b.sw.opt.Overrides = &forgetful{}
		b.to["*21"] = to(&dialplan.Schedule{Name: "office"})
		anna := b.calls("anna", "*21")
		if anna.cause != Failed {
			t.Errorf("the caller got %q", anna.cause)
		}
	})
	if !strings.Contains(log, "the disk is full") {
		t.Error(log)
	}
}

func TestAnOriginatedCallCountsToo(t *testing.T) {
	within(t, func(b *bed) {
		b.extension = &dialplan.Extension{Name: "ben", Number: "102", MaxCalls: 1}
		b.to["102"], b.to["103"] = to(b.extension), to(cem)
		b.devices["ben"] = []script{{answers(sec)}}
		b.devices["cem"] = []script{{answers(sec)}}
		if _, err := b.sw.Originate(Origination{From: "102", To: "103"}, operator); err != nil {
			t.Fatal(err)
		}
		b.after(5 * sec)
		if anna := b.calls("anna", "102"); anna.cause != Busy {
			t.Errorf("the caller got %q", anna.cause)
		}
		b.after(sec)
		if _, err := b.sw.Originate(Origination{From: "102", To: "103"}, operator); err != nil {
			t.Fatal(err)
		}
		b.after(sec)
		if r := b.cdrs()[1]; r.Cause != string(Congestion) {
			t.Errorf("record %+v", r)
		}
		if got := b.dialled(); got != "ben cem" {
			t.Errorf("rang %s", got)
		}
	})
}

// A call goes on by the plan that it began with, also one that has asked
// nothing of it yet.
func TestACallKeepsThePlanThatItBeganWith(t *testing.T) {
	within(t, func(b *bed) {
		old := &dialplan.Extension{Name: "ben", Number: "102", Follow: dialplan.Follow{Ring: 5 * sec, NoAnswer: cem}}
		b.extension = old
		b.to["102"], b.to["103"] = to(old), to(cem)
		b.devices["ben"] = []script{{rings(sec)}}
		b.devices["cem"] = []script{{rings(sec)}}
		b.calls("anna", "102")
		b.after(2 * sec)
		b.devices["ben"] = []script{{answers(2 * sec)}}
		if _, err := b.sw.Originate(Origination{From: "102", To: "103"}, operator); err != nil {
			t.Fatal(err)
		}
		b.after(sec)
		b.sw.opt.Plan = func() Plan { return barred{} }
		b.after(5 * sec)
		if got := b.dialled(); got != "ben ben cem cem" {
			t.Errorf("rang %s", got)
		}
		if anna := b.calls("anna", "102"); anna.cause != Denied {
			t.Errorf("a new call got %q", anna.cause)
		}
	})
}

// barred is a plan that lets nobody call.
type barred struct{ Plan }

func (barred) Route(dialplan.Facts) dialplan.Decision { return to(&dialplan.Reject{Cause: "denied"}) }
func (barred) Revision() string                       { return "next" }
