//go:build e2e

package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// A real mail server, aiosmtpd, gets a test: over STARTTLS, from one who has proven
// who he is. The secret is in no log.
func TestMail(t *testing.T) {
	const ip, secret = "127.0.97.1", "s3cret-of-the-mail"
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
	write(t, file("ca.pem"), string(ca.PEM()))
	write(t, file("cert.pem"), string(cert))
	write(t, file("key.pem"), string(key))
	t.Setenv("SSL_CERT_FILE", file("ca.pem"))

	server := exec.Command("/usr/bin/python3", "testdata/mailserver.py", ip, "2525", file("cert.pem"), file("key.pem"), "pbx", secret)
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "ready" {
		t.Fatal("the mail server did not start: is python3-aiosmtpd installed?")
	}

	mail := func(secret string) string {
		return fmt.Sprintf("mail {\n  smtp       = \"%s:2525\"\n  encryption = \"required\"\n  from       = \"pbx@example.net\"\n  username   = \"pbx\"\n  secret     = %q\n}\n", ip, secret)
	}
	p := startPBX(t, ip, mail(secret)+office)
	said, err := p.command("mail", "test", "anna@example.net")
	if err != nil || !strings.Contains(said, "took it: ") || !strings.Contains(said, "Kept for the test") {
		t.Fatalf("%q, %v\n%s", said, err, p.log())
	}
	var got struct {
		From string
		To   []string
		TLS  bool
		Data string
	}
	if !lines.Scan() {
		t.Fatal("the mail server has printed nothing")
	}
	if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.From != "pbx@example.net" || strings.Join(got.To, " ") != "anna@example.net" || !got.TLS || !strings.Contains(got.Data, "Subject: Plugboard: test") {
		t.Errorf("the server has %+v", got)
	}
	if strings.Contains(p.log(), secret) {
		t.Error("the secret is in the log")
	}
}
