package config

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestSecretsLast(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s, err := OpenSecrets(dir)
	if err != nil {
		t.Fatal(err)
	}
	anna, err := s.Extension("staff/anna")
	if err != nil {
		t.Fatal(err)
	}
	ben, err := s.Extension("staff/ben")
	if err != nil {
		t.Fatal(err)
	}
	if len(anna) < 24 || anna == ben {
		t.Errorf("the secrets are %q and %q, want two different ones of at least 24 characters", anna, ben)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, filepath.Join(dir, "secrets"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %04o, want %04o", filepath.Base(path), got, want)
		}
	}
	again, err := OpenSecrets(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Extension("staff/anna"); err != nil || got != anna {
		t.Errorf("after a restart anna's secret is %q (%v), want %q", got, err, anna)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "secrets.*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v (%v)", left, err)
	}
}

func TestSecretsRefuse(t *testing.T) {
	for name, c := range map[string]struct {
		content string
		mode    os.FileMode
		want    string
	}{
		"open to others": {`{}`, 0o644, "can be read by others (mode 0644)"},
		"half a file":    {`{"a": "`, 0o600, "is damaged"},
		"null":           {`null`, 0o600, "is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "secrets")
			if err := os.WriteFile(file, []byte(c.content), c.mode); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(file, c.mode); err != nil { // past the umask
				t.Fatal(err)
			}
			if _, err := OpenSecrets(dir); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error that says %q", err, c.want)
			}
		})
	}
}

// A secret that could not be written is not given out: the phone would be
// locked out after the next start.
func TestSecretsUnwritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	s, err := OpenSecrets(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Extension("anna"); err == nil {
		t.Errorf("got %q although the folder is gone", got)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Extension("anna"); err != nil {
		t.Errorf("the folder is back, but: %v", err)
	}
}

// Devices register from many goroutines: each gets the one secret.
func TestSecretsAtOnce(t *testing.T) {
	s, err := OpenSecrets(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, 8)
	var group sync.WaitGroup
	for i := range got {
		group.Go(func() {
			secret, err := s.Extension("anna")
			if err != nil {
				t.Error(err)
			}
			got[i] = secret
		})
	}
	group.Wait()
	for _, secret := range got {
		if secret != got[0] || secret == "" {
			t.Fatalf("one extension has the secrets %q", got)
		}
	}
}
