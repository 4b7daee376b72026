package call

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
)

// The people of the tests.
var (
	ben   = &dialplan.Extension{Name: "ben", Number: "102", Follow: dialplan.Follow{Ring: 20 * sec}}
	cem   = &dialplan.Extension{Name: "cem", Number: "103"}
	dora  = &dialplan.Extension{Name: "dora", Number: "104"}
	pstn  = &dialplan.Trunk{Name: "pstn", CallerID: "+49300"}
	daily = &dialplan.Conference{Name: "daily", MaxMembers: 3}
)

func to(d dialplan.Destination) dialplan.Decision {
	return dialplan.Decision{Dialplan: "internal", Route: "r", To: d}
}

func TestTwoPartiesTalkAndTheCallerHangsUp(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{rings(1 * sec), answers(4 * sec)}}
		anna := b.calls("anna", "102")
		b.after(14 * sec)
		anna.hangsUp()
		b.story(`
			0s anna calls 102
			0s dial ben
			1s ben ringing
			1s anna: Ring
			4s ben answered
			4s anna: Answer
			14s anna ended: normal
			14s ben: Hangup normal
			14.01s over: normal by caller, rang 3s, talked 10s
		`)
		if got, want := b.types(), "call.started leg.added leg.added leg.changed call.ringing leg.changed call.answered leg.changed leg.removed leg.removed call.ended"; got != want {
			t.Errorf("events\n%s, want\n%s", got, want)
		}
	})
}

func TestTheCalleeHangsUp(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{rings(1 * sec), answers(2 * sec), ends(5*sec, Normal)}}
		b.calls("anna", "102")
		b.after(9 * sec)
		b.story(`
			0s anna calls 102
			0s dial ben
			1s ben ringing
			1s anna: Ring
			2s ben answered
			2s anna: Answer
			5s ben ended: normal
			5s anna: Hangup normal
			5.01s over: normal by callee, rang 1s, talked 3s
		`)
	})
}

func TestTheCallerHangsUpWhileItRings(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{rings(1 * sec)}, {rings(1100 * ms)}}
		anna := b.calls("anna", "102")
		b.after(5 * sec)
		anna.does(Ended, Cancelled)
		b.story(`
			0s anna calls 102
			0s dial ben/1
			0s dial ben/2
			1s ben/1 ringing
			1s anna: Ring
			1.1s ben/2 ringing
			5s anna ended: cancelled
			5s ben/1: Hangup cancelled
			5s ben/2: Hangup cancelled
			5.01s over: cancelled by caller, rang 4s, talked 0s
		`)
	})
}

func TestTheFirstAnswerOfAGroupWinsAndTheOthersAreToldSo(t *testing.T) {
	within(t, func(b *bed) {
		inner := &dialplan.Group{Name: "inner", Members: []dialplan.Destination{dora, ben}}
		b.to["700"] = to(&dialplan.Group{Name: "office", Members: []dialplan.Destination{ben, cem, inner}})
		b.devices["ben"] = []script{{rings(1 * sec)}}
		b.devices["cem"] = []script{{rings(2 * sec), answers(6 * sec)}}
		b.devices["dora"] = []script{{ends(3*sec, Declined)}} // one no does not end the others
		b.calls("anna", "700")
		b.after(9 * sec)
		b.story(`
			0s anna calls 700
			0s dial ben
			0s dial cem
			0s dial dora
			1s ben ringing
			1s anna: Ring
			2s cem ringing
			3s dora ended: declined
			6s cem answered
			6s ben: Hangup answered_elsewhere
			6s anna: Answer
		`)
	})
}

func TestTwoAnswersAtOnce(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{}, {}}
		anna := b.calls("anna", "102")
		first, second := b.legs[1], b.legs[2]
		err := b.sw.act(anna.call, func(*Call) *Error { // both answers are in the inbox before the call sees the first
			second.does(Answered, "")
			first.does(Answered, "")
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		b.after(sec)
		b.story(`
			0s anna calls 102
			0s dial ben/1
			0s dial ben/2
			0s ben/2 answered
			0s ben/1 answered
			0s ben/1: Hangup answered_elsewhere
			0s anna: Answer
		`)
	})
}

