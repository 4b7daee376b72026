package inbox_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/plugboard/plugboard/core/inbox"
)

func TestInbox(t *testing.T) {
	q := inbox.New[int]()
	for n := range 4 {
		if !q.Put(n) {
			t.Fatalf("%d is refused", n)
		}
	}
	if q.Offer(4, 4) || !q.Offer(4, 5) {
		t.Error("a bound of what waits is not kept")
	}
	if got := q.Extract(func(n int) bool { return n%2 == 1 }); !slices.Equal(got, []int{1, 3}) {
		t.Errorf("extracted %v", got)
	}
	<-q.Wake
	first := q.Take(nil)
	if !slices.Equal(first, []int{0, 2, 4}) {
		t.Errorf("taken %v", first)
	}
	select {
	case <-q.Wake:
		t.Error("it wakes though nothing waits")
	default:
	}
	q.Put(5)
	if got := q.Take(first); !slices.Equal(got, []int{5}) || first[0] != 0 || first[2] != 0 {
		t.Errorf("taken %v; what was lent holds %v", got, first)
	}
	q.Put(6)
	if got := q.Close(); !slices.Equal(got, []int{6}) {
		t.Errorf("at the end there is %v", got)
	}
	if q.Put(7) || q.Offer(7, 100) || q.Take(nil) != nil {
		t.Error("one that is closed takes more")
	}
}

// What each of many tells is heard in its order, and nothing is lost.
func TestInboxOfMany(t *testing.T) {
	const who, each = 8, 1000
	q := inbox.New[[2]int]()
	var all sync.WaitGroup
	for w := range who {
		all.Go(func() {
			for n := range each {
				q.Put([2]int{w, n})
			}
		})
	}
	next, spare := [who]int{}, [][2]int(nil)
	for total := 0; total < who*each; {
		<-q.Wake
		spare = q.Take(spare)
		for _, v := range spare {
			if v[1] != next[v[0]] {
				t.Fatalf("%d tells %d, want %d", v[0], v[1], next[v[0]])
			}
			next[v[0]]++
		}
		total += len(spare)
	}
	all.Wait()
}
