package call

import (
	"errors"
	"sync"
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
)

// ear is a tap that counts.
type ear struct {
	mu                  sync.Mutex
	says, hears         float32
	ticks, quiet, ended int
}

func (e *ear) Take(_ uint64, says, hears *audio.Frame) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ticks++
	e.hears = hears[audio.Samples-1]
	if says == nil {
		e.quiet++
	} else {
		e.says = says[audio.Samples-1]
	}
}

func (e *ear) End() { e.mu.Lock(); e.ended++; e.mu.Unlock() }

func TestTap(t *testing.T) {
	within(t, func(b *bed) {
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.after(2 * sec)
		id := b.sw.Calls()[0].ID
		anna.says(0.25)
		b.legs[1].says(0.125)
		one, two, late := new(ear), new(ear), new(ear)
		if err := b.sw.Tap(id, anna.id, one); err != nil {
			t.Fatal(err)
		}
		b.after(ms)
		b.rooms.step(10)
		if one.ticks != 10 || one.says != 0.25 || one.hears != 0.125 || one.quiet != 0 {
			t.Errorf("%+v", one)
		}
		if b.legs[1].hears() != 0.25 {
			t.Error("the call is not as it was")
		}
		// Another takes its place, and goes.
		b.sw.Tap(id, anna.id, two)
		b.after(ms)
		anna.says(0)
		b.rooms.step(10)
		if one.ended != 1 || one.ticks != 10 || two.ticks != 10 || two.quiet != 10 {
			t.Errorf("%+v %+v", one, two)
		}
		b.sw.Untap(id, anna.id, one) // is not there
		b.sw.Untap(id, anna.id, two)
		b.after(ms)
		b.rooms.step(10)
		if two.ticks != 10 {
			t.Errorf("%+v", two)
		}
		// One that is there at the end of the leg is told.
		b.sw.Tap(id, anna.id, late)
		var refused *Error
		if err := b.sw.Tap(id, "nobody", one); !errors.As(err, &refused) || refused.Cause != NotFound {
			t.Error(err)
		}
		if err := b.sw.Tap("nothing", anna.id, one); !errors.As(err, &refused) {
			t.Error(err)
		}
		b.after(ms)
		b.sw.Hangup(id, Normal, operator)
		b.after(sec)
		if late.ended != 1 || two.ended != 0 {
			t.Errorf("%+v %+v", late, two)
		}
	})
}
