package certificate_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"

	"github.com/plugboard/plugboard/core/certificate"
)

const domain = "pbx.example.net"

// authority is a whole ACME server (Let's Encrypt's Pebble) that looks for the
// domain at two ports of this machine.
func authority(t *testing.T, httpPort, tlsPort int) (directory string, trusts, issues *x509.CertPool) {
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	t.Setenv("PEBBLE_WFE_NONCEREJECT", "0")
	quiet := log.New(io.Discard, "", 0)
	store := db.NewMemoryStore()
	root := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {}})
	front := wfe.New(quiet, store, va.New(quiet, httpPort, tlsPort, false, names(t), store), root, nil, false, false, 1, 1)
	s := httptest.NewTLSServer(front.Handler())
	t.Cleanup(s.Close)
	trusts, issues = x509.NewCertPool(), x509.NewCertPool()
	trusts.AddCert(s.Certificate())
	issues.AddCert(root.GetRootCert(0).Cert)
	return s.URL + wfe.DirectoryPath, trusts, issues
}

// names is a DNS server for which every name is this machine.
func names(t *testing.T) string {
	l := listen(t) // Pebble asks over TCP
	s := &dns.Server{Listener: l, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		if q.Question[0].Qtype == dns.TypeA {
			m.Answer = []dns.RR{&dns.A{
				Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1}, A: net.IPv4(127, 0, 0, 1)}}
		}
		if err := w.WriteMsg(m); err != nil {
			t.Log(err)
		}
	})}
	served := make(chan error, 1)
	go func() { served <- s.ActivateAndServe() }()
	t.Cleanup(func() { s.Shutdown(); <-served })
	return l.Addr().String()
}

func listen(t *testing.T) net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func port(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

// The first who connects waits for a certificate, which is got, kept, and shown
// to the next, also after a start anew and while the server cannot be reached. The
// server is shown by TLS-ALPN-01, or by HTTP-01, that the domain is ours.
func TestACME(t *testing.T) {
	for _, way := range []string{"tls-alpn-01", "http-01"} {
		t.Run(way, func(t *testing.T) {
			secure, plain := listen(t), listen(t)
			tlsPort := port(secure)
			if way == "http-01" {
				tlsPort = 1 // nobody is there
			}
			directory, trusts, issues := authority(t, port(plain), tlsPort)
			dir := t.TempDir()
			a := certificate.NewACME(domain, directory, dir, trusts)
			show := func(a *certificate.ACME, l net.Listener) {
				go http.Serve(tls.NewListener(l, &tls.Config{GetCertificate: a.Certificate, NextProtos: []string{"http/1.1", certificate.Protocol}}),
					http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") }))
			}
			show(a, secure)
			challenge := a.Challenge(http.NotFoundHandler())
			go http.Serve(plain, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.Host = domain // at port 80 no port is named
				challenge.ServeHTTP(w, r)
			}))

			connect := func(l net.Listener, name string) (*x509.Certificate, error) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				c, err := (&tls.Dialer{Config: &tls.Config{RootCAs: issues, ServerName: name}}).DialContext(ctx, "tcp", l.Addr().String())
				if err != nil {
					return nil, err
				}
				defer c.Close()
				return c.(*tls.Conn).ConnectionState().PeerCertificates[0], nil
			}
			if _, err := connect(secure, "other.example.net"); err == nil {
				t.Error("a certificate was shown for a domain that is not ours")
			}
			got, err := connect(secure, domain)
			if err != nil {
				t.Fatal(err)
			}
			kept, err := certificate.Kept(domain, dir)
			if err != nil || !kept.Equal(got) {
				t.Errorf("kept is %v, %v", kept, err)
			}
			err = filepath.WalkDir(filepath.Join(dir, "acme"), func(path string, d os.DirEntry, err error) error {
				if err != nil {
					return err
				}
				info, err := d.Info()
				if err == nil && info.Mode().Perm()&0o077 != 0 {
					t.Errorf("%s can be read by others: %v", path, info.Mode())
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
			again := listen(t)
			show(certificate.NewACME(domain, "https://127.0.0.1:1/directory", dir, nil), again)
			if then, err := connect(again, domain); err != nil || !then.Equal(got) {
				t.Errorf("after a start anew: %v", err)
			}
		})
	}
}
