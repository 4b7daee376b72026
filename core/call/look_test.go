package call

import (
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/event"
)

// A verdict is told when it begins and when it ends, is seen with the leg
// meanwhile, and stays in the record.
func TestVerdictsOfACall(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{answers(sec)}}
		b.calls("anna", "102")
		b.after(3 * sec)
		other := b.legs[1]
		other.holds(true)
		b.after(3 * sec)
		legs := b.sw.Calls()[0].Legs
		if len(legs[0].Verdicts) != 0 || len(legs[1].Verdicts) != 1 || legs[1].Verdicts[0].Code != "held" {
			t.Errorf("%+v", legs)
		}
		other.holds(false)
		b.after(3 * sec)
		if legs := b.sw.Calls()[0].Legs; len(legs[1].Verdicts) != 0 {
			t.Errorf("%+v", legs)
		}
		b.sw.Hangup(b.sw.Calls()[0].ID, Normal, operator)
		b.after(sec)
		var told []event.LegVerdict
		for _, e := range b.events {
			if v, ok := e.Data.(event.LegVerdict); ok {
				if e.Type != event.LegVerdicts || v.Leg != other.id || v.Number != other.name || v.Code != "held" {
					t.Errorf("%+v", e)
				}
				told = append(told, v)
			}
		}
		if len(told) != 2 || told[0].Until != nil || told[1].Until == nil || told[1].Until.Sub(told[1].Since) != 3*sec {
			t.Errorf("%+v", told)
		}
		r := b.cdrs()[0]
		if got := r.Legs[1].Verdicts; len(got) != 1 || got[0].Text != told[0].Text || got[0].Until == nil || len(r.Legs[0].Verdicts) != 0 {
			t.Errorf("%+v", r.Legs)
		}
		if since := told[0].Since; since.Location() != time.UTC {
			t.Errorf("since %v", since)
		}
	})
}
