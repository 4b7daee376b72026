package certificate

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// orderTime bounds one request to the ACME server.
const orderTime = 30 * time.Second

// ACME gets the certificate of one domain when somebody first asks for it, keeps
// it in the data directory, and renews it a month before it ends. The server sees
// that the domain is ours by TLS-ALPN-01 (RFC 8737) at port 443, which is ours or
// leads here, or by HTTP-01 at port 80.
type ACME struct {
	Domain, Directory string
	manager           *autocert.Manager
}

// NewACME makes one; dir is the data directory, and roots vouch for the server at
// directory, nil: those of the machine. Nothing is asked yet.
func NewACME(domain, directory, dir string, roots *x509.CertPool) *ACME {
	return &ACME{domain, directory, &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(cache(dir)), // 0700, and its files 0600
		HostPolicy: autocert.HostWhitelist(domain),
		Client: &acme.Client{DirectoryURL: directory, UserAgent: "plugboard", HTTPClient: &http.Client{
			Timeout: orderTime,
			Transport: &http.Transport{
				Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: orderTime}).DialContext,
				TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true,
			},
		}},
	}}
}

func cache(dir string) string { return filepath.Join(dir, "acme") }

// Certificate is for [tls.Config.GetCertificate]. A client that names no host, as
// by its address, is taken to mean the domain.
func (a *ACME) Certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if hello.ServerName == "" {
		named := *hello
		named.ServerName = a.Domain
		hello = &named
	}
	return a.manager.GetCertificate(hello)
}

// Protocol is what TLS-ALPN-01 is asked by, for [tls.Config.NextProtos].
const Protocol = acme.ALPNProto

// Challenge answers HTTP-01 on a listener of plain HTTP; next all else.
func (a *ACME) Challenge(next http.Handler) http.Handler { return a.manager.HTTPHandler(next) }

// Kept reads the certificate of a domain from the data directory, for a client on
// this machine that wants to know the switch by it. It has no key.
func Kept(domain, dir string) (*x509.Certificate, error) {
	c, err := tls.LoadX509KeyPair(filepath.Join(cache(dir), domain), filepath.Join(cache(dir), domain))
	if err != nil {
		return nil, err
	}
	return c.Leaf, nil
}
