package dialplan

import (
	"fmt"
	"strings"
	"testing"
)

// many is a dialplan of n routes that take no call, and two after them that do.
func many(tb testing.TB, n int, pattern func(i int) string) (*Plan, Facts) {
	var src strings.Builder
	src.WriteString(`
pbx { country = "DE" }
extension "a" { number = "101" }
trunk "t" { peer = "sip:192.0.2.1" }
dialplan "d" {
  from = [extension.a]
`)
	for i := range n {
		fmt.Fprintf(&src, "  route \"r%d\" {\n    match = %q\n    to = trunk.t\n  }\n", i, pattern(i))
	}
	src.WriteString("  route \"last\" {\n    match = \"+49{n:.}\"\n    set_to = match.n\n    to = call.from.number == \"101\" ? extension.a : trunk.t\n  }\n")
	src.WriteString("  route \"rest\" {\n    match = \"+1.\"\n    to = trunk.t\n  }\n}\n")
	p := load(tb, src.String())
	return p, Facts{From: Party{Number: "101", Extension: p.ExtensionByName("a")}, To: Callee{Number: "+49305550104"}}
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
			} {
				b.Run(to.name, func(b *testing.B) {
					f.To.Number = to.number
					b.ReportAllocs()
					for b.Loop() {
						if d := p.Route(f); d.Route != to.route {
							b.Fatalf("route %q", d.Route)
						}
					}
				})
			}
		})
	}
}
