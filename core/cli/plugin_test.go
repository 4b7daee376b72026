package cli_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/cli"
)

// A plugin that was begun in an empty folder builds, passes its tests, and keeps
// the rules of its kind as a program.
func TestPluginNew(t *testing.T) {
	sources, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	// Their tests, which are those of the examples, run once; the rules against the
	// program where they take the least time.
	for kind, targets := range map[string][]string{"leg": {"build"}, "tool": {"test"}, "tts": {"build"}, "app": nil} {
		t.Run(kind, func(t *testing.T) {
			name := "my-" + kind
			code, stdout, stderr := run(t, "plugin", "new", kind, name, "--sdk", sources)
			if code != cli.Done || !strings.Contains(stdout, "make -C "+name+" test") {
				t.Fatalf("%d %q %q", code, stdout, stderr)
			}
			for _, target := range targets {
				if out, err := exec.Command("make", "-C", name, target).CombinedOutput(); err != nil {
					t.Fatalf("make %s: %v\n%s", target, err, out)
				}
			}
			if kind != "tts" {
				return
			}
			code, stdout, stderr = run(t, "plugin", "test", filepath.Join(name, name))
			if code != cli.Done || !strings.HasPrefix(stdout, "my-tts 1.0.0 (tts)\n") || !strings.Contains(stdout, "ok    tts/stops       When nobody listens") ||
				!strings.Contains(stdout, "skip  tts/voices ") {
				t.Errorf("%d %q\n%s", code, stderr, stdout)
			}
		})
	}
}

// The protocol is no affair of Go: a tool in Python keeps every rule, with its audio
// over gRPC.
func TestPluginInPython(t *testing.T) {
	for _, needed := range []string{"/usr/bin/grpc_python_plugin", "/usr/lib/python3/dist-packages/grpc/__init__.py"} {
		if _, err := os.Stat(needed); err != nil {
			t.Skipf("%v: `make packages-test` installs it", err)
		}
	}
	dir := t.TempDir()
	if out, err := exec.Command("make", "-C", "../../sdk/examples/tool-talk", "out="+dir, "stubs").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile("../../sdk/examples/tool-talk/tool-talk")
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "tool-talk")
	if err := os.WriteFile(program, text, 0o700); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := run(t, "plugin", "test", program, "--logs")
	if code != cli.Done || !strings.Contains(stdout, "tool-talk keeps all ") {
		t.Errorf("%d %q\n%s", code, stderr, stdout)
	}
}