func TestNobodyAnswersAndTheCallGoesOn(t *testing.T) {
	office := &dialplan.Group{Name: "office", Members: []dialplan.Destination{ben, cem}, Follow: dialplan.Follow{Ring: 10 * sec, NoAnswer: dora}}
	within(t, func(b *bed) {
		b.to["700"] = to(office)
		b.devices["ben"] = []script{{rings(1 * sec)}}
		b.devices["cem"] = []script{{ends(2*sec, Busy)}}
		b.devices["dora"] = []script{{rings(1 * sec), answers(3 * sec)}}
		b.calls("anna", "700")
		b.after(20 * sec)
		b.story(`
			0s anna calls 700
			0s dial ben
			0s dial cem
			1s ben ringing
			1s anna: Ring
			2s cem ended: busy
			10s ben: Hangup no_answer
			10s dial dora
			10s anna: Proceed forwarded
			11s dora ringing
			11s anna: Ring
			13s dora answered
			13s anna: Answer
		`)
	})
}

func TestARouteOverridesWhatFollows(t *testing.T) {
	own := &dialplan.Extension{Name: "ben", Follow: dialplan.Follow{Ring: 30 * sec, NoAnswer: cem, Busy: cem}}
	for _, tt := range []struct {
		name  string
		route dialplan.Follow
		ben   script
		next  string // who is dialled then
		at    time.Duration
	}{
		{"the extension's own", dialplan.Follow{}, script{}, "cem", 30 * sec},
		{"the route's ring", dialplan.Follow{Ring: 5 * sec}, script{}, "cem", 5 * sec},
		{"the route's no_answer", dialplan.Follow{NoAnswer: dora}, script{}, "dora", 30 * sec},
		{"the route's no_answer, and busy", dialplan.Follow{NoAnswer: dora}, script{ends(sec, Busy)}, "cem", sec},
	} {
		t.Run(tt.name, func(t *testing.T) {
			within(t, func(b *bed) {
				b.to["102"] = dialplan.Decision{To: own, Follow: tt.route}
				b.devices["ben"] = []script{tt.ben}
				b.devices["cem"], b.devices["dora"] = []script{{}}, []script{{}}
				b.calls("anna", "102")
				b.after(tt.at + sec)
				b.mu.Lock()
				defer b.mu.Unlock()
				if got := b.lines[len(b.lines)-2]; got != tt.at.String()+" dial "+tt.next {
					t.Errorf("before the caller is told: %s", got)
				}
			})
		})
	}
}

func TestAChainThatLoopsEnds(t *testing.T) {
	a := &dialplan.Extension{Name: "a"}
	z := &dialplan.Extension{Name: "z", Follow: dialplan.Follow{Unavailable: a}}
	a.Unavailable = z
	within(t, func(b *bed) {
		b.to["1"] = to(a)
		b.calls("anna", "1")
		b.after(sec)
		b.story(`
			0s anna calls 1
			0s dial a: nobody
			0s dial z: nobody
			0s anna: Hangup loop
			10ms over: loop by switch, rang 0s, talked 0s
		`)
	})
}

func TestAChainThatIsTooLongEnds(t *testing.T) {
	const maxSteps = 16
	last := &dialplan.Extension{Name: "x"}
	for range 2 * maxSteps {
		last = &dialplan.Extension{Name: "x", Follow: dialplan.Follow{Unavailable: last}}
	}
	within(t, func(b *bed) {
		b.to["1"] = to(last)
		b.calls("anna", "1")
		b.after(sec)
		if r := b.cdrs()[0]; r.Cause != "loop" || len(r.Path) != maxSteps || len(b.dials) != maxSteps {
			t.Errorf("%d dials, %+v", len(b.dials), r)
		}
	})
}

