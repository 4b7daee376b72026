package config_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/config"
)

const edited = `# Our office.

# Anna sits at the door.
extension "anna" {
  number = "101" # since 2019
  name   = "Anna"
}

# Ben left.
extension "ben" { number = "102" }

trunk "first" {
  peer = "sip:192.0.2.1" # the provider
}

dialplan "internal" {
  from = [extension.anna]

  # people
  route "desk" {
    match = "{ext:1XX}"
    to    = extension_number(match.ext)
  }
  route "echo" { match = "*43" }
}
`

// An edit changes its block, and nothing else; comments stay.
func TestEdit(t *testing.T) {
	for _, c := range []struct {
		name string
		edit config.Edit
		old  string // what of the file is replaced
		now  string
	}{
		{"an attribute is changed, its comment stays", config.Edit{Do: "change", Kind: "extension", Label: "anna", Attributes: map[string]string{"number": `"103"`}},
			`"101" # since`, `"103" # since`},
		{"attributes are added and taken away", config.Edit{Do: "change", Kind: "extension", Label: "anna", Attributes: map[string]string{"name": "", "no_answer": `reject("busy")`}},
			"  number = \"101\" # since 2019\n  name   = \"Anna\"\n", "  number    = \"101\" # since 2019\n  no_answer = reject(\"busy\")\n"},
		{"a block of one line is opened", config.Edit{Do: "change", Kind: "extension", Label: "ben", Attributes: map[string]string{"name": `"Ben"`}},
			`extension "ben" { number = "102" }`, "extension \"ben\" {\n  number = \"102\"\n  name   = \"Ben\"\n}"},
		{"a block goes with its comment", config.Edit{Do: "remove", Kind: "extension", Label: "ben"},
			"# Ben left.\nextension \"ben\" { number = \"102\" }\n\n", ""},
		{"a block comes after the last of its kind", config.Edit{Do: "add", Kind: "extension", Label: "cem", Attributes: map[string]string{"name": `"Cem"`, "number": `"104"`, "busy": ""}},
			"\n\ntrunk", "\n\nextension \"cem\" {\n  number = \"104\"\n  name   = \"Cem\"\n}\n\ntrunk"},
		{"the first of its kind comes last", config.Edit{Do: "add", Kind: "group", Label: "all", Attributes: map[string]string{"members": "[\n extension.anna,\n extension.ben,\n]"}},
			"\"*43\" }\n}\n", "\"*43\" }\n}\n\ngroup \"all\" {\n  members = [\n    extension.anna,\n    extension.ben,\n  ]\n}\n"},
		{"a route comes last", config.Edit{Do: "add", Kind: "route", Label: "out", Within: "internal", Attributes: map[string]string{"to": "trunk.first", "match": `"+."`}},
			"\"*43\" }\n", "\"*43\" }\n\n  route \"out\" {\n    match = \"+.\"\n    to    = trunk.first\n  }\n"},
		{"a route comes before another and its comment", config.Edit{Do: "add", Kind: "route", Label: "door", Within: "internal", Before: "desk", Attributes: map[string]string{"match": `"100"`, "to": "extension.anna"}},
			"  # people\n", "  route \"door\" {\n    match = \"100\"\n    to    = extension.anna\n  }\n\n  # people\n"},
		{"a route of one line is opened", config.Edit{Do: "change", Kind: "route", Label: "echo", Within: "internal", Attributes: map[string]string{"to": "echo()"}},
			`route "echo" { match = "*43" }`, "route \"echo\" {\n    match = \"*43\"\n    to    = echo()\n  }"},
		{"a route goes with its comment", config.Edit{Do: "remove", Kind: "route", Label: "desk", Within: "internal"},
			"  # people\n  route \"desk\" {\n    match = \"{ext:1XX}\"\n    to    = extension_number(match.ext)\n  }\n", ""},
		{"a route with a block", config.Edit{Do: "add", Kind: "route", Label: "out", Within: "internal", Attributes: map[string]string{"to": "trunk.first"}, Blocks: map[string]bool{"record": true}},
			"\"*43\" }\n", "\"*43\" }\n\n  route \"out\" {\n    to = trunk.first\n    record {}\n  }\n"},
		{"a block is put into a route", config.Edit{Do: "change", Kind: "route", Label: "echo", Within: "internal", Blocks: map[string]bool{"record": true}},
			`route "echo" { match = "*43" }`, "route \"echo\" {\n    match = \"*43\"\n    record {}\n  }"},
		{"a block that is not there stays away", config.Edit{Do: "change", Kind: "route", Label: "desk", Within: "internal", Attributes: map[string]string{"match": `"2XX"`}, Blocks: map[string]bool{"record": false}},
			`"{ext:1XX}"`, `"2XX"`},
		{"a route moves with its comment", config.Edit{Do: "move", Kind: "route", Label: "desk", Within: "internal"},
			"  # people\n  route \"desk\" {\n    match = \"{ext:1XX}\"\n    to    = extension_number(match.ext)\n  }\n  route \"echo\" { match = \"*43\" }\n",
			"  route \"echo\" { match = \"*43\" }\n  # people\n  route \"desk\" {\n    match = \"{ext:1XX}\"\n    to    = extension_number(match.ext)\n  }\n"},
		{"a route moves before another and its comment", config.Edit{Do: "move", Kind: "route", Label: "echo", Within: "internal", Before: "desk"},
			"  # people\n  route \"desk\" {\n    match = \"{ext:1XX}\"\n    to    = extension_number(match.ext)\n  }\n  route \"echo\" { match = \"*43\" }\n",
			"  route \"echo\" { match = \"*43\" }\n  # people\n  route \"desk\" {\n    match = \"{ext:1XX}\"\n    to    = extension_number(match.ext)\n  }\n"},
		{"a block without a name", config.Edit{Do: "add", Kind: "pbx", Attributes: map[string]string{"country": `"DE"`}},
			"\"*43\" }\n}\n", "\"*43\" }\n}\n\npbx {\n  country = \"DE\"\n}\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.Count(edited, c.old) != 1 {
				t.Fatalf("%q stands %d times", c.old, strings.Count(edited, c.old))
			}
			cfg, _ := config.Load("config.hcl", config.Options{FS: fstest.MapFS{"config.hcl": {Data: []byte(edited)}}})
			name, text, err := cfg.Edit(c.edit)
			if err != nil || name != "config.hcl" {
				t.Fatal(name, err)
			}
			if d := cmp.Diff(strings.Replace(edited, c.old, c.now, 1), string(text)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// Empty lines between routes stay one between each two, wherever one is moved to
// or taken away.
func TestEditKeepsTheSpace(t *testing.T) {
	file := func(names ...string) string {
		var routes []string
		for _, n := range names {
			routes = append(routes, "  route \""+n+"\" {\n    to = echo()\n    record {}\n  }\n")
		}
		return "dialplan \"internal\" {\n  from = []\n\n" + strings.Join(routes, "\n") + "}\n"
	}
	before := file("a", "b", "c")
	for _, c := range []struct {
		do, label, before, want string
	}{
		{"move", "a", "", file("b", "c", "a")}, {"move", "a", "c", file("b", "a", "c")}, {"move", "a", "b", before},
		{"move", "b", "a", file("b", "a", "c")}, {"move", "b", "", file("a", "c", "b")},
		{"move", "c", "a", file("c", "a", "b")}, {"move", "c", "b", file("a", "c", "b")}, {"move", "c", "", before},
		{"remove", "a", "", file("b", "c")}, {"remove", "b", "", file("a", "c")}, {"remove", "c", "", file("a", "b")},
	} {
		cfg, _ := config.Load("config.hcl", config.Options{FS: fstest.MapFS{"config.hcl": {Data: []byte(before)}}})
		_, text, err := cfg.Edit(config.Edit{Do: c.do, Kind: "route", Label: c.label, Within: "internal", Before: c.before})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, string(text)); d != "" {
			t.Errorf("%s %s before %q (-want +got):\n%s", c.do, c.label, c.before, d)
		}
	}
	cfg, _ := config.Load("config.hcl", config.Options{FS: fstest.MapFS{"config.hcl": {Data: []byte(before)}}})
	_, text, err := cfg.Edit(config.Edit{Do: "change", Kind: "route", Label: "b", Within: "internal", Blocks: map[string]bool{"record": false}})
	if want := strings.Replace(before, "\"b\" {\n    to = echo()\n    record {}\n", "\"b\" {\n    to = echo()\n", 1); err != nil || string(text) != want {
		t.Errorf("%v %s", err, cmp.Diff(want, string(text)))
	}
}

// What cannot be written is refused with words; a text never gets out of its
// attribute.
func TestEditRefuses(t *testing.T) {
	cfg, _ := config.Load("config.hcl", config.Options{FS: fstest.MapFS{"config.hcl": {Data: []byte(edited)}}})
	attr := func(name, expr string) map[string]string { return map[string]string{name: expr} }
	for want, e := range map[string]config.Edit{
		"there is no extension":        {Do: "change", Kind: "extension", Label: "nobody"},
		"stands already at config.hcl": {Do: "add", Kind: "extension", Label: "anna"},
		"no block \"user\"":            {Do: "add", Kind: "user", Label: "x"},
		"is no name for a block":       {Do: "add", Kind: "extension", Label: "x\" {\n}\n"},
		"is no name of an attribute":   {Do: "change", Kind: "extension", Label: "anna", Attributes: attr("a = 1\nb", "1")},
		"is no expression":             {Do: "change", Kind: "extension", Label: "anna", Attributes: attr("name", "\"x\"\n}\nplugin \"evil\" {")},
		"name = \"x\"\nsecret = \"y\"": {Do: "change", Kind: "extension", Label: "anna", Attributes: attr("name", "\"x\"\nsecret = \"y\"")},
		"there is no route \"none\"":   {Do: "change", Kind: "route", Label: "none", Within: "internal"},
		"order of extension":           {Do: "move", Kind: "extension", Label: "anna"},
		"before itself":                {Do: "move", Kind: "route", Label: "desk", Within: "internal", Before: "desk"},
		"a change of its own":          {Do: "move", Kind: "route", Label: "desk", Within: "internal", Attributes: attr("to", "echo()")},
		"no block \"tool\" without":    {Do: "change", Kind: "route", Label: "desk", Within: "internal", Blocks: map[string]bool{"tool": true}},
		"to come before":               {Do: "add", Kind: "route", Label: "x", Within: "internal", Before: "none"},
		"there is no dialplan":         {Do: "add", Kind: "route", Label: "x", Within: "none"},
		"labels":                       {Do: "add", Kind: "extension"},
	} {
		if _, _, err := cfg.Edit(e); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", e, err, want)
		}
	}
}

func TestStands(t *testing.T) {
	cfg, _ := config.Load("config.hcl", config.Options{FS: fstest.MapFS{"config.hcl": {Data: []byte(edited)}}})
	got := cfg.Stands("extension")
	want := []config.Stand{
		{Kind: "extension", Label: "anna", File: "config.hcl", Line: 4, Attributes: map[string]string{"number": `"101"`, "name": `"Anna"`}, Numbers: []string{"101"}},
		{Kind: "extension", Label: "ben", File: "config.hcl", Line: 10, Attributes: map[string]string{"number": `"102"`}, Numbers: []string{"102"}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if r := cfg.Stands("route"); len(r) != 2 || r[0].Within != "internal" || r[0].Attributes["match"] != `"{ext:1XX}"` {
		t.Errorf("%+v", r)
	}
}

func TestLiteral(t *testing.T) {
	for in, want := range map[string]string{
		`"a ${b} \"c\""`: `"a $${b} \"c\""`, `true`: "true", `20`: "20", `["a", 1]`: `["a", 1]`, `{"tries": 2}`: "{\n  tries = 2\n}",
	} {
		if got, err := config.Literal([]byte(in)); err != nil || got != want {
			t.Errorf("%s: %q %v, want %q", in, got, err, want)
		}
	}
}

// A draft is read in place of its file, which is written whole, with its mode,
// through a link, and with what it held kept aside.
func TestFilesAreWritten(t *testing.T) {
	dir, elsewhere := t.TempDir(), t.TempDir()
	text := []byte("extension \"anna\" { number = \"101\" }\n")
	if err := os.WriteFile(filepath.Join(elsewhere, "real"), text, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(elsewhere, "real"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(elsewhere, "real"), filepath.Join(dir, "config.hcl")); err != nil {
		t.Fatal(err)
	}
	draft := bytes.Replace(text, []byte("101"), []byte("102"), 1)
	cfg, diags := config.Load(dir, config.Options{Drafts: map[string][]byte{"config.hcl": draft}})
	if diags.HasErrors() || cfg.Extensions[0].Number != "102" {
		t.Fatal(diags)
	}
	files := cfg.Files()
	if len(files) != 1 || files[0].Name != "config.hcl" || !bytes.Equal(files[0].Text, draft) {
		t.Fatalf("%+v", files)
	}
	backups := filepath.Join(dir, "data", "config")
	for range 52 {
		if err := files[0].Write(draft, backups, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(filepath.Join(elsewhere, "real"))
	if err != nil || !bytes.Equal(got, draft) {
		t.Errorf("%q %v", got, err)
	}
	if info, err := os.Stat(filepath.Join(elsewhere, "real")); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if link, err := os.Lstat(filepath.Join(dir, "config.hcl")); err != nil || link.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
	kept, err := os.ReadDir(backups)
	if err != nil || len(kept) != 50 {
		t.Fatalf("%d backups, %v", len(kept), err)
	}
	info, err := kept[0].Info()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("backup: %v %v", info.Mode(), err)
	}
	inMemory, _ := config.Load("config.hcl", config.Options{FS: fstest.MapFS{"config.hcl": {Data: text}}})
	if err := inMemory.Files()[0].Write(draft, backups, time.Now()); err == nil {
		t.Error("a file that is none was written")
	}
}
