package command

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/plugboard/plugboard/sdk/schema"
	"github.com/plugboard/plugboard/sdk/tts"
)

// The test's own binary is the program that is run: what it does is its first
// argument.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "speak" {
		speak(os.Args[2], os.Args[3:])
		return
	}
	os.Exit(m.Run())
}

// speak is a program that speaks: each octet of the text becomes a sample.
func speak(how string, args []string) {
	text := ""
	if len(args) > 0 {
		text = args[0]
	}
	sound := func(text string) (b []byte) {
		for _, c := range []byte(text) {
			b = binary.LittleEndian.AppendUint16(b, uint16(c)<<7)
		}
		return b
	}
	stdin := func() string {
		var b strings.Builder
		buf := make([]byte, 1000)
		for {
			n, err := os.Stdin.Read(buf)
			b.Write(buf[:n])
			if err != nil {
				return b.String()
			}
		}
	}
	switch how {
	case "arg": // raw sound of the argument
		os.Stdout.Write(sound(text))
	case "stdin": // a WAV, as one who writes to a pipe makes it
		os.Stdout.Write(wav(1, 16, 0x7ffff000, sound(stdin())))
	case "files":
		b, err := os.ReadFile(args[0])
		if err == nil {
			fmt.Println("this is no sound")
			err = os.WriteFile(args[1], wav(2, 16, 0, slices.Concat(sound("!"), sound(string(b)))), 0o600)
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	case "env":
		os.Stdout.Write(sound(strings.Join(os.Environ(), " ")))
	case "fail":
		fmt.Fprintln(os.Stderr, "Error: The specified voice\ndoes not exist.")
		os.Exit(3)
	case "nothing":
	case "words":
		fmt.Println("hello, I am a program that says words and no sound at all")
	case "flood":
		for {
			if _, err := os.Stdout.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	case "hang", "child": // tells its process, or that of its child, and stays
		pid := os.Getpid()
		if how == "child" {
			c := exec.Command(os.Args[0], "speak", "hang", os.DevNull)
			if err := c.Start(); err != nil {
				panic(err)
			}
			pid = c.Process.Pid
		}
		os.WriteFile(text, []byte(strconv.Itoa(pid)), 0o600)
		os.Stdout.Write(make([]byte, 2000))
		time.Sleep(time.Hour)
	}
}

// wav is a WAV file whose data says any length.
func wav(channels, bits int, length uint32, data []byte) []byte {
	le := binary.LittleEndian
	b := append([]byte("RIFF"), 0xff, 0xff, 0xff, 0xff)
	b = append(b, "WAVELIST\x03\x00\x00\x00abc\x00fmt \x10\x00\x00\x00\x01\x00"...)
	b = le.AppendUint16(b, uint16(channels))
	b = le.AppendUint32(b, 22050)
	b = le.AppendUint32(b, uint32(22050*channels*bits/8))
	b = le.AppendUint16(b, uint16(channels*bits/8))
	b = le.AppendUint16(b, uint16(bits))
	b = append(b, "data"...)
	b = le.AppendUint32(b, length)
	return append(b, data...)
}

// engine makes an engine whose command is this test, doing something.
func engine(t *testing.T, more map[string]any, how ...string) *Engine {
	t.Helper()
	command := []any{os.Args[0], "speak"}
	for _, w := range how {
		command = append(command, w)
	}
	block := map[string]any{"command": command}
	for k, v := range more {
		block[k] = v
	}
	return configured(t, block)
}

func configured(t *testing.T, block map[string]any) *Engine {
	t.Helper()
	if err := schema.Check(Schema(), block); err != nil {
		t.Fatal(err)
	}
	e := New()
	if err := e.Configure(block); err != nil {
		t.Fatal(err)
	}
	return e
}

var raw = map[string]any{"format": "raw", "rate": 22050.}

// heard is what an engine says: the text that speak made sound of.
func heard(t *testing.T, e *Engine, r tts.Request) (string, error) {
	t.Helper()
	var b strings.Builder
	err := e.Speak(t.Context(), r, func(rate int, pcm []float32) error {
		if rate != 22050 {
			t.Errorf("rate %d", rate)
		}
		for _, s := range pcm {
			b.WriteByte(byte(s * (1 << 15) / (1 << 7)))
		}
		return nil
	})
	return b.String(), err
}

func TestHowTheTextComesAndTheSoundGoes(t *testing.T) {
	for _, tt := range []struct {
		name string
		e    *Engine
		r    tts.Request
		want string
	}{
		{"argument, raw", engine(t, raw, "arg", "<{text}> {voice}{language}"), tts.Request{Text: "a 'b' $HOME {voice}", Voice: "zoe", Language: "en"}, "<a 'b' $HOME {voice}> zoeen"},
		{"an option's look", engine(t, raw, "arg", "{text}"), tts.Request{Text: "-o /etc/passwd"}, " -o /etc/passwd"},
		{"standard input, WAV", engine(t, nil, "stdin"), tts.Request{Text: "  several\n words "}, "several words"},
		{"files, two channels", engine(t, nil, "files", "{text_file}", "{sound_file}"), tts.Request{Text: "12345"}, string([]byte{('!' + '1') / 2, ('2' + '3') / 2, ('4' + '5') / 2})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := heard(t, tt.e, tt.r); got != tt.want || err != nil {
				t.Errorf("heard %q, want %q: %v", got, tt.want, err)
			}
		})
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "plugboard-tts-*")); len(left) > 0 {
		t.Errorf("files are left: %v", left)
	}
}

