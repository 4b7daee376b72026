package music

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/media/sound"
)

// all is a sound as samples.
func all(s *sound.Sound) []float32 {
	var out []float32
	var f audio.Frame
	for p := s.Player(false); p.Next(&f); {
		out = append(out, f[:]...)
	}
	return out
}

// power is the part of a sound's power that lies between two frequencies, by a
// bank of Goertzel filters 20 Hz apart over a second.
func power(pcm []float32, from, to float64) (sum float64) {
	for hz := from; hz < to; hz += 20 {
		turn, s1, s2 := 2*math.Cos(2*math.Pi*hz/audio.Rate), 0., 0.
		for _, v := range pcm {
			s1, s2 = float64(v)+turn*s1-s2, s1
		}
		sum += s1*s1 + s2*s2 - turn*s1*s2
	}
	return sum
}

func TestTheBundledPieceIsQuietAndLoops(t *testing.T) {
	s := compose()
	pcm := all(s)
	var most, sum, step float64
	for i, v := range pcm {
		most = max(most, math.Abs(float64(v)))
		sum += float64(v) * float64(v)
		step = max(step, math.Abs(float64(v-pcm[(i+1)%len(pcm)])))
	}
	if level := 10 * math.Log10(sum/float64(len(pcm))); level < -36 || level > -26 {
		t.Errorf("its level is %.1f dBov", level)
	}
	if most > 0.131 || most < 0.125 {
		t.Errorf("its peak is %.3f", most)
	}
	if seam := math.Abs(float64(pcm[0] - pcm[len(pcm)-1])); seam > step/2 {
		t.Errorf("the seam is heard: a step of %.4f, where %.4f is the largest", seam, step)
	}
	for from := 0; from+audio.Rate <= len(pcm); from += 21 * audio.Rate {
		second := pcm[from : from+audio.Rate]
		if in, out := power(second, 200, 3400), power(second, 3400, 8000)+power(second, 20, 200); in < 50*out {
			t.Errorf("at %d s: %.1f inside the telephone's band, %.1f outside", from/audio.Rate, in, out)
		}
	}
	if s.Duration() != 64*time.Second {
		t.Errorf("it lasts %v", s.Duration())
	}
}

func TestTones(t *testing.T) {
	pcm := all(sound.Tone("425+500/1000, 0/500"))
	if len(pcm) != audio.Rate*3/2 {
		t.Errorf("%d samples", len(pcm))
	}
	if a, b, c := power(pcm[:audio.Rate], 425, 426), power(pcm[:audio.Rate], 500, 501), power(pcm[:audio.Rate], 600, 900); math.Abs(a/b-1) > 0.2 || c > a/100 {
		t.Errorf("425 Hz %.1f, 500 Hz %.1f, elsewhere %.1f", a, b, c)
	}
	if power(pcm[audio.Rate:], 10, 1000) > 1e-6 {
		t.Error("silence is not silent")
	}
}

func load(t *testing.T, dir, text string, before *Set) (*config.Config, *Set, hcl.Diagnostics) {
	t.Helper()
	file := filepath.Join(dir, "config.hcl")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, diags := config.Load(file, config.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	s, diags := Load(cfg, before)
	return cfg, s, diags
}

// wav is a file of one value, 48 kHz and 8 bits, most of which takes no disk.
func wav(t *testing.T, file string, seconds int) {
	t.Helper()
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x80\xbb\x00\x00\x80\xbb\x00\x00\x01\x00\x08\x00data\x00\x00\x00\x00")
	if err := errors.Join(os.WriteFile(file, b, 0o600), os.Truncate(file, int64(len(b)+audio.Rate*seconds))); err != nil {
		t.Fatal(err)
	}
}

func TestEachFileIsDecodedOnce(t *testing.T) {
	dir := t.TempDir()
	wav(t, filepath.Join(dir, "hold.wav"), 2)
	const text = `
media { music = sound("hold.wav") }
extension "plain" { number = "101" }
extension "same" {
  number = "102"
  media { music = sound("hold.wav") }
}
extension "quiet" {
  number = "103"
  media { music = "none" }
}
conference "daily" { music = tone("440/100") }
`
	cfg, s, diags := load(t, dir, text, nil)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	site := s.Of(nil)
	if site.Duration() != 2*time.Second || s.Of(cfg.Extensions[1].Music) != site {
		t.Error("one file is two sounds")
	}
	if s.Of(cfg.Extensions[2].Music) != nil {
		t.Error("none is not silence")
	}
	if s.Of(cfg.Conferences[0].Music).Duration() != 100*time.Millisecond {
		t.Error("the tone is another")
	}
	_, again, _ := load(t, dir, text, s)
	if again.Of(nil) != site {
		t.Error("the same file is decoded anew by a reload")
	}
	wav(t, filepath.Join(dir, "hold.wav"), 3)
	if _, again, _ = load(t, dir, text, s); again.Of(nil).Duration() != 3*time.Second {
		t.Error("a file that has changed is not read anew")
	}
	if _, none, _ := load(t, dir, `media { music = "" }`, again); none.Of(nil) != nil {
		t.Error(`music = "" is not silence`)
	}
}

func TestWhatIsBundledIsMadeOnce(t *testing.T) {
	dir := t.TempDir()
	_, s, _ := load(t, dir, ``, nil)
	_, again, _ := load(t, dir, ``, s)
	if s.Of(nil) == nil || s.Of(nil) != again.Of(nil) {
		t.Error("the bundled piece is made again")
	}
}

func TestWhatCannotBePlayedIsToldWithItsPlace(t *testing.T) {
	dir := t.TempDir()
	wav(t, filepath.Join(dir, "long.wav"), 11*60)
	if err := os.WriteFile(filepath.Join(dir, "text.wav"), []byte("this is none"), 0o600); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("0/60000,", 9)
	_, _, diags := load(t, dir, fmt.Sprintf(`
media { music = sound("none.wav") }
conference "one" { music = sound("text.wav") }
conference "two" { music = sound("long.wav") }
conference "a" { music = tone("%[1]s0/1") }
conference "b" { music = tone("%[1]s0/2") }
conference "c" { music = tone("%[1]s0/3") }
conference "d" { music = tone("%[1]s0/4") }
`, long), nil)
	want := []struct {
		line int
		says string
	}{{2, "no such file"}, {3, "text.wav: It is none of the kinds"}, {4, "longer than 10m0s"}, {8, "the tone: with it, the music of all lasts longer than 30m0s"}}
	if len(diags) != len(want) {
		t.Fatalf("%v", diags)
	}
	for i, w := range want {
		if d := diags[i]; d.Subject.Start.Line != w.line || !strings.Contains(d.Detail, w.says) {
			t.Errorf("%v, want line %d: %s", d, w.line, w.says)
		}
	}
}

func BenchmarkCompose(b *testing.B) {
	for b.Loop() {
		compose()
	}
}
