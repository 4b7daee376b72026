package cli_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/cli"
)

var update = flag.Bool("update", false, "write the goldens anew")

// compare compares with a golden, or writes it.
func compare(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(read(t, file), got); d != "" {
		t.Errorf("not as in %s (-want +got; if it is better, -update):\n%s", file, d)
	}
}

func TestGraph(t *testing.T) {
	for golden, args := range map[string][]string{
		"graph.mmd":  {"graph", "testdata/graph.hcl"},
		"graph.dot":  {"graph", "--format", "dot", "testdata/graph.hcl"},
		"office.mmd": {"graph", "../../docs/office.hcl"},
		"office.dot": {"graph", "--format", "dot", "../../docs/office.hcl"},
	} {
		code, stdout, stderr := run(t, args...)
		if code != cli.Done || stderr != "" {
			t.Fatalf("%v: %d %s", args, code, stderr)
		}
		compare(t, "testdata/"+golden, stdout)
		if _, again, _ := run(t, args...); again != stdout {
			t.Errorf("%v: it is drawn otherwise the second time", args)
		}
	}
}

// What holds a secret is drawn without it.
func TestGraphIsRedacted(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "config.hcl", `
variable "code" { sensitive = true }
extension "a" { number = "101" }
dialplan "d" {
  from = [extension.a]
  route "r" {
    match = var.code
    when  = call.headers["X-Code"] == "hunter2hunter2"
    to    = extension.a
  }
}
`)
	code, stdout, stderr := run(t, "graph", "--var", "code=hunter2hunter2")
	if code != cli.Done || stderr != "" || strings.Contains(stdout, "hunter2") || strings.Count(stdout, "(sensitive)") != 2 {
		t.Errorf("%d %s%s", code, stdout, stderr)
	}
}

func TestGraphFailures(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "config.hcl", "extension \"a\" { number = group.x }\n")
	code, stdout, stderr := run(t, "graph")
	if code != cli.Wrong || stdout != "" || !strings.Contains(stderr, "config.hcl:1:") {
		t.Errorf("%d %q %q", code, stdout, stderr)
	}
	if code, _, stderr = run(t, "graph", "--format", "svg"); code != cli.Wrong || !strings.Contains(stderr, "mermaid") {
		t.Errorf("%d %q", code, stderr)
	}
}
