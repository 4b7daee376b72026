package call

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
)

// consult is a call from anna to ben, whom anna then holds to call cem.
func (b *bed) consult() (first, other, second, third *phone) {
	b.to["102"], b.to["103"] = to(ben), to(cem)
	b.devices["ben"] = []script{{answers(sec)}}
	b.devices["cem"] = []script{{answers(sec)}}
	first = b.calls("anna", "102")
	b.after(2 * sec)
	other = b.legs[1]
	first.holds(true)
	second = b.calls("anna", "103")
	b.after(2 * sec)
	third = b.legs[3]
	first.says(0.0625)
	second.says(0.25)
	other.says(0.5)
	third.says(0.125)
	return first, other, second, third
}

func TestAConsultationIsJoined(t *testing.T) {
	within(t, func(b *bed) {
		b.music = music("0.03125")
		first, other, second, third := b.consult()
		b.hear("before", map[*phone]float32{other: 0.03125, second: 0.125, third: 0.25})
		if err := b.sw.Join(first.call, second.call, operator); err != nil {
			t.Fatal(err)
		}
		b.after(sec)
		b.hear("joined", map[*phone]float32{second: 0.625, other: 0.375, third: 0.75})
		if !first.ended {
			t.Error("the leg that anna held is still there")
		}
		calls := b.sw.Calls()
		if len(calls) != 1 || calls[0].ID != first.call || len(calls[0].Legs) != 3 {
			t.Errorf("calls %+v", calls)
		}
		second.holds(true)
		b.hear("anna holds: the others talk on", map[*phone]float32{second: 0, other: 0.125, third: 0.5})
		second.holds(false)
		b.after(0)
		second.hangsUp()
		b.hear("anna has left", map[*phone]float32{other: 0.125, third: 0.5})
		other.hangsUp()
		b.after(sec)
		if len(b.sw.Calls()) != 0 {
			t.Error("one alone is a call")
		}
		var ends []string
		for _, r := range b.cdrs() {
			ends = append(ends, string(r.Cause)+" "+r.EndedBy+" "+strings.ReplaceAll(r.Text, first.call, "1"))
		}
		if d := cmp.Diff([]string{"normal operator joined to call 1", "normal callee "}, ends); d != "" {
			t.Errorf("records (- want, + got):\n%s", d)
		}
	})
}

func TestWhatCannotBeJoined(t *testing.T) {
	within(t, func(b *bed) {
		anna, _ := b.talking()
		b.to["103"] = to(cem)
		b.devices["cem"] = []script{{rings(sec)}}
		dora := b.calls("dora", "103")
		b.after(2 * sec)
		for _, tt := range []struct{ into, from string }{
			{anna.call, anna.call}, {anna.call, dora.call}, {dora.call, anna.call}, {anna.call, "x"}, {"x", anna.call},
		} {
			if err := b.sw.Join(tt.into, tt.from, operator); err == nil {
				t.Errorf("%s was joined to %s", tt.from, tt.into)
			}
		}
		if n := len(b.sw.Calls()); n != 2 {
			t.Errorf("%d calls are left", n)
		}
	})
}

func TestSomebodyIsAddedToACall(t *testing.T) {
	within(t, func(b *bed) {
		anna, other := b.talking()
		b.extension = &dialplan.Extension{Name: "anna", Number: "101"}
		b.to["103"] = to(cem)
		b.devices["cem"] = []script{{rings(sec), answers(3 * sec)}}
		id, err := b.sw.Add(anna.call, Addition{To: "1 03", For: "anna"}, operator)
		if err != nil {
			t.Fatal(err)
		}
		b.after(2 * sec)
		if c, ok := b.sw.Call(id); !ok || c.From != "101" || c.To != "103" || c.State != "ringing" {
			t.Errorf("what rings is shown as %+v", c)
		}
		b.hear("it rings", map[*phone]float32{anna: 0.5, other: 0.25})
		b.after(2 * sec)
		third := b.legs[2]
		third.says(0.125)
		b.hear("it has come in", map[*phone]float32{anna: 0.625, other: 0.375, third: 0.75})
		if c, ok := b.sw.Call(id); ok {
			t.Errorf("the call that rang is still there: %+v", c)
		}
		anna.hangsUp()
		b.hear("anna has left", map[*phone]float32{other: 0.125, third: 0.5})
		want := []string{
			"add 1 03 for 101, in call " + id + ", by operator admin",
			"join cem from call " + id + ", by operator admin",
		}
		if d := cmp.Diff(want, b.acts()); d != "" {
			t.Errorf("acts (- want, + got):\n%s", d)
		}
	})
}

func TestWhoIsAddedInVain(t *testing.T) {
	for _, tt := range []struct {
		name   string
		device []script
		ends   bool // the live call, meanwhile
		cause  Cause
	}{
		{"who declines", []script{{ends(sec, Declined)}}, false, Declined},
		{"who is not there", nil, false, Unavailable},
		{"for a call that ends", []script{{rings(sec)}}, true, Cancelled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			within(t, func(b *bed) {
				anna, other := b.talking()
				b.extension = &dialplan.Extension{Name: "anna", Number: "101"}
				b.to["103"] = to(cem)
				b.devices["cem"] = tt.device
				if _, err := b.sw.Add(anna.call, Addition{To: "103", For: "anna"}, operator); err != nil {
					t.Fatal(err)
				}
				b.after(2 * sec)
				if tt.ends {
					other.hangsUp()
				} else {
					b.hear("they talk on", map[*phone]float32{anna: 0.5, other: 0.25})
				}
				b.after(sec)
				for _, r := range b.cdrs() {
					if r.From == "101" && r.Cause != string(tt.cause) {
						t.Errorf("ended with %s", r.Cause)
					}
				}
			})
		})
	}
}

