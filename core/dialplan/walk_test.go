package dialplan

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/app/step"

	"github.com/plugboard/plugboard/core/config"
)

const sec = time.Second

// house is a switch of a test: what its walks have to know of it.
type house struct {
	full     map[*Extension]bool // has its max_calls
	last     map[*Extension]time.Time
	turns    map[*Group]int
	shuffled []int
}

func newHouse() *house {
	return &house{full: map[*Extension]bool{}, last: map[*Extension]time.Time{}, turns: map[*Group]int{}}
}

func (h *house) Take(e *Extension, _ int) bool { return !h.full[e] }
func (h *house) Turn(g *Group, n int) int {
	first := h.turns[g] % n
	h.turns[g] = first + 1
	return first
}
func (h *house) Took(g *Group, member int)       { h.turns[g] = member + 1 }
func (h *house) LastCall(e *Extension) time.Time { return h.last[e] }
func (h *house) Shuffle(n int) []int             { return h.shuffled[:n] }

func ext(name string, f ...func(*Extension)) *Extension {
	e := &Extension{Name: name, path: name, Number: name}
	for _, set := range f {
		set(e)
	}
	return e
}

func group(name string, s Strategy, members ...Destination) *Group {
	return &Group{Name: name, Strategy: s, Members: members, Follow: Follow{Ring: 10 * sec}}
}

// play walks a call for as long as there are results, and tells what it did:
//
//	Ring a+b 20s | Ring trunk.x 3m0s | End busy
//
// A result is "a busy" (of an extension), "busy" (of the destination),
// "elapsed", "silent", "503 congestion", or "key 1". A step that is the same
// as before is "=".
func play(t *testing.T, w *Walk, results ...string) string {
	t.Helper()
	step := w.Start()
	told := []string{tell(step)}
	for _, s := range results {
		next := w.Next(result(t, step, s))
		if next == step {
			told = append(told, "=")
		} else {
			told = append(told, tell(next))
		}
		step = next
	}
	return strings.Join(told, " | ")
}

func result(t *testing.T, step Step, s string) (r Result) {
	t.Helper()
	for word := range strings.FieldsSeq(s) {
		switch ring, ok := step.(*Ring); {
		case word == "elapsed":
			r.Elapsed = true
		case word == "silent":
			r.Silent = true
		case strings.HasPrefix(word, "key="):
			r.Key = word[4:]
		case word[0] >= '3' && word[0] <= '6':
			fmt.Sscan(word, &r.Status)
		case ok && slices.ContainsFunc(ring.Extensions, func(e *Extension) bool { return e.Name == word }):
			r.Of = ring.Extensions[slices.IndexFunc(ring.Extensions, func(e *Extension) bool { return e.Name == word })]
		default:
			r.Cause = Cause(word)
		}
	}
	return r
}

func tell(s Step) string {
	switch s := s.(type) {
	case *Ring:
		out := "Ring"
		if s.Trunk != nil {
			out += " " + s.Trunk.Name
			if s.Emergency {
				out += "!"
			}
			if s.Insist {
				out += "?"
			}
		}
		var names []string
		for _, e := range s.Extensions {
			names = append(names, e.Name)
		}
		if len(names) > 0 {
			out += " " + strings.Join(names, "+")
		}
		out += " " + s.For.String()
		if s.Intercom {
			out += " by itself"
		}
		if s.Within > 0 {
			out += " within " + s.Within.String()
		}
		return out
	case *Keep:
		return strings.TrimSpace("Keep " + s.Park.Name + " " + s.Slot)
	case *TakeUp:
		return "TakeUp " + s.Park.Name + " " + s.Slot
	case *ParkHeld:
		return "ParkHeld " + s.Park.Name
	case *JoinHeld:
		return "JoinHeld"
	case *Speak:
		var names []string
		for _, e := range s.Extensions {
			names = append(names, e.Name)
		}
		return "Speak " + strings.Join(names, "+") + " " + s.For.String()
	case *Set:
		out := "Set " + s.Of.Name + " " + s.Name + "=" + s.Value
		if !s.On {
			out += " off"
		}
		return out
	case *Meet:
		return "Meet " + s.Conference.Name
	case *Wait:
		return "Wait " + s.Queue.Name + " " + s.Ring.String()
	case *Mirror:
		return "Mirror"
	case *Reach:
		return "Reach " + s.Of.Path()
	case *Flip:
		switch {
		case s.Override == nil:
			return "Flip " + s.Schedule.Name
		case *s.Override:
			return "Flip " + s.Schedule.Name + " open"
		default:
			return "Flip " + s.Schedule.Name + " closed"
		}
	case *End:
		return "End " + string(s.Cause)
	}
	return "?"
}

func paths(w *Walk) string {
	var out []string
	for _, d := range w.Path() {
		out = append(out, d.Path())
	}
	return strings.Join(out, " ")
}

