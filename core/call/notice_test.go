package call

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/event"
)

// told is a decision whose recording is announced.
func told(d dialplan.Destination) dialplan.Decision {
	r := to(d)
	r.Attach = []dialplan.Tool{{
		Name: "record", Plugin: "recorder",
		Announce: &dialplan.Play{Prompt: &dialplan.Prompt{Text: "We record"}, Times: 1, Shown: `say("We record")`},
	}}
	return r
}

// states are those of the call's tool, as its events tell them.
func (b *bed) states() (list []string) {
	for _, e := range b.events {
		if t, ok := e.Data.(event.Tool); ok {
			list = append(list, t.State)
		}
	}
	return list
}

// Both hear that the call is recorded, and what they say is recorded only after
// that. Who holds meanwhile, or comes later, hears it first, too.
func TestARecordingIsAnnounced(t *testing.T) {
	within(t, func(b *bed) {
		box := new(toolbox)
		b.sw.opt.Tools = box
		p := b.speaks(20, 100*ms)
		b.to["102"] = told(ben)
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.after(2 * sec)
		ben := b.legs[1]
		anna.says(0.25)
		ben.says(0.125)
		b.rooms.step(15) // of which 10 give the phones time
		if len(box.all) != 0 || b.sw.Calls()[0].Tools[0].State != "announcing" {
			t.Fatalf("it is recorded before it is announced: %+v", b.sw.Calls()[0].Tools)
		}
		if a, o := anna.hears(), ben.hears(); a != 0.625 || o != 0.75 {
			t.Errorf("anna hears %v and ben %v of what is announced", a, o)
		}
		if err := b.sw.ControlTool(t.Context(), anna.call, "record", "pause", operator); err == nil {
			t.Error("what is not recorded yet can be paused")
		}
		b.after(ms)
		b.rooms.step(16) // in the last one nothing is left to say
		b.after(ms)
		b.rooms.step(10)
		box.all[0].want(t, "anna: 10 ticks, 0 silent, last 0.25", "ben: 10 ticks, 0 silent, last 0.125")
		if p.stopped != 1 || !slices.Equal(b.states(), []string{"announcing", "attaching", "listening"}) {
			t.Errorf("stopped %d times; told %q", p.stopped, b.states())
		}

		// ben holds, and nobody tells him anew: he knows.
		ben.holds(true)
		b.after(ms)
		ben.holds(false)
		b.after(ms)
		b.rooms.step(5)
		anna.hangsUp()
		b.after(sec)
		if tools := b.cdrs()[0].Tools; tools[0].State != "ended" || tools[0].Reason != "" {
			t.Errorf("recorded as %+v", tools)
		}
	})
}

// Who has put the others on hold has not heard what was announced.
func TestWhoHoldsIsToldLater(t *testing.T) {
	within(t, func(b *bed) {
		box := new(toolbox)
		b.sw.opt.Tools = box
		b.speaks(20, 100*ms)
		b.to["102"] = told(ben)
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.after(2 * sec)
		ben := b.legs[1]
		anna.says(0.25)
		ben.says(0.125)
		b.rooms.step(15)
		ben.holds(true)
		b.after(ms)
		b.rooms.step(16) // in the last one nothing is left to say
		b.after(ms)
		b.rooms.step(10)
		box.all[0].want(t, "anna: 10 ticks, 0 silent, last 0.25")
		b.speaks(20, 100*ms)
		ben.holds(false)
		b.after(sec)
		b.rooms.step(31)
		b.after(ms)
		b.rooms.step(10)
		box.all[0].want(t, "anna: 51 ticks, 0 silent, last 0.25", "ben: 10 ticks, 0 silent, last 0.125")
		anna.hangsUp()
		b.after(sec)
	})
}

// What cannot be announced is not recorded, and the call goes on. That is told
// wherever somebody looks.
func TestWhatCannotBeAnnouncedIsNotRecorded(t *testing.T) {
	for name, fails := range map[string]func(*prompted){
		"it cannot be spoken":        func(p *prompted) { p.fails = errors.New("no voice") },
		"it breaks off":              func(p *prompted) { p.breaks = errors.New("no voice") },
		"nothing of it can be heard": func(p *prompted) { p.frames = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			log := faulty(t, func(b *bed) {
				box := new(toolbox)
				b.sw.opt.Tools = box
				fails(b.speaks(20, 100*ms))
				b.to["102"] = told(ben)
				b.devices["ben"] = []script{{answers(sec)}}
				anna := b.calls("anna", "102")
				b.after(2 * sec)
				anna.says(0.25)
				b.rooms.step(40)
				b.after(ms)
				b.rooms.step(10)
				if len(box.all) != 0 {
					t.Error("it is recorded")
				}
				if got := b.legs[1].hears(); got != 0.25 {
					t.Errorf("ben hears %v", got)
				}
				if i := b.sw.Calls()[0].Tools; len(i) != 1 || i[0].State != "lost" || i[0].Reason == "" {
					t.Errorf("shown as %+v", i)
				}
				anna.hangsUp()
				b.after(sec)
				r := b.cdrs()[0]
				if r.Cause != "normal" || r.Tools[0].State != "lost" || r.Tools[0].Frames != 0 {
					t.Errorf("recorded as %+v", r)
				}
				if s := b.states(); s[len(s)-1] != "lost" {
					t.Errorf("told %q", s)
				}
			})
			if !strings.Contains(log, "[ERROR] a tool is lost") || !strings.Contains(log, "the announcement cannot be heard") {
				t.Errorf("the log says\n%s", log)
			}
		})
	}
}

// A route may say where callers go whose call cannot be recorded.
func TestWhereCallersGoThatCannotBeTold(t *testing.T) {
	faulty(t, func(b *bed) {
		b.sw.opt.Tools = new(toolbox)
		b.speaks(20, 100*ms).fails = errors.New("no voice")
		d := told(ben)
		d.OnPluginLost = &dialplan.Reject{Cause: "unavailable"}
		b.to["102"] = d
		b.devices["ben"] = []script{{answers(sec)}}
		b.calls("anna", "102")
		b.after(3 * sec)
		if r := b.cdrs(); len(r) != 1 || r[0].Cause != "unavailable" {
			t.Errorf("%+v", r)
		}
	})
}

// Who hangs up before they know is not recorded.
func TestACallThatEndsBeforeItIsAnnounced(t *testing.T) {
	within(t, func(b *bed) {
		box := new(toolbox)
		b.sw.opt.Tools = box
		p := b.speaks(200, 100*ms)
		b.to["102"] = told(ben)
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.after(2 * sec)
		b.rooms.step(15)
		anna.hangsUp()
		b.after(sec)
		if tools := b.cdrs()[0].Tools; len(box.all) != 0 || tools[0].State != "ended" || tools[0].Frames != 0 || tools[0].Reason == "" || p.stopped != 1 {
			t.Errorf("recorded as %+v", tools)
		}
	})
}
