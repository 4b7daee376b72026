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

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// certified makes a certificate for an address, and the sip block of a daemon
// that listens for TLS with it. authority is the file of who vouches for it.
func certified(t *testing.T, ip string) (block, authority string) {
	t.Helper()
	c := pbx.Certify(t, ip)
	return fmt.Sprintf(`
sip {
  listen = ["udp://%[1]s:5060", "tls://%[1]s:5061"]
  cert   = %[2]q
  key    = %[3]q
}
`, ip, c.Cert, c.Key), c.Authority
}

// Phones over TLS, with SRTP whose keys only that hides, and one over UDP: they
// call each other, both ways.
func TestTLSPhones(t *testing.T) {
	t.Parallel()
	ip := "127.0.61.1"
	block, authority := certified(t, ip)
	p := pbx.Start(t, ip, block+pbx.Office)
	a, saidA := p.PhoneWith(1, pbx.BaresipOptions{Transport: "tls", Authority: authority, Codec: "pcmu", Encryption: "srtp"})
	b, saidB := p.PhoneWith(2, pbx.BaresipOptions{Transport: "tls", Authority: authority, Codec: "pcma", Auto: true})
	c, _ := p.PhoneWith(3, pbx.BaresipOptions{Transport: "udp", Codec: "pcmu"})
	var list []struct {
		Number  string
		Devices []struct{ Transport string }
	}
	p.Get("/extensions", &list)
	if len(list) != 4 || list[0].Devices[0].Transport != "tls" || list[2].Devices[0].Transport != "udp" {
		t.Errorf("extensions are %+v", list)
	}
	a.Dial("102")
	a.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	time.Sleep(6 * time.Second)
	a.Hangup()
	b.Wait("CALL_CLOSED")
	p.Calls(0)
	p.SameSound("102", saidA, b.Heard())
	p.SameSound("101", saidB, a.Heard())

	c.Dial("102")
	c.Wait("CALL_ESTABLISHED")
	b.Wait("CALL_ESTABLISHED")
	b.Hangup()
	c.Wait("CALL_CLOSED")
	p.Calls(0)
}

// A certificate that cannot be shown keeps the daemon from starting, with the file and
// the reason.
func TestCertificateThatIsMissing(t *testing.T) {
	ip := "127.0.62.1"
	block, _ := certified(t, ip)
	file := filepath.Join(t.TempDir(), "config.hcl")
	pbx.Write(t, file, fmt.Sprintf("pbx { data_dir = \"data\" }\nweb { listen = \"%s:8080\" }\n", ip)+strings.Replace(block, "key.pem", "none.pem", 1)+pbx.Office)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	text, err := exec.CommandContext(ctx, filepath.Join(os.Getenv("PLUGBOARD_BIN"), "plugboard"), "run", "--config", file).CombinedOutput()
	if err == nil || !strings.Contains(string(text), "sip.key cannot be read: open ") || !strings.Contains(string(text), "none.pem: no such file or directory") {
		t.Errorf("%v; it says:\n%s", err, text)
	}
}
