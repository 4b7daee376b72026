package mail

import (
	"bytes"
	"fmt"
	"net/mail"
	"os"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
)

// Limits of a mail.
const (
	maxSubject = 200       // runes
	maxText    = 256 << 10 // bytes
	// MaxAttachment is how many bytes an attachment may have.
	MaxAttachment = 16 << 20
)

// Message is a mail to one address.
type Message struct {
	To         string      `json:"to"`
	Subject    string      `json:"subject"`
	Text       string      `json:"text"`
	Attachment *Attachment `json:"attachment,omitempty"`
}

// Attachment is a file that goes with a mail.
type Attachment struct {
	Name string `json:"name"` // "message.wav"
	Type string `json:"type"` // "audio/wav"
	Data []byte `json:"data"`
}

// check says what of a message cannot be sent.
func (m Message) check() error {
	switch a, err := mail.ParseAddress(m.To); {
	case err != nil || a.Address != m.To:
		return fmt.Errorf("%q is not an address such as \"anna@example.net\"", m.To)
	case len(m.Text) > maxText:
		return fmt.Errorf("its text has %d bytes, more than %d", len(m.Text), maxText)
	case m.Attachment != nil && len(m.Attachment.Data) > MaxAttachment:
		return fmt.Errorf("its attachment has %d bytes, more than %d", len(m.Attachment.Data), MaxAttachment)
	}
	return nil
}

// Line makes a text from anywhere one that can stand in a line, such as a
// subject: what is not printable, line ends above all, becomes a space.
func Line(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, " "))
	s = strings.Join(strings.Fields(s), " ")
	s = strings.ReplaceAll(s, "=?", "= ?") // what looks encoded already (RFC 2047) would be decoded
	if r := []rune(s); len(r) > maxSubject {
		s = string(r[:maxSubject-1]) + "…"
	}
	return s
}

// compose is the message as it goes out. id and made stay the same however
// often it is tried.
func (m Message) compose(from, id string, made time.Time) (*gomail.Msg, error) {
	out := gomail.NewMsg()
	if err := out.From(from); err != nil {
		return nil, err
	}
	if err := out.To(m.To); err != nil {
		return nil, err
	}
	out.Subject(Line(m.Subject))
	out.SetDateWithValue(made)
	out.SetMessageIDWithValue(id + from[strings.LastIndexByte(from, '@'):])
	out.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office comes back
	out.SetUserAgent("Plugboard")
	out.SetBodyString(gomail.TypeTextPlain, m.Text)
	if a := m.Attachment; a != nil {
		out.AttachReadSeeker(Line(a.Name), bytes.NewReader(a.Data), gomail.WithFileContentType(gomail.ContentType(a.Type)))
	}
	return out, nil
}

// hostname is how we greet the server.
func hostname() string {
	name, err := os.Hostname()
	if err != nil || name == "" || Line(name) != name || strings.Contains(name, " ") {
		return "localhost"
	}
	return name
}
