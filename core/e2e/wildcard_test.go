//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
)

// The wildcards of IPv4 and IPv6 have the same port side by side, and each is
// said once, with an address of its own.
func TestWildcardsOfBothFamilies(t *testing.T) {
	t.Parallel()
	if l, err := net.Listen("tcp", "[::1]:0"); err != nil {
		t.Skip("this machine has no IPv6")
	} else {
		l.Close()
	}
	p := pbx.Start(t, "127.0.98.1", `
sip { listen = ["udp://0.0.0.0:15060", "tcp://0.0.0.0:15060", "udp://[::]:15060", "tcp://[::]:15060"] }
`+pbx.Office)
	for _, network := range []string{"udp", "tcp"} {
		for _, host := range []string{"127.0.0.1", "[::1]"} {
			conn, err := net.DialTimeout(network, host+":15060", 5*time.Second)
			if err != nil {
				t.Errorf("%s %s: %v", network, host, err)
				continue
			}
			me := conn.LocalAddr().String()
			fmt.Fprintf(conn, "OPTIONS sip:%s SIP/2.0\r\nVia: SIP/2.0/%s %s;rport;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n"+
				"From: <sip:ping@%[3]s>;tag=1\r\nTo: <sip:%[1]s>\r\nCall-ID: ping-%[3]s\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
				host, strings.ToUpper(network), me)
			buf := make([]byte, 4096)
			_ = conn.SetReadDeadline(time.Now().Add(5 * time.Second))
			n, err := conn.Read(buf)
			if !strings.HasPrefix(string(buf[:n]), "SIP/2.0 200") {
				t.Errorf("%s %s: %v, %q", network, host, err, buf[:n])
			}
			conn.Close()
		}
	}
	out, err := p.Command("extension", "show", "101")
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(out) {
		if _, uri, ok := strings.Cut(line, "server  "); ok && seen[uri] {
			t.Errorf("twice: %s", line)
		} else if ok {
			seen[uri] = true
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d servers:\n%s", len(seen), out)
	}
}
