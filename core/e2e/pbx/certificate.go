//go:build e2e

package pbx

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// Certificate is that of a test's daemon, and who vouches for it.
type Certificate struct {
	Authority, Cert, Key string // files
	Roots                *x509.CertPool
	// KeyHash is by what a browser can be told to trust this key and no other: SHA-256
	// of the public key, in base64.
	KeyHash string
}

// Certify makes a certificate for an address, by an authority of its own.
func Certify(t *testing.T, ip string) Certificate {
	t.Helper()
	dir := t.TempDir()
	c := Certificate{Authority: filepath.Join(dir, "ca.pem"), Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	ca, err := raw.NewAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, key, err := ca.Issue(time.Now().Add(-time.Hour), time.Now().Add(90*24*time.Hour), ip)
	if err != nil {
		t.Fatal(err)
	}
	c.Roots = ca.Roots()
	Write(t, c.Authority, string(ca.PEM()))
	Write(t, c.Cert, string(cert))
	Write(t, c.Key, string(key))
	pair := c.Pair(t)
	hash := sha256.Sum256(pair.Leaf.RawSubjectPublicKeyInfo)
	c.KeyHash = base64.StdEncoding.EncodeToString(hash[:])
	return c
}

// Pair is the certificate for a server of the test's own.
func (c Certificate) Pair(t *testing.T) tls.Certificate {
	t.Helper()
	pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// StartSecure is Start with HTTPS, to which plain HTTP leads. web is more of its web block.
func StartSecure(t *testing.T, ip string, c Certificate, web, dialplan string) *PBX {
	t.Helper()
	p := Launch(t, binaries(t), ip, "", fmt.Sprintf(`
web {
  listen   = "%[1]s:8443"
  redirect = "%[1]s:8080"
  cert     = %[2]q
  key      = %[3]q
  %[4]s
}
%[5]s`, ip, c.Cert, c.Key, web, dialplan))
	p.Certificate = &c
	p.Client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: c.Roots}}
	p.ready()
	return p
}
