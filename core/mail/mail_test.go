package mail_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	stdmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"google.golang.org/grpc/test/bufconn"

	"github.com/plugboard/plugboard/core/calltest/postbox"
	"github.com/plugboard/plugboard/core/calltest/raw"
	"github.com/plugboard/plugboard/core/mail"
)

const secret = "correct horse battery staple"

// bed is a mailer and the network that it sends by. It lives in a bubble.
type bed struct {
	*testing.T
	dir  string
	ca   *raw.Authority
	log  syncBuffer
	mail *mail.Mailer

	mu    sync.Mutex
	at    *bufconn.Listener // nil: nobody listens
	dials int
}

// syncBuffer is a log that is read while it is written.
type syncBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.String()
}

func run(t *testing.T, play func(b *bed)) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		ca, err := raw.NewAuthority(time.Now())
		if err != nil {
			t.Fatal(err)
		}
		b := &bed{T: t, dir: filepath.Join(dir, "mail"), ca: ca}
		b.open()
		play(b)
		b.mail.Close()
		if strings.Contains(b.log.String(), secret) {
			t.Errorf("the secret is in the log:\n%s", b.log.String())
		}
	})
}

func (b *bed) open() {
	b.Helper()
	var err error
	b.mail, err = mail.Open(mail.Options{Dir: b.dir, Dial: b.dial, Roots: b.ca.Roots(), Log: hclog.New(&hclog.LoggerOptions{Output: &b.log, Level: hclog.Trace})})
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bed) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	b.mu.Lock()
	l := b.at
	b.dials++
	b.mu.Unlock()
	if l == nil {
		return nil, errors.New("connection refused")
	}
	return l.DialContext(ctx)
}

// tls is the certificate of a host.
func (b *bed) tls(host string) *tls.Config {
	cert, key, err := b.ca.Issue(time.Now().Add(-time.Hour), time.Now().Add(1000*time.Hour), host)
	if err != nil {
		b.Fatal(err)
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		b.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}}
}

// serve lets a server be reached; implicit: by TLS from the first byte.
func (b *bed) serve(s *postbox.Server, implicit *tls.Config) (away func()) {
	l := bufconn.Listen(1 << 16)
	b.mu.Lock()
	b.at = l
	b.mu.Unlock()
	if implicit != nil {
		s.Serve(tls.NewListener(l, implicit))
	} else {
		s.Serve(l)
	}
	return func() {
		b.mu.Lock()
		b.at = nil
		b.mu.Unlock()
		s.Close()
	}
}

func (b *bed) put(m mail.Message) {
	b.Helper()
	if err := b.mail.Put(m); err != nil {
		b.Fatal(err)
	}
	synctest.Wait()
}

var submission = mail.Server{Host: "mail.example.net", Port: 587, Encryption: "required", From: "pbx@example.net", Username: "pbx", Secret: secret}

var hello = mail.Message{To: "anna@example.net", Subject: "Hello", Text: "A message.\n"}

// A mail with sound goes out over STARTTLS, from one who has proven who he is,
// and is whole.
func TestDelivery(t *testing.T) {
	run(t, func(b *bed) {
		box := postbox.New(b.tls("mail.example.net"), map[string]string{"pbx": secret})
		defer b.serve(box, nil)()
		b.mail.Use(&submission)
		sound := bytes.Repeat([]byte{0, 1, 2, 255}, 5000)
		b.put(mail.Message{To: "anna@example.net", Subject: "Eine Nachricht von Jürgen", Text: "Grüße\n", Attachment: &mail.Attachment{Name: "message.wav", Type: "audio/wav", Data: sound}})
		time.Sleep(time.Second)
		got := box.Mails()
		if len(got) != 1 || !got[0].Secure || got[0].User != "pbx" || got[0].From != "pbx@example.net" || got[0].To != "anna@example.net" {
			b.Fatalf("the server has %d mails: %+v\n%s", len(got), got, b.log.String())
		}
		m := parse(b.T, got[0].Data)
		if m.subject != "Eine Nachricht von Jürgen" || m.text != "Grüße\n" || m.name != "message.wav" || !bytes.Equal(m.sound, sound) {
			b.Errorf("it is %q %q %q and %d bytes of sound", m.subject, m.text, m.name, len(m.sound))
		}
		if s := b.mail.Stats(); s != (mail.Stats{Sent: 1}) || b.files() != 0 {
			b.Errorf("afterwards %+v and %d files", s, b.files())
		}
	})
}

func (b *bed) files() int {
	b.Helper()
	list, err := os.ReadDir(b.dir)
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range list {
		info, err := f.Info()
		if err != nil || info.Mode().Perm() != 0o600 {
			b.Errorf("%s has mode %v, %v", f.Name(), info.Mode(), err)
		}
	}
	return len(list)
}

