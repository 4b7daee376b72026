package transcribing

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/plugins/internal/sherpa"
	"github.com/plugboard/plugboard/plugins/internal/sherpa/tiny"
)

// tones opens the real engine with a model that understands tones as words.
func tones(t testing.TB, kind, dir string) (Engine, error) {
	t.Helper()
	tiny.Library(t)
	c := map[string]any{"engine": "sherpa-onnx", "kind": kind}
	for _, part := range []string{"encoder", "decoder", "joiner"} {
		if part != "joiner" || kind != sherpa.Whisper {
			c[part] = filepath.Join(dir, part+".onnx")
		}
	}
	cfg, err := parse(c)
	if err != nil {
		t.Fatal(err)
	}
	return Processes(cfg.Model)(t.Context())
}

// sounded are tones as an engine hears them.
func sounded(hz ...float64) (pcm []int16) {
	for _, x := range tiny.Sound(Rate, hz...) {
		pcm = append(pcm, int16(math.Round(float64(x)*(1<<15))))
	}
	return pcm
}

// The engine in its process understands one utterance after another, with any
// kind of model, and says what it has so far if the model can.
func TestSherpa(t *testing.T) {
	for _, tt := range []struct {
		kind    string
		make    func(testing.TB) string
		said    []float64
		partial []string
		want    string
	}{
		{sherpa.Streaming, tiny.Streaming, []float64{tiny.Low, tiny.High, tiny.Mid}, []string{"low", "low high", "low high mid"}, "low high mid"},
		{sherpa.Transducer, tiny.Transducer, []float64{tiny.High, tiny.Mid}, nil, "high mid"},
		{sherpa.Whisper, tiny.Whisper, []float64{tiny.High}, nil, "high"},
	} {
		t.Run(tt.kind, func(t *testing.T) {
			e, err := tones(t, tt.kind, tt.make(t))
			if err != nil {
				t.Fatal(err)
			}
			defer e.Close()
			for range 2 {
				var partial []string
				for part := range slices.Chunk(sounded(tt.said...), chunk) {
					text, err := e.Hear(t.Context(), part)
					if err != nil {
						t.Fatal(err)
					}
					if text != "" && (len(partial) == 0 || partial[len(partial)-1] != text) {
						partial = append(partial, text)
					}
				}
				text, err := e.End(t.Context())
				if text != tt.want || err != nil || !slices.Equal(partial, tt.partial) {
					t.Errorf("understood %q after %q, %v", text, partial, err)
				}
			}
			if text, err := e.End(t.Context()); text != "" || err != nil {
				t.Errorf("of nothing it understands %q, %v", text, err)
			}
		})
	}
}

// The library ends the process at a model that is none: the engine says so, and
// what the library has said.
func TestAModelThatIsNone(t *testing.T) {
	dir := tiny.Streaming(t)
	if err := os.WriteFile(filepath.Join(dir, "encoder.onnx"), []byte("no model"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := tones(t, sherpa.Streaming, dir); err == nil || !strings.Contains(err.Error(), "the engine's process has ended") || !strings.Contains(err.Error(), "encoder.onnx") {
		t.Errorf("got %v", err)
	}
	if err := os.Remove(filepath.Join(dir, "encoder.onnx")); err != nil {
		t.Fatal(err)
	}
	if _, err := tones(t, sherpa.Streaming, dir); err == nil || !strings.Contains(err.Error(), `encoder.onnx": no such file or directory`) {
		t.Errorf("got %v", err)
	}
}
