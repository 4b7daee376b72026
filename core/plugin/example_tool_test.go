package plugin

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/sdk/audio"
	"github.com/plugboard/plugboard/sdk/tool"
)

// The example is a whole plugin, of less than thirty lines, and says what it
// hears.
func TestTheExampleOfATool(t *testing.T) {
	const source = "../../sdk/examples/tool-level"
	text, err := os.ReadFile(filepath.Join(source, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(text), "func main()")
	if n := strings.Count(code, "\n"); n > 30 {
		t.Errorf("it has %d lines", n)
	}
	file := filepath.Join(t.TempDir(), "tool-level")
	if out, err := exec.Command("go", "build", "-o", file, "./"+source).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	log := new(safe)
	h := realHost(t, log)
	if err := start(t, h, Spec{Name: "level", Path: file}); err != nil {
		t.Fatal(err)
	}
	var g gossip
	one, err := h.OpenTool("level", tool.Call{Attachment: "1", Tool: "level", ID: "c1"}, g.tell)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "it listens", func() bool { return g.has("listens") })
	src := one.Source(tool.Speaker{Leg: "a", Number: "101"})
	var f audio.Frame
	for i := range f {
		f[i] = 0.1
	}
	stop := clockWith(h, func(tick uint64) { src.Hear(tick, &f) })
	until(t, "it says how loud 101 is", func() bool {
		return strings.Contains(log.String(), "of=101") && strings.Contains(log.String(), "dBov=-20.0")
	})
	stop()
	src.Leave()
	one.Close()
	until(t, "it ends", func() bool { return g.has("closed") })
}
