package cli_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/cli"
)

func TestComplete(t *testing.T) {
	for typed, want := range map[string]string{
		"ex":                          "explain extensions extension",
		"extension ":                  "show set",
		"extension set 101 --do":      "--do-not-disturb",
		"logs --level ":               "trace debug info warn error",
		"logs --level w":              "warn",
		"logs -f --l":                 "--level --limit",
		"-c config.hcl stat":          "status",
		"run --log-level=info --log-": "--log-level --log-json",
		"completion ":                 "bash zsh fish",
		"validate ":                   "", // files
		"hangup ":                     "",
		"nothing such --":             "--help --config --var --url --version",
		"comp":                        "completion",
	} {
		args := append([]string{"complete", "--"}, strings.Split(typed, " ")...)
		code, stdout, stderr := run(t, args...)
		if got := strings.Join(strings.Fields(stdout), " "); code != cli.Done || got != want {
			t.Errorf("%q: %q, want %q (exit code %d, %s)", typed, got, want, code, stderr)
		}
	}
}

// What is given to a shell is in its language.
func TestCompletionOfShells(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		code, text, stderr := run(t, "completion", shell)
		if code != cli.Done || !strings.Contains(text, "complete --") {
			t.Errorf("%s: exit code %d, %q %q", shell, code, text, stderr)
		}
		if path, err := exec.LookPath(shell); err == nil {
			if out, err := exec.CommandContext(t.Context(), path, "-n", "-c", text).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", shell, err, out)
			}
		}
	}
	if code, _, stderr := run(t, "completion", "ksh"); code != cli.Wrong || !strings.Contains(stderr, `"bash","zsh","fish"`) {
		t.Errorf("ksh: exit code %d, %s", code, stderr)
	}
}
