package bus

import (
	"testing"
	"time"
)

func TestLatencyP99(t *testing.T) {
	var l latencies
	if got := l.p99(); got != 0 {
		t.Errorf("nothing measured: %v", got)
	}
	l.add(100*time.Microsecond, 990)
	l.add(19*time.Millisecond, 10)
	if got := l.p99(); got != 500*time.Microsecond {
		t.Errorf("10 of 1000 late: %v", got)
	}
	l.add(19*time.Millisecond, 10)
	if got := l.p99(); got != 19500*time.Microsecond {
		t.Errorf("20 of 1010 late: %v", got)
	}
	l.add(time.Hour, 1000)
	l.add(-time.Hour, 1)
	if got := l.p99(); got != latencyBuckets*latencyStep {
		t.Errorf("half of them never came: %v", got)
	}
	// After some windows of good frames nothing is known of it any more.
	for range 10 * latencyWindow {
		l.add(0, 1)
	}
	if got := l.p99(); got != 500*time.Microsecond {
		t.Errorf("long ago: %v", got)
	}
	if n := l.total(); n >= latencyWindow {
		t.Errorf("%d are counted", n)
	}
}