func TestALongTextIsSpokenInSentences(t *testing.T) {
	e := engine(t, raw, "arg", "{text}|")
	text := "Dr. Smith is not in today, and nobody knows when he will be back. " +
		"Please call again tomorrow! If it is urgent: press one. " + strings.Repeat("word ", 250)
	got, err := heard(t, e, tts.Request{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(strings.TrimSuffix(got, "|"), "|")
	if parts[0] != "Dr. Smith is not in today, and nobody knows when he will be back." || parts[1] != "Please call again tomorrow!" || len(parts) < 4 {
		t.Errorf("spoken as %q", parts)
	}
	if words := strings.Fields(strings.Join(parts, " ")); !slices.Equal(words, strings.Fields(text)) {
		t.Errorf("the words are not those of the text: %q", words)
	}
}

func TestWhatGoesWrong(t *testing.T) {
	flood := engine(t, raw, "flood")
	flood.most = time.Second
	for _, tt := range []struct {
		name string
		e    *Engine
		r    tts.Request
		want string
	}{
		{"it fails", engine(t, nil, "fail"), tts.Request{Text: "a"}, "command failed (exit status 3): Error: The specified voice does not exist."},
		{"no sound", engine(t, nil, "nothing"), tts.Request{Text: "a"}, "it wrote nothing"},
		{"no WAV", engine(t, nil, "words"), tts.Request{Text: "a"}, `it is no WAV; if it is raw sound, set format = "raw"`},
		{"no file", engine(t, nil, "nothing", "{sound_file}"), tts.Request{Text: "a"}, "sound_file: open "},
		{"too much", flood, tts.Request{Text: "a"}, "the text makes more than 1s of sound"},
		{"too long", engine(t, map[string]any{"timeout": "100ms", "format": "raw", "rate": 22050.}, "hang", os.DevNull), tts.Request{Text: "a"}, "longer than 100ms (timeout in the plugin's config)"},
		{"another voice", engine(t, map[string]any{"voices": []any{"slt", "awb"}}, "arg", "{voice}"), tts.Request{Text: "a", Voice: "zoe"}, `there is no such voice in command: "zoe"; there are slt, awb`},
		{"a voice that is an option", engine(t, raw, "arg", "{voice}"), tts.Request{Text: "a", Voice: "-x"}, "no such voice"},
		{"no program", configured(t, map[string]any{"command": []any{"/nowhere/say"}}), tts.Request{Text: "a"}, "/nowhere/say cannot be run (no such file or directory): install it"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := heard(t, tt.e, tt.r)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Setenv("PATH", "")
	if _, err := heard(t, configured(t, map[string]any{"engine": "piper", "model": "de.onnx"}), tts.Request{Text: "a"}); err == nil ||
		!strings.Contains(err.Error(), "piper cannot be run (it is not in /usr/local/bin, /usr/bin, /bin): install piper") {
		t.Errorf("got %v", err)
	}
}

func TestTheEnvironmentIsThePlugins(t *testing.T) {
	t.Setenv("VOICES", "/opt/voices")
	got, err := heard(t, engine(t, raw, "env"), tts.Request{Text: "a"})
	if err != nil || !strings.Contains(got, "VOICES=/opt/voices") {
		t.Errorf("%q %v", got, err)
	}
}

// When nobody listens any more the process ends, and all that it has started,
// before Speak returns.
func TestNobodyListensAnyMore(t *testing.T) {
	hungUp := errors.New("hung up")
	for _, how := range []string{"hang", "child"} {
		for _, by := range []string{"out", "context"} {
			t.Run(how+" by "+by, func(t *testing.T) {
				note := filepath.Join(t.TempDir(), "pid")
				e := engine(t, raw, how, note)
				ctx, cancel := context.WithCancelCause(t.Context())
				defer cancel(nil)
				err := e.Speak(ctx, tts.Request{Text: "a"}, func(int, []float32) error {
					if by == "context" {
						cancel(hungUp)
						return nil
					}
					return hungUp
				})
				if !errors.Is(err, hungUp) {
					t.Errorf("got %v", err)
				}
				b, err := os.ReadFile(note)
				pid, _ := strconv.Atoi(string(b))
				if err != nil || pid == 0 {
					t.Fatalf("no process: %v", err)
				}
				if how == "hang" && syscall.Kill(pid, 0) == nil {
					t.Errorf("process %d lives on", pid)
				}
				for syscall.Kill(pid, 0) == nil && !zombie(pid) { // its child is not ours to wait for
					time.Sleep(time.Millisecond)
				}
			})
		}
	}
}

// zombie reports whether a process has ended and nobody has asked how.
func zombie(pid int) bool {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return strings.Contains(string(b), ") Z ")
}

// No more processes run at once than may, and who waits for one can go.
func TestThePoolIsBounded(t *testing.T) {
	note := filepath.Join(t.TempDir(), "pid")
	e := engine(t, map[string]any{"processes": 1., "format": "raw", "rate": 8000.}, "hang", note)
	first, cancel := context.WithCancel(t.Context())
	began, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- e.Speak(first, tts.Request{Text: "a"}, func(int, []float32) error { close(began); return nil })
	}()
	<-began
	second, gaveUp := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer gaveUp()
	if err := e.Speak(second, tts.Request{Text: "b"}, func(int, []float32) error { t.Error("it ran"); return nil }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who waited got %v", err)
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestConfig(t *testing.T) {
	list := func(w ...any) []any { return w }
	for _, tt := range []struct {
		block map[string]any
		want  string // "": fine
	}{
		{nil, ""},
		{map[string]any{"engine": "espeak-ng", "voice": "de", "timeout": "5s", "processes": 2.}, ""},
		{map[string]any{"engine": "piper", "model": "/opt/de.onnx"}, ""},
		{map[string]any{"engine": "festival"}, `engine is "festival"; it is "flite", "espeak-ng"`},
		{map[string]any{"engine": "piper"}, "needs model"},
		{map[string]any{"model": "x"}, `model is for engine = "piper"`},
		{map[string]any{"engine": "command"}, "needs command"},
		{map[string]any{"engine": "flite", "command": list("say")}, `does not go with engine = "flite"`},
		{map[string]any{"command": list("")}, "it begins with the program"},
		{map[string]any{"command": list("say", "{txt}")}, `in which {txt} is not known`},
		{map[string]any{"command": list("say", "{text")}, `in which {text} is not known`},
		{map[string]any{"command": list("say"), "voice": "zoe"}, "command does not say {voice}"},
		{map[string]any{"command": list("say", "{voice}"), "voices": list("a", "b"), "voice": "c"}, "which is not one of voices (a, b)"},
		{map[string]any{"voices": list("a")}, "those of the others are known"},
		{map[string]any{"voice": "--help"}, "would take for an option"},
		{map[string]any{"format": "raw"}, "what the others write is known"},
		{map[string]any{"command": list("say"), "format": "raw"}, "needs rate"},
		{map[string]any{"command": list("say"), "format": "raw", "rate": 100.}, "from 4000 to 192000"},
		{map[string]any{"command": list("say"), "rate": 8000.}, "a WAV says its own"},
		{map[string]any{"command": list("say"), "format": "mp3"}, `format is "mp3"`},
		{map[string]any{"processes": 0.}, "processes is 0"},
		{map[string]any{"processes": 1.5}, "processes is 1.5"},
		{map[string]any{"timeout": "0s"}, "more than 0s"},
	} {
		if err := schema.Check(Schema(), tt.block); err != nil {
			t.Errorf("%v: %v", tt.block, err)
		}
		err := New().Configure(tt.block)
		switch {
		case tt.want == "" && err != nil, tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%v: got %v, want %s", tt.block, err, tt.want)
		}
	}
}

// The programs of Debian do what this package supposes.
func TestPrograms(t *testing.T) {
	for name, voice := range map[string]string{"flite": "slt", "espeak-ng": "de"} {
		t.Run(name, func(t *testing.T) {
			e := configured(t, map[string]any{"engine": name})
			if _, err := e.program(); err != nil {
				t.Skip(err)
			}
			list, err := e.Voices(t.Context())
			if err != nil || !slices.ContainsFunc(list, func(v tts.Voice) bool { return v.Name == voice }) {
				t.Fatalf("voices %v: %v", list, err)
			}
			length := map[string]float64{}
			for _, r := range []tts.Request{
				{Text: "One, two, three, four, five, six, seven."},
				{Text: "One, two, three, four, five, six, seven.", Voice: voice},
				{Text: "-h"},
			} {
				err := e.Speak(t.Context(), r, func(rate int, pcm []float32) error {
					length[r.Text+r.Voice] += float64(len(pcm)) / float64(rate)
					return nil
				})
				if err != nil {
					t.Errorf("%+v: %v", r, err)
				}
			}
			for what, seconds := range length {
				if most := 0.12 * float64(len(what)); seconds < 0.2 || what != "-h" && seconds > most+1 {
					t.Errorf("%q lasts %.1f s", what, seconds)
				}
			}
			err = e.Speak(t.Context(), tts.Request{Text: "a", Voice: "nobody"}, func(int, []float32) error { return nil })
			if !errors.Is(err, tts.ErrVoice) || !strings.Contains(err.Error(), `no such voice in `+name+`: "nobody"; `) {
				t.Errorf("of a voice that is not there it says %v", err)
			}
		})
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add(wav(1, 16, 0, []byte{1, 2, 3, 4}), uint8(7))
	f.Add(wav(3, 16, 1, []byte{1, 2, 3, 4, 5, 6, 7}), uint8(1))
	f.Add([]byte("RIFF....WAVEdata"), uint8(3))
	// The pieces in which a sound comes make no difference.
	f.Fuzz(func(t *testing.T, b []byte, size uint8) {
		decode := func(size int) (all []float32, err error) {
			d := decoder{out: func(rate int, pcm []float32) error {
				if rate < tts.MinRate || rate > tts.MaxRate {
					t.Fatalf("rate %d", rate)
				}
				all = append(all, pcm...)
				return nil
			}}
			for part := range slices.Chunk(b, size) {
				if err := d.take(part); err != nil {
					return all, err
				}
			}
			return all, d.end()
		}
		whole, err := decode(max(1, len(b)))
		pieces, err2 := decode(max(1, int(size)))
		if !slices.Equal(whole, pieces) || (err == nil) != (err2 == nil) {
			t.Errorf("%d and %d samples, %v and %v", len(whole), len(pieces), err, err2)
		}
	})
}
