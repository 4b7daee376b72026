package config

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/plugboard/plugboard/core/golden"
)

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
			golden.Check(t, strings.TrimSuffix(file, ".hcl")+".txt", text.String())
		})
	}
}
