package config

import (
	"bytes"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFormat(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"empty", "", ""},
		{"only a comment", "# hello", "# hello\n"},
		{"spaces, indents and columns", "extension   \"a\"{\nnumber=\"101\" # the first\n    display_name   =  \"Anna\" // next\n}",
			"extension \"a\" {\n  number       = \"101\"  # the first\n  display_name = \"Anna\" // next\n}\n"},
		{"comments stay where they are", "# above\n\n/* of\n  several lines */\ngroup \"g\" { # behind\n\n  # inside\n  members = [ # in a list\n    extension.a, # of it\n  ]\n}\n# below\n",
			"# above\n\n/* of\n  several lines */\ngroup \"g\" { # behind\n\n  # inside\n  members = [    # in a list\n    extension.a, # of it\n  ]\n}\n# below\n"},
		{"a heredoc is a text", "locals {\n  a = <<EOT\n   x=1\n EOT\n    b=1\n}\n", "locals {\n  a = <<EOT\n   x=1\n EOT\n  b = 1\n}\n"},
		{"expressions", "locals {\n  a=[for k,v in var.m: \"${ k }=${v}\" if v!=null]\n  b = ! var.x?1:-  2\n}\n",
			"locals {\n  a = [for k, v in var.m : \"${k}=${v}\" if v != null]\n  b = !var.x ? 1 : -2\n}\n"},
		{"the line ends of Windows", "pbx {\r\n country=\"DE\"\r\n}\r\n", "pbx {\r\n  country = \"DE\"\r\n}\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _, diags := Format("f.hcl", []byte(c.src))
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if d := cmp.Diff(c.want, string(got)); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestFormatRefusesWhatDoesNotParse(t *testing.T) {
	src := []byte("pbx {\n  country = \n}\n")
	got, cfg, diags := Format("f.hcl", src)
	var out bytes.Buffer
	if err := WriteText(&out, cfg, diags, false); err != nil {
		t.Fatal(err)
	}
	want := "Error: Invalid expression\n  at f.hcl:2:13, in pbx\n\n    2 |   country = \n      |             ^\n\n  Expected the start of an expression, but found an invalid expression token.\n"
	if d := cmp.Diff(want, out.String()); d != "" || got != nil {
		t.Errorf("%q (-want +got)\n%s", got, d)
	}
}

// FuzzFormat: what is formatted is canonical, and says the same as before in
// all but white space.
func FuzzFormat(f *testing.F) {
	for _, file := range []string{"../../config.hcl.example", "testdata/full.hcl"} {
		if src, err := os.ReadFile(file); err == nil {
			f.Add(src)
		}
	}
	f.Add([]byte("a = <<-EOT\n  ${ x }\n EOT\n"))
	f.Add([]byte("a {\n b=\"%{if x}y%{ else }z%{endif}\"\n}"))
	f.Fuzz(func(t *testing.T, src []byte) {
		got, _, diags := Format("f.hcl", src)
		if diags.HasErrors() {
			return
		}
		if !sameTokens(src, got, "f.hcl") && !sameTokens(append(src, '\n'), got, "f.hcl") {
			t.Fatalf("%q becomes %q, which says something else", src, got)
		}
		again, _, diags := Format("f.hcl", got)
		if diags.HasErrors() || !bytes.Equal(got, again) {
			t.Fatalf("%q is not canonical: it becomes %q (%v)", got, again, diags)
		}
	})
}
