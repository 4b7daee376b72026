package store

import (
	"fmt"
	"testing"

	"github.com/plugboard/plugboard/sdk/event"
)

// What a call's goroutine pays for each event.
func BenchmarkObserve(b *testing.B) {
	s := open(b, b.TempDir(), nil, nil)
	e := event.Event{Type: event.LegAdded, Data: event.Leg{Call: "C1", ID: "L1"}}
	b.ReportAllocs()
	for b.Loop() {
		s.Observe(e)
	}
}

// Records of two legs with their figures, to the disk.
func BenchmarkWrite(b *testing.B) {
	s := open(b, b.TempDir(), nil, nil)
	n := 0
	for b.Loop() {
		for range 500 {
			c := cdr(fmt.Sprintf("C%08d", n), n)
			for i := range c.Legs {
				c.Legs[i].Stats = &event.LegStats{PacketsIn: 9000, PacketsOut: 9000, JitterMs: 1.5, MOSIn: 4.3, MOSOut: 4.3, RTTMs: 20, Source: "192.0.2.7:4000"}
			}
			s.Observe(ended(c))
			n++
		}
		s.sync(b.Context())
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(0, "ns/op")
}

// The newest hundred of many.
func BenchmarkCalls(b *testing.B) {
	s := open(b, b.TempDir(), nil, nil)
	for n := range 20_000 {
		s.Observe(ended(cdr(fmt.Sprintf("C%08d", n), n)))
	}
	s.sync(b.Context())
	for b.Loop() {
		if list, err := s.Calls(b.Context(), Query{Extension: "101", Limit: 100}); err != nil || len(list) != 100 {
			b.Fatalf("%d, %v", len(list), err)
		}
	}
}
