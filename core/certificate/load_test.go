package certificate_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/certificate"
)

// What cannot be shown is said, with the file.
func TestLoad(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	ca, err := raw.NewAuthority(now)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	pair := func(name string, from, until time.Time) (cert, key string) {
		t.Helper()
		c, k, err := ca.Issue(from, until, "pbx.example.net")
		if err != nil {
			t.Fatal(err)
		}
		return write(name+".crt", c), write(name+".key", k)
	}
	good, goodKey := pair("good", now.Add(-time.Hour), now.Add(time.Hour))
	old, oldKey := pair("old", now.Add(-2*time.Hour), now.Add(-time.Hour))
	early, earlyKey := pair("early", now.Add(time.Hour), now.Add(2*time.Hour))
	noise := write("noise.crt", []byte("hello"))
	none := filepath.Join(dir, "none")
	if c, err := certificate.Load("sip", good, goodKey, now); err != nil || c.Leaf.DNSNames[0] != "pbx.example.net" {
		t.Errorf("a good one: %v", err)
	}
	for _, c := range []struct{ cert, key, want string }{
		{none, goodKey, "sip.cert cannot be read: open " + none + ": no such file or directory"},
		{good, none, "sip.key cannot be read: open " + none + ": no such file or directory"},
		{good, oldKey, "sip.cert " + good + " and sip.key " + oldKey + " do not make a certificate: tls: private key does not match public key"},
		{noise, goodKey, "sip.cert " + noise + " and sip.key " + goodKey + " do not make a certificate: tls: failed to find any PEM data"},
		{old, oldKey, "sip.cert " + old + " has expired on 2026-11-28T11:00:00Z"},
		{early, earlyKey, "sip.cert " + early + " is valid only from 2026-11-28T13:00:00Z on"},
	} {
		if _, err := certificate.Load("sip", c.cert, c.key, now); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("got:  %v\nwant: %s", err, c.want)
		}
	}
}
