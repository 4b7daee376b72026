//go:build e2e

package e2e

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/e2e/pbx"
)

const mailSecret = "s3cret-of-the-mail"

// mailServer is a real one, aiosmtpd, that demands STARTTLS and proof.
type mailServer struct {
	t     *testing.T
	ip    string
	mails chan delivered
}

// delivered is a mail as the server has it.
type delivered struct {
	From string
	To   []string
	TLS  bool
	Data string
}

// startMailServer runs one at port 2525. The environment of the test then trusts
// its certificate: call it before pbx.Start.
func startMailServer(t *testing.T, ip string) *mailServer {
	t.Helper()
	dir := t.TempDir()
	ca, err := raw.NewAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, key, err := ca.Issue(time.Now().Add(-time.Hour), time.Now().Add(time.Hour), ip)
	if err != nil {
		t.Fatal(err)
	}
	file := func(name string) string { return filepath.Join(dir, name) }
	pbx.Write(t, file("ca.pem"), string(ca.PEM()))
	pbx.Write(t, file("cert.pem"), string(cert))
	pbx.Write(t, file("key.pem"), string(key))
	t.Setenv("SSL_CERT_FILE", file("ca.pem"))

	server := exec.Command("/usr/bin/python3", "testdata/mailserver.py", ip, "2525", file("cert.pem"), file("key.pem"), "pbx", mailSecret)
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if line, err := lines.ReadString('\n'); line != "ready\n" {
		t.Fatalf("the mail server did not start (%q, %v): is python3-aiosmtpd installed?", line, err)
	}
	m := &mailServer{t, ip, make(chan delivered, 16)}
	read := make(chan struct{})
	go func() {
		defer close(read)
		for {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				return // it has ended
			}
			var d delivered
			if err := json.Unmarshal(line, &d); err != nil {
				t.Errorf("the mail server says %q: %v", line, err)
				return
			}
			m.mails <- d
		}
	}()
	t.Cleanup(func() {
		_ = server.Process.Kill()
		<-read
		_ = server.Wait()
	})
	return m
}

// block is the PBX's configuration for it.
func (m *mailServer) block() string {
	return fmt.Sprintf("mail {\n  smtp       = \"%s:2525\"\n  encryption = \"required\"\n  from       = \"pbx@example.net\"\n  username   = \"pbx\"\n  secret     = %q\n}\n", m.ip, mailSecret)
}

// next waits for a mail to somebody, which came over TLS.
func (m *mailServer) next(to string) delivered {
	m.t.Helper()
	select {
	case d := <-m.mails:
		if d.From != "pbx@example.net" || strings.Join(d.To, " ") != to || !d.TLS {
			m.t.Errorf("the server has a mail from %s to %s, over TLS: %t", d.From, d.To, d.TLS)
		}
		return d
	case <-time.After(time.Minute):
		m.t.Fatal("no mail has come")
		return delivered{}
	}
}

// parts are a mail's subject, its text and what is attached to it.
func (d delivered) parts(t *testing.T) (subject, text string, attached []byte) {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(d.Data))
	if err != nil {
		t.Fatal(err)
	}
	if subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	_, how, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	r := multipart.NewReader(m.Body, how["boundary"])
	for {
		part, err := r.NextPart() // decodes quoted-printable by itself
		if err == io.EOF {
			return subject, text, attached
		}
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		if part.FileName() == "" {
			text = string(b)
		} else if attached, err = base64.StdEncoding.DecodeString(strings.Map(func(r rune) rune {
			if r == '\r' || r == '\n' {
				return -1
			}
			return r
		}, string(b))); err != nil {
			t.Fatal(err)
		}
	}
}

// A real mail server gets a test: over STARTTLS, from one who has proven who he
// is. The secret is in no log.
func TestMail(t *testing.T) {
	server := startMailServer(t, "127.0.97.1")
	p := pbx.Start(t, server.ip, server.block()+pbx.Office)
	said, err := p.Command("mail", "test", "anna@example.net")
	if err != nil || !strings.Contains(said, "took it: ") || !strings.Contains(said, "Kept for the test") {
		t.Fatalf("%q, %v\n%s", said, err, p.Log())
	}
	if got := server.next("anna@example.net"); !strings.Contains(got.Data, "Subject: Plugboard: test") {
		t.Errorf("the server has %s", got.Data)
	}
	if strings.Contains(p.Log(), mailSecret) {
		t.Error("the secret is in the log")
	}
}
