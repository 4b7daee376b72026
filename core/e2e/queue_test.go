//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The only agent talks to somebody. A caller waits in the queue and hears its
// music; when the agent hangs up, the agent's phone rings, and they hear each other.
func TestQueue(t *testing.T) {
	music := babble(99, 30, 16000)
	file := filepath.Join(t.TempDir(), "wait.wav")
	music.writeWAV(t, file, 1)
	p := startPBX(t, "127.0.142.1", strings.Replace(office, "  route \"echo\" {", "  route \"sales\" {\n    match = \"600\"\n    to    = queue.sales\n  }\n  route \"echo\" {", 1)+fmt.Sprintf(`
queue "sales" {
  number  = "600"
  name    = "Sales"
  members = [extension.desk["b"]]
  music   = sound(%q)
}
`, file))
	a, _ := p.phone(1, "udp", "pcmu", false)
	b, saidB := p.phone(2, "udp", "pcmu", true)
	c, _ := p.phone(3, "udp", "pcmu", false)
	stands := func(waiting int, agent string) {
		t.Helper()
		eventually(t, fmt.Sprintf("%d wait, and the agent is %s", waiting, agent), func() error {
			var list []struct {
				Waiting []struct{ From string }
				Agents  []struct{ Number, State string }
			}
			p.get("/queues", &list)
			if len(list) != 1 || len(list[0].Waiting) != waiting || len(list[0].Agents) != 1 || list[0].Agents[0].State != agent {
				return fmt.Errorf("the queues are %+v", list)
			}
			return nil
		})
	}

	stands(0, "idle")
	c.dial("102")
	b.wait("CALL_ESTABLISHED")
	stands(0, "busy")
	a.dial("600")
	a.wait("CALL_ESTABLISHED")
	began := time.Now()
	stands(1, "busy")
	time.Sleep(4 * time.Second)
	free := time.Since(began)
	c.hangup()
	b.wait("CALL_CLOSED")
	b.wait("CALL_ESTABLISHED")
	talk := time.Since(began)
	stands(0, "talking")
	time.Sleep(4 * time.Second)
	ends := time.Since(began)
	a.hangup()
	b.wait("CALL_CLOSED")
	stands(0, "idle")

	heard := a.heard()
	const edge = 500 * time.Millisecond
	if got := presence(music, heard.part(edge, free)); got < 0.9 {
		t.Errorf("who waits does not hear the music: %.2f", got)
	}
	if got := presence(saidB, heard.part(talk, ends)); got < 0.9 {
		t.Errorf("the caller does not hear the agent: %.2f", got)
	}
}
