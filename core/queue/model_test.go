package queue

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// A walk at random through everything that a hall can be told. After each step:
// nobody is lost, no agent rings for two, nobody rings who must not, callers
// come first who came first, and nobody waits beside an agent who is free.
func TestRandomWalk(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { walk(t, rand.New(rand.NewPCG(seed, 1)), 600) })
	}
}

// twin is what the world knows of the hall: who waits where since when, and
// whose phone rings for whom.
type twin struct {
	*testing.T
	*Hall
	r       *rand.Rand
	now     time.Time
	waits   map[string]string // the queue, by caller
	order   []string          // of entering
	rings   map[string]map[string]bool
	talks   map[string]bool
	calls   map[string]int // besides what a queue gives them
	is      map[string]Agent
	reach   map[string]bool
	queues  []Queue
	callers int
}

func walk(t *testing.T, r *rand.Rand, steps int) {
	w := &twin{T: t, r: r, now: time.Unix(1e9, 0), waits: map[string]string{}, rings: map[string]map[string]bool{},
		talks: map[string]bool{}, calls: map[string]int{}, is: map[string]Agent{}, reach: map[string]bool{}}
	w.Hall = New(Options{Shuffle: r.Perm})
	w.configure()
	for range steps {
		w.now = w.now.Add(time.Duration(r.IntN(8000)) * time.Millisecond)
		if r.IntN(3) > 0 {
			w.wake()
		}
		w.step()
		w.carryOut()
		w.check()
	}
	// In the end all agents work, and everybody is served.
	for _, a := range names {
		w.is[a], w.calls[a], w.reach[a] = Agent{}, 0, true
		w.Set(w.now, a, Agent{})
		w.Reach(w.now, a, true)
		w.tell(a)
	}
	for range 10000 {
		w.carryOut()
		if len(w.waits) == 0 {
			return
		}
		for _, a := range names {
			for c := range w.rings[a] {
				w.answer(c, a)
			}
			w.carryOut()
			w.end(a)
			w.carryOut()
		}
		w.now = w.now.Add(time.Second)
		w.wake()
	}
	t.Fatalf("%d are never served", len(w.waits))
}

var names = []string{"a", "b", "c", "d", "e"}

func (w *twin) configure() {
	strategies := []Strategy{Race, InOrder, RoundRobin, Random, LeastRecent, LongestIdle}
	w.queues = nil
	for _, name := range []string{"q0", "q1", "q2"}[:1+w.r.IntN(3)] {
		q := Queue{Name: name, Strategy: strategies[w.r.IntN(len(strategies))], Ring: 15 * time.Second, Misses: w.r.IntN(4), WrapUp: time.Duration(w.r.IntN(3)) * 5 * time.Second}
		for _, i := range w.r.Perm(len(names))[:1+w.r.IntN(len(names))] {
			q.Agents = append(q.Agents, names[i])
		}
		w.queues = append(w.queues, q)
	}
	w.Configure(w.now, w.queues)
	for _, a := range names { // as a switch does after a reload
		w.Set(w.now, a, w.is[a])
		w.tell(a)
		w.Reach(w.now, a, w.reach[a])
	}
}

func (w *twin) tell(a string) {
	n := w.calls[a] + len(w.rings[a])
	if w.talks[a] {
		n++
	}
	w.Calls(w.now, a, n)
}

func (w *twin) wake() {
	for !w.Next().IsZero() && !w.Next().After(w.now) {
		for _, a := range w.Wake(w.now) {
			is := w.is[a]
			is.Paused = true
			w.is[a] = is
		}
		w.carryOut()
	}
}

func (w *twin) step() {
	a := names[w.r.IntN(len(names))]
	switch w.r.IntN(14) {
	case 0, 1, 2, 3:
		w.callers++
		id, q := fmt.Sprint(w.callers), w.queues[w.r.IntN(len(w.queues))].Name
		if w.Enter(w.now, q, id, 0) == "" {
			w.waits[id] = q
			w.order = append(w.order, id)
		}
	case 4:
		for id := range w.waits {
			w.Leave(w.now, id, Abandoned)
			w.gone(id)
			break
		}
	case 5, 6, 7:
		for c := range w.rings[a] {
			w.answer(c, a)
		}
	case 8:
		for c := range w.rings[a] {
			delete(w.rings[a], c)
			if w.Refused(w.now, c, a, w.r.IntN(2) == 0) {
				is := w.is[a]
				is.Paused = true
				w.is[a] = is
			}
			w.tell(a)
		}
	case 9, 10:
		if w.talks[a] {
			w.end(a)
		}
	case 11:
		w.calls[a] = w.r.IntN(2)
		w.tell(a)
	case 12:
		is := Agent{Paused: w.r.IntN(3) == 0, DoNotDisturb: w.r.IntN(5) == 0}
		if w.r.IntN(3) == 0 {
			is.LoggedOut = []string{"q0"}
		}
		w.is[a] = is
		w.Set(w.now, a, is)
		w.carryOut()
		w.reach[a] = w.r.IntN(5) > 0
		w.Reach(w.now, a, w.reach[a])
	case 13:
		if w.r.IntN(10) == 0 {
			w.configure()
		}
	}
}