func TestWhatTheCallerGets(t *testing.T) {
	for _, tt := range []struct {
		name string
		to   dialplan.Destination
		ben  []script
		err  error
		want Cause
		text string
	}{
		{name: "no route", want: NotFound},
		{name: "denied", to: &dialplan.Reject{Cause: "denied", Text: "premium numbers are barred"}, want: Denied, text: "premium numbers are barred"},
		{name: "nobody registered", to: ben, want: Unavailable},
		{name: "busy", to: ben, ben: []script{{ends(sec, Busy)}}, want: Busy},
		{name: "all busy", to: ben, ben: []script{{ends(sec, Busy)}, {ends(2*sec, Busy)}}, want: Busy},
		{name: "one busy, one does not answer", to: ben, ben: []script{{ends(sec, Busy)}, {rings(sec)}}, want: NoAnswer},
		{name: "declined", to: ben, ben: []script{{ends(sec, Declined)}}, want: Declined},
		{name: "rings too long", to: ben, ben: []script{{rings(sec)}}, want: NoAnswer},
		{name: "no codec", to: ben, ben: []script{{ends(sec, NoCodec)}}, want: NoCodec},
		{name: "a device that hangs up before its answer", to: ben, ben: []script{{ends(sec, Normal)}}, want: Failed},
		{name: "trunk with max_calls reached", to: pstn, err: &Error{Congestion, "2 calls of max_calls 2 on trunk.pstn"}, want: Congestion},
		{name: "an empty group", to: &dialplan.Group{Name: "none"}, want: Unavailable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			within(t, func(b *bed) {
				if tt.to != nil {
					b.to["1"] = to(tt.to)
				}
				b.devices["ben"] = tt.ben
				b.refuse["pstn"] = tt.err
				if tt.err == nil {
					delete(b.refuse, "pstn")
				}
				anna := b.calls("anna", "1")
				b.after(time.Minute)
				if anna.cause != tt.want || anna.text != tt.text {
					t.Errorf("the caller got %q %q, want %q %q", anna.cause, anna.text, tt.want, tt.text)
				}
				if r := b.cdrs()[0]; r.Cause != string(tt.want) || r.EndedBy != "switch" || r.Answered != nil {
					t.Errorf("record %+v", r)
				}
			})
		})
	}
}

func TestEarlyMediaOfASingleTargetIsHeard(t *testing.T) {
	within(t, func(b *bed) {
		b.to["1"] = to(pstn)
		b.devices["pstn"] = []script{{sends(1 * sec), rings(2 * sec), answers(5 * sec)}}
		anna := b.calls("anna", "1")
		b.after(3 * sec)
		trunk := b.legs[1]
		trunk.says(0.5)
		b.rooms.step(1)
		if got := anna.hears(); !near(got, 0.5) {
			t.Errorf("the caller hears %v before the answer", got)
		}
		b.after(3 * sec)
		b.story(`
			0s anna calls 1
			0s dial pstn
			1s pstn early
			1s anna: Progress
			2s pstn ringing
			5s pstn answered
			5s anna: Answer
		`)
	})
}

func TestInAForkRingingWinsOverEarlyMedia(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{rings(1 * sec)}, {sends(2 * sec)}}
		anna := b.calls("anna", "102")
		b.after(3 * sec)
		b.legs[2].says(0.5)
		b.rooms.step(1)
		if got := anna.hears(); got != 0 {
			t.Errorf("the caller hears %v", got)
		}
		b.story(`
			0s anna calls 102
			0s dial ben/1
			0s dial ben/2
			1s ben/1 ringing
			1s anna: Ring
			2s ben/2 early
		`)
	})
}

