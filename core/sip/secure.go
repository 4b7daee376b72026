package sip

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"time"
)

// handshakeTime is how long a far side may take to agree on a TLS connection.
const handshakeTime = 10 * time.Second

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