func TestWalkRingsGroupsByTheirStrategy(t *testing.T) {
	a, b, c, d := ext("a"), ext("b"), ext("c"), ext("d")
	silent := ext("dnd", func(e *Extension) { e.DoNotDisturb = true })
	full := ext("full")
	for _, tt := range []struct {
		name    string
		to      Destination
		results []string
		want    string
	}{
		{"a race", group("g", Race, a, b, c), []string{"b busy", "a declined", "elapsed"},
			"Ring a+b+c 10s | = | = | End no_answer"},
		{"a race in which all are busy", group("g", Race, a, b), []string{"b busy", "a declined"},
			"Ring a+b 10s | = | End busy"},
		{"a race with who does not want, and who is full", group("g", Race, silent, full, a), []string{"a busy"},
			"Ring a 10s | End busy"},
		{"in order", group("g", InOrder, a, b, c), []string{"elapsed", "elapsed", "elapsed"},
			"Ring a 10s | Ring b 10s | Ring c 10s | End no_answer"},
		{"in order, past who cannot be rung", group("g", InOrder, a, silent, full, b, c), []string{"a unavailable", "elapsed", "c busy"},
			"Ring a 10s | Ring b 10s | Ring c 10s | End no_answer"},
		{"in order, nobody there", group("g", InOrder, a, b), []string{"a unavailable", "b unavailable"},
			"Ring a 10s | Ring b 10s | End unavailable"},
		{"whoever is named twice rings once", group("g", InOrder, a, b, a), []string{"elapsed", "elapsed"},
			"Ring a 10s | Ring b 10s | End no_answer"},
		{"nobody at all", group("g", Race), nil, "End unavailable"},
		{"only who does not want", group("g", InOrder, silent), nil, "End do_not_disturb"},
		{"a race within an order", group("g", InOrder, a, group("in", Race, b, c), d), []string{"elapsed", "b busy", "elapsed", "elapsed"},
			"Ring a 10s | Ring b+c 10s | = | Ring d 10s | End no_answer"},
		{"an order within a race", group("g", Race, a, group("in", InOrder, b, c)), []string{"elapsed", "elapsed"},
			"Ring a+b 10s | Ring a+c 10s | End no_answer"},
		{"an order within a race goes on when one of it is busy", group("g", Race, a, group("in", InOrder, b, c)), []string{"b busy", "a busy", "elapsed"},
			"Ring a+b 10s | Ring a+c 10s | = | End no_answer"},
		{"an order within a race, and nobody left in it", group("g", Race, a, group("in", InOrder, b, silent)), []string{"elapsed", "elapsed"},
			"Ring a+b 10s | Ring a 10s | End no_answer"},
		{"an order within an order", group("g", InOrder, group("in", InOrder, a, b), c), []string{"elapsed", "elapsed", "elapsed"},
			"Ring a 10s | Ring b 10s | Ring c 10s | End no_answer"},
		{"each device once", group("g", InOrder, group("in", Race, a, b), group("two", Race, b, c), a), []string{"elapsed", "elapsed"},
			"Ring a+b 10s | Ring c 10s | End no_answer"},
		{"two orders within a race", group("g", Race, group("x", InOrder, a, b), group("y", InOrder, c)), []string{"elapsed", "elapsed"},
			"Ring a+c 10s | Ring b+c 10s | End no_answer"},
		{"in any order", group("g", Random, a, b, c), []string{"elapsed", "elapsed"},
			"Ring c 10s | Ring a 10s | Ring b 10s"},
		{"who has waited longest first", group("g", LeastRecent, a, b, c, group("in", Race, d)), []string{"elapsed", "elapsed", "elapsed"},
			"Ring b 10s | Ring d 10s | Ring c 10s | Ring a 10s"},
		{"as a whole", group("g", InOrder, a, b), []string{"no_answer"}, "Ring a 10s | End no_answer"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse()
			h.full[full] = true
			h.shuffled = []int{2, 0, 1}
			h.last = map[*Extension]time.Time{a: time.Unix(9, 0), c: time.Unix(5, 0), d: time.Unix(2, 0)}
			w := NewWalk(Facts{}, Decision{To: tt.to}, h)
			if got := play(t, w, tt.results...); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if got := paths(w); got != "group.g" {
				t.Errorf("path %s", got)
			}
		})
	}
}

// However often groups and failovers contain each other: each is walked once.
func TestWalkOfDeepNests(t *testing.T) {
	a, out := ext("a"), &Trunk{Name: "out"}
	g, f := group("g", LeastRecent, a), &Failover{Name: "f", Order: []Destination{out}}
	for range 60 {
		g = group("g", LeastRecent, g, g, a)
		f = &Failover{Name: "f", Order: []Destination{f, f}}
	}
	if got := play(t, NewWalk(Facts{}, Decision{To: g}, newHouse()), "elapsed"); got != "Ring a 10s | End no_answer" {
		t.Error(got)
	}
	if got := play(t, NewWalk(Facts{}, Decision{To: f}, newHouse()), "486 busy"); got != "Ring out 3m0s | End busy" {
		t.Error(got)
	}
}

