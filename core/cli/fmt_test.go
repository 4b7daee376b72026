package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/cli"
)

const (
	crooked  = "# keep me\npbx {\ncountry=\"DE\" # me too\n}\n"
	straight = "# keep me\npbx {\n  country = \"DE\" # me too\n}\n"
)

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestFmt(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	write(t, "conf/a.hcl", crooked)
	write(t, "conf/b.hcl", straight)
	write(t, "conf/c.vars.hcl", "x=1\n")
	write(t, "conf/notes.txt", crooked)
	write(t, "conf/.d.hcl", crooked)
	if err := os.Chmod("conf/a.hcl", 0o640); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat("conf/b.hcl")
	if err != nil {
		t.Fatal(err)
	}

	code, stdout, stderr := run(t, "fmt", "--check", "conf")
	if code != cli.Wrong || stdout != "conf/a.hcl\nconf/c.vars.hcl\n" || stderr != "plugboard: 2 files are not in the canonical form; plugboard fmt writes it\n" {
		t.Errorf("--check: %d %q %q", code, stdout, stderr)
	}
	if got := read(t, "conf/a.hcl"); got != crooked {
		t.Errorf("--check wrote %q", got)
	}

	code, stdout, stderr = run(t, "fmt", "conf")
	if code != cli.Done || stdout != "conf/a.hcl\nconf/c.vars.hcl\n" || stderr != "" {
		t.Errorf("%d %q %q", code, stdout, stderr)
	}
	for file, want := range map[string]string{"a.hcl": straight, "b.hcl": straight, "c.vars.hcl": "x = 1\n", "notes.txt": crooked, ".d.hcl": crooked} {
		if d := cmp.Diff(want, read(t, filepath.Join("conf", file))); d != "" {
			t.Errorf("%s (-want +got)\n%s", file, d)
		}
	}
	if s, err := os.Stat("conf/a.hcl"); err != nil || s.Mode().Perm() != 0o640 {
		t.Errorf("%v, mode %v", err, s.Mode())
	}
	if after, err := os.Stat("conf/b.hcl"); err != nil || !os.SameFile(before, after) || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("what was canonical is written again (%v)", err)
	}
	if entries, err := os.ReadDir("conf"); err != nil || len(entries) != 5 {
		t.Errorf("%v: something is left in the folder: %v", err, entries)
	}

	for _, args := range [][]string{{"fmt", "conf"}, {"fmt", "--check", "conf"}} {
		if code, stdout, stderr := run(t, args...); code != cli.Done || stdout+stderr != "" {
			t.Errorf("%v, again: %d %q %q", args, code, stdout, stderr)
		}
	}
}

// A file behind a link is written where it is; the link stays.
func TestFmtFollowsLinks(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "there/real.hcl", crooked)
	if err := os.Symlink("there/real.hcl", "config.hcl"); err != nil {
		t.Fatal(err)
	}
	if code, stdout, stderr := run(t, "fmt"); code != cli.Done || stdout != "config.hcl\n" {
		t.Errorf("%d %q %q", code, stdout, stderr)
	}
	if s, err := os.Lstat("config.hcl"); err != nil || s.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v %v", s, err)
	}
	if got := read(t, "there/real.hcl"); got != straight {
		t.Errorf("%q", got)
	}
}

func TestFmtStandardInput(t *testing.T) {
	for _, c := range []struct {
		args         []string
		in, out, err string
		code         int
	}{
		{[]string{"fmt", "-"}, crooked, straight, "", cli.Done},
		{[]string{"fmt", "-"}, straight, straight, "", cli.Done},
		{[]string{"fmt", "--check", "-"}, crooked, "-\n", "plugboard: 1 file is not in the canonical form; plugboard fmt writes it\n", cli.Wrong},
		{[]string{"fmt", "--check", "-"}, straight, "", "", cli.Done},
	} {
		var out, errs bytes.Buffer
		code := cli.Program{Stdin: strings.NewReader(c.in), Stdout: &out, Stderr: &errs}.Run(t.Context(), c.args)
		if code != c.code || out.String() != c.out || errs.String() != c.err {
			t.Errorf("%v of %q: %d %q %q", c.args, c.in, code, out.String(), errs.String())
		}
	}
}

// What cannot be read or parsed is told with its place, keeps what it holds,
// and keeps no other file from its form.
func TestFmtFailures(t *testing.T) {
	t.Chdir(t.TempDir())
	broken := "pbx {\n  country = \n}\n"
	write(t, "a.hcl", broken)
	write(t, "b.hcl", crooked)
	write(t, "empty/notes.txt", "")
	code, stdout, stderr := run(t, "fmt", "a.hcl", "b.hcl")
	want := "Error: Invalid expression\n  at a.hcl:2:13, in pbx\n\n    2 |   country = \n      |             ^\n\n" +
		"  Expected the start of an expression, but found an invalid expression token.\n"
	if d := cmp.Diff(want, stderr); d != "" || code != cli.Wrong || stdout != "b.hcl\n" {
		t.Errorf("%d %q (-want +got)\n%s", code, stdout, d)
	}
	if read(t, "a.hcl") != broken || read(t, "b.hcl") != straight {
		t.Errorf("a.hcl is %q, b.hcl is %q", read(t, "a.hcl"), read(t, "b.hcl"))
	}
	for args, want := range map[string]string{
		"fmt none.hcl":           "there is no none.hcl: name another file or folder",
		"fmt empty":              "the folder empty holds no *.hcl file",
		"fmt":                    "there is no config.hcl: name",
		"fmt --check -c /none/x": "there is no /none/x: name",
	} {
		if code, stdout, stderr := run(t, strings.Fields(args)...); code != cli.Wrong || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: %d %q %q", args, code, stdout, stderr)
		}
	}
}
