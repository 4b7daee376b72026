package dialplan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestAnyWalkEnds walks random plans with random results. Whatever they are: a
// walk ends; within one destination nobody rings again who is through, and no
// device twice at once; nobody rings who does not want to or has enough calls;
// nothing is asked of a trunk that may not be dialled; and the same results
// make the same way.
func TestAnyWalkEnds(t *testing.T) {
	for seed := range uint64(1000) {
		if first, again := anyWalk(t, seed), anyWalk(t, seed); first != again {
			t.Fatalf("seed %d: two ways:\n%s\n%s", seed, first, again)
		}
		if t.Failed() {
			return
		}
	}
}

func anyWalk(t *testing.T, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 1))
	h := newHouse()
	all := anyPlan(r, h)
	caller := ext("caller")
	if r.IntN(2) == 0 {
		caller.MayDial = func(string) bool { return false }
	}
	f, d := Facts{}, Decision{To: all[r.IntN(len(all))], Number: "+1"}
	if r.IntN(2) == 0 {
		f.From.Extension = caller
	}
	if r.IntN(3) == 0 {
		d.Follow = Follow{Ring: time.Second, NoAnswer: all[r.IntN(len(all))], Busy: all[r.IntN(len(all))], Unavailable: all[r.IntN(len(all))]}
	}
	w := NewWalk(f, d, h)
	var story []string
	fail := func(format string, args ...any) {
		t.Errorf("seed %d: %s\n%s", seed, fmt.Sprintf(format, args...), strings.Join(story, "\n"))
	}
	var of Destination
	through := map[*Extension]bool{}
	var last Step
	step := w.Start()
	for n := 0; ; n++ {
		story = append(story, tell(step))
		if n > 2000 {
			fail("it does not end")
			break
		}
		ring, ok := step.(*Ring)
		if end, is := step.(*End); is {
			if end.Cause == "" || w.Next(Result{Cause: Busy}) != step {
				fail("no end: %+v", end)
			}
			break
		}
		if _, is := step.(*Flip); is {
			break
		}
		if !ok || ring.Of != of {
			of, through = nil, map[*Extension]bool{}
		}
		if ok {
			of = ring.Of
		}
		if ok && ring.Trunk == nil && len(ring.Extensions) == 0 || ok && ring.For <= 0 {
			fail("nobody rings")
		}
		if ok && ring.Trunk != nil && f.From.Extension != nil && caller.MayDial != nil && !ring.Emergency {
			fail("%s is asked for what may not be dialled", ring.Trunk.Path())
		}
		var res Result
		if ok {
			for i, e := range ring.Extensions {
				if slices.Contains(ring.Extensions[:i], e) || step != last && through[e] || e.DoNotDisturb || h.full[e] {
					fail("%s rings", e.Name)
				}
			}
			rings := slices.DeleteFunc(slices.Clone(ring.Extensions), func(e *Extension) bool { return through[e] })
			if ring.Trunk == nil && len(rings) == 0 {
				fail("nobody is left, and the walk does not go on")
				break
			}
			res = anyResult(r, ring, rings)
			if res.Of != nil {
				through[res.Of] = true
			}
		} else {
			res = Result{Cause: Busy, Key: fmt.Sprint(r.IntN(3))}
			if n > 1000 {
				res.Key = "" // the caller is tired of it
			}
		}
		last = step
		step = w.Next(res)
		// Who is no longer rung within the same destination is through.
		if next, is := step.(*Ring); ok && is && next != last && next.Of == of {
			for _, e := range ring.Extensions {
				if !slices.Contains(next.Extensions, e) {
					through[e] = true
				}
			}
		}
	}
	if strings.Contains(paths(w), "failover") {
		fail("a failover is in the path: %s", paths(w))
	}
	return strings.Join(story, "\n") + "\n" + paths(w)
}

// anyResult is something that can come of a ring.
func anyResult(r *rand.Rand, ring *Ring, rings []*Extension) Result {
	causes := []Cause{Busy, NoAnswer, Declined, Unavailable, Congestion, NotFound, PluginLost, Failed}
	res := Result{Cause: causes[r.IntN(len(causes))], Status: []int{0, 408, 486, 503}[r.IntN(4)]}
	switch n := r.IntN(4); {
	case n == 0:
		return Result{Elapsed: true}
	case n == 1 && ring.Within > 0:
		return Result{Silent: true}
	case ring.Trunk == nil && (n > 1 || r.IntN(8) > 0):
		res.Of = rings[r.IntN(len(rings))]
	}
	return res
}

// anyPlan is destinations of every kind that lead to each other anyhow.
func anyPlan(r *rand.Rand, h *house) (all []Destination) {
	var people, trunks, groups, failovers []Destination
	for i := range 5 {
		e := ext(fmt.Sprintf("e%d", i))
		e.DoNotDisturb = r.IntN(6) == 0
		h.full[e] = r.IntN(6) == 0
		h.last[e] = time.Unix(int64(r.IntN(9)), 0)
		people = append(people, e)
	}
	for i := range 3 {
		trunks = append(trunks, &Trunk{Name: fmt.Sprintf("t%d", i)})
	}
	h.shuffled = r.Perm(8)
	for i := range 4 {
		g := group(fmt.Sprintf("g%d", i), []Strategy{Race, InOrder, RoundRobin, LeastRecent}[r.IntN(4)])
		for range r.IntN(5) {
			from := append(slices.Clone(people), groups...)
			g.Members = append(g.Members, from[r.IntN(len(from))])
		}
		groups = append(groups, g)
	}
	for i := range 3 {
		f := &Failover{Name: fmt.Sprintf("f%d", i), Timeout: time.Duration(r.IntN(2)) * sec, Unregistered: r.IntN(2) == 0, Statuses: [][2]int{{500, 599}}}
		for range 1 + r.IntN(3) {
			from := append(slices.Clone(trunks), failovers...)
			f.Order = append(f.Order, from[r.IntN(len(from))])
		}
		failovers = append(failovers, f)
	}
	menu := &Menu{Name: "m", Keys: map[string]Destination{}}
	all = slices.Concat(people, trunks, groups, failovers, []Destination{
		&Conference{Name: "c"}, &Echo{}, &Reject{Cause: "denied"}, &Schedule{Name: "s"}, menu, &Emergency{Via: failovers[0]},
	})
	some := func(in int) Destination {
		if r.IntN(in) > 0 {
			return nil
		}
		return all[r.IntN(len(all))]
	}
	for _, e := range people {
		e := e.(*Extension)
		e.Follow = Follow{NoAnswer: some(2), Busy: some(2), Unavailable: some(2)}
		e.ForwardAlways = some(5)
	}
	for _, g := range groups {
		g.(*Group).Follow = Follow{Ring: sec, NoAnswer: some(2), Busy: some(2), Unavailable: some(2)}
	}
	menu.Keys["1"], menu.Keys["2"], menu.Otherwise = some(1), some(1), some(2)
	return all
}
