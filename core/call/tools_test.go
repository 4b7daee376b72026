package call

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/dialplan"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/event"
	"github.com/plugboard/plugboard/sdk/tool"
)

// toolbox is a plugin host whose tools keep what they are given.
type toolbox struct {
	mu  sync.Mutex
	all []*fakeTool
}

type fakeTool struct {
	call tool.Call
	tell func(ToolNews)

	mu      sync.Mutex
	sources []*fakeSource
	closed  bool
	wishes  []string
}

type fakeSource struct {
	tool.Speaker
	mu     sync.Mutex
	ticks  []uint64
	last   float32
	silent int
	left   bool
	late   bool // heard something after it had left
}

// Attach implements Tools.
func (b *toolbox) Attach(plugin string, c tool.Call, tell func(ToolNews)) (Tool, error) {
	if plugin == "nobody" {
		return nil, errors.New(`no plugin "nobody" is configured`)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	t := &fakeTool{call: c, tell: tell}
	b.all = append(b.all, t)
	go tell(ToolNews{What: ToolListens})
	return t, nil
}

func (t *fakeTool) Source(s tool.Speaker) ToolSource {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := &fakeSource{Speaker: s}
	t.sources = append(t.sources, n)
	return n
}

func (t *fakeTool) Control(_ context.Context, verb string) error {
	if verb == "sing" {
		return errors.New("it does not sing")
	}
	t.wishes = append(t.wishes, verb)
	go t.tell(ToolNews{What: ToolDoes, Text: verb + "d"})
	return nil
}

func (t *fakeTool) Counts() (frames, missed uint64) { return 100, 3 }
func (t *fakeTool) Close()                          { t.mu.Lock(); t.closed = true; t.mu.Unlock() }

func (s *fakeSource) Hear(tick uint64, f *audio.Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late = s.late || s.left
	s.ticks = append(s.ticks, tick)
	if f == nil {
		s.silent++
		return
	}
	s.last = f[audio.Samples-1]
}

func (s *fakeSource) Leave() { s.mu.Lock(); s.left = true; s.mu.Unlock() }

// heard is what became of each source, a line each.
func (t *fakeTool) heard() (lines []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.sources {
		s.mu.Lock()
		line := fmt.Sprintf("%s: %d ticks, %d silent, last %g", s.Number, len(s.ticks), s.silent, s.last)
		if s.left {
			line += ", left"
		}
		if s.late {
			line += ", HEARD AFTER THAT"
		}
		lines = append(lines, line)
		s.mu.Unlock()
	}
	return lines
}

func (t *fakeTool) want(tt *testing.T, lines ...string) {
	tt.Helper()
	if got := t.heard(); !slices.Equal(got, lines) {
		tt.Errorf("%s heard\n%q\nwant\n%q", t.call.Tool, got, lines)
	}
}

func recorded(d dialplan.Destination) dialplan.Decision {
	r := to(d)
	r.Attach = []dialplan.Tool{{Name: "record", Plugin: "recorder"}, {Name: "n", Plugin: "meter"}}
	return r
}

func TestARoutesToolsHearEachPartyFromTheAnswerOn(t *testing.T) {
	within(t, func(b *bed) {
		box := new(toolbox)
		b.sw.opt.Tools = box
		b.to["102"] = recorded(ben)
		b.devices["ben"] = []script{{rings(sec), answers(2 * sec)}}
		anna := b.calls("anna", "102")
		b.after(1500 * ms)
		b.rooms.step(3)
		if i := b.sw.Calls()[0]; len(i.Tools) != 2 || i.Tools[0].Name != "record" || i.Tools[0].Plugin != "recorder" || i.Tools[0].State != "listening" || i.Tools[1].Name != "n" {
			t.Errorf("shown as %+v", i.Tools)
		}
		b.after(sec)
		anna.says(0.25)
		b.legs[1].says(0.125)
		b.rooms.step(10)
		b.legs[1].holds(true)
		b.after(ms)
		b.rooms.step(10)
		b.legs[1].holds(false)
		b.after(ms)
		b.rooms.step(10)
		for _, one := range box.all {
			one.want(t, "anna: 30 ticks, 0 silent, last 0.25", "ben: 30 ticks, 9 silent, last 0.125") // a voice fades away
		}
		anna.hangsUp()
		b.after(sec)
		for _, one := range box.all {
			if !one.closed {
				t.Errorf("%s is still open", one.call.Tool)
			}
		}
		c := box.all[0].call
		if c.ID != anna.call || c.From != "anna" || c.To != "102" || c.Tool != "record" || c.Attachment == box.all[1].call.Attachment {
			t.Errorf("attached to %+v", c)
		}
		tools := b.cdrs()[0].Tools
		if len(tools) != 2 || tools[0].Name != "record" || tools[0].State != "ended" || tools[0].Frames != 100 || tools[0].Missed != 3 || len(tools[0].Gaps) != 0 {
			t.Errorf("recorded as %+v", tools)
		}
	})
}

func TestAToolComesAndGoesInTheMiddleOfACall(t *testing.T) {
	within(t, func(b *bed) {
		box := new(toolbox)
		b.sw.opt.Tools = box
		b.to["102"] = to(ben)
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.after(2 * sec)
		anna.says(0.25)
		b.rooms.step(10)
		i, err := b.sw.AttachTool(anna.call, ToolWish{Name: "record", Plugin: "recorder"}, operator)
		if err != nil || i.State != "attaching" {
			t.Fatalf("%+v, %v", i, err)
		}
		b.after(ms)
		b.rooms.step(10)
		if _, err := b.sw.AttachTool(anna.call, ToolWish{Name: "record", Plugin: "recorder"}, operator); err == nil || err.(*Error).Cause != NotNow {
			t.Errorf("attached twice: %v", err)
		}
		if err := b.sw.ControlTool(t.Context(), anna.call, "record", tool.Pause, operator); err != nil {
			t.Error(err)
		}
		if err := b.sw.ControlTool(t.Context(), anna.call, "record", "sing", operator); err == nil || err.Error() != "not_now: it does not sing" {
			t.Errorf("sing: %v", err)
		}
		b.after(ms)
		if s := b.sw.Calls()[0].Tools[0].State; s != "paused" {
			t.Errorf("shown as %s", s)
		}
		if err := b.sw.DetachTool(anna.call, "record", operator); err != nil {
			t.Error(err)
		}
		b.rooms.step(10)
		for _, err := range []error{
			b.sw.DetachTool(anna.call, "record", operator), b.sw.DetachTool("x", "record", operator),
			b.sw.ControlTool(t.Context(), anna.call, "record", tool.Pause, operator),
		} {
			if err == nil || err.(*Error).Cause != NotFound {
				t.Errorf("a tool that is not there: %v", err)
			}
		}
		box.all[0].want(t, "anna: 10 ticks, 0 silent, last 0.25, left", "ben: 10 ticks, 10 silent, last 0, left")
		if len(b.sw.Calls()[0].Tools) != 0 || !box.all[0].closed {
			t.Errorf("it is still there: %+v", b.sw.Calls()[0].Tools)
		}
		if _, err := b.sw.AttachTool(anna.call, ToolWish{Name: "record", Plugin: "recorder"}, operator); err != nil {
			t.Errorf("it cannot come again: %v", err)
		}
		want := []string{"record start record, by operator admin", "record pause record, by operator admin",
			"record stop record, by operator admin", "record start record, by operator admin"}
		if got := b.acts(); !slices.Equal(got, want) {
			t.Errorf("acts %q", got)
		}
	})
}

// A record says what a tool heard until it was stopped, by hand or by the end of the
// call; what it heard before its plugin ended counts once.
func TestWhatAToolHeardIsCountedOnce(t *testing.T) {
	for _, tt := range []struct {
		what    string
		before  []ToolNews
		stopped bool
		frames  uint64
		gap     time.Duration
	}{
		{"by hand", nil, true, 100, 0},
		{"by the end", nil, false, 100, 0},
		{"by hand, while it is away", []ToolNews{{What: ToolAway, Frames: 50}}, true, 50, 100 * ms},
		{"by the end, while it is away", []ToolNews{{What: ToolAway, Frames: 50}}, false, 50, 1100 * ms},
		{"by hand, in its second life", []ToolNews{{What: ToolAway, Frames: 50}, {What: ToolListens}}, true, 150, 100 * ms},
		{"by the end, after a life that did not listen", []ToolNews{{What: ToolAway, Frames: 50}, {What: ToolAway}}, false, 50, 1200 * ms},
		{"by itself", []ToolNews{{What: ToolEnded, Frames: 70}}, false, 70, 0},
	} {
		within(t, func(b *bed) {
			box := new(toolbox)
			b.sw.opt.Tools = box
			b.to["102"] = recorded(ben)
			b.devices["ben"] = []script{{answers(sec)}}
			anna := b.calls("anna", "102")
			b.after(2 * sec)
			for _, n := range tt.before {
				box.all[0].tell(n)
				b.after(100 * ms)
			}
			if tt.stopped {
				if err := b.sw.DetachTool(anna.call, "record", operator); err != nil {
					t.Fatal(err)
				}
			}
			b.after(sec)
			anna.hangsUp()
			b.after(sec)
			r, gap := b.cdrs()[0].Tools[0], time.Duration(0)
			for _, g := range r.Gaps {
				gap += g.To.Sub(g.From)
			}
			if r.State != "ended" || r.Frames != tt.frames || gap.Truncate(100*ms) != tt.gap {
				t.Errorf("%s: recorded as %+v, want %d frames and a gap of %v", tt.what, r, tt.frames, tt.gap)
			}
			b.mu.Lock()
			b.log.Reset() // that it is away is worth a warning
			b.mu.Unlock()
		})
	}
}

// What becomes of a tool is its own affair: the call goes on, and its record
// says what was not heard.
func TestACallOutlivesItsTools(t *testing.T) {
	within(t, func(b *bed) {
		box := new(toolbox)
		b.sw.opt.Tools = box
		d := recorded(ben)
		d.Attach = append(d.Attach, dialplan.Tool{Name: "x", Plugin: "nobody"})
		b.to["102"] = d
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.after(2 * sec)
		box.all[0].tell(ToolNews{What: ToolAway, Text: "the plugin ended", Frames: 50, Missed: 1})
		b.after(sec)
		if i := b.sw.Calls()[0].Tools; i[0].State != "away" || i[0].Reason != "the plugin ended" || i[2].State != "lost" {
			t.Errorf("shown as %+v", i)
		}
		box.all[0].tell(ToolNews{What: ToolListens})
		box.all[1].tell(ToolNews{What: ToolLost, Text: "it gave up"})
		b.after(sec)
		b.rooms.step(5)
		box.all[0].want(t, "anna: 5 ticks, 5 silent, last 0", "ben: 5 ticks, 5 silent, last 0")
		box.all[1].want(t, "anna: 0 ticks, 0 silent, last 0, left", "ben: 0 ticks, 0 silent, last 0, left")
		if i := b.sw.Calls()[0]; i.State != "up" {
			t.Errorf("the call is %s", i.State)
		}
		anna.hangsUp()
		b.after(sec)
		tools := b.cdrs()[0].Tools
		first, second, third := tools[0], tools[1], tools[2]
		if first.State != "ended" || first.Frames != 150 || first.Missed != 4 || len(first.Gaps) != 1 || first.Gaps[0].To.Sub(first.Gaps[0].From) != sec || first.Gaps[0].Reason != "the plugin ended" {
			t.Errorf("the one that was away: %+v", first)
		}
		if second.State != "lost" || second.Reason != "it gave up" || len(second.Gaps) != 1 || second.Gaps[0].To.Sub(second.Gaps[0].From) < sec {
			t.Errorf("the one that is lost: %+v", second)
		}
		if third.State != "lost" || third.Reason != `no plugin "nobody" is configured` {
			t.Errorf("the one that never was: %+v", third)
		}
		b.mu.Lock()
		b.log.Reset() // they are errors, and meant to be
		b.mu.Unlock()
	})
}

// A party that moves is heard by the tools of the call that it is in.
func TestToolsOfAPartyThatMoves(t *testing.T) {
	within(t, func(b *bed) {
		box := new(toolbox)
		b.sw.opt.Tools = box
		b.to["102"], b.to["103"] = recorded(ben), recorded(cem)
		b.devices["ben"], b.devices["cem"] = []script{{answers(sec)}}, []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.after(2 * sec)
		again := b.calls("ben", "103") // ben asks cem whether anna may come
		b.after(2 * sec)
		anna.says(0.25)
		b.rooms.step(4)
		if err := b.sw.Transfer(anna.call, Transfer{Into: again.call}, operator); err != nil {
			t.Fatal(err)
		}
		b.after(50 * ms)
		b.rooms.step(4)
		box.all[0].want(t, "anna: 4 ticks, 0 silent, last 0.25, left", "ben: 4 ticks, 4 silent, last 0, left")
		box.all[2].want(t, "ben: 4 ticks, 4 silent, last 0, left", "cem: 8 ticks, 8 silent, last 0", "anna: 4 ticks, 0 silent, last 0.25")
		if n := len(b.cdrs()); n != 1 || !box.all[0].closed {
			t.Errorf("%d calls are over", n)
		}
	})
}

func TestEventsOfATool(t *testing.T) {
	within(t, func(b *bed) {
		box := new(toolbox)
		b.sw.opt.Tools = box
		b.to["102"] = to(ben)
		b.to["102"] = dialplan.Decision{To: ben, Attach: []dialplan.Tool{{Name: "n", Plugin: "meter"}}}
		b.devices["ben"] = []script{{answers(sec)}}
		anna := b.calls("anna", "102")
		b.after(2 * sec)
		box.all[0].tell(ToolNews{What: ToolEnded})
		b.after(ms)
		anna.hangsUp()
		b.after(sec)
		var states []string
		for _, e := range b.events {
			if s, ok := e.Data.(event.Tool); ok && e.Type == event.ToolChanged {
				states = append(states, s.Name+" "+s.State)
			}
		}
		if want := []string{"n attaching", "n listening", "n ended"}; !slices.Equal(states, want) {
			t.Errorf("told %q, want %q", states, want)
		}
	})
}

// A call whose route says where to goes there when a tool of the route is lost,
// once; one that was lost before the answer counts from then on.
func TestOnPluginLostOfATool(t *testing.T) {
	for _, before := range []bool{false, true} {
		within(t, func(b *bed) {
			box := new(toolbox)
			b.sw.opt.Tools = box
			d := recorded(ben)
			d.OnPluginLost = cem
			b.to["102"] = d
			b.devices["ben"], b.devices["cem"] = []script{{rings(sec), answers(2 * sec)}}, []script{{answers(sec)}}
			anna := b.calls("anna", "102")
			if before {
				box.all[0].tell(ToolNews{What: ToolLost, Text: "the disk is full"})
			}
			b.after(3 * sec)
			if !before {
				box.all[0].tell(ToolNews{What: ToolLost, Text: "the disk is full"})
			}
			b.after(2 * sec)
			box.all[1].tell(ToolNews{What: ToolLost, Text: "too"})
			b.after(2 * sec)
			i := b.sw.Calls()[0]
			if i.State != "up" || len(i.Legs) != 2 || i.Legs[1].Name != "cem" || b.legs[1].cause != PluginLost {
				t.Errorf("before is %v: %+v; ben was hung up with %q", before, i, b.legs[1].cause)
			}
			anna.hangsUp()
			b.after(sec)
			if r := b.cdrs()[0]; len(r.Path) != 2 || r.Cause != "normal" {
				t.Errorf("went %q, %s", r.Path, r.Cause)
			}
			b.mu.Lock()
			b.log.Reset() // they are errors, and meant to be
			b.mu.Unlock()
		})
	}
}
