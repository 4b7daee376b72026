package call

import (
	"errors"
	"testing"

	"github.com/plugboard/plugboard/core/dialplan"
)

func board(announce *dialplan.Play) dialplan.Decision {
	return to(&dialplan.Conference{Name: "board", Number: "800", Tool: &dialplan.Tool{Name: "conference", Plugin: "recorder", Announce: announce}})
}

// A conference is recorded as one, whoever comes and goes, until it is empty.
func TestAConferenceIsRecorded(t *testing.T) {
	within(t, func(b *bed) {
		box := new(toolbox)
		b.sw.opt.Tools = box
		b.to["800"] = board(nil)
		anna := b.calls("anna", "800")
		anna.says(0.25)
		b.rooms.step(10)
		ben := b.calls("ben", "800")
		ben.says(0.125)
		b.rooms.step(10)
		anna.hangsUp()
		b.after(sec)
		b.rooms.step(10)
		cem := b.calls("cem", "800")
		b.rooms.step(10)
		if len(box.all) != 1 || box.all[0].closed {
			t.Fatalf("%d tools, the first closed: %v", len(box.all), box.all[0].closed)
		}
		for _, c := range b.sw.Calls() {
			if len(c.Tools) != 1 || c.Tools[0].Name != "conference" || c.Tools[0].State != "listening" {
				t.Errorf("shown as %+v", c.Tools)
			}
		}
		if f := box.all[0].call; f.From != "conference.board" || f.To != "800" || f.ID == anna.call || f.ID == "" {
			t.Errorf("attached to %+v", f)
		}
		box.all[0].want(t, "anna: 20 ticks, 0 silent, last 0.25, left", "ben: 30 ticks, 0 silent, last 0.125", "cem: 10 ticks, 10 silent, last 0")
		ben.hangsUp()
		cem.hangsUp()
		b.after(sec)
		if !box.all[0].closed {
			t.Error("the tool of an empty conference is open")
		}
		b.calls("anna", "800").hangsUp() // another time is another recording
		b.after(sec)
		if len(box.all) != 2 || box.all[0].call.ID == box.all[1].call.ID || !box.all[1].closed {
			t.Errorf("%d tools", len(box.all))
		}
		for _, r := range b.cdrs() {
			if len(r.Tools) != 1 || r.Tools[0].State != "ended" {
				t.Errorf("recorded as %+v", r.Tools)
			}
		}
	})
}

// Who comes hears that it is recorded while they are alone, and comes in then. Who
// cannot be told is in it, and not in the recording.
func TestWhoComesIntoARecordedConferenceIsTold(t *testing.T) {
	faulty(t, func(b *bed) {
		box := new(toolbox)
		b.sw.opt.Tools = box
		b.to["800"] = board(b.Announcement())
		b.speaks(20, 100*ms)
		anna := b.calls("anna", "800")
		b.after(sec)
		b.rooms.step(15)
		if len(box.all) != 0 || b.sw.Members("board") != 0 || anna.hears() != 0.5 {
			t.Errorf("%d tools, %d members, anna hears %v", len(box.all), b.sw.Members("board"), anna.hears())
		}
		b.announce()
		if len(box.all) != 1 || b.sw.Members("board") != 1 {
			t.Fatalf("%d tools, %d members", len(box.all), b.sw.Members("board"))
		}
		anna.says(0.25)
		b.speaks(20, 100*ms)
		ben := b.calls("ben", "800")
		b.announce()
		ben.says(0.125)
		b.speaks(20, 100*ms).fails = errors.New("no voice")
		cem := b.calls("cem", "800")
		b.after(sec)
		cem.says(0.0625)
		b.rooms.step(10)
		if got := anna.hears(); got != 0.1875 {
			t.Errorf("anna hears %v", got)
		}
		if n := len(box.all[0].heard()); n != 2 || len(box.all) != 1 {
			t.Errorf("%d sources: %q", n, box.all[0].heard())
		}
		for _, c := range b.sw.Calls() {
			want := "listening"
			if c.From == "cem" {
				want = "lost"
			}
			if len(c.Tools) != 1 || c.Tools[0].State != want {
				t.Errorf("%s is shown as %+v", c.From, c.Tools)
			}
		}
		for _, p := range []*phone{anna, ben, cem} {
			p.hangsUp()
		}
		b.after(sec)
		if !box.all[0].closed || b.sw.Members("board") != 0 {
			t.Errorf("closed %v, %d members", box.all[0].closed, b.sw.Members("board"))
		}
	})
}

// The tool of a conference is lost to all who are in it, and to who comes.
func TestTheToolOfAConferenceIsLost(t *testing.T) {
	faulty(t, func(b *bed) {
		box := new(toolbox)
		b.sw.opt.Tools = box
		b.to["800"] = board(nil)
		anna, ben := b.calls("anna", "800"), b.calls("ben", "800")
		b.after(ms)
		box.all[0].tell(ToolNews{What: ToolLost, Text: "the disk is full"})
		b.after(ms)
		cem := b.calls("cem", "800")
		for _, c := range b.sw.Calls() {
			if len(c.Tools) != 1 || c.Tools[0].State != "lost" || c.Tools[0].Reason != "the disk is full" {
				t.Errorf("%s is shown as %+v", c.From, c.Tools)
			}
		}
		for _, p := range []*phone{anna, ben, cem} {
			p.hangsUp()
		}
		b.after(sec)
		if len(box.all) != 1 {
			t.Errorf("%d tools", len(box.all))
		}
	})
}
