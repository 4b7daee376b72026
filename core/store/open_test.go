package store

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/go-hclog"

	"github.com/plugboard/plugboard/core/call"
	"github.com/plugboard/plugboard/sdk/event"
)

func addr(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

func TestFilesAreTheOwnersOnly(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new?#%41", "data")
	s := open(t, dir, nil, nil)
	s.Observe(ended(cdr("C1", 1)))
	s.sync(t.Context())
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 3 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		if i, err := f.Info(); err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v (%v)", f.Name(), i.Mode(), err)
		}
	}
}

// Each database that cannot be opened is said with its place, and what to do.
func TestOpenSaysWhatIsWrong(t *testing.T) {
	filled := func(t *testing.T) string {
		dir := t.TempDir()
		s := open(t, dir, nil, nil)
		for n := range 200 {
			s.Observe(ended(cdr(fmt.Sprintf("C%d", n), n)))
		}
		s.Close()
		return dir
	}
	for _, tt := range []struct {
		name  string
		spoil func(t *testing.T) (dir string)
		want  []string
	}{
		{"no database", func(t *testing.T) string {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, File), bytes.Repeat([]byte("not a database. "), 1000), 0o600); err != nil {
				t.Fatal(err)
			}
			return dir
		}, []string{"the file is damaged", "move plugboard.db", "put a backup there"}},
		{"damaged in the middle", func(t *testing.T) string {
			dir := filled(t)
			f, err := os.OpenFile(filepath.Join(dir, File), os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			i, err := f.Stat()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.WriteAt(bytes.Repeat([]byte{0x5a}, int(i.Size())/2), i.Size()/3); err != nil {
				t.Fatal(err)
			}
			return dir
		}, []string{"the file is damaged", ".recover"}},
		{"a folder", func(t *testing.T) string {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, File), 0o700); err != nil {
				t.Fatal(err)
			}
			return dir
		}, []string{"opening the database", "is a directory"}},
		{"of a newer Plugboard", func(t *testing.T) string {
			dir := filled(t)
			s, err := Open(Options{Dir: dir, Log: hclog.NewNullLogger()})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			if _, err := s.db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (900, 1)"); err != nil {
				t.Fatal(err)
			}
			return dir
		}, []string{"was made by a newer Plugboard (version 900 of its tables", "run that one, or move the file away"}},
		{"in use", func(t *testing.T) string {
			dir := t.TempDir()
			open(t, dir, nil, nil)
			return dir
		}, []string{fmt.Sprintf("another Plugboard (process %d) uses the data directory", os.Getpid()), "data_dir"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := tt.spoil(t)
			s, err := Open(Options{Dir: dir, Log: hclog.NewNullLogger()})
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			for _, want := range append(tt.want, dir) {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q does not say %q", err, want)
				}
			}
		})
	}
}

// A process that is killed in the middle of writing leaves every call that it
// had written, each once, and none open.
func TestKilled(t *testing.T) {
	if dir := os.Getenv("STORE_TEST_CRASH"); dir != "" {
		crashing(dir)
		return
	}
	for round := range 3 {
		dir := t.TempDir()
		child := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		child.Env = append(os.Environ(), "STORE_TEST_CRASH="+dir)
		out, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		written := 0
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if n, err := fmt.Sscanf(lines.Text(), "written %d", &written); n != 1 || err != nil {
				t.Fatalf("the child says %q", lines.Text())
			}
			if written >= 200*(round+1) {
				break
			}
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait() // it was killed

		s := open(t, dir, nil, nil)
		var check string
		if err := s.read.QueryRow("PRAGMA integrity_check").Scan(&check); err != nil || check != "ok" {
			t.Fatalf("the file is %q (%v)", check, err)
		}
		have := map[string]event.CDR{}
		for _, c := range all(t, s) {
			have[c.ID] = c
			if c.ID != "live" && (len(c.Legs) != 2 || c.Cause != "normal") {
				t.Errorf("a record in pieces: %+v", c)
			}
		}
		for n := range written {
			if _, ok := have[fmt.Sprintf("C%d", n)]; !ok {
				t.Errorf("round %d: call %d of %d that were written is lost", round, n, written)
			}
		}
		if live := have["live"]; live.Cause != "failed" || live.Ended.Before(live.Started) {
			t.Errorf("the live call: %+v", live)
		}
		s.Close()
	}
}

// crashing is the child: it writes until it is killed, and says how far it is.
func crashing(dir string) {
	s, err := Open(Options{Dir: dir, Log: hclog.NewNullLogger()})
	if err != nil {
		fmt.Println(err)
		return
	}
	s.Start(func() []call.Info { return nil })
	s.Observe(event.Event{Type: event.CallStarted, Data: event.Call{ID: "live", Started: time.Now()}})
	for n := 0; ; n++ {
		s.Observe(ended(cdr(fmt.Sprintf("C%d", n), n)))
		if n%10 == 0 {
			if _, err := s.Calls(context.Background(), Query{Limit: 1}); err != nil {
				fmt.Println(err)
				return
			}
			fmt.Println("written", n+1)
		}
	}
}

// A database that is locked, or whose disk is full, at the start keeps no calls
// from being taken. What the last run left is there once it can be had.
func TestTroubleAtTheStart(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, nil, nil)
	yes, no := true, false
	for name, open := range map[string]*bool{"office": &yes, "lunch": &yes} {
		if err := s.SetOverride(name, open); err != nil {
			t.Fatal(err)
		}
	}
	s.Observe(event.Event{Type: event.CallStarted, Data: event.Call{ID: "live", Started: time.Now()}})
	s.Close()

	other, err := sql.Open("sqlite", filepath.Join(dir, File))
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	other.SetMaxOpenConns(1)
	if _, err := other.Exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	s = open(t, dir, &log, nil)
	if why := s.Trouble(); !strings.Contains(why, "another program holds the database locked") {
		t.Errorf("trouble %q", why)
	}
	s.Observe(ended(cdr("C1", 1)))
	if err := s.SetOverride("lunch", &no); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec("COMMIT"); err != nil {
		t.Fatal(err)
	}
	list := all(t, s)
	if len(list) != 2 || list[0].ID != "live" || list[0].Cause != "failed" || list[1].ID != "C1" || s.Trouble() != "" {
		t.Errorf("%+v, trouble %q", list, s.Trouble())
	}
	if d := cmp.Diff(map[string]bool{"office": true, "lunch": false}, s.Overrides()); d != "" {
		t.Error(d)
	}
}