func TestWalkTakesTurns(t *testing.T) {
	a, b, c := ext("a"), ext("b"), ext("c")
	g := group("g", RoundRobin, a, b, c)
	h := newHouse()
	for i, tt := range []struct {
		results []string
		want    string
	}{
		{[]string{"elapsed", "elapsed", "elapsed"}, "Ring a 10s | Ring b 10s | Ring c 10s | End no_answer"},
		{[]string{"elapsed"}, "Ring b 10s | Ring c 10s"},
		{nil, "Ring c 10s"},
		// Who cannot be rung has no turn: the next call begins after who had.
		{[]string{"a unavailable", "b unavailable"}, "Ring a 10s | Ring b 10s | Ring c 10s"},
		{nil, "Ring a 10s"},
		{[]string{"elapsed", "c unavailable"}, "Ring b 10s | Ring c 10s | Ring a 10s"},
		{nil, "Ring c 10s"},
	} {
		if got := play(t, NewWalk(Facts{}, Decision{To: g}, h), tt.results...); got != tt.want {
			t.Errorf("call %d: got %s, want %s", i+1, got, tt.want)
		}
	}
}

func TestWalkFollows(t *testing.T) {
	echo := &Echo{}
	cem := ext("cem")
	ben := ext("ben", func(e *Extension) { e.Follow = Follow{Ring: 7 * sec, NoAnswer: cem, Busy: echo} })
	away := ext("away", func(e *Extension) { e.ForwardAlways, e.NoAnswer = ben, echo })
	quiet := ext("quiet", func(e *Extension) { e.DoNotDisturb, e.Busy = true, ben })
	full := ext("full")
	x, y := ext("x"), ext("y")
	x.ForwardAlways, y.ForwardAlways = y, x
	room := &Conference{Name: "room"}
	guarded := &Conference{Name: "board"}
	guarded.guard("2468", "de-CH")
	menu := &Menu{Name: "m", Keys: map[string]Destination{"1": ben}, Otherwise: cem}
	ben.Unavailable = menu
	for _, tt := range []struct {
		name    string
		to      Destination
		route   Follow
		results []string
		want    string
		path    string
	}{
		{"nothing", nil, Follow{}, nil, "End not_found", ""},
		{"not answered", ben, Follow{}, []string{"elapsed", "elapsed"}, "Ring ben 7s | Ring cem 20s | End no_answer", "ben cem"},
		{"busy", ben, Follow{}, []string{"ben busy"}, "Ring ben 7s | Mirror", "ben echo()"},
		{"declined", ben, Follow{}, []string{"ben declined"}, "Ring ben 7s | Mirror", "ben echo()"},
		{"not found is an answer", ben, Follow{}, []string{"ben not_found"}, "Ring ben 7s | End not_found", "ben"},
		{"the route's words, for the first alone", ben, Follow{Ring: 3 * sec, NoAnswer: ben, Busy: cem}, []string{"ben busy", "cem busy"},
			"Ring ben 3s | Ring cem 20s | End busy", "ben cem"},
		{"do not disturb", quiet, Follow{}, []string{"elapsed"}, "Ring ben 7s | Ring cem 20s", "quiet ben cem"},
		{"do not disturb, and the route", quiet, Follow{Busy: cem}, nil, "Ring cem 20s", "quiet cem"},
		{"full", full, Follow{}, nil, "End busy", "full"},
		{"full, and the route", full, Follow{Busy: cem}, nil, "Ring cem 20s", "full cem"},
		{"forwarded: what the other says follows", away, Follow{}, []string{"elapsed"}, "Ring ben 7s | Ring cem 20s", "away ben cem"},
		{"forwarded: the route holds for who stands in", away, Follow{NoAnswer: room}, []string{"elapsed"}, "Ring ben 7s | Meet room", "away ben conference.room"},
		{"forwarded in a loop", x, Follow{}, nil, "End loop", "x y"},
		{"followed in a loop", ben, Follow{Busy: ben}, []string{"ben busy"}, "Ring ben 7s | End loop", "ben"},
		{"as a member, only its devices", group("g", Race, away, quiet, cem), Follow{}, []string{"away busy", "cem busy"},
			"Ring away+cem 10s | = | End busy", "group.g"},
		{"a conference that is full", room, Follow{Busy: cem}, []string{"busy"}, "Meet room | Ring cem 20s", "conference.room cem"},
		{"a PIN", guarded, Follow{Busy: cem}, []string{"key=1", "key=24680", "key=2468", "busy"},
			"Reach conference.board | Reach conference.board | Reach conference.board | Meet board | Ring cem 20s", "conference.board cem"},
		{"a wrong PIN", guarded, Follow{}, []string{"key=1", "", "key=24682468"},
			"Reach conference.board | Reach conference.board | Reach conference.board | End denied", "conference.board"},
		{"a PIN that nobody asks for", guarded, Follow{Unavailable: cem}, []string{"plugin_lost"}, "Reach conference.board | Ring cem 20s", "conference.board cem"},
		{"a menu", ben, Follow{}, []string{"unavailable", "key=1", "unavailable", "key=1", "unavailable", ""},
			"Ring ben 7s | Reach menu.m | Ring ben 7s | Reach menu.m | Ring ben 7s | Reach menu.m | Ring cem 20s",
			"ben menu.m ben menu.m ben menu.m cem"},
		{"a queue, too long", &Queue{Name: "q", Ring: 9 * time.Second, OnMaxWait: ben}, Follow{}, []string{"elapsed"}, "Wait q 9s | Ring ben 7s", "queue.q ben"},
		{"a queue, and the route's word", &Queue{Name: "q", Ring: 9 * time.Second, Busy: ben}, Follow{Ring: time.Second, Busy: cem}, []string{"busy"}, "Wait q 1s | Ring cem 20s", "queue.q cem"},
		{"a queue without agents", &Queue{Name: "q", Ring: 9 * time.Second}, Follow{}, []string{"unavailable"}, "Wait q 9s | End unavailable", "queue.q"},
		{"a mailbox", &Voicemail{path: "voicemail.v"}, Follow{}, []string{""}, "Reach voicemail.v | End normal", "voicemail.v"},
		{"a mailbox whose plugin is lost", &Voicemail{path: "voicemail.v"}, Follow{}, []string{"plugin_lost"}, "Reach voicemail.v | End plugin_lost", "voicemail.v"},
		{"refused", &Reject{Cause: "denied", Text: "no"}, Follow{}, nil, "End denied", `reject("denied")`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse()
			h.full[full] = true
			w := NewWalk(Facts{}, Decision{To: tt.to, Follow: tt.route}, h)
			if got := play(t, w, tt.results...); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if got := paths(w); got != tt.path {
				t.Errorf("path %s, want %s", got, tt.path)
			}
		})
	}
}

