//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/calltest/raw"
)

// certified makes a certificate for an address, and the sip block of a daemon
// that listens for TLS with it. authority is the file of who vouches for it.
func certified(t *testing.T, ip string) (block, authority string) {
	t.Helper()
	dir := t.TempDir()
	ca, err := raw.NewAuthority(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, key, err := ca.Issue(time.Now().Add(-time.Hour), time.Now().Add(90*24*time.Hour), ip)
	if err != nil {
		t.Fatal(err)
	}
	authority = filepath.Join(dir, "ca.pem")
	write(t, authority, string(ca.PEM()))
	write(t, filepath.Join(dir, "cert.pem"), string(cert))
	write(t, filepath.Join(dir, "key.pem"), string(key))
	return fmt.Sprintf(`
sip {
  listen = ["udp://%[1]s:5060", "tls://%[1]s:5061"]
  cert   = "%[2]s/cert.pem"
  key    = "%[2]s/key.pem"
}
`, ip, dir), authority
}

// Phones over TLS, with SRTP whose keys only that hides, and one over UDP: they
// call each other, both ways.
func TestTLSPhones(t *testing.T) {
	ip := "127.0.61.1"
	block, authority := certified(t, ip)
	p := startPBX(t, ip, block+office)
	a, saidA := p.phoneWith(1, baresipOptions{transport: "tls", authority: authority, codec: "pcmu", encryption: "srtp"})
	b, saidB := p.phoneWith(2, baresipOptions{transport: "tls", authority: authority, codec: "pcma", auto: true})
	c, _ := p.phoneWith(3, baresipOptions{transport: "udp", codec: "pcmu"})
	var list []struct {
		Number  string
		Devices []struct{ Transport string }
	}
	p.get("/extensions", &list)
	if len(list) != 4 || list[0].Devices[0].Transport != "tls" || list[2].Devices[0].Transport != "udp" {
		t.Errorf("extensions are %+v", list)
	}
	a.dial("102")
	a.wait("CALL_ESTABLISHED")
	b.wait("CALL_ESTABLISHED")
	time.Sleep(6 * time.Second)
	a.hangup()
	b.wait("CALL_CLOSED")
	p.calls(0)
	p.sameSound("102", saidA, b.heard())
	p.sameSound("101", saidB, a.heard())

	c.dial("102")
	c.wait("CALL_ESTABLISHED")
	b.wait("CALL_ESTABLISHED")
	b.hangup()
	c.wait("CALL_CLOSED")
	p.calls(0)
}

// A certificate that cannot be shown keeps the daemon from starting, with the file and
// the reason.
func TestCertificateThatIsMissing(t *testing.T) {
	ip := "127.0.62.1"
	block, _ := certified(t, ip)
	file := filepath.Join(t.TempDir(), "config.hcl")
	write(t, file, fmt.Sprintf("pbx { data_dir = \"data\" }\nweb { listen = \"%s:8080\" }\n", ip)+strings.Replace(block, "key.pem", "none.pem", 1)+office)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	text, err := exec.CommandContext(ctx, filepath.Join(os.Getenv("PLUGBOARD_BIN"), "plugboard"), "run", "--config", file).CombinedOutput()
	if err == nil || !strings.Contains(string(text), "sip.key cannot be read: open ") || !strings.Contains(string(text), "none.pem: no such file or directory") {
		t.Errorf("%v; it says:\n%s", err, text)
	}
}
