package cli_test

import (
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/cli"
	"github.com/plugboard/plugboard/core/golden"
)

func TestGraph(t *testing.T) {
	for file, args := range map[string][]string{
		"graph.mmd":  {"graph", "testdata/graph.hcl"},
		"graph.dot":  {"graph", "--format", "dot", "testdata/graph.hcl"},
		"office.mmd": {"graph", "../../docs/office.hcl"},
		"office.dot": {"graph", "--format", "dot", "../../docs/office.hcl"},
	} {
		code, stdout, stderr := run(t, args...)
		if code != cli.Done || stderr != "" {
			t.Fatalf("%v: %d %s", args, code, stderr)
		}
		golden.Check(t, "testdata/"+file, stdout)
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