func TestWalkEndsAfterManyDestinations(t *testing.T) {
	last := ext("x")
	for range 2 * maxSteps {
		next := last
		last = ext("x", func(e *Extension) { e.Unavailable = next })
	}
	w := NewWalk(Facts{}, Decision{To: last}, newHouse())
	step := w.Start()
	for range maxSteps - 1 {
		step = w.Next(Result{Cause: Unavailable})
	}
	if tell(step) != "Ring x 20s" || tell(w.Next(Result{Cause: Unavailable})) != "End loop" || len(w.Path()) != maxSteps {
		t.Errorf("%s after %d destinations", tell(step), len(w.Path()))
	}
}

func TestWalkGoesOnToTheNextTrunk(t *testing.T) {
	one, two, three := &Trunk{Name: "one"}, &Trunk{Name: "two"}, &Trunk{Name: "three"}
	usual := &Failover{Name: "f", Order: []Destination{one, two}, Timeout: 5 * sec, Unregistered: true, Statuses: [][2]int{{408, 408}, {500, 599}}}
	only503 := &Failover{Name: "g", Order: []Destination{one, two}, Statuses: [][2]int{{503, 503}}}
	outer := &Failover{Name: "h", Order: []Destination{only503, one, three}, Timeout: 4 * sec, Unregistered: true, Statuses: [][2]int{{500, 599}}}
	for _, tt := range []struct {
		name    string
		to      Destination
		route   Follow
		results []string
		want    string
		path    string
	}{
		{"503", usual, Follow{}, []string{"503 congestion"}, "Ring one 3m0s within 5s | Ring two 3m0s within 5s", "trunk.one trunk.two"},
		{"silence", usual, Follow{}, []string{"silent"}, "Ring one 3m0s within 5s | Ring two 3m0s within 5s", "trunk.one trunk.two"},
		{"unregistered", usual, Follow{}, []string{"unavailable"}, "Ring one 3m0s within 5s | Ring two 3m0s within 5s", "trunk.one trunk.two"},
		{"full", usual, Follow{}, []string{"congestion"}, "Ring one 3m0s within 5s | Ring two 3m0s within 5s", "trunk.one trunk.two"},
		{"408", usual, Follow{}, []string{"408 unavailable"}, "Ring one 3m0s within 5s | Ring two 3m0s within 5s", "trunk.one trunk.two"},
		{"408 after it has rung", usual, Follow{}, []string{"408 no_answer"}, "Ring one 3m0s within 5s | End no_answer", "trunk.one"},
		{"a busy callee is an answer", usual, Follow{}, []string{"486 busy"}, "Ring one 3m0s within 5s | End busy", "trunk.one"},
		{"not found is an answer", usual, Follow{}, []string{"404 not_found"}, "Ring one 3m0s within 5s | End not_found", "trunk.one"},
		{"it rang long enough", usual, Follow{Ring: 30 * sec}, []string{"elapsed"}, "Ring one 30s within 5s | End no_answer", "trunk.one"},
		{"a fault of ours", usual, Follow{}, []string{"plugin_lost"}, "Ring one 3m0s within 5s | End plugin_lost", "trunk.one"},
		{"all fail", usual, Follow{}, []string{"503 congestion", "silent"}, "Ring one 3m0s within 5s | Ring two 3m0s within 5s | End congestion", "trunk.one trunk.two"},
		{"all fail, and the route", usual, Follow{Unavailable: &Echo{}}, []string{"503 congestion", "500 congestion"},
			"Ring one 3m0s within 5s | Ring two 3m0s within 5s | Mirror", "trunk.one trunk.two echo()"},
		{"only what is listed", only503, Follow{}, []string{"500 congestion"}, "Ring one 3m0s | End congestion", "trunk.one"},
		{"an inner failover's rules hold for its trunks; each trunk once", outer, Follow{}, []string{"503 congestion", "503 congestion", "silent"},
			"Ring one 3m0s | Ring two 3m0s | Ring three 3m0s within 4s | End congestion", "trunk.one trunk.two trunk.three"},
		{"an inner failover's answer", outer, Follow{}, []string{"500 congestion"}, "Ring one 3m0s | End congestion", "trunk.one"},
		{"a trunk alone", one, Follow{}, []string{"503 congestion"}, "Ring one? 3m0s | End congestion", "trunk.one"},
		{"a trunk alone, and the route", one, Follow{Unavailable: two}, []string{"unavailable"}, "Ring one? 3m0s | Ring two? 3m0s", "trunk.one trunk.two"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := NewWalk(Facts{}, Decision{To: tt.to, Follow: tt.route}, newHouse())
			if got := play(t, w, tt.results...); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if got := paths(w); got != tt.path {
				t.Errorf("path %s, want %s", got, tt.path)
			}
		})
	}
}