func TestOnlyTheFirstEarlyMediaOfAForkIsHeard(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{sends(2 * sec)}, {sends(1 * sec)}, {rings(5 * sec)}}
		anna := b.calls("anna", "102")
		b.after(3 * sec)
		b.legs[1].says(0.25)
		b.legs[2].says(0.5)
		b.rooms.step(1)
		if got := anna.hears(); !near(got, 0.5) {
			t.Errorf("the caller hears %v, not the first to send alone", got)
		}
		// Now one rings. The caller's phone plays what we send, and so we
		// send a ringing tone.
		b.after(3 * sec)
		b.rooms.step(2)
		if got := anna.hears(); got < 0.09 || got > 0.11 {
			t.Errorf("the caller hears %v, not the ringing tone", got)
		}
	})
}

func TestHoldSilencesBothWays(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.after(2 * sec)
		other := b.legs[1]
		check := func(when string, a, o float32) {
			t.Helper()
			b.rooms.step(2)
			if !near(anna.hears(), a) || !near(other.hears(), o) {
				t.Errorf("%s: anna hears %v, want %v; ben hears %v, want %v", when, anna.hears(), a, other.hears(), o)
			}
		}
		anna.says(0.25)
		other.says(0.5)
		check("before", 0.5, 0.25)
		other.holds(true)
		b.after(0)
		check("held by ben", 0, 0)
		other.presses('5') // from hold: nobody gets it
		anna.presses('6')
		b.after(0)
		other.holds(false)
		b.after(0)
		check("taken back", 0.5, 0.25)
		other.presses('7')
		b.after(0)
		b.story(`
			0s anna calls 102
			0s dial ben
			1s ben answered
			1s anna: Answer
			2s anna: Digit 7
		`)
	})
}

func TestAnExtensionMayHoldBeforeItsAnswer(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.legs[1].set(func() { b.legs[1].held = true }) // answers with a=sendonly
		b.after(2 * sec)
		b.legs[1].says(0.5)
		b.rooms.step(1)
		if got := anna.hears(); got != 0 {
			t.Errorf("anna hears %v of a party that holds", got)
		}
	})
}

func TestDigitsReachTheOtherParty(t *testing.T) {
	within(t, func(b *bed) {
		b.to["1"] = to(pstn)
		b.devices["pstn"] = []script{{sends(sec), answers(3 * sec)}}
		anna := b.calls("anna", "1")
		anna.presses('0') // nobody is there
		b.after(2 * sec)
		anna.presses('1') // early: a menu before the answer
		b.after(2 * sec)
		anna.presses('2')
		b.legs[1].presses('#')
		b.story(`
			0s anna calls 1
			0s dial pstn
			1s pstn early
			1s anna: Progress
			2s pstn: Digit 1
			3s pstn answered
			3s anna: Answer
			4s pstn: Digit 2
			4s anna: Digit #
		`)
		var got []string
		for _, e := range b.events {
			if d, ok := e.Data.(event.Digit); ok {
				got = append(got, d.Leg+d.Digit)
			}
		}
		if d := cmp.Diff([]string{"leg10", "leg11", "leg12", "leg2#"}, got); d != "" {
			t.Error(d)
		}
	})
}

func TestALostPluginEndsTheCallWithThatCause(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{answers(sec), ends(3*sec, PluginLost)}}
		b.calls("anna", "102")
		b.after(4 * sec)
		b.story(`
			0s anna calls 102
			0s dial ben
			1s ben answered
			1s anna: Answer
			3s ben ended: plugin_lost
			3s anna: Hangup plugin_lost
			3.01s over: plugin_lost by callee, rang 0s, talked 2s
		`)
	})
}

func TestEcho(t *testing.T) {
	within(t, func(b *bed) {
		b.to["*43"] = to(&dialplan.Echo{})
		anna := b.calls("anna", "*43")
		b.after(sec)
		anna.says(0.5)
		b.rooms.step(3)
		if got := anna.hears(); !near(got, 0.5) {
			t.Errorf("anna hears %v of her own voice", got)
		}
		anna.hangsUp()
		b.story(`
			0s anna calls *43
			0s anna: Answer
			1s anna ended: normal
			1s over: normal by caller, rang 0s, talked 1s
		`)
	})
}

