package transcribing

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/tool"
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

// What comes through a call, with faint noise in the pauses as codecs leave it, and
// is cut into utterances, is understood as well as the engine understands the same
// sentences one by one.
func TestUnderstandingIsTheEngines(t *testing.T) {
	transcription, err := os.ReadFile("/usr/share/pocketsphinx/test/data/librivox/transcription")
	if err != nil {
		t.Skipf("the package pocketsphinx-testdata is not installed: %v", err)
	}
	var read, offline []string
	noise := rand.New(rand.NewPCG(1, 2))
	pause := func(pcm []int16) []int16 {
		for range Rate * 3 / 2 {
			pcm = append(pcm, int16(noise.IntN(3)-1))
		}
		return pcm
	}
	call := pause(nil)
	e := pocketsphinx(t)
	understand := func(pcm []int16) []string {
		for part := range slices.Chunk(pcm, chunk) {
			if _, err := e.Hear(t.Context(), part); err != nil {
				t.Fatal(err)
			}
		}
		text, err := e.End(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return strings.Fields(text)
	}
	for _, name := range []string{"0880", "0890"} {
		pcm := speech(t, name)
		for line := range strings.Lines(string(transcription)) {
			if words, found := strings.CutSuffix(strings.TrimSpace(line), "-"+name+")"); found {
				words, _, _ = strings.Cut(strings.TrimPrefix(words, "<s> "), " </s>")
				read = append(read, strings.Fields(words)...)
			}
		}
		offline = append(offline, understand(pcm)...)
		call = pause(append(call, pcm...))
	}
	c := cutter{s: &session{t: New(), call: tool.Call{At: time.Now()}}}
	tick := uint64(0)
	for part := range slices.Chunk(call, perTick) {
		tick++
		f := tool.Frame{Tick: tick}
		for _, v := range part {
			f.Samples = append(f.Samples, float32(v)/(1<<15))
		}
		c.take(f)
	}
	c.end()
	var cut []string
	for _, u := range c.s.t.queue {
		cut = append(cut, understand(u.pcm)...)
	}
	was, is := wrong(read, offline), wrong(read, cut)
	t.Logf("of %d words %d are wrong, offline %d, in %d utterances", len(read), is, was, len(c.s.t.queue))
	if is > was+len(read)/10 {
		t.Errorf("of %d words %d are wrong, offline %d: %q", len(read), is, was, cut)
	}
}

// wrong is how many words have to be put in, taken out or changed to come to what
// was read.
func wrong(read, got []string) int {
	row := make([]int, len(got)+1)
	for j := range row {
		row[j] = j
	}
	for i, want := range read {
		diagonal := row[0]
		row[0] = i + 1
		for j, g := range got {
			cost := diagonal
			if g != want {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(got)]
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
