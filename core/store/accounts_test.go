package store

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/signin"
)

func TestAccounts(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, &bytes.Buffer{}, nil)
	now := time.Now().UTC().Truncate(time.Microsecond)
	want := map[string]signin.Account{
		"101":        {Hash: "$argon2id$x", Since: now, Until: time.UnixMicro(0).UTC()},
		signin.Admin: {Invitation: "abc", Until: now.Add(time.Hour), Since: time.UnixMicro(0).UTC()},
	}
	for who, a := range want {
		if err := s.PutAccount(t.Context(), who, signin.Account{Hash: "of before"}); err != nil {
			t.Fatal(err)
		}
		if err := s.PutAccount(t.Context(), who, a); err != nil {
			t.Fatal(err)
		}
	}
	for key, expires := range map[string]time.Time{"lives": now.Add(time.Hour), "expired": now.Add(-time.Second)} {
		if err := s.PutSession(t.Context(), key, []byte(key), expires); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	s = open(t, dir, &bytes.Buffer{}, nil)
	got, err := s.Accounts(t.Context())
	if err != nil || !cmp.Equal(got, want) {
		t.Error(err, cmp.Diff(want, got))
	}
	if data, found, err := s.Session(t.Context(), "lives"); string(data) != "lives" || !found || err != nil {
		t.Errorf("%q, %t, %v", data, found, err)
	}
	if _, found, err := s.Session(t.Context(), "expired"); found || err != nil {
		t.Errorf("one that has expired: %t, %v", found, err)
	}
	if err := s.DropSession(t.Context(), "lives"); err != nil {
		t.Fatal(err)
	}
	if _, found, _ := s.Session(t.Context(), "lives"); found {
		t.Error("one that was dropped is there")
	}
}
