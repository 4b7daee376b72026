// Package certificate has what the switch shows to those who connect by TLS: a
// certificate from files, or one that an ACME server gives (RFC 8555).
package certificate

import (
	"crypto/tls"
	"fmt"
	"os"
	"time"
)

// Load reads a certificate for a block of the configuration ("sip", "web"): a
// PEM file of the certificate and those that vouch for it, and one of its key.
// What cannot be used (a file that is missing, a key of another certificate,
// an expired one) is an error that says which file, and what to do.
func Load(block, cert, key string, now time.Time) (*tls.Certificate, error) {
	certPEM, err := os.ReadFile(cert)
	if err != nil {
		return nil, fmt.Errorf("%s.cert cannot be read: %w", block, err)
	}
	keyPEM, err := os.ReadFile(key)
	if err != nil {
		return nil, fmt.Errorf("%s.key cannot be read: %w", block, err)
	}
	c, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("%s.cert %s and %s.key %s do not make a certificate: %w; both are PEM files, and the key is that of the first certificate", block, cert, block, key, err)
	}
	switch leaf := c.Leaf; {
	case now.After(leaf.NotAfter):
		return nil, fmt.Errorf("%s.cert %s has expired on %s: renew it; those who connect would refuse it", block, cert, leaf.NotAfter.UTC().Format(time.RFC3339))
	case now.Before(leaf.NotBefore):
		return nil, fmt.Errorf("%s.cert %s is valid only from %s on; is this machine's clock right?", block, cert, leaf.NotBefore.UTC().Format(time.RFC3339))
	}
	return &c, nil
}