// A program is listed, its configuration is checked, and when it is told to fail
// it breaks the rules.
func TestPluginProgram(t *testing.T) {
	program := filepath.Join(t.TempDir(), "script")
	if out, err := exec.Command("go", "build", "-o", program, "../../plugins/script").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	code, stdout, stderr := run(t, "plugin", "test", program, "--set", "crash_after=1ms", "--set", "reject_cause=busy")
	if code != cli.Wrong || !strings.Contains(stdout, "FAIL  tts/speaks      A text becomes sound") || !strings.Contains(stderr, "script breaks ") {
		t.Errorf("%d %q\n%s", code, stderr, stdout)
	}
	code, _, stderr = run(t, "plugin", "test", program, "--set", "crash_after=3")
	if code != cli.Wrong || !strings.Contains(stderr, "crash_after is 3, it must be a duration") {
		t.Errorf("%d %q", code, stderr)
	}
	wantChecked(t, program)
	config := filepath.Join(t.TempDir(), "config.hcl")
	if err := os.WriteFile(config, []byte("plugin \"flaky\" {\n  path = \""+program+"\"\n}\nplugin \"absent\" {\n  path = \"/nowhere/x\"\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr = run(t, "plugin", "list", "--json", "--config", config)
	var list []struct {
		Name, Where, Version, SHA256, Problem string
		Configured, Kinds                     []string
	}
	if err := json.Unmarshal([]byte(stdout), &list); code != cli.Done || err != nil || len(list) != 2 {
		t.Fatalf("%d %q %q: %v", code, stdout, stderr, err)
	}
	if p := list[0]; p.Name != "script" || p.Where != "configured" || p.Version != "0.0.0-dev" || len(p.SHA256) != 64 || p.Problem != "" ||
		strings.Join(p.Configured, ",") != "flaky" || strings.Join(p.Kinds, ",") != "leg,tool,tts,app" {
		t.Errorf("%+v", p)
	}
	if p := list[1]; !strings.Contains(p.Problem, "correct path of plugin.absent") {
		t.Errorf("%+v", p)
	}
}

// What a config {} block may hold is checked by asking the plugin.
func wantChecked(t *testing.T, program string) {
	t.Helper()
	config := filepath.Join(t.TempDir(), "config.hcl")
	for _, c := range []struct {
		path, block, at, says string
		code                  int
	}{
		{program, `stall = "2s"`, "", "", cli.Done},
		{program, `stall = "soon"`, "4:13", `plugin.x: stall is "soon", it must be a duration`, cli.Wrong},
		{program, `stal = "2s"`, "4:12", "plugin.x: stal is no attribute of it (there is answer_after", cli.Wrong},
		{program, `stall = "-2s"`, "3:3", "plugin.x: the plugin refuses its config: stall =", cli.Wrong},
		{"/nowhere/x", `a = 1`, "3:3", "Plugin configuration not checked", cli.Done},
	} {
		text := "plugin \"x\" {\n  path = \"" + c.path + "\"\n  config {\n    " + c.block + "\n  }\n}\n"
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, stderr := run(t, "validate", config)
		if code != c.code || !strings.Contains(stderr, c.says) || !strings.Contains(stderr, c.at) {
			t.Errorf("%s: %d %q", c.block, code, stderr)
		}
		code, stdout, _ := run(t, "validate", "--json", config)
		if code != c.code || c.says != "" && !strings.Contains(stdout, "lugin configuration") {
			t.Errorf("%s: %d %q", c.block, code, stdout)
		}
	}
}

// A plugin that is used as what it is not is found by asking it what it is.
func TestValidateAsksPluginsWhatTheyAre(t *testing.T) {
	program := filepath.Join(t.TempDir(), "tool-meter")
	if out, err := exec.Command("go", "build", "-o", program, "../../sdk/examples/tool-meter").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	config := filepath.Join(t.TempDir(), "config.hcl")
	for _, c := range []struct{ use, says string }{
		{`to = app(plugin.x)`, "app() needs a plugin of kind app; plugin.x is of kind tool."},
		{`to = call.start == "" ? app(plugin.x) : echo()`, "app() needs a plugin of kind app; plugin.x is of kind tool."},
		{`to = play(say("hello", { engine = plugin.x }))`, "engine of say() needs a plugin of kind tts; plugin.x is of kind tool."},
		{"to = echo()\n    record { use = plugin.x }", ""},
		{"to = echo()\n    tool \"meter\" { use = plugin.x }", ""},
	} {
		write(t, config, "plugin \"x\" {\n  path = \""+program+"\"\n}\nextension \"a\" {\n  number = \"101\"\n  secret = \"k9-Vq2-hTw\"\n}\n"+
			"dialplan \"inside\" {\n  from = [extension.a]\n  route \"r\" {\n    match = \"7\"\n    "+c.use+"\n  }\n}\n")
		want := cli.Done
		if c.says != "" {
			want = cli.Wrong
		}
		code, _, stderr := run(t, "validate", config)
		if code != want || !strings.Contains(stderr, c.says) || c.says != "" && !strings.Contains(stderr, "config.hcl:12") {
			t.Errorf("%s: %d %q", c.use, code, stderr)
		}
	}
}

func TestPluginNewRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("taken", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ args, says string }{
		{"trunk x", "must be one of"},
		{"tool X", "is no name for a plugin"},
		{"tool ../x", "is no name for a plugin"},
		{"tool x", "is no release: say where its sources are"},
		{"tool x --sdk /", "has no sources of Plugboard"},
	} {
		code, _, stderr := run(t, append([]string{"plugin", "new"}, strings.Fields(c.args)...)...)
		if code != cli.Wrong || !strings.Contains(stderr, c.says) {
			t.Errorf("%s: %d %q", c.args, code, stderr)
		}
	}
}
