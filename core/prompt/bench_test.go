package prompt

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/plugin"
	"github.com/plugboard/plugboard/sdk/tts"
)

// flite speaks by the real plugin, in a process of its own.
type flite struct{ host *plugin.Host }

func (f flite) Engine(string) (Engine, error) {
	return Engine{Plugin: "tts-command", Version: "1"}, nil
}

func (f flite) Speak(ctx context.Context, name string, r tts.Request, out tts.Out) error {
	return f.host.Speak(ctx, name, r, out)
}

// BenchmarkFirstSound is how long it takes from the request for a prompt of ten
// seconds until there is something to hear: from memory, from a file of the cache
// (goal: 40 ms), and spoken by flite (goal: 250 ms). The tick adds up to 20 ms.
func BenchmarkFirstSound(b *testing.B) {
	bin := os.Getenv("PLUGBOARD_BIN")
	if bin == "" {
		b.Skip("PLUGBOARD_BIN does not name the folder with the binaries: run `make bench`")
	}
	host := plugin.New(plugin.Options{Log: hclog.NewNullLogger(), Launch: &plugin.Processes{Bundled: filepath.Join(bin, "plugins"), Lines: 4}})
	defer host.Close(context.Background())
	if err := host.Start(b.Context(), []plugin.Spec{{Name: "tts-command"}}); err != nil {
		b.Fatal(err)
	}
	text := func(n int) *config.Prompt {
		return &config.Prompt{Text: fmt.Sprintf("This is text number %d. Our office is closed today, and nobody can take your call before tomorrow. "+
			"Please call again between nine and five. If it is urgent, press the star key.", n)}
	}
	dir := b.TempDir()
	make := func() *Prompts { return New(Options{Dir: dir, Speech: flite{host}, Log: hclog.NewNullLogger()}) }
	p := make()
	defer func() { p.Close() }()
	n := 0
	first := func(b *testing.B, what func() *config.Prompt, before func()) {
		var all []time.Duration
		for b.Loop() {
			before()
			began := time.Now()
			s := p.Open(what(), Play{Times: 1})
			<-s.Ready()
			all = append(all, time.Since(began))
			<-s.track.over
			if err := s.Failed(); err != nil {
				b.Fatal(err)
			}
			s.Stop()
		}
		slices.Sort(all)
		ms := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
		b.ReportMetric(ms(all[len(all)/2]), "p50-ms")
		b.ReportMetric(ms(all[len(all)-1]), "max-ms")
		b.ReportMetric(0, "ns/op")
	}
	b.Run("flite", func(b *testing.B) { first(b, func() *config.Prompt { n++; return text(n) }, func() {}) })
	b.Run("disk", func(b *testing.B) {
		first(b, func() *config.Prompt { return text(1) }, func() { p.Close(); p = make() })
	})
	b.Run("memory", func(b *testing.B) { first(b, func() *config.Prompt { return text(1) }, func() {}) })
}
