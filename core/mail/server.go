package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Server is who takes our mail.
type Server struct {
	Host string
	Port uint16
	// TLS says that a connection begins with TLS (RFC 8314, section 3.3). Else
	// it is asked for with STARTTLS (RFC 3207), as Encryption says: "required",
	// "optional" or "off".
	TLS        bool
	Encryption string
	From       string // the sender's address
	// Username and Secret prove who we are. They are never sent in the clear,
	// but to this machine itself.
	Username, Secret string
}

// ParseServer reads where a server is: host, host:port, smtp://host[:port] or
// smtps://host[:port].
func ParseServer(text string) (Server, error) {
	s := Server{Port: 587} // RFC 6409, section 3.1
	scheme, rest, ok := strings.Cut(text, "://")
	switch {
	case !ok:
		rest = text
	case scheme == "smtps":
		s.TLS, s.Port = true, 465 // RFC 8314, section 7.3
	case scheme != "smtp":
		return s, errors.New("the scheme is neither smtp:// nor smtps://")
	}
	host, port, err := net.SplitHostPort(rest)
	if err != nil { // without a port
		host = strings.TrimSuffix(strings.TrimPrefix(rest, "["), "]")
	} else if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return s, errors.New("the port is not a number from 1 to 65535")
	} else {
		s.Port = uint16(n)
	}
	if _, err := netip.ParseAddr(host); err != nil && !hostPattern.MatchString(host) {
		return s, errors.New("there is no name or address of a host")
	}
	s.Host = host
	return s, nil
}

var hostPattern = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9._-]{0,252}[A-Za-z0-9])?$`)

// String is where the server is, as [ParseServer] reads it.
func (s Server) String() string {
	scheme := "smtp"
	if s.TLS {
		scheme = "smtps"
	}
	return scheme + "://" + net.JoinHostPort(s.Host, strconv.Itoa(int(s.Port)))
}

// Loopback says whether it is this machine.
func (s Server) Loopback() bool {
	a, err := netip.ParseAddr(s.Host)
	return s.Host == "localhost" || err == nil && a.Unmap().IsLoopback()
}

// DialFunc opens a connection, as [net.Dialer.DialContext] does.
type DialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// Limits of one delivery.
const (
	dialTime = 20 * time.Second // until there is a connection, with TLS
	sendTime = 2 * time.Minute  // for what is said on it
)

// road is how a server is reached.
type road struct {
	dial  DialFunc
	roots *x509.CertPool
}

// refusal is a server's no to one mail; the next one may be welcome.
type refusal struct {
	err  error
	code int // 4xx: not now, 5xx: never
}

// Error implements error.
func (r *refusal) Error() string { return r.err.Error() }

// Unwrap gives the answer itself.
func (r *refusal) Unwrap() error { return r.err }

// deliver sends one mail on a connection of its own, and returns what the server
// answered. An error is a [*refusal], or there is no talking to the server.
func (r road) deliver(ctx context.Context, s Server, out *gomail.Msg) (answer string, err error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime+sendTime)
	defer cancel()
	var conn net.Conn // the library leaves it open when its greeting fails
	defer func() {
		if conn != nil {
			conn.Close()
		}
	}()
	c, err := gomail.NewClient(s.Host, r.options(s, func(dialing context.Context, network, address string) (net.Conn, error) {
		dialing, cancel := context.WithTimeout(dialing, dialTime)
		defer cancel()
		raw, err := r.dial(dialing, network, address)
		if err != nil {
			return nil, err
		}
		conn = raw
		context.AfterFunc(ctx, func() { raw.Close() })
		if !s.TLS {
			return raw, nil
		}
		secure := tls.Client(raw, r.tls(s))
		return secure, secure.HandshakeContext(dialing)
	})...)
	if err != nil {
		return "", err
	}
	err = c.DialAndSendWithContext(ctx, out)
	if out.IsDelivered() {
		return Line(out.ServerResponse()), nil // whatever became of the goodbye
	}
	var said *gomail.SendError
	switch {
	case ctx.Err() != nil:
		return "", errors.Join(ctx.Err(), err)
	case errors.As(err, &said) && said.ErrorCode() >= 400 && said.Reason != gomail.ErrSMTPMailFrom:
		return "", &refusal{err, said.ErrorCode()}
	case err == nil:
		return "", errors.New("the server has not taken it")
	}
	return "", err
}

func (r road) tls(s Server) *tls.Config {
	return &tls.Config{ServerName: s.Host, RootCAs: r.roots, MinVersion: tls.VersionTLS12}
}

func (r road) options(s Server, dial gomail.DialContextFunc) []gomail.Option {
	// Where a connection begins with TLS the library sees that it has it.
	policy := gomail.TLSOpportunistic
	switch {
	case s.TLS:
	case s.Encryption == "required":
		policy = gomail.TLSMandatory
	case s.Encryption == "off":
		policy = gomail.NoTLS
	}
	list := []gomail.Option{
		gomail.WithPort(int(s.Port)), gomail.WithHELO(hostname()), gomail.WithTimeout(sendTime),
		gomail.WithTLSConfig(r.tls(s)), gomail.WithTLSPolicy(policy), gomail.WithDialContextFunc(dial), gomail.WithoutNoop(),
	}
	if s.Username == "" {
		return list
	}
	plain, login := gomail.SMTPAuthPlain, gomail.SMTPAuthLogin
	if s.Loopback() {
		plain, login = gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc
	}
	return append(list, gomail.WithUsername(s.Username), gomail.WithPassword(s.Secret),
		gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthCramMD5, plain, login))
}

// test is what a mail that is only tried says.
func test(to string) Message {
	return Message{To: to, Subject: "Plugboard: test", Text: fmt.Sprintf("This is a test: mail from Plugboard reaches %s.\n", to)}
}