func TestEchoAfterWhatWasNotAnswered(t *testing.T) {
	within(t, func(b *bed) {
		// The trunk sends early media, so ben's ringing is a tone in the room.
		again := &dialplan.Extension{Name: "ben", Follow: dialplan.Follow{Ring: 5 * sec, Busy: &dialplan.Echo{}}}
		b.to["1"] = to(&dialplan.Trunk{Name: "pstn", Follow: dialplan.Follow{NoAnswer: again}})
		b.devices["pstn"] = []script{{sends(sec), ends(2*sec, NoAnswer)}}
		b.devices["ben"] = []script{{rings(sec), ends(2*sec, Busy)}}
		anna := b.calls("anna", "1")
		b.after(3500 * ms)
		b.rooms.step(1)
		if got := anna.hears(); got < 0.09 || got > 0.11 {
			t.Errorf("anna hears %v, not the ringing tone", got)
		}
		b.after(sec)
		b.rooms.step(5) // the tone has faded away, and its echo too
		if got := anna.hears(); got != 0 {
			t.Errorf("anna is silent and hears %v in the echo", got)
		}
		b.after(time.Minute) // no timer is left of what rang
		b.story(`
			0s anna calls 1
			0s dial pstn
			1s pstn early
			1s anna: Progress
			2s pstn ended: no_answer
			2s dial ben
			3s ben ringing
			4s ben ended: busy
			4s anna: Answer
		`)
	})
}

func TestAConferenceIsOneRoomOfManyCalls(t *testing.T) {
	within(t, func(b *bed) {
		b.to["800"] = to(daily)
		a, c, d := b.calls("anna", "800"), b.calls("cem", "800"), b.calls("dora", "800")
		late := b.calls("ben", "800")
		b.after(sec)
		if late.cause != Busy {
			t.Errorf("the fourth of at most three got %q", late.cause)
		}
		a.says(0.1)
		c.says(0.2)
		d.says(0.4)
		b.rooms.step(2)
		for _, tt := range []struct {
			p    *phone
			want float32
		}{{a, 0.6}, {c, 0.5}, {d, 0.3}} {
			if got := tt.p.hears(); !near(got, tt.want) {
				t.Errorf("%s hears %v, want %v", tt.p.label, got, tt.want)
			}
		}
		if calls := b.sw.Calls(); len(calls) != 3 || calls[0].Conference != "daily" || calls[0].State != "up" {
			t.Errorf("calls %+v", calls)
		}
		a.hangsUp()
		b.after(sec)
		b.rooms.step(2)
		if got := c.hears(); !near(got, 0.4) {
			t.Errorf("after anna left, cem hears %v", got)
		}
		c.hangsUp()
		d.hangsUp()
		b.after(sec)
		if len(b.rooms.rooms) != 0 || len(b.sw.meetings.open) != 0 {
			t.Error("an empty conference goes on")
		}
		if n := len(b.cdrs()); n != 4 {
			t.Errorf("%d records of 4 callers", n)
		}
	})
}

func TestAFullConferenceGoesWhereTheRouteSays(t *testing.T) {
	within(t, func(b *bed) {
		b.to["800"] = dialplan.Decision{To: &dialplan.Conference{Name: "one", MaxMembers: 1}, Follow: dialplan.Follow{Busy: &dialplan.Echo{}}}
		b.calls("anna", "800")
		b.calls("ben", "800")
		b.after(sec)
		b.story(`
			0s anna calls 800
			0s anna: Answer
			0s ben calls 800
			0s ben: Answer
		`)
		b.sw.Close()
		if d := cmp.Diff([]string{"conference.one", "echo()"}, b.cdrs()[1].Path); d != "" && b.cdrs()[0].Path == nil {
			t.Error(d)
		}
	})
}

