package call

import (
	"slices"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/dialplan"
)

// press has a phone press keys, a moment after each other.
func (b *bed) press(p *phone, keys string) {
	for _, k := range []byte(keys) {
		p.presses(k)
		b.after(200 * ms)
	}
}

// keys are what a phone was sent of the keys that others press.
func (b *bed) keys(label string) (keys string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.lines {
		if _, key, ok := strings.Cut(l, label+": Digit "); ok {
			keys += key
		}
	}
	return keys
}

// announce lets the prompt that is played next be ready, and heard to its end.
func (b *bed) announce() {
	b.after(200 * ms)
	b.rooms.step(31)
	b.after(ms)
}

// Who may has the call recorded by a code: the others hear what that means, and
// nothing of its keys.
func TestACallIsRecordedByACode(t *testing.T) {
	within(t, func(b *bed) {
		box := new(toolbox)
		b.sw.opt.Tools = box
		b.to["102"] = to(&dialplan.Extension{Name: "ben", Number: "102", RecordOnDemand: true})
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.after(2 * sec)
		ben := b.legs[1]
		anna.says(0.25)

		b.press(anna, "*1") // she may not
		if b.keys("ben") != "*1" || len(b.sw.Calls()[0].Tools) != 0 {
			t.Errorf("ben is sent %q; tools %+v", b.keys("ben"), b.sw.Calls()[0].Tools)
		}
		b.press(ben, "*2") // nothing is recorded
		p := b.speaks(20, 100*ms)
		b.press(ben, "*1")
		b.announce()
		if p.of.Text != "We record" || len(box.all) != 1 || b.keys("anna") != "" {
			t.Fatalf("announced %+v, %d tools, anna is sent %q", p.of, len(box.all), b.keys("anna"))
		}
		state := func() string { return b.sw.Calls()[0].Tools[0].State }
		for _, want := range []struct{ keys, state, tone string }{
			{"*2", "paused", toneEnds}, {"*2", "resumed", toneBegins}, {"*2", "paused", toneEnds},
		} {
			p = b.speaks(20, 100*ms)
			b.press(ben, want.keys)
			if s := state(); s != want.state {
				t.Errorf("the tool is %s, want %s", s, want.state)
			}
			b.announce()
			if p.of.Tone != want.tone || p.stopped != 1 {
				t.Errorf("heard %+v, stopped %d times", p.of, p.stopped)
			}
		}
		p = b.speaks(20, 100*ms)
		b.press(ben, "*1")
		b.announce()
		if len(b.sw.Calls()[0].Tools) != 0 || !box.all[0].closed || p.of.Tone != toneEnds {
			t.Errorf("tools %+v, closed %v, heard %+v", b.sw.Calls()[0].Tools, box.all[0].closed, p.of)
		}
		if want := []string{"pause", "resume", "pause"}; !slices.Equal(box.all[0].wishes, want) {
			t.Errorf("wished %q", box.all[0].wishes)
		}
		want := []string{
			"record ben start record, by ben", "record pause record, by ben", "record resume record, by ben",
			"record pause record, by ben", "record stop record, by ben",
		}
		if got := b.acts(); !slices.Equal(got, want) {
			t.Errorf("acts\n%q\nwant\n%q", got, want)
		}
		anna.hangsUp()
		b.after(sec)
	})
}

// Keys that are no code reach the others, in order.
func TestKeysThatAreNoCode(t *testing.T) {
	for pressed, want := range map[string]string{"*7": "*7", "**7": "**7", "5*": "5*", "*": "*", "**1": "*", "1*1": "1"} {
		within(t, func(b *bed) {
			b.sw.opt.Tools = new(toolbox)
			b.speaks(20, 100*ms)
			b.to["102"] = to(&dialplan.Extension{Name: "ben", Number: "102", RecordOnDemand: true})
			b.devices["ben"] = []script{{answers(sec)}}
			anna := b.calls("anna", "102")
			b.after(2 * sec)
			b.press(b.legs[1], pressed)
			b.after(codeWait)
			if got := b.keys("anna"); got != want {
				t.Errorf("%s: anna is sent %q, want %q", pressed, got, want)
			}
			anna.hangsUp()
			b.after(sec)
		})
	}
}

// What a route has recorded goes on, whoever presses what; a pause is allowed.
func TestARoutesRecordingIsNotEndedByACode(t *testing.T) {
	within(t, func(b *bed) {
		box := new(toolbox)
		b.sw.opt.Tools = box
		b.speaks(20, 100*ms)
		var texts []Text
		b.sw.opt.Text = func(x Text) { texts = append(texts, x) }
		b.to["102"] = recorded(&dialplan.Extension{Name: "ben", Number: "102", RecordOnDemand: true})
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.after(2 * sec)
		b.press(b.legs[1], "*1")
		if tools := b.sw.Calls()[0].Tools; len(tools) != 2 || len(texts) != 1 || !strings.Contains(texts[0].Text, "always recorded") {
			t.Errorf("tools %+v, told %+v", tools, texts)
		}
		b.press(b.legs[1], "*2")
		if s := b.sw.Calls()[0].Tools[0].State; s != "paused" {
			t.Errorf("the tool is %s", s)
		}
		anna.hangsUp()
		b.after(sec)
	})
}
