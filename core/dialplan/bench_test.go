package dialplan

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// many is a dialplan of n routes that take no call, and two after them that do.
func many(tb testing.TB, n int, pattern func(i int) string) (*Plan, Facts) {
	var src strings.Builder
	src.WriteString(`
pbx { country = "DE" }
extension "a" {
  number    = "101"
  caller_id = "+4930555101"
}
trunk "t" { peer = "sip:192.0.2.1" }
emergency {
  numbers = ["110", "112"]
  via     = trunk.t
}
schedule "day" {
  open     = ["Mon-Fri 08:00-18:00"]
  closed   = ["2026-12-24/2027-01-01"]
  override = "*21"
}
dialplan "d" {
  from = [extension.a]
`)
	for i := range n {
		fmt.Fprintf(&src, "  route \"r%d\" {\n    match = %q\n    to = trunk.t\n  }\n", i, pattern(i))
	}
	src.WriteString("  route \"last\" {\n    match = \"+49{n:.}\"\n    set_to = match.n\n    to = call.from.number == \"101\" ? extension.a : trunk.t\n  }\n")
	src.WriteString("  route \"open\" {\n    match = \"+43{n:.}\"\n    when = schedule.day.open && match.n != \"1\"\n    set_to = match.n\n    to = trunk.t\n  }\n")
	src.WriteString("  route \"outside\" {\n    match = \"+44.\"\n    set_caller_id = call.from.extension.caller_id\n    to = trunk.t\n  }\n")
	src.WriteString("  route \"rest\" {\n    match = \"+1.\"\n    to = trunk.t\n  }\n}\n")
	p := load(tb, src.String())
	return p, Facts{From: Party{Number: "101", Extension: p.ExtensionByName("a")}, To: Callee{Number: "+49305550104"},
		Start: time.Date(2026, 3, 10, 10, 0, 0, 0, time.UTC)}
}

// 10,000 routes, all of them passed over, decide within 50 µs.
func BenchmarkRoute(b *testing.B) {
	for _, c := range []struct {
		name    string
		n       int
		pattern func(i int) string
	}{
		{"10routes", 10, func(i int) string { return fmt.Sprintf("+4989%05d.", i) }},
		{"10000prefixes", 10000, func(i int) string { return fmt.Sprintf("+4989%05d.", i) }},
		{"10000alike", 10000, func(i int) string { return fmt.Sprintf("+49NNXXXXX[9]%04d", i) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			p, f := many(b, c.n, c.pattern)
			for _, to := range []struct{ name, number, route string }{
				{"constant", "+13305550104", "rest"}, // what the routes lead to is known at load
				{"evaluated", "+49305550104", "last"},
				{"schedule", "+43155501", "open"},
				{"caller_id", "+442079460000", "outside"},
				{"emergency", "112", "emergency"},
			} {
				b.Run(to.name, func(b *testing.B) {
					f.To.Number = to.number
					b.ReportAllocs()
					start := busy(b)
					for b.Loop() {
						if d := p.Route(f); d.Route != to.route {
							b.Fatalf("route %q", d.Route)
						}
					}
					b.ReportMetric(float64((busy(b)-start).Nanoseconds())/float64(b.N)/1000, "CPU-µs/call")
					b.ReportMetric(50, "target-µs")
				})
			}
		})
	}
}

// busy is the CPU time that this process has used: on a machine that does
// other things too, it says more than a clock.
func busy(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
