package cli_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/api"
	"github.com/plugboard/plugboard/core/cli"
)

func TestPlanAndApply(t *testing.T) {
	o := &office{plan: api.ConfigPlan{
		Running: "9c1e5f0a7b21", Revision: "3f2ad4c5e6b7", Calls: 2,
		Warnings: []api.ConfigDiagnostic{{Severity: "warning", Summary: "Weak secret", Detail: "It can be guessed.", Range: &api.ConfigRange{File: "config.hcl", Start: api.ConfigPosition{Line: 9}}}},
		Changes: []api.ConfigChange{
			{What: "added", Block: "trunk.next", Kind: "trunk", File: "config.hcl", Line: 17, Effect: "it registers, and can be used then"},
			{What: "changed", Block: "extension.anna", Kind: "extension", File: "config.hcl", Line: 4, Effect: "holds for new calls; its phones stay registered", Calls: 1,
				Attributes: []api.ConfigAttribute{{Name: "ring", Old: "20s", New: "30s"}, {Name: "name", Old: `"Anna"`, New: "\"\x1b[31m\""}}},
			{What: "removed", Block: "extension.ben", Kind: "extension", File: "config.hcl", Line: 7, Effect: "its phones are let go; new calls do not find it"},
		},
	}}
	path := daemon(t, o)
	const changes = `Warning: Weak secret (config.hcl:9)
  It can be guessed.

  + trunk.next  config.hcl:17
      it registers, and can be used then
  ~ extension.anna  config.hcl:4
      holds for new calls; its phones stay registered
      ring: 20s → 30s
      name: "Anna" → "?[31m"
  - extension.ben  config.hcl:7
      its phones are let go; new calls do not find it

1 added, 1 changed, 1 removed. 2 live calls go on with revision 9c1e5f0a7b21.
`
	for command, want := range map[string]string{
		"plan":  changes + "In force is revision 9c1e5f0a7b21; plugboard apply puts 3f2ad4c5e6b7 in force.\n",
		"apply": changes + "Revision 3f2ad4c5e6b7 is in force.\n",
	} {
		code, stdout, stderr := run(t, command, "-c", path)
		if d := cmp.Diff(want, stdout); d != "" || code != cli.Done {
			t.Errorf("%s: exit code %d %s (-want +got):\n%s", command, code, stderr, d)
		}
		code, stdout, _ = run(t, command, "--json", "-c", path)
		var p api.ConfigPlan
		if err := json.Unmarshal([]byte(stdout), &p); err != nil || code != cli.Done || len(p.Changes) != 3 || (p.Applied != nil) != (command == "apply") {
			t.Errorf("%s --json: exit code %d, %v, %s", command, code, err, stdout)
		}
	}

	o.plan = api.ConfigPlan{Running: "9c1e5f0a7b21", Revision: "9c1e5f0a7b21", Calls: 2}
	if _, stdout, _ := run(t, "plan", "-c", path); stdout != "Nothing changes: revision 9c1e5f0a7b21 is in force.\n" {
		t.Errorf("%q", stdout)
	}
	o.plan.Refused = []string{"pbx.data_dir cannot change while the daemon runs: what is kept there is open. It needs a restart"}
	if code, _, stderr := run(t, "plan", "-c", path); code != cli.Refused || !strings.Contains(stderr, "apply would refuse this: pbx.data_dir cannot change") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

// Exit codes: 1 for files that are wrong, 2 for a daemon that cannot be reached
// or refuses.
func TestPlanAndApplyAreRefused(t *testing.T) {
	o := &office{}
	path := daemon(t, o)
	source := "Error: Unknown group\n  at config.hcl:3:9\n\n    3 |\tto = group.ofice\n"
	for _, command := range []string{"plan", "apply"} {
		o.refusal = &api.ConfigError{Text: "the configuration has an error; the one in force goes on", Source: source,
			Diagnostics: []api.ConfigDiagnostic{{Severity: "error", Summary: "Unknown group"}}}
		code, _, stderr := run(t, command, "-c", path)
		if want := strings.ReplaceAll(source, "\t", "    ") + "plugboard: the configuration has an error; the one in force goes on\n"; code != cli.Wrong || stderr != want {
			t.Errorf("%s: exit code %d\n got %q\nwant %q", command, code, stderr, want)
		}
		code, stdout, stderr := run(t, command, "--json", "-c", path)
		var p api.ConfigProblem
		if err := json.Unmarshal([]byte(stdout), &p); err != nil || code != cli.Wrong || len(p.Diagnostics) != 1 || stderr != "" {
			t.Errorf("%s --json: exit code %d, %v, %q %q", command, code, err, stdout, stderr)
		}
		o.refusal = &api.ConfigError{Text: "cannot listen on udp://192.0.2.1:5060"}
		if code, _, stderr := run(t, command, "-c", path); code != cli.Refused || !strings.Contains(stderr, "cannot listen on udp://192.0.2.1:5060") {
			t.Errorf("%s: exit code %d: %s", command, code, stderr)
		}
		if code, _, stderr := run(t, command, "-c", path, "--url", "http://127.0.0.1:1"); code != cli.Refused || !strings.Contains(stderr, "cannot be reached") {
			t.Errorf("%s without a daemon: exit code %d: %s", command, code, stderr)
		}
	}
}
