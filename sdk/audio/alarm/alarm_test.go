package alarm

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

func TestWait(t *testing.T) {
	for name, a := range map[string]Alarm{"new": New(), "plain": Plain()} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			if !a.Wait(start.Add(-time.Second)) {
				t.Fatal("a time that has passed was not reported")
			}
			at := start.Add(5 * time.Millisecond)
			if !a.Wait(at) || time.Now().Before(at) {
				t.Fatalf("woke %v before its time", time.Until(at))
			}
			go a.Stop()
			if a.Wait(start.Add(time.Hour)) {
				t.Fatal("a stopped alarm rang")
			}
			if a.Wait(start) {
				t.Fatal("a stopped alarm rang later")
			}
			a.Stop()
		})
	}
}

func TestWaitAllocatesNothing(t *testing.T) {
	for name, a := range map[string]Alarm{"new": New(), "plain": Plain()} {
		a.Wait(time.Now().Add(time.Millisecond))
		if n := testing.AllocsPerRun(10, func() { a.Wait(time.Now().Add(50 * time.Microsecond)) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
		a.Stop()
	}
}

func TestPlainInVirtualTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, at := Plain(), time.Now().Add(time.Hour)
		if !a.Wait(at) || !time.Now().Equal(at) {
			t.Fatalf("woke at %v, want %v", time.Now(), at)
		}
	})
}

func TestUrgentIsTakenBack(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	ordinary := Urgent()
	if n := runtime.GOMAXPROCS(0); runtime.GOOS == "linux" && n != before+1 {
		t.Errorf("%d processors while urgent, %d before: want one more", n, before)
	}
	ordinary()
	if n := runtime.GOMAXPROCS(0); n != before {
		t.Errorf("%d processors after, %d before", n, before)
	}
}

// Whoever waits on a thread's alarm keeps nobody else from running, and does
// not keep the garbage collector waiting.
func TestOthersRunDuringAWait(t *testing.T) {
	defer Urgent()()
	done := make(chan int)
	go func() {
		n := 0
		for range 20 {
			runtime.GC()
			n++
		}
		done <- n
	}()
	a := New()
	for n := 0; n < 20; {
		a.Wait(time.Now().Add(20 * time.Millisecond))
		select {
		case n = <-done:
		default:
		}
	}
	a.Stop()
	a.Wait(time.Now())
}
