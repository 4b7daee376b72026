package neural

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/plugins/internal/sherpa/tiny"
	"github.com/plugboard/plugboard/sdk/schema"
	"github.com/plugboard/plugboard/sdk/tts"
)

// block is a config {} of the model in a folder, with more.
func block(dir string, more map[string]any) map[string]any {
	b := map[string]any{"model": filepath.Join(dir, "model.onnx")}
	for k, v := range more {
		b[k] = v
	}
	return b
}

// engine makes an engine with a model that has a tone for each letter.
func engine(t *testing.T, more map[string]any) *Engine {
	t.Helper()
	tiny.Library(t)
	return configured(t, block(tiny.VITS(t), more))
}

func configured(t *testing.T, b map[string]any) *Engine {
	t.Helper()
	if err := schema.Check(Schema(), b); err != nil {
		t.Fatal(err)
	}
	e := New()
	if err := e.Configure(b); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { <-e.load().done })
	return e
}

// letters are how long the pieces are that a text is told in.
func letters(t *testing.T, e *Engine, r tts.Request) (pieces []int, err error) {
	t.Helper()
	err = e.Speak(t.Context(), r, func(rate int, pcm []float32) error {
		if rate != tiny.Rate {
			t.Errorf("rate %d", rate)
		}
		pieces = append(pieces, len(pcm)/tiny.Letter)
		return nil
	})
	return pieces, err
}

func TestATextIsToldSentenceBySentence(t *testing.T) {
	e := engine(t, nil)
	if got, err := letters(t, e, tts.Request{Text: "One. two. three"}); !slices.Equal(got, []int{4, 5, 6}) || err != nil {
		t.Errorf("pieces of %v letters: %v", got, err)
	}
	// Words without an end are cut all the same.
	if got, err := letters(t, e, tts.Request{Text: strings.Repeat("word ", 500)}); len(got) != 3 || err != nil {
		t.Errorf("pieces of %v letters: %v", got, err)
	}
	if got, err := letters(t, e, tts.Request{Text: "a b", Voice: "1"}); !slices.Equal(got, []int{3}) || err != nil {
		t.Errorf("pieces of %v letters: %v", got, err)
	}
	if got, err := letters(t, engine(t, map[string]any{"speed": 2.}), tts.Request{Text: "abcd"}); !slices.Equal(got, []int{2}) || err != nil {
		t.Errorf("pieces of %v letters: %v", got, err)
	}
	list, err := e.Voices(t.Context())
	if want := []tts.Voice{{Name: "0", Default: true}, {Name: "1"}}; !slices.Equal(list, want) || err != nil {
		t.Errorf("voices %v: %v", list, err)
	}
}

func TestNobodyListensAnyMore(t *testing.T) {
	e := engine(t, nil)
	hungUp := errors.New("hung up")
	for _, by := range []string{"out", "context"} {
		ctx, cancel := context.WithCancelCause(t.Context())
		told := 0
		err := e.Speak(ctx, tts.Request{Text: "One. two. three. four."}, func(int, []float32) error {
			if told++; by == "context" {
				cancel(hungUp)
				return nil
			}
			return hungUp
		})
		cancel(nil)
		if !errors.Is(err, hungUp) || told != 1 {
			t.Errorf("by %s: told %d sentences, %v", by, told, err)
		}
	}
}

