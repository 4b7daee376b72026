package sip

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

// handshakeTime is how long a far side may take to agree on a TLS connection.
const handshakeTime = 10 * time.Second

// LoadCertificate reads the certificate that is shown to phones and trunks: a
// PEM file of the certificate and those that vouch for it, and one of its key.
// What cannot be used (a file that is missing, a key of another certificate,
// an expired one) is an error that says which file, and what to do.
func LoadCertificate(cert, key string, now time.Time) (*tls.Certificate, error) {
	certPEM, err := os.ReadFile(cert)
	if err != nil {
		return nil, fmt.Errorf("sip.cert cannot be read: %w", err)
	}
	keyPEM, err := os.ReadFile(key)
	if err != nil {
		return nil, fmt.Errorf("sip.key cannot be read: %w", err)
	}
	c, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("sip.cert %s and sip.key %s do not make a certificate: %w; both are PEM files, and the key is that of the first certificate", cert, key, err)
	}
	switch leaf := c.Leaf; {
	case now.After(leaf.NotAfter):
		return nil, fmt.Errorf("sip.cert %s has expired on %s: renew it; phones would refuse it", cert, leaf.NotAfter.UTC().Format(time.RFC3339))
	case now.Before(leaf.NotBefore):
		return nil, fmt.Errorf("sip.cert %s is valid only from %s on; is this machine's clock right?", cert, leaf.NotBefore.UTC().Format(time.RFC3339))
	}
	return &c, nil
}

// secureServer is how we speak TLS with those who connect to us.
func (s *Server) secureServer() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			if c := s.opts.Settings().Certificate; c != nil {
				return c, nil
			}
			return nil, errors.New("there is no certificate: name one in sip { cert, key }")
		},
	}
}

// secureClient is how we speak TLS with a far side: its certificate must be
// for that name (RFC 5922 §7), or IP address.
func (s *Server) secureClient(name string) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		ServerName: name,
		RootCAs:    s.opts.Roots,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			if c := s.opts.Settings().Certificate; c != nil {
				return c, nil
			}
			return &tls.Certificate{}, nil // we have none to show
		},
	}
}

// secure agrees on TLS over a connection that we opened.
func (s *Server) secure(ctx context.Context, conn net.Conn, name string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, handshakeTime)
	defer cancel()
	c := tls.Client(conn, s.secureClient(name))
	if err := c.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, secureFailure(name, err)
	}
	return c, nil
}

// secureFailure says why TLS with a far side did not come about, and what to
// do.
func secureFailure(name string, err error) error {
	var unknown x509.UnknownAuthorityError
	var other x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &other):
		return fmt.Errorf("its TLS certificate is not for %s: %w; the name in peer must be one of the certificate's", name, err)
	case errors.As(err, &unknown):
		return fmt.Errorf("its TLS certificate for %s is of nobody that this machine trusts: %w; add the authority to the system's certificates", name, err)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Errorf("its TLS certificate for %s is out of date: %w", name, err)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("no TLS agreed with %s within %v; does it speak TLS on that port?", name, handshakeTime)
	}
	return fmt.Errorf("no TLS with %s: %w", name, err)
}

// greet agrees on TLS with a far side that connected to us.
func (s *Server) greet(st *stream) bool {
	c, ok := st.conn.(*tls.Conn)
	if !ok {
		return true
	}
	ctx, cancel := context.WithTimeout(s.ctx, handshakeTime)
	defer cancel()
	if err := c.HandshakeContext(ctx); err != nil {
		if !s.refused.allow(st.remote.Addr(), time.Now()) {
			s.untold.Add(1) // a scanner does not fill the disk
			return false
		}
		s.log.Info("TLS was not agreed with a far side", "from", st.remote.String(), "error", err)
		return false
	}
	return true
}
