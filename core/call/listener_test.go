package call

import (
	"errors"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/sdk/event"
)

// listening is a call from anna to ben that cem listens to.
func (b *bed) listening() (anna, other, third *phone) {
	b.t.Helper()
	anna, other = b.talking()
	b.extension = cem
	b.devices["cem"] = []script{{answers(sec)}}
	if _, err := b.sw.Listen(anna.call, "102", operator); err != nil {
		b.t.Fatal(err)
	}
	b.after(2 * sec)
	third = b.legs[len(b.legs)-1]
	third.says(0.125)
	return anna, other, third
}

func TestAListenerHearsAndIsNotHeard(t *testing.T) {
	within(t, func(b *bed) {
		b.music = music("0.03125")
		anna, other, third := b.listening()
		b.hear("all hear", map[*phone]float32{anna: 0.5, other: 0.25, third: 0.75})
		c, _ := b.sw.Call(anna.call)
		if len(c.Legs) != 3 || !c.Legs[2].Listens || c.Legs[0].Listens {
			t.Errorf("legs %+v", c.Legs)
		}

		// Nothing that they do comes to the others.
		third.presses('5')
		if err := b.sw.Mute(anna.call, "cem", false, operator); err == nil {
			b.hear("unmuted", map[*phone]float32{anna: 0.5, other: 0.25})
		}
		third.holds(true)
		b.hear("they hold", map[*phone]float32{anna: 0.5, other: 0.25, third: 0})
		third.holds(false)
		other.holds(true)
		b.hear("one who talks holds: the other hears music", map[*phone]float32{anna: 0.03125, other: 0})
		other.holds(false)
		b.after(0)
		b.mu.Lock()
		if all := strings.Join(b.lines, "\n"); strings.Contains(all, "Digit") {
			t.Error(all)
		}
		b.mu.Unlock()
		if err := b.sw.Kick(anna.call, "cem", event.ActKick, Normal, operator); err != nil {
			t.Error(err)
		}
		b.hear("they are gone", map[*phone]float32{anna: 0.5, other: 0.25})
		anna.hangsUp()
		b.after(sec)
		for _, r := range b.cdrs() {
			if r.ID != anna.call {
				continue
			}
			if len(r.Listeners) != 1 || r.Listeners[0].By.Name != "admin" || r.Listeners[0].Leg != third.id || !r.Listeners[0].Ended.After(r.Listeners[0].Began) {
				t.Errorf("record %+v", r.Listeners)
			}
		}
		if acts := strings.Join(b.acts(), "\n"); !strings.Contains(acts, "listen cem") || !strings.Contains(acts, "by operator admin") {
			t.Error(acts)
		}
	})
}

// One who listens keeps nobody in a call.
func TestACallEndsAsIfNobodyListened(t *testing.T) {
	within(t, func(b *bed) {
		_, other, third := b.listening()
		other.hangsUp()
		b.after(sec)
		if n := len(b.sw.Calls()); n != 0 || !third.ended {
			t.Errorf("%d calls are left", n)
		}
	})
}

func TestWhoCannotListen(t *testing.T) {
	within(t, func(b *bed) {
		anna, _ := b.talking()
		var no *Error
		b.extension = cem
		for _, tt := range []struct {
			call, number string
			cause        Cause
		}{{anna.call, "999", NotFound}, {"x", "102", NotFound}} {
			if _, err := b.sw.Listen(tt.call, tt.number, operator); !errors.As(err, &no) || no.Cause != tt.cause {
				t.Errorf("%s by %s: %v", tt.call, tt.number, err)
			}
		}
		b.extension = ben // who is in it
		if _, err := b.sw.Listen(anna.call, "102", operator); !errors.As(err, &no) || no.Cause != NotNow {
			t.Error(err)
		}
		b.extension = cem // whose phone declines
		b.devices["cem"] = []script{{ends(sec, Declined)}}
		if _, err := b.sw.Listen(anna.call, "102", operator); err != nil {
			t.Error(err)
		}
		b.after(2 * sec)
		if n := len(b.sw.Calls()); n != 1 {
			t.Errorf("%d calls", n)
		}
	})
}
