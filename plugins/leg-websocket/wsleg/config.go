package wsleg

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"

	"github.com/plugboard/plugboard/sdk/schema"
)

// Rates are those that sound can have on the wire, in Hz.
var rates = []int{8000, 16000, 24000, 48000}

const (
	defaultRate  = 16000
	defaultCalls = 64
	mostCalls    = 4096
	// shortestToken keeps tokens from being guessed.
	shortestToken = 16
)

// Attributes are what its config {} block may hold.
func Attributes() []schema.Attribute {
	return []schema.Attribute{
		{Name: "rate", Type: schema.Number, Doc: "the samples in a second of the sound, 8000, 16000 (if left out), 24000 or 48000"},
		{Name: "dial_token", Type: schema.String, Doc: "what the programs that are called get as Authorization: Bearer"},
		{Name: "ca", Type: schema.String, Doc: "a file with the certificates that vouch for wss:// addresses, in place of the system's"},
		{Name: "listen", Type: schema.String, Doc: "where programs come in with calls, such as 127.0.0.1:8089; left out, none do"},
		{Name: "token", Type: schema.String, Doc: "what a program that comes in has to show as Authorization: Bearer; 16 characters or more"},
		{Name: "cert", Type: schema.String, Doc: "the file of the listener's certificate; needed where others than this machine come in"},
		{Name: "key", Type: schema.String, Doc: "the file of its key"},
		{Name: "max_calls", Type: schema.Number, Doc: "how many programs may be in at once, 64 if left out"},
	}
}

// settings are its config {} block, checked.
type settings struct {
	rate      int
	dialToken string
	roots     *x509.CertPool // nil: the system's
	listen    netip.AddrPort // invalid: nobody comes in
	token     string
	tls       *tls.Config // of the listener, nil: none
	calls     int
}

// read checks a config {} block.
func read(c map[string]any) (s settings, err error) {
	text := func(name string) string { v, _ := c[name].(string); return v }
	number := func(name string, otherwise int) int {
		v, ok := c[name].(float64)
		switch {
		case !ok:
			return otherwise
		case v != v || v < 0 || v > 1<<20 || v != float64(int(v)):
			return -1
		}
		return int(v)
	}
	s.rate, s.calls = number("rate", defaultRate), number("max_calls", defaultCalls)
	s.dialToken, s.token = text("dial_token"), text("token")
	switch {
	case !slices.Contains(rates, s.rate):
		return s, fmt.Errorf("rate is 8000, 16000, 24000 or 48000")
	case s.calls < 1 || s.calls > mostCalls:
		return s, fmt.Errorf("max_calls is 1 to %d", mostCalls)
	}
	if file := text("ca"); file != "" {
		pem, err := os.ReadFile(file)
		if err != nil {
			return s, fmt.Errorf("ca: %w", err)
		}
		s.roots = x509.NewCertPool()
		if !s.roots.AppendCertsFromPEM(pem) {
			return s, fmt.Errorf("ca: %s holds no certificate in PEM", file)
		}
	}
	return s, s.readListener(text("listen"), text("cert"), text("key"))
}

// readListener checks how programs come in.
func (s *settings) readListener(at, cert, key string) error {
	if at == "" {
		if s.token != "" || cert != "" || key != "" {
			return errors.New("token, cert and key are for programs that come in: write listen = \"127.0.0.1:8089\", too")
		}
		return nil
	}
	var err error
	if s.listen, err = netip.ParseAddrPort(at); err != nil {
		return errors.New("listen is an IP address and a port, such as 127.0.0.1:8089")
	}
	if len(s.token) < shortestToken {
		return fmt.Errorf("token is missing or too short: whoever knows it can call in; write one of %d characters or more", shortestToken)
	}
	switch {
	case (cert == "") != (key == ""):
		return errors.New("cert and key go together")
	case cert == "" && !s.listen.Addr().IsLoopback():
		return fmt.Errorf("listen: others than this machine reach %s, so the token and the sound need TLS: write cert and key, or listen on 127.0.0.1 behind a proxy", s.listen)
	case cert != "":
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return fmt.Errorf("cert and key: %w", err)
		}
		s.tls = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}
	}
	return nil
}
