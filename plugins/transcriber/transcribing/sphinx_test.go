package transcribing

import (
	"context"
	"encoding/binary"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// TestMain is also what an engine's process runs.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == EngineArgument {
		if err := ServeEngine(os.Stdin, os.Stdout); err != nil {
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// speech is a sentence of LibriVox, from Debian's pocketsphinx-testdata.
func speech(t testing.TB, name string) []int16 {
	t.Helper()
	b, err := os.ReadFile("/usr/share/pocketsphinx/test/data/librivox/sense_and_sensibility_01_austen_64kb-" + name + ".wav")
	if err != nil {
		t.Skipf("the package pocketsphinx-testdata is not installed: %v", err)
	}
	b = b[44:]
	pcm := make([]int16, len(b)/2)
	for i := range pcm {
		pcm[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return pcm
}

// pocketsphinx opens the real engine.
func pocketsphinx(t testing.TB) Engine {
	t.Helper()
	e, err := Processes(defaults().Model)(t.Context())
	if err != nil {
		if _, e := exec.LookPath("pocketsphinx_continuous"); e != nil {
			t.Skip(err)
		}
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

// The engine understands real speech, one utterance after another, and says what
// it has so far.
func TestPocketsphinx(t *testing.T) {
	pcm := speech(t, "0880") // he was not an ill disposed young man
	e := pocketsphinx(t)
	for range 2 {
		partial := ""
		for at := 0; at < len(pcm); at += chunk {
			text, err := e.Hear(t.Context(), pcm[at:min(at+chunk, len(pcm))])
			if err != nil {
				t.Fatal(err)
			}
			if at < len(pcm)*3/4 && text != "" {
				partial = text
			}
		}
		text, err := e.End(t.Context())
		if err != nil || !strings.Contains(text, "young man") || partial == "" {
			t.Errorf("understood %q, before the end %q, %v", text, partial, err)
		}
	}
	if text, err := e.End(t.Context()); err != nil || text != "" {
		t.Errorf("of nothing it understands %q, %v", text, err)
	}
}

// A process that is killed, or that hangs, is an error and not a hang.
func TestTheEnginesProcessEnds(t *testing.T) {
	pocketsphinx(t)
	e := pocketsphinx(t).(*process)
	if err := e.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := e.Hear(t.Context(), make([]int16, chunk)); err == nil || !strings.Contains(err.Error(), "has ended") {
		t.Errorf("it was killed: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := start(ctx, exec.Command("sleep", "1000"), Model{}); err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("it hangs: %v", err)
	}
	if _, err := start(t.Context(), exec.Command("yes"), Model{}); err == nil {
		t.Error("it speaks something else, and is taken")
	}
}

// Without its model or with a wrong one, the engine says what to do.
func TestAModelThatIsNotThere(t *testing.T) {
	m := defaults().Model
	m.Dictionary = "/nowhere/x.dict"
	if _, err := Processes(m)(t.Context()); err == nil || !strings.Contains(err.Error(), "pocketsphinx-en-us") {
		t.Errorf("%v", err)
	}
	pocketsphinx(t)
	m.Dictionary = "/etc/hostname"
	m.Language = "/etc/hostname"
	if _, err := Processes(m)(t.Context()); err == nil || !strings.Contains(err.Error(), "hostname") {
		t.Errorf("%v", err)
	}
}

// BenchmarkPocketsphinx is what a second of speech costs.
func BenchmarkPocketsphinx(b *testing.B) {
	pcm := speech(b, "0870")
	e := pocketsphinx(b)
	for b.Loop() {
		for at := 0; at < len(pcm); at += chunk {
			if _, err := e.Hear(b.Context(), pcm[at:min(at+chunk, len(pcm))]); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := e.End(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N)/(float64(len(pcm))/Rate), "ms/s-of-speech")
}