func TestWalkEmergency(t *testing.T) {
	one, two := &Trunk{Name: "one", CallerID: "+491"}, &Trunk{Name: "two"}
	pstn := &Failover{Name: "f", Order: []Destination{one, two}, Statuses: [][2]int{{500, 599}}}
	caller := ext("a", func(e *Extension) {
		e.CallerID, e.DoNotDisturb, e.MayDial = "+492", true, func(string) bool { return false }
	})
	for _, tt := range []struct {
		name    string
		via     Destination
		results []string
		want    string
	}{
		{"the reserve takes over", pstn, []string{"503 congestion"}, "Ring one! 3m0s within 5s | Ring two! 3m0s"},
		{"whatever the refusal is", pstn, []string{"403 denied"}, "Ring one! 3m0s within 5s | Ring two! 3m0s"},
		{"silence, too", pstn, []string{"silent"}, "Ring one! 3m0s within 5s | Ring two! 3m0s"},
		{"what only seems to be down is asked in the end", pstn, []string{"unavailable", "503 congestion", "unavailable"},
			"Ring one! 3m0s within 5s | Ring two! 3m0s | Ring one!? 3m0s | End congestion"},
		{"one trunk alone", one, []string{"unavailable"}, "Ring one!? 3m0s | End unavailable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse()
			h.full[caller] = true
			e := &Emergency{Via: tt.via, CallerID: "+490"}
			w := NewWalk(Facts{From: Party{Extension: caller}}, Decision{To: e, Number: "112"}, h)
			if got := play(t, w, tt.results...); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if w.Emergency() != e || !strings.HasPrefix(paths(w), "emergency trunk.one") {
				t.Errorf("path %s", paths(w))
			}
		})
	}
	w := NewWalk(Facts{From: Party{Extension: caller}}, Decision{To: &Emergency{Via: one, CallerID: "+490"}, Number: "112"}, newHouse())
	if r := w.Start().(*Ring); r.CallerID != "+490" || r.Number != "112" {
		t.Errorf("asked for %s as %s", r.Number, r.CallerID)
	}
}

