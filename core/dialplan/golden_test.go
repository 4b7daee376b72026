package dialplan

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/config"
	"github.com/plugboard/plugboard/core/golden"
)

// Every *.bad.hcl loads, and Compile says of it what stands beside it.
func TestMessages(t *testing.T) {
	files, err := filepath.Glob("testdata/*.bad.hcl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".bad.hcl"), func(t *testing.T) {
			cfg, diags := config.Load(filepath.Base(file), config.Options{FS: os.DirFS("testdata")})
			var got bytes.Buffer
			if diags.HasErrors() {
				if err := config.WriteText(&got, cfg, diags, false); err != nil {
					t.Fatal(err)
				}
				t.Fatalf("it does not load:\n%s", got.String())
			}
			plan, diags := Compile(cfg)
			if len(diags) == 0 || (plan == nil) != diags.HasErrors() {
				t.Fatalf("%d diagnostics, errors %v, plan %v", len(diags), diags.HasErrors(), plan != nil)
			}
			if plan != nil {
				diags = append(diags, plan.Planned()...)
			}
			if err := config.WriteText(&got, cfg, diags, false); err != nil {
				t.Fatal(err)
			}
			golden.Check(t, strings.TrimSuffix(file, ".hcl")+".txt", got.String())
		})
	}
}
