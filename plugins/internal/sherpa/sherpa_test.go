package sherpa_test

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/plugboard/plugboard/plugins/internal/sherpa"
	"github.com/plugboard/plugboard/plugins/internal/sherpa/tiny"
)

// spelled is what was said by a voice that has a tone for each letter.
func spelled(pcm []float32, letter, speaker int) string {
	var b strings.Builder
	for part := range slices.Chunk(pcm, letter) {
		turns := 0
		for i := 1; i < len(part); i++ {
			if part[i-1] < 0 && part[i] >= 0 {
				turns++
			}
		}
		hz := float64(turns) * tiny.Rate / float64(len(part))
		best := byte('?')
		for _, c := range []byte("abcdefghijklmnopqrstuvwxyz. ") {
			if math.Abs(tiny.Tone(c, speaker)-hz) <= 20*float64(1+speaker) {
				best = c
			}
		}
		b.WriteByte(best)
	}
	return b.String()
}

func TestAVoiceSpeaksLetterByLetter(t *testing.T) {
	dir := tiny.VITS(t)
	v, err := tiny.Library(t).NewVoice(sherpa.VoiceConfig{Kind: sherpa.VITS, Model: filepath.Join(dir, "model.onnx"), Tokens: filepath.Join(dir, "tokens.txt"), Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	if v.Rate != tiny.Rate || v.Speakers != tiny.Speakers {
		t.Errorf("%d Hz, %d speakers", v.Rate, v.Speakers)
	}
	for speaker := range 2 {
		for _, speed := range []float32{1, 2} {
			var parts []string
			err := v.Speak("First. second. third", speaker, speed, func(pcm []float32) bool {
				parts = append(parts, spelled(pcm, int(tiny.Letter/speed), speaker))
				return true
			})
			if want := []string{"first.", " second.", " third"}; !slices.Equal(parts, want) || err != nil {
				t.Errorf("speaker %d, speed %v: heard %q, %v", speaker, speed, parts, err)
			}
		}
	}
	n := 0
	if err := v.Speak("a. b. c.", 0, 1, func([]float32) bool { n++; return false }); n != 1 || err != nil {
		t.Errorf("%d sentences, %v", n, err)
	}
	if err := v.Speak("中", 0, 1, func([]float32) bool { return true }); err == nil {
		t.Error("it has said what it cannot say")
	}
	// Many at once do not hear one another.
	var all sync.WaitGroup
	for _, word := range []string{"one", "two", "three", "four", "five", "six"} {
		all.Go(func() {
			var b strings.Builder
			err := v.Speak(word+". "+word, 0, 1, func(pcm []float32) bool {
				b.WriteString(spelled(pcm, tiny.Letter, 0))
				return true
			})
			if b.String() != word+". "+word || err != nil {
				t.Errorf("%s: heard %q, %v", word, b.String(), err)
			}
		})
	}
	all.Wait()
}

// What models of other kinds say is what espeak-ng makes of the text; longer texts
// are longer.
func TestVoicesOfPhonemes(t *testing.T) {
	const data = "/usr/lib/x86_64-linux-gnu/espeak-ng-data"
	if _, err := os.Stat(data); err != nil {
		t.Skip(err)
	}
	kokoro, matcha := tiny.Kokoro(t), tiny.Matcha(t)
	for _, c := range []sherpa.VoiceConfig{
		{Kind: sherpa.Kokoro, Model: filepath.Join(kokoro, "model.onnx"), Tokens: filepath.Join(kokoro, "tokens.txt"), Voices: filepath.Join(kokoro, "voices.bin")},
		{Kind: sherpa.Matcha, Model: filepath.Join(matcha, "model.onnx"), Tokens: filepath.Join(matcha, "tokens.txt"), Vocoder: filepath.Join(matcha, "vocoder.onnx")},
	} {
		t.Run(c.Kind, func(t *testing.T) {
			c.DataDir, c.Threads = data, 1
			v, err := tiny.Library(t).NewVoice(c)
			if err != nil {
				t.Fatal(err)
			}
			defer v.Close()
			length := func(text string, speed float32) (samples, sentences int) {
				if err := v.Speak(text, v.Speakers-1, speed, func(pcm []float32) bool {
					samples += len(pcm)
					sentences++
					return true
				}); err != nil {
					t.Error(err)
				}
				return samples, sentences
			}
			short, _ := length("Hello.", 1)
			long, n := length("Hello and welcome to the house. Please hold the line.", 1)
			fast, _ := length("Hello and welcome to the house. Please hold the line.", 2)
			if short == 0 || long < 3*short || n != 2 || math.Abs(float64(long)/float64(fast)-2) > 0.1 {
				t.Errorf("%d, %d in %d sentences, %d samples", short, long, n, fast)
			}
		})
	}
}

func TestRecognizersUnderstandTones(t *testing.T) {
	for _, tt := range []struct {
		kind   string
		make   func(testing.TB) string
		joiner bool
		said   []float64
		want   string
	}{
		{sherpa.Streaming, tiny.Streaming, true, []float64{tiny.Low, tiny.High, tiny.Mid}, "low high mid"},
		{sherpa.Streaming, tiny.Streaming, true, []float64{0}, ""},
		{sherpa.Transducer, tiny.Transducer, true, []float64{tiny.Mid, tiny.Low}, "mid low"},
		{sherpa.Whisper, tiny.Whisper, false, []float64{tiny.Low}, "low"},
		{sherpa.Whisper, tiny.Whisper, false, []float64{tiny.High}, "high"},
	} {
		t.Run(tt.kind+" "+tt.want, func(t *testing.T) {
			dir := tt.make(t)
			c := sherpa.RecognizerConfig{
				Kind: tt.kind, Encoder: filepath.Join(dir, "encoder.onnx"), Decoder: filepath.Join(dir, "decoder.onnx"),
				Tokens: filepath.Join(dir, "tokens.txt"), Rate: 16000, Threads: 1,
			}
			if tt.joiner {
				c.Joiner = filepath.Join(dir, "joiner.onnx")
			}
			r, err := tiny.Library(t).NewRecognizer(c)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			for range 2 { // one utterance knows nothing of another
				var partial []string
				for part := range slices.Chunk(tiny.Sound(16000, tt.said...), 3000) {
					if s := r.Hear(part); s != "" && (len(partial) == 0 || partial[len(partial)-1] != s) {
						partial = append(partial, s)
					}
				}
				if got := r.End(); got != tt.want {
					t.Errorf("it has understood %q after %q, want %q", got, partial, tt.want)
				}
				if tt.kind == sherpa.Streaming && len(partial) != len(strings.Fields(tt.want)) {
					t.Errorf("meanwhile %q", partial)
				}
			}
		})
	}
}

func TestWhatIsNotThere(t *testing.T) {
	_, err := sherpa.Open("/nowhere")
	if err == nil || !strings.Contains(err.Error(), "npm pack sherpa-onnx-linux-") {
		t.Errorf("got %v", err)
	}
	l := tiny.Library(t)
	if _, err := l.NewVoice(sherpa.VoiceConfig{Kind: sherpa.VITS, Model: "/nowhere.onnx"}); err == nil || err.Error() != `model = "/nowhere.onnx": no such file or directory` {
		t.Errorf("got %v", err)
	}
	if _, err := l.NewRecognizer(sherpa.RecognizerConfig{Kind: sherpa.Whisper, Tokens: "/nowhere.txt"}); err == nil || err.Error() != `tokens = "/nowhere.txt": no such file or directory` {
		t.Errorf("got %v", err)
	}
}
