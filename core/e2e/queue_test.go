//go:build e2e

package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/plugboard/plugboard/core/e2e/pbx"
	"github.com/plugboard/plugboard/core/e2e/sound"
)

// The only agent talks to somebody. A caller waits in the queue and hears its
// music; when the agent hangs up, the agent's phone rings, and they hear each other.
func TestQueue(t *testing.T) {
	t.Parallel()
	music := sound.Babble(99, 30, 16000)
	file := filepath.Join(t.TempDir(), "wait.wav")
	music.WriteWAV(t, file, 1)
	p := pbx.Start(t, "127.0.142.1", strings.Replace(pbx.Office, "  route \"echo\" {", "  route \"sales\" {\n    match = \"600\"\n    to    = queue.sales\n  }\n  route \"echo\" {", 1)+fmt.Sprintf(`
queue "sales" {
  number  = "600"
  name    = "Sales"
  members = [extension.desk["b"]]
  music   = sound(%q)
}
`, file))
	a, _ := p.Phone(1, "udp", "pcmu", false)
	b, saidB := p.Phone(2, "udp", "pcmu", true)
	c, _ := p.Phone(3, "udp", "pcmu", false)
	stands := func(waiting int, agent string) {
		t.Helper()
		pbx.Eventually(t, fmt.Sprintf("%d wait, and the agent is %s", waiting, agent), func() error {
			var list []struct {
				Waiting []struct{ From string }
				Agents  []struct{ Number, State string }
			}
			p.Get("/queues", &list)
			if len(list) != 1 || len(list[0].Waiting) != waiting || len(list[0].Agents) != 1 || list[0].Agents[0].State != agent {
				return fmt.Errorf("the queues are %+v", list)
			}
			return nil
		})
	}

	stands(0, "idle")
	c.Dial("102")
	b.Wait("CALL_ESTABLISHED")
	stands(0, "busy")
	a.Dial("600")
	a.Wait("CALL_ESTABLISHED")
	began := time.Now()
	stands(1, "busy")
	time.Sleep(4 * time.Second)
	free := time.Since(began)
	c.Hangup()
	b.Wait("CALL_CLOSED")
	b.Wait("CALL_ESTABLISHED")
	talk := time.Since(began)
	stands(0, "talking")
	time.Sleep(4 * time.Second)
	ends := time.Since(began)
	a.Hangup()
	b.Wait("CALL_CLOSED")
	stands(0, "idle")

	busy := p.Pace.Disturbed(time.Since(began))
	heard := a.Heard()
	const edge = 500 * time.Millisecond
	if got := sound.Judged(music, heard.Part(edge, free), busy); got < 0.9 {
		t.Errorf("who waits does not hear the music: %.2f", got)
	}
	if got := sound.Judged(saidB, heard.Part(talk, ends), busy); got < 0.9 {
		t.Errorf("the caller does not hear the agent: %.2f", got)
	}
}