type parsed struct {
	header              stdmail.Header
	subject, text, name string
	sound               []byte
}

func parse(t *testing.T, data []byte) (p parsed) {
	t.Helper()
	m, err := stdmail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("not a mail: %v\n%s", err, data)
	}
	p.header = m.Header
	if p.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		return p
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return p
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		if part.FileName() == "" {
			p.text = strings.ReplaceAll(string(body), "\r\n", "\n")
			continue
		}
		p.name = part.FileName()
		if p.sound, err = base64.StdEncoding.DecodeString(strings.ReplaceAll(string(body), "\r\n", "")); err != nil {
			t.Fatal(err)
		}
	}
}

// Each way of protecting a connection, and each that does not protect it.
func TestEncryption(t *testing.T) {
	open := mail.Server{Host: "mail.example.net", Port: 25, From: "pbx@example.net"}
	with := func(s mail.Server, change func(*mail.Server)) mail.Server { change(&s); return s }
	for _, c := range []struct {
		name     string
		host     string // of the certificate, "": there is none
		implicit bool
		server   mail.Server
		fails    string
		secure   bool
	}{
		{"STARTTLS", "mail.example.net", false, submission, "", true},
		{"TLS from the first byte", "mail.example.net", true, with(submission, func(s *mail.Server) { s.TLS, s.Port = true, 465 }), "", true},
		{"no STARTTLS where it is required", "", false, with(open, func(s *mail.Server) { s.Encryption = "required" }), "does not support STARTTLS", false},
		{"another's certificate", "mail.example.org", false, submission, "certificate is valid for mail.example.org", false},
		{"another's certificate, TLS from the first byte", "mail.example.org", true, with(submission, func(s *mail.Server) { s.TLS = true }), "certificate is valid for mail.example.org", false},
		{"a wrong secret", "mail.example.net", false, with(submission, func(s *mail.Server) { s.Secret = "guess" }), "wrong user or secret", false},
		{"none, where it is optional", "", false, with(open, func(s *mail.Server) { s.Encryption = "optional" }), "", false},
		{"off", "mail.example.net", false, with(open, func(s *mail.Server) { s.Encryption = "off" }), "", false},
		{"a secret never goes in the clear", "", false, with(submission, func(s *mail.Server) { s.Encryption = "optional" }), "unencrypted connection", false},
		{"but to this machine", "", false, with(submission, func(s *mail.Server) { s.Encryption, s.Host = "optional", "127.0.0.1" }), "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, func(b *bed) {
				var cert, implicit *tls.Config
				if c.host != "" {
					cert = b.tls(c.host)
				}
				if c.implicit {
					implicit = cert
				}
				var users map[string]string
				if c.server.Username != "" {
					users = map[string]string{"pbx": secret}
				}
				box := postbox.New(cert, users)
				defer b.serve(box, implicit)()
				b.mail.Use(&c.server)
				answer, err := b.mail.Try(b.Context(), "anna@example.net")
				switch {
				case c.fails != "":
					if err == nil || !strings.Contains(err.Error(), c.fails) || strings.Contains(err.Error(), secret) {
						b.Errorf("%q, %v; want %q", answer, err, c.fails)
					}
				case err != nil:
					b.Error(err)
				case len(box.Mails()) != 1 || box.Mails()[0].Secure != c.secure || box.Mails()[0].User != c.server.Username:
					b.Errorf("the server has %+v", box.Mails())
				}
			})
		})
	}
}

// A server that is down for hours gets the mail when it is back, also if we
// were started anew meanwhile, and is not asked too often.
func TestServerIsDown(t *testing.T) {
	run(t, func(b *bed) {
		b.mail.Use(&submission)
		b.put(hello)
		b.put(mail.Message{To: "ben@example.net", Subject: "Second"})
		time.Sleep(5 * time.Hour)
		b.mu.Lock()
		n := b.dials
		b.mu.Unlock()
		if n < 8 || n > 14 {
			b.Errorf("in five hours the server was asked %d times", n)
		}
		if why := b.mail.Trouble(); !strings.Contains(why, "mail waits to be sent (2): smtp://mail.example.net:587") || !strings.Contains(why, "connection refused") {
			b.Errorf("the trouble is %q", why)
		}
		b.mail.Close()
		b.open()
		box := postbox.New(b.tls("mail.example.net"), map[string]string{"pbx": secret})
		defer b.serve(box, nil)()
		b.mail.Use(&submission)
		time.Sleep(time.Second)
		var to []string
		for _, m := range box.Mails() {
			to = append(to, m.To)
		}
		slices.Sort(to)
		if !slices.Equal(to, []string{"anna@example.net", "ben@example.net"}) {
			b.Errorf("after the restart the server has the mail to %v\n%s", to, b.log.String())
		}
		if b.mail.Trouble() != "" || b.files() != 0 {
			b.Errorf("afterwards %q, %d files", b.mail.Trouble(), b.files())
		}
	})
}

