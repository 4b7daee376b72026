package plugin

import (
	"fmt"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/tool"
)

// BenchmarkRoads is what a hundred talking sources cost the core and a tool's
// process, by each road, in CPU-ms for each second of a source, and how late the
// tool has their frames. The tool only looks at them.
func BenchmarkRoads(b *testing.B) {
	const calls, seconds = 50, 10
	for _, road := range []sdk.Road{sdk.RoadBus, sdk.RoadGRPC} {
		b.Run(string(road), func(b *testing.B) {
			h := realHost(b, new(safe))
			if err := start(b, h, on(road, role(b, "meter", "tool"))); err != nil {
				b.Fatal(err)
			}
			pid := h.List()[0].PID
			f := new(audio.Frame)
			for i := range f {
				f[i] = float32(i%200)/200 - 0.5
			}
			var core, plugin time.Duration
			var missed uint64
			for b.Loop() {
				var tools []*Tool
				var sources []*ToolSource
				for n := range calls {
					t, err := h.OpenTool("meter", tool.Call{Attachment: fmt.Sprint(n), Tool: "well", ID: fmt.Sprint("c", n)}, func(ToolNews) {})
					if err != nil {
						b.Fatal(err)
					}
					tools = append(tools, t)
					sources = append(sources, t.Source(tool.Speaker{Leg: "a"}), t.Source(tool.Speaker{Leg: "b"}))
				}
				stop := clockWith(h, func(tick uint64) {
					for _, s := range sources {
						s.Hear(tick, f)
					}
				})
				time.Sleep(time.Second)
				core, plugin = core-cpu(b, 0), plugin-cpu(b, pid)
				time.Sleep(seconds * time.Second)
				core, plugin = core+cpu(b, 0), plugin+cpu(b, pid)
				stop()
				time.Sleep(2 * time.Second) // the counters are a second old
				for _, t := range tools {
					_, n := t.Counts()
					missed += n
					t.Close()
				}
			}
			n := float64(2*calls*seconds*b.N) * 1e6
			b.ReportMetric(float64(core)/n, "core-cpu-ms/source-s")
			b.ReportMetric(float64(plugin)/n, "plugin-cpu-ms/source-s")
			b.ReportMetric(h.List()[0].FrameLatencyP99Ms, "p99-ms")
			b.ReportMetric(float64(missed), "frames-missed")
			b.ReportMetric(0, "ns/op")
		})
	}
}