func TestOriginate(t *testing.T) {
	within(t, func(b *bed) {
		b.to["103"] = to(cem)
		b.extension = ben
		b.devices["ben"] = []script{{rings(1 * sec), answers(3 * sec)}, {rings(1500 * ms)}}
		b.devices["cem"] = []script{{rings(1 * sec), answers(6 * sec)}}
		id, err := b.sw.Originate(Origination{From: "102", To: "1 03", AutoAnswer: true}, operator)
		if err != nil {
			t.Fatal(err)
		}
		b.after(5 * sec)
		b.rooms.step(1)
		if got := b.legs[0].hears(); got < 0.09 || got > 0.11 {
			t.Errorf("who was rung first hears %v, not the ringing tone", got)
		}
		b.after(15 * sec)
		if i, ok := b.sw.Call(id); !ok || i.State != "up" || len(i.Legs) != 2 || i.From != "102" || i.To != "103" {
			t.Errorf("call %+v", i)
		}
		if err := b.sw.Hangup(id, Normal, operator); err != nil {
			t.Error(err)
		}
		b.after(sec)
		b.story(`
			0s dial ben/1
			0s dial ben/2
			1s ben/1 ringing
			1.5s ben/2 ringing
			3s ben/1 answered
			3s ben/2: Hangup answered_elsewhere
			3s dial cem
			4s cem ringing
			9s cem answered
			20s ben/1: Hangup normal
			20s cem: Hangup normal
			20.01s over: normal by operator, rang 5s, talked 11s
		`)
		if b.dials[0].CallerNumber != "1 03" || b.dials[1].CallerNumber != "102" {
			t.Errorf("dialled as %q and %q", b.dials[0].CallerNumber, b.dials[1].CallerNumber)
		}
		if !b.dials[0].Intercom || b.dials[1].Intercom {
			t.Error("who shall answer by itself is another one")
		}
		if err := b.sw.Hangup(id, Normal, operator); err == nil {
			t.Error("a call that is over was hung up")
		}
	})
}

func TestOriginateToNobody(t *testing.T) {
	within(t, func(b *bed) {
		from := &dialplan.Extension{Name: "ben", Follow: dialplan.Follow{NoAnswer: cem, Unavailable: cem}} // what follows is for who calls ben
		b.extension = from
		b.sw.Originate(Origination{From: "102", To: "103"}, operator)
		b.after(sec)
		b.story(`
			0s dial ben: nobody
			0s over: unavailable by switch, rang 0s, talked 0s
		`)
		if _, err := b.sw.Originate(Origination{From: "999", To: "103"}, operator); err == nil {
			t.Error("a call from nobody")
		}
	})
}

func TestWhoIsShownAsTheCaller(t *testing.T) {
	for _, tt := range []struct {
		name     string
		decision dialplan.Decision
		from     dialplan.Party
		want     string
	}{
		{"to a colleague", dialplan.Decision{To: ben}, dialplan.Party{Number: "101", Extension: &dialplan.Extension{CallerID: "+49101"}}, "101"},
		{"out over a trunk", dialplan.Decision{To: pstn}, dialplan.Party{Number: "101", Extension: &dialplan.Extension{CallerID: "+49101"}}, "+49101"},
		{"out, no number of one's own", dialplan.Decision{To: pstn}, dialplan.Party{Number: "101", Extension: &dialplan.Extension{}}, "+49300"},
		{"out, the route's number", dialplan.Decision{To: pstn, CallerID: "+491"}, dialplan.Party{Number: "101", Extension: &dialplan.Extension{CallerID: "+49101"}}, "+491"},
		{"out, a trunk that shows what it gets", dialplan.Decision{To: &dialplan.Trunk{Name: "t"}}, dialplan.Party{Number: "+4930"}, "+4930"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			within(t, func(b *bed) {
				b.to["1"] = tt.decision
				p := b.phone("x", KindTrunk, nil)
				p.incoming = true
				in := Incoming{ID: NewID(), Leg: p, MaxForwards: 5, Facts: dialplan.Facts{From: tt.from, To: dialplan.Callee{Number: "1"}, Headers: map[string]string{"x-a": "b"}}}
				inbox := b.sw.Incoming(in)
				p.set(func() { p.inbox = inbox })
				b.after(sec)
				if d := b.dials[0]; d.CallerNumber != tt.want || d.MaxForwards != 5 || d.Headers["x-a"] != "b" || d.Call != in.ID {
					t.Errorf("dialled %+v", d)
				}
			})
		})
	}
}

