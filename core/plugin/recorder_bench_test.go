package plugin

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/archive"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/bus"
	"github.com/plugboard/plugboard/sdk/tool"
)

// BenchmarkRecordedCalls is what recording a hundred calls of two costs, in the
// core and in the recorder's process, for each call and second, and how many
// frames are missed. Half the parties speak. It needs PLUGBOARD_BIN, the folder
// of the binaries.
func BenchmarkRecordedCalls(b *testing.B) {
	const calls, seconds = 100, 10
	bin := os.Getenv("PLUGBOARD_BIN")
	if bin == "" {
		b.Skip("PLUGBOARD_BIN is not set")
	}
	dir, err := os.MkdirTemp("", "plugboard")
	if err != nil {
		b.Fatal(err)
	}
	defer os.RemoveAll(dir)
	done := new(finished)
	h := New(Options{
		Log: hclog.NewNullLogger(), Launch: &Processes{Bundled: filepath.Join(bin, "plugins"), Lines: 1024}, Ports: PortRange{20000, 20019}, Listen: bus.ListenUDP,
		Keeper: done, Recordings: dir,
	})
	defer h.Close(b.Context())
	if err := start(b, h, Spec{Name: "recorder", Path: "recorder"}); err != nil {
		b.Fatal(err)
	}
	pid := h.List()[0].PID
	var core, plugin, after time.Duration
	var missed uint64
	for b.Loop() {
		frames := make([]audio.Frame, 8)
		for i := range frames {
			for j := range frames[i] {
				frames[i][j] = rand.Float32() - 0.5
			}
		}
		var tools []*Tool
		var sources []*ToolSource
		for n := range calls {
			t, err := h.OpenTool("recorder", tool.Call{Attachment: fmt.Sprint(n), Tool: "record", ID: fmt.Sprint("c", n, "-", time.Now().UnixNano())}, func(ToolNews) {})
			if err != nil {
				b.Fatal(err)
			}
			tools = append(tools, t)
			sources = append(sources, t.Source(tool.Speaker{Leg: "a"}), t.Source(tool.Speaker{Leg: "b"}))
		}
		time.Sleep(time.Second)
		core, plugin = core-cpu(b, 0), plugin-cpu(b, pid)
		stop := clockWith(h, func(tick uint64) {
			for i, s := range sources {
				if (i+int(tick/100))%2 == 0 {
					s.Hear(tick, &frames[i%len(frames)])
				} else {
					s.Hear(tick, nil)
				}
			}
		})
		time.Sleep(seconds * time.Second)
		stop()
		core, plugin = core+cpu(b, 0), plugin+cpu(b, pid)
		time.Sleep(2 * time.Second) // the counters are a second old
		for _, t := range tools {
			_, n := t.Counts()
			missed += n
		}
		after -= cpu(b, pid)
		ended := done.n.Load()
		for _, t := range tools {
			t.Close()
		}
		until(b, "the recordings are finished", func() bool { return done.n.Load() == ended+calls })
		after += cpu(b, pid)
	}
	n := float64(calls*seconds*b.N) * 1e6
	b.ReportMetric(float64(core)/n, "core-cpu-ms/call-s")
	b.ReportMetric(float64(plugin)/n, "plugin-cpu-ms/call-s")
	b.ReportMetric(float64(after)/n, "finish-cpu-ms/call-s")
	b.ReportMetric(float64(missed), "frames-missed")
}

// finished counts the recordings that are.
type finished struct{ n atomic.Int64 }

func (f *finished) Recording(_ string, r archive.Recording) error {
	if !r.Ended.IsZero() {
		f.n.Add(1)
	}
	return nil
}

func (f *finished) RecordingGone(string, string) error { return nil }

func (f *finished) Utterance(string, archive.Utterance) error { return nil }
