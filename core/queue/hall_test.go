package queue

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// floor is a hall with a clock, whose agents' phones do what they are told: an
// order becomes a call of the agent, and ends with it.
type floor struct {
	*testing.T
	*Hall
	now    time.Time
	last   map[string]time.Time
	said   []string // what was to be done
	paused []string
}

func newFloor(t *testing.T, queues ...Queue) *floor {
	f := &floor{T: t, now: time.Unix(0, 0), last: map[string]time.Time{}}
	f.Hall = New(Options{LastCall: func(a string) time.Time { return f.last[a] }})
	f.Configure(f.now, queues)
	for _, a := range f.Agents() {
		f.Reach(f.now, a, true)
	}
	f.Take()
	return f
}

// does carries the orders out.
func (f *floor) does() {
	for {
		orders, _ := f.Take()
		if len(orders) == 0 {
			return
		}
		for _, o := range orders {
			switch {
			case o.Unstaffed:
				f.said = append(f.said, o.Caller+" has nobody")
			case o.Withdraw:
				f.said = append(f.said, o.Caller+"-"+o.Agent)
				f.Calls(f.now, o.Agent, 0)
			default:
				f.said = append(f.said, o.Caller+"+"+o.Agent)
				f.Calls(f.now, o.Agent, 1)
			}
		}
	}
}

// expect compares what was to be done since the last time.
func (f *floor) expect(want string) {
	f.Helper()
	f.does()
	if got := strings.Join(f.said, " "); got != want {
		f.Fatalf("got  %q\nwant %q", got, want)
	}
	f.said = nil
}

// passes lets time pass, with all that is due in it.
func (f *floor) passes(d time.Duration) {
	until := f.now.Add(d)
	for {
		f.does()
		next := f.Next()
		if next.IsZero() || next.After(until) {
			break
		}
		f.now = next
		f.paused = append(f.paused, f.Wake(f.now)...)
	}
	f.now = until
	f.does()
}

func (f *floor) enters(queue string, ids ...string) {
	f.Helper()
	for _, id := range ids {
		if why := f.Enter(f.now, queue, id, 0); why != "" {
			f.Fatalf("%s: %s", id, why)
		}
		f.now = f.now.Add(time.Millisecond)
	}
}

func (f *floor) answers(id, agent string) { f.Answered(f.now, id, agent) }
func (f *floor) hangsUp(agent string)     { f.Calls(f.now, agent, 0) }

func sales(s Strategy, agents ...string) Queue {
	return Queue{Name: "sales", Strategy: s, Agents: agents, Ring: 20 * time.Second}
}

func TestFirstInFirstOut(t *testing.T) {
	f := newFloor(t, sales(InOrder, "a", "b"))
	f.enters("sales", "1", "2", "3", "4")
	f.expect("1+a 2+b")
	f.answers("1", "a")
	f.answers("2", "b")
	f.expect("")
	f.hangsUp("b")
	f.expect("3+b")
	f.Leave(f.now, "3", Abandoned)
	f.expect("3-b 4+b")
	if at, _ := f.Place("4"); at != 1 {
		t.Errorf("4 is at %d", at)
	}
}

func TestStrategies(t *testing.T) {
	for s, want := range map[Strategy]string{
		Race:        "1+a 1+b 1+c",
		InOrder:     "1+a",
		RoundRobin:  "1+c", // after b, who was rung last
		Random:      "1+a",
		LeastRecent: "1+b",
		LongestIdle: "1+c",
	} {
		t.Run(string(s), func(t *testing.T) {
			f := newFloor(t, sales(s, "a", "b", "c"))
			f.last["a"], f.last["c"] = f.now.Add(2), f.now.Add(1)
			for _, a := range []string{"c", "a", "b"} { // each has a call of their own
				f.now = f.now.Add(time.Minute)
				f.Calls(f.now, a, 1)
				f.Calls(f.now, a, 0)
			}
			f.lines["sales"].turn = 2
			f.enters("sales", "1")
			f.expect(want)
		})
	}
}

func TestWhoDoesNotAnswerIsPassedOver(t *testing.T) {
	f := newFloor(t, sales(InOrder, "a", "b"))
	f.enters("sales", "1")
	f.expect("1+a")
	f.passes(20 * time.Second)
	f.expect("1-a 1+b")
	f.Refused(f.now, "1", "b", true)
	f.hangsUp("b")
	f.expect("") // both rest
	f.passes(Rest)
	f.expect("1+a") // each has missed one: in order again
	f.enters("sales", "2")
	f.expect("2+b") // it is 1 whom b comes second for, not 2
	f.answers("1", "a")
	f.answers("2", "b")
	f.expect("")
}

func TestRace(t *testing.T) {
	f := newFloor(t, sales(Race, "a", "b", "c"))
	f.Calls(f.now, "c", 1)
	f.enters("sales", "1", "2")
	f.expect("1+a 1+b")
	f.hangsUp("c") // and rings for the first, too
	f.expect("1+c")
	f.answers("1", "b")
	f.expect("1-a 1-c 2+a 2+c")
}

func TestMissesPause(t *testing.T) {
	q := sales(InOrder, "a")
	q.Misses = 2
	f := newFloor(t, q)
	f.enters("sales", "1")
	f.passes(20 * time.Second)
	f.passes(Rest)
	f.expect("1+a 1-a 1+a")
	f.passes(20 * time.Second)
	f.passes(time.Hour)
	f.expect("1-a")
	if !slices.Equal(f.paused, []string{"a"}) {
		t.Errorf("paused: %v", f.paused)
	}
	f.Set(f.now, "a", Agent{})
	f.expect("1+a")
}