// What cannot be sent for days is given up, and that is said.
func TestGivenUp(t *testing.T) {
	run(t, func(b *bed) {
		b.mail.Use(&submission)
		b.put(hello)
		time.Sleep(71 * time.Hour)
		if b.mail.Stats().Waiting != 1 {
			b.Fatal("it is gone too soon")
		}
		time.Sleep(3 * time.Hour)
		if s := b.mail.Stats(); s.GivenUp != 1 || s.Waiting != 0 || b.files() != 0 || !strings.Contains(b.log.String(), "a mail is given up") {
			b.Errorf("%+v, %d files\n%s", s, b.files(), b.log.String())
		}
	})
}

// A refusal of one mail does not keep the others: for now it waits, for good it
// is given up.
func TestRefusedRecipients(t *testing.T) {
	run(t, func(b *bed) {
		box := postbox.New(b.tls("mail.example.net"), map[string]string{"pbx": secret})
		greylisted := time.Now().Add(5 * time.Minute)
		box.Refuse(func(to string) error {
			switch {
			case to == "nobody@example.net":
				return postbox.Answer(550, "no such user")
			case to == "anna@example.net" && time.Now().Before(greylisted):
				return postbox.Answer(450, "come back later")
			}
			return nil
		})
		defer b.serve(box, nil)()
		b.mail.Use(&submission)
		b.put(hello)
		b.put(mail.Message{To: "nobody@example.net", Subject: "x"})
		b.put(mail.Message{To: "ben@example.net", Subject: "x"})
		time.Sleep(10 * time.Second)
		if s := b.mail.Stats(); s != (mail.Stats{Sent: 1, GivenUp: 1, Waiting: 1}) {
			b.Errorf("%+v\n%s", s, b.log.String())
		}
		if !strings.Contains(b.log.String(), "no such user") {
			b.Errorf("the log does not say why:\n%s", b.log.String())
		}
		time.Sleep(10 * time.Minute)
		if s := b.mail.Stats(); s != (mail.Stats{Sent: 2, GivenUp: 1}) {
			b.Errorf("later %+v\n%s", s, b.log.String())
		}
	})
}

// Names of callers are hostile. Nothing in them begins another header.
func TestHeaderInjection(t *testing.T) {
	run(t, func(b *bed) {
		box := postbox.New(b.tls("mail.example.net"), map[string]string{"pbx": secret})
		defer b.serve(box, nil)()
		b.mail.Use(&submission)
		names := []string{
			"Eve\r\nBcc: all@example.net\r\n\r\nBuy now", "Eve\nX-Evil: 1", "Eve\rX-Evil: 1", "Eve\x00\x1b[2J", "\u202egnitset\u2028X-Evil: 1",
			"=?utf-8?q?=0D=0AX-Evil:_1?=", "\xff\xfe broken", strings.Repeat("long ", 1000), "Eve\u0085X-Evil: 1", ".\r\nQUIT\r\n",
		}
		for _, name := range names {
			b.put(mail.Message{To: "anna@example.net", Subject: "Message from " + name, Text: "From " + name + "\r\n.\r\nQUIT\r\n"})
			b.put(mail.Message{To: "anna@example.net", Subject: "x", Attachment: &mail.Attachment{Name: name, Type: "audio/wav"}})
		}
		time.Sleep(time.Minute)
		got := box.Mails()
		if len(got) != 2*len(names) {
			b.Fatalf("the server has %d mails\n%s", len(got), b.log.String())
		}
		for _, m := range got {
			p := parse(b.T, m.Data)
			for h, v := range p.header {
				if !slices.Contains([]string{"From", "To", "Subject", "Date", "Message-Id", "Mime-Version", "User-Agent", "X-Mailer", "Auto-Submitted", "Content-Type", "Content-Transfer-Encoding"}, h) || len(v) != 1 {
					b.Errorf("a header %s: %q in\n%s", h, v, m.Data)
				}
			}
			if strings.ContainsAny(p.subject, "\r\n\x00\x1b\u202e\u2028\u0085") || len([]rune(p.subject)) > 220 {
				b.Errorf("the subject is %q", p.subject)
			}
		}
	})
}

