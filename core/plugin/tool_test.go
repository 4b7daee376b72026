package plugin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/leg"
	"github.com/plugboard/plugboard/sdk/tool"
)

// meter is a tool that tells, when a source ends or on the wish "report", what
// it heard of it.
type meter struct{}

func (*meter) Rate() int { return 48000 }

func (*meter) Attach(_ context.Context, c tool.Call, tell func(tool.Event)) (tool.Session, error) {
	switch c.Tool {
	case "refuses":
		return nil, errors.New("the disk is full")
	case "panics in Attach":
		panic("no")
	case "hangs":
		time.Sleep(time.Minute)
	}
	tell(tool.Event{Kind: tool.Changed, Text: fmt.Sprintf("measuring, resumed %v", c.Resumed)})
	return &metering{call: c, tell: tell}, nil
}

type metering struct {
	call tool.Call
	tell func(tool.Event)
}

func (m *metering) Listen(ctx context.Context, s *tool.Source) error {
	var first, last, frames, silent, missed uint64
	level := float32(0)
	switch m.call.Tool {
	case "panics":
		panic("a bug")
	case "gives up":
		return errors.New("enough")
	}
	for f := range s.Frames() {
		if frames == 0 {
			first = f.Tick
		}
		if m.call.Tool == "slow" && frames == 0 {
			time.Sleep(3 * time.Second)
		}
		last = f.Tick
		frames++
		missed += uint64(f.Missed)
		if f.Silent {
			silent++
		} else {
			level = f.Samples[0]
		}
	}
	m.tell(tool.Event{Kind: tool.Note, Text: fmt.Sprintf("%s: ticks %d to %d, frames %d, silent %d, missed %d, level %g",
		s.Speaker.Leg, first, last, frames, silent, missed, level)})
	return nil
}

func (m *metering) Control(_ context.Context, verb string) error {
	if verb == tool.Pause {
		m.tell(tool.Event{Kind: tool.Changed, Text: "paused"})
		return nil
	}
	return fmt.Errorf("%s is not what a meter does", verb)
}

func (m *metering) Close(context.Context) error {
	if m.call.Tool == "closes badly" {
		return errors.New("nothing was measured")
	}
	return nil
}

// gossip keeps what is told of a tool.
type gossip struct {
	mu  sync.Mutex
	all []ToolNews
}

func (g *gossip) tell(n ToolNews) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all = append(g.all, n)
}

func (g *gossip) words() (words []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, n := range g.all {
		words = append(words, strings.TrimSuffix([...]string{"?", "listens", "away", "changed", "note", "lost", "closed"}[n.Kind]+": "+n.Text, ": "))
	}
	return words
}

func (g *gossip) has(word string) bool {
	return slices.ContainsFunc(g.words(), func(w string) bool { return strings.HasPrefix(w, word) })
}