func (w *twin) answer(c, a string) {
	delete(w.rings[a], c)
	w.talks[a] = true
	w.Answered(w.now, c, a)
	w.gone(c)
	w.tell(a)
}

func (w *twin) end(a string) {
	delete(w.talks, a)
	w.tell(a)
}

func (w *twin) gone(id string) {
	delete(w.waits, id)
	w.order = slices.DeleteFunc(w.order, func(o string) bool { return o == id })
}

func (w *twin) carryOut() {
	for {
		orders, _ := w.Take()
		if len(orders) == 0 {
			return
		}
		for _, o := range orders {
			switch {
			case o.Unstaffed:
			case o.Withdraw:
				if !w.rings[o.Agent][o.Caller] {
					w.Fatalf("%s is to stop ringing for %s, and does not", o.Agent, o.Caller)
				}
				delete(w.rings[o.Agent], o.Caller)
				w.tell(o.Agent)
			default:
				w.offered(o)
			}
		}
	}
}

func (w *twin) offered(o Order) {
	a, q := o.Agent, w.waits[o.Caller]
	switch is := w.is[a]; {
	case q == "":
		w.Fatalf("%s is to ring for %s, who does not wait", a, o.Caller)
	case len(w.rings[a]) > 0 || w.talks[a] || w.calls[a] > 0:
		w.Fatalf("%s is to ring for %s, and has a call", a, o.Caller)
	case is.Paused || is.DoNotDisturb || slices.Contains(is.LoggedOut, q) || !w.reach[a]:
		w.Fatalf("%s is to ring for %s, and is %+v, reachable %t", a, o.Caller, is, w.reach[a])
	}
	for _, before := range w.order { // whoever came before, and is of the same queue, is rung for
		if before == o.Caller {
			break
		}
		if w.waits[before] == q && !slices.ContainsFunc(names, func(n string) bool { return w.rings[n][before] }) {
			w.Fatalf("%s is rung for %s before %s, who waits longer", a, o.Caller, before)
		}
	}
	if w.rings[a] == nil {
		w.rings[a] = map[string]bool{}
	}
	w.rings[a][o.Caller] = true
	w.tell(a)
}

func (w *twin) check() {
	seen := map[string]bool{}
	for _, v := range w.Look() {
		var line []string
		for _, c := range v.Callers {
			line = append(line, c.ID)
			seen[c.ID] = true
		}
		var want []string
		for _, id := range w.order {
			if w.waits[id] == v.Name {
				want = append(want, id)
			}
		}
		if !slices.Equal(line, want) {
			w.Fatalf("%s has %v in line, not %v", v.Name, line, want)
		}
		for i, id := range line {
			if at, _ := w.Place(id); at != i+1 {
				w.Fatalf("%s is at %d of %v", id, at, line)
			}
		}
		unserved := slices.ContainsFunc(v.Callers, func(c WaitingCaller) bool { return len(c.Rings) == 0 })
		for _, s := range v.Staff {
			if s.State == Idle && w.calls[s.Name] == 0 && unserved {
				w.Fatalf("%s is idle, and somebody waits in %s", s.Name, v.Name)
			}
		}
	}
	for id := range w.waits {
		if !seen[id] {
			w.Fatalf("%s is lost", id)
		}
	}
}

// A thousand callers wait for a hundred agents, all of whom talk. One event is
// an agent who hangs up, is offered the next caller and answers, and a caller
// who comes to the end of the line.
func BenchmarkThousandWaiting(b *testing.B) {
	for _, s := range []Strategy{Race, InOrder, LongestIdle} {
		b.Run(string(s), func(b *testing.B) {
			q := Queue{Name: "q", Strategy: s, Ring: 20 * time.Second}
			for i := range 100 {
				q.Agents = append(q.Agents, fmt.Sprint("agent", i))
			}
			now := time.Unix(1e9, 0)
			h := New(Options{})
			h.Configure(now, []Queue{q})
			for _, a := range q.Agents {
				h.Reach(now, a, true)
				h.Calls(now, a, 1)
			}
			n := 0
			enter := func() {
				n++
				h.Enter(now, "q", fmt.Sprint("caller", n), 0)
			}
			for range 1000 {
				enter()
			}
			h.Take()
			b.ReportAllocs()
			for b.Loop() {
				now = now.Add(time.Second)
				enter()
				a := q.Agents[n%100]
				h.Calls(now, a, 0)
				orders, _ := h.Take()
				h.Calls(now, a, 1)
				h.Answered(now, orders[0].Caller, a)
				h.Take()
			}
		})
	}
}

// What one who waits takes in memory, here. Their call and its sound are not in
// it.
func BenchmarkMemoryOfACaller(b *testing.B) {
	now := time.Unix(1e9, 0)
	b.ReportAllocs()
	h := New(Options{})
	h.Configure(now, []Queue{{Name: "q", Strategy: InOrder, Agents: []string{"a"}}})
	h.Reach(now, "a", true)
	h.Calls(now, "a", 1)
	for i := 0; b.Loop(); i++ {
		h.Enter(now, "q", fmt.Sprint("caller", i), 0)
		h.Take()
	}
}