func TestWrapUp(t *testing.T) {
	q := sales(InOrder, "a")
	q.WrapUp = 30 * time.Second
	f := newFloor(t, q)
	f.enters("sales", "1", "2")
	f.expect("1+a")
	f.answers("1", "a")
	f.hangsUp("a")
	f.expect("")
	f.passes(29 * time.Second)
	f.expect("")
	f.passes(time.Second)
	f.expect("2+a")
}

func TestWhoIsNotRung(t *testing.T) {
	for name, away := range map[string]func(*floor){
		"logged out":     func(f *floor) { f.Set(f.now, "a", Agent{LoggedOut: []string{"sales"}}) },
		"paused":         func(f *floor) { f.Set(f.now, "a", Agent{Paused: true}) },
		"do not disturb": func(f *floor) { f.Set(f.now, "a", Agent{DoNotDisturb: true}) },
		"no phone":       func(f *floor) { f.Reach(f.now, "a", false) },
		"a call":         func(f *floor) { f.Calls(f.now, "a", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFloor(t, sales(InOrder, "a", "b"))
			away(f)
			f.enters("sales", "1", "2")
			f.expect("1+b")
			f.Set(f.now, "a", Agent{})
			f.Reach(f.now, "a", true)
			f.Calls(f.now, "a", 0)
			f.expect("2+a")
			if name != "a call" { // which rings beside, whatever it is
				away(f)
				f.does()
			}
		})
	}
}

func TestWhoMayEnter(t *testing.T) {
	q := sales(InOrder, "a")
	q.MaxCallers = 1
	f := newFloor(t, q)
	f.Set(f.now, "a", Agent{LoggedOut: []string{"sales"}})
	if why := f.Enter(f.now, "sales", "1", 0); why != Empty {
		t.Errorf("nobody is logged in: %q", why)
	}
	f.Set(f.now, "a", Agent{Paused: true})
	f.enters("sales", "1")
	if why := f.Enter(f.now, "sales", "2", 0); why != Full {
		t.Errorf("full: %q", why)
	}
	f.Set(f.now, "a", Agent{Paused: true, LoggedOut: []string{"sales"}})
	f.expect("1 has nobody")
}

func TestQueuesShareAgents(t *testing.T) {
	help := sales(InOrder, "a")
	help.Name = "help"
	f := newFloor(t, sales(InOrder, "a"), help)
	f.Calls(f.now, "a", 1)
	f.enters("help", "h1")
	f.enters("sales", "s1")
	f.enters("help", "h2")
	for _, want := range []string{"h1", "s1", "h2"} {
		f.Calls(f.now, "a", 0)
		f.expect(want + "+a")
		f.answers(want, "a")
	}
}

func TestReload(t *testing.T) {
	f := newFloor(t, sales(InOrder, "a"))
	f.Set(f.now, "a", Agent{Paused: true})
	f.enters("sales", "1", "2")
	f.Configure(f.now, []Queue{sales(InOrder, "a", "b")})
	f.Reach(f.now, "b", true)
	f.expect("1+b")
	f.answers("1", "b")
	f.Configure(f.now, nil) // 2 waits on, for whom there was
	f.Set(f.now, "a", Agent{})
	f.expect("2+a")
	if why := f.Enter(f.now, "sales", "3", 0); why != Empty {
		t.Errorf("it is no longer there: %q", why)
	}
	f.answers("2", "a")
	if len(f.lines) != 0 || len(f.agents) != 0 {
		t.Errorf("left: %d queues, %d agents", len(f.lines), len(f.agents))
	}
}

func TestAnExpectedWaitIsHonest(t *testing.T) {
	f := newFloor(t, sales(InOrder, "a", "b"))
	for i := range enough {
		id := fmt.Sprint(i)
		f.enters("sales", id)
		f.does()
		f.answers(id, "a")
		f.now = f.now.Add(2 * time.Minute)
		f.hangsUp("a")
		if i < enough-1 {
			if _, wait := f.Place(id); wait != 0 {
				t.Errorf("after %d calls the wait is known: %v", i+1, wait)
			}
		}
	}
	for _, a := range []string{"a", "b"} {
		f.Calls(f.now, a, 1)
	}
	f.enters("sales", "x", "y", "z", "w")
	if at, wait := f.Place("w"); at != 4 || wait != 4*time.Minute {
		t.Errorf("w is at %d, for %v; two agents have calls of 2 minutes", at, wait)
	}
	f.Set(f.now, "a", Agent{Paused: true})
	f.Set(f.now, "b", Agent{Paused: true})
	if _, wait := f.Place("w"); wait != 0 {
		t.Errorf("nobody works, and the wait is %v", wait)
	}
}

// Who has answered has answered, though the hall has just given up on them.
func TestAnAnswerThatCrossesTheEndOfTheRinging(t *testing.T) {
	f := newFloor(t, sales(InOrder, "a", "b"))
	f.enters("sales", "1")
	f.passes(20 * time.Second)
	f.expect("1+a 1-a 1+b")
	f.answers("1", "a")
	f.expect("1-b")
	for _, v := range f.Look()[0].Staff {
		if want := map[string]State{"a": Talking, "b": Idle}[v.Name]; v.State != want {
			t.Errorf("%s is %s, not %s", v.Name, v.State, want)
		}
	}
}