func TestWalkMayDial(t *testing.T) {
	only := func(prefix string) func(*Extension) {
		return func(e *Extension) {
			e.MayDial = func(n string) bool { return strings.HasPrefix(n, prefix) }
		}
	}
	out := &Trunk{Name: "out"}
	home, all := ext("home", only("+49")), ext("all")
	fwd := func(f func(*Extension)) *Extension {
		return ext("fwd", f, func(e *Extension) { e.ForwardAlways = out })
	}
	for _, tt := range []struct {
		name   string
		from   *Extension
		to     Destination
		number string
		want   string
	}{
		{"listed", home, out, "+491", "Ring out? 3m0s"},
		{"not listed", home, out, "+441", "End denied"},
		{"by a failover", home, &Failover{Order: []Destination{out}}, "+441", "End denied"},
		{"by a group that nobody is in", home, &Group{Follow: Follow{Unavailable: out}}, "+441", "End denied"},
		{"a forward of who may not, for who may", all, fwd(only("+49")), "+441", "End denied"},
		{"a forward of who may, for who may not", home, fwd(only("")), "+441", "End denied"},
		{"a forward of who may not, for a call from outside", nil, fwd(only("+49")), "+441", "End denied"},
		{"a forward that may", nil, fwd(only("+49")), "+491", "Ring out? 3m0s"},
		{"from outside", nil, out, "+441", "Ring out? 3m0s"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := NewWalk(Facts{From: Party{Extension: tt.from}}, Decision{To: tt.to, Number: tt.number}, newHouse())
			if got := play(t, w); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestWalkCallerHasMaxCalls(t *testing.T) {
	a := ext("a", func(e *Extension) { e.MaxCalls = 2 })
	h := newHouse()
	h.full[a] = true
	w := NewWalk(Facts{From: Party{Extension: a}}, Decision{To: ext("b")}, h)
	if e, ok := w.Start().(*End); !ok || e.Cause != Congestion || e.Text != "a has its max_calls of 2" {
		t.Errorf("got %+v", e)
	}
}

func TestWalkSwitchesASchedule(t *testing.T) {
	work := config.Span{Days: [7]bool{time.Monday: true}, From: 8 * 60, Until: 18 * 60}
	office := &Schedule{Name: "office", open: []config.Span{work}, timezone: time.UTC}
	noon, night := time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC), time.Date(2026, 3, 9, 22, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		at   time.Time
		now  map[string]bool
		want string
	}{
		{noon, nil, "Flip office closed"},
		{night, nil, "Flip office open"},
		{noon, map[string]bool{"office": true}, "Flip office"},
		{night, map[string]bool{"office": true}, "Flip office"},
		{noon, map[string]bool{"office": false, "other": true}, "Flip office"},
		{noon, map[string]bool{"other": true}, "Flip office closed"},
	} {
		w := NewWalk(Facts{Start: tt.at, Overrides: tt.now}, Decision{To: office}, newHouse())
		if got := play(t, w); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.now, got, tt.want)
		}
	}
}

func TestOutcomeOfAFork(t *testing.T) {
	for _, tt := range []struct {
		causes []Cause
		want   Cause
	}{
		{nil, Unavailable},
		{[]Cause{Unavailable, Unavailable}, Unavailable},
		{[]Cause{Busy, Unavailable, Busy}, Busy},
		{[]Cause{Busy, NoAnswer}, NoAnswer},
		{[]Cause{Busy, Declined}, Busy},
		{[]Cause{Declined, Declined}, Declined},
		{[]Cause{Declined, NoAnswer}, NoAnswer},
		{[]Cause{Failed, Busy}, Busy},
		{[]Cause{Unavailable, NoCodec}, NoCodec},
		{[]Cause{PluginLost, Unavailable}, PluginLost},
		{[]Cause{DoNotDisturb, DoNotDisturb, Unavailable}, DoNotDisturb},
		{[]Cause{DoNotDisturb, Declined, NoAnswer, Busy}, NoAnswer},
	} {
		if got := Outcome(tt.causes); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.causes, got, tt.want)
		}
		// The order in which they failed does not matter.
		slices.Reverse(tt.causes)
		if got := Outcome(tt.causes); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.causes, got, tt.want)
		}
	}
}

// app tells what an app is to do.
func appStep(s Step) string {
	r, ok := s.(*Reach)
	switch {
	case !ok:
		return tell(s)
	case r.Answer:
		return "answer"
	case r.Back != nil:
		return fmt.Sprintf("back %s %v", r.Back.Cause, r.Back.Talked)
	case r.Step == nil:
		return fmt.Sprintf("%s %s", r.Plugin, r.Config)
	}
	out := string(r.Step.Kind)
	if r.Step.Early {
		out = "early " + out
	}
	return out
}