// The queue has bounds; who puts a mail beyond them is told.
func TestBounds(t *testing.T) {
	run(t, func(b *bed) {
		for _, m := range []mail.Message{
			{To: "anna@example.net\r\nRCPT TO:<all@example.net>"}, {To: "Anna <anna@example.net>"}, {To: ""},
			{To: "anna@example.net", Text: strings.Repeat("x", 1<<20)},
			{To: "anna@example.net", Attachment: &mail.Attachment{Data: make([]byte, 17<<20)}},
		} {
			if err := b.mail.Put(m); err == nil {
				b.Errorf("a mail to %q with %d bytes is taken", m.To, len(m.Text))
			}
		}
		for range 1000 {
			if err := b.mail.Put(hello); err != nil {
				b.Fatal(err)
			}
		}
		if err := b.mail.Put(hello); err == nil || !strings.Contains(err.Error(), "no mail {}") {
			b.Errorf("the 1001st: %v", err)
		}
		if _, err := b.mail.Try(b.Context(), "anna@example.net"); err == nil {
			b.Error("a test goes out without a server")
		}
	})
}

// A mail that is held goes out in its better form, or after its time as it is;
// what comes too late changes nothing.
func TestHold(t *testing.T) {
	run(t, func(b *bed) {
		box := postbox.New(b.tls("mail.example.net"), map[string]string{"pbx": secret})
		defer b.serve(box, nil)()
		b.mail.Use(&submission)
		better := hello
		better.Subject = "Better"
		hold := func() string {
			id, err := b.mail.Hold(hello, 5*time.Minute)
			if err != nil {
				b.Fatal(err)
			}
			return id
		}
		release := func(id string) {
			if err := b.mail.Release(id, better); err != nil {
				b.Error(err)
			}
		}
		subjects := func() (list []string) {
			for _, m := range box.Mails() {
				list = append(list, parse(b.T, m.Data).subject)
			}
			return list
		}
		first, second := hold(), hold()
		time.Sleep(time.Minute)
		if got := subjects(); got != nil {
			b.Errorf("held, and sent: %q", got)
		}
		release(first)
		time.Sleep(time.Minute)
		if got := subjects(); !slices.Equal(got, []string{"Better"}) {
			b.Errorf("released: %q", got)
		}
		time.Sleep(4 * time.Minute)
		release(second)
		time.Sleep(time.Minute)
		if got := subjects(); !slices.Equal(got, []string{"Better", "Hello"}) {
			b.Errorf("after its time: %q", got)
		}
		hold()
		b.mail.Close()
		b.open()
		b.mail.Use(&submission)
		time.Sleep(time.Second)
		if got := subjects(); !slices.Equal(got, []string{"Better", "Hello", "Hello"}) || b.files() != 0 {
			b.Errorf("after a restart: %q, %d files", got, b.files())
		}
	})
}

// Files that are not ours, and those that a disk has spoiled, harm nothing.
func TestSpoiledFiles(t *testing.T) {
	run(t, func(b *bed) {
		b.mail.Close()
		for name, text := range map[string]string{
			"20000101T000000.000000Z-AAAAAAAA.json": "{", "note.txt": "mine", "x.json": "{}", ".20000101T000000.000000Z-AAAAAAAA.json1234": "half",
			"19991231T235959.000000Z-BBBBBBBB.json": `{"to":"a@b\r\nX"}`,
		} {
			if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o600); err != nil {
				b.Fatal(err)
			}
		}
		b.open()
		box := postbox.New(b.tls("mail.example.net"), map[string]string{"pbx": secret})
		defer b.serve(box, nil)()
		b.mail.Use(&submission)
		b.put(hello)
		time.Sleep(time.Second)
		if s := b.mail.Stats(); s != (mail.Stats{Sent: 1, GivenUp: 2}) || b.files() != 3 {
			b.Errorf("%+v, %d files\n%s", s, b.files(), b.log.String())
		}
	})
}

// What is read is printed so that it is read again the same, and nothing in it
// can become a command of SMTP.
func FuzzParseServer(f *testing.F) {
	for _, s := range []string{"mail.example.net", "mail.example.net:25", "smtp://[::1]:2525", "smtps://mail.example.net", "smtps://127.0.0.1:1", "::1", "smtp://", "a b", "x:0", "http://x", "x:1:2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := mail.ParseServer(text)
		if err != nil {
			return
		}
		again, err := mail.ParseServer(s.String())
		if err != nil || again != s || s.Port == 0 || strings.ContainsAny(s.Host, " \r\n") {
			t.Errorf("%q is %+v, then %+v, %v", text, s, again, err)
		}
	})
}
