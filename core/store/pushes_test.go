package store

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/plugboard/plugboard/core/browser"
)

// Where browsers take pushes is kept by page, and outlives the process; one of before
// gives way, and one that is forgotten stays so.
func TestPushes(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, &bytes.Buffer{}, nil)
	sub := func(number, device, url string) browser.Subscription {
		return browser.Subscription{Number: number, Device: device, Endpoint: browser.Endpoint{
			Endpoint: "https://push.example.net/" + url, Keys: browser.Keys{P256dh: "key of " + url, Auth: "secret of " + url},
		}}
	}
	for _, b := range []browser.Subscription{
		sub("102", "page-one", "1"), sub("101", "page-two", "2"), sub("101", "page-one", "3"), sub("101", "page-old", "4"), sub("101", "page-two", "5"),
	} {
		if err := s.PutSubscription(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.DropSubscription(t.Context(), "101", "page-old"); err != nil {
		t.Fatal(err)
	}
	if err := s.DropSubscription(t.Context(), "101", "page-none"); err != nil {
		t.Errorf("one that is not there: %v", err)
	}
	want := []browser.Subscription{sub("101", "page-one", "3"), sub("101", "page-two", "5"), sub("102", "page-one", "1")}
	for _, when := range []string{"at once", "after a restart"} {
		got, err := s.Subscriptions(t.Context())
		if err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %v %s", when, err, cmp.Diff(want, got))
		}
		s.Close()
		s = open(t, dir, &bytes.Buffer{}, nil)
	}
}
