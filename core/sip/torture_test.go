package sip

import (
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// capture is a link that keeps what is sent.
type capture struct {
	mu   sync.Mutex
	sent []message
}

func (c *capture) flow() Flow {
	return Flow{Transport: "udp", Local: netip.MustParseAddrPort(pbxAddr), Remote: netip.MustParseAddrPort("203.0.113.66:5060")}
}
func (c *capture) reliable() bool { return false }
func (c *capture) alive() bool    { return true }
func (c *capture) send(raw []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, parse(string(raw)))
	return nil
}

// first is the status of the first response, "" if nothing was sent.
func (c *capture) first() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.sent) == 0 {
		return ""
	}
	return c.sent[0].what()
}

// The messages of RFC 4475 (as sipgo's module has them), each with what it
// gets: 401 is how a good request of a stranger is answered, "" is dropped.
func TestRFC4475Torture(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/emiago/sipgo").Output()
	if err != nil {
		t.Fatalf("where sipgo is: %v", err)
	}
	files, _ := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "sip/testdata/torture/*/*.dat"))
	want := map[string]string{
		"badaspec": "400", "badbranch": "200", "baddate": "401", "baddn": "400", "badinv01": "400",
		"badvers": "505", "bcast": "", "bext01": "420", "bigcode": "", "clerr": "400",
		"cparam01": "401", "cparam02": "401", "escruri": "400", "insuf": "400", "inv2543": "401",
		"invut": "415", "ltgtruri": "400", "lwsruri": "400", "lwsstart": "400", "mcl01": "400",
		"mismatch01": "400", "mismatch02": "400", "multi01": "400", "ncl": "400", "novelsc": "416",
		"quotbal": "400", "regaut01": "401", "regbadct": "401", "regescrt": "401", "scalar02": "400",
		"scalarlg": "", "sdp01": "406", "test": "", "trws": "400", "unkscm": "416", "unksm2": "401",
		"zeromf": "200",

		"dblreq": "401", "esc01": "401", "esc02": "501", "escnull": "401", "intmeth": "501",
		"longreq": "401", "lwsdisp": "200", "mpart01": "401", "noreason": "", "semiuri": "200",
		"transports": "200", "unreason": "", "wsinv": "401",
	}
	if len(files) < 49 {
		t.Fatalf("%d torture messages in %s", len(files), dir)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".dat")
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			virtual(t, func(b *bed) {
				c := &capture{}
				b.server.datagram(c, raw)
				if got := c.first(); got != want[name] {
					t.Errorf("got %q, want %q\n%s", got, want[name], raw[:min(len(raw), 300)])
				}
			})
		})
	}
}
