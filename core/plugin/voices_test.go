package plugin

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/sdk/tts"
)

// The example of the SDK, and the bundled engines, as processes.
func TestVoices(t *testing.T) {
	dir := t.TempDir()
	out, err := exec.Command("go", "build", "-o", dir+"/", "../../sdk/examples/tts-beep", "../../plugins/tts-command", "../../plugins/tts-neural").CombinedOutput()
	if err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	t.Run("the example speaks", func(t *testing.T) { theExampleSpeaks(t, dir) })
	t.Run("a program ends with its plugin", func(t *testing.T) { aProgramEndsWithItsPlugin(t, dir) })
	t.Run("a model ends its plugin alone", func(t *testing.T) { aModelEndsItsPluginAlone(t, dir) })
}

// The library of tts-neural ends the process where it does not like a model. That
// costs nobody else, and is told as any end of a plugin.
func aModelEndsItsPluginAlone(t *testing.T, dir string) {
	const library = "/usr/local/lib/sherpa-onnx" // as .ci/packages installs it
	if _, err := os.Stat(library); err != nil {
		t.Skip(err)
	}
	model := t.TempDir()
	for _, name := range []string{"model.onnx", "tokens.txt"} {
		if err := os.WriteFile(filepath.Join(model, name), []byte("this is no model"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := New(Options{Log: hclog.NewNullLogger(), Launch: &Processes{Bundled: dir, Lines: 4}})
	t.Cleanup(func() { h.Close(context.Background()) })
	specs := []Spec{{Name: "tts-beep"}, {Name: "tts-neural", Config: map[string]any{"model": filepath.Join(model, "model.onnx")}}}
	if err := h.Start(t.Context(), specs); err != nil {
		t.Logf("it has ended before it was asked for anything: %v", err)
	}
	hush := func(int, []float32) error { return nil }
	if err := h.Speak(t.Context(), "tts-neural", tts.Request{Text: "abc"}, hush); err == nil {
		t.Error("it has spoken")
	}
	if err := h.Speak(t.Context(), "tts-beep", tts.Request{Text: "abc"}, hush); err != nil {
		t.Errorf("another plugin: %v", err)
	}
}

// voices runs both.
func voices(t *testing.T, dir string, config map[string]any) *Host {
	t.Helper()
	h := New(Options{Log: hclog.NewNullLogger(), Launch: &Processes{Bundled: dir, Lines: 4}})
	t.Cleanup(func() { h.Close(context.Background()) })
	if err := h.Start(t.Context(), []Spec{{Name: "tts-beep"}, {Name: "tts-command", Config: config, Env: map[string]string{"PATH": os.Getenv("PATH")}}}); err != nil {
		t.Fatal(err)
	}
	return h
}

// The example does what it says, and the documents show it as it is.
func theExampleSpeaks(t *testing.T, dir string) {
	h := voices(t, dir, nil)
	heard := 0
	err := h.Speak(t.Context(), "tts-beep", tts.Request{Text: "abc"}, func(rate int, pcm []float32) error {
		if heard += len(pcm); rate != 8000 {
			t.Errorf("rate %d", rate)
		}
		return nil
	})
	if err != nil || heard != 2400 {
		t.Errorf("heard %d samples: %v", heard, err)
	}
	source, err := os.ReadFile("../../sdk/examples/tts-beep/main.go")
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile("../../docs/plugins.md")
	if err != nil || !strings.Contains(string(guide), string(source)) {
		t.Errorf("docs/plugins.md shows another example: %v", err)
	}
	if lines := strings.Count(string(source), "\n"); lines > 30 {
		t.Errorf("the example has %d lines", lines)
	}
}

// What tts-command runs ends with it, whatever ends it.
func aProgramEndsWithItsPlugin(t *testing.T, dir string) {
	for name, signal := range map[string]syscall.Signal{"killed": syscall.SIGKILL, "stopped": syscall.SIGSTOP} {
		t.Run(name, func(t *testing.T) {
			// Its arguments are its name here.
			seconds := "61." + strconv.Itoa(os.Getpid()) + strconv.Itoa(int(signal))
			h := voices(t, dir, map[string]any{"command": []any{"sleep", seconds}, "format": "raw", "rate": 8000.})
			told := make(chan error, 1)
			go func() {
				told <- h.Speak(t.Context(), "tts-command", tts.Request{Text: "a"}, func(int, []float32) error { return nil })
			}()
			for len(running(t, seconds)) == 0 {
				time.Sleep(5 * time.Millisecond)
			}
			for _, i := range h.List() {
				if i.Name == "tts-command" {
					if err := syscall.Kill(i.PID, signal); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := <-told; !errors.Is(err, tts.ErrGone) {
				t.Errorf("its end was told as %v", err)
			}
			for len(running(t, seconds)) > 0 {
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
}

// running are the processes with an argument.
func running(t *testing.T, argument string) (pids []string) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if b, err := os.ReadFile(f); err == nil && strings.Contains(string(b), "sleep\x00"+argument+"\x00") {
			pids = append(pids, f)
		}
	}
	return pids
}
