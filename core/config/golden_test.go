package config

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the goldens anew")

// Every *.bad.hcl gets the message beside it.
func TestMessages(t *testing.T) {
	files, err := filepath.Glob("testdata/*.bad.hcl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".bad.hcl"), func(t *testing.T) {
			cfg, diags := Load(filepath.Base(file), Options{FS: os.DirFS("testdata")})
			for _, p := range cfg.Planned {
				diags = append(diags, p.Why)
			}
			if len(diags) == 0 {
				t.Fatal("nothing is said of it")
			}
			var text bytes.Buffer
			if err := WriteText(&text, cfg, diags, false); err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(file, ".hcl")+".txt", text.String())
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("not as in %s (-want +got; if it is better, -update):\n%s", file, diff)
	}
}