func TestNoHopsAreLeft_RFC3261_16_3(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.refuse["ben"] = &Error{Loop, "too many hops"}
		anna := b.calls("anna", "102")
		b.after(sec)
		if anna.cause != Loop {
			t.Errorf("the caller got %q", anna.cause)
		}
	})
}

func TestDrainWaitsRefusesAndEndsWhatIsLeft(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{answers(sec)}}
		short, long := b.calls("anna", "102"), b.calls("cem", "102")
		b.after(2 * sec)
		left := make(chan int)
		go func() {
			ctx, cancel := context.WithTimeout(b.t.Context(), 10*sec)
			defer cancel()
			left <- b.sw.Drain(ctx)
		}()
		b.after(sec)
		late := b.calls("dora", "102")
		b.after(sec)
		if late.cause != Congestion {
			t.Errorf("a new call got %q", late.cause)
		}
		if _, err := b.sw.Originate(Origination{From: "102", To: "103"}, operator); err == nil {
			t.Error("originated")
		}
		short.hangsUp()
		if n := <-left; n != 1 || long.cause != Normal || time.Since(b.start) != 12*sec+10*ms {
			t.Errorf("%d left after %v, the long call ended with %q", n, time.Since(b.start), long.cause)
		}
	})
}

// An emergency call that comes while the switch drains goes out, and is waited
// for.
func TestDrainLetsEmergenciesThrough(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.to["112"] = dialplan.Decision{To: &dialplan.Emergency{Via: pstn}, Number: "112"}
		b.devices["ben"] = []script{{answers(sec)}}
		b.devices["pstn"] = []script{{answers(sec)}}
		live := b.calls("anna", "102")
		b.after(2 * sec)
		left := make(chan int)
		go func() { left <- b.sw.Drain(b.t.Context()) }()
		b.after(sec)
		help := b.calls("cem", "112")
		b.after(2 * sec)
		if b.dialled() != "ben pstn" || help.cause != "" {
			t.Errorf("rang %s; the call for help ended with %q", b.dialled(), help.cause)
		}
		live.hangsUp()
		b.after(sec)
		select {
		case <-left:
			t.Error("the switch did not wait")
		default:
		}
		help.hangsUp()
		if n := <-left; n != 0 {
			t.Errorf("%d calls were cut off", n)
		}
	})
}

func TestDrainOfAnIdleSwitchIsDone(t *testing.T) {
	within(t, func(b *bed) {
		if n := b.sw.Drain(b.t.Context()); n != 0 || time.Since(b.start) != 0 {
			t.Error(n)
		}
		b.sw.Close()
		p := b.phone("late", KindExtension, func(News) {})
		b.sw.Incoming(Incoming{ID: "x", Leg: p})
		b.after(sec)
		if p.cause != Congestion {
			t.Errorf("a closed switch said %q", p.cause)
		}
		b.log.Reset() // it said so
	})
}

