package call

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/sdk/event"
)

// acts are what was done, and by whom, a line each.
func (b *bed) acts() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for _, e := range b.events {
		a, ok := e.Data.(event.Act)
		if !ok {
			continue
		}
		line := a.Act
		for _, more := range []string{a.Number, a.To, a.Text} {
			if more != "" {
				line += " " + more
			}
		}
		out = append(out, fmt.Sprintf("%s, by %s", line, a.By))
	}
	return out
}

func TestEachActSaysWhoDidIt(t *testing.T) {
	within(t, func(b *bed) {
		b.to["103"] = to(cem)
		b.extension = ben
		b.devices["ben"] = []script{{answers(1 * sec)}}
		b.devices["cem"] = []script{{answers(1 * sec)}}
		id, err := b.sw.Originate(Origination{From: "102", To: "103"}, operator)
		if err != nil {
			t.Fatal(err)
		}
		b.after(3 * sec)
		b.legs[1].holds(true)
		b.after(sec)
		b.legs[1].holds(false)
		b.after(sec)
		b.sw.Hangup(id, Busy, Actor{Kind: event.ByPlugin, Name: "ivr"})
		b.after(sec)
		want := []string{"call 103, by operator admin", "hold cem, by cem", "resume cem, by cem", "hangup busy, by plugin ivr"}
		if d := cmp.Diff(want, b.acts()); d != "" {
			t.Errorf("acts (- want, + got):\n%s", d)
		}
	})
}

func TestAnActOnACallThatIsOver(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{answers(sec)}}
		a := b.calls("anna", "102")
		b.after(2 * sec)
		if err := b.sw.act(a.call, func(*Call) *Error { return &Error{NotNow, "no"} }); err == nil {
			t.Error("what an act says is lost")
		}
		if err := b.sw.act(a.call, func(*Call) *Error { return nil }); err != nil {
			t.Errorf("an act that worked: %v", err)
		}
		b.legs[1].set(func() { b.legs[1].stuck = true })
		b.sw.Hangup(a.call, Normal, operator)
		b.after(sec) // it is ending
		if err := b.sw.Hangup(a.call, Normal, operator); err == nil {
			t.Error("a call that is ending was hung up again")
		}
		b.legs[1].hangsUp()
		b.after(sec)
		if err := b.sw.Hangup(a.call, Normal, operator); err == nil {
			t.Error("a call that is over was hung up")
		}
	})
}