func TestWalkMenu(t *testing.T) {
	ben, cem, lost := ext("ben"), ext("cem"), ext("lost")
	m := &Menu{Name: "m", Tries: 3, Keys: map[string]Destination{"1": ben}, Otherwise: cem,
		ask: step.Step{Kind: step.Menu}, DialExtensions: true, numbers: map[string]*Extension{"104": lost}}
	for _, tt := range []struct {
		name    string
		lost    Destination
		results []Result
		want    string
	}{
		{"a key", nil, []Result{{Key: "1"}}, "menu | Ring ben 20s"},
		{"a number", nil, []Result{{Key: "104"}}, "menu | Ring lost 20s"},
		{"three tries", nil, []Result{{Key: "9"}, {}, {Key: "105"}}, "menu | menu | menu | Ring cem 20s"},
		{"the third is right", nil, []Result{{Key: "9"}, {}, {Key: "1"}}, "menu | menu | menu | Ring ben 20s"},
		{"lost", nil, []Result{{Cause: PluginLost}}, "menu | Ring cem 20s"},
		{"lost, and the route says where to", lost, []Result{{Cause: PluginLost}}, "menu | Ring lost 20s"},
	} {
		w := NewWalk(Facts{}, Decision{To: m, OnPluginLost: tt.lost}, newHouse())
		told := []string{appStep(w.Start())}
		for _, r := range tt.results {
			told = append(told, appStep(w.Next(r)))
		}
		if got := strings.Join(told, " | "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// script is the flow of a configuration, compiled.
func script(t *testing.T, body string) *Plan {
	t.Helper()
	return load(t, `
extension "anna" { number = "101" }
extension "ben" {
  number    = "102"
  no_answer = extension.cem
}
extension "cem" { number = "103" }
group "loop" { members = [extension.ben] }
flow "f" {
`+body+`
}
dialplan "internal" {
  from = [extension.anna]
  route "f" {
    match = "200"
    to    = flow.f
  }
}
`)
}

func TestWalkFlow(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		results    []string // "back": the party has hung up, "elapsed", else a key
		want, path string
	}{
		{"in order", `
  play { prompt = tone("425/100") }
  answer {}
  say { text = "x" }
  wait { time = "1s" }
  to = extension.cem`, []string{"", "", "", ""}, "early play | answer | play | wait | Ring cem 20s", "flow.f extension.cem"},
		{"nothing follows", `answer {}`, []string{""}, "answer | End normal", "flow.f"},
		{"if", `
  gather { into = "n" }
  if {
    when = match.n == "1" && call.from.number == "101" && call.route == "f"
    dial { to = extension.cem }
  }
  if {
    when = match.n == "2"
    hangup { cause = "busy" }
  }
  say { text = "x" }`, []string{"1", "back", ""}, "gather | Ring cem 20s | play | End normal", "flow.f extension.cem"},
		{"if not", `
  gather { into = "n" }
  if {
    when = match.n == "1"
    if {
      when = true
      dial { to = extension.cem }
    }
  }
  if {
    when = match.n == "2"
    hangup { cause = "busy" }
  }`, []string{"2"}, "gather | End busy", "flow.f"},
		{"set", `
  set { a = "x${call.to.number}" }
  set { b = "${match.a}y" }
  if {
    when = match.b == "x200y"
    hangup { cause = "declined" }
  }`, nil, "End declined", "flow.f"},
		{"what is not kept yet is null", `
  if {
    when = false
    set { a = "x" }
  }
  if {
    when = match.a == null
    say { text = "x" }
  }`, nil, "early play", "flow.f"},
		{"nobody answers, and it goes on", `
  dial {
    to   = extension.ben
    ring = "5s"
  }
  dial { to = extension.cem }
  record { into = "r" }`, []string{"elapsed", "elapsed", "elapsed", "x"},
			"Ring ben 5s | Ring cem 20s | Ring cem 20s | record | End normal", "flow.f extension.ben extension.cem extension.cem"},
		{"it dials itself", `
  dial { to = flow.f }
  say { text = "x" }`, []string{""}, "early play | End normal", "flow.f"},
		{"what it dials refuses", `
  dial { to = reject("busy") }
  say { text = "x" }`, nil, "early play", `flow.f reject("busy")`},
		{"lost", `say { text = "x" }
  to = extension.cem`, []string{"lost"}, "early play | End plugin_lost", "flow.f"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := script(t, tt.body)
			f := Facts{From: Party{Number: "101", Extension: p.byNumber["101"]}, To: Callee{Number: "200", Raw: "200"}}
			w := NewWalk(f, p.Route(f), newHouse())
			step := w.Start()
			told := []string{appStep(step)}
			for _, r := range tt.results {
				switch r {
				case "back":
					if !w.Awaited() {
						t.Fatal("nobody waits")
					}
					step = w.Back(Result{Cause: Normal})
				case "elapsed":
					step = w.Next(Result{Elapsed: true})
				case "lost":
					step = w.Next(Result{Cause: PluginLost})
				default:
					step = w.Next(Result{Key: r})
				}
				told = append(told, appStep(step))
			}
			if got := strings.Join(told, " | "); got != tt.want {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
			if got := paths(w); got != tt.path {
				t.Errorf("path %s, want %s", got, tt.path)
			}
		})
	}
}

func TestWalkApp(t *testing.T) {
	ben, cem := ext("ben"), ext("cem")
	a := &App{Plugin: "agent", Config: []byte(`{"a":1}`)}
	for _, tt := range []struct {
		name string
		next func(w *Walk) []Step
		want string
	}{
		{"is through", func(w *Walk) []Step { return []Step{w.Next(Result{})} }, "End normal"},
		{"sends it on", func(w *Walk) []Step { return []Step{w.Next(Result{To: ben})} }, "Ring ben 20s"},
		{"is lost", func(w *Walk) []Step { return []Step{w.Next(Result{Cause: PluginLost})} }, "Ring cem 20s"},
		{"dials, and nobody answers", func(w *Walk) []Step {
			return []Step{w.Next(Result{To: ben, Dial: true, Ring: 5 * sec}), w.Next(Result{Elapsed: true}), w.Next(Result{To: ben, Dial: true})}
		}, "Ring ben 5s | back no_answer 0s | Ring ben 20s"},
		{"dials, and talks", func(w *Walk) []Step {
			return []Step{w.Next(Result{To: ben, Dial: true}), w.Back(Result{Cause: Normal, Talked: 3 * sec}), w.Next(Result{})}
		}, "Ring ben 20s | back normal 3s | End normal"},
	} {
		w := NewWalk(Facts{}, Decision{To: a, OnPluginLost: cem}, newHouse())
		told := []string{appStep(w.Start())}
		for _, s := range tt.next(w) {
			told = append(told, appStep(s))
		}
		if got, want := strings.Join(told, " | "), `agent {"a":1} | `+tt.want; got != want {
			t.Errorf("%s: %s, want %s", tt.name, got, want)
		}
	}
}

func TestDestinationFor(t *testing.T) {
	p := script(t, "answer {}\n to = group.loop")
	for path, want := range map[string]string{
		"group.loop": "", "extension.anna": "", "flow.f": "", "group.lop": "there is no group.lop. Did you mean group.loop?", "": "there is no .",
	} {
		d, err := p.DestinationFor(nil, path)
		if want == "" && (err != nil || d.Path() != path) || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%q: %v, %v", path, d, err)
		}
	}
	anna := p.ExtensionByName("anna")
	if d, err := p.DestinationFor(anna, "030 1234"); err == nil {
		t.Errorf("a number with a blank is %v", d)
	}
	if d, err := p.DestinationFor(nil, "+49301234"); err == nil || !strings.Contains(err.Error(), "no extension") {
		t.Errorf("nobody's number is %v, %v", d, err)
	}
	if d, err := p.DestinationFor(anna, "+49301234"); err != nil || *d.(*Forward) != (Forward{By: anna, Number: "+49301234"}) {
		t.Errorf("anna's number is %v, %v", d, err)
	}
}

// A number that an app dials goes where its caller's own call would, with what the
// route says; and when it is back, the call is as it was before.
func TestWalkAppDialsANumber(t *testing.T) {
	p := load(t, `
trunk "out" { peer = "sip:192.0.2.1" }
extension "anna" {
  number   = "101"
  may_dial = ["+49."]
}
extension "ben" { number = "102" }
plugin "agent" { path = "agent" }
emergency {
  numbers = ["112"]
  via     = trunk.out
}
dialplan "d" {
  from = [extension.anna, extension.ben]
  route "desk" {
    match = "{ext:10X}"
    to    = extension_number(match.ext)
  }
  route "agent" {
    match = "300"
    to    = app(plugin.agent)
  }
  route "out" {
    match         = "+."
    set_caller_id = "+4930555"
    to            = trunk.out
  }
}
dialplan "outside" {
  from = [trunk.out]
  route "agent" { to = app(plugin.agent) }
}`)
	anna := p.ExtensionByName("anna")
	f := Facts{From: Party{Number: "101", Extension: anna}, To: Callee{Number: "300"}}
	w := NewWalk(f, p.Route(f), newHouse())
	told := []string{appStep(w.Start())}
	for _, number := range []string{"+4940123", "+442079460000", "112", "555", "102"} {
		to, err := p.DestinationFor(anna, number)
		if err != nil {
			t.Fatal(err)
		}
		s := w.Next(Result{To: to, Dial: true})
		told = append(told, number, appStep(s))
		if r, ok := s.(*Ring); ok {
			told = append(told, r.Number+" as "+r.CallerID, appStep(w.Back(Result{Cause: Normal})))
		}
	}
	want := strings.Join([]string{"agent {}",
		"+4940123", "Ring out? 3m0s", "+4940123 as +4930555", "back normal 0s",
		"+442079460000", "back denied 0s", "112", "back denied 0s", "555", "back not_found 0s",
		"102", "Ring ben 20s", " as 101", "back normal 0s"}, " | ")
	if got := strings.Join(told, " | "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
