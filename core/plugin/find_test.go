package plugin

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shelf makes a directory of files, executable unless the name ends in ".txt".
func shelf(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		mode := os.FileMode(0o755)
		if strings.HasSuffix(name, ".txt") {
			mode = 0o644
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestABundledNameComesFirstThenThePluginDirectoryThenAFile(t *testing.T) {
	bundled, dir, elsewhere := shelf(t, "leg-rtp", "recorder"), shelf(t, "recorder", "mine"), shelf(t, "other")
	l := &Processes{Bundled: bundled}
	find := func(s Spec) (string, error) {
		s.Dir = dir
		return l.find(s)
	}
	for _, c := range []struct {
		spec Spec
		want string
	}{
		{Spec{Name: "leg-rtp"}, bundled + "/leg-rtp"},
		{Spec{Name: "scribe", Path: "recorder"}, bundled + "/recorder"},
		{Spec{Name: "mine"}, dir + "/mine"},
		{Spec{Name: "leg-rtp", Path: elsewhere + "/other"}, elsewhere + "/other"},
	} {
		if got, err := find(c.spec); got != c.want || err != nil {
			t.Errorf("%+v is %s, %v, want %s", c.spec, got, err, c.want)
		}
	}
	_, err := find(Spec{Name: "recoder"})
	want := fmt.Sprintf("there is no plugin \"recoder\" in %s or %s (there is leg-rtp, recorder, mine, recorder): "+
		"build it, put it there, or set path to its file", bundled, dir)
	var misfit *Misfit
	if !errors.As(err, &misfit) || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestDiscover(t *testing.T) {
	dir := shelf(t, "b", "a", "notes.txt", ".hidden")
	if err := os.Mkdir(filepath.Join(dir, "directory"), 0o755); err != nil {
		t.Fatal(err)
	}
	got, err := Discover(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range got {
		names = append(names, f.Name)
		if (f.Problem != "") != (f.Name == "notes.txt") || f.Path != filepath.Join(dir, f.Name) {
			t.Errorf("found %+v", f)
		}
	}
	if strings.Join(names, " ") != "a b notes.txt" {
		t.Errorf("found %v", names)
	}
	if got, err := Discover(dir + "/nothing"); len(got) != 0 || err != nil {
		t.Errorf("no directory: %v, %v", got, err)
	}
}
