package alarm

import (
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
