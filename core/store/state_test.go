package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSettingsLast(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, nil, nil)
	if s.Settings() != nil {
		t.Errorf("at first: %v", s.Settings())
	}
	set := func(extension, name, value string) {
		t.Helper()
		if err := s.SetSetting(extension, name, value); err != nil {
			t.Fatal(err)
		}
	}
	set("staff/anna", "do_not_disturb", "on")
	set("staff/anna", "forward_busy", "102")
	set("ben", "forward_always", "off")
	before := s.Settings()
	s.sync(t.Context())
	set("staff/anna", "do_not_disturb", "")
	set("ben", "forward_always", "")
	set("carl", "call_waiting", "off")
	want := map[string]map[string]string{"staff/anna": {"forward_busy": "102"}, "carl": {"call_waiting": "off"}}
	if d := cmp.Diff(want, s.Settings()); d != "" {
		t.Errorf("at once: %s", d)
	}
	if d := cmp.Diff(map[string]map[string]string{"staff/anna": {"do_not_disturb": "on", "forward_busy": "102"}, "ben": {"forward_always": "off"}}, before); d != "" {
		t.Errorf("what a call has taken has changed under it: %s", d)
	}
	yes := true
	if err := s.SetOverride("office", &yes); err != nil { // beside them
		t.Fatal(err)
	}
	s.Close()
	s = open(t, dir, nil, nil)
	if d := cmp.Diff(want, s.Settings()); d != "" {
		t.Errorf("after a restart: %s", d)
	}
	if d := cmp.Diff(map[string]bool{"office": true}, s.Overrides()); d != "" {
		t.Errorf("after a restart: %s", d)
	}
}