// No more texts are spoken at once than may, and who waits can go.
func TestThePoolIsBounded(t *testing.T) {
	e := engine(t, map[string]any{"texts": 1.})
	began, go_, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- e.Speak(t.Context(), tts.Request{Text: "ab"}, func(int, []float32) error {
			close(began)
			<-go_
			return nil
		})
	}()
	<-began
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := e.Speak(ctx, tts.Request{Text: "cd"}, func(int, []float32) error { t.Error("it spoke"); return nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who waited got %v", err)
	}
	close(go_)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestWhatGoesWrong(t *testing.T) {
	tiny.Library(t)
	dir := tiny.VITS(t)
	short := configured(t, block(dir, nil))
	short.most = time.Second
	for _, tt := range []struct {
		name string
		e    *Engine
		r    tts.Request
		want string
	}{
		{"no library", configured(t, block(dir, map[string]any{"library": "/nowhere"})), tts.Request{Text: "ab"}, "sherpa-onnx is not there (stat /nowhere/libsherpa-onnx-c-api.so: no such file or directory): npm pack"},
		{"no model", configured(t, map[string]any{"model": "/nowhere/a.onnx"}), tts.Request{Text: "ab"}, `model = "/nowhere/a.onnx": no such file or directory`},
		{"no tokens", configured(t, block(dir, map[string]any{"tokens": "/nowhere/t"})), tts.Request{Text: "ab"}, `tokens = "/nowhere/t": no such file or directory`},
		{"no speaker", configured(t, block(dir, map[string]any{"speaker": 2.})), tts.Request{Text: "ab"}, "speaker is 2, and the model has 2, from 0 on"},
		{"no voice", configured(t, block(dir, nil)), tts.Request{Text: "a", Voice: "anna"}, `there is no such voice: "anna"; voices of this model are the numbers from 0 to 1`},
		{"nothing to say", configured(t, block(dir, nil)), tts.Request{Text: "你好"}, "there is nothing in the text that this voice can say"},
		{"too much", short, tts.Request{Text: "abcdefghijklmnop"}, "the text makes more than 1s of sound"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := letters(t, tt.e, tt.r); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// What was missing may come while the plugin runs.
func TestAModelThatComesLater(t *testing.T) {
	tiny.Library(t)
	dir, later := tiny.VITS(t), filepath.Join(t.TempDir(), "voice")
	e := configured(t, block(later, nil))
	if _, err := letters(t, e, tts.Request{Text: "ab"}); err == nil {
		t.Fatal("it speaks without a model")
	}
	if err := os.Rename(dir, later); err != nil {
		t.Fatal(err)
	}
	if got, err := letters(t, e, tts.Request{Text: "ab"}); !slices.Equal(got, []int{2}) || err != nil {
		t.Errorf("pieces of %v letters: %v", got, err)
	}
}

func TestConfig(t *testing.T) {
	for _, tt := range []struct {
		block map[string]any
		want  string // "": fine
	}{
		{map[string]any{"model": "a.onnx"}, ""},
		{map[string]any{"model": "a.onnx", "kind": "kokoro", "voices": "b.bin", "speaker": 5., "threads": 4., "texts": 1., "speed": 1.5}, ""},
		{map[string]any{"model": "a.onnx", "kind": "matcha", "vocoder": "b.onnx"}, ""},
		{nil, "model is needed"},
		{map[string]any{"model": "a.onnx", "kind": "bark"}, `kind is "bark"; it is "vits", "kokoro" or "matcha"`},
		{map[string]any{"model": "a.onnx", "kind": "matcha"}, `kind = "matcha" needs vocoder`},
		{map[string]any{"model": "a.onnx", "voices": "b"}, `voices is for kind = "kokoro"`},
		{map[string]any{"model": "a.onnx", "vocoder": "b"}, `vocoder is for kind = "matcha"`},
		{map[string]any{"model": "a.onnx", "speed": 9.}, "speed is 9; it is from 0.25 to 4"},
		{map[string]any{"model": "a.onnx", "speaker": -1.}, "speaker is -1; it is a whole number from 0 to 10000"},
		{map[string]any{"model": "a.onnx", "threads": 1.5}, "threads is 1.5"},
		{map[string]any{"model": "a.onnx", "texts": 0.}, "texts is 0; it is a whole number from 1 to 64"},
	} {
		if err := schema.Check(Schema(), tt.block); err != nil {
			t.Errorf("%v: %v", tt.block, err)
		}
		_, err := read(tt.block)
		switch {
		case tt.want == "" && err != nil, tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%v: got %v, want %s", tt.block, err, tt.want)
		}
	}
}

// BenchmarkFirstSentence is how long a caller waits for the first sound, and what
// a sentence costs, with a model that costs nothing: what is around it.
func BenchmarkFirstSentence(b *testing.B) {
	tiny.Library(b)
	e := New()
	if err := e.Configure(block(tiny.VITS(b), nil)); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := e.Speak(b.Context(), tts.Request{Text: "welcome."}, func(int, []float32) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
