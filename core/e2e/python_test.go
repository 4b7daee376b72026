//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// A tool in another language, whose audio goes over gRPC, hears both parties of a
// call, and goes on with it when another version takes its place. It is the program
// of sdk/examples/tool-talk.
func TestAToolInPython(t *testing.T) {
	for _, needed := range []string{"/usr/bin/grpc_python_plugin", "/usr/lib/python3/dist-packages/grpc/__init__.py"} {
		if _, err := os.Stat(needed); err != nil {
			t.Skipf("%v: `make packages-test` installs it", err)
		}
	}
	dir := t.TempDir()
	if out, err := exec.Command("make", "-C", "../../sdk/examples/tool-talk", "out="+dir, "stubs").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	program, err := os.ReadFile("../../sdk/examples/tool-talk/tool-talk")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "tool-talk")
	if err := os.WriteFile(file, program, 0o700); err != nil {
		t.Fatal(err)
	}
	p := pbx.Start(t, "127.0.134.1", fmt.Sprintf(`
locals { secret = "k9-Vq2-hTw" }
extension "desk" {
  for_each = { a = "101", b = "102" }
  number   = each.value
  secret   = local.secret
}
plugin "talk" { path = %q }
dialplan "internal" {
  from = [extension.desk]
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
    tool "talk" { use = plugin.talk }
  }
}
`, file))
	a, _ := p.Phone(1, "udp", "pcmu", false)
	b, _ := p.Phone(2, "udp", "pcmu", true)
	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	before := p.Plugin("talk")

	// Its author writes another version meanwhile. The call stays with the old one.
	develop := exec.Command(filepath.Join(p.Bin, "plugboard"), "plugin", "dev", file, "--config", filepath.Join(p.Dir, "config.hcl"))
	output, err := os.Create(filepath.Join(dir, "develop"))
	if err != nil {
		t.Fatal(err)
	}
	defer output.Close()
	develop.Stdout, develop.Stderr = output, output
	if err := develop.Start(); err != nil {
		t.Fatal(err)
	}
	told := func() string {
		text, _ := os.ReadFile(output.Name())
		return string(text)
	}
	tells := func(words string) {
		t.Helper()
		pbx.Eventually(t, "plugin dev tells of "+words, func() error {
			if out := told(); !strings.Contains(out, words) {
				return fmt.Errorf("it told:\n%s", out)
			}
			return nil
		})
	}
	tells("Each change of it is taken to the daemon")
	time.Sleep(2 * time.Second)
	pbx.Write(t, file, strings.Replace(string(program), "0.1.0", "0.2.0", 1))
	tells("talk 0.2.0 takes new calls")
	if now := p.Plugin("talk"); now.PID == before.PID {
		t.Errorf("it is still %+v", now)
	}
	time.Sleep(2 * time.Second)
	a.Hangup()
	b.Wait("CALL_CLOSED")
	p.Calls(0)
	tells("talked: ")
	if err := develop.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := develop.Wait(); err != nil {
		t.Errorf("plugin dev: %v\n%s", err, told())
	}
	talked := regexp.MustCompile(`talked:.*number=(\d+) .*seconds=([\d.]+)`)
	pbx.Eventually(t, "it is logged how long both talked", func() error {
		heard := map[string]bool{}
		for _, m := range talked.FindAllStringSubmatch(p.Log(), -1) {
			if s, err := strconv.ParseFloat(m[2], 64); err == nil && s > 1 && s < 60 {
				heard[m[1]] = true
			}
		}
		if !heard["101"] || !heard["102"] {
			return fmt.Errorf("only of %v", heard)
		}
		return nil
	})
}
