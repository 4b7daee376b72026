package recording

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"golang.org/x/sys/unix"

	"github.com/plugboard/plugboard/sdk/tool"
)

// BenchmarkRecording is what a second of a recorded call of two costs here: while
// it goes on, without what brings its frames, and then the making of its file, in
// each format. The parties speak in turns.
func BenchmarkRecording(b *testing.B) {
	const seconds = 60
	for _, format := range []string{"wav", "flac", "opus"} {
		b.Run(format, func(b *testing.B) {
			d := &desk{Recorder: New(), dir: b.TempDir()}
			if err := d.Configure(map[string]any{"format": format}); err != nil {
				b.Fatal(err)
			}
			d.Free = func() (uint64, error) { return 1 << 40, nil }
			over, cancel := context.WithCancel(hclog.WithContext(b.Context(), hclog.NewNullLogger()))
			cancel() // it does nothing by itself
			d.Run(over, d)
			voice := make([]float32, d.Rate()/50*10)
			for i := range voice {
				voice[i] = float32(0.3 * math.Sin(float64(i)/7) * math.Sin(float64(i)/300))
			}
			frame := len(voice) / 10
			var write, finish time.Duration
			for n := range b.N {
				call := tool.Call{Attachment: "a", ID: fmt.Sprint("c", n), Tick: 1000, At: time.Now()}
				attached, err := d.Attach(b.Context(), call, func(tool.Event) {})
				if err != nil {
					b.Fatal(err)
				}
				s := attached.(*session)
				if err := s.begin(); err != nil {
					b.Fatal(err)
				}
				var tracks []*track
				for _, leg := range []string{"a", "b"} {
					if err := s.note(line{Speaker: &speakerLine{Leg: leg, Number: leg, Tick: 1001}}); err != nil {
						b.Fatal(err)
					}
					tracks = append(tracks, &track{s: s, leg: leg})
				}
				write -= cpu(b)
				for i := range uint64(seconds * 50) {
					for p, t := range tracks {
						at := int(i) % 10 * frame
						f := tool.Frame{Tick: 1001 + i, Samples: voice[at : at+frame], Silent: (p+int(i/100))%2 == 1}
						if err := t.take(f); err != nil {
							b.Fatal(err)
						}
					}
				}
				for _, t := range tracks {
					if err := t.end(nil); err != nil {
						b.Fatal(err)
					}
				}
				write += cpu(b)
				if err := s.Close(b.Context()); err != nil {
					b.Fatal(err)
				}
				finish -= cpu(b)
				if err := d.finish(b.Context(), fmt.Sprint("c", n)); err != nil {
					b.Fatal(err)
				}
				finish += cpu(b)
			}
			b.ReportMetric(write.Seconds()*1000/seconds/float64(b.N), "write-cpu-ms/call-s")
			b.ReportMetric(finish.Seconds()*1000/seconds/float64(b.N), "finish-cpu-ms/call-s")
		})
	}
}

// cpu is what this process has taken of the processor.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var r unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &r); err != nil {
		b.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