func TestWhoCannotBeAdded(t *testing.T) {
	within(t, func(b *bed) {
		anna, _ := b.talking()
		b.to["800"] = to(daily)
		if _, err := b.sw.Add(anna.call, Addition{To: "800", For: "anna"}, operator); err == nil {
			t.Error("for anna, who is no extension of the plan")
		}
		if _, err := b.sw.Add("x", Addition{To: "800"}, operator); err == nil {
			t.Error("to no call")
		}
		b.extension = &dialplan.Extension{Name: "anna", Number: "101"}
		if _, err := b.sw.Add(anna.call, Addition{To: "800"}, operator); err == nil {
			t.Error("for anna or ben")
		}
		if _, err := b.sw.Add(anna.call, Addition{To: "800", For: "anna"}, operator); err != nil {
			t.Error(err)
		}
		b.after(sec) // a conference is not rung
		if r := b.cdrs(); len(r) != 1 || r[0].Cause != string(Unavailable) {
			t.Errorf("records %+v", r)
		}
	})
}

func TestKickAndDigits(t *testing.T) {
	within(t, func(b *bed) {
		first, other, second, third := b.consult()
		if err := b.sw.Join(first.call, second.call, operator); err != nil {
			t.Fatal(err)
		}
		b.after(sec)
		if err := b.sw.DTMF(first.call, "ben", "1*A", operator); err != nil {
			t.Error(err)
		}
		for _, digits := range []string{"", "x", strings.Repeat("1", 33)} {
			if b.sw.DTMF(first.call, "ben", digits, operator) == nil {
				t.Errorf("digits %q were sent", digits)
			}
		}
		if err := b.sw.Kick(first.call, "cem", event.ActKick, Denied, operator); err != nil {
			t.Error(err)
		}
		b.after(sec)
		if third.cause != Denied || len(b.sw.Calls()) != 1 {
			t.Errorf("cem was hung up with %q", third.cause)
		}
		b.hear("the others talk on", map[*phone]float32{second: 0.5, other: 0.25})
		if err := b.sw.Kick(first.call, "ben", event.ActHangup, Busy, operator); err != nil {
			t.Error(err)
		}
		b.after(sec)
		if r := b.cdrs()[1]; r.EndedBy != byOperator {
			t.Errorf("ended by %s", r.EndedBy)
		}
		want := []string{"dtmf ben 3 digits, by operator admin", "kick cem denied, by operator admin", "hangup ben busy, by operator admin"}
		if d := cmp.Diff(want, b.acts()[len(b.acts())-3:]); d != "" {
			t.Errorf("acts (- want, + got):\n%s", d)
		}
	})
}

func TestAConferenceIsLocked(t *testing.T) {
	within(t, func(b *bed) {
		b.to["800"] = to(&dialplan.Conference{Name: "daily", MaxMembers: 3, Music: music("0.125")})
		if err := b.sw.Lock("daily", true, operator); err == nil {
			t.Error("a conference without anybody was locked")
		}
		anna := b.calls("anna", "800")
		b.hear("alone", map[*phone]float32{anna: 0.125})
		if err := b.sw.Lock("daily", true, operator); err != nil {
			t.Error(err)
		}
		if err := b.sw.Lock("daily", true, operator); err == nil {
			t.Error("locked twice")
		}
		late := b.calls("ben", "800")
		b.after(sec)
		if late.cause != Busy || b.cdrs()[0].Text != "the conference is locked" {
			t.Errorf("who came late got %q: %+v", late.cause, b.cdrs()[0])
		}
		if err := b.sw.Lock("daily", false, operator); err != nil {
			t.Error(err)
		}
		cem := b.calls("cem", "800")
		cem.says(0.5)
		b.hear("two", map[*phone]float32{anna: 0.5, cem: 0})

		// Who is added counts, and takes the place of who has called.
		b.extension = &dialplan.Extension{Name: "cem", Number: "103"}
		b.to["104"] = to(dora)
		b.devices["dora"] = []script{{answers(sec)}}
		if _, err := b.sw.Add(cem.call, Addition{To: "104"}, operator); err != nil {
			t.Fatal(err)
		}
		b.after(2 * sec)
		guest := b.legs[len(b.legs)-1]
		guest.says(0.25)
		b.hear("three", map[*phone]float32{anna: 0.75, cem: 0.25, guest: 0.5})
		list := b.sw.Conferences()
		if len(list) != 1 || list[0].Name != "daily" || list[0].Locked || list[0].Most != 3 || len(list[0].Members) != 3 {
			t.Errorf("conferences %+v", list)
		}
		full := b.calls("eve", "800")
		b.after(sec)
		if full.cause != Busy {
			t.Errorf("the fourth got %q", full.cause)
		}
		cem.hangsUp()
		b.hear("cem has left", map[*phone]float32{anna: 0.25, guest: 0})
		call, leg, err := b.sw.InConference("daily", "dora")
		if err != nil || call != cem.call || leg != guest.id {
			t.Errorf("dora is %s in %s: %v", leg, call, err)
		}
		if _, _, err := b.sw.InConference("daily", "zoe"); err == nil {
			t.Error("zoe was found")
		}
		if err := b.sw.Kick(call, leg, event.ActKick, Normal, operator); err != nil {
			t.Error(err)
		}
		b.after(sec)
		b.hear("alone again", map[*phone]float32{anna: 0.125})
		anna.hangsUp()
		b.after(sec)
		if len(b.sw.Conferences()) != 0 {
			t.Error("the conference goes on")
		}
	})
}
