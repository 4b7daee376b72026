package config

import (
	"testing"
	"testing/fstest"
)

func TestRevisionNamesWhatIsConfigured(t *testing.T) {
	const variable = "variable \"secret\" {\n  default = \"k9-Vq2-hTw\"\n  sensitive = true\n}\n"
	load := func(name string, files map[string]string, vars map[string]string) string {
		t.Helper()
		fsys := fstest.MapFS{}
		for n, text := range files {
			fsys[n] = &fstest.MapFile{Data: []byte(text)}
		}
		cfg, diags := Load(name, Options{FS: fsys, Vars: vars})
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		return cfg.Revision
	}
	first := load("pbx", map[string]string{"pbx/a.hcl": variable, "pbx/b.hcl": "locals { x = 1 }\n"}, nil)
	if len(first) != revisionLength {
		t.Errorf("revision %q, wanted %d digits", first, revisionLength)
	}
	for name, c := range map[string]struct {
		folder string
		files  map[string]string
		vars   map[string]string
		same   bool
	}{
		"read again":          {"pbx", map[string]string{"pbx/a.hcl": variable, "pbx/b.hcl": "locals { x = 1 }\n"}, nil, true},
		"in another folder":   {"etc", map[string]string{"etc/a.hcl": variable, "etc/b.hcl": "locals { x = 1 }\n"}, nil, true},
		"another file":        {"pbx", map[string]string{"pbx/a.hcl": variable, "pbx/b.hcl": "locals { x = 2 }\n"}, nil, false},
		"a file gone":         {"pbx", map[string]string{"pbx/a.hcl": variable}, nil, false},
		"a variable is set":   {"pbx", map[string]string{"pbx/a.hcl": variable, "pbx/b.hcl": "locals { x = 1 }\n"}, map[string]string{"secret": "another-one"}, false},
		"as its default says": {"pbx", map[string]string{"pbx/a.hcl": variable, "pbx/b.hcl": "locals { x = 1 }\n"}, map[string]string{"secret": "k9-Vq2-hTw"}, true},
	} {
		if got := load(c.folder, c.files, c.vars); (got == first) != c.same {
			t.Errorf("%s: %s after %s", name, got, first)
		}
	}
}