func (g *gossip) want(t *testing.T, words ...string) {
	t.Helper()
	if got := g.words(); !slices.Equal(got, words) {
		t.Errorf("told\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(words, "\n  "))
	}
}

// lab is a host with the meter in memory, and a mixer's clock.
type lab struct {
	*Host
	tick uint64
}

// onEachRoad runs a test in virtual time over both roads that audio can take.
func onEachRoad(t *testing.T, f func(*testing.T, sdk.Road)) {
	for _, road := range []sdk.Road{sdk.RoadBus, sdk.RoadGRPC} {
		t.Run(string(road), func(t *testing.T) { synctest.Test(t, func(t *testing.T) { f(t, road) }) })
	}
}

func newLab(t *testing.T, road sdk.Road) *lab {
	l := &lab{Host: New(Options{
		Log: hclog.NewNullLogger(), Launch: Memory{"meter": {Name: "meter", Version: "1.0.0", Tool: new(meter), Road: road}},
		Ports: PortRange{20000, 20019}, Listen: new(sockets).listen,
	})}
	if err := l.Start(t.Context(), []Spec{{Name: "meter"}}); err != nil {
		t.Fatal(err)
	}
	return l
}

func (l *lab) attach(t *testing.T, name string) (*Tool, *gossip) {
	t.Helper()
	g := new(gossip)
	tl, err := l.OpenTool("meter", tool.Call{Attachment: name + "@c1", Tool: name, ID: "c1", From: "101", To: "102"}, g.tell)
	if err != nil {
		t.Fatal(err)
	}
	return tl, g
}

// steps are n ticks at which each source says its number.
func (l *lab) steps(n int, sources ...*ToolSource) {
	for range n {
		l.tick++
		for i, s := range sources {
			f := new(audio.Frame)
			for j := range f {
				f[j] = float32(i+1) / 10
			}
			if i == 2 {
				f = nil
			}
			s.Hear(l.tick, f)
		}
		l.Ring(l.tick, time.Now())
		time.Sleep(audio.Tick)
	}
}

func TestAToolHearsEachSourceApart(t *testing.T) {
	onEachRoad(t, func(t *testing.T, road sdk.Road) {
		l := newLab(t, road)
		defer l.Close(t.Context())
		tl, g := l.attach(t, "meter")
		synctest.Wait()
		a := tl.Source(tool.Speaker{Leg: "a", Number: "101"})
		l.steps(20, a)
		b, c := tl.Source(tool.Speaker{Leg: "b", Number: "102"}), tl.Source(tool.Speaker{Leg: "c"})
		l.steps(10, a, b, c)
		b.Leave()
		l.steps(5, a)
		if i := l.List()[0]; i.Kind != "tool" || i.Calls != 1 || i.Missed != 0 || i.FrameLatencyP99Ms == 0 {
			t.Errorf("listed as %+v", i)
		}
		if err := tl.Control(t.Context(), tool.Pause); err != nil {
			t.Error(err)
		}
		if err := tl.Control(t.Context(), "sing"); err == nil || err.Error() != "sing is not what a meter does" {
			t.Errorf("Control: %v", err)
		}
		a.Leave()
		synctest.Wait()
		c.Leave()
		synctest.Wait()
		tl.Close()
		tl.Close()
		synctest.Wait()
		g.want(t, "listens", "changed: measuring, resumed false",
			"note: b: ticks 21 to 30, frames 10, silent 0, missed 0, level 0.2",
			"changed: paused",
			"note: a: ticks 1 to 35, frames 35, silent 0, missed 0, level 0.1",
			"note: c: ticks 21 to 30, frames 10, silent 10, missed 0, level 0",
			"closed")
		if last := g.all[len(g.all)-1]; last.Frames != 55 || last.Missed != 0 {
			t.Errorf("counted %+v", last)
		}
		if n := l.all()[0].instance().lines.Load(); n != 0 {
			t.Errorf("%d lines are still in use", n)
		}
	})
}

// What goes wrong in a tool costs that tool on that call, and says why.
func TestAToolThatFails(t *testing.T) {
	onEachRoad(t, func(t *testing.T, road sdk.Road) {
		l := newLab(t, road)
		defer l.Close(t.Context())
		well, g := l.attach(t, "well")
		synctest.Wait()
		a := well.Source(tool.Speaker{Leg: "a"})
		for name, want := range map[string][]string{
			"refuses":          {"lost: the disk is full"},
			"panics in Attach": {"lost: the plugin panicked: no"},
			"panics":           {"listens", "changed: measuring, resumed false", "lost: the plugin panicked: a bug"},
			"gives up":         {"listens", "changed: measuring, resumed false", "lost: enough"},
		} {
			bad, g := l.attach(t, name)
			synctest.Wait()
			b := bad.Source(tool.Speaker{Leg: "b"})
			l.steps(3, a, b)
			g.want(t, want...)
			b.Leave()
			bad.Close()
		}
		bad, h := l.attach(t, "closes badly")
		synctest.Wait()
		bad.Close()
		synctest.Wait()
		h.want(t, "listens", "changed: measuring, resumed false", "note: nothing was measured", "closed")
		well.Close()
		synctest.Wait()
		g.want(t, "listens", "changed: measuring, resumed false", "note: a: ticks 1 to 12, frames 12, silent 0, missed 0, level 0.1", "closed")
		if i := l.List()[0]; i.Restarts != 0 {
			t.Errorf("the plugin was started again: %+v", i)
		}
		if _, err := l.OpenTool("nobody", tool.Call{}, nil); err == nil {
			t.Error("a tool of nobody was opened")
		}
	})
}

// A tool that does not keep up loses its own frames, and another of the same
// process none.
func TestASlowToolLosesItsOwnFrames(t *testing.T) {
	onEachRoad(t, func(t *testing.T, road sdk.Road) {
		l := newLab(t, road)
		defer l.Close(t.Context())
		slow, g := l.attach(t, "slow")
		well, h := l.attach(t, "well")
		synctest.Wait()
		a, b := slow.Source(tool.Speaker{Leg: "a"}), well.Source(tool.Speaker{Leg: "b"})
		l.steps(250, a, b)
		synctest.Wait() // a survey is due at this very moment, and tells one after the other
		if _, missed := slow.Counts(); missed < 90 || l.List()[0].Missed != missed {
			t.Errorf("missed %d, the plugin %d", missed, l.List()[0].Missed)
		}
		slow.Close()
		well.Close()
		synctest.Wait()
		// It slept for 150 ticks with one frame in its hand, and about 49 waited.
		var frames, missed int
		for _, w := range g.words() {
			if n, _ := fmt.Sscanf(w, "note: a: ticks 1 to 250, frames %d, silent 0, missed %d", &frames, &missed); n == 2 {
				break
			}
		}
		if frames+missed != 250 || missed < 100 || missed > 103 {
			t.Errorf("told %q", g.words())
		}
		if !h.has("note: b: ticks 1 to 250, frames 250, silent 0, missed 0,") {
			t.Errorf("the other: %q", h.words())
		}
	})
}

// The plugin ends, again and again: the tool is attached in each next process,
// and told to be lost when there is none for too long.
func TestAToolOutlivesItsProcess(t *testing.T) {
	onEachRoad(t, func(t *testing.T, road sdk.Road) {
		l := newLab(t, road)
		defer l.Close(t.Context())
		tl, g := l.attach(t, "well")
		synctest.Wait()
		a := tl.Source(tool.Speaker{Leg: "a"})
		l.steps(10, a)
		if err := l.Kill("meter"); err != nil {
			t.Fatal(err)
		}
		l.steps(10, a)
		b := tl.Source(tool.Speaker{Leg: "b"})
		l.steps(10, a, b)
		tl.Close()
		synctest.Wait()
		words := g.words()
		if want := []string{"listens", "changed: measuring, resumed false", "away: the plugin ended", "listens", "changed: measuring, resumed true"}; len(words) != 8 || !slices.Equal(words[:5], want) {
			t.Fatalf("told %q", words)
		}
		if !g.has("note: b: ticks 21 to 30, frames 10,") || !g.has("closed") {
			t.Errorf("told %q", words)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		m := &moody{Memory: Memory{"meter": {Name: "meter", Version: "1.0.0", Tool: new(meter)}}}
		h := New(Options{Log: hclog.NewNullLogger(), Launch: m, Ports: PortRange{20000, 20019}, Listen: new(sockets).listen})
		defer h.Close(t.Context())
		if err := h.Start(t.Context(), []Spec{{Name: "meter", Delay: 10 * time.Second}}); err != nil {
			t.Fatal(err)
		}
		l := &lab{Host: h}
		tl, g := l.attach(t, "well")
		synctest.Wait()
		a := tl.Source(tool.Speaker{Leg: "a"})
		m.mu.Lock()
		m.fails, m.with = 3, errors.New("no luck")
		m.mu.Unlock()
		if err := h.Kill("meter"); err != nil {
			t.Fatal(err)
		}
		l.steps(400, a)
		g.want(t, "listens", "changed: measuring, resumed false", "away: the plugin ended", "lost: plugin meter was not up within 5s")
		a.Leave()
		tl.Close()
		c, err := h.Prepare(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		c.Commit()
		synctest.Wait()
		if list := h.List(); len(list) != 0 {
			t.Errorf("it is not let go: %+v", list)
		}
	})
}

// An Attach that does not return is a hang: the plugin is replaced.
func TestAToolThatHangs(t *testing.T) {
	onEachRoad(t, func(t *testing.T, road sdk.Road) {
		l := newLab(t, road)
		defer l.Close(t.Context())
		tl, g := l.attach(t, "hangs")
		time.Sleep(callTimeout + 100*time.Millisecond)
		synctest.Wait()
		if !g.has("away") || l.List()[0].Restarts != 1 {
			t.Errorf("told %q; %+v", g.words(), l.List()[0])
		}
		tl.Close()
	})
}

// The core and another tool see nothing of what becomes of a tool's process:
// promises 1 and 2.
func TestAToolsProcessIsKilledOrStopped(t *testing.T) {
	for _, c := range []struct {
		name   string
		signal syscall.Signal
		road   sdk.Road
	}{
		{"SIGKILL", syscall.SIGKILL, sdk.RoadBus}, {"SIGSTOP", syscall.SIGSTOP, sdk.RoadBus},
		{"SIGKILL over gRPC", syscall.SIGKILL, sdk.RoadGRPC}, {"SIGSTOP over gRPC", syscall.SIGSTOP, sdk.RoadGRPC},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := realHost(t, new(safe))
			if err := start(t, h, on(c.road, role(t, "bad", "tool")), on(c.road, role(t, "good", "tool"))); err != nil {
				t.Fatal(err)
			}
			var bad, good gossip
			b, err := h.OpenTool("bad", tool.Call{Attachment: "1", Tool: "well", ID: "c"}, bad.tell)
			if err != nil {
				t.Fatal(err)
			}
			g, err := h.OpenTool("good", tool.Call{Attachment: "2", Tool: "well", ID: "c"}, good.tell)
			if err != nil {
				t.Fatal(err)
			}
			until(t, "both listen", func() bool { return bad.has("listens") && good.has("listens") })
			sources := []*ToolSource{b.Source(tool.Speaker{Leg: "a"}), g.Source(tool.Speaker{Leg: "a"})}
			f := audio.Frame{0: 0.5}
			stop := clockWith(h, func(tick uint64) {
				for _, s := range sources {
					s.Hear(tick, &f)
				}
			})
			pid := h.List()[0].PID
			if err := syscall.Kill(pid, c.signal); err != nil {
				t.Fatal(err)
			}
			until(t, "it is away", func() bool { return bad.has("away") })
			until(t, "it is back", func() bool { return bad.has("changed: measuring, resumed true") })
			stop()
			b.Close()
			g.Close()
			until(t, "both end", func() bool { return bad.has("closed") && good.has("closed") })
			if last := good.all[len(good.all)-1]; good.has("away") || last.Frames == 0 {
				t.Errorf("the other was told %q", good.words())
			}
			if i := h.List()[0]; i.Restarts != 1 || i.PID == pid {
				t.Errorf("listed as %+v", i)
			}
		})
	}
}

// A plugin that is several things is all of them.
func TestAPluginOfTwoKinds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := New(Options{
			Log: hclog.NewNullLogger(), Launch: Memory{"both": sdk.Plugin{Name: "both", Version: "1.0.0", Leg: new(loop), Tool: new(meter)}},
			Ports: PortRange{20000, 20019}, Listen: new(sockets).listen,
		})
		defer h.Close(t.Context())
		if err := h.Start(t.Context(), []Spec{{Name: "both"}}); err != nil {
			t.Fatal(err)
		}
		g := new(gossip)
		tl, err := h.OpenTool("both", tool.Call{Attachment: "1", Tool: "well"}, g.tell)
		if err != nil {
			t.Fatal(err)
		}
		one, _, err := h.OpenLeg(t.Context(), "both", params("a"), func(leg.Event) {})
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if i := h.List()[0]; i.Kind != "leg,tool" || i.Legs != 1 || i.Calls != 1 {
			t.Errorf("listed as %+v", i)
		}
		tl.Close()
		if err := one.Close(t.Context()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		g.want(t, "listens", "changed: measuring, resumed false", "closed")
	})
}
