// Package postbox is a mail server for tests: it takes mail by SMTP, with
// STARTTLS and AUTH PLAIN, and keeps what it was sent. It speaks on whatever
// listener it is given, so it lives in a synctest bubble, too.
package postbox

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mail is one that was taken.
type Mail struct {
	From, To string // of the envelope
	Data     []byte
	Secure   bool   // it came over TLS
	User     string // who has proven who he is, "": nobody
}

// Server is the mail server.
type Server struct {
	smtp *smtp.Server
	done chan struct{}

	mu      sync.Mutex
	mails   []Mail
	refuse  func(to string) error
	secrets map[string]string
}

// New makes one. secrets are its users, nil: it asks for none. Without cert it
// has no STARTTLS.
func New(cert *tls.Config, secrets map[string]string) *Server {
	s := &Server{secrets: secrets, done: make(chan struct{})}
	s.smtp = smtp.NewServer(s)
	s.smtp.Domain, s.smtp.TLSConfig = "postbox.example.net", cert
	s.smtp.AllowInsecureAuth = cert == nil
	s.smtp.ErrorLog = quiet{}
	s.smtp.ReadTimeout, s.smtp.WriteTimeout = time.Minute, time.Minute
	return s
}

type quiet struct{}

// Printf implements [smtp.Logger].
func (quiet) Printf(string, ...any) {}

// Println implements [smtp.Logger].
func (quiet) Println(...any) {}

// Serve takes mail until Close.
func (s *Server) Serve(l net.Listener) {
	go func() {
		defer close(s.done)
		_ = s.smtp.Serve(l)
	}()
}

// Close ends all connections.
func (s *Server) Close() {
	s.smtp.Close()
	<-s.done
}

// Mails are those that were taken.
func (s *Server) Mails() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mails...)
}

// Refuse sets what is said to a recipient; nil takes all.
func (s *Server) Refuse(rule func(to string) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = rule
}

// Answer is a refusal with a code of SMTP.
func Answer(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 0, 0}, Message: text}
}

// NewSession implements [smtp.Backend].
func (s *Server) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{s: s, conn: c}, nil
}

type session struct {
	s    *Server
	conn *smtp.Conn
	user string
	mail Mail
}

// AuthMechanisms implements [smtp.AuthSession].
func (c *session) AuthMechanisms() []string {
	if c.s.secrets == nil {
		return nil
	}
	return []string{sasl.Plain}
}

// Auth implements [smtp.AuthSession].
func (c *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, username, password string) error {
		if want, ok := c.s.secrets[username]; !ok || want != password {
			return errors.New("wrong user or secret")
		}
		c.user = username
		return nil
	}), nil
}

// Mail implements [smtp.Session].
func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	if c.s.secrets != nil && c.user == "" {
		return smtp.ErrAuthRequired
	}
	_, secure := c.conn.TLSConnectionState()
	c.mail = Mail{From: from, Secure: secure, User: c.user}
	return nil
}

// Rcpt implements [smtp.Session].
func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.s.refuse != nil {
		if err := c.s.refuse(to); err != nil {
			return err
		}
	}
	c.mail.To = to
	return nil
}

// Data implements [smtp.Session].
func (c *session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	c.mail.Data = data
	c.s.mails = append(c.s.mails, c.mail)
	return nil
}

// Reset implements [smtp.Session].
func (c *session) Reset() {}

// Logout implements [smtp.Session].
func (c *session) Logout() error { return nil }
