package call

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/dialplan"
)

func TestBlindTransfer(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"], b.to["103"] = to(ben), to(cem)
		b.devices["ben"] = []script{{answers(sec)}}
		b.devices["cem"] = []script{{rings(sec), answers(3 * sec)}}
		b.calls("anna", "102")
		b.after(2 * sec)
		b.legs[1].refers(Refer{To: "103"})
		b.after(4 * sec)
		b.legs[0].hangsUp()
		b.story(`
			0s anna calls 102
			0s dial ben
			1s ben answered
			1s anna: Answer
			2s ben: told that the transfer is proceeding
			2s dial cem
			3s cem ringing
			3s ben: told that the transfer is ringing
			5s cem answered
			5s ben: told that the transfer is answered
			5s ben: Hangup normal
			6s anna ended: normal
			6s cem: Hangup normal
			6.01s over: normal by caller, rang 0s, talked 5s
		`)
		if d := b.dials[1]; d.CallerNumber != "anna" || d.ReferredBy != "102" {
			t.Errorf("cem is dialled as by %q, referred by %q", d.CallerNumber, d.ReferredBy)
		}
		if d := cmp.Diff([]string{"transfer anna 103, by ben"}, b.acts()); d != "" {
			t.Error(d)
		}
		if r := b.cdrs()[0]; len(r.Legs) != 3 || strings.Join(r.Path, " ") != ben.Path()+" "+cem.Path() {
			t.Errorf("record %+v", r)
		}
	})
}

// Nobody answers: back to who transferred, or, if they have left, by a recall.
func TestTransferComesBack(t *testing.T) {
	for _, there := range []bool{true, false} {
		within(t, func(b *bed) {
			b.to["102"], b.to["103"] = to(ben), to(cem)
			b.devices["ben"] = []script{{answers(sec)}}
			b.devices["cem"] = []script{{ends(sec, Busy)}}
			anna := b.calls("anna", "102")
			b.after(2 * sec)
			first := b.legs[1]
			first.refers(Refer{To: "103"})
			synctest.Wait()
			if !there {
				first.hangsUp()
			}
			b.after(3 * sec)
			last := b.legs[len(b.legs)-1]
			if there {
				last = first
			} else if d := b.dials[2]; d.CallerName != "Recall: anna" || d.Extension != ben {
				t.Errorf("the recall is dialled as %+v", d)
			}
			anna.says(0.5)
			b.rooms.step(2)
			if last.hears() == 0 {
				t.Errorf("there %v: they do not talk", there)
			}
			if n := b.sw.lines.calls; n["anna"] != 1 || n["ben"] != 1 || n["cem"] != 0 {
				t.Errorf("calls counted: %v", n)
			}
		})
	}
}

// Of two who are transferred to each other, the codes that act, nobody, and the
// wish of a trunk.
func TestTransferIsRefused(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.to["28"] = to(&dialplan.Schedule{Name: "office"})
		b.to["9"] = to(pstn)
		b.to["0"] = to(&dialplan.Reject{Cause: "denied"})
		b.devices["ben"] = []script{{answers(sec)}}
		b.devices["pstn"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.after(2 * sec)
		for _, to := range []string{"28", "0", "77"} {
			anna.refers(Refer{To: to})
		}
		anna.refers(Refer{Gone: true})
		anna.refers(Refer{Replaces: anna})
		dora := b.calls("dora", "9")
		b.after(2 * sec)
		b.legs[2].refers(Refer{To: "102"})
		b.legs[3].refers(Refer{To: "102"})
		b.after(sec)
		_ = dora
		var got []string
		for _, l := range b.lines {
			if _, told, ok := strings.Cut(l, "transfer is "); ok {
				got = append(got, told)
			}
		}
		want := []string{"ended denied", "ended denied", "ended not_found", "ended not_found", "ended not_now", "proceeding", "ended denied", "answered"}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	})
}

// The longest ringing call that may be picked up is; the rest is not.
func TestPickUp(t *testing.T) {
	sales := func(name string) *dialplan.Extension {
		return &dialplan.Extension{Name: name, Number: name, PickupGroup: "sales"}
	}
	x, y := sales("x"), sales("y")
	group := &dialplan.Group{Name: "office", Members: []dialplan.Destination{x, ben}}
	within(t, func(b *bed) {
		b.to["1"], b.to["2"], b.to["3"] = to(ben), to(group), to(y)
		b.devices["x"], b.devices["y"], b.devices["ben"] = []script{{rings(sec)}}, []script{{rings(sec)}}, []script{{rings(sec)}}
		b.calls("anna", "1")
		b.after(sec)
		second := b.calls("cem", "2")
		b.after(sec)
		b.calls("dora", "3")
		b.after(2 * sec)
		picks := func(who *dialplan.Extension, of dialplan.Destination) *phone {
			f := facts(who.Name, "*8")
			f.From.Extension = who
			p := b.phone(who.Name, KindExtension, nil)
			p.incoming, p.call = true, NewID()
			c := b.sw.newCall(f, b, stateRouting, 70)
			c.facts.ID = p.call
			c.caller = &party{leg: p, road: c.road, who: f.From, incoming: true, added: now()}
			c.parties = []*party{c.caller}
			c.first = func() { c.pickUp(of) }
			p.inbox = c.news
			if err := b.sw.start(c); err != nil {
				t.Fatal(err)
			}
			b.after(sec)
			return p
		}
		if p := picks(ben, x); p.cause != Unavailable {
			t.Errorf("ben of no group picked up what rings at x: %q", p.cause)
		}
		got := picks(sales("z"), nil)
		if got.hangups != 0 {
			t.Fatalf("nothing was picked up: %q", got.cause)
		}
		second.says(0.5)
		b.rooms.step(2)
		if got.hears() == 0 {
			t.Error("the wrong call was picked up, or none")
		}
		for _, p := range b.legs {
			if p.name == "x" && p.cause != AnsweredElsewhere {
				t.Errorf("x stops ringing because of %q", p.cause)
			}
		}
		if p := picks(sales("w"), group); p.cause != Unavailable {
			t.Errorf("what was answered was picked up: %q", p.cause)
		}
		if p := picks(sales("v"), y); p.hangups != 0 {
			t.Errorf("what rings at y was not picked up: %q", p.cause)
		}
		n := 0
		for _, a := range b.acts() {
			if strings.HasPrefix(a, "pickup") {
				n++
			}
		}
		if n != 2 {
			t.Errorf("acts: %q", b.acts())
		}
	})
}