func TestStatsCountCallsByCause(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"], b.to["103"] = to(ben), to(cem)
		b.devices["ben"] = []script{{answers(sec)}}
		b.devices["cem"] = []script{{rings(sec)}}
		anna := b.calls("anna", "102")
		b.calls("dora", "103")
		b.calls("x", "999")
		b.after(2 * sec)
		if s := b.sw.Stats(); s.Up != 1 || s.Ringing != 1 || s.Started != 3 || s.Ended[NotFound] != 1 {
			t.Errorf("%+v", s)
		}
		anna.hangsUp()
		b.after(time.Minute)
		want := map[Cause]uint64{Normal: 1, NoAnswer: 1, NotFound: 1}
		if d := cmp.Diff(want, b.sw.Stats().Ended); d != "" {
			t.Error(d)
		}
	})
}

func near(a, b float32) bool { return a-b < 0.01 && b-a < 0.01 }

// The reason that one side gives for its end goes to the other, and to nobody
// whose end has another cause.
func TestAReasonGoesToTheOtherSide(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(&dialplan.Group{Name: "two", Members: []dialplan.Destination{ben, cem}, Follow: dialplan.Follow{Ring: 10 * sec}})
		b.devices["ben"] = []script{{rings(sec), answers(3 * sec), {at: 5 * sec, what: Ended, cause: Normal, reason: "tired"}}}
		b.devices["cem"] = []script{{rings(2 * sec)}}
		b.calls("anna", "102")
		b.after(6 * sec)
		b.story(`
			0s anna calls 102
			0s dial ben
			0s dial cem
			1s ben ringing
			1s anna: Ring
			2s cem ringing
			3s ben answered
			3s cem: Hangup answered_elsewhere
			3s anna: Answer
			5s ben ended: normal
			5s anna: Hangup normal (tired)
			5.01s over: normal by callee, rang 2s, talked 2s
		`)
	})
}

func TestAReasonOfAnotherEndIsNotTold(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(&dialplan.Extension{Name: "ben", Follow: dialplan.Follow{Ring: 10 * sec, Busy: cem}})
		b.devices["ben"] = []script{{{at: sec, what: Ended, cause: Busy, reason: "talks"}}}
		b.devices["cem"] = []script{{{at: sec, what: Ended, cause: Declined, reason: "no"}}}
		b.calls("anna", "102")
		b.after(6 * sec)
		b.story(`
			0s anna calls 102
			0s dial ben
			1s ben ended: busy
			1s dial cem
			1s anna: Proceed forwarded
			2s cem ended: declined
			2s anna: Hangup declined (no)
			2.01s over: declined by switch, rang 0s, talked 0s
		`)
	})
}

// How a call gets on where it went is told to the caller if it went to one place
// only, once, and not what says less than they know.
func TestHowACallGetsOnIsPassedOn(t *testing.T) {
	within(t, func(b *bed) {
		b.to["1"] = to(both)
		b.devices["pstn"] = []script{{
			proceeds(sec), {at: 2 * sec, what: Queued, text: "3 before you"}, {at: 3 * sec, what: Queued, text: "3 before you"},
			rings(4 * sec), proceeds(5 * sec), {at: 6 * sec, what: Forwarded}, rings(7 * sec), answers(8 * sec),
		}}
		anna := b.calls("anna", "1")
		b.after(9 * sec)
		b.legs[1].acts(act{what: Texted, text: "hello"})
		b.after(sec)
		anna.hangsUp()
		b.story(`
			0s anna calls 1
			0s dial pstn
			1s pstn proceeding
			1s anna: Proceed proceeding
			2s pstn queued
			2s anna: Proceed queued 3 before you
			3s pstn queued
			4s pstn ringing
			4s anna: Ring
			5s pstn proceeding
			6s pstn forwarded
			6s anna: Proceed forwarded
			7s pstn ringing
			7s anna: Ring
			8s pstn answered
			8s anna: Answer
			9s pstn texted
			9s anna: Text hello
			10s anna ended: normal
			10s pstn: Hangup normal
			10.01s over: normal by caller, rang 4s, talked 2s
		`)
	})
}
