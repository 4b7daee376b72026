package plugin

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/plugboard/plugboard/sdk/leg"
)

// BenchmarkCallSignalling is what the two legs of one call cost in the core
// and in the plugin's process together: sockets, open, answer, close. One call
// at a time pays for every wake-up alone; calls side by side share them.
func BenchmarkCallSignalling(b *testing.B) {
	for _, c := range []struct {
		name  string
		calls int // for each processor
	}{
		{"one at a time", 0},
		{"side by side", 8},
	} {
		b.Run(c.name, func(b *testing.B) { benchmarkCalls(b, c.calls) })
	}
}

func benchmarkCalls(b *testing.B, parallel int) {
	h := realHost(b, new(safe))
	if err := start(b, h, role(b, "loop", "loop")); err != nil {
		b.Fatal(err)
	}
	pid := h.List()[0].PID
	ctx := b.Context()
	offer := make([]byte, 400)
	for i := range offer {
		offer[i] = 'x'
	}
	open := func(id string, remote []byte) *Leg {
		p := params(id)
		p.Remote = remote
		l, _, err := h.OpenLeg(ctx, "loop", p, func(leg.Event) {})
		if err != nil {
			b.Fatal(err)
		}
		return l
	}
	var ends sync.WaitGroup
	call := func(n int64) {
		caller := open(fmt.Sprint("a", n), offer)
		callee := open(fmt.Sprint("b", n), nil)
		if err := callee.Accept(ctx, offer); err != nil {
			b.Fatal(err)
		}
		for _, l := range []*Leg{caller, callee} {
			ends.Go(func() { // as signalling does: nobody waits for it
				if err := l.Close(ctx); err != nil {
					b.Error(err)
				}
			})
		}
	}
	var calls atomic.Int64
	core, plugin := cpu(b, 0), cpu(b, pid)
	if parallel == 0 {
		for b.Loop() {
			call(calls.Add(1))
		}
	} else {
		b.SetParallelism(parallel)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				call(calls.Add(1))
			}
		})
	}
	ends.Wait()
	n := float64(calls.Load())
	b.ReportMetric(float64(cpu(b, 0)-core)/n/1e6, "core-cpu-ms/call")
	b.ReportMetric(float64(cpu(b, pid)-plugin)/n/1e6, "plugin-cpu-ms/call")
}

// cpu is the processor time that a process has used so far; 0 is this one.
func cpu(b *testing.B, pid int) time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^pid<<3|2), &t); err != nil {
		b.Fatal(err)
	}
	return time.Duration(t.Nano())
}
